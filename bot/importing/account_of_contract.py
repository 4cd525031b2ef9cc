"""Whose contract a row is: an account that is there, one that the row's own name makes, or nobody's yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, update

from bot.core.calendar import local_date
from bot.db.scope import is_row
from bot.db.work import Work
from bot.errors import Refused
from bot.importing.accounts import add_accounts
from bot.importing.batches import RowBatch
from bot.importing.contract_rows import ContractRow
from bot.importing.existing_accounts import KnownAccounts
from bot.importing.rules.record_ids import loose_id
from bot.models import Account, Member


@dataclass(frozen=True, slots=True)
class Customer:
    """The account of a contract; `id` is None in a dry run for one that would be made. `ref` names it either way.

    `country` is its own or else the workspace's, `today` the date where its owner is. `is_new`: a row has
    just made it.
    """

    id: int | None
    ref: str
    currency: str | None
    today: date
    country: str = ""
    is_active: bool = True
    is_new: bool = False


Owned = tuple[ContractRow, Customer]


@dataclass(slots=True)
class _New:
    """An account that a row's own words make."""

    line: int
    name: str
    key: str
    external_id: str | None


def customers_of(work: Work, batch: RowBatch, rows: Sequence[ContractRow]) -> list[Owned]:
    """Each row with its account. Accounts nobody knows are made from their names; a row without one is rejected."""
    ids = {row.account_external_id for row in rows if row.account_external_id}
    keys = {row.account_key for row in rows if row.account_key}
    known = KnownAccounts(work, ids, keys, padded=batch.run.padded, by_alias=True)
    new = _NewAccounts()
    zones = _zones(work, known.all)
    owned: list[tuple[ContractRow, Customer | _New]] = []
    whose_is: dict[tuple[str | None, str | None], Customer | _New] = {}
    for row in rows:
        names = row.account_external_id, row.account_key
        try:
            if names not in whose_is:
                found = known.of_record(*names, row.account_name)
                whose_is[names] = _customer(batch, found, zones) if found else new.of(row)
            owned.append((row, whose_is[names]))
        except Refused as refusal:
            batch.reject(row.line, row.cells, refusal.message)
    known.second |= new.second
    batch.told_of(known)
    made = _make(work, batch, new.all, known.adopted)
    return [(row, made[id(whose)] if isinstance(whose, _New) else whose) for row, whose in owned]


def _customer(batch: RowBatch, account: Row[Any], zones: Mapping[int, str]) -> Customer:
    run = batch.run
    zone = zones.get(account.owner_id)
    today = run.today if zone is None else local_date(run.now, zone)
    country = account.country or run.country
    return Customer(account.id, str(account.id), account.currency, today, country, account.is_active)


def _zones(work: Work, accounts: Iterable[Row[Any]]) -> dict[int, str]:
    """The zone of each owner of these accounts; an outsider counts as nobody."""
    owners = {account.owner_id for account in accounts if account.owner_id is not None}
    if not owners:
        return {}
    rows: Iterable[Any] = work.session.execute(
        work.select(Member.id, Member.timezone).where(Member.id.in_(owners), Member.is_outsider.is_(False))
    )
    return {row.id: row.timezone for row in rows}


class _NewAccounts:
    def __init__(self) -> None:
        self.all: list[_New] = []
        self._by_id: dict[str, _New] = {}
        self._by_key: dict[str, _New] = {}
        self.second: set[str] = set()

    def of(self, row: ContractRow) -> _New:
        external_id, key = row.account_external_id, row.account_key
        loose = f"{loose_id(external_id)} {key}" if external_id else ""
        there = self._by_id.get(loose) if external_id else self._by_key.get(key or "")
        if there is not None:
            return there
        if row.account_name is None or key is None:
            if external_id:
                raise Refused(f"No account has the id {external_id!r}. Import accounts first, or add their names.")
            raise Refused("The row names no account. Give the account's id or its name.")
        new = _New(row.line, row.account_name, key, external_id)
        self.all.append(new)
        if self._by_key.setdefault(key, new) is not new:
            self.second.add(row.account_name)
        if external_id:
            self._by_id[loose] = new
        return new


def _make(work: Work, batch: RowBatch, new: Sequence[_New], adopted: dict[int, str]) -> dict[int, Customer]:
    if batch.run.options.dry_run:
        pairs = [(f"account {account.external_id or account.key}", account.line) for account in new]
        batch.tally.accounts_created += len(pairs) - len(batch.run.seen.earlier(pairs))
        return {
            id(account): Customer(
                None, f"{account.external_id}/{account.key}", None, batch.run.today, batch.run.country
            )
            for account in new
        }
    batch.tally.accounts_created += len(new)
    if adopted:
        rows = [{"row": account_id, "external_id": external_id} for account_id, external_id in adopted.items()]
        mine = is_row(Account.__table__.c, batch.run.workspace_id, bindparam("row"))
        work.session.connection().execute(update(Account).where(mine), rows)
    values: list[dict[str, Any]] = [
        {"name": account.name, "name_key": account.key, "external_id": account.external_id} for account in new
    ]
    add_accounts(work, batch.run, values)
    ids = {account.external_id for account in new if account.external_id}
    known = KnownAccounts(work, ids, {a.key for a in new if not a.external_id})
    made = {}
    for account in new:
        found = known.find(account.external_id, account.key)
        if found is None:
            raise LookupError(f"account {account.name!r} was added and is not there")
        made[id(account)] = Customer(found.id, str(found.id), None, batch.run.today, batch.run.country, is_new=True)
    return made
