"""The clock of digests: over DST in three zones, over days off and absences, and how a moment is said."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import DaysOff, is_working_day, local_time
from bot.core.hours import Hours, Span, every_day
from bot.digests.choice import Timing
from bot.digests.scope import Rhythm
from bot.digests.when import late_words, moment_words, next_at, rhythm_words, spoken, timing_words

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    # By half an hour, and the other way round in the year.
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
}
"""The Sundays of 2026 on which clocks change: forwards, backwards."""

DAY = Span(time(8), time(17, 30))


def hours(zone: str, away_until: date | None = None, holidays: frozenset[date] = frozenset()) -> Hours:
    return Hours(zone, DaysOff(holidays), every_day(DAY), away_until)


def local(zone: str, day: date, at: time) -> datetime:
    """A moment on a clock there, which none of these days leaves out."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", [0, 1])
def test_a_weekly_digest_stands_at_the_same_time_on_the_clock_before_and_after_dst(zone: str, change: int) -> None:
    sunday = CHANGES[zone][change]
    timing = Timing(Rhythm.WEEKLY, (0,), time(8))
    before, after = sunday - timedelta(days=6), sunday + timedelta(days=1)
    first = next_at(timing, hours(zone), local(zone, before, time(0)))
    assert first == local(zone, before, time(8))
    second = next_at(timing, hours(zone), first)
    assert second == local(zone, after, time(8))
    shift = timedelta(minutes=30 if zone == "Australia/Lord_Howe" else 60)
    assert second - first == timedelta(days=7) + (-shift if change == 0 else shift)


@pytest.mark.parametrize("zone", ZONES)
def test_each_working_day_of_a_year_has_one_daily_digest(zone: str) -> None:
    at, told = local(zone, date(2025, 12, 31), time(23)), []
    while (following := next_at(Timing(Rhythm.DAILY, (), time(8, 30)), hours(zone), at)) is not None:
        if following >= local(zone, date(2027, 1, 1), time(0)):
            break
        told.append(local_time(following, zone))
        at = following
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [one.date() for one in told] == [day for day in days if is_working_day(day)]
    assert {f"{one:%H:%M}" for one in told} == {"08:30"}


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
timings = st.builds(
    Timing,
    st.sampled_from(Rhythm),
    st.sets(st.integers(0, 6), max_size=7).map(lambda days: tuple(sorted(days))),
    st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)


@given(timings, st.sampled_from(ZONES), moments, st.none() | st.integers(0, 60))
def test_the_next_one_lies_ahead_within_hours_and_never_while_away(
    timing: Timing, zone: str, now: datetime, away: int | None
) -> None:
    until = local_time(now, zone).date() + timedelta(days=away) if away is not None else None
    theirs = hours(zone, until)
    at = next_at(timing, theirs, now)
    assert at is not None and at > now and theirs.is_open(at)
    assert until is None or local_time(at, zone).date() > until


@given(timings, st.sampled_from(ZONES), moments)
def test_what_is_next_stays_next_until_it_comes(timing: Timing, zone: str, now: datetime) -> None:
    at = next_at(timing, hours(zone), now)
    assert at is not None
    assert next_at(timing, hours(zone), at - timedelta(seconds=1)) == at
    following = next_at(timing, hours(zone), at)
    assert following is not None and following > at


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        (Timing(Rhythm.DAILY), "Tue 7 Apr 08:00"),
        (Timing(Rhythm.DAILY, (2,), time(11)), "Wed 8 Apr 11:00"),
        (Timing(Rhythm.WEEKLY), "Tue 7 Apr 08:00"),
        (Timing(Rhythm.WEEKLY, (4,), time(16)), "Fri 10 Apr 16:00"),
        (Timing(Rhythm.MONTHLY), "Fri 1 May 08:00"),
        (Timing(Rhythm.MONTHLY, (0,), time(9)), "Tue 7 Apr 09:00"),
        (Timing(Rhythm.QUARTERLY), "Wed 1 Jul 08:00"),
        (Timing(Rhythm.QUARTERLY, (1,)), "Tue 7 Apr 08:00"),
        # Saturday is free and Monday a holiday.
        (Timing(Rhythm.WEEKLY, (5,)), "Tue 7 Apr 08:00"),
        # Outside of their hours: when the day begins.
        (Timing(Rhythm.WEEKLY, (4,), time(6)), "Fri 10 Apr 08:00"),
        (Timing(Rhythm.WEEKLY, (4,), time(22)), "Fri 10 Apr 08:00"),
    ],
)
def test_a_day_off_moves_it_to_the_next_working_day(timing: Timing, expected: str) -> None:
    easter_monday = date(2026, 4, 6)
    theirs = hours("Europe/Berlin", holidays=frozenset({easter_monday}))
    at = next_at(timing, theirs, local("Europe/Berlin", easter_monday, time(10)))
    assert at is not None
    shown = local_time(at, "Europe/Berlin")
    assert f"{shown:%a} {shown.day} {shown:%b %H:%M}" == expected


def test_one_that_falls_into_an_absence_comes_on_the_day_of_return() -> None:
    now = local("Europe/Berlin", date(2026, 3, 26), time(12))
    away = hours("Europe/Berlin", away_until=date(2026, 4, 8))
    for timing in (Timing(Rhythm.WEEKLY), Timing(Rhythm.MONTHLY), Timing(Rhythm.QUARTERLY), Timing(Rhythm.DAILY)):
        assert next_at(timing, away, now) == local("Europe/Berlin", date(2026, 4, 9), time(8))


def test_it_is_said_with_its_zone_and_with_a_date_where_a_weekday_could_mean_another() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    at = datetime(2026, 3, 3, 7, tzinfo=UTC)
    assert moment_words(at, "Europe/Berlin", now) == "Tue 08:00 Europe/Berlin"
    assert moment_words(at + timedelta(days=7), "Europe/Berlin", now) == "Tue 10 Mar 08:00 Europe/Berlin"
    assert moment_words(at.replace(year=2027), "Europe/Berlin", now) == "Wed 3 Mar 2027 08:00 Europe/Berlin"
    assert spoken(now, "Europe/Berlin", now) == "today 10:00"
    assert spoken(now - timedelta(days=3), "Europe/Berlin", now) == "Fri 10:00"
    assert spoken(now - timedelta(days=7), "Europe/Berlin", now) == "Mon 23 Feb 10:00"


def test_late_is_said_with_both_moments() -> None:
    due = "2026-03-02T08:00+01:00"
    assert late_words(due, "2026-03-02T14:10+01:00") == "Due Mon 08:00, sent 14:10"
    assert late_words(due, "2026-03-03T09:00+01:00") == "Due Mon 08:00, sent Tue 09:00"
    assert late_words(due, "2026-03-12T09:00+01:00") == "Due Mon 2 Mar 08:00, sent Thu 09:00"
    assert late_words("", "") == ""


def test_a_rhythm_is_said_in_words() -> None:
    assert rhythm_words(Timing(Rhythm.DAILY)) == "each working day"
    assert rhythm_words(Timing(Rhythm.DAILY, (0, 2, 4))) == "each Mon, Wed and Fri"
    assert rhythm_words(Timing(Rhythm.MONTHLY)) == "on the first working day of the month"
    assert rhythm_words(Timing(Rhythm.QUARTERLY, (0,))) == "on the first Mon of the quarter"
    assert timing_words(Timing(Rhythm.WEEKLY, (), time(8)), "Europe/Berlin") == "each Mon at 08:00 Europe/Berlin"
    assert timing_words(Timing(Rhythm.WEEKLY), "Europe/Berlin") == "each Mon when the day begins"
