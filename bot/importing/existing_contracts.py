"""Contracts that are there already, found for a whole batch: by external id, else by account, start and name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from bot.core.company_names import name_key
from bot.db.scope import one_of
from bot.db.work import Work
from bot.errors import Refused
from bot.importing.account_of_contract import Customer, Owned
from bot.importing.contract_rows import ContractRow
from bot.importing.existing_accounts import Padded, forms_of
from bot.models import Contract

OWN_KEY = "~"
"""Begins the external id of a contract whose file has none."""

STANDING_COLUMNS = (
    "kind",
    "status",
    "start_date",
    "renewal_date",
    "deadline",
    "term_months",
    "auto_renew",
    "notice_days",
    "notice",
    "first_term_months",
    "renewal_term_months",
    "is_last_day",
    "is_evergreen",
)
SEAT_COLUMNS = ("seats", "seats_before", "seats_on")
WRITTEN = (
    "account_id",
    "external_id",
    "name",
    *STANDING_COLUMNS,
    "value",
    "currency",
    "price_rise",
    *SEAT_COLUMNS,
    "row_digest",
)
# Columns of the table rather than of the class: the ORM's own loading costs as much again as the query.
_C = Contract.__table__.c
_COLUMNS = tuple(_C[name] for name in ("id", "moved_by_id", *WRITTEN))


def own_key(row: ContractRow, customer: Customer) -> str:
    """What stands in for the external id of a contract whose file has none: its account, start and name."""
    name = blake2b(name_key(row.name or "").encode(), digest_size=8).hexdigest() if row.name else ""
    return f"{OWN_KEY}{customer.ref[:60]}~{row.standing.start_date or ''}~{name}"


def has_unnumbered(work: Work) -> bool:
    """Whether the workspace has contracts that came without ids."""
    unnumbered = Contract.external_id.startswith(OWN_KEY)
    some = work.select(Contract.id).where(unnumbered).limit(1)
    return work.session.scalar(some) is not None


class StoredContracts:
    """The contracts that a batch's rows may mean."""

    def __init__(
        self,
        work: Work,
        owned: Sequence[Owned],
        some_unnumbered: bool,
        padded: Padded | None = None,
    ) -> None:
        """`some_unnumbered`: whether the workspace has contracts without ids, which may take those of the rows."""
        self.changed: dict[str, str] = {}
        here = select(*_COLUMNS).where(_C.workspace_id == work.workspace_id)
        with_id = {row.external_id for row, _ in owned if row.external_id}
        self._by_id = self._load(work.session, here, with_id)
        missing = [one for one in with_id if one not in self._by_id]
        forms = forms_of(work, Contract.external_id, missing, {} if padded is None else padded)
        self._by_form = {forms[form]: row for form, row in self._load(work.session, here, forms).items()}
        unnumbered = [pair for pair in owned if not pair[0].external_id]
        self._by_start: dict[tuple[int, object], list[Row[Any]]] = {}
        accounts = {customer.id for _, customer in unnumbered if customer.id is not None}
        if accounts:
            theirs = here.where(one_of(work.session, _C.account_id, accounts)).order_by(_C.id)
            for contract in work.session.execute(theirs):
                self._by_start.setdefault((contract.account_id, contract.start_date), []).append(contract)
        self._other_plans = self._changed_plans(unnumbered)
        self._by_own_key: dict[str, Row[Any]] = {}
        if some_unnumbered:
            new = [pair for pair in owned if pair[0].external_id and pair[0].external_id not in self._by_id]
            self._by_own_key = self._load(work.session, here, {own_key(*pair) for pair in new})

    def find(self, row: ContractRow, customer: Customer) -> Row[Any] | None:
        """The contract a row means, or None when it is new. Raises Refused when it fits several."""
        if row.external_id:
            found_by_id = self._by_id.get(row.external_id)
            alike = self._by_form.get(row.external_id) if found_by_id is None else None
            if alike is not None and alike.account_id == customer.id:
                self.changed[row.external_id] = alike.external_id
                return alike
            if found_by_id is not None or not self._by_own_key:
                return found_by_id
            return self._by_own_key.pop(own_key(row, customer), None)
        found = self._by_start.get((customer.id or 0, row.standing.start_date), [])
        if row.name is not None:
            key = name_key(row.name)
            found = [contract for contract in found if name_key(contract.name) == key]
            if not found and row.is_named_by_plan:
                return self._other_plans.get((customer.id, row.standing.start_date))
        if len(found) > 1:
            raise Refused("Several contracts of this account fit. Give the contract's id or its name.")
        return found[0] if found else None

    def _changed_plans(self, unnumbered: Sequence[Owned]) -> dict[tuple[int | None, object], Row[Any]]:
        """Account and start → the contract whose plan must have changed: the only one that no row of the batch names,
        where only one row names a plan that is not there."""
        rows: dict[tuple[int | None, object], set[str]] = {}
        for row, customer in unnumbered:
            if row.is_named_by_plan and row.name:
                rows.setdefault((customer.id, row.standing.start_date), set()).add(name_key(row.name))
        found = {}
        for place, plans in rows.items():
            there = [
                one for one in self._by_start.get((place[0] or 0, place[1]), []) if one.external_id.startswith(OWN_KEY)
            ]
            left = [contract for contract in there if name_key(contract.name) not in plans]
            if len(left) == 1 and len(plans - {name_key(contract.name) for contract in there}) == 1:
                found[place] = left[0]
        return found

    @staticmethod
    def _load(session: Session, here: Select[Any], ids: Collection[str]) -> dict[str, Row[Any]]:
        if not ids:
            return {}
        return {row.external_id: row for row in session.execute(here.where(one_of(session, _C.external_id, ids)))}
