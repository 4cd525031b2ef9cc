"""When the demo begins: on a working morning, so that there is something to see at once."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.core.calendar import local_moment, working_day_on_or_after

ZONE = "Europe/Berlin"
BEGINS_AT = time(9, 5)


def working_morning(day: date) -> datetime:
    """Five past nine in the sample owners' zone, on that day of theirs or on the next working day; aware UTC."""
    return local_moment(working_day_on_or_after(day, frozenset()), BEGINS_AT, ZONE)
