"""A file as CRMs export it: found out once how it is written, then read as often as wanted, a row at a time."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from bot.errors import Refused
from bot.importing.csv_rows import LONGEST_LINE, Record, records
from bot.importing.encoding import LOST, SAMPLE_BYTES, detect_encoding, is_broken, mended
from bot.importing.report_lines import LeftOut, without_report_lines
from bot.importing.rules.columns import Fields, Matched, header_key, match_headers
from bot.importing.rules.spreadsheets import plain_cell

DELIMITERS = (",", ";", "\t", "|")
WHY = "why"
_HEADER_WITHIN = 20
_SAMPLE_ROWS = 60
_BROKEN_BYTES = (
    "Some bytes of this row are not UTF-8, as the file's other rows are. They stand here as Windows-1252 reads them: "
    "check the row and import this file."
)
_LOST_CHARACTERS = (
    "A character of this row was lost on the way (it reads \ufffd). Put it right, or export the file again as UTF-8."
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_DATA = re.compile(r"[^\w]*[\d][\d.,:/%€$£¥\sTZ+-]*|\S+@\S+\.\S+")
_STRONG = 3
_WORDS = {
    "account_external_id": "the account's id (account_external_id)",
    "account_name": "the account's name (account_name)",
    "name": "the account's name (name)",
    "end_date": "the day the contract ends (end_date)",
    "start_date": "the day it starts (start_date)",
    "notice_date": "the last day of notice (notice_date)",
    "at": "the day it happened (at)",
    "first_name": "the first name (first_name)",
    "last_name": "the last name (last_name)",
    "contract_external_id": "the contract's id (contract_external_id)",
    "day": "the day (day)",
    "month": "the month (month)",
    "amount": "a number (amount)",
    "full_name": "the whole name (full_name)",
}
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)

Progress = Callable[[int, int], None]
"""(bytes read so far, bytes in the file)."""


@dataclass(slots=True)
class Notes:
    """What was seen on the way through a file: lines that are no records, and cells that were shortened by column."""

    left_out: LeftOut = field(default_factory=LeftOut)
    shortened: Counter[int] = field(default_factory=Counter)


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
    reading: str = ""
    """The encoding, as people call it, with the doubt there is about it."""

    @property
    def columns(self) -> Mapping[str, int]:
        """Field → index of its column."""
        return self.matched.columns

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headers that mean nothing to us; the one we add to rejected rows is not news."""
        return tuple(header for header in self.matched.unknown if header_key(header) != WHY)

    def rows(self, progress: Progress | None = None, notes: Notes | None = None) -> Iterator[Record]:
        """The rows below the header, blank ones and a report's own lines left out; one that is broken or has too few or
        too many cells comes with the reason. Entities (&amp;) are decoded, marks that keep a text a text taken off."""
        size = self.path.stat().st_size
        header = list(self.headers)
        notes = notes or Notes()
        with (
            self.path.open("rb") as raw,
            io.TextIOWrapper(raw, encoding=self.encoding, errors=_errors(self.encoding), newline="") as stream,
        ):
            found = records(stream, self.delimiter, notes.shortened)
            for _, cells, _ in found:
                if [mended(cell) for cell in cells] == header:
                    break
            for at, record in enumerate(without_report_lines(self._filled(found), header, notes.left_out)):
                if progress is not None and at % 1000 == 0:
                    progress(raw.tell(), size)
                line, cells, why = record
                text = "".join(cells)
                if "'" in text or '="' in text:
                    cells = [plain_cell(cell) for cell in cells]
                if "&" in text and _ENTITY.search(text):
                    cells = [_decoded(cell) for cell in cells]
                # Most rows are ASCII, which is seen at a glance; the others are looked at.
                if not text.isascii():
                    if is_broken(text):
                        cells, why = [mended(cell) for cell in cells], _BROKEN_BYTES
                    elif LOST in text:
                        why = _LOST_CHARACTERS
                yield line, cells, why
        if progress is not None:
            progress(size, size)

    def _filled(self, found: Iterator[Record]) -> Iterator[Record]:
        width = len(self.headers)
        for record in found:
            _, cells, why = record
            if len(cells) == width and not why:
                if any(cells):
                    yield record
            elif any(cell.strip() for cell in cells):
                yield self._fitted(record)

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


