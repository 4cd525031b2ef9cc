"""Dates as files write them. The order of day and month is found from a whole column, or asked for; never guessed."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import combinations


class DateOrder(StrEnum):
    """In which order a column writes day, month and year."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


class AmbiguousDates(ValueError):
    """A column that can be read in two orders, with different dates."""


class UnreadableDates(ValueError):
    """A column that no single order can read."""


_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2199
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_NUMBERS = {name[:length]: n for n, name in enumerate(_MONTHS, 1) for length in range(3, len(name) + 1)}
_CLOCK = re.compile(
    r"(?:[T ,]\s*|(?<=\d)T)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AP]\.?M\.?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d{1,4})([-/.])\s?(\d{1,2})\2\s?(\d{1,4})")
_YEAR_FIRST = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?[\s-]*([a-z]{3,9})\.?[\s,-]*(\d{4}|\d{2})", re.IGNORECASE)
_NAME_DAY_YEAR = re.compile(r"([a-z]{3,9})\.?[\s-]*(\d{1,2})(?:st|nd|rd|th)?[\s,-]+(\d{4}|\d{2})", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_ORDER_WORDS = {DateOrder.DMY: "day first", DateOrder.MDY: "month first", DateOrder.YMD: "year first"}


def possible_orders(value: str) -> set[DateOrder]:
    """The orders in which a value is a date: all three when it is clear by itself (ISO, a named month)."""
    return set(_readings(value))


def parse_date(text: str, order: DateOrder) -> date:
    """The date that `text` means in a column written in `order`.

    Reads 2025-03-03 (with a time of day or not; the date is taken as written), 20250303, 3 Mar 2025, Mar 3, 2025,
    and 23-12-2023, 12/23/2023, 23.12.23 by the order; two-digit years are 20xx. ValueError says what to write:
    for a spreadsheet's day number, a date that does not exist, and years before 1900 or after 2199.
    """
    readings = _readings(text)
    if order in readings:
        return readings[order]
    if _SERIAL.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is a spreadsheet's day number. Format the column as a date and export again.")
    if readings:
        raise ValueError(f"{text!r} is no date when read {_ORDER_WORDS[order]}. Write it like 2025-03-31.")
    raise ValueError(f"{text!r} is no date between {_EARLIEST_YEAR} and {_LATEST_YEAR}. Write it like 2025-03-31.")


class OrderGuess:
    """Finds a column's order while its values stream by. Memory does not grow with the column."""

    def __init__(self) -> None:
        self._possible = set(DateOrder)
        self._clash: tuple[str, str] | None = None
        self._last = ""
        self._differing: dict[frozenset[DateOrder], str] = {}
        self._read = 0
        self._unreadable = ""

    def see(self, value: str) -> None:
        """Take one value into account. Blank ones say nothing; unreadable ones are their own row's trouble."""
        if not value.strip():
            return
        readings = _readings(value)
        if not readings:
            self._unreadable = self._unreadable or value
            return
        self._read += 1
        left = self._possible & readings.keys()
        if not left and self._clash is None:
            self._clash = (self._last, value)
        if left != self._possible:
            self._last = value
        self._possible = left
        for one, other in combinations(sorted(left), 2):
            if readings[one] != readings[other]:
                self._differing.setdefault(frozenset((one, other)), value)

    def order(self) -> DateOrder:
        """The column's order. A column that is clear by itself, or empty, is year first.

        AmbiguousDates when two orders give different dates; UnreadableDates when no order reads all
        values, or no value is a date.
        """
        if self._clash:
            raise UnreadableDates(
                f"No single order reads both {self._clash[0]!r} and {self._clash[1]!r}. "
                "Write all dates in one order, best as 2025-03-31."
            )
        if self._unreadable and not self._read:
            raise UnreadableDates(f"{self._unreadable!r} is no date. Write dates like 2025-03-31.")
        for pair in combinations(sorted(self._possible), 2):
            if example := self._differing.get(frozenset(pair)):
                words = " and ".join(_ORDER_WORDS[order] for order in pair)
                raise AmbiguousDates(
                    f"{example!r} and the rest of its column can be read {words}. "
                    f"Say which with --dates {'|'.join(pair)}."
                )
        return DateOrder.YMD if DateOrder.YMD in self._possible else min(self._possible)


def column_order(values: Iterable[str]) -> DateOrder:
    """The one order in which a column is written; see `OrderGuess.order` for what is raised."""
    guess = OrderGuess()
    for value in values:
        guess.see(value)
    return guess.order()


# A column repeats its dates: remembered, each costs a tenth of reading it anew.
@lru_cache(maxsize=8192)
def _readings(value: str) -> Mapping[DateOrder, date]:
    text = unicodedata.normalize("NFKC", value).strip()
    text = _WEEKDAY.sub("", _CLOCK.sub("", text).strip())
    if numbers := _NUMBERS.fullmatch(text):
        return _numeric(numbers[1], numbers[3], numbers[4])
    clear: date | None = None
    if compact := _YEAR_FIRST.fullmatch(text):
        clear = _date(compact[1], int(compact[2]), compact[3])
    elif named := _DAY_NAME_YEAR.fullmatch(text):
        clear = _date(named[3], _MONTH_NUMBERS.get(named[2].casefold(), 0), named[1])
    elif named := _NAME_DAY_YEAR.fullmatch(text):
        clear = _date(named[3], _MONTH_NUMBERS.get(named[1].casefold(), 0), named[2])
    return dict.fromkeys(DateOrder, clear) if clear else {}


def _numeric(first: str, second: str, third: str) -> dict[DateOrder, date]:
    if len(first) == 4 and len(third) <= 2:
        clear = _date(first, int(second), third)
        return dict.fromkeys(DateOrder, clear) if clear else {}
    if len(first) > 2 or len(third) not in (2, 4):
        return {}
    readings = {
        DateOrder.DMY: _date(third, int(second), first),
        DateOrder.MDY: _date(third, int(first), second),
        DateOrder.YMD: _date(first, int(second), third) if len(first) == len(third) == 2 else None,
    }
    return {order: day for order, day in readings.items() if day}


def _date(year: str, month: int, day: str) -> date | None:
    full_year = int(year) + 2000 if len(year) == 2 else int(year)
    if not _EARLIEST_YEAR <= full_year <= _LATEST_YEAR:
        return None
    try:
        return date(full_year, month, int(day))
    except ValueError:
        return None
