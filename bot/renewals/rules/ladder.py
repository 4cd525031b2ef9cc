"""The lead-time ladder: on which days before the deadline a renewal is spoken about.

A rung is its number of calendar days before the deadline. It speaks on that day, or on the working day
before it. Of several missed rungs only the most urgent speaks.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.calendar import NO_HOLIDAYS, working_day_on_or_before
from bot.core.policy import Policy
from bot.renewals.rules.terms import roll


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: `days` before the deadline, spoken on the working day `on`."""

    days: int
    on: date


def days_left(deadline: date, today: date) -> int:
    """Calendar days from `today` to the deadline; 0 on the day itself, negative after it."""
    return (deadline - today).days


def rung_day(deadline: date, rung: int, holidays: Container[date] = NO_HOLIDAYS) -> date:
    """The day on which a rung speaks: `rung` days before the deadline, or the working day before that."""
    return working_day_on_or_before(deadline - timedelta(days=rung), holidays)


def ladder(
    deadline: date,
    policy: Policy,
    term_months: int | None,
    holidays: Container[date] = NO_HOLIDAYS,
    renewal_date: date | None = None,
) -> tuple[Rung, ...]:
    """The rungs of one renewal, earliest first.

    Rungs that would lie on or before the first day of the running term are left out: at that time the last
    renewal was still being talked about. Where none is left, the most urgent one stays. The term's first day is
    counted back from `renewal_date` (the deadline, when none is given). A term under `policy.min_ladder_months` has no
    ladder; an unknown term has a full one.
    """
    if term_months is None:
        fitting = policy.rungs
    elif term_months < policy.min_ladder_months:
        fitting = ()
    else:
        began = roll(renewal_date or deadline, term_months, -1)
        fitting = tuple(rung for rung in policy.rungs if deadline - timedelta(days=rung) > began)
        # Notice about as long as the term: the deadline comes with the term's first days, and is told at once.
        fitting = fitting or tuple(sorted(policy.rungs)[:1])
    return tuple(Rung(rung, rung_day(deadline, rung, holidays)) for rung in sorted(fitting, reverse=True))


def current_rung(
    deadline: date,
    today: date,
    policy: Policy,
    term_months: int | None,
    holidays: Container[date] = NO_HOLIDAYS,
    renewal_date: date | None = None,
) -> int | None:
    """The rung a renewal is in on `today`: of all due or missed, the most urgent. None before the first.

    After the deadline it stays the last rung; what comes then is the overdue rule's business.
    """
    rungs = ladder(deadline, policy, term_months, holidays, renewal_date)
    return min((rung.days for rung in rungs if rung.on <= today), default=None)


def due_rung(
    deadline: date,
    today: date,
    policy: Policy,
    term_months: int | None,
    holidays: Container[date] = NO_HOLIDAYS,
    renewal_date: date | None = None,
    spoken: int | None = None,
) -> int | None:
    """The rung to announce on `today`, given the last one `spoken`; None when nothing new is due.

    Each rung is announced once at most, and never one that is less urgent than the last.
    """
    rung = current_rung(deadline, today, policy, term_months, holidays, renewal_date)
    return rung if rung is not None and (spoken is None or rung < spoken) else None


def next_rung(
    deadline: date,
    today: date,
    policy: Policy,
    term_months: int | None,
    holidays: Container[date] = NO_HOLIDAYS,
    renewal_date: date | None = None,
) -> tuple[int, date] | None:
    """The next rung after `today` and its day, or None after the last one.

    Where a long holiday puts two rungs on one day, it is the more urgent.
    """
    ahead = [rung for rung in ladder(deadline, policy, term_months, holidays, renewal_date) if rung.on > today]
    if not ahead:
        return None
    nearest = min(ahead, key=lambda rung: (rung.on, rung.days))
    return nearest.days, nearest.on
