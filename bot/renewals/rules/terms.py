"""Contract terms: how long they are, when they come round again, and until when one can say no."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum

from bot.core.durations import DAYS, MONTHS, Unit, folded, iso_length, number_of, tokens, unit_of, word_set
from bot.core.months import shifted
from bot.core.notice import NoticePeriod

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
    **dict.fromkeys(
        (
            "monatlich",
            "mensuel",
            "mensuelle",
            "mensual",
            "mensile",
            "mensal",
            "maandelijks",
            "manatlig",
            "manedlig",
            "miesieczny",
            "miesiecznie",
            "monat",
            "mois",
            "mes",
            "mese",
            "maand",
        ),
        TermUnit.MONTH,
    ),
    **dict.fromkeys(
        (
            "vierteljahrlich",
            "quartalsweise",
            "trimestriel",
            "trimestrielle",
            "trimestral",
            "trimestrale",
            "per kwartaal",
            "kwartaal",
            "quartal",
            "trimestre",
            "kvartalsvis",
            "kwartalny",
        ),
        TermUnit.QUARTER,
    ),
    **dict.fromkeys(
        (
            "halbjahrlich",
            "semestriel",
            "semestrielle",
            "semestral",
            "semestrale",
            "halfjaarlijks",
            "halbjahr",
            "semestre",
        ),
        TermUnit.HALF_YEAR,
    ),
    **dict.fromkeys(
        (
            "jahrlich",
            "jahr",
            "annuel",
            "annuelle",
            "anual",
            "annuale",
            "jaarlijks",
            "jaar",
            "arlig",
            "arlig",
            "ano",
            "anno",
            "roczny",
            "rocznie",
        ),
        TermUnit.YEAR,
    ),
}
_PAYING = re.compile(r" (?:up ?front|pre ?paid|in advance|in arrears|billing|billed|invoiced|payments?)$")
_BARE = re.compile(r"\d+(?:\.\d+)?")
_AND = word_set("and und plus")
_AROUND = word_set(
    "term terms period periods contract initial first renewal successive additional further consecutive "
    "of for each every per alle je auto fixed fest jeweils um weitere weiteren subscription"
)
"""Words beside a length that leave it what it is: "two (2) years", "successive periods of 12 months"."""
_DAYS_OF_YEARS = {days: years for years in range(1, 6) for days in (365 * years, 365 * years + 1)}
_LONGEST_TERM = 100 * TermUnit.YEAR
_IN_DAYS = ((360, 12), (364, 12), (365, 12), (366, 12), (30, 1))
"""A year and a month as contracts count their days, and what each is in months; the first that fits counts."""


def months_of(text: str, unit: Unit = Unit.MONTH) -> int:
    """A term's length in months from the words of a CRM: "monthly", "36", "24 months", "3 years", "P12M", "12 meses".

    A bare number counts `unit`, months unless the column's header says otherwise. Days and weeks count only when they
    mean whole months or years (30, 60, 90 … days; 365 days; 52 weeks). ValueError says what to write instead.
    """
    # A minus in front stays, so that a negative term is refused; a hyphen inside ("3-year") is a space.
    words = re.sub(r"(?<!^)[^a-z0-9.]+|^[^a-z0-9.-]+", " ", folded(text)).strip()
    words = _PAYING.sub("", words).strip()
    words = re.sub(r"^(?:every|each|per) (?=\d)|^an? |\bterm$|\bcontract$", "", words).strip()
    if words in _NAMED_TERMS:
        return int(_NAMED_TERMS[words])
    months = _counted_months(text, words, unit)
    if months is None:
        raise ValueError(f"{text!r} is not a term. Write months (24) or words such as annual or 3 years.")
    if not 1 <= months <= _LONGEST_TERM:
        raise ValueError(f"A term of {text!r} is out of range. Write 1 to {_LONGEST_TERM} months.")
    return months


def _counted_months(text: str, words: str, unit: Unit) -> int | None:
    whole = iso_length(text)
    if whole is not None:
        return _months_in(whole.amount, whole.unit)
    count = number_of(words) if _BARE.fullmatch(words) else None
    if count is not None:
        if unit is Unit.MONTH and count in _DAYS_OF_YEARS:
            return _DAYS_OF_YEARS[int(count)] * TermUnit.YEAR  # nobody signs for 365 months
        return _months_in(count, unit)
    said = [word for word in tokens(text) if word not in _AND]
    bare = [word for word in said if word not in _AROUND]
    if len(bare) == 2:
        said = bare
    total = 0
    # "3 years", "1 year 6 months", "two quarters": numbers and units in turn, and nothing else.
    if words.startswith("-") or not said or len(said) % 2:
        return None
    for at in range(0, len(said), 2):
        number, counted = number_of(said[at]), unit_of(said[at + 1])
        months = None if number is None or counted is None else _months_in(number * counted[1], counted[0])
        if months is None:
            return None
        total += months
    return total


def _months_in(count: Decimal, unit: Unit) -> int | None:
    if unit in MONTHS:
        months = count * MONTHS[unit]
        return int(months) if months == int(months) else None
    return _months_of_days(count * DAYS[unit]) if unit in DAYS else None


def _months_of_days(days: Decimal) -> int | None:
    for length, months in _IN_DAYS:
        count, rest = divmod(days, length)
        if not rest:
            return int(count) * months
    return None


def months_between(start: date, end: date) -> int:
    """The term in whole months, to the nearest, that runs from `start` to `end`; at least 1.

    An end written as the last day of the term (31 Dec) and one written as the first day after it (1 Jan)
    give the same. ValueError when `end` is not after `start`.
    """
    if end <= start:
        raise ValueError("The end date must lie after the start date.")
    whole = (end.year - start.year) * 12 + end.month - start.month
    beyond = (shifted(start, whole) - end).days
    if beyond == 0:
        return whole
    earlier = whole - 1 if beyond > 0 else whole
    before, after = shifted(start, earlier), shifted(start, earlier + 1)
    return max(1, earlier if end - before <= after - end else earlier + 1)


def roll(start: date, months: int, n: int) -> date:
    """The day after `n` terms of `months` months each, anchored at the day of the month of `start`.

    29 February and the 31st fall on a shorter month's last day, and come back to their own day in the
    next month that has it. A negative n goes back. ValueError for a term below one month or a year
    outside 1 to 9999.
    """
    if months < 1:
        raise ValueError("A term has at least one month.")
    return shifted(start, months * n)


def next_renewal(start: date, months: int, after: date) -> date:
    """The first renewal date after the day `after` of a term that began on `start` and keeps renewing.

    The start itself is not a renewal: a contract that begins later renews one term after it begins.
    """
    return _first_after(after, start, 0, months)


def _first_after(after: date, anchor: date, passed: int, months: int) -> date:
    """The first day after `after` of those that lie 1, 2, 3 … terms after `passed` months after `anchor`."""
    if months < 1:
        raise ValueError("A term has at least one month.")
    since = (after.year - anchor.year) * 12 + after.month - anchor.month - passed
    n = max(1, since // months)
    # This one lies in the month of `after` at the latest, the one behind it in a later month.
    day = shifted(anchor, passed + months * n)
    return day if day > after else shifted(anchor, passed + months * (n + 1))


def is_end_inclusive(start: date | None, end: date, is_called_end: bool) -> bool:
    """Whether `end` is the last day of a term (31 Dec) rather than the first day of the next one (1 Jan).

    The start tells where the two fit each other; else what the date is called does.
    """
    if start is not None and start < end:
        months = (end.year - start.year) * 12 + end.month - start.month
        if shifted(start, months) == end:
            return False
        following = end + timedelta(days=1)
        if shifted(start, (following.year - start.year) * 12 + following.month - start.month) == following:
            return True
    return is_called_end


def next_end(end: date, months: int, after: date, start: date | None = None, is_last_day: bool = False) -> date:
    """The first date after `after` on which a term of `months` months ends, of those that follow the one up to `end`.

    Counted from the first day of the next term: after 30 June as a last day come 31 December and 30 June again. It
    keeps the day of the month of `start`, where the term began on it. ValueError for a term below one month.
    """
    shift = timedelta(days=1) if is_last_day else timedelta(0)
    first = end + shift
    anchor = min(start or first, first)
    passed = (first.year - anchor.year) * 12 + first.month - anchor.month
    if shifted(anchor, passed) != first:
        anchor, passed = first, 0
    return _first_after(after + shift, anchor, passed, months) - shift


def assumed_renewal_term(first_term: int) -> int:
    """How long a contract renews for when it does not say, in months: a year, or as long as its term if that is less.

    The shorter one gives the earlier deadline.
    """
    return min(first_term, int(TermUnit.YEAR))


def notice_deadline(renewal_date: date, notice: NoticePeriod | int, is_last_day: bool = False) -> date:
    """The last day on which either side can still say no: the notice period before renewal; a number counts days.

    `is_last_day`: the date is the last day of the old term, not the first of the new. ValueError for a negative period.
    """
    notice = notice if isinstance(notice, NoticePeriod) else NoticePeriod(notice)
    return notice.before(renewal_date, is_last_day)


def deadline(
    renewal_date: date,
    notice: NoticePeriod | int | None = None,
    notice_date: date | None = None,
    is_last_day: bool = False,
) -> date:
    """The day that counts: the earliest of renewal date, notice deadline and an agreed notice date."""
    days = [renewal_date]
    if notice is not None:
        days.append(notice_deadline(renewal_date, notice, is_last_day))
    if notice_date is not None:
        days.append(notice_date)
    return min(days)


def annual_value(term_value: Decimal, months: int) -> Decimal:
    """A term's value for twelve months, to the cent: value × 12 ÷ months."""
    if months < 1:
        raise ValueError("A term has at least one month.")
    a_year = term_value if months == TermUnit.YEAR else term_value * TermUnit.YEAR / months
    return a_year.quantize(CENT, ROUND_HALF_UP)


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
