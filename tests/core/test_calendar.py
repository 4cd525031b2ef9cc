from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import (
    DaysOff,
    add_working_days,
    is_working_day,
    local_date,
    local_moment,
    working_day_on_or_after,
    working_day_on_or_before,
    zone_named,
)
from bot.core.hours import Hours, every_day, usual_span
from tests.strategies import days, holiday_sets, working_days_between

FRIDAY = date(2026, 5, 1)
MONDAY = date(2026, 5, 4)


class EveryDay:
    """A calendar on which nobody ever works."""

    def __contains__(self, day: object) -> bool:
        return True


def test_weekends_and_holidays_are_not_working_days() -> None:
    assert is_working_day(MONDAY)
    assert not is_working_day(date(2026, 5, 2))
    assert not is_working_day(FRIDAY, {FRIDAY})


def test_a_weekend_moves_back_to_friday_or_on_to_monday() -> None:
    saturday = date(2026, 5, 2)
    assert working_day_on_or_before(saturday) == FRIDAY
    assert working_day_on_or_before(saturday, {FRIDAY}) == date(2026, 4, 30)
    assert working_day_on_or_after(saturday) == MONDAY


def test_a_calendar_without_any_working_day_is_refused_and_not_searched_for_ever() -> None:
    with pytest.raises(ValueError, match="holidays"):
        working_day_on_or_after(MONDAY, EveryDay())


class EveryDayBut(EveryDay):
    """A calendar with one working day."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __contains__(self, day: object) -> bool:
        return day != self.day


def test_a_year_without_a_working_day_is_looked_over_and_not_a_day_more() -> None:
    last = MONDAY + timedelta(days=366)
    assert working_day_on_or_after(MONDAY, EveryDayBut(last)) == last
    assert working_day_on_or_before(last, EveryDayBut(MONDAY)) == MONDAY
    with pytest.raises(ValueError, match="holidays"):
        working_day_on_or_after(MONDAY - timedelta(days=1), EveryDayBut(last))
    hours = Hours("UTC", DaysOff(EveryDayBut(last)), every_day(usual_span()))
    assert hours.morning(MONDAY) == datetime.combine(last, time(9), UTC)
    with pytest.raises(ValueError, match="holidays"):
        hours.morning(MONDAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        (FRIDAY, 1, MONDAY),
        (FRIDAY, 2, date(2026, 5, 5)),
        (date(2026, 5, 2), 0, MONDAY),
        (FRIDAY, 0, FRIDAY),
        (MONDAY, -1, FRIDAY),
        (date(2026, 5, 2), -1, FRIDAY),
        (date(2026, 5, 3), 1, MONDAY),
    ],
)
def test_working_days_are_counted_over_the_weekend(start: date, n: int, expected: date) -> None:
    assert add_working_days(start, n) == expected


@given(days, st.integers(1, 60), holiday_sets)
def test_from_a_day_to_its_nth_working_day_there_are_n(start: date, n: int, holidays: frozenset[date]) -> None:
    end = add_working_days(start, n, holidays)
    assert is_working_day(end, holidays)
    assert working_days_between(start, end, holidays) == n


@pytest.mark.parametrize(
    ("day", "at", "zone", "expected"),
    [
        (date(2026, 3, 3), time(9), "Europe/Berlin", datetime(2026, 3, 3, 8, tzinfo=UTC)),
        (date(2026, 7, 3), time(9), "Europe/Berlin", datetime(2026, 7, 3, 7, tzinfo=UTC)),
        # 02:30 is left out on 29 March 2026; clocks show 03:30 instead.
        (date(2026, 3, 29), time(2, 30), "Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # 02:30 comes twice on 25 October 2026; the first is meant, whatever the fold says.
        (date(2026, 10, 25), time(2, 30, fold=1), "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 7, 3), time(9), "Asia/Kolkata", datetime(2026, 7, 3, 3, 30, tzinfo=UTC)),
        (date(2026, 7, 3), time(9), "Nowhere/Land", datetime(2026, 7, 3, 9, tzinfo=UTC)),
        (date(2026, 7, 3), time(9), "", datetime(2026, 7, 3, 9, tzinfo=UTC)),
        (date(2026, 7, 3), time(9), "../../etc/passwd", datetime(2026, 7, 3, 9, tzinfo=UTC)),
    ],
)
def test_a_local_time_becomes_its_utc_moment(day: date, at: time, zone: str, expected: datetime) -> None:
    moment = local_moment(day, at, zone)
    assert moment == expected
    assert moment.tzinfo is UTC


def test_the_date_is_the_one_on_the_wall_there() -> None:
    late = datetime(2026, 5, 4, 23, 30, tzinfo=UTC)
    assert local_date(late, "America/New_York") == MONDAY
    assert local_date(late, "Asia/Tokyo") == date(2026, 5, 5)


def test_a_zone_that_is_typed_in_wrongly_is_refused() -> None:
    with pytest.raises(ValueError, match="Europe/Berlin"):
        zone_named("Middle/Earth")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        local_date(datetime(2026, 5, 4), "UTC")


def test_a_time_that_says_a_zone_is_still_read_where_it_is_asked_for() -> None:
    nine = time(9, tzinfo=timezone(timedelta(hours=5)))
    assert local_moment(date(2026, 3, 3), nine, "Europe/Berlin") == datetime(2026, 3, 3, 8, tzinfo=UTC)
