"""Notice periods: read as contracts word them, counted back on the calendar, never later than the literal reading."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.durations import Unit, unit_in_header
from bot.core.notice import NoticePeriod, PeriodEnd, read_notice, stored_notice
from tests.strategies import days, holiday_sets

M, Q, W, Y, D, WD = Unit.MONTH, Unit.QUARTER, Unit.WEEK, Unit.YEAR, Unit.DAY, Unit.WORKING_DAY
THIRTY_YEARS = [date(2020, 1, 1) + timedelta(days=n) for n in range(30 * 365 + 8)]


def months_back(day: date, months: int) -> date:
    """The literal reading: the same day so many months before, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("30", NoticePeriod(30)),
        ("ninety (90) days prior to the end of the then-current term", NoticePeriod(90)),
        ("written notice of sixty days", NoticePeriod(60)),
        ("10 business days", NoticePeriod(10, WD)),
        ("30 Werktage", NoticePeriod(30, WD)),
        ("10 jours ouvrés", NoticePeriod(10, WD)),
        ("6 weeks", NoticePeriod(6, W)),
        ("three (3) months' written notice", NoticePeriod(3, M)),
        ("3 Monate", NoticePeriod(3, M)),
        ("3 mois de préavis", NoticePeriod(3, M)),
        ("3 meses", NoticePeriod(3, M)),
        ("tre mesi", NoticePeriod(3, M)),
        ("3 maanden", NoticePeriod(3, M)),
        ("3 månader", NoticePeriod(3, M)),
        ("3 miesiące", NoticePeriod(3, M)),
        ("1 half year", NoticePeriod(6, M)),
        ("1 quarter", NoticePeriod(1, Q)),
        ("1 year", NoticePeriod(1, Y)),
        ("P3M", NoticePeriod(3, M)),
        ("P90D", NoticePeriod(90)),
        ("3 months to the end of the quarter", NoticePeriod(3, M, PeriodEnd.QUARTER)),
        ("6 Wochen zum Quartalsende", NoticePeriod(6, W, PeriodEnd.QUARTER)),
        ("3 Monate zum Ende des Kalenderjahres", NoticePeriod(3, M, PeriodEnd.YEAR)),
        ("einen Monat zum Monatsende", NoticePeriod(1, M, PeriodEnd.MONTH)),
        ("3 mois avant la fin du trimestre", NoticePeriod(3, M, PeriodEnd.QUARTER)),
        ("30 days before end of month", NoticePeriod(30, D, PeriodEnd.MONTH)),
        ("minimum 3 months to the end of a calendar quarter", NoticePeriod(3, M, PeriodEnd.QUARTER)),
        ("3 Monate zum Vertragsende", NoticePeriod(3, M)),
        ("3 months before the end of the contract year", NoticePeriod(3, M)),
        ("6 Wochen zum Quartal", NoticePeriod(6, W, PeriodEnd.QUARTER)),
        ("3 Monate zum Halbjahr", NoticePeriod(3, M, PeriodEnd.HALF_YEAR)),
        ("4 Wochen zum Monatsletzten", NoticePeriod(4, W, PeriodEnd.MONTH)),
        ("3 Monate zum Ultimo", NoticePeriod(3, M, PeriodEnd.MONTH)),
        ("3 Monate zum 31.12.", NoticePeriod(3, M, PeriodEnd.YEAR)),
        ("3 months before 31 December", NoticePeriod(3, M, PeriodEnd.YEAR)),
        ("30 days prior to 1 January", NoticePeriod(30, D, PeriodEnd.YEAR)),
        ("forty-five days", NoticePeriod(45)),
        ("treinta y cinco días", NoticePeriod(35)),
        ("diez y seis días", NoticePeriod(16)),
        ("treinta y cinco días de preaviso", NoticePeriod(35)),
        ("one hundred twenty (120) days", NoticePeriod(120)),
        ("1 year 6 months", NoticePeriod(18, M)),
        ("½ year", NoticePeriod(6, M)),
        ("30 working-days", NoticePeriod(30, WD)),
        ("3 mån", NoticePeriod(3, M)),
        ("no notice required", NoticePeriod(0)),
    ],
)
def test_a_notice_period_is_read_as_contracts_word_it(text: str, notice: NoticePeriod) -> None:
    assert read_notice(text).notice == notice
    assert stored_notice(str(notice)) == notice
    assert NoticePeriod.of(*notice.stored) == notice


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("3", NoticePeriod(3, M)),
        ("30-60 days", NoticePeriod(60)),
        ("1.5 months", NoticePeriod(2, M)),
        ("20 Werktage", NoticePeriod(20, WD)),
        ("60 days (see MSA)", NoticePeriod(60)),
        ("1 month and 2 weeks", NoticePeriod(45)),
        ("4 Wochen zum 15. oder zum Monatsende", NoticePeriod(4, W, PeriodEnd.MONTH)),
        ("ending on the last day of a quarter, 3 months", NoticePeriod(3, M, PeriodEnd.QUARTER)),
    ],
)
def test_an_unclear_notice_period_is_read_as_the_earlier_day_and_says_how(text: str, notice: NoticePeriod) -> None:
    assert read_notice(text) == (notice, str(notice))


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "-3",
        "9999",
        "30 apples",
        "60 days after renewal",
        "40 months",
        "end of month",
        "quarante-cinq jours",
        "1 month to the 15th",
        "3 Monate zum 30.06.",
        "3 months before 30 June",
        "3 Monate zum Monatsersten",
        "løbende måned + 30 dage",
        "current month + 30 days",
    ],
)
def test_what_is_no_notice_period_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="Write"):
        read_notice(text)


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Notice Period (months)", M),
        ("notice_months", M),
        ("Term [yrs]", Y),
        ("Frist in Tagen", D),
        ("Notice (business days)", WD),
        ("Notice Period", None),
    ],
)
def test_a_unit_in_a_header_goes_for_bare_numbers(header: str, unit: Unit | None) -> None:
    assert unit_in_header(header) is unit
    assert read_notice("4 weeks", unit).notice == NoticePeriod(4, W)
    assert read_notice("2", unit) == (NoticePeriod(2, unit or M), "" if unit else "2 months")


