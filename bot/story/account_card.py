"""The card: so what is the story with ABC and their renewal? Read anew each time, each part in one query.

The statements are built once, and a part of which nothing is kept is not asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Row, Select, bindparam, func, literal_column, select, union_all

from bot import follow_ups, handoffs, health, touchpoints
from bot.accounts import search as account_search
from bot.accounts import story_parts
from bot.accounts import team as account_team
from bot.accounts.story_parts import StoryLine, StoryPart
from bot.core.calendar import local_date
from bot.core.person import Person
from bot.db.scope import within
from bot.db.work import Work
from bot.forecast import queries as forecast
from bot.health.queries import Explained
from bot.health.rules.score_words import band_name, input_name, known_words, summary_words
from bot.models import Account, Contract, Member, Renewal, Teammate
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

_OF: BindParameter[Any] = bindparam("of")
_ACCOUNT: BindParameter[Any] = bindparam("account")
_OWN = (
    select(
        Account.id,
        Account.name,
        Account.tier,
        Account.segment,
        Account.industry,
        Account.country,
        Account.channel,
        Account.is_active,
        Member.slack_id.label("owner_slack"),
        Member.name.label("owner_name"),
        Member.timezone.label("owner_zone"),
        Member.department.label("owner_department"),
    )
    .outerjoin(Member, (Member.id == Account.owner_id) & Member.is_outsider.is_(False))
    .where(Account.workspace_id == _OF, Account.id == _ACCOUNT)
)
_TEAM = (
    select(Teammate.role, Member.slack_id, Member.name, Member.department, Member.is_outsider)
    .join(Member, Member.id == Teammate.member_id)
    .where(within(Teammate.workspace_id, _OF), Teammate.account_id == _ACCOUNT)
)
_CONTRACTS = (
    select(Contract.currency, func.count(), func.count(Contract.value), func.sum(Contract.value))
    .where(within(Contract.workspace_id, _OF), Contract.account_id == _ACCOUNT, Contract.status == "active")
    .group_by(Contract.currency)
)
_RENEWALS = (
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
    .where(within(Renewal.workspace_id, _OF), Renewal.account_id == _ACCOUNT, Renewal.closed_at.is_(None))
    .order_by(Renewal.deadline, Renewal.id)
)


def card(work: Work, account_id: int, zone: str) -> AccountCard:
    """Everything known of one account as of `now`, in the days of its owner. Raises Refused when it is gone.

    Whoever asks reads the same days left as on the renewal's card; `zone` counts where nobody owns the account.
    """
    account = work.rows(_OWN, account=account_id).first()
    if account is None:
        raise account_search.gone("/account")
    owner = Person(account.owner_slack, account.owner_name, "owner") if account.owner_slack else None
    zone = account.owner_zone or zone
    today = local_date(work.now, zone)
    team = work.rows(_TEAM, account=account_id).all()
    values, contracts, unknown = _contracts(work, account_id)
    renewals, renewal_count = _renewals(work, account)
    known = health.of_known(work, account_id, account.name, account.tier)
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
        team=tuple(
            one
            for one in account_team.ranked(Person(mate.slack_id, mate.name, mate.role) for mate in team)
            if owner is None or one.slack_id != owner.slack_id
        ),
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
        gaps=missing.gaps_of(
            work, account_id, account.tier, _keepers(account, team), today, zone, contracts, unknown, has_renewal, plan
        ),
        handoffs=tuple(
            HandoffPart(one.direction, one.giver, one.receiver, str(local_date(one.created_at, zone)))
            for one in handoffs.waiting_of(work, account_id)
        ),
        more=_more(work, account_id),
    )


def _keepers(account: Row[Any], team: Sequence[Row[Any]]) -> missing.Keepers:
    """Who keeps the account, of those who are of our team."""
    ours = [mate for mate in team if not mate.is_outsider]
    departments = {account.owner_department, *(mate.department for mate in ours)}
    return missing.Keepers(
        account.owner_slack is not None,
        frozenset(one for one in departments if one),
        frozenset(mate.role for mate in ours),
    )


def _more(work: Work, account_id: int) -> tuple[StoryLine, ...]:
    """What features tell beside; one statement asks which of them have anything to tell."""
    parts = tuple(story_parts.PARTS)
    if not parts:
        return ()
    there = {number for (number,) in work.rows(_telling(parts), account=account_id)}
    return tuple(line for number, part in enumerate(parts) if number in there for line in part.tell(work, account_id))


@cache
def _telling(parts: tuple[StoryPart, ...]) -> CompoundSelect[Any]:
    """The numbers of those parts that have rows of an account."""
    each: list[Select[Any]] = []
    for number, part in enumerate(parts):
        for rows in part.rows:
            [account_id] = rows.selected_columns
            ours = rows.where(within(account_id.table.c.workspace_id, _OF), account_id == _ACCOUNT)
            each.append(select(literal_column(str(number))).where(ours.exists()))
    return union_all(*each)


def _contracts(work: Work, account_id: int) -> tuple[dict[str, str], int, int]:
    """The yearly value by currency, how many contracts run, and how many of those have no known value."""
    values: dict[str, str] = {}
    count = unknown = 0
    for currency, several, valued, total in work.rows(_CONTRACTS, account=account_id):
        count += several
        unknown += several - (valued if currency else 0)
        if currency and valued:
            values[currency] = str(total)
    return values, count, unknown


def _renewals(work: Work, account: Row[Any]) -> tuple[tuple[RenewalPart, ...], int]:
    rows = work.rows(_RENEWALS, account=account.id).all()
    shown = rows[:RENEWALS]
    lines = renewal_card.lines_of(work, [row.id for row in shown])
    of = account.tier, account.name
    keys = forecast.standings_of(
        work, [forecast.OpenRenewal(row.id, account.id, row.stage, row.deadline, *of) for row in shown]
    )
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
        for row in shown
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
