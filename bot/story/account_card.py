"""The card: so what is the story with ABC and their renewal? Read anew each time, each part in one query."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import follow_ups, handoffs, health, touchpoints
from bot.accounts import search as account_search
from bot.accounts import story_parts
from bot.accounts import team as account_team
from bot.core.calendar import local_date
from bot.core.person import Person
from bot.db.scope import is_row, within
from bot.db.work import Work
from bot.forecast import queries as forecast
from bot.health.queries import Explained
from bot.health.rules.score_words import band_name, input_name, known_words, summary_words
from bot.models import Account, Contract, Member, Renewal
from bot.plans import service as plan_service
from bot.renewals import card as renewal_card
from bot.renewals import desk as renewal_desk
from bot.renewals import reviews
from bot.slack.text import listed
from bot.story import completeness as missing
from bot.story import upcoming
from bot.story.facts import (
    WORDS_KEPT,
    AccountCard,
    ComingPart,
    HandoffPart,
    HealthPart,
    PlanPart,
    RenewalPart,
    StepPart,
    TouchPart,
    charted,
)

TOUCHES, STEPS, RENEWALS, CONTRACTS, COMING = 5, 3, 2, 3, 2


def card(work: Work, account_id: int, zone: str) -> AccountCard:
    """Everything known of one account as of `now`, in the days of its owner. Raises Refused when it is gone.

    Whoever asks reads the same days left as on the renewal's card; `zone` counts where nobody owns the account.
    """
    account = work.session.scalars(work.select(Account).where(Account.id == account_id)).first()
    if account is None:
        raise account_search.gone("/account")
    owner, owner_zone = _owner(work.session, account)
    zone = owner_zone or zone
    today = local_date(work.now, zone)
    team = account_team.of_accounts(work, [account_id]).get(account_id, ())
    values, contracts, unknown = _contracts(work, account_id)
    renewals, renewal_count = _renewals(work, account_id)
    known = health.of(work, account_id)
    has_renewal = bool(renewal_count or reviews.evergreens(work, [account_id]))
    steps = follow_ups.open_of(work, account_id)
    plan = plan_service.read(work, account_id)
    return AccountCard(
        account_id=account.id,
        account=account.name,
        as_of=str(today),
        tier=account.tier,
        segment=account.segment,
        industry=account.industry,
        country=account.country,
        channel=account.channel,
        is_active=account.is_active,
        owner=owner,
        team=tuple(p for p in team if owner is None or p.slack_id != owner.slack_id),
        values=values,
        contract_count=contracts,
        unknown_values=unknown,
        renewals=renewals,
        renewal_count=renewal_count,
        health=_health(known),
        touches=_touches(work, account_id, zone),
        steps=tuple(
            StepPart(s.words[:WORDS_KEPT], str(s.due_on), s.owner_name or "", s.is_promise, s.is_late(work.now, zone))
            for s in steps[:STEPS]
        ),
        step_count=len(steps),
        plan=_plan(plan),
        coming=tuple(
            ComingPart(str(local_date(at, zone)), kind) for kind, at in upcoming.next_of(work, account_id, COMING, zone)
        ),
        gaps=missing.gaps_of(work, account, today, zone, contracts, unknown, has_renewal, plan),
        handoffs=tuple(
            HandoffPart(one.direction, one.giver, one.receiver, str(local_date(one.created_at, zone)))
            for one in handoffs.waiting_of(work, account_id)
        ),
        more=tuple(line for part in story_parts.PARTS for line in part(work, account_id)),
    )


def _owner(session: Session, account: Account) -> tuple[Person | None, str | None]:
    """The owner, and the zone they are in."""
    row = session.execute(
        select(Member.slack_id, Member.name, Member.timezone).where(
            is_row(Member, account.workspace_id, account.owner_id), Member.is_outsider.is_(False)
        )
    ).first()
    return (Person(row.slack_id, row.name, "owner"), row.timezone) if row else (None, None)


def _contracts(work: Work, account_id: int) -> tuple[dict[str, str], int, int]:
    """The yearly value by currency, how many contracts run, and how many of those have no known value."""
    rows = work.session.execute(
        select(Contract.currency, func.count(), func.count(Contract.value), func.sum(Contract.value))
        .where(
            within(Contract.workspace_id, work.workspace_id),
            Contract.account_id == account_id,
            Contract.status == "active",
        )
        .group_by(Contract.currency)
    ).all()
    values: dict[str, str] = {}
    count = unknown = 0
    for currency, several, valued, total in rows:
        count += several
        unknown += several - (valued if currency else 0)
        if currency and valued:
            values[currency] = str(total)
    return values, count, unknown


def _renewals(work: Work, account_id: int) -> tuple[tuple[RenewalPart, ...], int]:
    rows = work.session.execute(
        select(
            Renewal.id,
            Renewal.deadline,
            Renewal.renewal_date,
            Renewal.stage,
            Renewal.forecast,
            Member.name,
            Renewal.snoozed_until,
            Renewal.auto_renew,
            Renewal.values,
            Renewal.final_values,
            Renewal.unknown_values,
            Renewal.forecast_reason,
            Renewal.carded_at,
        )
        .outerjoin(Member, (Member.id == Renewal.claimed_by_id) & Member.is_outsider.is_(False))
        .where(
            within(Renewal.workspace_id, work.workspace_id),
            Renewal.account_id == account_id,
            Renewal.closed_at.is_(None),
        )
        .order_by(Renewal.deadline, Renewal.id)
    ).all()
    shown = [row.id for row in rows[:RENEWALS]]
    lines, keys = renewal_card.lines_of(work, shown), forecast.standings(work, shown)
    parts = tuple(
        RenewalPart(
            row.id,
            str(row.deadline),
            str(row.renewal_date),
            row.stage,
            row.forecast,
            row.name or "",
            _iso(row.snoozed_until),
            tuple(lines[row.id][:CONTRACTS]),
            row.auto_renew,
            *renewal_desk.worth(row.values, row.final_values, row.unknown_values),
            (row.forecast_reason or "")[:WORDS_KEPT],
            row.carded_at is not None,
            keys[row.id].key.forecast.value,
            listed(keys[row.id].keys.because),
        )
        for row in rows[:RENEWALS]
    )
    return parts, len(rows)


def _health(known: Explained) -> HealthPart:
    missing = tuple(input_name(name) for name in known.score.missing)
    if known.score.score is None or known.band is None:
        summary = known_words(known.score.confidence) if known.score.parts else ""
        return HealthPart(summary=summary, reasons=known.reasons, missing=missing)
    history = [(point.day, point.score) for point in known.history if point.day < known.today]
    history.append((known.today, known.score.score))
    weights = [point.weights for point in known.history]
    changed = [p.day for p, before in zip(known.history[1:], weights, strict=False) if p.weights != before]
    return HealthPart(
        score=known.score.score,
        band=band_name(known.band),
        summary=summary_words(known.score.score, known.change, known.score.confidence),
        reasons=known.reasons,
        missing=missing,
        history=tuple((str(day), score) for day, score in charted(history, known.today)),
        reweighed_on=str(changed[-1]) if changed else None,
    )


def _touches(work: Work, account_id: int, zone: str) -> tuple[TouchPart, ...]:
    found = touchpoints.of_account(work, account_id, TOUCHES, with_notes=False)
    return tuple(
        TouchPart(
            on=str(local_date(touch.at, zone)),
            kind=touch.kind,
            by=touch.by.name if touch.by else "",
            department=touch.department,
            contact=touch.contact,
            mood=touch.mood,
            words=touch.words[:WORDS_KEPT],
        )
        for touch in found
    )


def _plan(plan: plan_service.Agreed | None) -> PlanPart | None:
    if plan is None:
        return None
    return PlanPart(plan.goals[:WORDS_KEPT], plan.measure[:WORDS_KEPT], plan.rhythm[:WORDS_KEPT], _iso(plan.review_on))


def _iso(day: date | None) -> str | None:
    return str(day) if day else None
