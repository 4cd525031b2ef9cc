"""Contracts out of a file: made, brought up to date, or left as they are; one that is gone from the file stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, update

from bot.accounts.events import AccountsWritten, ContractsWritten
from bot.core import events
from bot.core.durations import Unit
from bot.db.bulk import fresh_ids, run_many
from bot.db.scope import is_row, one_of, within
from bot.db.upsert import dialect_of, insert_into
from bot.db.work import Work
from bot.errors import Refused
from bot.importing.account_of_contract import Customer, Owned, customers_of
from bot.importing.accounts import GONE
from bot.importing.batches import ImportContext, ImportKind, RowBatch
from bot.importing.contract_diff import News, digest_of, news_of, seats_after
from bot.importing.contract_rows import ContractReader, ContractRow
from bot.importing.contract_status import standing
from bot.importing.existing_contracts import OWN_KEY, WRITTEN, StoredContracts, has_unnumbered, own_key
from bot.importing.looks import Columns
from bot.importing.rules.columns import AMOUNTS, CONTRACT_FIELDS
from bot.importing.summary import Tally
from bot.models import Account, Contract

INSERTED = ("workspace_id", *WRITTEN, "created_at")
"""The columns of a new contract, in the order of `ContractRows._wanted`."""

_C = Contract.__table__.c


@dataclass(slots=True)
class _ContractChanges:
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    accounts: set[int] = field(default_factory=set)
    revived: set[int] = field(default_factory=set)

    def touch(self, customer: Customer, status: str) -> None:
        """Remember whose renewals to plan, and who is a customer again."""
        if customer.id is not None:
            self.accounts.add(customer.id)
            if status == "active" and not customer.is_active:
                self.revived.add(customer.id)


class ContractRows:
    """Saves batches of contract rows, and plans the renewals of the accounts whose contracts changed."""

    def __init__(self, run: ImportContext, work: Work) -> None:
        self._run = run
        self._reader = ContractReader(run)
        self._some_unnumbered = has_unnumbered(work)

    def read(self, batch: RowBatch) -> list[ContractRow]:
        """The rows as contracts."""
        return batch.read_by(self._reader.read)

    def save(self, work: Work, batch: RowBatch, rows: list[ContractRow]) -> None:
        """Write a batch in the caller's transaction."""
        gone = [row for row in rows if row.is_deleted]
        rows = [row for row in rows if not row.is_deleted] if gone else rows
        batch.tally.deleted += len(gone)
        found = customers_of(work, batch, rows)
        owned = self._without_duplicates(batch, found)
        stored = StoredContracts(work, owned, self._some_unnumbered, self._run.padded)
        changes = _ContractChanges()
        for row, customer in owned:
            try:
                self._decide(batch, row, customer, stored.find(row, customer), changes)
            except Refused as refusal:
                batch.reject(row.line, row.cells, refusal.message)
            except ValueError as misfit:
                batch.reject(row.line, row.cells, str(misfit))
        for changed, same in stored.changed.items():
            batch.tally.name(batch.tally.changed_ids, f"{changed} is {same}")
        if not self._run.options.dry_run:
            written = self._write(work, changes)
            changes.accounts |= _let_go(work, gone)
            events.publish(work, written)
            _revive(work, changes.revived)
            made = {whose.id for _, whose in found if whose.id is not None and whose.is_new}
            events.publish(work, AccountsWritten(sorted(made | changes.accounts), "imported"))
            batch.plan(work, sorted(changes.accounts))

    def _without_duplicates(self, batch: RowBatch, owned: list[Owned]) -> list[Owned]:
        earlier = self._run.seen.earlier(
            [(row.external_id or own_key(row, customer), row.line) for row, customer in owned]
        )
        if not earlier:
            return owned
        for row, _ in owned:
            if other := earlier.get(row.line):
                tell_apart = "Keep one of them." if row.external_id else "Give contracts an id or a name of their own."
                batch.reject(row.line, row.cells, f"Line {other} is the same contract. {tell_apart}")
        return [pair for pair in owned if pair[0].line not in earlier]

    def _decide(
        self,
        batch: RowBatch,
        row: ContractRow,
        customer: Customer,
        contract: Row[Any] | None,
        changes: _ContractChanges,
    ) -> None:
        row = _placed(row, customer, self._run.today)
        wanted, tally = self._wanted(row, customer), batch.tally
        for doubt in (*row.doubts, *([row.standing.doubt] if row.standing.doubt else [])):
            tally.name(tally.readings, doubt)
        stands = row.standing
        if stands.renewal_date and stands.first_term_months and not row.said.renewal_months and stands.auto_renew:
            tally.assumed_terms += 1
        if row.unknown_status:
            tally.name(tally.statuses, row.unknown_status)
        if contract is None:
            tally.created += 1
            changes.new.append(wanted)
            changes.touch(customer, wanted["status"])
            return _count(tally, wanted["status"], wanted["value"], wanted["currency"])
        if contract.row_digest == wanted["row_digest"]:
            tally.unchanged += 1
            return _count(tally, contract.status, contract.value, contract.currency)
        if contract.row_digest == GONE:
            wanted["external_id"] = contract.external_id
            wanted |= seats_after(row.seats, contract, customer.today)
            news = News(wanted, None, False)
        else:
            news = news_of(row, customer, contract, wanted, self._run.currency, customer.today)
        wanted = news.values
        tally.kept_moved += news.is_kept_as_moved
        if all(getattr(contract, name) == wanted[name] for name in WRITTEN if name != "row_digest"):
            tally.unchanged += 1
        else:
            tally.updated += 1
            changes.touch(customer, wanted["status"])
            changes.accounts.add(contract.account_id)
        if contract.row_digest != wanted["row_digest"] or contract.moved_by_id != news.moved_by_id:
            written = {name: wanted[name] for name in WRITTEN}
            changes.changed.append(written | {"moved_by_id": news.moved_by_id, "row": contract.id})
        return _count(tally, wanted["status"], wanted["value"], wanted["currency"])

    def _wanted(self, row: ContractRow, customer: Customer) -> dict[str, Any]:
        stands = row.standing
        currency = row.currency
        if currency is None and row.value is not None:
            currency = customer.currency or self._run.currency
        return {
            "workspace_id": self._run.workspace_id,
            "account_id": customer.id,
            "external_id": row.external_id or own_key(row, customer),
            "name": row.name or "",
            "kind": stands.kind,
            "status": stands.status,
            "start_date": stands.start_date,
            "renewal_date": stands.renewal_date,
            "deadline": stands.deadline,
            "term_months": stands.term_months,
            "auto_renew": stands.auto_renew,
            "notice_days": stands.notice_days,
            "notice": stands.notice,
            "first_term_months": stands.first_term_months,
            "renewal_term_months": stands.renewal_term_months,
            "is_last_day": stands.is_last_day,
            "is_evergreen": stands.is_evergreen,
            "value": row.value,
            "currency": currency,
            "price_rise": row.price_rise,
            "seats": row.seats,
            "seats_before": None,
            "seats_on": None,
            "row_digest": digest_of(row, customer, currency),
            "created_at": self._run.now,
        }

    def _write(self, work: Work, changes: _ContractChanges) -> ContractsWritten:
        """Write the contracts, and say which."""
        if changes.changed:
            mine = is_row(Contract.__table__.c, self._run.workspace_id, bindparam("row"))
            work.session.connection().execute(update(Contract).where(mine), changes.changed)
        again, new = _add(work, changes.new)
        return ContractsWritten([*again, *(row["row"] for row in changes.changed)], "imported", new=new)


