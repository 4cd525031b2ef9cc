"""One row about an account, read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bot.rules.names import name_key
from bot.services.importing import cells
from bot.services.importing.cells import RowReader
from bot.services.importing.files import Table
from bot.services.importing.records import Record


class AccountCells(NamedTuple):
    """A row's cells as values, None where it says nothing."""

    external_id: str | None
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


_READERS: dict[str, cells.Reader] = {
    "external_id": cells.identity(100),
    "name": cells.words(255, cuts=False),
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
}


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A row that can be used; `key` is its name's, for matching."""

    line: int
    cells: list[str]
    said: AccountCells
    name: str
    key: str


class AccountReader:
    """Reads rows of one file as accounts."""

    def __init__(self, table: Table) -> None:
        self._reader = RowReader(_READERS, table.columns, table.headers)

    def read(self, record: Record) -> AccountRow:
        """The row as an account; ValueError says why it cannot be one."""
        line, raw, why = record
        if why:
            raise ValueError(why)
        said = AccountCells._make(self._reader.read(raw))
        if said.name is None:
            raise ValueError("The account has no name. Give it one.")
        return AccountRow(line, raw, said, said.name, name_key(said.name)[:255])
