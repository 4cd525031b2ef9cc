from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.durations import Unit
from bot.core.notice import NoticePeriod
from bot.renewals.rules.terms import (
    annual_value,
    assumed_renewal_term,
    deadline,
    is_end_inclusive,
    months_between,
    months_of,
    next_end,
    next_renewal,
    notice_deadline,
    roll,
    term_value,
)
from tests.strategies import days

terms = st.integers(1, 60)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("monthly", 1),
        ("Month-to-Month", 1),
        ("quarterly", 3),
        ("Half-Yearly", 6),
        ("semi-annual", 6),
        ("annual", 12),
        ("Annually", 12),
        ("yearly", 12),
        ("36", 36),
        ("12.0", 12),
        ("24 months", 24),
        ("24mo", 24),
        ("3 years", 3 * 12),
        ("3-Year", 36),
        ("3 Year Term", 36),
        ("1.5 years", 18),
        ("two years", 24),
        ("a year", 12),
        ("2 quarters", 6),
        ("30 days", 1),
        ("90 days", 3),
        ("365 days", 12),
        ("365", 12),
        ("1095", 36),
        ("two (2) years", 24),
        ("thirty-six (36) months", 36),
        ("36 (thirty-six) months", 36),
        ("1 year and 6 months", 18),
        ("½ year", 6),
        ("successive periods of 12 months", 12),
        ("jeweils um 12 Monate", 12),
        ("730 days", 24),
        ("52 weeks", 12),
        ("every 6 months", 6),
        ("P12M", 12),
        ("P1Y6M", 18),
        ("P365D", 12),
        ("1 year 6 months", 18),
        ("12 meses", 12),
        ("36 mois", 36),
        ("3 Jahre", 36),
        ("jährlich", 12),
        ("ein Jahr", 12),
        ("3 mo", 3),
        ("1 quarter", 3),
    ],
)
def test_terms_are_read_as_crms_write_them(text: str, months: int) -> None:
    assert months_of(text) == months


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "0",
        "-12",
        "1.3 months",
        "weekly",
        "2 weeks",
        "36 months initial, 12 months renewal",
        "45 days",
        "9999",
        "1e3",
    ],
)
def test_what_is_no_term_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="Write"):
        months_of(text)


@pytest.mark.parametrize(
    ("start", "months", "n", "expected"),
    [
        (date(2024, 2, 29), 12, 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, 4, date(2028, 2, 29)),
        (date(2025, 1, 31), 1, 1, date(2025, 2, 28)),
        (date(2025, 1, 31), 1, 2, date(2025, 3, 31)),
        (date(2025, 1, 31), 1, 3, date(2025, 4, 30)),
        (date(2025, 8, 31), 6, 1, date(2026, 2, 28)),
        (date(2025, 11, 30), 3, 1, date(2026, 2, 28)),
        (date(2025, 12, 15), 1, 1, date(2026, 1, 15)),
        (date(2025, 3, 31), 1, -1, date(2025, 2, 28)),
        (date(2025, 5, 5), 12, 0, date(2025, 5, 5)),
        (date(9998, 12, 31), 12, 1, date(9999, 12, 31)),
        (date(1, 2, 1), 1, -1, date(1, 1, 1)),
    ],
)
def test_terms_roll_to_the_months_last_day_and_come_back(start: date, months: int, n: int, expected: date) -> None:
    assert roll(start, months, n) == expected


@given(days, terms, st.integers(0, 40))
def test_a_rolled_date_is_the_anchor_day_or_the_months_last(start: date, months: int, n: int) -> None:
    rolled = roll(start, months, n)
    assert (rolled.year - start.year) * 12 + rolled.month - start.month == months * n
    assert rolled.day == min(start.day, monthrange(rolled.year, rolled.month)[1])


