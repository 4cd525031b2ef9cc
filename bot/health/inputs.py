"""What a score is made of, read for many accounts at once: seven queries a page, however many accounts are in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, literal_column, or_, select
from sqlalchemy.orm import Session

from bot.core.calendar import local_date, local_moment
from bot.core.policy import Policy
from bot.db.scope import within
from bot.db.work import Work
from bot.health.rules.checks import Scale, weakest
from bot.health.rules.known import ClosedPromise, Known, TicketSign
from bot.health.rules.score import Input, Observation, last_talk, pulse_colour, scale_value
from bot.models import FollowUp, HealthCheck, PulseRound, Touchpoint
from bot.touchpoints.rules.churn_words import MARKED

URGENT = ("urgent", "critical")
"""Priorities of a ticket that hurt while it is open."""


@dataclass(frozen=True, slots=True)
class _Page:
    """The accounts that are read together, and the day on which they are looked at."""

    session: Session
    workspace_id: int
    policies: Mapping[int, Policy]
    zone: str
    now: datetime
    today: date
    days: dict[int, date] = field(default_factory=dict)

    @property
    def ids(self) -> list[int]:
        return list(self.policies)

    def day(self, at: datetime) -> date:
        # Zones differ from UTC by quarters of an hour; a million accounts share a few thousand of those.
        quarter = at.toordinal() * 96 + at.hour * 4 + at.minute // 15
        day = self.days.get(quarter)
        if day is None:
            day = self.days[quarter] = local_date(at, self.zone)
        return day

    def since(self, expiry: str) -> datetime:
        # The page's longest expiry, and the days over which a change is told: what is older for one account's own
        # policy weighs nothing in the rule, which says that a score rose because it expired.
        policies = set(self.policies.values())
        days = max((getattr(policy, expiry) + policy.score_change_days for policy in policies), default=0)
        return local_moment(self.today - timedelta(days=days), time(), self.zone)


def load(work: Work, policies: Mapping[int, Policy], zone: str) -> dict[int, Known]:
    """What is known of each account on the day of `now` in `zone`, by account id; `policies` names the accounts."""
    page = _Page(work.session, work.workspace_id, policies, zone, work.now, local_date(work.now, zone))
    found = {account_id: Known() for account_id in policies}
    checks = _checks(page, found)
    _pulses(page, found)
    _tickets(page, found)
    _promises(page, found)
    _leaving(page, found)
    touches = _touches(page, found)
    for account_id, known in found.items():
        known.talk = last_talk(touches.get(account_id), checks.get(account_id, ()), policies[account_id])
    return found


def _touches(page: _Page, found: Mapping[int, Known]) -> dict[int, date]:
    """The day on which each account was last touched by us.

    Internal notes and deleted ones do not count, nor does a ticket: that is the customer's doing.
    """
    is_over = Touchpoint.at <= page.now
    rows = page.session.execute(
        select(
            Touchpoint.account_id,
            func.max(Touchpoint.at, type_=Touchpoint.at.type).filter(is_over),
            func.min(Touchpoint.at, type_=Touchpoint.at.type).filter(~is_over),
        )
        .where(
            within(Touchpoint.workspace_id, page.workspace_id),
            Touchpoint.account_id.in_(page.ids),
            Touchpoint.is_note.is_(False),
            Touchpoint.kind != "ticket",
            Touchpoint.deleted_at.is_(None),
        )
        .group_by(Touchpoint.account_id)
    )
    touches = {}
    for account_id, last, following in rows:
        if last is not None:
            touches[account_id] = page.day(last)
        if following is not None:
            found[account_id].expect(page.day(following))
    return touches


def _checks(page: _Page, found: Mapping[int, Known]) -> dict[int, list[tuple[date, date]]]:
    """The latest check speaks of health; returned are the days of all talks, and those on which they were written."""
    # Not bounded by the expiry: a check that no longer speaks of health still tells when we talked.
    rows = page.session.execute(
        select(
            HealthCheck.account_id,
            HealthCheck.at,
            HealthCheck.created_at,
            HealthCheck.churn_word,
            *(getattr(HealthCheck, scale) for scale in Scale),
        ).where(
            within(HealthCheck.workspace_id, page.workspace_id),
            HealthCheck.account_id.in_(page.ids),
            HealthCheck.replaced_at.is_(None),
        )
    )
    talks: dict[int, list[tuple[date, date]]] = defaultdict(list)
    answers: dict[int, list[tuple[datetime, Sequence[int | None]]]] = defaultdict(list)
    for account_id, at, created_at, churn_word, *steps in rows:
        on = page.day(at)
        if at > page.now:
            found[account_id].expect(on)
            continue
        talks[account_id].append((on, page.day(created_at)))
        if churn_word:
            found[account_id].lasting.append(_left(on, "check", churn_word))
        # A check without any scale says nothing of health, and leaves the one before it standing.
        if any(steps):
            answers[account_id].append((at, steps))
    for account_id, own in answers.items():
        latest = max(at for at, _ in own)
        found[account_id].lasting.append(_health(page.day(latest), [steps for at, steps in own if at == latest]))
    return talks


def _health(on: date, checks: Sequence[Sequence[int | None]]) -> Observation:
    # Backdated checks share their day's noon and count together: which was written last says nothing of the customer.
    values = sorted(value for steps in checks if (value := scale_value(steps)) is not None)
    given = [[step for step in steps if step is not None] for steps in zip(*checks, strict=True)]
    lowest = weakest({scale: min(steps, default=None) for scale, steps in zip(Scale, given, strict=True)})
    assert lowest is not None
    return Observation(Input.HEALTH, sum(values) / len(values), on, f"check_{lowest[0]}", lowest[1])


def _pulses(page: _Page, found: Mapping[int, Known]) -> None:
    rows: Iterable[Any] = page.session.execute(
        select(
            PulseRound.account_id,
            PulseRound.closed_at,
            PulseRound.value,
            PulseRound.worst,
            PulseRound.heard,
            PulseRound.churn_word,
        ).where(
            within(PulseRound.workspace_id, page.workspace_id),
            PulseRound.account_id.in_(page.ids),
            # What was said in an open round stays unseen until it closes, so that nobody is led.
            PulseRound.closed_at >= page.since("expires_pulse"),
            PulseRound.value.is_not(None),
        )
    )
    for account_id, closed_at, value, worst, heard, churn_word in rows:
        on, known = page.day(closed_at), found[account_id]
        if closed_at > page.now:
            known.expect(on)
            continue
        # Its value is the mean of its answers; it is called by the worst of them, which a mean would hide.
        code = f"pulse_{worst or pulse_colour(value)}"
        if code == "pulse_green" and not heard:
            code = "pulse_impression"
        known.lasting.append(Observation(Input.PULSE, value / 100, on, code))
        if churn_word:
            known.lasting.append(_left(on, "pulse", churn_word))


def _leaving(page: _Page, found: Mapping[int, Known]) -> None:
    """Words of leaving in what was logged. They are found when they are written, and only looked up here."""
    rows = page.session.execute(
        select(Touchpoint.account_id, Touchpoint.at, Touchpoint.kind, Touchpoint.churn_word).where(
            within(Touchpoint.workspace_id, page.workspace_id),
            Touchpoint.account_id.in_(page.ids),
            literal_column("touchpoints.churn_word <> ''"),
            Touchpoint.deleted_at.is_(None),
            Touchpoint.at >= page.since("expires_churn"),
        )
    )
    for account_id, at, kind, churn_word in rows:
        on = page.day(at)
        if at > page.now:
            found[account_id].expect(on)
        else:
            found[account_id].lasting.append(_left(on, kind, churn_word))


def _left(on: date, source: str, word: str) -> Observation:
    return Observation(Input.CHURN, 0.0, on, f"churn_{source}", quote="" if word == MARKED else word)


def _tickets(page: _Page, found: Mapping[int, Known]) -> None:
    is_open = or_(Touchpoint.closed_at.is_(None), Touchpoint.closed_at > page.now)
    says_something = or_(
        and_(is_open, or_(Touchpoint.priority.in_(URGENT), Touchpoint.escalated.is_(True))),
        and_(
            func.coalesce(Touchpoint.closed_at, Touchpoint.at) >= page.since("expires_support"),
            or_(Touchpoint.satisfaction.is_not(None), Touchpoint.escalated.is_(True)),
        ),
    )
    rows = page.session.execute(
        select(
            Touchpoint.account_id,
            Touchpoint.at,
            Touchpoint.closed_at,
            Touchpoint.priority,
            Touchpoint.satisfaction,
            Touchpoint.escalated,
        ).where(
            within(Touchpoint.workspace_id, page.workspace_id),
            Touchpoint.account_id.in_(page.ids),
            Touchpoint.kind == "ticket",
            Touchpoint.deleted_at.is_(None),
            says_something,
        )
    )
    for account_id, at, closed_at, priority, satisfaction, escalated in rows:
        known = found[account_id]
        if at > page.now:
            known.expect(page.day(at))
            continue
        is_closed = closed_at is not None and closed_at <= page.now
        if closed_at is not None and not is_closed:
            known.expect(page.day(closed_at))
        on = page.day(closed_at if closed_at is not None and is_closed else at)
        if not is_closed and (priority in URGENT or escalated):
            code = "open_urgent" if priority in URGENT else "open_escalated"
            known.tickets.append(TicketSign(code, 0.0, on, 0, True))
        elif escalated:
            known.tickets.append(TicketSign("escalated", 0.0, on, 0, False))
        elif satisfaction is not None:
            value = satisfaction_value(satisfaction)
            known.tickets.append(TicketSign("satisfaction", value, on, satisfaction, False))


def satisfaction_value(satisfaction: int) -> float:
    """A ticket's rating (1–5) as a value: 4 and 5 are good, 3 is half, less is bad."""
    return 1.0 if satisfaction >= 4 else 0.5 if satisfaction == 3 else 0.0


def _promises(page: _Page, found: Mapping[int, Known]) -> None:
    rows: Iterable[Any] = page.session.execute(
        select(FollowUp.account_id, FollowUp.outcome, FollowUp.done_at, FollowUp.due_on, FollowUp.done_by_id).where(
            within(FollowUp.workspace_id, page.workspace_id),
            FollowUp.account_id.in_(page.ids),
            FollowUp.is_promise.is_(True),
            FollowUp.outcome.in_(("kept", "broken")),
            FollowUp.done_at >= page.since("expires_promises"),
        )
    )
    for account_id, outcome, done_at, due_on, done_by_id in rows:
        if done_at > page.now:
            found[account_id].expect(page.day(done_at))
            continue
        is_late = outcome == "broken" and done_by_id is None
        on = due_on + timedelta(days=1) if is_late else page.day(done_at)
        found[account_id].promises.append(ClosedPromise(outcome, on))
