"""A renewal's card from its state: one builder for a single screen and for a thousand cards of a tick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from bot.models import AgendaRow, Contract
from bot.rules.calendar import local_date
from bot.rules.cards import ContractLine, Person, RenewalCard
from bot.rules.escalation import is_overdue, unpaid_due
from bot.rules.ladder import days_left
from bot.rules.stages import Stage, buttons
from bot.rules.terms import CENT
from bot.services import teams
from bot.services.posts import Wanted
from bot.services.renewals.office import Office
from bot.services.renewals.schedule import SPEAKING, policy_of, today_of, zone_of
from bot.services.renewals.state import State
from bot.services.scores import reading
from bot.services.scores.reading import Current

LINES = 10
"""Contracts listed on a card; the rest is counted."""

Next = tuple[str, datetime]


def wanted(session: Session, office: Office, states: Sequence[State], now: datetime) -> list[Wanted]:
    """The cards of these renewals as they should stand now."""
    return [
        _wanted(office, state, card) for state, card in zip(states, build(session, office, states, now), strict=True)
    ]


def build(session: Session, office: Office, states: Sequence[State], now: datetime) -> list[RenewalCard]:
    """What the cards of these renewals show, in their order."""
    if not states:
        return []
    lines = lines_of(session, office.workspace_id, [s.id for s in states if "lines" not in s.facts])
    team = teams.of_accounts(session, office.workspace_id, [s.account_id for s in states])
    upcoming = _next_words(session, office.workspace_id, states, now)
    health = reading.current_in(session, office, [s.account_id for s in states], now)
    return [
        replace(
            _card(
                office,
                s,
                kept_lines(s) or lines.get(s.id, []),
                team.get(s.account_id, ()),
                upcoming.get(s.subject),
                now,
            ),
            **_health(health.get(s.account_id)),
        )
        for s in states
    ]


def lines_of(session: Session, workspace_id: int, renewal_ids: Sequence[int]) -> dict[int | None, list[ContractLine]]:
    """The running contracts of each renewal, by date and name."""
    found: dict[int | None, list[ContractLine]] = defaultdict(list)
    if not renewal_ids:
        return found
    rows = session.execute(
        select(
            Contract.renewal_id,
            Contract.name,
            Contract.value,
            Contract.currency,
            Contract.renewal_date,
            Contract.auto_renew,
            Contract.notice_days,
        )
        .where(Contract.workspace_id == workspace_id, Contract.renewal_id.in_(renewal_ids))
        .order_by(Contract.renewal_date, Contract.name, Contract.id)
    )
    for renewal_id, name, value, currency, renewal_date, auto_renew, notice_days in rows:
        known = currency if value is not None else None
        found[renewal_id].append(
            ContractLine(name, amount(value), known, str(renewal_date or ""), auto_renew, notice_days)
        )
    return found


def keep_lines(lines: Sequence[ContractLine]) -> dict[str, Any]:
    """The contracts as they stood, for a renewal whose contracts go on to their next term."""
    return {"lines": [asdict(line) for line in lines[:LINES]], "count": len(lines)}


def kept_lines(state: State) -> list[ContractLine]:
    """The contracts that `keep_lines` kept."""
    return [ContractLine(**line) for line in state.facts.get("lines", ())]


def amount(value: Decimal | None) -> str | None:
    """An amount as the card's text, with two places at least; None when it is unknown."""
    if value is None:
        return None
    exponent = value.as_tuple().exponent
    return str(value if isinstance(exponent, int) and exponent <= -2 else value.quantize(CENT))


def _next_words(session: Session, workspace_id: int, states: Sequence[State], now: datetime) -> dict[str, Next]:
    rows = session.execute(
        select(AgendaRow.subject, AgendaRow.kind, AgendaRow.due_at)
        .where(
            AgendaRow.workspace_id == workspace_id,
            AgendaRow.subject.in_([s.subject for s in states]),
            AgendaRow.kind.in_(SPEAKING),
            literal_column("handled_at").is_(None),
            AgendaRow.due_at > now,
        )
        .order_by(AgendaRow.due_at)
    )
    soonest: dict[str, Next] = {}
    for subject, kind, due_at in rows:
        soonest.setdefault(subject, (kind, due_at))
    return soonest


def _card(
    office: Office,
    s: State,
    lines: Sequence[ContractLine],
    team: tuple[Person, ...],
    upcoming: Next | None,
    now: datetime,
) -> RenewalCard:
    today = today_of(office, s, now)
    return RenewalCard(
        renewal_id=s.id,
        account_id=s.account_id,
        account=s.account,
        tier=s.tier,
        deadline=str(s.deadline),
        renewal_date=str(s.renewal_date),
        as_of=str(today),
        days_left=days_left(s.deadline, today),
        auto_renew=s.auto_renew,
        stage=s.stage,
        stage_since=str(local_date(s.stage_at, zone_of(office, s))),
        values=s.values,
        contracts=tuple(lines[:LINES]),
        contract_count=s.facts.get("count") or len(lines),
        unknown_values=s.facts.get("unknown", 0),
        owner=s.owner,
        claimed_by=s.claimer,
        team=team,
        forecast=s.forecast,
        forecast_reason=s.forecast_reason,
        proposed_value=amount(s.proposed_value),
        proposed_currency=s.proposed_currency,
        close_date=_day(s.close_date),
        snoozed_until=_day(s.snoozed_until),
        snooze_reason=s.snooze_reason,
        lost_reason=s.lost_reason,
        lost_words=s.lost_words,
        outcome=s.outcome,
        why=_why(office, s, today),
        why_rung=s.rung,
        next_kind=upcoming[0] if upcoming else None,
        next_at=str(local_date(upcoming[1], zone_of(office, s))) if upcoming else None,
        routed=s.destination(office).routed,
        buttons=_buttons(office, s, today),
    )


def _health(current: Current | None) -> dict[str, Any]:
    if current is None or current.score is None:
        return {}
    return {"health_score": current.score, "health_words": (current.summary, *current.words)}


def _why(office: Office, s: State, today: date) -> str:
    stage = Stage(s.stage)
    if is_overdue(stage, s.auto_renew, s.renewal_date, today):
        return "overdue"
    is_signed = stage in (Stage.SIGNED, Stage.INVOICED)
    if is_signed and today >= unpaid_due(s.renewal_date, policy_of(office, s), office.holidays):
        return "unpaid"
    return "first" if s.rung is None else "rung"


def _buttons(office: Office, s: State, today: date) -> tuple[str, ...]:
    if s.outcome in ("ended", "merged"):
        return ()
    return tuple(buttons(Stage(s.stage), s.claimed_by_id is not None, s.deadline, today, office.holidays))


def _wanted(office: Office, s: State, card: RenewalCard) -> Wanted:
    to = s.destination(office)
    return Wanted(s.card_key, "renewal_card", card.to_facts(), to.channel, to.recipient, s.owner_slack)


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)
