"""A product's usage, added up by account, day or month, and measure; and from it, how each account's usage goes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import select

from bot.core.company_names import name_key
from bot.db.scope import within
from bot.db.work import Work
from bot.errors import Refused
from bot.importing import cells
from bot.importing.batches import ImportContext, ImportKind, RowBatch, WholeFile
from bot.importing.cells import RowReader
from bot.importing.csv_rows import Record
from bot.importing.existing_accounts import KnownAccounts, forms_of, not_found
from bot.importing.looks import Columns
from bot.importing.rules.columns import header_key
from bot.importing.rules.dates import DateOrder, parse_date, parse_month
from bot.importing.rules.usage_columns import MEASURES, USAGE_FIELDS
from bot.importing.summary import Tally
from bot.models import Account, Contract
from bot.usage import figures
from bot.usage.figures import FigureOf, Reaches

PIECE = 2000
"""Figures that are written in one transaction, more where one account has more."""

ACCOUNTS = 250
"""Accounts whose quarters are compared in one transaction."""

MEASURE_LENGTH = 60
PRODUCT_LENGTH = 255
DECIMALS = 4
_COLUMN_OF = {header_key(word): name for name in MEASURES if name != "amount" for word in (name, *USAGE_FIELDS[name])}
_key_of = lru_cache(2048)(name_key)


class Period(NamedTuple):
    """A day, or the first day of a month."""

    first: date
    is_month: bool


@dataclass(frozen=True, slots=True)
class UsageRow:
    """A row that can be used: whose it is, and (measure, number) for each of its numbers."""

    line: int
    cells: list[str]
    account_external_id: str | None
    account_name: str | None
    contract_external_id: str | None
    product: str | None
    period: Period
    numbers: tuple[tuple[str, float], ...]


class UsageReader:
    """Reads the rows of one file as usage."""

    def __init__(self, run: ImportContext) -> None:
        readers: dict[str, cells.Reader] = {
            "external_id": cells.identity(200),
            "account_external_id": cells.account_id(100),
            "account_name": cells.company(255),
            "contract_external_id": cells.record_id(140),
            "product": cells.words(PRODUCT_LENGTH),
            "measure": cells.words(MEASURE_LENGTH),
            "day": _period(run.orders.get("day", DateOrder.YMD)),
            "month": _month(run.orders.get("month", DateOrder.YMD)),
        }
        readers |= {name: _number(run.look.decimals.get(name, "")) for name in MEASURES}
        self._names = tuple(readers)
        self._reader = RowReader(readers, run.table.columns, run.table.headers)
        self._today = run.today

    def read(self, record: Record) -> tuple[UsageRow, bool]:
        """The row, and whether it has an id of its own; ValueError says why it cannot be used."""
        line, raw, why = record
        if why:
            raise ValueError(why)
        said = dict(zip(self._names, self._reader.read(raw), strict=True))
        account = cells.one_account(said["account_external_id"], said["account_name"])
        period = said["day"] or said["month"]
        if period is None:
            raise ValueError("The row names no day and no month. Give it one.")
        if period.first > self._today:
            raise ValueError(f"{period.first} is still to come. Correct the day.")
        row = UsageRow(
            line, raw, *account, said["contract_external_id"], said["product"], period, tuple(_numbers(said))
        )
        if not row.numbers:
            raise ValueError("The row has no number. Write 0 where nothing was used.")
        return row, said["external_id"] is not None


class UsageRows(WholeFile):
    """Adds a file's rows up, in a database that goes away with it, and writes what they come to."""

    def __init__(self, run: ImportContext, _work: Work) -> None:
        self._run = run
        self._reader = UsageReader(run)
        self._sums = _Sums()
        self._after = 0
        self._reach: Reaches | None = None

    def read(self, batch: RowBatch) -> list[UsageRow]:
        """The rows as usage. One with an id that stands in the file again, word for word, counts once."""
        read = batch.read_by(self._reader.read)
        known = [("\x1f".join(row.cells), row.line) for row, has_id in read if has_id]
        earlier = self._run.seen.earlier(known)
        for row, _ in read:
            if other := earlier.get(row.line):
                batch.reject(row.line, row.cells, f"Line {other} is the same row. Keep one of them.")
        return [row for row, _ in read if row.line not in earlier]

    def save(self, work: Work, batch: RowBatch, rows: list[UsageRow]) -> None:
        """Find whose each row is, and add it up."""
        ids = {row.account_external_id for row in rows if row.account_external_id}
        keys = {_key_of(row.account_name)[:255] for row in rows if row.account_name}
        known = KnownAccounts(work, ids, keys, padded=self._run.padded, by_alias=True)
        contracts = _contracts(work, {row.contract_external_id for row in rows if row.contract_external_id}, self._run)
        added = []
        for row in rows:
            try:
                account_id, product = _whose(row, known, contracts)
            except Refused as refusal:
                batch.reject(row.line, row.cells, refusal.message)
                continue
            added += [
                (account_id, row.period.first.isoformat(), row.period.is_month, measure, product, number, is_first)
                for is_first, (measure, number) in zip((1, *[0] * len(MEASURES)), row.numbers, strict=False)
            ]
        batch.told_of(known)
        self._sums.add(added)

    def finish(self, work: Work, tally: Tally) -> bool:
        """A piece of the figures, and when all are written, a page of accounts whose quarters are compared."""
        if self._reach is None:
            piece, is_last = self._sums.piece(self._after, PIECE)
            self._write(work, piece, tally)
            if is_last:
                self._after = 0
                self._reach = {} if self._run.options.dry_run else figures.reaches(work, self._sums.measures())
            else:
                self._after = max(of.account_id for of, _ in piece)
            return not (is_last and self._run.options.dry_run)
        accounts = self._sums.accounts(self._after, ACCOUNTS)
        if accounts:
            figures.compare(work, accounts, self._reach)
            self._after = accounts[-1]
        return bool(accounts)

    def close(self) -> None:
        """Forget the sums."""
        self._sums.close()

    def _write(self, work: Work, piece: Mapping[tuple[FigureOf, str], tuple[float, int]], tally: Tally) -> None:
        amounts = {key: round(amount, DECIMALS) for key, (amount, _) in piece.items()}
        written = figures.write(work, amounts, self._run.options.dry_run)
        for key, (_, rows) in piece.items():
            if key in written.created:
                tally.created += rows
            elif key in written.changed:
                tally.updated += rows
            else:
                tally.unchanged += rows