@given(days, terms, days)
def test_the_next_renewal_is_the_first_one_after_the_day(start: date, months: int, after: date) -> None:
    renewals = [roll(start, months, n) for n in range(1, 260 // months + 2)]
    assert next_renewal(start, months, after) == next(day for day in renewals if day > after)


def test_a_contract_that_begins_later_renews_one_term_after_it_begins() -> None:
    assert next_renewal(date(2026, 6, 1), 12, date(2026, 1, 1)) == date(2027, 6, 1)


def test_a_renewal_on_the_day_itself_is_not_the_next_one() -> None:
    assert next_renewal(date(2025, 6, 1), 12, date(2026, 6, 1)) == date(2027, 6, 1)


def test_a_term_without_length_or_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="month"):
        next_renewal(date(2025, 1, 1), 0, date(2025, 1, 1))
    with pytest.raises(ValueError, match="calendar"):
        roll(date(2025, 1, 1), 12, 9000)


@given(days, terms)
def test_the_last_day_and_the_day_after_it_mean_one_term(start: date, months: int) -> None:
    following = roll(start, months, 1)
    assert months_between(start, following) == months
    assert months_between(start, following - timedelta(days=1)) == months


def test_an_end_that_does_not_follow_its_start_is_refused() -> None:
    with pytest.raises(ValueError, match="after the start"):
        months_between(date(2025, 1, 1), date(2025, 1, 1))


def test_the_deadline_is_the_earliest_day_on_which_one_can_still_say_no() -> None:
    renewal = date(2026, 12, 31)
    assert deadline(renewal) == renewal
    assert deadline(renewal, 0) == renewal
    assert deadline(renewal, 90) == notice_deadline(renewal, 90) == date(2026, 10, 2)
    assert deadline(renewal, 30, date(2026, 11, 1)) == date(2026, 11, 1)
    assert deadline(renewal, None, date(2027, 1, 5)) == renewal
    with pytest.raises(ValueError, match="0 days or more"):
        deadline(renewal, -1)


def test_a_bare_number_counts_the_unit_of_its_header() -> None:
    assert (months_of("3", Unit.YEAR), months_of("2", Unit.QUARTER), months_of("365", Unit.DAY)) == (36, 6, 12)
    assert months_of("18 months", Unit.YEAR) == 18


@given(st.dates(date(2020, 1, 1), date(2049, 12, 31)), terms, st.integers(1, 20), st.booleans())
def test_after_a_months_last_day_come_last_days_whatever_the_term(
    day: date, months: int, n: int, knows_start: bool
) -> None:
    end = day.replace(day=monthrange(day.year, day.month)[1])
    start = roll(end + timedelta(days=1), months, -1) if knows_start else None
    for _ in range(n):
        following = next_end(end, months, end, start, is_last_day=True)
        assert (following.year - end.year) * 12 + following.month - end.month == months
        assert following.day == monthrange(following.year, following.month)[1]
        end = following


@given(days, terms, st.integers(1, 12))
def test_terms_that_follow_keep_the_day_on_which_the_first_began(start: date, months: int, n: int) -> None:
    end = roll(start, months, 1)
    for _ in range(n):
        end = next_end(end, months, end, start)
    assert end == roll(start, months, n + 1)


def test_the_start_tells_whether_an_end_is_the_last_day_of_its_term() -> None:
    start = date(2025, 1, 1)
    assert is_end_inclusive(start, date(2025, 6, 30), False)
    assert not is_end_inclusive(start, date(2025, 7, 1), True)
    assert is_end_inclusive(None, date(2025, 6, 30), True) and not is_end_inclusive(None, date(2025, 6, 30), False)


def test_a_renewal_that_nobody_words_is_assumed_for_a_year_at_most() -> None:
    assert [assumed_renewal_term(months) for months in (1, 6, 12, 36)] == [1, 6, 12, 12]


def test_values_are_turned_between_terms_and_years_to_the_cent() -> None:
    assert annual_value(Decimal(36000), 36) == Decimal("12000.00")
    assert annual_value(Decimal(100), 7) == Decimal("171.43")
    assert term_value(36, annual=Decimal(12000), monthly=Decimal(5)) == Decimal("36000.00")
    assert term_value(1, monthly=Decimal(2786)) == Decimal("2786.00")
    assert term_value(36, monthly=Decimal("100.10")) == Decimal("3603.60")
    assert term_value(12, value=Decimal(0), annual=Decimal(12)) == 0
    assert term_value(12) is None


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("1200", 1200),
        ("100 years", 1200),
        ("360 days", 12),
        ("364 days", 12),
        ("366 days", 12),
        ("720 days", 24),
        ("30 weeks", 7),
        ("each 3 months", 3),
        ("per 2 quarters", 6),
        ("a month contract", 1),
        ("annual, prepaid", 12),
        ("annual up front", 12),
        ("quarterly in advance", 3),
        ("2.0 years", 24),
        ("1 half year", 6),
        ("15 fortnights", 7),
        ("every two months", 2),
        ("every 12", 12),
        ("each 6", 6),
        ("annual contract", 12),
        ("an annual term", 12),
        ("1 year 0 days", 12),
        ("biennial", 24),
        ("triennially", 36),
        ("P30D", 1),
        ("  3-year  ", 36),
    ],
)
def test_terms_are_read_in_their_many_wordings(text: str, months: int) -> None:
    assert months_of(text) == months


