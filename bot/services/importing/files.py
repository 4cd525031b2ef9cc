"""A file as CRMs export it: found out once how it is written, then read as often as wanted, a row at a time."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from bot.errors import Refused
from bot.rules.columns import Fields, Matched, header_key, match_headers
from bot.services.importing.encoding import SAMPLE_BYTES, detect_encoding, is_broken, mended
from bot.services.importing.records import LONGEST_LINE, Record, records

DELIMITERS = (",", ";", "\t")
WHY = "why"
_HEADER_WITHIN = 20
_SAMPLE_ROWS = 60
_BROKEN_BYTES = (
    "Some bytes of this row are not UTF-8, as the file's other rows are. They stand here as Windows-1252 reads them: "
    "check the row and import this file."
)
_WORDS = {
    "account_external_id": "the account's id (account_external_id)",
    "account_name": "the account's name (account_name)",
    "name": "the account's name (name)",
    "end_date": "the day the contract ends (end_date)",
    "start_date": "the day it starts (start_date)",
    "notice_date": "the last day of notice (notice_date)",
    "at": "the day it happened (at)",
}
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)

Progress = Callable[[int, int], None]
"""(bytes read so far, bytes in the file)."""


@dataclass(frozen=True, slots=True)
class Table:
    """How a file is written, and which of its columns holds which field."""

    path: Path
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    matched: Matched
    needed: tuple[tuple[int, ...], ...] = ()
    """Of each group of columns one must say something, or the row is of no use."""

    @property
    def reading(self) -> str:
        """The encoding, as people call it."""
        return {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(self.encoding, self.encoding.upper())

    @property
    def columns(self) -> Mapping[str, int]:
        """Field → index of its column."""
        return self.matched.columns

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headers that mean nothing to us; the one we add to rejected rows is not news."""
        return tuple(header for header in self.matched.unknown if header_key(header) != WHY)

    def rows(self, progress: Progress | None = None) -> Iterator[Record]:
        """The rows below the header, blank ones left out; one with too few or too many cells comes with the reason."""
        width, size = len(self.headers), self.path.stat().st_size
        header = list(self.headers)
        with (
            self.path.open("rb") as raw,
            io.TextIOWrapper(raw, encoding=self.encoding, errors=_errors(self.encoding), newline="") as stream,
        ):
            found = records(stream, self.delimiter)
            for _, cells, _ in found:
                if [mended(cell) for cell in cells] == header:
                    break
            for at, record in enumerate(found):
                if progress is not None and at % 1000 == 0:
                    progress(raw.tell(), size)
                line, cells, why = record
                if len(cells) == width and not why:
                    if not any(cells):
                        continue
                elif any(cell.strip() for cell in cells):
                    line, cells, why = record = self._fitted(record)
                else:
                    continue
                # Most rows are ASCII, which is seen at a glance; the others are looked at.
                text = "".join(cells)
                if not text.isascii() and is_broken(text):
                    yield line, [mended(cell) for cell in cells], _BROKEN_BYTES
                else:
                    yield record
        if progress is not None:
            progress(size, size)

    def _fitted(self, record: Record) -> Record:
        """A row of another width, as wide as the header when nothing is lost by it; else with the reason."""
        (line, cells, why), width = record, len(self.headers)
        if why:
            return record
        if len(cells) > width:
            return line, cells[:width] if _only_blank(cells[width:]) else cells, _ragged(cells, width)
        padded = [*cells, *[""] * (width - len(cells))]
        if self.needed and all(any(padded[at].strip() for at in group) for group in self.needed):
            return line, padded, ""
        return line, cells, f"The row is short: it has {len(cells)} of {width} cells. Add what is missing."


def open_table(path: Path, fields: Fields, mapping: Mapping[str, str]) -> Table:
    """Find out how a file is written. Raises Refused when it is empty, no text, or `mapping` does not fit it."""
    encoding = detect_encoding(path)
    with path.open("r", encoding=encoding, errors=_errors(encoding), newline="") as stream:
        sample = stream.read(SAMPLE_BYTES)
        if len(sample) == SAMPLE_BYTES:
            sample += stream.readline(LONGEST_LINE)
    sample = mended(sample)
    delimiters: Sequence[str] = DELIMITERS
    declared = _SEPARATOR_LINE.match(sample)
    if declared and declared[1] in DELIMITERS:
        sample, delimiters = sample[declared.end() :], [declared[1]]
    known = {header_key(word) for name, words in fields.items() for word in (name, *words)}
    known |= {header_key(header) for header in mapping}
    candidates = [_candidate(sample, delimiter, known) for delimiter in delimiters]
    _, delimiter, headers = max(candidates, key=lambda candidate: candidate[0])
    if not any(header.strip() for header in headers):
        raise Refused(f"{path.name} has no header row. Export it again, with column names.")
    try:
        matched = match_headers(headers, fields, mapping)
    except ValueError as error:
        raise Refused(str(error)) from None
    return Table(path, encoding, delimiter, tuple(headers), matched)


def require(table: Table, alternatives: Sequence[Collection[str]]) -> Table:
    """The table, knowing what its rows need. Raises Refused unless, of each group of fields, one has a column."""
    for group in alternatives:
        if not any(name in table.columns for name in group):
            raise Refused(
                f"{table.path.name} has no column for {' or '.join(_WORDS.get(name, name) for name in group)}. "
                f"Its columns are: {', '.join(h for h in table.headers if h.strip())}. "
                f'Say which one it is: --map "Their Column={next(iter(group))}".'
            )
    needed = tuple(tuple(table.columns[name] for name in group if name in table.columns) for group in alternatives)
    return replace(table, needed=needed)


def _candidate(sample: str, delimiter: str, known: Collection[str]) -> tuple[tuple[int, float, int], str, list[str]]:
    """How well a delimiter fits: known headers first, then how many rows are as wide as the header, then its width."""
    rows = [row for row in islice(_sampled(sample, delimiter), _SAMPLE_ROWS) if any(cell.strip() for cell in row)]
    header: list[str] = []
    best = -1
    for row in rows[:_HEADER_WITHIN]:
        hits = len({key for cell in row if (key := header_key(cell)) in known})
        if hits > best:
            header, best = row, hits
    same = sum(len(row) == len(header) for row in rows) / max(1, len(rows))
    return (best, same if len(header) > 1 else 0.0, len(header)), delimiter, header


def _sampled(sample: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except csv.Error:
            continue
        except StopIteration:
            return


def _errors(encoding: str) -> str:
    # Broken bytes of UTF-8 stay what they are until their row is looked at; other encodings know no such escape.
    return "surrogateescape" if encoding.startswith("utf-8") else "replace"


def _only_blank(cells: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in cells)


def _ragged(cells: Sequence[str], width: int) -> str:
    if len(cells) >= width and _only_blank(cells[width:]):
        return ""
    return f"The row has {len(cells)} cells, the header {width}. Quote cells that hold the delimiter."