def open_table(path: Path, fields: Fields, mapping: Mapping[str, str], encoding: str | None = None) -> Table:
    """Find out how a file is written; `encoding` is what a person stated.

    Raises Refused when it is empty, no text, or `mapping` does not fit it.
    """
    written = detect_encoding(path, encoding)
    with path.open("r", encoding=written.name, errors=_errors(written.name), newline="") as stream:
        sample = stream.read(SAMPLE_BYTES)
        if len(sample) == SAMPLE_BYTES:
            sample += stream.readline(LONGEST_LINE)
    sample = mended(sample)
    delimiters: Sequence[str] = DELIMITERS
    declared = _SEPARATOR_LINE.match(sample)
    if declared:
        sample, delimiters = sample[declared.end() :], [declared[1]]
    known = {header_key(word) for name, words in fields.items() for word in (name, *words)}
    pinned = {header_key(header) for header in mapping}
    candidates = [_candidate(sample, delimiter, known, pinned) for delimiter in delimiters]
    _, delimiter, headers = max(candidates, key=lambda candidate: candidate[0])
    if not any(header.strip() for header in headers):
        raise Refused(f"{path.name} has no header row. Export it again, with column names.")
    try:
        matched = match_headers(headers, fields, mapping)
    except ValueError as error:
        raise Refused(str(error)) from None
    return Table(path, written.name, delimiter, tuple(headers), matched, reading=written.words)


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


Fit = tuple[int, int, float, int]


def _candidate(
    sample: str, delimiter: str, known: Collection[str], pinned: Collection[str]
) -> tuple[Fit, str, list[str]]:
    """How well a delimiter fits: headers a person named, known ones, how many rows are as wide as the header, its
    width."""
    rows = list(islice(_sampled(sample, delimiter), _SAMPLE_ROWS))
    at = _header_at(rows, known, pinned)
    header = rows[at] if at is not None else []
    filled = [row for row in rows if not _only_blank(row)]
    same = sum(len(row) == len(header) for row in filled) / max(1, len(filled))
    fit = _hits(header, pinned), _hits(header, known), same if len(header) > 1 else 0.0, len(header)
    return fit, delimiter, header


def _header_at(rows: Sequence[Sequence[str]], known: Collection[str], pinned: Collection[str]) -> int | None:
    """Which of the first rows is the header: the one with most of the names that a person gave or that are known.

    A row of data may hold such a word too ("Customer"). So a full row right above, which looks like a header as well,
    goes before it, though nobody knows its words: they are named then.
    """
    places = [at for at, row in enumerate(rows) if not _only_blank(row)][:_HEADER_WITHIN]
    if not places:
        return None
    if any(_hits(rows[at], pinned) for at in places):
        return max(places, key=lambda at: _hits(rows[at], pinned))
    if not any(_hits(rows[at], known) for at in places):
        return max(places, key=lambda at: sum(map(bool, map(str.strip, rows[at]))))
    best = max(places, key=lambda at: _hits(rows[at], known))
    while best > 0 and not _is_surely_header(rows[best], known) and _may_be_header(rows[best - 1], rows[best], known):
        best -= 1
    return best


def _hits(row: Sequence[str], known: Collection[str]) -> int:
    return len({key for cell in row if (key := header_key(cell)) in known})


def _is_surely_header(row: Sequence[str], known: Collection[str]) -> bool:
    filled = {key for cell in row if (key := header_key(cell))}
    return len(filled) >= _STRONG and filled <= set(known)


def _may_be_header(above: Sequence[str], row: Sequence[str], known: Collection[str]) -> bool:
    """Whether the row above looks like the header of `row`: as wide, nearly as full, each word once, no figures."""
    words = [cell.strip() for cell in above if cell.strip()]
    here = sum(bool(cell.strip()) for cell in row)
    if len(above) != len(row) or len(words) * 2 <= here or len(set(words)) < len(words):
        return False
    if len(row) == 1 and not any(cell.strip().isalpha() for cell in row):
        return False  # one column: "Account Name" below a title is a header, "Customer" below "Firma" may be a customer
    return not any(map(_DATA.fullmatch, words)) and _hits(above, known) <= _hits(row, known)


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


def _decoded(cell: str) -> str:
    """A cell with its entities as what they stand for. Without a semicolon it is none: ?a=1&copy=2 is an address."""
    for _ in range(2):  # some exports encode twice
        if "&" not in cell:
            break
        cell = _ENTITY.sub(lambda found: html.unescape(found[0]), cell)
    return cell


def _ragged(cells: Sequence[str], width: int) -> str:
    if len(cells) >= width and _only_blank(cells[width:]):
        return ""
    return f"The row has {len(cells)} cells, the header {width}. Quote cells that hold the delimiter."
