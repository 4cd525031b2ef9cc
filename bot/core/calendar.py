"""Working days and local time.

Holidays are handed in as a container of dates: any set, or the `DaysOff` of a country, which knows its weekend.
Moments are aware UTC. A zone that nobody knows is read as UTC, so that one person's odd setting never stops a tick;
places where a zone is typed in should ask `zone_named` first, which refuses it.
"""

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

NO_HOLIDAYS: frozenset[date] = frozenset()
LONGEST_CLOSURE = 366
"""Days after which we say that a calendar without any working day is a mistake."""

SATURDAY_SUNDAY = frozenset({5, 6})
"""Days of the week that are free where nothing else is known; Monday is 0."""


class DaysOff(Container[date]):
    """The days on which people of one country do not work: public holidays, and the free days of each week.

    Wherever a plain container of holidays is handed in, the week ends on Saturday and Sunday.
    """

    def __init__(self, holidays: Container[date] = NO_HOLIDAYS, weekend: frozenset[int] = SATURDAY_SUNDAY) -> None:
        self.weekend = weekend
        self._holidays = holidays

    def __contains__(self, day: object) -> bool:
        """Whether it is a public holiday."""
        return day in self._holidays


def is_working_day(day: date, holidays: Container[date] = NO_HOLIDAYS) -> bool:
    """Whether people work on `day`: no holiday and no day of the weekend, Saturday and Sunday where none is known."""
    weekend = holidays.weekend if isinstance(holidays, DaysOff) else SATURDAY_SUNDAY
    return day.weekday() not in weekend and day not in holidays


def working_day_on_or_before(day: date, holidays: Container[date] = NO_HOLIDAYS) -> date:
    """`day` itself, or the last working day before it. ValueError if a whole year has none."""
    return _nearest(day, -1, holidays)


def working_day_on_or_after(day: date, holidays: Container[date] = NO_HOLIDAYS) -> date:
    """`day` itself, or the first working day after it. ValueError if a whole year has none."""
    return _nearest(day, 1, holidays)


def add_working_days(day: date, n: int, holidays: Container[date] = NO_HOLIDAYS) -> date:
    """The n-th working day after `day` (before it for a negative n). 0 is the working day on or after it."""
    step = -1 if n < 0 else 1
    for _ in range(abs(n)):
        day = _nearest(day + timedelta(days=step), step, holidays)
    return _nearest(day, step, holidays)


def zone_named(name: str) -> tzinfo:
    """The zone called `name` ("Europe/Berlin"). ValueError when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as unknown:
        raise ValueError(f"No time zone is called {name!r}. Write it like Europe/Berlin.") from unknown


def local_moment(day: date, at: time, zone: str) -> datetime:
    """The UTC moment at which clocks in `zone` show `at` on `day`.

    A time that the spring change leaves out is moved on by the hour left out (02:30 becomes 03:30); of a
    time that the autumn change shows twice, the first is meant. An unknown zone is read as UTC.
    """
    return datetime.combine(day, at.replace(fold=0), _zone_or_utc(zone)).astimezone(UTC)


def local_time(now: datetime, zone: str) -> datetime:
    """What clocks and calendars in `zone` show at the moment `now` (aware)."""
    return _aware(now).astimezone(_zone_or_utc(zone))


def local_date(now: datetime, zone: str) -> date:
    """The date on calendars in `zone` at the moment `now` (aware)."""
    return local_time(now, zone).date()


def _nearest(day: date, step: int, holidays: Container[date]) -> date:
    for n in range(LONGEST_CLOSURE + 1):
        candidate = day + timedelta(days=step * n)
        if is_working_day(candidate, holidays):
            return candidate
    raise ValueError("The calendar has no working day for a whole year. Check the holidays.")


def _aware(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return now


@lru_cache(maxsize=1024)
def _zone_or_utc(name: str) -> tzinfo:
    try:
        return zone_named(name)
    except ValueError:
        return UTC
