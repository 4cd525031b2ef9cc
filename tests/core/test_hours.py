from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import DaysOff, is_working_day, local_date, local_moment, local_time
from bot.core.hours import DAY_END, DAY_START, Hours, Span, every_day, usual_span
from tests.strategies import days, holiday_sets, moments, times, weeks, zones

MONDAY = date(2026, 5, 4)
NEVER = DaysOff(weekend=frozenset(range(7)))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


def hours(*spans: Span, zone: str = "UTC", away_until: date | None = None) -> Hours:
    return Hours(zone, DaysOff(), every_day(*(spans or (usual_span(),))), away_until)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 5, 4, 10, tzinfo=UTC), datetime(2026, 5, 4, 10, tzinfo=UTC)),
        (datetime(2026, 5, 4, 9, tzinfo=UTC), datetime(2026, 5, 4, 9, tzinfo=UTC)),
        (datetime(2026, 5, 4, 6, tzinfo=UTC), datetime(2026, 5, 4, 9, tzinfo=UTC)),
        (datetime(2026, 5, 4, 17, 30, tzinfo=UTC), datetime(2026, 5, 5, 9, tzinfo=UTC)),
        (datetime(2026, 5, 1, 20, tzinfo=UTC), datetime(2026, 5, 4, 9, tzinfo=UTC)),
    ],
)
def test_outside_working_hours_one_waits_for_the_next_morning(now: datetime, expected: datetime) -> None:
    assert hours().next_open(now) == expected


@given(moments, zones, holiday_sets, weeks, st.none() | days)
def test_nothing_lands_outside_working_hours(now, zone, holidays, week, away_until) -> None:
    own = Hours(zone, DaysOff(holidays), week, away_until)
    moment = own.next_open(now)
    assert moment >= now
    assert moment.tzinfo is UTC
    assert own.is_open(moment)
    assert own.next_open(moment) == moment
    there = local_time(moment, zone)
    assert is_working_day(there.date(), own.days_off)
    assert away_until is None or there.date() > away_until
    assert any(span.start <= there.time() < span.end for span in week[there.weekday()])


