"""Figures of reaction: what became of alerts within two working days, and how long a first reminder waits for a claim.

Reminders and escalations are kept for good with their renewals. Other alerts are known by their messages, which are
forgotten after the days that the workspace keeps them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select

from bot.accounts.figure_facts import WINDOW_MONTHS
from bot.accounts.figure_parts import Among, condition
from bot.core.calendar import local_date, local_moment
from bot.core.hours import Hours
from bot.core.months import shifted
from bot.db.scope import within
from bot.db.work import Work
from bot.metrics.rules.reaction import (
    Alerted,
    FirstClaims,
    Reaction,
    WatchedAlert,
    act,
    act_by,
    median_and_p90,
    rule_of_step,
    working_hours,
)
from bot.models import Account, Delivery, Escalation, Event, FollowUp, HealthCheck, Member, Post, Renewal, Touchpoint
from bot.models.post import DeliveryRole
from bot.renewals.line_codes import Line
from bot.workspace import context, workspaces
from bot.workspace import hours as workspace_hours

ACTS = (Line.CLAIMED, Line.TOOK_OVER, Line.UPDATED, Line.SIGNED, Line.INVOICED, Line.WON, Line.LOST)
"""What somebody does about a renewal. Putting it to sleep, or letting it go, is no work on it."""

OF_ACCOUNTS = (Alerted.PULSE_RED, Alerted.PULSE_STEP, Alerted.CHECK, Alerted.SCORE)
"""The kinds of posts that are alerts of an account as a whole; their facts name it."""

_BATCH = 10_000
_MIDNIGHT = time()


def reactions(work: Work, day: date, among: Among = None) -> list[Reaction]:
    """Share of alerts acted on within 2 working days, per rule, over the twelve months up to a day.

    An alert was acted on when somebody, before the end of the second working day of the account's owner after its day,
    claimed or updated the renewal, or logged a touch, a health check or a next step of the account
    (rules.reaction.act). One that has not had its two days is left out. Source: renewals, escalations and posts that
    stand in Slack; events, touchpoints, health_checks, follow_ups.
    """
    ws = context.of(work)
    since, until = _window(work, day)
    known = max(since, workspaces.retention_of(work).posts_before(work.now))
    hours = _owners_hours(work, among)
    found: dict[int, list[WatchedAlert]] = defaultdict(list)
    for rule, account_id, renewal_id, at in _alerts(work, since, until, known, among):
        if (own := hours.get(account_id)) is not None and (by := act_by(at, own)) <= min(until, work.now):
            found[account_id].append(WatchedAlert(rule, at, by, renewal_id))
    for alerts in found.values():
        alerts.sort(key=lambda alert: alert.at)
    for account_id, renewal_id, at in _acts(work, since, until, among):
        if account_id in found:
            act(found[account_id], at, renewal_id)
    first_known = local_date(known, ws.zone) if known > since else None
    told = [alert for alerts in found.values() for alert in alerts]
    return [
        Reaction(rule, len(of_rule), sum(alert.is_acted_on for alert in of_rule), _known(rule, first_known))
        for rule in Alerted
        if (of_rule := [alert for alert in told if alert.rule is rule])
    ]


def first_claims(work: Work, day: date, among: Among = None) -> FirstClaims:
    """Time from first rung to first claim, of the renewals whose first rung came in the twelve months up to a day.

    In working hours of the account's owner; median and p90. What was claimed later than that day counts as not claimed.
    Source: renewals.first_rung_at, renewals.first_claimed_at.
    """
    since, until = _window(work, day)
    hours = _owners_hours(work, among)
    rows = work.session.execute(
        work.select(Renewal.account_id, Renewal.first_rung_at, Renewal.first_claimed_at).where(
            Renewal.first_rung_at >= since,
            Renewal.first_rung_at < until,
            *condition(work, Renewal.account_id, among),
        )
    )
    waited: list[float] = []
    before = never = 0
    for account_id, rung_at, claimed_at in rows:
        if claimed_at is None or claimed_at >= until:
            never += 1
        elif claimed_at < rung_at:
            before += 1
        else:
            waited.append(working_hours(hours[account_id], rung_at, claimed_at))
    return FirstClaims(len(waited), before, never, median_and_p90(waited))


def _window(work: Work, day: date) -> tuple[datetime, datetime]:
    zone = context.of(work).zone
    first = shifted(day, -WINDOW_MONTHS) + timedelta(days=1)
    return local_moment(first, _MIDNIGHT, zone), local_moment(day + timedelta(days=1), _MIDNIGHT, zone)


def _known(rule: Alerted, first_known: date | None) -> date | None:
    return first_known if rule in (*OF_ACCOUNTS, Alerted.RUNG) else None


def _owners_hours(work: Work, among: Among) -> Mapping[int, Hours]:
    working = context.of(work).working
    zone, country, own, _ = workspace_hours.columns(Member)
    rows = work.session.execute(
        work.select(Account.id, zone, country, own)
        .outerjoin(Member, (Member.id == Account.owner_id) & Member.is_outsider.is_(False))
        .where(*condition(work, Account.id, among))
    )
    return {account_id: working.of(*person) for account_id, *person in rows}


def _alerts(
    work: Work, since: datetime, until: datetime, known: datetime, among: Among
) -> Iterator[tuple[Alerted, int, int | None, datetime]]:
    """(rule, account, renewal, moment) of each; first rungs by their renewal, since their card may be forgotten."""
    renewals = work.select(Renewal.account_id, Renewal.id, Renewal.first_rung_at).where(
        Renewal.first_rung_at >= since, Renewal.first_rung_at < until, *condition(work, Renewal.account_id, among)
    )
    for account_id, renewal_id, at in _rows(work, renewals):
        yield Alerted.RUNG, account_id, renewal_id, at
    steps = (
        work.select(Escalation.step, Renewal.account_id, Renewal.id, Escalation.told_at)
        .join(Renewal, Renewal.id == Escalation.renewal_id)
        .where(Escalation.told_at >= since, Escalation.told_at < until, *condition(work, Renewal.account_id, among))
    )
    for step, account_id, renewal_id, at in _rows(work, steps):
        if (rule := rule_of_step(step)) is not None:
            yield rule, account_id, renewal_id, at
    rungs = _posted(work, known, until, Renewal.account_id, Renewal.id).join(
        Renewal,
        (Renewal.id == Post.facts["renewal_id"].as_integer()) & within(Renewal.workspace_id, work.workspace_id),
    )
    is_rung = (Post.kind == "story_line", Post.key.like(f"renewal:%:line:{Line.RUNG}:%"))
    for account_id, renewal_id, at in _rows(work, rungs.where(*is_rung, *condition(work, Renewal.account_id, among))):
        yield Alerted.RUNG, account_id, renewal_id, at
    account = Post.facts["account_id"].as_integer()
    alerts = _posted(work, known, until, Post.kind, account).where(Post.kind.in_(OF_ACCOUNTS))
    for kind, account_id, at in _rows(work, alerts.where(*condition(work, account, among))):
        yield Alerted(kind), account_id, None, at


def _posted(work: Work, since: datetime, until: datetime, *columns: Any) -> Select[Any]:
    return (
        select(*columns, Post.created_at)
        .select_from(Post)
        .join(Delivery, Delivery.post_id == Post.id)
        .where(
            Post.workspace_id == work.workspace_id,
            Post.created_at >= since,
            Post.created_at < until,
            within(Delivery.workspace_id, work.workspace_id),
            Delivery.role == DeliveryRole.HOME,
            Delivery.ts.is_not(None),
        )
    )


def _acts(work: Work, since: datetime, until: datetime, among: Among) -> Iterator[tuple[int, int | None, datetime]]:
    """(account, renewal, moment) of what somebody did; of no renewal where it was about the account."""
    of_renewals = work.select(Event.account_id, Event.renewal_id, Event.at).where(
        Event.kind.in_(ACTS),
        Event.by_id.is_not(None),
        Event.at >= since,
        Event.at < until,
        *condition(work, Event.account_id, among),
    )
    yield from _rows(work, of_renewals)
    touched = (Touchpoint.is_note.is_(False), Touchpoint.deleted_at.is_(None))
    for account, at, conditions in (
        (Touchpoint.account_id, Touchpoint.at, touched),
        (HealthCheck.account_id, HealthCheck.at, ()),
        (FollowUp.account_id, FollowUp.created_at, (FollowUp.created_by_id.is_not(None),)),
    ):
        done = work.select(account, at).where(at >= since, at < until, *conditions, *condition(work, account, among))
        for account_id, moment in _rows(work, done):
            yield account_id, None, moment


def _rows(work: Work, statement: Select[Any]) -> Iterator[Any]:
    yield from work.session.execute(statement.execution_options(yield_per=_BATCH))
