"""What one person, or the leadership channel, is told apart from the card: never while they are away.

Who is away hears of it on their first working day back, if it is still so then and waiting cost little; else their
stand-in hears of it, or the next in line, and they read on their return what was passed on. Where nobody is there,
admins hear at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from bot.agenda.jobs import DueJob, Job
from bot.core.absence import Colleague
from bot.core.hours import still_away
from bot.db.work import Work
from bot.models import Member
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.renewals import schedule, view
from bot.renewals.batch import RenewalBatch
from bot.renewals.escalations import STILL
from bot.renewals.job_kinds import RenewalJob
from bot.renewals.line_codes import NoticeCode
from bot.renewals.rules.escalation import EscalationAudience
from bot.renewals.view import RenewalView, countdown
from bot.workspace import context
from bot.workspace.context import WorkspaceContext


class Recipient(NamedTuple):
    """A person or a channel, and until when they are away."""

    place: str
    name: str
    away_until: date | None


def notify(
    batch: RenewalBatch,
    s: RenewalView,
    code: NoticeCode,
    slot: str,
    audience: EscalationAudience,
    due: DueJob | None = None,
    more: Mapping[str, str] | None = None,
) -> bool:
    """Tell them, or the next in line, or them when they are back; False when there is nobody to tell.

    Who stands in for two who are to be told hears of it once, and nobody hears of what they just did.

    `due` is the job that kept it until now, if it was kept; `more` is what its sentences may use beside `details`.
    """
    ws = batch.ws
    line = _in_line(ws, s, audience)
    if not line:
        return False
    first = line[0]
    why: dict[str, str] = dict(more or {})
    there = first
    if away := absent(ws, first.place, first.away_until, batch.now):
        back = back_at(ws, s, away, batch.now)
        can_wait = code in _BEFORE_DEADLINE and schedule.may_wait(ws, s, away.hours.day(back), batch.now)
        found = None if can_wait else _instead(batch, s, audience, line)
        if found is None:
            if not can_wait:
                tell_nobody_there(batch, s, slot)
            _keep(batch, s, code, slot, audience, away, back, due, more)
            return True
        there = found
        why |= {"instead_of": first.name, "away_until": str(away.away_until)}
    if there.place == batch.by:
        return False
    if away is not None:
        batch.pass_on(s, away.id, code.value, there.place, there.name)
    if missing := _missing(s, ws, audience):
        why["missing"] = missing
    batch.escalate(s, code, slot, {**details(batch, s), **why}, there.place)
    return True


def tell_nobody_there(batch: RenewalBatch, s: RenewalView, slot: str) -> None:
    """Nobody who would be told is there: admins hear at once, once for each reason to speak."""
    today = s.today(batch.ws, batch.now)
    away = {"away_until": str(s.owner.away_until)} if s.owner and still_away(s.owner.away_until, today) else {}
    for admin in batch.ws.people.admins(batch.now):
        batch.notify(s, NoticeCode.UNHEARD, slot, {**details(batch, s), **away}, admin.slack_id)


def mention(batch: RenewalBatch, s: RenewalView) -> tuple[str | None, dict[str, str]]:
    """(the Slack id of who must see a reminder, what its line says of who is away).

    Who is on it, else the owner; while they are away and it cannot wait for them, who stands in; None when it waits.
    """
    ws, now = batch.ws, batch.now
    known = [(one.slack_id, absent(ws, one.slack_id, one.away_until, now)) for one in (s.claimer, s.owner) if one]
    there = next((slack_id for slack_id, away in known if away is None), None)
    if there is not None or not known:
        return there, {}
    first, away = known[0]
    assert away is not None
    if schedule.may_wait(ws, s, away.hours.day(back_at(ws, s, away, now)), now):
        return None, {}
    # One of the team reads the thread anyway; who would not have looked is on the list of who is away.
    beyond = ws.people.in_line(first, now)
    found = beyond or ws.people.first_awake(s.owner.id if s.owner else None, s.account_id, now)
    if found is None:
        return None, {}
    if beyond is not None:
        batch.pass_on(s, away.id, "reminder", found.slack_id, found.name)
    return found.slack_id, {"instead_of": away.name, "away_until": str(away.away_until)}


def run_notice(work: Work, rows: Sequence[DueJob]) -> None:
    """Someone is back: tell them what they could not be told, unless its reason has gone."""
    ws = context.of(work)
    batch = RenewalBatch(work)
    states = view.load(work, [row.subject_id for row in rows])
    for row in rows:
        s = states.get(row.subject_id)
        if s is None or not STILL[code := NoticeCode(row.facts["code"])](ws, s, row.facts, work.now):
            continue
        if s.hours(ws).is_open(work.now):
            audience = EscalationAudience(row.facts["audience"])
            notify(batch, s, code, row.facts["slot"], audience, row, row.facts.get("more"))
        else:
            batch.reschedule(row, s.hours(ws).next_open(work.now))
    batch.write()


def details(batch: RenewalBatch, s: RenewalView) -> dict[str, str]:
    """What the sentences of a notice may use."""
    hours = s.hours(batch.ws)
    return {
        "rung": "" if s.rung is None else str(s.rung),
        "stage": s.stage,
        "stage_since": str(hours.day(s.stage_at)),
        "owner": s.owner.name if s.owner else "",
        "claimed_by": s.claimer.name if s.claimer else "",
        "renewal_date": str(s.renewal_date),
        "touched_on": str(hours.day(s.touched_at)) if s.touched_at else "",
        **countdown(s, s.today(batch.ws, batch.now)),
    }


def absent(ws: WorkspaceContext, slack_id: str | None, until: date | None, now: datetime) -> Colleague | None:
    """This person, if they are away on the day that it is where they are; `until` is what is kept of an absence."""
    found = ws.people.named(slack_id, now) if until is not None else None
    return found if found is not None and not found.is_there else None


def back_at(ws: WorkspaceContext, s: RenewalView, away: Colleague, now: datetime) -> datetime:
    """When somebody who is away is at work again, from the time of this renewal's alerts on."""
    return away.hours.starting(schedule.policy_of(ws, s).alert_time).next_open(now)


