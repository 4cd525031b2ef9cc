"""The card of a past day: the story as it stood then, from what is kept of it; and what is not kept is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from bot.accounts import search as account_search
from bot.accounts.account_states import standing_on
from bot.core.calendar import local_date, local_moment
from bot.core.days import spoken_day
from bot.core.person import Person
from bot.db.scope import is_row
from bot.db.work import Work
from bot.health.rules.score import band
from bot.health.rules.score_words import band_name
from bot.metrics import ledger
from bot.models import (
    Account,
    Event,
    FollowUp,
    Handoff,
    Member,
    Plan,
    Renewal,
    ScorePoint,
    Teammate,
    Touchpoint,
)
from bot.story.account_card import RENEWALS, STEPS, TOUCHES
from bot.story.facts import (
    WORDS_KEPT,
    AccountCard,
    HandoffPart,
    HealthPart,
    PlanPart,
    RenewalPart,
    StepPart,
    TouchPart,
)
from bot.story.past_rules import PastLine, RenewalThen, renewal_on
from bot.workspace import context

OWNER, SCORE = "who owned it", "a health score"
KINDS = ("tier", "segment")
"""Not known of a day before the account came in."""
AHEAD = "what was planned for later"
_MIDNIGHT = time()


def card_on(work: Work, account_id: int, day: date, zone: str, known_at: datetime | None = None) -> AccountCard:
    """The account as it stood at the end of a past day; `zone` counts where nobody owns it. Raises Refused when gone.

    `known_at`: contracts as the ledger knew them at that moment, and only touches and follow-ups entered by then. What
    was deleted since is left out, and what nobody keeps of that day is named in `not_kept`.
    """
    account = work.session.scalars(work.select(Account).where(Account.id == account_id)).first()
    if account is None:
        raise account_search.gone("/account")
    owner_zone = work.session.scalar(
        select(Member.timezone).where(is_row(Member, work.workspace_id, account.owner_id), ~Member.is_outsider)
    )
    zone = owner_zone or zone
    until = local_moment(day + timedelta(days=1), _MIDNIGHT, zone)
    entered = min(known_at, until) if known_at is not None else until
    owner, team = _team(work, account, until)
    kind = standing_on(work, account_id, day, known_at)
    health = _health(work, account_id, kind.tier if kind else account.tier, day)
    values, contracts, unknown = _contracts(work, account_id, day, known_at)
    renewals, renewal_count = _renewals(work, account_id, until, day)
    steps, step_count = _steps(work, account_id, until, entered, day)
    missing = [OWNER] * (owner is None) + [SCORE] * (health.score is None)
    return AccountCard(
        account_id=account.id,
        account=account.name,
        as_of=str(day),
        channel=account.channel,
        tier=kind.tier if kind else "",
        segment=kind.segment if kind else "",
        is_active=kind is None or kind.is_active,
        owner=owner,
        team=team,
        values=values,
        contract_count=contracts,
        unknown_values=unknown,
        renewals=renewals,
        renewal_count=renewal_count,
        health=health,
        touches=_touches(work, account_id, until, known_at, zone),
        steps=steps,
        step_count=step_count,
        plan=_plan(work, account_id, until),
        handoffs=_handoffs(work, account_id, until, zone),
        is_past=True,
        not_kept=(*missing, *(() if kind else KINDS), AHEAD),
    )


def _team(work: Work, account: Account, until: datetime) -> tuple[Person | None, tuple[Person, ...]]:
    """The owner, where they have owned it since, and who was on the team: people stay on it."""
    rows = work.session.execute(
        select(Member.id, Member.slack_id, Member.name, Teammate.role)
        .join(Member, Member.id == Teammate.member_id)
        .where(
            Teammate.workspace_id == work.workspace_id,
            Teammate.account_id == account.id,
            Teammate.since < until,
            Member.is_outsider.is_(False),
        )
        .order_by(Member.name, Teammate.id)
    )
    owner: Person | None = None
    team: dict[str, Person] = {}
    for member_id, slack_id, name, role in rows:
        if role == "owner" and member_id == account.owner_id:
            owner = Person(slack_id, name, "owner")
        elif role != "owner":
            team.setdefault(slack_id, Person(slack_id, name, role))
    return owner, tuple(team.values())


def _contracts(work: Work, account_id: int, day: date, known_at: datetime | None) -> tuple[dict[str, str], int, int]:
    """As on the card of today: the yearly value by currency, how many ran, and how many had no known value."""
    values: dict[str, Any] = {}
    count = unknown = 0
    for state in ledger.of_account(work, account_id, day, known_at):
        if state.status != "active":
            continue
        count += 1
        if state.value is None or not state.currency:
            unknown += 1
        else:
            values[state.currency] = values.get(state.currency, 0) + state.value
    return {currency: str(total) for currency, total in sorted(values.items())}, count, unknown


def _renewals(work: Work, account_id: int, until: datetime, day: date) -> tuple[tuple[RenewalPart, ...], int]:
    rows = work.session.scalars(
        work.select(Renewal)
        .where(
            Renewal.account_id == account_id,
            Renewal.created_at < until,
            or_(Renewal.closed_at.is_(None), Renewal.closed_at >= until),
        )
        .order_by(Renewal.deadline, Renewal.id)
    ).all()
    stories = _stories(work, [row.id for row in rows[:RENEWALS]])
    parts = []
    for row in rows[:RENEWALS]:
        now = RenewalThen(row.stage, row.forecast, row.forecast_reason)
        then = renewal_on(stories[row.id], until, day, now)
        moved = timedelta(days=then.days_moved)
        parts.append(
            RenewalPart(
                row.id,
                str(row.deadline - moved),
                str(row.renewal_date - moved),
                then.stage,
                then.forecast,
                then.on_it,
                str(then.snoozed_until) if then.snoozed_until else None,
                auto_renew=row.auto_renew,
                values=row.values,
                unknown_values=row.unknown_values,
                reason=then.reason[:WORDS_KEPT],
                is_carded=row.carded_at is not None and row.carded_at < until,
            )
        )
    return tuple(parts), len(rows)


def _stories(work: Work, renewal_ids: Sequence[int]) -> dict[int, list[PastLine]]:
    rows = work.session.execute(
        work.select(Event.renewal_id, Event.kind, Event.at, Member.name, Event.facts)
        .outerjoin(Member, Member.id == Event.by_id)
        .where(Event.renewal_id.in_(renewal_ids))
        .order_by(Event.at, Event.id)
    )
    found: dict[int, list[PastLine]] = defaultdict(list)
    for renewal_id, kind, at, name, facts in rows:
        told = {key: str(value) for key, value in facts.items() if value is not None}
        found[renewal_id].append(PastLine(kind, at, name or "", told))
    return found


def _health(work: Work, account_id: int, tier: str, day: date) -> HealthPart:
    """The score that was last written by then, in the band that it has by today's numbers."""
    point = work.session.execute(
        work.select(ScorePoint.score, ScorePoint.day)
        .where(ScorePoint.account_id == account_id, ScorePoint.day <= day)
        .order_by(ScorePoint.day.desc())
        .limit(1)
    ).first()
    if point is None or point.score is None:
        return HealthPart()
    policy = context.of(work).policies.of(tier)
    words = f"scored on {spoken_day(point.day, day)}"
    return HealthPart(point.score, band_name(band(point.score, policy)), words)


