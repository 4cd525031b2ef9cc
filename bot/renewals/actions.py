"""What people do to a renewal: take it on, let it go, put it to sleep, invoice it, book its payment.

Each act is one transaction: the renewal, a line of the account's story, one line in the card's thread with the name of
who did it, the card, and the jobs that follow. Whether the person may act is asked before (workspace/members.py).
"""

from __future__ import annotations

from datetime import date, timedelta

from bot.agenda import jobs
from bot.core.freshness import is_fresh
from bot.db.work import Work
from bot.errors import Refused
from bot.renewals import idle, schedule, unclaimed
from bot.renewals.actions_base import ActionResult, acting, done, opened
from bot.renewals.job_kinds import RenewalJob
from bot.renewals.line_codes import Line
from bot.renewals.rules.stages import Stage, snooze_until
from bot.renewals.undo_payment import undo_paid
from bot.renewals.update import KEEP, RenewalChange, change
from bot.renewals.view import Keeper

RACE = timedelta(minutes=5)
"""So long after someone took a renewal on, another press of the same button is a race, not a takeover."""


def claim(work: Work, renewal_id: int, by_id: int) -> ActionResult:
    """Be on it. Twice is once. Somebody else's is taken over, and they are told.

    Raises Refused when it is signed or over, or when somebody else took it on just before.
    """
    batch, s = opened(work, renewal_id)
    who = acting(work, by_id)
    if not s.is_unsigned:
        raise Refused(f"{s.account}'s renewal is {s.outcome or s.stage} already. There is nothing to take on.")
    if s.claimed_by_id == by_id:
        return ActionResult(s.id, s.account_id, s.account, False)
    before = s.claimer
    if before is not None and is_fresh(s.claimed_at, work.now, RACE):
        raise Refused(f"{before.name} took this on a moment ago. Ask them first; in five minutes you can take it over.")
    was_away = before is not None and s.is_away(before.slack_id, s.today(batch.ws, work.now))
    first = s.first_claimed_at or work.now
    s = batch.change(s, claimed_by_id=by_id, claimed_at=work.now, first_claimed_at=first, touched_at=work.now)
    s = s._replace(claimer=Keeper(who.id, who.person.slack_id, who.person.name, None))
    jobs.cancel(work, {RenewalJob.UNCLAIMED, *idle.KINDS}, [s.subject])
    idle.watch(batch, s)
    code = Line.CLAIMED if before is None else Line.TOOK_OVER
    event = batch.record(s, code, by_id, {"from": before.name} if before else {})
    s = batch.refresh_card(s)
    batch.post_in_thread(
        s,
        code,
        str(event),
        {"from": before.name} if before else {},
        mention=before.slack_id if before and not was_away else None,
        by=who.person,
    )
    return done(work, batch, s)


def release(work: Work, renewal_id: int, by_id: int) -> ActionResult:
    """Be no longer on it; escalation begins again. Twice is once. Raises Refused when somebody else is on it."""
    batch, s = opened(work, renewal_id)
    who = acting(work, by_id)
    before = s.claimer
    if before is None:
        return ActionResult(s.id, s.account_id, s.account, False)
    if before.id != by_id:
        raise Refused(f"{before.name} is on {s.account}'s renewal now, so there is nothing for you to let go.")
    s = batch.change(s, claimed_by_id=None, claimed_at=None, touched_at=work.now)
    s = s._replace(claimer=None)
    event = batch.record(s, Line.RELEASED, by_id, {})
    jobs.cancel(work, idle.KINDS, [s.subject])
    s = batch.refresh_card(unclaimed.start_over(batch, s))
    batch.post_in_thread(s, Line.RELEASED, str(event), {}, by=who.person)
    idle.watch_silence(batch, s)
    if s.is_unsigned and s.rung is not None:
        unclaimed.plan_unclaimed(batch, s, s.rung)
    return done(work, batch, s)


def snooze(work: Work, renewal_id: int, by_id: int, until: date, reason: str) -> ActionResult:
    """Let it sleep until the working day `until` or the next one; what was kept meanwhile is said then.

    Raises Refused, with the limit, when `until` is not ahead or lies beyond the deadline.
    """
    batch, s = opened(work, renewal_id)
    who = acting(work, by_id)
    if not s.is_unsigned:
        raise Refused(f"{s.account}'s renewal is {s.outcome or s.stage} already. There is nothing to snooze.")
    try:
        today = s.today(batch.ws, work.now)
        day = snooze_until(until, s.deadline, today, s.hours(batch.ws).days_off)
    except ValueError as unfit:
        raise Refused(str(unfit)) from unfit
    reason = reason.strip()
    # Changing a snooze is no work on it either: what counts is the touch before the first of them.
    was_asleep = s.snoozed_until is not None and s.touched_at == s.snoozed_at
    touched = s.touched_before_snooze if was_asleep else s.touched_at
    asleep = {"snoozed_at": work.now, "touched_before_snooze": touched, "touched_at": work.now}
    s = batch.change(s, snoozed_until=day, snooze_reason=reason, **asleep)
    # Escalations stay where they are: one that falls due meanwhile is kept, and a later one comes in its own time.
    details = {"until": str(day), "reason": reason}
    event = batch.record(s, Line.SNOOZED, by_id, details)
    batch.schedule(schedule.snooze_end(batch.ws, s, day, event, who.person.slack_id))
    s = batch.refresh_card(s)
    batch.post_in_thread(s, Line.SNOOZED, str(event), details, by=who.person)
    return done(work, batch, s)


def mark_invoiced(work: Work, renewal_id: int, by_id: int) -> ActionResult:
    """The invoice is out. Twice is once. Raises Refused when it is not signed."""
    return change(work, renewal_id, by_id, RenewalChange(stage=Stage.INVOICED))


def mark_paid(work: Work, renewal_id: int, by_id: int) -> ActionResult:
    """It is won: the contracts go on to their next term. Twice is once. Raises Refused when it is not signed."""
    return change(work, renewal_id, by_id, RenewalChange(stage=Stage.PAID))


__all__ = [
    "KEEP",
    "ActionResult",
    "RenewalChange",
    "change",
    "claim",
    "mark_invoiced",
    "mark_paid",
    "release",
    "snooze",
    "undo_paid",
]
