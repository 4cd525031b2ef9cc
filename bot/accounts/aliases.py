"""What accounts are also called, as rows to find them by: written wherever aliases are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete

from bot.core.company_names import name_key
from bot.db.scope import within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.models import AccountAlias

KEY_LENGTH = 255


def keep(work: Work, of_accounts: Mapping[int, Sequence[str]]) -> None:
    """Let these accounts be found by these aliases, and by no others."""
    if not of_accounts:
        return
    ours = within(AccountAlias.workspace_id, work.workspace_id)
    work.session.execute(delete(AccountAlias).where(ours, AccountAlias.account_id.in_(of_accounts)))
    rows = [
        {"workspace_id": work.workspace_id, "account_id": account_id, "key": key}
        for account_id, aliases in of_accounts.items()
        for key in keys_of(aliases)
    ]
    if rows:
        insert = insert_for(work.session, AccountAlias.__table__).on_conflict_do_nothing(
            index_elements=["account_id", "key"]
        )
        work.session.connection().execute(insert, rows)


def keys_of(aliases: Sequence[str]) -> list[str]:
    """The keys of aliases, each once."""
    return [key for key in dict.fromkeys(name_key(alias)[:KEY_LENGTH] for alias in aliases) if key]