def next_recipient(ws: WorkspaceContext, s: RenewalView, audience: EscalationAudience) -> str:
    """By what name the first of them is known; empty when there is nobody to tell."""
    line = _in_line(ws, s, audience)
    return line[0].name if line else ""


def _in_line(ws: WorkspaceContext, s: RenewalView, audience: EscalationAudience) -> list[Recipient]:
    """Whom it is for, else the nearest there is: owner, manager, leadership, at last the fallback channel."""
    owner, manager = (
        Recipient(one.slack_id, one.name, one.away_until) if one else None for one in (s.owner, s.manager)
    )
    leadership = Recipient(ws.leadership, "leadership", None) if ws.leadership else None
    fallback = Recipient(ws.routes.fallback, "the fallback channel", None) if ws.routes.fallback else None
    ladder = {
        EscalationAudience.OWNER: (owner, manager, leadership, fallback),
        EscalationAudience.MANAGER: (manager, leadership, fallback),
        # The owner is mentioned in the thread, and so need not hear of it a second time.
        EscalationAudience.LEADERSHIP: (leadership, manager, fallback),
    }[audience]
    if audience is EscalationAudience.OWNER and owner:
        # The manager is told of the same things as the owner, and so is not next in line to them.
        return [owner]
    return [hearer for hearer in ladder if hearer]


def _missing(s: RenewalView, ws: WorkspaceContext, audience: EscalationAudience) -> str:
    """Who is not there, so that somebody else hears of it: owner, manager or leadership; empty when they are."""
    if audience is EscalationAudience.LEADERSHIP:
        return "" if ws.leadership else "leadership"
    if s.owner is None:
        return "owner"
    return "manager" if audience is EscalationAudience.MANAGER and s.manager is None else ""


def _instead(
    batch: RenewalBatch, s: RenewalView, audience: EscalationAudience, line: Sequence[Recipient]
) -> Recipient | None:
    """Who hears of it while the first in line is away: their stand-in, for a manager theirs, then the next in line."""
    ws, first = batch.ws, line[0]
    look = ws.people.awake_for if audience is EscalationAudience.OWNER else ws.people.in_line
    found = look(first.place, batch.now)
    if found is not None:
        return Recipient(found.slack_id, found.name, None)
    return next((one for one in line[1:] if not absent(ws, one.place, one.away_until, batch.now)), None)


_BEFORE_DEADLINE = (NoticeCode.UNCLAIMED, NoticeCode.STUCK)


def _keep(
    batch: RenewalBatch,
    s: RenewalView,
    code: NoticeCode,
    slot: str,
    audience: EscalationAudience,
    away: Colleague,
    back: datetime,
    due: DueJob | None,
    more: Mapping[str, str] | None,
) -> None:
    if due is not None:
        batch.reschedule(due, back)
        return
    facts = {
        "code": code.value,
        "slot": slot,
        "audience": audience.value,
        "stage": s.stage,
        "waits_for": away.id,
        "more": more or {},
    }
    batch.schedule(Job(RenewalJob.NOTICE, s.subject, f"{code}:{slot}:{audience}", back, 0, facts))


def alert_undeliverable(work: Work, batch: RenewalBatch, s: RenewalView) -> None:
    """Tell each admin once, ever, that cards have nowhere to go; the first such account is the example."""
    workspace_id = batch.ws.workspace_id
    admins = work.session.scalars(
        select(Member.slack_id).where(
            Member.workspace_id == workspace_id, Member.role == "admin", Member.is_outsider.is_(False)
        )
    )
    for slack_id in admins:
        key = f"notice:{NoticeCode.NOWHERE}:{slack_id}"
        if not outgoing.exists(work, key):
            facts = {"code": NoticeCode.NOWHERE, "account": s.account, "renewal_id": s.id, "account_id": s.account_id}
            wanted = OutgoingPost(key, "notice", {**facts, "details": {}}, recipient=slack_id)
            outgoing.put(work, [wanted])