@given(moments, zones, holiday_sets, weeks, st.none() | days)
def test_nothing_is_passed_over_before_the_next_open_moment(now, zone, holidays, week, away_until) -> None:
    own = Hours(zone, DaysOff(holidays), week, away_until)
    moment = own.next_open(now)
    steps = min((moment - now) // timedelta(minutes=30), 48 * 20)
    assert not any(own.is_open(moment - timedelta(minutes=30 * n, seconds=1)) for n in range(steps))


@given(days, zones, holiday_sets, weeks, times, st.none() | days)
def test_a_morning_is_the_first_open_moment_from_that_day_on(day, zone, holidays, week, start, away_until) -> None:
    own = Hours(zone, DaysOff(holidays), week, away_until)
    later = own.starting(start)
    morning = later.morning(day)
    assert own.is_open(morning)
    assert own.day(morning) >= day
    assert own.next_morning(morning) > morning
    assert own.day(own.next_morning(morning, 3)) >= own.working_days_after(own.day(morning), 3)


@given(moments, zones, weeks, times)
def test_who_is_spoken_to_from_a_time_of_day_on_is_spoken_to_within_their_own_hours(now, zone, week, start) -> None:
    own = Hours(zone, DaysOff(), week)
    later = own.starting(start)
    assert own.is_open(later.next_open(now))
    spans = week[local_time(later.next_open(now), zone).weekday()]
    assert local_time(later.next_open(now), zone).time() >= start or all(span.end <= start for span in spans)


def test_from_a_time_on_a_span_is_cut_and_hours_that_are_over_by_then_stay() -> None:
    own = hours(Span(time(8), time(12)), Span(time(14), time(18)))
    assert own.starting(time(9)).week[0] == (Span(time(9), time(12)), Span(time(14), time(18)))
    assert own.starting(time(12)).week[0] == (Span(time(14), time(18)),)
    assert own.starting(time(15)).week[0] == (Span(time(15), time(18)),)
    assert own.starting(time(18)).week[0] == own.week[0]


def test_a_week_has_seven_days() -> None:
    spans = Span(time(8), time(12)), Span(time(14), time(18))
    assert every_day(*spans) == (spans,) * 7


def test_the_next_morning_comes_after_a_working_day_where_nothing_else_is_said() -> None:
    friday_night = at(8, 22)
    assert hours().next_morning(friday_night) == at(11, 9)
    assert hours().next_morning(friday_night, 2) == at(12, 9)
    assert hours().next_morning(at(9, 10), 0) == at(11, 9)


def test_the_days_off_of_a_country_stay_the_same_object_where_the_week_adds_none() -> None:
    off, nine_to_five = DaysOff(), (usual_span(),)
    assert Hours("UTC", off, (*(nine_to_five,) * 5, (), ())).days_off is off
    assert Hours("UTC", off, every_day(usual_span())).days_off is off
    wider = Hours("UTC", DaysOff({MONDAY}), (*(nine_to_five,) * 4, (), (), ())).days_off
    assert wider.weekend == {4, 5, 6} and MONDAY in wider and date(2026, 5, 5) not in wider


def test_between_two_spans_one_waits_for_the_second() -> None:
    own = hours(Span(time(8), time(12)), Span(time(14), time(18)))
    assert own.is_open(at(4, 11, 59))
    assert not own.is_open(at(4, 12))
    assert own.next_open(at(4, 12)) == at(4, 14)


def test_a_weekday_without_hours_is_a_day_off() -> None:
    nine_to_one = (Span(time(9), time(13)),)
    own = Hours("UTC", DaysOff(), (nine_to_one, nine_to_one, (), nine_to_one, nine_to_one, (), ()))
    assert own.working_days_after(date(2026, 5, 5), 1) == date(2026, 5, 7)
    assert own.next_open(at(6, 10)) == at(7, 9)
    assert date(2026, 5, 6).weekday() in own.days_off.weekend


def test_who_is_away_is_spoken_to_on_the_first_working_morning_after_their_last_day() -> None:
    own = hours(away_until=date(2026, 5, 8))
    assert own.is_away(at(8, 23, 59))
    assert not own.is_away(at(9, 0))
    assert own.next_open(at(4, 10)) == at(11, 9)
    assert own.present().next_open(at(4, 10)) == at(4, 10)
    assert own.present().present() is own.present()


def test_whether_somebody_is_away_is_asked_of_the_day_where_they_are() -> None:
    assert hours(zone="Asia/Tokyo", away_until=MONDAY).is_away(at(4, 14, 59))
    assert not hours(zone="Asia/Tokyo", away_until=MONDAY).is_away(at(4, 15))


def test_an_absence_of_years_ends() -> None:
    assert hours(away_until=date(2030, 1, 1)).next_open(at(4, 10)) == datetime(2030, 1, 2, 9, tzinfo=UTC)


def test_the_usual_hours_hold_the_times_at_which_a_workspace_posts() -> None:
    assert usual_span() == (DAY_START, DAY_END)
    assert usual_span([time(9, 30), time(7)]) == (time(7), DAY_END)
    assert usual_span([time(17, 29)]) == (DAY_START, DAY_END)
    assert usual_span([time(17, 30)]) == (DAY_START, time.max)


def test_a_day_that_a_zone_left_out_is_not_spoken_on() -> None:
    # Samoa crossed the date line: Friday 30 December 2011 never was, and its morning is Saturday's.
    now = datetime(2011, 12, 30, 9, tzinfo=UTC)
    moment = hours(zone="Pacific/Apia").next_open(now)
    assert local_date(moment, "Pacific/Apia") == date(2012, 1, 2)


def test_the_first_hour_of_a_day_that_clocks_leave_out_is_waited_for() -> None:
    # 02:30 is left out on 29 March 2026, a Sunday on which somebody works.
    own = Hours("Europe/Berlin", DaysOff(weekend=frozenset()), every_day(Span(time(2, 30), time(4))))
    assert own.morning(date(2026, 3, 29)) == local_moment(date(2026, 3, 29), time(3, 30), "Europe/Berlin")


def test_working_hours_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        hours(Span(time(18), time(9)))
    with pytest.raises(ValueError, match="before"):
        hours(Span(time(9), time(9)))


def test_hours_without_any_working_day_are_refused_and_not_searched_for_ever() -> None:
    with pytest.raises(ValueError, match="holidays"):
        Hours("UTC", NEVER, every_day(usual_span())).next_open(at(4, 3))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        hours().is_open(datetime(2026, 5, 4))