class _Sums:
    """Sums by account, day or month, measure and product, in SQLite's own temporary file: memory stays flat."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute(
            "CREATE TABLE sums (account INTEGER, period TEXT, is_month INTEGER, measure TEXT, product TEXT,"
            " amount REAL NOT NULL, rows INTEGER NOT NULL,"
            " PRIMARY KEY (account, period, is_month, measure, product)) WITHOUT ROWID"
        )

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add numbers; the last value of each says whether it counts as a row of the file."""
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT INTO sums VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET amount = amount + excluded.amount, rows = rows + excluded.rows",
            rows,
        )
        self._db.execute("COMMIT")

    def piece(self, after: int, size: int) -> tuple[dict[tuple[FigureOf, str], tuple[float, int]], bool]:
        """The sums of the accounts after this one, `size` or a whole account's more; and whether they are the last."""
        rows = self._db.execute("SELECT * FROM sums WHERE account > ? ORDER BY account", (after,))
        found: dict[tuple[FigureOf, str], tuple[float, int]] = {}
        last = 0
        for account, period, is_month, measure, product, amount, count in rows:
            if len(found) >= size and account != last:
                rows.close()
                return found, False
            of = FigureOf(account, measure, bool(is_month), date.fromisoformat(period))
            found[of, product] = amount, count
            last = account
        return found, True

    def accounts(self, after: int, most: int) -> list[int]:
        """The next accounts that have sums."""
        rows = self._db.execute("SELECT DISTINCT account FROM sums WHERE account > ? ORDER BY account", (after,))
        return [account for (account,) in islice(rows, most)]

    def measures(self) -> list[str]:
        """What was measured."""
        return [measure for (measure,) in self._db.execute("SELECT DISTINCT measure FROM sums")]

    def close(self) -> None:
        """Give the file back."""
        self._db.close()


