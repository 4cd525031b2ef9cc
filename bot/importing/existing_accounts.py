"""Accounts that are there already, found for a whole batch at once: by external id, else by the key of their name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from bot.db.work import Work
from bot.errors import Refused
from bot.importing.rules.record_ids import other_forms
from bot.models import Account, AccountAlias

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


Padded = dict[str, frozenset[int]]
"""Table → the lengths of its ids with zeros in front, once somebody has asked."""


class KnownAccounts:
    """The accounts that a batch's rows may mean. `adopted`: account → the external id that a row has given it.

    `changed`: an id that a spreadsheet has changed → the one that its account has; `renamed`: an account found by its
    id
    → what a row calls it; `second`: names of accounts with another id than a row's, so that the row means a new one.
    """

    def __init__(
        self,
        work: Work,
        ids: Collection[str],
        keys: Collection[str],
        columns: Sequence[Any] = BRIEF,
        padded: Padded | None = None,
        by_alias: bool = False,
    ) -> None:
        """`by_alias`: accounts may be named by what they are also called."""
        self._by_id: dict[str, Row[Any]] = {}
        self._by_form: dict[str, Row[Any]] = {}
        self._by_key: dict[str, list[Row[Any]]] = {}
        self.adopted: dict[int, str] = {}
        self.changed: dict[str, str] = {}
        self.renamed: dict[int, str] = {}
        self.second: set[str] = set()
        here: Select[Any] = select(*columns).where(Account.workspace_id == work.workspace_id)
        if ids:
            for row in work.session.execute(here.where(Account.external_id.in_(ids))):
                self._by_id[row.external_id] = row
            missing = [one for one in ids if one not in self._by_id]
            forms = forms_of(work, Account.external_id, missing, {} if padded is None else padded)
            if forms:
                for row in work.session.execute(here.where(Account.external_id.in_(forms))):
                    self._by_form[row.external_id] = row
                self._by_form = {forms[form]: row for form, row in self._by_form.items()}
        if keys:
            for row in work.session.execute(here.where(Account.name_key.in_(keys)).order_by(Account.id)):
                self._by_key.setdefault(row.name_key, []).append(row)
        if by_alias and (unnamed := [key for key in keys if key not in self._by_key]):
            aliased = (
                select(AccountAlias.key.label("alias"), *columns)
                .join(Account, Account.id == AccountAlias.account_id)
                .where(AccountAlias.workspace_id == work.workspace_id, AccountAlias.key.in_(unnamed))
            )
            for row in work.session.execute(aliased.order_by(Account.id)):
                self._by_key.setdefault(row.alias, []).append(row)

    @property
    def all(self) -> Iterable[Row[Any]]:
        """Every account that was found."""
        yield from self._by_id.values()
        for named in self._by_key.values():
            yield from named

    def find(self, external_id: str | None, key: str | None, may_be_renamed: bool = False) -> Row[Any] | None:
        """The account a row means, or None when it is new.

        A row with an id finds the account with that id, or with it as a spreadsheet changes it and the same name; else
        one of that name that has no id yet, which is then taken. Raises Refused when a name alone fits several
        accounts.
        """
        if external_id is not None and external_id in self._by_id:
            return self._by_id[external_id]
        named = self._by_key.get(key, []) if key else []
        if external_id is None:
            if len(named) > 1:
                raise Refused(f"{len(named)} accounts are called {named[0].name!r}. Give the account's id.")
            return named[0] if named else None
        alike = self._by_form.get(external_id)
        if alike is not None and (alike.id in {row.id for row in named} or (may_be_renamed and not named)):
            self.changed[external_id] = alike.external_id
            self._by_id[external_id] = alike
            return alike
        free = [row for row in named if row.external_id is None and row.id not in self.adopted]
        if not free:
            if named:
                self.second.add(named[0].name)
            return None
        self.adopted[free[0].id] = external_id
        self._by_id[external_id] = free[0]
        return free[0]

    def of_record(self, external_id: str | None, key: str | None, name: str | None) -> Row[Any] | None:
        """The same for what belongs to an account. Raises Refused when the row's id and its name are two accounts'."""
        found = self.find(external_id, key, may_be_renamed=True)
        if found is None or external_id is None or not key or found.name_key == key:
            return found
        named = self._by_key.get(key, [])
        if any(row.id == found.id for row in named):
            return found
        if named:
            raise Refused(
                f"The id {external_id!r} is {found.name!r}, the name {named[0].name!r} another account. Correct "
                f"one of them."
            )
        self.renamed[found.id] = f"{external_id} is {found.name}, the file says {name}"
        return found

    def ids_of(self, names: Iterable[tuple[str | None, str]]) -> set[int]:
        """The accounts that rows with these external ids and names may mean."""
        return {
            account.id
            for external_id, key in names
            for account in ([self._by_id[external_id]] if external_id in self._by_id else self._by_key.get(key, []))
        }

    def with_id(self, external_id: str | None) -> Row[Any] | None:
        """The account with exactly this id."""
        return self._by_id.get(external_id) if external_id else None


def not_found(named: str | None) -> str:
    """Why a record that belongs to an account has none, and what to do: it names one that is not there, or none."""
    if named:
        return f"No account is {named!r}. Import accounts first."
    return "The row names no account. Give the account's id or its name."


def forms_of(work: Work, column: Any, ids: Collection[str], padded: Padded) -> dict[str, str]:
    """How else these ids may stand in the table → the id. `padded` remembers what was looked up once."""
    if not ids:
        return {}
    table = column.class_
    if table.__tablename__ not in padded and any(map(str.isdecimal, ids)):
        lengths = select(func.length(column)).where(
            table.workspace_id == work.workspace_id, column >= "0", column < "1", column.startswith("0")
        )
        padded[table.__tablename__] = frozenset(work.session.scalars(lengths.distinct()))
    lengths_there = padded.get(table.__tablename__, frozenset())
    return {form: one for one in ids for form in other_forms(one, lengths_there)}
