"""Contract terms: how long they are, when they come round again, and until when one can say no."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum

CENT = Decimal("0.01")


class TermUnit(IntEnum):
    """A unit in which terms are written, as its length in months."""

    MONTH = 1
    QUARTER = 3
    HALF_YEAR = 6
    YEAR = 12


_NAMED_TERMS: dict[str, int] = {
    **dict.fromkeys(("monthly", "month", "per month", "every month", "month to month", "mo"), TermUnit.MONTH),
    **dict.fromkeys(("bi monthly", "bimonthly", "every two months"), 2 * TermUnit.MONTH),
    **dict.fromkeys(("quarterly", "quarter", "per quarter", "every quarter", "qtr"), TermUnit.QUARTER),
    **dict.fromkeys(
        ("half yearly", "halfyearly", "half year", "semi annual", "semiannual", "semi annually", "semiannually"),
        TermUnit.HALF_YEAR,
    ),
    **dict.fromkeys(("biannual", "biannually", "bi annual", "twice a year"), TermUnit.HALF_YEAR),
    **dict.fromkeys(
        ("annual", "annually", "yearly", "year", "per year", "per annum", "every year", "pa"), TermUnit.YEAR
    ),
    **dict.fromkeys(("biennial", "biennially", "two yearly", "every two years", "per two years"), 2 * TermUnit.YEAR),
    **dict.fromkeys(
        ("triennial", "triennially", "three yearly", "every three years", "per three years"), 3 * TermUnit.YEAR
    ),
}
_UNITS: dict[str, int] = {
    **dict.fromkeys(
        ("", "m", "mo", "mos", "mon", "mth", "mths", "month", "months", "monthly", "monat", "monate"), TermUnit.MONTH
    ),
    **dict.fromkeys(("q", "quarter", "quarters", "qtr", "qtrs"), TermUnit.QUARTER),
    **dict.fromkeys(("half year", "half years"), TermUnit.HALF_YEAR),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years", "jahr", "jahre"), TermUnit.YEAR),
}
_PAYING = re.compile(r" (?:up ?front|pre ?paid|in advance|in arrears|billing|billed|invoiced|payments?)$")
_NUMBER_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "twelve": "12"}
_COUNTED = re.compile(r"(\d+(?:\.\d+)?) ?([a-z ]*)")
_LONGEST_TERM = 100 * TermUnit.YEAR
_DAYS_A_YEAR = (360, 364, 365, 366)


def months_of(text: str) -> int:
    """A term's length in months from the words of a CRM: "monthly", "36", "24 months", "3 years", "annual".

    A bare number counts months. Days and weeks count only when they mean whole months or years
    (30, 60, 90 … days; 365 days; 52 weeks). ValueError says what to write instead.
    """
    # A minus in front stays, so that a negative term is refused; a hyphen inside ("3-year") is a space.
    words = re.sub(r"(?<!^)[^a-z0-9.]+|^[^a-z0-9.-]+", " ", text.strip().casefold()).strip()
    words = _PAYING.sub("", words).strip()
    words = re.sub(r"^(?:every|each|per) (?=\d)|^an? |\bterm$|\bcontract$", "", words).strip()
    if words in _NAMED_TERMS:
        return int(_NAMED_TERMS[words])
    first, _, rest = words.partition(" ")
    counted = _COUNTED.fullmatch(f"{_NUMBER_WORDS.get(first, first)} {rest}".strip())
    months = _counted_months(Decimal(counted[1]), counted[2].strip()) if counted else None
    if months is None:
        raise ValueError(f"{text!r} is not a term. Write months (24) or words such as annual or 3 years.")
    if not 1 <= months <= _LONGEST_TERM:
        raise ValueError(f"A term of {text!r} is out of range. Write 1 to {_LONGEST_TERM} months.")
    return months


def _counted_months(count: Decimal, unit: str) -> int | None:
    if unit in ("d", "day", "days"):
        return _months_of_days(count)
    if unit in ("w", "wk", "wks", "week", "weeks"):
        return _months_of_days(count * 7)
    if unit not in _UNITS:
        return None
    months = count * _UNITS[unit]
    return int(months) if months == int(months) else None


def _months_of_days(days: Decimal) -> int | None:
    for a_year in _DAYS_A_YEAR:
        if days > 0 and days % a_year == 0:
            return int(days // a_year) * TermUnit.YEAR
    return int(days // 30) if days > 0 and days % 30 == 0 else None


def months_between(start: date, end: date) -> int:
    """The term in whole months, to the nearest, that runs from `start` to `end`; at least 1.

    An end written as the last day of the term (31 Dec) and one written as the first day after it (1 Jan)
    give the same. ValueError when `end` is not after `start`.
    """
    if end <= start:
        raise ValueError("The end date must lie after the start date.")
    whole = (end.year - start.year) * 12 + end.month - start.month
    nearest = min((whole - 1, whole, whole + 1), key=lambda n: abs((_shifted(start, n) - end).days))
    return max(1, nearest)


def roll(start: date, months: int, n: int) -> date:
    """The day after `n` terms of `months` months each, anchored at the day of the month of `start`.

    29 February and the 31st fall on a shorter month's last day, and come back to their own day in the
    next month that has it. A negative n goes back. ValueError for a term below one month or a year
    outside 1 to 9999.
    """
    if months < 1:
        raise ValueError("A term has at least one month.")
    return _shifted(start, months * n)


def next_renewal(start: date, months: int, after: date) -> date:
    """The first renewal date after the day `after` of a term that began on `start` and keeps renewing.

    The start itself is not a renewal: a contract that begins later renews one term after it begins.
    """
    behind = (after.year - start.year) * 12 + after.month - start.month
    n = max(1, behind // months) if months > 0 else 1
    while (renewal := roll(start, months, n)) <= after:
        n += 1
    return renewal


def _shifted(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError("The term runs beyond the calendar. Check the start date and the term.")
    first = date(year, month + 1, 1)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1) if (year, month) != (9999, 11) else None
    last_day = (following - timedelta(days=1)).day if following else 31
    return first.replace(day=min(start.day, last_day))


def notice_deadline(renewal_date: date, notice_days: int) -> date:
    """The last day on which either side can still say no: `notice_days` (calendar days) before renewal.

    ValueError for a negative notice period.
    """
    if notice_days < 0:
        raise ValueError("A notice period is 0 days or more.")
    return renewal_date - timedelta(days=notice_days)


def deadline(renewal_date: date, notice_days: int | None = None, notice_date: date | None = None) -> date:
    """The day that counts: the earliest of renewal date, notice deadline and an agreed notice date."""
    days = [renewal_date]
    if notice_days is not None:
        days.append(notice_deadline(renewal_date, notice_days))
    if notice_date is not None:
        days.append(notice_date)
    return min(days)


def annual_value(term_value: Decimal, months: int) -> Decimal:
    """A term's value for twelve months, to the cent: value × 12 ÷ months."""
    if months < 1:
        raise ValueError("A term has at least one month.")
    return (term_value * TermUnit.YEAR / months).quantize(CENT, ROUND_HALF_UP)


def term_value(
    months: int,
    value: Decimal | None = None,
    annual: Decimal | None = None,
    monthly: Decimal | None = None,
) -> Decimal | None:
    """What one term is worth, to the cent, from whichever amount is known; None when none is.

    The term's own value counts first, then the annual one (ARR), then the monthly one (MRR).
    """
    if months < 1:
        raise ValueError("A term has at least one month.")
    if value is not None:
        return value
    if annual is not None:
        return (annual * months / TermUnit.YEAR).quantize(CENT, ROUND_HALF_UP)
    return None if monthly is None else (monthly * months).quantize(CENT, ROUND_HALF_UP)