@pytest.mark.parametrize(
    ("notice", "day", "is_last_day", "deadline"),
    [
        (NoticePeriod(3, M), date(2027, 1, 1), False, date(2026, 10, 1)),
        (NoticePeriod(3, M), date(2026, 12, 31), True, date(2026, 9, 30)),
        (NoticePeriod(3, M), date(2027, 5, 31), True, date(2027, 2, 28)),
        (NoticePeriod(1, M), date(2028, 3, 31), True, date(2028, 2, 29)),
        (NoticePeriod(1, M), date(2027, 3, 30), True, date(2027, 2, 27)),
        (NoticePeriod(2, Q), date(2027, 8, 31), False, date(2027, 2, 28)),
        (NoticePeriod(1, Y), date(2028, 2, 29), False, date(2027, 2, 28)),
        (NoticePeriod(6, W), date(2026, 12, 31), True, date(2026, 11, 19)),
        (NoticePeriod(90), date(2026, 12, 31), True, date(2026, 10, 2)),
        (NoticePeriod(3, M, PeriodEnd.QUARTER), date(2027, 5, 15), False, date(2026, 12, 31)),
        (NoticePeriod(3, M, PeriodEnd.YEAR), date(2027, 1, 1), False, date(2026, 9, 30)),
        (NoticePeriod(6, W, PeriodEnd.QUARTER), date(2026, 12, 31), True, date(2026, 11, 19)),
        (NoticePeriod(1, M, PeriodEnd.MONTH), date(2027, 5, 15), True, date(2027, 3, 30)),
        (NoticePeriod(10, WD), date(2026, 12, 31), True, date(2026, 12, 17)),
    ],
)
def test_the_last_day_to_say_no(notice: NoticePeriod, day: date, is_last_day: bool, deadline: date) -> None:
    assert notice.before(day, is_last_day) == deadline


@pytest.mark.parametrize("months", [1, 2, 3, 6, 12])
def test_on_every_day_of_thirty_years_months_are_never_late_and_at_most_a_day_early(months: int) -> None:
    notice, one = NoticePeriod(months, M), timedelta(days=1)
    for day in THIRTY_YEARS:
        literal = months_back(day, months)
        from_next_term = months_back(day + one, months) - one
        assert notice.before(day) == literal
        assert literal - one <= notice.before(day, is_last_day=True) <= min(literal, from_next_term)


