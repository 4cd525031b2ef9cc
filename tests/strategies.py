"""The dates, holidays and zones that the properties are tried on."""

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

from hypothesis import strategies as st

from bot.core.calendar import NO_HOLIDAYS, is_working_day
from bot.core.hours import Span

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))
zones = st.sampled_from(sorted(available_timezones() - {"localtime"}))
holiday_sets = st.frozensets(days, max_size=40)


@st.composite
def holidays_near(draw: st.DrawFn, day: date, reach: int = 40) -> frozenset[date]:
    """Holidays close to a day, where they matter."""
    offsets = draw(st.frozensets(st.integers(-reach, reach), max_size=12))
    return frozenset(date.fromordinal(day.toordinal() + offset) for offset in offsets)


times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """The hours of one day: none, or one or two spans of at least a quarter of an hour."""
    ends = sorted(draw(st.sets(times, min_size=4, max_size=4)))
    return draw(st.sampled_from(((), (Span(ends[0], ends[1]),), (Span(*ends[:2]), Span(*ends[2:])))))


weeks = st.tuples(*[spans()] * 7).filter(lambda week: any(week[:5]))


def working_days_between(start: date, end: date, holidays: Container[date] = NO_HOLIDAYS) -> int:
    """Working days after `start` up to and including `end`, counted one by one."""
    return sum(is_working_day(start + timedelta(days=n), holidays) for n in range(1, (end - start).days + 1))
