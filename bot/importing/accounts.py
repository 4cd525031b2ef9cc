"""Accounts out of a file: rows read, customers made, brought up to date, or left as they are, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, or_, select, update

from bot import health
from bot.accounts import aliases
from bot.accounts.events import AccountsWritten
from bot.core import events
from bot.core.company_names import name_key
from bot.core.policy import tier_of
from bot.db.scope import is_row, within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import Refused
from bot.importing import cells
from bot.importing.account_team import Staff, add_staff
from bot.importing.batches import ImportContext, ImportKind, RowBatch
from bot.importing.cells import RowReader
from bot.importing.csv_rows import Record
from bot.importing.existing_accounts import FULL, KnownAccounts
from bot.importing.files import Table
from bot.importing.looks import Columns
from bot.importing.rules.columns import ACCOUNT_FIELDS
from bot.models import Account, Contract

GONE = "deleted"
"""The digest of a record that its CRM has deleted: whatever a file says of it later is news."""

_KEPT_BY_PEOPLE: tuple[str, ...] = ("owner_id", "channel")
_TOLD = {"is_active", "segment", "tier"}
"""The columns of an account whose story is kept."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a row asks of its account. `digest` is 16 characters of values, 12 of owner and channel, 12 of the team."""

    values: dict[str, Any]
    staff: Staff
    digest: str

    @property
    def has_more(self) -> bool:
        """Whether rows about the account are to be written beside its own."""
        return bool(self.staff.owner_id or self.staff.lead_id or "aliases" in self.values)