class _Whose(NamedTuple):
    account_id: int
    account: str
    name: str


def _contracts(work: Work, ids: set[str], run: ImportContext) -> dict[str, _Whose]:
    """The contracts of these ids, as they stand here or as a spreadsheet has changed them."""
    if not ids:
        return {}

    def load(some: Mapping[str, str] | set[str]) -> dict[str, _Whose]:
        rows = work.session.execute(
            select(Contract.external_id, Contract.account_id, Account.name, Contract.name)
            .join(Account, Account.id == Contract.account_id)
            .where(within(Contract.workspace_id, work.workspace_id), Contract.external_id.in_(some))
        )
        return {row[0]: _Whose(row[1], row[2], row[3]) for row in rows}

    found = load(ids)
    forms = forms_of(work, Contract.external_id, [one for one in ids if one not in found], run.padded)
    return found | {forms[form]: whose for form, whose in (load(forms) if forms else {}).items()}


def _whose(row: UsageRow, known: KnownAccounts, contracts: Mapping[str, _Whose]) -> tuple[int, str]:
    """The account of a row, and what product it speaks of. Raises Refused where there is none, or two."""
    key = _key_of(row.account_name)[:255] if row.account_name else None
    account = known.of_record(row.account_external_id, key, row.account_name)
    contract = contracts.get(row.contract_external_id or "")
    if account is not None and contract is not None and account.id != contract.account_id:
        raise Refused(
            f"The contract {row.contract_external_id!r} belongs to {contract.account!r}, the row names "
            f"{account.name!r}. Correct one of them."
        )
    if account is None and contract is None:
        named = row.account_external_id or row.account_name
        if row.contract_external_id and not named:
            raise Refused(f"No contract is {row.contract_external_id!r}. Import contracts first.")
        raise Refused(not_found(named))
    account_id = int(account.id) if account is not None else contract.account_id if contract else 0
    product = row.product or (contract.name if contract else "")
    return account_id, product[:PRODUCT_LENGTH]


def _numbers(said: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """What each number of a row counts, and the number in what is kept of it."""
    for name in MEASURES:
        number = said[name]
        if number is None:
            continue
        word = said["measure"] if name == "amount" else None
        # A measure called as a column might be is that column's: "active_users" of one file are another's DAU.
        known = _COLUMN_OF.get(header_key(word)) if word else name
        measure, per = MEASURES[known] if known else (_measure(word or ""), 1)
        yield measure, number / per


def _measure(word: str) -> str:
    return " ".join(word.replace("_", " ").casefold().split())


def _number(decimal: str) -> cells.Reader:
    """A number of a column with this mark before decimals; what is written behind it does not matter."""
    return cells.remembered(lambda text: float(cells.amount(text, decimal)[0]))


def _period(order: DateOrder) -> cells.Reader:
    """A day, or a month where the cell names no day."""

    def read(text: str) -> Period | None:
        if (month := parse_month(text)) is not None:
            return Period(month, True)
        return Period(parse_date(text, order, numbers=True), False)

    return cells.remembered(read)


def _month(order: DateOrder) -> cells.Reader:
    """A month, also where the cell names a day of it."""
    read = _period(order)

    def month(text: str) -> Period | None:
        found = read(text)
        return found and Period(found.first.replace(day=1), True)

    return cells.remembered(month)


USAGE = ImportKind(
    fields=USAGE_FIELDS,
    needed=(
        ("account_external_id", "account_name", "contract_external_id"),
        ("day", "month"),
        tuple(MEASURES),
    ),
    looks=Columns(dates=("day", "month"), amounts=tuple(MEASURES)),
    unused=("feature", "errors", "beta"),
    rows=UsageRows,
)
