"""What is due when nothing happens: who is told, on which day, and what would stop it.

Each step happens once in a renewal's life. The state is looked at again when its day comes; these functions
only say which day that is and whom it goes to.
"""

from collections.abc import Container
from datetime import date, timedelta
from enum import StrEnum

from bot.core.calendar import NO_HOLIDAYS, working_day_on_or_after
from bot.core.policy import Policy
from bot.renewals.facts import EscalationRow
from bot.renewals.rules.stages import Stage, is_unsigned


class EscalationAudience(StrEnum):
    """Who is told."""

    OWNER = "owner"
    MANAGER = "manager"
    LEADERSHIP = "leadership"


def escalates_unclaimed(rung: int, policy: Policy) -> bool:
    """Whether an unclaimed renewal at this rung is near enough to escalate."""
    return rung <= policy.escalate_from_rung


def stage_unmoved(
    rung: int, stage: Stage, moved_on: date | None, since: date | None, policy: Policy
) -> EscalationAudience | None:
    """Who is told at `rung` that the stage has not moved; None when nobody is.

    `moved_on` is the day of the last stage change (None: never), `since` the day on which the rung before this
    one was announced. None means that this is the first announcement: nobody has had the time to move anything,
    so nobody is told. Unmoved means unsigned, and either still upcoming or not moved since that day.
    """
    if not is_unsigned(stage) or since is None:
        return None
    if stage is not Stage.UPCOMING and moved_on is not None and moved_on >= since:
        return None
    if rung <= policy.stage_unmoved_leadership_rung:
        return EscalationAudience.LEADERSHIP
    return EscalationAudience.MANAGER if rung <= policy.stage_unmoved_manager_rung else None


def renews_by_itself(stage: Stage, auto_renew: bool, renewal_date: date, today: date) -> bool:
    """Whether an auto-renewing contract, with nothing signed, rolls to its next term on `today`."""
    return auto_renew and is_unsigned(stage) and today >= renewal_date


def is_overdue(stage: Stage, auto_renew: bool, renewal_date: date, today: date) -> bool:
    """Whether the renewal date has come, nothing is signed and nothing renews by itself."""
    return not auto_renew and is_unsigned(stage) and today >= renewal_date


def overdue_days(
    renewal_date: date, today: date, policy: Policy, holidays: Container[date] = NO_HOLIDAYS
) -> int | None:
    """The overdue mark reached (0, 7, 14 days after the renewal date): the latest one; None before the first."""
    reached = [mark for mark in policy.overdue_days if overdue_day(renewal_date, mark, holidays) <= today]
    return max(reached, default=None)


def overdue_day(renewal_date: date, mark: int, holidays: Container[date] = NO_HOLIDAYS) -> date:
    """The day on which an overdue mark is told: that many days after the date, or the next working day."""
    return working_day_on_or_after(renewal_date + timedelta(days=mark), holidays)


def next_overdue(
    renewal_date: date, today: date, policy: Policy, holidays: Container[date] = NO_HOLIDAYS
) -> tuple[int, date] | None:
    """The next overdue mark after `today` and its day; None after the last. Of two on one day, the later."""
    ahead = [(overdue_day(renewal_date, mark, holidays), -mark) for mark in policy.overdue_days]
    ahead = [(day, mark) for day, mark in ahead if day > today]
    if not ahead:
        return None
    day, mark = min(ahead)
    return -mark, day


def overdue_again(
    renewal_date: date, today: date, policy: Policy, holidays: Container[date] = NO_HOLIDAYS
) -> tuple[int | None, tuple[int, date]]:
    """After the last of the overdue marks: (the repeated mark reached by `today`, the next one with its day).

    It is repeated every `overdue_every_days` after the last mark, without an end.
    """
    every = policy.overdue_every_days
    reached, mark = None, max(policy.overdue_days, default=0) + every
    while (day := overdue_day(renewal_date, mark, holidays)) <= today:
        reached, mark = mark, mark + every
    return reached, (mark, day)


def unpaid_due(renewal_date: date, policy: Policy, holidays: Container[date] = NO_HOLIDAYS) -> date:
    """The day on which owner and manager are told that a signed or invoiced renewal is still not paid."""
    return working_day_on_or_after(renewal_date + timedelta(days=policy.unpaid_after_days), holidays)


def unpaid_audience() -> tuple[EscalationAudience, ...]:
    """Who is told of an unpaid renewal."""
    return (EscalationAudience.OWNER, EscalationAudience.MANAGER)


def worst_first(row: EscalationRow) -> tuple[int, str, int, str]:
    """The place of a row among those that need somebody: overdue, at risk, then the nearest deadline."""
    gravity = 0 if row.is_overdue else 1 if row.is_at_risk else 2
    return gravity, row.deadline, row.renewal_id, row.account