@pytest.mark.parametrize(
    "text",
    [
        "1201", "101 years", "31 days", "0 days", "1 year 45 days", "1 year foo", "foo 1", "5 working days",
        "1.5 months", "1.5", "P0D", "P6W", "P1M1D", "-3 years", "-1", "1 year 6", "2 fortnights", "1 foo", "foo months",
    ],
)  # fmt: skip
def test_what_are_no_whole_months_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Write"):
        months_of(text)


def test_what_is_no_term_at_all_is_told_apart_from_one_that_is_out_of_range() -> None:
    for text, told in (("", "is not a term"), ("1 foo", "is not a term"), ("0 days", "out of range"), ("1201", "1200")):
        with pytest.raises(ValueError, match=told):
            months_of(text)


@pytest.mark.parametrize("text", [f"{'9' * 40} days", f"{'9' * 40} weeks", f"P{'9' * 40}D", "9" * 40])
def test_a_number_of_forty_digits_is_refused_like_any_other(text: str) -> None:
    with pytest.raises(ValueError, match="Write"):
        months_of(text, Unit.DAY)


def test_half_a_cent_counts_as_one() -> None:
    assert annual_value(Decimal("0.01"), 24) == Decimal("0.01")
    assert term_value(6, annual=Decimal("0.01")) == Decimal("0.01")
    assert term_value(1, monthly=Decimal("0.005")) == Decimal("0.01")
    assert str(annual_value(Decimal(5), 1)) == "60.00"


def test_a_term_has_at_least_one_month_everywhere() -> None:
    day = date(2026, 1, 1)
    for refused in (
        lambda: annual_value(Decimal(1), 0),
        lambda: term_value(0, Decimal(1)),
        lambda: roll(day, 0, 1),
        lambda: next_end(day, 0, day),
    ):
        with pytest.raises(ValueError, match="at least one month"):
            refused()
    assert roll(day, 1, 1) == date(2026, 2, 1)


def test_a_term_of_a_few_days_is_a_month_and_the_nearer_month_counts() -> None:
    start = date(2026, 1, 10)
    assert months_between(start, start + timedelta(days=1)) == 1
    assert months_between(start, date(2026, 3, 20)) == 2
    assert months_between(date(2026, 1, 31), date(2026, 3, 1)) == 1
    assert months_between(date(2025, 12, 31), date(2026, 3, 1)) == 2
    assert months_between(start, date(2026, 3, 28)) == 3
    assert months_between(start, date(2026, 3, 2)) == 2
    assert months_between(start, date(2027, 1, 9)) == 12
    assert months_between(date(2025, 12, 10), date(2026, 1, 9)) == 1


