"""Lines of a report that are no records: totals, subtotals, and what stands at its foot."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.importing.csv_rows import Record

_TOTAL = re.compile(
    r"(?:grand|sub|report|overall|running)?[\s-]*(?:totals?|sum|summe|zwischensumme|gesamt(?:summe|ergebnis)?|insgesamt"
    r"|total(?:e|es|i)?(?: g[eé]n[eé]ral(?:e)?| geral)?|sous[\s-]total|suma(?: total)?|somme|totaal|totalt|subtotaal"
    r"|razem|łącznie|итого|всего|合計|総計|小計|总计|合计|小计|총계|합계|average|avg|count|record count)"
    r"\s*[:.]?\s*(?:\(\s*[\d.,]+[^)]*\)|[\d.,]+(?: records?| rows?)?)?",
    re.IGNORECASE,
)
_GROUP_TOTAL = re.compile(r"(.+?) (?:total|subtotal|ergebnis|gesamt|count|sum|average|totaal|somme)", re.IGNORECASE)
_FOOT = re.compile(
    r"copyright (?:\(c\)|©|\d{4})|©|\(c\) ?\d{4}|confidential(?: information\b|[ :–-]*$| [–-])|vertraulich[ :–-]*$"
    r"|confidentiel[ :–-]*$|confidencial[ :–-]*$|generated (?:by|on|at|from)\b"
    r"|exported (?:by|on|at|from)\b|report (?:generated|run|created|ran)\b|run (?:by|on|date)\b|printed (?:by|on)\b"
    r"|erstellt (?:von|am)\b|exportiert (?:von|am)\b|généré (?:par|le)\b|generado (?:por|el)\b|as of \d"
    r"|as of \w+ \d|filtered by\b"
    r"|page \d+ (?:of|/) ?\d+|seite \d+ von \d+|end of (?:report|file)|\*+ ?end\b|all rights reserved"
    r"|\d+ (?:records?|rows?)"
    r"(?: (?:returned|found|exported|affected))?\.?$|\(\d+ rows?(?: affected)?\)|total records?\b|row count\b"
    r"|data as of\b"
    r"|do not distribute",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"[^\w]*(?:[A-Z]{3}|[^\w\s]{1,3})?\s*\(?-?[\d.,' ]+\)?\s*(?:%|[A-Z]{3}|[^\w\s]{1,2})?", re.IGNORECASE
)
_RULER = re.compile(r"[-=+:_*|—–]{2,}")
_LONGEST = 200
_SHOWN = 8
_SHOWN_LENGTH = 60
_MOST_HELD = 20


@dataclass(slots=True)
class LeftOut:
    """How many lines were no records, and how the first of them begin."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, words: str) -> None:
        """Count a line."""
        self.count += 1
        if len(self.examples) < _SHOWN:
            self.examples.append(words if len(words) <= _SHOWN_LENGTH else words[: _SHOWN_LENGTH - 1] + "…")


def without_report_lines(records: Iterator[Record], header: list[str], left_out: LeftOut) -> Iterator[Record]:
    """The records but for the report's own lines, which are counted in `left_out`: a header that comes again, too.

    A total is a row whose first words say so and that holds nothing but figures beside them: a company called Total has
    an id or a country. Lines with one cell only go when a line that closes a report comes after them.
    """
    width = len(header)
    held: deque[Record] = deque()
    before: list[str] = []
    is_foot = False
    for record in records:
        cells = record[1]
        first = cells[0] if cells else ""
        # Most rows begin with a word and have many others; a closer look is for the few that do not.
        if len(first) <= _LONGEST and (not first or not _plain_row(cells)):
            filled = [cell.strip() for cell in cells if cell.strip()]
            if filled and (_is_total(filled, before) or all(map(_RULER.fullmatch, filled))):
                left_out.add(filled[0])
                continue
            if filled and len(filled) <= (2 if width > 2 else 1) and _FOOT.match(filled[0]):
                _add(left_out, held)
                left_out.add(filled[0])
                is_foot = True
                continue
            if len(filled) == 1 and width > 1 and len(held) < _MOST_HELD:
                held.append((record[0], cells, record[2]))
                continue
        elif cells == header:
            left_out.add("the header again")
            continue
        before, is_foot = cells, False
        if held:
            yield from held
            held.clear()
        yield record
    if is_foot:
        _add(left_out, held)
    yield from held


def _add(left_out: LeftOut, held: deque[Record]) -> None:
    for _, cells, _ in held:
        left_out.add(next((cell.strip() for cell in cells if cell.strip()), ""))
    held.clear()


def _plain_row(cells: Sequence[str]) -> bool:
    """Whether at least two cells hold words that are no figures, so that the row is a record whatever it says."""
    words = 0
    for cell in cells:
        if cell and not cell[0].isdigit() and cell[-1:].isalpha():
            words += 1
            if words == 2:
                return True
    return False


def _is_total(filled: Sequence[str], before: Sequence[str]) -> bool:
    label, others = filled[0], filled[1:]
    if len(label) > _LONGEST or not all(map(_FIGURE.fullmatch, others)):
        return False
    if _TOTAL.fullmatch(label):
        return True
    grouped = _GROUP_TOTAL.fullmatch(label)
    return bool(grouped and others and grouped[1].strip() in map(str.strip, before))