class AccountRows:
    """Saves batches of account rows."""

    def __init__(self, run: ImportContext, _work: Work) -> None:
        self._run = run
        self._reader = AccountReader(run.table)
        self._running: set[int] = set()

    def read(self, batch: RowBatch) -> list[AccountRecord]:
        """The rows as accounts, each account once."""
        rows = batch.read_by(self._reader.read)
        kept = self._without_duplicates(batch, [row for row in rows if not row.is_deleted])
        return kept + [row for row in rows if row.is_deleted]

    def save(self, work: Work, batch: RowBatch, rows: list[AccountRecord]) -> None:
        """Write a batch. Blank cells wipe nothing out; what people settled in Slack stays until the file changes."""
        gone = [row for row in rows if row.is_deleted]
        rows = [row for row in rows if not row.is_deleted]
        ids = {name for row in (*rows, *gone) for name in (row.said.external_id, row.said.number) if name}
        keys = {row.key for row in rows}
        known = KnownAccounts(work, ids, keys, FULL, self._run.padded)
        self._running = _with_running_contracts(work, known, [row for row in rows if row.said.churned])
        new: list[tuple[AccountRecord, _Wanted]] = []
        changed: list[tuple[int, _Wanted, dict[str, Any]]] = []
        for row in rows:
            try:
                account = _by_number(known, row) or known.find(row.said.external_id, row.key)
            except Refused as refusal:
                batch.reject(row.line, row.cells, refusal.message)
                continue
            wanted = self._wanted(row, batch, account)
            if account is None:
                new.append((row, wanted))
            else:
                self._compare(batch, account, wanted, changed)
        batch.tally.created += len(new)
        batch.tally.deleted += len(gone)
        batch.told_of(known)
        if not self._run.options.dry_run:
            self._write(work, new, changed)
            _let_go(work, batch, known, gone)
            if changed:
                batch.plan(work, [account_id for account_id, _, changes in changed if len(changes) > 1])

    def _without_duplicates(self, batch: RowBatch, rows: list[AccountRecord]) -> list[AccountRecord]:
        pairs = [(f"id {r.said.external_id}" if r.said.external_id else f"name {r.key}", r.line) for r in rows]
        earlier = self._run.seen.earlier(pairs)
        with_id = {row.key: row.line for row in rows if row.said.external_id}
        kept = []
        for row in rows:
            other = earlier.get(row.line) or (0 if row.said.external_id else with_id.get(row.key, 0))
            if other:
                batch.reject(row.line, row.cells, f"Line {other} is the same account. Keep one of them.")
            else:
                kept.append(row)
        return kept

    def _wanted(self, row: AccountRecord, batch: RowBatch, account: Row[Any] | None) -> _Wanted:
        said, directory, tally = row.said, self._run.directory, batch.tally
        values: dict[str, Any] = {"name": row.name, "name_key": row.key}
        optional = {
            "external_id": said.external_id,
            "tier": tier_of(said.tier).value if said.tier else None,
            "segment": said.segment,
            "industry": said.industry,
            "country": said.country[1] if said.country else None,
            "currency": said.currency,
            "channel": directory.channel(said.channel) if said.channel else None,
            "aliases": list(said.aliases) if said.aliases else None,
            "is_active": None if said.churned is None else not said.churned,
        }
        values |= {column: value for column, value in optional.items() if value is not None}
        if account is not None and account.external_id and said.external_id and account.external_id != said.number:
            values["external_id"] = account.external_id  # as it was before a spreadsheet changed it
        people = {cell: directory.person(cell) for cell in (said.owner, said.support_lead, said.manager) if cell}
        for cell, member in people.items():
            if member is None:
                tally.name(tally.people, cell)
        if said.channel and "channel" not in values:
            tally.name(tally.channels, said.channel)
        if said.country and not said.country[1]:
            tally.name(tally.countries, said.country[0])
        tally.ended += said.churned is True
        owner, lead, manager = (people.get(c) if c else None for c in (said.owner, said.support_lead, said.manager))
        if owner is not None:
            values["owner_id"] = owner
        kept = {column: values.get(column) for column in _KEPT_BY_PEOPLE}
        rest = {column: value for column, value in values.items() if column not in kept}
        return _Wanted(values, Staff(owner, lead, manager), _hash(rest, 8) + _hash(kept, 6) + _hash((lead, manager), 6))

    def _compare(
        self, batch: RowBatch, account: Row[Any], wanted: _Wanted, changed: list[tuple[int, _Wanted, dict[str, Any]]]
    ) -> None:
        before = account.row_digest
        if before == wanted.digest:
            batch.tally.unchanged += 1
            return
        # A person may have handed the account over since; the file's owner counts again when the file changes it.
        kept = _KEPT_BY_PEOPLE if before[16:28] == wanted.digest[16:28] else ()
        if account.id in self._running:
            # A customer with a running contract is one, whatever a flag says: no renewal may be forgotten for it.
            kept += ("is_active",)
        changes: dict[str, Any] = {"is_active": True} if before == GONE and not account.is_active else {}
        changes |= {
            column: value
            for column, value in wanted.values.items()
            if column not in kept and getattr(account, column) != value
        }
        if changes or (before[28:] != wanted.digest[28:] and (wanted.staff.lead_id or wanted.staff.manager_id)):
            batch.tally.updated += 1
        else:
            batch.tally.unchanged += 1
        changed.append((account.id, wanted, changes | {"row_digest": wanted.digest}))

    def _write(
        self,
        work: Work,
        new: Sequence[tuple[AccountRecord, _Wanted]],
        changed: Sequence[tuple[int, _Wanted, dict[str, Any]]],
    ) -> None:
        add_accounts(work, self._run, [wanted.values | {"row_digest": wanted.digest} for _, wanted in new])
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for account_id, _, changes in changed:
            by_columns.setdefault(tuple(sorted(changes)), []).append(changes | {"row": account_id})
        for rows in by_columns.values():
            mine = is_row(Account.__table__.c, self._run.workspace_id, bindparam("row"))
            work.session.connection().execute(update(Account).where(mine), rows)
        # Another tier weighs by other numbers.
        health.due_tonight(work, [account_id for account_id, _, changes in changed if "tier" in changes])
        written = [(account_id, wanted) for account_id, wanted, _ in changed]
        related = [(row, wanted) for row, wanted in new if wanted.has_more]
        if related:
            ids = {row.said.external_id for row, _ in related if row.said.external_id}
            made = KnownAccounts(work, ids, {row.key for row, _ in related})
            found = ((made.find(row.said.external_id, row.key), wanted) for row, wanted in related)
            written += [(account.id, wanted) for account, wanted in found if account is not None]
        _keep_account_story(work, new, [account_id for account_id, _, changes in changed if _TOLD & changes.keys()])
        add_staff(work, self._run, [(account_id, wanted.staff) for account_id, wanted in written])
        named = {account_id: wanted.values["aliases"] for account_id, wanted in written if "aliases" in wanted.values}
        aliases.keep(work, named)


ACCOUNTS = ImportKind(
    fields=ACCOUNT_FIELDS,
    needed=(("name",),),
    looks=Columns(),
    unused=("signup_date", "timezone", "is_trial"),
    rows=AccountRows,
)


def add_accounts(work: Work, run: ImportContext, rows: Sequence[dict[str, Any]]) -> None:
    """Insert accounts, with the defaults of what is not given; one with the same external id is brought up to date."""
    if not rows:
        return
    defaults: dict[str, Any] = {
        "workspace_id": run.workspace_id,
        "external_id": None,
        "aliases": [],
        "tier": tier_of(None).value,
        "segment": "",
        "industry": "",
        "country": "",
        "currency": None,
        "channel": None,
        "owner_id": None,
        "is_active": True,
        "row_digest": "",
        "created_at": run.now,
    }
    insert = insert_for(work.session, Account.__table__)
    insert = insert.on_conflict_do_update(
        index_elements=["workspace_id", "external_id"],
        set_={"name": insert.excluded.name, "name_key": insert.excluded.name_key},
    )
    work.session.connection().execute(insert, [defaults | row for row in rows])


