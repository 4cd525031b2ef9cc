"""Accounts that are there already, found for a whole batch at once: by external id, else by the key of their name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.models import Account

BRIEF = (
    Account.id,
    Account.external_id,
    Account.name,
    Account.name_key,
    Account.currency,
    Account.is_active,
    Account.country,
    Account.owner_id,
)
"""Enough to say whose contract it is."""

FULL = (
    *BRIEF,
    Account.aliases,
    Account.tier,
    Account.segment,
    Account.industry,
    Account.channel,
    Account.row_digest,
)


class KnownAccounts:
    """The accounts that a batch's rows may mean. `adopted`: account → the external id that a row has given it."""

    def __init__(
        self,
        session: Session,
        workspace_id: int,
        ids: Collection[str],
        keys: Collection[str],
        columns: Sequence[Any] = BRIEF,
    ) -> None:
        self._by_id: dict[str, Row[Any]] = {}
        self._by_key: dict[str, list[Row[Any]]] = {}
        self.adopted: dict[int, str] = {}
        here: Select[Any] = select(*columns).where(Account.workspace_id == workspace_id)
        if ids:
            for row in session.execute(here.where(Account.external_id.in_(ids))):
                self._by_id[row.external_id] = row
        if keys:
            for row in session.execute(here.where(Account.name_key.in_(keys)).order_by(Account.id)):
                self._by_key.setdefault(row.name_key, []).append(row)

    @property
    def all(self) -> Iterable[Row[Any]]:
        """Every account that was found."""
        yield from self._by_id.values()
        for named in self._by_key.values():
            yield from named

    def find(self, external_id: str | None, key: str | None) -> Row[Any] | None:
        """The account a row means, or None when it is new.

        A row with an id finds the account with that id, else one of that name that has no id yet, which is then taken.
        Raises Refused when a name alone fits several accounts.
        """
        if external_id is not None and external_id in self._by_id:
            return self._by_id[external_id]
        named = self._by_key.get(key, []) if key else []
        if external_id is not None:
            free = [row for row in named if row.external_id is None and row.id not in self.adopted]
            if not free:
                return None
            self.adopted[free[0].id] = external_id
            self._by_id[external_id] = free[0]
            return free[0]
        if len(named) > 1:
            raise Refused(f"{len(named)} accounts are called {named[0].name!r}. Give the account's id.")
        return named[0] if named else None

    def ids_of(self, names: Iterable[tuple[str | None, str]]) -> set[int]:
        """The accounts that rows with these external ids and names may mean."""
        return {
            account.id
            for external_id, key in names
            for account in ([self._by_id[external_id]] if external_id in self._by_id else self._by_key.get(key, []))
        }