@given(st.dates(date(2020, 1, 1), date(2032, 1, 1)), terms, st.integers(0, 3000), st.booleans())
def test_the_end_that_follows_is_the_first_after_the_day(end: date, months: int, ahead: int, is_last_day: bool) -> None:
    shift = timedelta(days=is_last_day)
    after = end + timedelta(days=ahead)
    ends = [roll(end + shift, months, n) - shift for n in range(1, 3100 // (28 * months) + 3)]
    assert next_end(end, months, after, is_last_day=is_last_day) == next(day for day in ends if day > after)


@given(days, terms, st.integers(0, 4000))
def test_the_end_that_follows_keeps_the_day_of_a_start_that_fits(start: date, months: int, ahead: int) -> None:
    end = roll(start, months, 1)
    after = end + timedelta(days=ahead)
    ends = [roll(start, months, n) for n in range(2, 4100 // (28 * months) + 4)]
    assert next_end(end, months, after, start) == next(day for day in ends if day > after)


def test_a_start_that_does_not_fit_its_end_is_no_anchor() -> None:
    end = date(2026, 2, 28)
    assert next_end(end, 1, end, date(2025, 1, 30)) == date(2026, 3, 30), "28 February is the 30th of that month"
    assert next_end(end, 1, end, date(2025, 1, 20)) == date(2026, 3, 28)
    assert next_end(end, 1, end, end) == next_end(end, 1, end, date(2026, 3, 31)) == date(2026, 3, 28)


def test_a_last_day_is_counted_from_the_first_day_of_the_next_term() -> None:
    end = date(2026, 1, 28)
    assert next_end(end, 1, end, is_last_day=True) == date(2026, 2, 27), "29 January is the 28th of February"
    assert next_end(end, 1, date(2026, 2, 27), is_last_day=True) == date(2026, 3, 28)
    assert next_end(end, 1, date(2026, 2, 26), is_last_day=True) == date(2026, 2, 27)


def test_terms_of_one_month_go_on_after_years() -> None:
    assert next_renewal(date(2020, 1, 31), 1, date(2026, 2, 27)) == date(2026, 2, 28)
    assert next_renewal(date(2020, 1, 31), 1, date(2026, 2, 28)) == date(2026, 3, 31)
    assert next_end(date(2020, 1, 31), 1, date(2026, 12, 31), is_last_day=True) == date(2027, 1, 31)


def test_the_start_tells_nothing_when_it_fits_neither_day() -> None:
    start = date(2025, 1, 15)
    for is_called_end in (True, False):
        assert is_end_inclusive(start, date(2025, 6, 20), is_called_end) is is_called_end
        assert is_end_inclusive(start, start, is_called_end) is is_called_end
        assert is_end_inclusive(date(2025, 7, 1), date(2025, 6, 30), is_called_end) is is_called_end
        assert is_end_inclusive(date(2024, 2, 1), date(2026, 1, 31), is_called_end)
        assert not is_end_inclusive(date(2024, 2, 1), date(2026, 2, 1), is_called_end)
        assert is_end_inclusive(date(2025, 1, 1), date(2025, 12, 31), is_called_end)


def test_the_day_to_say_no_of_a_last_day_is_counted_from_both_ends() -> None:
    notice = NoticePeriod(1, Unit.MONTH)
    assert notice_deadline(date(2027, 3, 30), notice, is_last_day=True) == date(2027, 2, 27)
    assert notice_deadline(date(2027, 3, 30), notice) == date(2027, 2, 28)
    assert deadline(date(2027, 3, 30), notice, is_last_day=True) == date(2027, 2, 27)
    assert deadline(date(2027, 3, 30), notice) == date(2027, 2, 28)
