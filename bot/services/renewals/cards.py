"""A renewal's card from its state: one builder for a single screen and for a thousand cards of a tick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
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
from bot.services.renewals.schedule import SPEAKING, morning, policy_of, today_of, zone_of
from bot.services.renewals.state import State
from bot.services.scores import reading
from bot.services.scores.reading import Current

LINES = 10
"""Contracts listed on a card; the rest is counted."""

ASLEEP = ("rung", "unclaimed")
"""Kinds of thought that stay silent while a renewal is snoozed."""

Next = tuple[str, datetime]

# Columns of the tables rather than of the classes: the ORM's own loading costs as much again as the query.
_C = Contract.__table__.c
_A = AgendaRow.__table__.c


def wanted(session: Session, office: Office, states: Sequence[State], now: datetime) -> list[Wanted]:
    """The cards of these renewals as they should stand now; one that has no place any more stays as it is."""
    states = [s for s in states if s.destination(office).place is not None]
    return [
        _wanted(office, state, card) for state, card in zip(states, build(session, office, states, now), strict=True)
    ]


def build(session: Session, office: Office, states: Sequence[State], now: datetime) -> list[RenewalCard]:
    """What the cards of these renewals show, in their order."""
    if not states:
        return []
    lines = lines_of(session, office.workspace_id, [s.id for s in states if "lines" not in s.facts])
    team = teams.of_accounts(session, office.workspace_id, [s.account_id for s in states])
    upcoming = _next_words(session, office, states, now)
    health = reading.current_in(session, office, [s.account_id for s in states], now)
    return [
        _card(
            office,
            s,
            kept_lines(s) or lines.get(s.id, []),
            team.get(s.account_id, ()),
            upcoming.get(s.subject),
            health.get(s.account_id),
            now,
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
            _C.renewal_id,
            _C.name,
            _C.value,
            _C.currency,
            _C.renewal_date,
            _C.auto_renew,
            _C.notice_days,
        )
        .where(_C.workspace_id == workspace_id, _C.renewal_id.in_(renewal_ids))
        .order_by(_C.renewal_date, _C.name, _C.id)
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


def _next_words(session: Session, office: Office, states: Sequence[State], now: datetime) -> dict[str, Next]:
    # Neither bounded nor ordered by due_at in SQL: SQLite would then walk the index of all that is ever due.
    rows = session.execute(
        select(_A.subject, _A.kind, _A.due_at).where(
            _A.workspace_id == office.workspace_id,
            _A.subject.in_([s.subject for s in states]),
            _A.kind.in_(SPEAKING),
            _A.handled_at.is_(None),
        )
    )
    # What falls due while it sleeps stays silent: the end of the snooze speaks first.
    sleeps = {s.subject: morning(office, s, s.snoozed_until) for s in states if s.snoozed_until is not None}
    soonest: dict[str, Next] = {}
    for subject, kind, due_at in rows:
        if kind in ASLEEP and subject in sleeps and due_at <= sleeps[subject]:
            continue
        if due_at > now and (subject not in soonest or due_at < soonest[subject][1]):
            soonest[subject] = (kind, due_at)
    return soonest


def _card(
    office: Office,
    s: State,
    lines: Sequence[ContractLine],
    team: tuple[Person, ...],
    upcoming: Next | None,
    health: Current | None,
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
        why_on=_day(s.rung_on),
        renewed=_renewed(s),
        next_kind=upcoming[0] if upcoming else None,
        next_at=str(local_date(upcoming[1], zone_of(office, s))) if upcoming else None,
        routed=s.destination(office).routed,
        buttons=_buttons(office, s, today),
        health_score=health.score if health else None,
        health_words=(health.summary, *health.words, health.ages) if health and health.ages else (),
    )


def _why(office: Office, s: State, today: date) -> str:
    stage = Stage(s.stage)
    if is_overdue(stage, s.auto_renew, s.renewal_date, today):
        return "overdue"
    is_signed = stage in (Stage.SIGNED, Stage.INVOICED)
    if is_signed and today >= unpaid_due(s.renewal_date, policy_of(office, s), office.holidays):
        return "unpaid"
    return "first" if s.rung is None else "rung"


def _renewed(s: State) -> str:
    if "rolled" not in s.facts:
        return ""
    return "itself" if s.facts.get("by_itself") else "signed"


def _buttons(office: Office, s: State, today: date) -> tuple[str, ...]:
    if s.outcome in ("ended", "merged"):
        return ()
    return tuple(buttons(Stage(s.stage), s.claimed_by_id is not None, s.deadline, today, office.holidays))


def _wanted(office: Office, s: State, card: RenewalCard) -> Wanted:
    to = s.destination(office)
    return Wanted(s.card_key, "renewal_card", card.to_facts(), to.channel, to.recipient, s.owner_slack)


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)
