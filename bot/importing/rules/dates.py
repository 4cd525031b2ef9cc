"""Dates as files write them. The order of day and month is found from a whole column, or asked for; never guessed."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import combinations

from bot.core.month_names import is_weekday, month_named


class DateOrder(StrEnum):
    """In which order a column writes day, month and year."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


class AmbiguousDates(ValueError):
    """A column that can be read in two orders, with different dates."""


class UnreadableDates(ValueError):
    """A column that no single order can read."""


class NoDates(UnreadableDates):
    """A column in which nothing is a date."""


_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2199
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_NUMBERS = {name[:length]: n for n, name in enumerate(_MONTHS, 1) for length in range(3, len(name) + 1)}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−⁃﹣", "-") | {"\u200e": None, "\u200f": None, "\u200b": None})
_CLOCK = re.compile(
    r"(?:[T ,]\s*|(?<=\d)T)(?:(?:at|um|à|kl\.?|klo|o|alle)\s+)?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r"\s*(?:[AP]\.?\s?M\.?)?(?:\s*(?:Z|[A-Z]{3,5}|(?:UTC|GMT)?\s?[+-]\d{1,2}(?::?\d{2})?))*$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_YEAR_LAST = re.compile(
    r"([a-z]{3,9})\.? +(\d{1,2}) +\d{1,2}:\d{2}(?::\d{2})? +(?:(?:[A-Z]{2,5}|(?:GMT|UTC)?[+-]\d{2}:?\d{2}) +)?(\d{4})",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?")
_YEAR_FIRST = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T\d{4,6}Z?)?")
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?[\s/-]*([a-z]{3,9})\.?[\s,/-]*(\d{4}|\d{2})", re.IGNORECASE)
_NAME_DAY_YEAR = re.compile(r"([a-z]{3,9})\.?[\s/-]*(\d{1,2})(?:st|nd|rd|th)?[\s,/-]+(\d{4}|\d{2})", re.IGNORECASE)
_YEAR_NAME_DAY = re.compile(r"(\d{4})[\s,/-]*([a-z]{3,9})\.?[\s/-]*(\d{1,2})", re.IGNORECASE)
_EAST_ASIAN = re.compile(r"(?:(令和|平成)(\d{1,2}|元)|(\d{4}))\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]?")
_ERAS = {"令和": 2018, "平成": 1988}
_YEAR_MONTH = re.compile(r"(\d{4})(?:(\d{2})|\s?[-/.年M]\s?M?(\d{1,2})\s?月?)", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{4})")
_NAME_YEAR = re.compile(r"([^\W\d_]{3,12})(?:[.,]?[\s/-]*(\d{4})|\.?[-/'’](\d{2}))")
_YEAR_NAME = re.compile(r"(\d{4})[\s,/-]*([^\W\d_]{3,12})\.?")
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_FILLERS = frozenset((
    "de", "del", "of", "the", "di", "do", "da", "den", "der", "d", "di", "le", "el", "dia", "г", "року", "року", "р",
    "er", "re", "ème", "st", "nd", "rd", "th", "º", "ª", "o", "os", "r", "m", "y", "a", "p", "e", "i", "en", "n", "k",
    "t",
))  # fmt: skip
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIALS = range(32_874, 73_051)
_SERIAL_START = date(1899, 12, 30)
_TIMESTAMP = re.compile(r"(\d{10})(?:\.0+)?|(\d{10})\d{3}(?:\.0+)?")
_DAY_SECONDS = 86_400
_LONGEST_SPELLED = 60
_ORDER_WORDS = {DateOrder.DMY: "day first", DateOrder.MDY: "month first", DateOrder.YMD: "year first"}


def day_number(text: str) -> date | None:
    """The date of a spreadsheet's day number, 1990 to 2099 (46447 is 2027-03-01), or of a timestamp at midnight UTC.

    A timestamp at another hour is a moment, and which day it means depends on where; None for that and all else.
    """
    plain = text.strip()
    if _SERIAL.fullmatch(plain) and int(plain[:5]) in _SERIALS:
        return _SERIAL_START + timedelta(days=int(plain[:5]))
    stamp = timestamp(plain)
    return stamp.date() if stamp is not None and not stamp.timestamp() % _DAY_SECONDS else None


def timestamp(text: str) -> datetime | None:
    """The moment that a number of seconds or milliseconds since 1970 means; None for a number of another length."""
    found = _TIMESTAMP.fullmatch(text.strip())
    if not found:
        return None
    return datetime.fromtimestamp(int(found[1] or found[2]), UTC)


def parse_date(text: str, order: DateOrder, numbers: bool = False) -> date:
    """The date that `text` means in a column written in `order`; `numbers`: a spreadsheet's day number is one too.

    Reads 2025-03-03 (with a time of day or not; the date is taken as written), 20250303, 3 Mar 2025, Mar 3, 2025,
    and 23-12-2023, 12/23/2023, 23.12.23 by the order; two-digit years are 20xx. ValueError says what to write:
    for a spreadsheet's day number, a date that does not exist, and years before 1900 or after 2199.
    """
    readings = _readings(text)
    if order in readings:
        return readings[order]
    if numbers and (counted := day_number(text)):
        return counted
    if _SERIAL.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is a spreadsheet's day number. Format the column as a date and export again.")
    if readings:
        raise ValueError(f"{text!r} is no date when read {_ORDER_WORDS[order]}. Write it like 2025-03-31.")
    raise ValueError(f"{text!r} is no date between {_EARLIEST_YEAR} and {_LATEST_YEAR}. Write it like 2025-03-31.")


def parse_month(text: str) -> date | None:
    """The first day of the month that `text` names without a day: 2026-03, 03/2026, 202603, Mar 2026, 2026年3月.

    None for anything else, a whole date above all.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    if figures := _YEAR_MONTH.fullmatch(plain):
        return _date(figures[1], int(figures[2] or figures[3]), "1")
    if figures := _MONTH_YEAR.fullmatch(plain):
        return _date(figures[2], int(figures[1]), "1")
    if named := _NAME_YEAR.fullmatch(plain):
        return _date(named[2] or named[3], _month(named[1]), "1")
    if named := _YEAR_NAME.fullmatch(plain):
        return _date(named[1], _month(named[2]), "1")
    return None


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
            raise NoDates(f"{self._unreadable!r} is no date. Write dates like 2025-03-31.")
        for pair in combinations(sorted(self._possible), 2):
            if example := self._differing.get(frozenset(pair)):
                words = " and ".join(_ORDER_WORDS[order] for order in pair)
                raise AmbiguousDates(
                    f"{example!r} and the rest of its column can be read {words}. "
                    f"Say which with --dates {'|'.join(pair)}."
                )
        return DateOrder.YMD if DateOrder.YMD in self._possible else min(self._possible)


# A column repeats its dates: remembered, each costs a tenth of reading it anew.
@lru_cache(maxsize=8192)
def _readings(value: str) -> Mapping[DateOrder, date]:
    text = unicodedata.normalize("NFKC", value).translate(_DASHES).strip()
    text = _WEEKDAY.sub("", _CLOCK.sub("", _BRACKETS.sub("", text)).strip())
    if numbers := _NUMBERS.fullmatch(text):
        return _numeric(numbers[1], numbers[3], numbers[4])
    clear: date | None = None
    if compact := _YEAR_FIRST.fullmatch(text):
        clear = _date(compact[1], int(compact[2]), compact[3])
    elif named := _DAY_NAME_YEAR.fullmatch(text):
        clear = _date(named[3], _month(named[2]), named[1])
    elif named := _NAME_DAY_YEAR.fullmatch(text) or _YEAR_LAST.fullmatch(text):
        clear = _date(named[3], _month(named[1]), named[2])
    elif named := _YEAR_NAME_DAY.fullmatch(text):
        clear = _date(named[1], _month(named[2]), named[3])
    elif eastern := _EAST_ASIAN.fullmatch(text):
        year = int(eastern[3] or (1 if eastern[2] == "元" else eastern[2])) + _ERAS.get(eastern[1], 0)
        clear = _date(str(year), int(eastern[4]), eastern[5])
    elif not text.replace(".", "").isdecimal():
        clear = _spelled(text)
    return dict.fromkeys(DateOrder, clear) if clear else {}


def _month(word: str) -> int:
    return _MONTH_NUMBERS.get(word.casefold()) or month_named(word)


def _spelled(text: str) -> date | None:
    """A date with its month in words, in any order: "3. März 2027", "jueves, 11 de marzo de 2027", "2027. május 5."."""
    if len(text) > _LONGEST_SPELLED:
        return None
    parts = _WORDS.findall(text)
    figures = [part for part in parts if part.isdecimal()]
    words = [part.casefold() for part in parts if not part.isdecimal()]
    months = [month for word in words if (month := _month(word)) and word not in _FILLERS]
    others = [word for word in words if word not in _FILLERS and not _month(word)]
    if len(figures) != 2 or len(months) != 1 or not all(map(is_weekday, others)):
        return None
    years = [figure for figure in figures if len(figure) == 4]
    if len(years) == 1:
        day = figures[1 - figures.index(years[0])]
        return _date(years[0], months[0], day) if len(day) <= 2 else None
    # Two figures each: the day stands before the month's name and the year after it, or nobody can tell.
    is_day_first = parts[0] == figures[0] and parts[-1] == figures[1] and len(figures[1]) == 2
    return _date(figures[1], months[0], figures[0]) if is_day_first and len(parts) == 3 else None


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
