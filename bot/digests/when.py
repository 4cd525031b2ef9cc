"""When a digest comes: on which days and at what time by its reader's hours, and how that is said."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.core.calendar import local_moment, local_time
from bot.core.hours import Hours
from bot.digests.choice import Timing
from bot.digests.scope import Rhythm

LATE = timedelta(hours=1)
"""From how long after it was due a digest says that it comes late."""

EARLIEST, LATEST = time(6), time(20)
"""Times of day at which anybody may want a digest, although their day of work begins later or is over."""

_BEFORE = 14
"""Days over which a holiday or a closed week may move a digest."""
_AHEAD = 500
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def next_at(timing: Timing, hours: Hours, after: datetime) -> datetime | None:
    """The next moment after `after` at which a digest is due; None when there is none within a year.

    One that is due on a day off comes on the next working day; one that is due while its reader is away, on the day
    on which they are back.
    """
    first = hours.day(after) - timedelta(days=_BEFORE)
    present = hours.present()
    for ahead in range(_BEFORE + _AHEAD):
        day = first + timedelta(days=ahead)
        if _is_due(timing, day) and _moment(timing, present, day) > after:
            return _moment(timing, hours, day)
    return None


def last_due(timing: Timing, hours: Hours, due: datetime, now: datetime) -> datetime:
    """The last moment up to `now` at which a digest was due, if several were missed since `due`."""
    while (following := next_at(timing, hours, due)) is not None and following <= now:
        due = following
    return due


def _is_due(timing: Timing, day: date) -> bool:
    """Whether a digest falls on `day`, should that be a working day."""
    chosen = timing.weekdays
    if timing.rhythm is Rhythm.DAILY:
        return not chosen or day.weekday() in chosen
    if timing.rhythm is Rhythm.WEEKLY:
        return day.weekday() in (chosen or (0,))
    begins = day.day <= 7 and day.weekday() in chosen if chosen else day.day == 1
    return begins and (timing.rhythm is Rhythm.MONTHLY or day.month % 3 == 1)


def _moment(timing: Timing, hours: Hours, day: date) -> datetime:
    """The wished time on the first day from `day` on that has hours; within them, so never in the night."""
    begins = hours.morning(day)
    if timing.at is None:
        return begins
    wished = hours.next_open(local_moment(hours.day(begins), timing.at, hours.zone))
    return wished if hours.day(wished) == hours.day(begins) else begins


def may_be_chosen(at: time, hours: Hours) -> bool:
    """Whether a digest may come at this time of day: from six to eight, or within the hours of whoever reads it."""
    return EARLIEST <= at <= LATEST or any(span.start <= at < span.end for spans in hours.week for span in spans)


def is_late(due: datetime, now: datetime) -> bool:
    """Whether a digest comes so late that it says so."""
    return now - due >= LATE


def rhythm_words(timing: Timing) -> str:
    """ "each Mon and Thu", "on the first working day of the quarter"."""
    days = _listed([WEEKDAYS[day] for day in timing.weekdays])
    if timing.rhythm is Rhythm.DAILY:
        return f"each {days}" if days else "each working day"
    if timing.rhythm is Rhythm.WEEKLY:
        return f"each {days or 'Mon'}"
    of = "month" if timing.rhythm is Rhythm.MONTHLY else "quarter"
    return f"on the first {days or 'working day'} of the {of}"


def timing_words(timing: Timing, zone: str) -> str:
    """ "each Mon at 08:00 Europe/Berlin"; without a time of its own "when the day begins"."""
    at = f"at {timing.at:%H:%M} {zone}" if timing.at else "when the day begins"
    return f"{rhythm_words(timing)} {at}"


def moment_words(at: datetime, zone: str, now: datetime) -> str:
    """ "Mon 08:00 Europe/Berlin", with the date where that is a week off or more."""
    return f"{_clock(local_time(at, zone), local_time(now, zone).date())} {zone}"


def spoken(at: datetime, zone: str, now: datetime) -> str:
    """ "Mon 08:00", "today 08:00": a moment that lies behind, with its date where that is a week ago or more."""
    local, today = local_time(at, zone), local_time(now, zone).date()
    return f"today {local:%H:%M}" if local.date() == today else _clock(local, today)


def late_words(late_since: str, sent_at: str) -> str:
    """ "Due Mon 08:00, sent 14:10", from ISO moments where the reader is; empty when it is not late."""
    if not late_since or not sent_at:
        return ""
    due, sent = datetime.fromisoformat(late_since), datetime.fromisoformat(sent_at)
    when = f"{sent:%H:%M}" if sent.date() == due.date() else _clock(sent, sent.date())
    return f"Due {_clock(due, sent.date())}, sent {when}"


def _clock(local: datetime, today: date) -> str:
    day = WEEKDAYS[local.weekday()]
    if abs((local.date() - today).days) >= 7:
        day += f" {local.day} {local:%b}"
    if local.year != today.year:
        day += f" {local.year}"
    return f"{day} {local:%H:%M}"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
