"""What a score is made of, read for many accounts at once: seven queries a page, however many accounts are in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session

from bot.core.calendar import local_date, local_moment
from bot.core.policy import Policy
from bot.db.engine import UtcDateTime
from bot.db.scope import among, within
from bot.db.work import Work
from bot.health.rules.checks import SCALES, weakest
from bot.health.rules.known import ClosedPromise, KnownSigns, TicketSign
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
    different: Collection[Policy]
    days: dict[int, date] = field(default_factory=dict)

    def rows(self, statement: Any, expiry: str = "") -> Iterable[Any]:
        given = {"of": self.workspace_id, "ids": list(self.policies), "now": self.now}
        if expiry:
            given["since"] = self.since(expiry)
        return self.session.connection().execute(statement, given).all()

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
        days = max((getattr(policy, expiry) + policy.score_change_days for policy in self.different), default=0)
        return local_moment(self.today - timedelta(days=days), time(), self.zone)


def _of(column: Any) -> tuple[Any, ...]:
    """The condition that a row is of the page's accounts."""
    table = column.table.c
    return within(table.workspace_id, bindparam("of")), among(column)


# Built once: to build them for every page takes longer than to run them.
_T, _H, _P, _F = (model.__table__.c for model in (Touchpoint, HealthCheck, PulseRound, FollowUp))
_NOW, _SINCE = bindparam("now", type_=UtcDateTime), bindparam("since", type_=UtcDateTime)
_TOUCHES = (
    select(
        _T.account_id,
        func.max(_T.at, type_=UtcDateTime).filter(_T.at <= _NOW),
        func.min(_T.at, type_=UtcDateTime).filter(_T.at > _NOW),
    )
    .where(*_of(_T.account_id), _T.is_note.is_(False), _T.kind != "ticket", _T.deleted_at.is_(None))
    .group_by(_T.account_id)
)
# Not bounded by the expiry: a check that no longer speaks of health still tells when we talked.
_CHECKS = select(_H.account_id, _H.at, _H.created_at, _H.churn_word, *(_H[scale] for scale in SCALES)).where(
    *_of(_H.account_id), _H.replaced_at.is_(None)
)
# What was said in an open round stays unseen until it closes, so that nobody is led.
_PULSES = select(_P.account_id, _P.closed_at, _P.value, _P.worst, _P.heard, _P.churn_word).where(
    *_of(_P.account_id), _P.closed_at >= _SINCE, _P.value.is_not(None)
)
_LEAVING = select(_T.account_id, _T.at, _T.kind, _T.churn_word).where(
    *_of(_T.account_id), literal_column("touchpoints.churn_word <> ''"), _T.deleted_at.is_(None), _T.at >= _SINCE
)
_TICKETS = select(_T.account_id, _T.at, _T.closed_at, _T.priority, _T.satisfaction, _T.escalated).where(
    *_of(_T.account_id),
    _T.kind == "ticket",
    _T.deleted_at.is_(None),
    or_(
        and_(
            or_(_T.closed_at.is_(None), _T.closed_at > _NOW),
            or_(_T.priority.in_(URGENT), _T.escalated.is_(True)),
        ),
        and_(
            func.coalesce(_T.closed_at, _T.at) >= _SINCE,
            or_(_T.satisfaction.is_not(None), _T.escalated.is_(True)),
        ),
    ),
)
_PROMISES = select(_F.account_id, _F.outcome, _F.done_at, _F.due_on, _F.done_by_id).where(
    *_of(_F.account_id), _F.is_promise.is_(True), _F.outcome.in_(("kept", "broken")), _F.done_at >= _SINCE
)


def different(policies: Mapping[int, Policy]) -> Collection[Policy]:
    """Each policy of these once: thousands of accounts share a few, and to compare two takes long."""
    return {id(policy): policy for policy in policies.values()}.values()


def load(work: Work, policies: Mapping[int, Policy], zone: str) -> dict[int, KnownSigns]:
    """What is known of each account on the day of `now` in `zone`, by account id; `policies` names the accounts."""
    work.session.flush()
    today = local_date(work.now, zone)
    page = _Page(work.session, work.workspace_id, policies, zone, work.now, today, different(policies))
    found = {account_id: KnownSigns() for account_id in policies}
    checks = _checks(page, found)
    _pulses(page, found)
    _tickets(page, found)
    _promises(page, found)
    _leaving(page, found)
    touches = _touches(page, found)
    for account_id, known in found.items():
        known.talk = last_talk(touches.get(account_id), checks.get(account_id, ()), policies[account_id])
    return found


def _touches(page: _Page, found: Mapping[int, KnownSigns]) -> dict[int, date]:
    """The day on which each account was last touched by us.

    Internal notes and deleted ones do not count, nor does a ticket: that is the customer's doing.
    """
    touches = {}
    for account_id, last, following in page.rows(_TOUCHES):
        if last is not None:
            touches[account_id] = page.day(last)
        if following is not None:
            found[account_id].expect(page.day(following))
    return touches


def _checks(page: _Page, found: Mapping[int, KnownSigns]) -> dict[int, list[tuple[date, date]]]:
    """The latest check speaks of health; returned are the days of all talks, and those on which they were written."""
    talks: dict[int, list[tuple[date, date]]] = defaultdict(list)
    answers: dict[int, list[tuple[datetime, Sequence[int | None]]]] = defaultdict(list)
    for account_id, at, created_at, churn_word, *steps in page.rows(_CHECKS):
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
        latest = max([at for at, _ in own])
        found[account_id].lasting.append(_health(page.day(latest), [steps for at, steps in own if at == latest]))
    return talks


def _health(on: date, checks: Sequence[Sequence[int | None]]) -> Observation:
    # Backdated checks share their day's noon and count together: which was written last says nothing of the customer.
    values = sorted([value for steps in checks if (value := scale_value(steps)) is not None])
    least = checks[0]
    if len(checks) > 1:
        least = [min([step for step in steps if step is not None], default=None) for steps in zip(*checks, strict=True)]
    lowest = weakest(dict(zip(SCALES, least, strict=True)))
    assert lowest is not None
    return Observation(Input.HEALTH, sum(values) / len(values), on, f"check_{lowest[0]}", lowest[1])


def _pulses(page: _Page, found: Mapping[int, KnownSigns]) -> None:
    for account_id, closed_at, value, worst, heard, churn_word in page.rows(_PULSES, "expires_pulse"):
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


def _leaving(page: _Page, found: Mapping[int, KnownSigns]) -> None:
    """Words of leaving in what was logged. They are found when they are written, and only looked up here."""
    for account_id, at, kind, churn_word in page.rows(_LEAVING, "expires_churn"):
        on = page.day(at)
        if at > page.now:
            found[account_id].expect(on)
        else:
            found[account_id].lasting.append(_left(on, kind, churn_word))


def _left(on: date, source: str, word: str) -> Observation:
    return Observation(Input.CHURN, 0.0, on, f"churn_{source}", quote="" if word == MARKED else word)


def _tickets(page: _Page, found: Mapping[int, KnownSigns]) -> None:
    for account_id, at, closed_at, priority, satisfaction, escalated in page.rows(_TICKETS, "expires_support"):
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


def _promises(page: _Page, found: Mapping[int, KnownSigns]) -> None:
    for account_id, outcome, done_at, due_on, done_by_id in page.rows(_PROMISES, "expires_promises"):
        if done_at > page.now:
            found[account_id].expect(page.day(done_at))
            continue
        is_late = outcome == "broken" and done_by_id is None
        on = due_on + timedelta(days=1) if is_late else page.day(done_at)
        found[account_id].promises.append(ClosedPromise(outcome, on))
