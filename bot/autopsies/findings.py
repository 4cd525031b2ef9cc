"""What came before a decision: every signal of the twelve months before it, who was told, and what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from bot.autopsies import acts
from bot.autopsies.acts import Act, Acts
from bot.autopsies.facts import Findings, FoundSignal
from bot.autopsies.rules.signals import ANSWERED_WITHIN, WINDOW_MONTHS, Loss, SignalKind, verdict
from bot.core.calendar import local_date, local_moment
from bot.core.months import shifted
from bot.core.policy import Policy
from bot.db.work import Work
from bot.handoffs.rules import State
from bot.health import stored
from bot.health.job_kinds import HealthJob
from bot.health.rules import score_history
from bot.health.rules.score_history import Alert, Fall
from bot.models import (
    Account,
    Event,
    FollowUp,
    Handoff,
    JobRow,
    Member,
    PulseAnswer,
    PulseRound,
    Renewal,
    Teammate,
)
from bot.posts import queries as posts
from bot.pulses.rules import Colour
from bot.renewals.line_codes import ESCALATED, Line
from bot.workspace import context
from bot.workspace.retention import KEPT

MOST = 200
"""Signals that are kept, the latest; no account has had as many in a year."""

_MORNING = time(9)
_MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Window:
    """What is looked at: an account and its renewal, from the first day on, up to the decision, in a zone."""

    account: Account
    renewal: Renewal
    policy: Policy
    zone: str
    since: datetime
    decided_at: datetime
    acts: Acts

    def day(self, at: datetime) -> date:
        """The day of a moment."""
        return local_date(at, self.zone)

    def signal(
        self,
        kind: SignalKind,
        at: datetime,
        seen_at: datetime | None,
        seen_by: str,
        details: dict[str, str] | None = None,
        act: Act | None = None,
        is_own_act: bool = False,
        is_sure: bool = True,
    ) -> FoundSignal:
        """One signal with its verdict. It is answered by the first act since it was seen, or by `act` alone where
        only one thing answers it (`is_own_act`); doing that shows that it was seen.
        """
        if is_own_act:
            seen_at = min(seen_at, act.at) if seen_at and act else seen_at or (act.at if act else None)
        elif act is None and seen_at is not None:
            act = self.acts.first(seen_at)
        is_told = seen_at is not None and seen_at < self.decided_at
        done = act if act is not None and act.at < self.decided_at else None
        return FoundSignal(
            kind.value,
            verdict(seen_at, done.at if done else None, self.decided_at, is_sure).value,
            str(self.day(at)),
            details or {},
            seen_by if is_told else "",
            str(self.day(seen_at)) if is_told and seen_at else "",
            str(self.day(done.at)) if done else "",
            done.how if done else "",
            done.by if done else None,
        )


def find(work: Work, renewal_id: int, what: Loss, decided_at: datetime, values: dict[str, str]) -> Findings:
    """All that an autopsy of this renewal keeps; `values` is what it was worth before the decision."""
    renewal = work.session.scalars(work.select(Renewal).where(Renewal.id == renewal_id)).one()
    account = work.session.scalars(work.select(Account).where(Account.id == renewal.account_id)).one()
    ws = context.of(work)
    policy = ws.policies.of(account.tier)
    first = shifted(local_date(decided_at, ws.zone), -WINDOW_MONTHS)
    since = local_moment(first, _MIDNIGHT, ws.zone)
    done = acts.of_account(work, account.id, since, decided_at)
    window = Window(account, renewal, policy, ws.zone, since, decided_at, done)
    touches = acts.touches(work, account.id, since, decided_at)
    signals = sorted(_signals(work, window, touches), key=lambda one: (one.on, one.kind))
    last = touches[-1] if touches else None
    return Findings(
        renewal_date=str(renewal.renewal_date),
        since=str(first),
        values=values,
        signed=dict(renewal.final_values or {}) if what is Loss.SHRUNK else {},
        unknown_values=renewal.unknown_values,
        reason=renewal.lost_reason or "" if what is Loss.LOST else "",
        words=renewal.lost_words or "" if what is Loss.LOST else "",
        signals=tuple(signals[-MOST:]),
        touches=len(touches),
        last_touch_on=str(window.day(last[0])) if last else "",
        last_touch_by=last[1] if last else None,
        cadence=policy.touch_every_days,
        owner_id=account.owner_id,
        manager_id=_manager(work, account.owner_id),
    )


def _manager(work: Work, owner_id: int | None) -> int | None:
    if owner_id is None:
        return None
    return work.session.scalar(work.select(Member.manager_id).where(Member.id == owner_id))


def _signals(work: Work, w: Window, touches: Sequence[tuple[datetime, int | None]]) -> Iterator[FoundSignal]:
    yield from _pulses(work, w)
    yield from _falls(work, w)
    yield from _escalations(work, w)
    yield from _reminders(work, w)
    yield from _promises(work, w)
    yield from _handoffs(work, w)
    yield from _silences(w, touches)
    yield from _left(work, w)


def _pulses(work: Work, w: Window) -> Iterator[FoundSignal]:
    """A red answer is told at once, to the owner; what is yellow is read by the team when the round closes."""
    rows = work.session.execute(
        work.select(PulseRound.id, PulseRound.closed_at, PulseAnswer.colour, PulseAnswer.reasons)
        .add_columns(PulseAnswer.answered_at)
        .join(PulseAnswer, PulseAnswer.round_id == PulseRound.id)
        .where(
            PulseRound.account_id == w.account.id,
            PulseAnswer.answered_at >= w.since,
            PulseAnswer.answered_at < w.decided_at,
            PulseAnswer.colour != Colour.GREEN.value,
        )
        .order_by(PulseRound.id, PulseAnswer.answered_at, PulseAnswer.id)
    ).all()
    by_round: dict[int, list[Any]] = {}
    for row in rows:
        by_round.setdefault(row.id, []).append(row)
    for given in by_round.values():
        reds = [one for one in given if one.colour == Colour.RED]
        reasons = list(dict.fromkeys(reason for one in reds or given for reason in one.reasons))
        details = {"red": str(len(reds)), "yellow": str(len(given) - len(reds)), "reasons": "; ".join(reasons[:3])}
        first = reds[0] if reds else given[0]
        seen = first.answered_at if reds and w.account.owner_id else given[0].closed_at
        kind = SignalKind.PULSE_RED if reds else SignalKind.PULSE_YELLOW
        yield w.signal(kind, first.answered_at, seen, "owner" if reds and w.account.owner_id else "team", details)


def _falls(work: Work, w: Window) -> Iterator[FoundSignal]:
    """Falls of the score by the rule of its alerts. Whether one was told is known as long as its job is kept."""
    points = stored.points_since(work, [w.account.id], w.day(w.since)).get(w.account.id, [])
    told = _told_falls(work, w.account.id)
    alert: Alert | None = None
    for place, point in enumerate(points):
        if point.score is None or not w.since.date() <= point.day <= w.day(w.decided_at):
            continue
        if alert is not None and not score_history.alert_stands(alert, point.score, w.policy):
            alert = Alert(alert.on, None)
        fall: Fall | None = score_history.fall(points[:place], point.score, point.weights, point.day, w.policy, alert)
        if fall is None:
            continue
        alert = Alert(point.day, fall.score)
        at = local_moment(point.day, _MORNING, w.zone)
        until = at + timedelta(days=w.policy.score_fall_days)
        seen = next((one for one in told if at - timedelta(days=1) <= one[0] <= until), None)
        details = {"before": str(fall.before), "score": str(fall.score)}
        is_sure = seen is not None or at > work.now - KEPT
        yield w.signal(
            SignalKind.SCORE, at, seen[0] if seen else None, seen[1] if seen else "", details, is_sure=is_sure
        )


def _told_falls(work: Work, account_id: int) -> list[tuple[datetime, str]]:
    slots = work.session.scalars(
        work.select(JobRow.dedupe_key).where(
            JobRow.subject == f"account:{account_id}", JobRow.kind == HealthJob.SCORE_ALERT
        )
    ).all()
    found = posts.by_keys(work, [f"health:{account_id}:alert:{slot}" for slot in slots])
    return sorted((one.created_at, "team" if one.channel else "owner") for one in found if not one.is_gone)


def _escalations(work: Work, w: Window) -> Iterator[FoundSignal]:
    rows = work.session.execute(
        work.select(Event.at, Event.facts)
        .where(Event.account_id == w.account.id, Event.kind == ESCALATED, Event.at >= w.since, Event.at < w.decided_at)
        .order_by(Event.at, Event.id)
    )
    for at, facts in rows:
        details = {"step": str(facts.get("step") or ""), "to": str(facts.get("to") or "")}
        yield w.signal(SignalKind.ESCALATED, at, at, details["to"], details)


def _reminders(work: Work, w: Window) -> Iterator[FoundSignal]:
    """Reminders of this renewal that came while nobody was on it."""
    prefix = f"renewal:{w.renewal.id}:line:{Line.RUNG}"
    keys = [f"{prefix}:{rung}@{w.renewal.deadline}" for rung in w.policy.rungs]
    for post in posts.by_keys(work, keys):
        details = post.facts.get("details") or {}
        if not details.get("claimed") and post.created_at < w.decided_at:
            rung = {"rung": str(details.get("rung") or "")}
            yield w.signal(SignalKind.REMINDER, post.created_at, post.created_at, "team", rung)


def _promises(work: Work, w: Window) -> Iterator[FoundSignal]:
    """Promises that were not kept by their day: seen on that day by whoever had them, answered by being kept."""
    day = w.day(w.decided_at)
    rows = work.session.execute(
        work.select(FollowUp.due_on, FollowUp.owner_id, FollowUp.outcome, FollowUp.done_at, FollowUp.done_by_id)
        .where(
            FollowUp.account_id == w.account.id,
            FollowUp.is_promise,
            FollowUp.due_on >= w.day(w.since),
            FollowUp.due_on < day,
            or_(FollowUp.outcome.is_(None), FollowUp.outcome != "dropped"),
        )
        .order_by(FollowUp.due_on, FollowUp.id)
    )
    for due_on, owner_id, outcome, done_at, done_by in rows:
        if done_at is not None and outcome == "kept" and w.day(done_at) <= due_on:
            continue
        due_at = local_moment(due_on + timedelta(days=1), _MIDNIGHT, w.zone)
        act = Act(done_at, "kept", done_by) if done_at is not None and outcome == "kept" else None
        seen = due_at if owner_id is not None else None
        yield w.signal(SignalKind.PROMISE, due_at - timedelta(days=1), seen, "holder", act=act, is_own_act=True)


def _handoffs(work: Work, w: Window) -> Iterator[FoundSignal]:
    """A handoff is answered by being accepted, one that came back by the next one that is."""
    rows = work.session.scalars(
        work.select(Handoff)
        .where(Handoff.account_id == w.account.id, Handoff.created_at >= w.since, Handoff.created_at < w.decided_at)
        .order_by(Handoff.created_at, Handoff.id)
    ).all()
    accepted = [
        Act(one.settled_at, "handoff", one.settled_by_id)
        for one in rows
        if one.state == State.ACCEPTED and one.settled_at is not None
    ]
    for one in rows:
        way = {"direction": one.direction}
        if one.state == State.RETURNED and one.settled_at is not None:
            later = next((act for act in accepted if act.at > one.settled_at), None)
            given_back = one.settled_at
            yield w.signal(SignalKind.RETURNED, given_back, given_back, "giver", way, later, is_own_act=True)
        elif one.state in (State.ACCEPTED, State.WAITING):
            own = Act(one.settled_at, "handoff", one.settled_by_id) if one.settled_at else None
            yield w.signal(SignalKind.HANDOFF, one.created_at, one.created_at, "both", way, own, is_own_act=True)


def _silences(w: Window, touches: Sequence[tuple[datetime, int | None]]) -> Iterator[FoundSignal]:
    """Gaps between touches that are longer than the cadence; a touch soon after it shows that somebody saw it.

    Of the time before the account was kept here only some touches may have been imported: that says too little.
    """
    cadence, known_since = timedelta(days=w.policy.touch_every_days), w.account.created_at
    begin = max(w.since, min([known_since, *(at for at, _ in touches[:1])]))
    for at, by in (*touches, (w.decided_at, None)):
        if at - begin > cadence:
            due = begin + cadence
            ended = Act(at, "touch", by) if at < w.decided_at else None
            seen = due if ended is not None and at - due <= ANSWERED_WITHIN else None
            days = {"days": str((w.day(at) - w.day(begin)).days), "cadence": str(w.policy.touch_every_days)}
            is_sure = at - max(begin, known_since) > cadence
            yield w.signal(SignalKind.SILENCE, due, seen, "", days, ended, is_sure=is_sure)
        begin = at


def _left(work: Work, w: Window) -> Iterator[FoundSignal]:
    """People of its team whose account in Slack was closed; answered by somebody joining the team, or by a handoff."""
    rows = work.session.execute(
        select(Member.id, Member.left_at, func.min(Teammate.role).label("role"))
        .join(Teammate, Teammate.member_id == Member.id)
        .where(
            Teammate.workspace_id == work.workspace_id,
            Teammate.account_id == w.account.id,
            Member.left_at >= w.since,
            Member.left_at < w.decided_at,
        )
        .group_by(Member.id, Member.left_at)
        .order_by(Member.left_at, Member.id)
    ).all()
    if not rows:
        return
    joined = work.session.scalars(
        work.select(Teammate.since).where(Teammate.account_id == w.account.id).order_by(Teammate.since)
    ).all()
    for row in rows:
        later = next((Act(one, "joined", None) for one in joined if one > row.left_at), None)
        yield w.signal(SignalKind.LEFT, row.left_at, None, "", {"role": row.role}, later, is_own_act=True)