def _add(work: Work, new: Sequence[dict[str, Any]]) -> tuple[Sequence[int], Sequence[dict[str, Any]]]:
    """Add contracts. One without an id may be there under the key that stands in for it: then it keeps its number.

    Returns the ids of those, and the rows of the others, with their ids.
    """
    if not new:
        return (), ()
    for row, contract_id in zip(new, fresh_ids(work.session, Contract, len(new)), strict=True):
        row["id"] = contract_id
    run_many(work.session, _upsert(dialect_of(work.session)), new)
    keys = [row["external_id"] for row in new if row["external_id"].startswith(OWN_KEY)]
    if not keys:
        return (), new
    there = work.session.scalars(work.select(Contract.id).where(one_of(work.session, _C.external_id, keys))).all()
    return there, [row for row in new if not row["external_id"].startswith(OWN_KEY)]


@cache
def _upsert(dialect: str) -> Any:
    keys = ("workspace_id", "external_id")
    insert = insert_into(Contract.__table__, dialect)
    return insert.on_conflict_do_update(
        index_elements=keys,
        set_={name: insert.excluded[name] for name in INSERTED if name not in (*keys, "created_at")},
    )


def _placed(row: ContractRow, customer: Customer, read_on: date) -> ContractRow:
    """The row as it stands on the day of its account's owner, with the holidays of the account's country."""
    if customer.today == read_on and row.standing.period.unit is not Unit.WORKING_DAY:
        return row
    return row._replace(standing=standing(row.said, customer.today, customer.country))


def _let_go(work: Work, gone: Sequence[ContractRow]) -> set[int]:
    """End contracts that their CRM has deleted or archived. Returns whose they are."""
    ids = {row.external_id for row in gone if row.external_id}
    if not ids:
        return set()
    found = work.session.execute(
        work.select(Contract.id, Contract.account_id).where(Contract.external_id.in_(ids), Contract.status != "ended")
    ).all()
    if found:
        work.session.execute(
            update(Contract)
            .where(within(Contract.workspace_id, work.workspace_id), Contract.id.in_([row.id for row in found]))
            .values(status="ended", row_digest=GONE)
            .execution_options(synchronize_session=False)
        )
        events.publish(work, ContractsWritten([row.id for row in found], "ended"))
    return {row.account_id for row in found}


def _revive(work: Work, account_ids: set[int]) -> None:
    """A customer with a running contract is one, even where a file of accounts called it churned."""
    if account_ids:
        work.session.execute(
            update(Account)
            .where(within(Account.workspace_id, work.workspace_id), Account.id.in_(account_ids))
            .values(is_active=True)
            .execution_options(synchronize_session=False)
        )


def _count(tally: Tally, status: str, value: Decimal | None, currency: str | None) -> None:
    if status == "trial":
        tally.trials += 1
    elif status == "ended":
        tally.ended += 1
    elif value is None or currency is None:
        tally.unvalued += 1
    else:
        tally.values[currency] = tally.values.get(currency, Decimal(0)) + value


CONTRACTS = ImportKind(
    fields=CONTRACT_FIELDS,
    needed=(
        ("account_external_id", "account_name"),
        ("end_date", "start_date", "notice_date"),
    ),
    looks=Columns(dates=("start_date", "end_date", "notice_date"), amounts=AMOUNTS),
    unused=(),
    rows=ContractRows,
)