def _touches(
    work: Work, account_id: int, until: datetime, known_at: datetime | None, zone: str
) -> tuple[TouchPart, ...]:
    known = [] if known_at is None else [Touchpoint.created_at <= known_at]
    rows = work.session.execute(
        work.select(Touchpoint, Member.name)
        .outerjoin(Member, Member.id == Touchpoint.by_id)
        .where(
            Touchpoint.account_id == account_id,
            Touchpoint.at < until,
            Touchpoint.is_note.is_(False),
            Touchpoint.deleted_at.is_(None),
            *known,
        )
        .order_by(Touchpoint.at.desc(), Touchpoint.id.desc())
        .limit(TOUCHES)
    )
    return tuple(
        TouchPart(
            on=str(local_date(touch.at, zone)),
            kind=touch.kind,
            by=name or "",
            department=touch.department,
            contact=touch.contact,
            mood=touch.mood,
            words=touch.words[:WORDS_KEPT],
        )
        for touch, name in rows
    )


def _steps(
    work: Work, account_id: int, until: datetime, entered: datetime, day: date
) -> tuple[tuple[StepPart, ...], int]:
    """Those that were open then, with the words and the day that they have now."""
    open_then: list[ColumnElement[bool]] = [
        FollowUp.account_id == account_id,
        FollowUp.created_at < entered,
        or_(FollowUp.done_at.is_(None), FollowUp.done_at >= until),
    ]
    rows = work.session.execute(
        work.select(FollowUp.words, FollowUp.due_on, FollowUp.is_promise, Member.name)
        .outerjoin(Member, (Member.id == FollowUp.owner_id) & Member.is_outsider.is_(False))
        .where(*open_then)
        .order_by(FollowUp.due_on, FollowUp.id)
    ).all()
    steps = [
        StepPart(words[:WORDS_KEPT], str(due_on), name or "", is_promise, due_on < day)
        for words, due_on, is_promise, name in rows[:STEPS]
    ]
    return tuple(steps), len(rows)


def _plan(work: Work, account_id: int, until: datetime) -> PlanPart | None:
    row = work.session.execute(
        work.select(Plan.goals, Plan.measure, Plan.rhythm, Plan.review_on)
        .where(Plan.account_id == account_id, Plan.created_at < until)
        .order_by(Plan.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    review = str(row.review_on) if row.review_on else None
    return PlanPart(row.goals[:WORDS_KEPT], row.measure[:WORDS_KEPT], row.rhythm[:WORDS_KEPT], review)


def _handoffs(work: Work, account_id: int, until: datetime, zone: str) -> tuple[HandoffPart, ...]:
    giver, receiver = Member.__table__.alias("giver"), Member.__table__.alias("receiver")
    rows = work.session.execute(
        work.select(Handoff.direction, giver.c.name, receiver.c.name, Handoff.created_at)
        .join(giver, giver.c.id == Handoff.giver_id)
        .join(receiver, receiver.c.id == Handoff.receiver_id)
        .where(
            Handoff.account_id == account_id,
            Handoff.created_at < until,
            or_(Handoff.settled_at.is_(None), Handoff.settled_at >= until),
        )
        .order_by(Handoff.id)
    )
    return tuple(HandoffPart(direction, gave, gets, str(local_date(at, zone))) for direction, gave, gets, at in rows)