@pytest.mark.parametrize("period", list(PeriodEnd))
def test_on_every_day_of_thirty_years_the_end_of_a_period_is_never_late(period: PeriodEnd) -> None:
    length = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}[period]
    notice = NoticePeriod(3, M, period)
    for day in THIRTY_YEARS:
        deadline = notice.before(day)
        end = months_back(deadline + timedelta(days=1), -3)
        # Three months later lies the end of such a period, the last one that the term reaches.
        ends = [date(y, m, monthrange(y, m)[1]) for y in (day.year - 1, day.year) for m in range(length, 13, length)]
        last = max(e for e in ends if e <= day)
        assert deadline <= months_back(last, 3)
        assert last - timedelta(days=1) <= end <= last + timedelta(days=1)


@given(days, st.integers(0, 60), holiday_sets)
def test_working_days_are_counted_without_holidays_and_the_countrys_weekend(
    day: date, amount: int, holidays: frozenset[date]
) -> None:
    for weekend in (frozenset({5, 6}), frozenset({4, 5})):
        deadline = NoticePeriod(amount, WD).before(day, False, holidays, weekend)
        worked = [deadline + timedelta(days=n) for n in range((day - deadline).days)]
        assert sum(d.weekday() not in weekend and d not in holidays for d in worked) == amount


@pytest.mark.parametrize(
    ("text", "said", "is_doubtful"),
    [
        # The longest there are.
        ("1000 days", "1000 days", False),
        ("142 weeks", "142 weeks", False),
        ("1000 working days", "1000 working days", False),
        ("33 months", "33 months", False),
        ("11 quarters", "11 quarters", False),
        ("2 years", "2 years", False),
        # A number alone.
        ("0", "0 days", False),
        ("5", "5 days", False),
        ("7", "7 days", False),
        *((f"{n}", f"{n} months" if n > 1 else "1 month", True) for n in (1, 2, 3, 4, 6, 9, 12)),
        ("13", "13 days", False),
        ("3 or 6", "6 months", True),
        ("30 or 60", "60 days", True),
        ("30 to the end of the month", "30 days to the end of the month", False),
        ("3 to the end of the quarter", "3 months to the end of the quarter", True),
        # The unit stands once, or the number does.
        ("30, 60 or 90 days", "90 days", True),
        ("30 or 3 months", "30 months", True),
        ("30 days notice, 60 for", "60 days", True),
        ("90 60 30 days", "90 days", True),
        ("3 (months)", "3 months", False),
        ("3 per month", "3 months", False),
        # Of several lengths the longest.
        ("2 weeks or 30 days", "30 days", True),
        ("30 days 45 days", "45 days", True),
        ("30 days (60 days) notice", "60 days", True),
        ("30 days / 1 month", "31 days", True),
        ("90 days (3 months)", "92 days", True),
        ("10 days or 3 months", "3 months", True),
        ("28 days or 1 month", "1 month", True),
        ("3 months or 93 days", "93 days", True),
        ("29 days or 1 month", "31 days", True),
        ("90 days or 3 months to the end of the quarter", "92 days to the end of the quarter", True),
        ("11 months or 330 days", "337 days", True),
        ("one month and two months", "2 months", True),
        ("30 days and 30 days", "30 days", False),
        ("0.5 days", "1 day", True),
        ("1.5 weeks", "11 days", True),
        # Two lengths that belong together, and a second that says the first in other words.
        ("1 year 2 quarters", "18 months", False),
        ("1 year, 12 months", "1 year", True),
        ("1 year or 6 months", "1 year", True),
        ("3 months or 1 year 6 months", "18 months", True),
        ("between 1 month and 2 weeks", "1 month", True),
        ("2 weeks 3 days", "17 days", False),
        ("2 weeks 7 days", "2 weeks", True),
        ("2 weeks 8 days", "2 weeks", True),
        ("1 month 27 days", "58 days", True),
        ("1 month 28 days", "1 month", True),
        ("1 month and 30 days", "61 days", True),
        ("2 weeks and 1 month", "45 days", True),
        ("1 month and 1.2 days", "33 days", True),
        # To the end of the calendar's periods, and of what is none.
        ("30 days EOM", "30 days to the end of the month", False),
        ("3 months EOQ", "3 months to the end of the quarter", False),
        ("1 month eoy", "1 month to the end of the year", False),
        ("3 Monate zum Halbjahresende", "3 months to the end of the half-year", False),
        ("3 Monate zum Ende des Halbjahres", "3 months to the end of the half-year", False),
        ("3 months to the end of a half year", "3 months to the end of the half-year", False),
        ("3 månader till kvartalets slut", "3 months to the end of the quarter", False),
        ("3 mois avant la fin du semestre", "3 months to the end of the half-year", False),
        ("6 weeks to month end", "6 weeks to the end of the month", False),
        ("3 months to year end", "3 months to the end of the year", False),
        ("30 days to the end of the week", "30 days", False),
        ("3 months end of contract quarter", "3 months", False),
        ("3 months of the quarter", "3 months", False),
        ("3 months to the end of quarter 2", "3 months to the end of the quarter", True),
        # Days of the calendar beside the end of a period, and in its place.
        ("3 to the 15th, to the end of the month", "3 months to the end of the month", True),
        ("3 months to the 15th or to month end", "3 months to the end of the month", True),
        ("3 months before 31st March or the quarter end", "3 months to the end of the quarter", True),
        ("3 months before March or the quarter end", "3 months to the end of the quarter", True),
        ("3 months to the first day of the month, month end", "3 months to the end of the month", True),
        ("3 months to QE", "3 months to the end of the quarter", False),
        ("3 Monate zum Quartalsultimo", "3 months to the end of the quarter", False),
        ("3 Monate zum letzten Tag des Quartals", "3 months to the end of the quarter", False),
        # Words that count, and the same words that do not.
        ("a month", "1 month", False),
        ("a quarter", "1 quarter", False),
        ("two y", "2 years", False),
        ("to 30 days", "30 days", False),
        ("1 fortnight", "2 weeks", False),
        ("P1W2D", "9 days", False),
        ("60 days blah", "60 days", True),
        ("12 Werktage zum Monatsende", "12 working days to the end of the month", True),
    ],
)
def test_how_the_many_wordings_are_read(text: str, said: str, is_doubtful: bool) -> None:
    assert read_notice(text) == (stored_notice(said), said if is_doubtful else "")
    assert str(stored_notice(said)) == said


