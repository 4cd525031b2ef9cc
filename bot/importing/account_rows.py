"""One row about an account, read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bot.core.company_names import name_key
from bot.importing import cells
from bot.importing.cells import RowReader
from bot.importing.csv_rows import Record
from bot.importing.files import Table


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
