"""Who keeps an account, as a file says: added to its team. Those who were on it stay on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update

from bot.db.scope import is_row
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.importing.batches import ImportContext
from bot.models import Member, Teammate


@dataclass(frozen=True, slots=True)
class Staff:
    """The members a row names. `manager_id` is the owner's manager."""

    owner_id: int | None
    lead_id: int | None
    manager_id: int | None


def add_staff(work: Work, run: ImportContext, teams: Sequence[tuple[int, Staff]]) -> None:
    """Put the named people on the teams of accounts, given as (account id, who)."""
    mates = [
        {
            "workspace_id": run.workspace_id,
            "account_id": account_id,
            "member_id": member_id,
            "role": role,
            "since": run.now,
        }
        for account_id, staff in teams
        for role, member_id in (("owner", staff.owner_id), ("support_lead", staff.lead_id))
        if member_id is not None
    ]
    if mates:
        insert = insert_for(work.session, Teammate.__table__).on_conflict_do_nothing(
            index_elements=["account_id", "member_id", "role"]
        )
        work.session.connection().execute(insert, mates)
    managers = run.directory.managers
    for owner_id, manager_id in sorted(
        {(s.owner_id, s.manager_id) for _, s in teams if s.owner_id is not None and s.manager_id is not None}
    ):
        # Whose manager somebody is was perhaps settled in Slack; a file only fills the gap.
        if owner_id != manager_id and managers.get(owner_id) is None:
            work.session.execute(
                update(Member).where(is_row(Member, run.workspace_id, owner_id)).values(manager_id=manager_id)
            )
            managers[owner_id] = manager_id
            work.forget()