@pytest.mark.parametrize(
    "text",
    [
        "1001 days", "143 weeks", "1001 working days", "34 months", "12 quarters", "3 years", "90 month day", "notice",
        "days", "60 blah", "blah", "(-3 days)", "30 - 60 days", "30 days since", "PT5H", "",
        "an month to the end of a year", "1001", "P3Y", "quarante-cinq jours", f"{'9' * 40} days", f"P{'9' * 40}D",
        "dos y tres",
    ],
)  # fmt: skip
def test_what_may_mean_anything_is_refused_by_its_own_words(text: str) -> None:
    with pytest.raises(ValueError, match="Write") as refused:
        read_notice(text)
    assert repr(text) in str(refused.value)


def test_a_unit_in_the_header_counts_numbers_and_their_choice_is_told() -> None:
    assert read_notice("2 or 3", Unit.WEEK) == (NoticePeriod(3, W), "3 weeks")
    assert read_notice("3 to the end of the quarter", Unit.WEEK) == (NoticePeriod(3, W, PeriodEnd.QUARTER), "")


def test_no_notice_is_nothing_and_notice_to_the_end_of_a_period_is_something() -> None:
    assert not NoticePeriod(0)
    assert NoticePeriod(1) and NoticePeriod(0, M, PeriodEnd.YEAR)
    with pytest.raises(ValueError, match="0 days or more"):
        NoticePeriod(-1)


def test_what_is_stored_is_days_or_words() -> None:
    assert NoticePeriod.of(30) == NoticePeriod(30)
    assert NoticePeriod.of(30, "") == NoticePeriod(30)
    assert NoticePeriod.of(0, "2 months") == NoticePeriod(2, M)
    assert (str(NoticePeriod(1)), str(NoticePeriod(0)), str(NoticePeriod(2, M))) == ("1 day", "0 days", "2 months")


def test_working_days_to_the_end_of_a_period_are_counted_from_its_end() -> None:
    christmas = {date(2026, 12, 25)}
    assert NoticePeriod(5, WD, PeriodEnd.YEAR).before(date(2027, 3, 15), holidays=christmas) == date(2026, 12, 23)
    assert NoticePeriod(5, WD).before(date(2026, 12, 31), True, christmas) == date(2026, 12, 23)


@pytest.mark.parametrize(("days", "months"), [(30, 1), (60, 2), (90, 3), (92, 3), (180, 6), (10, 1)])
def test_of_days_and_months_said_together_neither_is_ever_missed(days: int, months: int) -> None:
    both = read_notice(f"{days} days ({months} months)").notice
    for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(4 * 366)):
        assert both.before(day) <= min(NoticePeriod(days).before(day), NoticePeriod(months, M).before(day))