def _by_number(known: KnownAccounts, row: AccountRecord) -> Row[Any] | None:
    """The account of a row that came in earlier by the number beside its id, which was taken for its id then."""
    if row.said.number is None or row.said.number == row.said.external_id or known.with_id(row.said.external_id):
        return None
    account = known.with_id(row.said.number)
    return account if account is not None and account.name_key == row.key else None


def _let_go(work: Work, batch: RowBatch, known: KnownAccounts, gone: Sequence[AccountRecord]) -> None:
    """Let accounts rest that their CRM has deleted, unless a contract of them is running."""
    found = {account.id for row in gone if (account := known.with_id(row.said.external_id)) and account.is_active}
    resting = found - _running(work, found)
    if resting:
        work.session.execute(
            update(Account)
            .where(within(Account.workspace_id, batch.run.workspace_id), Account.id.in_(resting))
            .values(is_active=False, row_digest=GONE)
            .execution_options(synchronize_session=False)
        )
        events.publish(work, AccountsWritten(sorted(resting), "deleted"))
        batch.plan(work, sorted(resting))


def _keep_account_story(work: Work, new: Sequence[tuple[AccountRecord, _Wanted]], changed: Sequence[int]) -> None:
    """Let their story know of what was written. What was new has got its id from the database."""
    made: list[int] = []
    if new:
        ids = [row.said.external_id for row, _ in new if row.said.external_id]
        keys = [row.key for row, _ in new if not row.said.external_id]
        nameless = and_(Account.external_id.is_(None), Account.name_key.in_(keys))
        made = list(work.session.scalars(work.select(Account.id).where(or_(Account.external_id.in_(ids), nameless))))
    events.publish(work, AccountsWritten([*made, *changed], "imported"))


def _with_running_contracts(work: Work, known: KnownAccounts, rows: Sequence[AccountRecord]) -> set[int]:
    return _running(work, known.ids_of((row.said.external_id, row.key) for row in rows))


def _running(work: Work, ids: set[int]) -> set[int]:
    if not ids:
        return set()
    ours = within(Contract.workspace_id, work.workspace_id)
    running = select(Contract.account_id).where(ours, Contract.account_id.in_(ids), Contract.status == "active")
    return set(work.session.scalars(running.distinct()))


def _hash(value: object, size: int) -> str:
    return blake2b(repr(value).encode(), digest_size=size).hexdigest()


class AccountCells(NamedTuple):
    """A row's cells as values, None where it says nothing."""

    external_id: str | None
    number: str | None
    name: str | None
    tier: str | None
    segment: str | None
    industry: str | None
    country: tuple[str, str | None] | None
    currency: str | None
    channel: str | None
    owner: str | None
    support_lead: str | None
    manager: str | None
    aliases: tuple[str, ...] | None
    churned: bool | None
    deleted: bool | None
    archived: bool | None


_READERS: dict[str, cells.Reader] = {
    "external_id": cells.record_id(100),
    "number": cells.record_id(100),
    "name": cells.company(255),
    "tier": cells.words(100),
    "segment": cells.words(100),
    "industry": cells.words(100),
    "country": cells.remembered(cells.country),
    "currency": cells.currency,
    "channel": cells.words(200),
    "owner": cells.words(320),
    "support_lead": cells.words(320),
    "manager": cells.words(320),
    "aliases": cells.remembered(cells.names),
    "churned": cells.flag,
    "deleted": cells.removed,
    "archived": cells.removed,
}


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """A row that can be used; `key` is its name's, for matching."""

    line: int
    cells: list[str]
    said: AccountCells
    name: str
    key: str

    @property
    def is_deleted(self) -> bool:
        """Whether its CRM has deleted or archived it."""
        return bool(self.said.deleted or self.said.archived)


class AccountReader:
    """Reads rows of one file as accounts."""

    def __init__(self, table: Table) -> None:
        self._reader = RowReader(_READERS, table.columns, table.headers)
        self._by_number = "external_id" not in table.columns

    def read(self, record: Record) -> AccountRecord:
        """The row as an account; ValueError says why it cannot be one."""
        line, raw, why = record
        if why:
            raise ValueError(why)
        said = AccountCells._make(self._reader.read(raw))
        if self._by_number:
            said = said._replace(external_id=said.number)
        if said.name is None:
            raise ValueError("The account has no name. Give it one.")
        if isinstance(said.name, cells.Several):
            raise ValueError(f"The cell names several accounts: {str(said.name)!r}. Keep one, or give each a row.")
        return AccountRecord(line, raw, said, said.name, name_key(said.name)[:255])
