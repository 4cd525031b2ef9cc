"""The dates, holidays and zones that the properties are tried on."""

from datetime import UTC, date, datetime
from zoneinfo import available_timezones

from hypothesis import strategies as st

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))
zones = st.sampled_from(sorted(available_timezones() - {"localtime"}))
holiday_sets = st.frozensets(days, max_size=40)


@st.composite
def holidays_near(draw: st.DrawFn, day: date, reach: int = 40) -> frozenset[date]:
    """Holidays close to a day, where they matter."""
    offsets = draw(st.frozensets(st.integers(-reach, reach), max_size=12))
    return frozenset(date.fromordinal(day.toordinal() + offset) for offset in offsets)
