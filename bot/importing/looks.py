"""The first look at a file: what a column writes throughout, so that none of its cells is read by itself.

The order of day and month, the mark before decimals, the scale of satisfaction, which number is urgent. Never guessed:
clear, or asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from bot.core.money import MarkGuess, parse_amount
from bot.errors import Refused
from bot.importing.cells import says_no_date, says_no_end, says_nothing
from bot.importing.files import Progress, Table
from bot.importing.rules.dates import AmbiguousDates, DateOrder, NoDates, OrderGuess, UnreadableDates, day_number
from bot.importing.rules.helpdesks import Helpdesk, helpdesk_of, numbered_priorities
from bot.importing.rules.ratings import BINARY, SMILEYS, ScaleGuess
from bot.importing.summary import ImportOptions

_REMEMBERED = 20_000
_MARKS = {".": "a point before decimals", ",": "a comma before decimals"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Fields that are looked at before the rows are read."""

    dates: Sequence[str] = ()
    amounts: Sequence[str] = ()
    rating: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: field → order of its dates, field → mark before its decimals; the highest mark of satisfaction;
    number → priority; the helpdesk whose export it is. `words` is what a person should know of it."""

    orders: dict[str, DateOrder] = field(default_factory=dict)
    decimals: Mapping[str, str] = field(default_factory=dict)
    scale: int = 5
    priorities: Mapping[str, str] = field(default_factory=dict)
    helpdesk: Helpdesk | None = None
    words: tuple[tuple[str, str], ...] = ()


class _Sees(Protocol):
    def see(self, value: str) -> None: ...


class _Dates:
    """The order of a column, and the first day number in it."""

    def __init__(self) -> None:
        self.guess = OrderGuess()
        self.number = ""

    def see(self, value: str) -> None:
        """Take one value into account."""
        if says_nothing(value) or says_no_end(value) or says_no_date(value):
            return
        if value[:5].isdecimal() and day_number(value) is not None:
            self.number = self.number or value.strip()
        else:
            self.guess.see(value)


class _Numbers:
    """The bare numbers of a column."""

    def __init__(self) -> None:
        self.found: set[int] = set()

    def see(self, value: str) -> None:
        """Take one value into account."""
        if (word := value.strip()).isdecimal() and len(word) < 3:
            self.found.add(int(word))


def first_look(table: Table, columns: Columns, options: ImportOptions, progress: Progress | None = None) -> Look:
    """Read the file once, when there is something to find out. `options` hold what a person stated.

    Raises Refused for a date column that reads as both day-first and month-first, or in no single order, and for
    numbers as priorities of which it is unknown whether the first or the last is urgent.
    """
    there = table.columns
    dates = {name: _Dates() for name in columns.dates if name in there}
    marks = {name: MarkGuess() for name in columns.amounts if name in there and options.decimal is None}
    scale = ScaleGuess() if columns.rating in there and options.scale is None else None
    numbers = _Numbers() if columns.priority in there else None
    sees: list[tuple[int, _Sees]] = [
        (there[name], one) for one_kind in (dates, marks) for name, one in one_kind.items()
    ]
    sees += [
        (there[name], one) for name, one in ((columns.rating, scale), (columns.priority, numbers)) if one is not None
    ]
    if sees and not (options.dates is not None and len(sees) == len(dates)):
        _see(table, sees, scale, progress)
    orders = {name: options.dates or _order(table.headers[there[name]], one.guess) for name, one in dates.items()}
    desk = helpdesk_of(table.headers) if numbers is not None else None
    priorities = _priorities(table, columns, numbers, desk, options)
    best = options.scale or (scale.scale(table.headers[there[columns.rating]]) if scale is not None else 5)
    decimals = {name: options.decimal or one.decimal for name, one in marks.items()}
    if options.decimal is not None:
        decimals = {name: options.decimal for name in columns.amounts if name in there}
    words = [
        *_dates_in_words(dates),
        *_amounts_in_words(marks),
        *_ratings_in_words(scale, best),
        *_priorities_in_words(numbers, desk, priorities),
    ]
    return Look(orders, decimals, best, priorities, desk, tuple(words))


def _see(
    table: Table, sees: Sequence[tuple[int, _Sees]], counted: ScaleGuess | None, progress: Progress | None
) -> None:
    looked = [(at, one.see, None if one is counted else set[str]()) for at, one in sees]
    for _, cells, why in table.rows(progress):
        if why:
            continue
        for at, see, seen in looked:
            cell = cells[at]
            if seen is None:
                see(cell)
            elif cell not in seen:
                if len(seen) < _REMEMBERED:
                    seen.add(cell)
                see(cell)


def _order(header: str, guess: OrderGuess) -> DateOrder:
    try:
        return guess.order()
    except NoDates:
        return DateOrder.YMD  # each of its rows is rejected with its own cell as the reason
    except (AmbiguousDates, UnreadableDates) as error:
        raise Refused(f"Column {header.strip()!r}: {error}") from None


def _priorities(
    table: Table, columns: Columns, numbers: _Numbers | None, desk: Helpdesk | None, options: ImportOptions
) -> Mapping[str, str]:
    if numbers is None or not numbers.found:
        return {}
    if options.urgent is not None:
        return numbered_priorities(options.urgent, numbers.found)
    if desk is not None and desk.priorities:
        return desk.priorities
    shown = ", ".join(map(str, sorted(numbers.found)))
    raise Refused(
        f"Column {table.headers[table.columns[columns.priority]].strip()!r} holds bare numbers ({shown}), and 1 "
        f"is the most "
        f"urgent in some helpdesks and the least in others. Say which number is urgent: --urgent "
        f"{min(numbers.found)} or "
        f"--urgent {max(numbers.found)}."
    )


def _dates_in_words(dates: Mapping[str, _Dates]) -> Iterator[tuple[str, str]]:
    for name, one in dates.items():
        if one.number:
            yield "day numbers read", f"{_words(name)}: {one.number} is {day_number(one.number)}"


def _amounts_in_words(marks: Mapping[str, MarkGuess]) -> Iterator[tuple[str, str]]:
    for name, guess in marks.items():
        if not guess.unclear or guess.decimal == "?":
            continue
        try:
            value = parse_amount(guess.unclear, guess.decimal)[0]
        except ValueError:
            continue
        how = _MARKS.get(guess.decimal, "marks before thousands; else say --decimal")
        yield "amounts read as", f"{_words(name)}: {guess.unclear} is {_plain(value)} ({how})"


def _ratings_in_words(guess: ScaleGuess | None, best: int) -> Iterator[tuple[str, str]]:
    if guess is not None and guess.is_bare:
        scale = {SMILEYS: "Freshdesk's faces", BINARY: "1 good, 0 bad"}.get(best, f"marks up to {best}")
        yield "satisfaction read as", f"{scale} (else say --scale)"


def _priorities_in_words(
    numbers: _Numbers | None, desk: Helpdesk | None, priorities: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    if numbers is not None and numbers.found and priorities:
        shown = ", ".join(f"{number} {word}" for number, word in sorted(priorities.items()))
        yield "priorities read as", f"{shown}{f' ({desk.name})' if desk and priorities is desk.priorities else ''}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _plain(value: Decimal) -> str:
    return f"{value:,f}"
