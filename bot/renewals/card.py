"""A renewal's card from its state: one builder for a single screen and for a thousand cards of a tick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from bot.accounts import growth
from bot.accounts import team as account_team
from bot.accounts.growth import GrowthSum
from bot.core.durations import Unit
from bot.core.facts import decode
from bot.core.notice import NoticePeriod
from bot.core.person import Person
from bot.db.scope import among, within
from bot.db.work import Work
from bot.health import queries as health_queries
from bot.health.queries import Current
from bot.models import Contract, JobRow
from bot.posts.outgoing import OutgoingPost
from bot.renewals.facts import ContractLine, RenewalCard
from bot.renewals.job_kinds import ON_CARD, HangsOn, RenewalJob, hanging_on
from bot.renewals.notice_deadline import last_day_to_say_no
from bot.renewals.rules import stages
from bot.renewals.rules.escalation import is_overdue, unpaid_due
from bot.renewals.rules.ladder import days_left
from bot.renewals.rules.price_rise import stored_price_rise
from bot.renewals.rules.stages import Stage, buttons
from bot.renewals.rules.terms import CENT, assumed_renewal_term, is_end_inclusive
from bot.renewals.schedule import policy_of
from bot.renewals.view import RenewalView
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

LINES = 10
"""Contracts listed on a card; the rest is counted."""

ASLEEP = hanging_on(HangsOn.WAKING)
"""Kinds of job that stay silent while a renewal is snoozed."""

Next = tuple[str, datetime]

_LINE = (
    "name",
    "value",
    "currency",
    "start_date",
    "renewal_date",
    "deadline",
    "auto_renew",
    "term_months",
    "first_term_months",
    "renewal_term_months",
    "notice_days",
    "notice",
    "is_last_day",
    "price_rise",
)

# Columns of the tables rather than of the classes: the ORM's own loading costs as much again as the query.
_C = Contract.__table__.c
_A = JobRow.__table__.c
_LINES = (
    select(_C.renewal_id, *(_C[name] for name in _LINE))
    .where(within(_C.workspace_id, bindparam("of")), among(_C.renewal_id))
    .order_by(_C.renewal_date, _C.name, _C.id)
)


def wanted(work: Work, states: Sequence[RenewalView]) -> list[OutgoingPost]:
    """The cards of these renewals as they should stand now; one that has no place any more stays as it is."""
    ws = context.of(work)
    states = [s for s in states if s.destination(ws).place is not None]
    return [_wanted(ws, state, card) for state, card in zip(states, build(work, states), strict=True)]


def build(work: Work, states: Sequence[RenewalView]) -> list[RenewalCard]:
    """What the cards of these renewals show, in their order."""
    ws = context.of(work)
    if not states:
        return []
    lines = lines_of(work, [s.id for s in states if s.rolled_lines is None])
    team = account_team.of_accounts(work, [s.account_id for s in states])
    upcoming = _next_words(work, states)
    health = health_queries.current_in(work, [s.account_id for s in states])
    possible = growth.possible(work, [s.account_id for s in states])
    return [
        _card(
            ws,
            s,
            kept_lines(s) or lines.get(s.id, []),
            team.get(s.account_id, ()),
            upcoming.get(s.subject),
            health.get(s.account_id),
            possible.get(s.account_id),
            work.now,
        )
        for s in states
    ]


def lines_of(work: Work, renewal_ids: Sequence[int]) -> dict[int | None, list[ContractLine]]:
    """The running contracts of each renewal, by date and name."""
    found: dict[int | None, list[ContractLine]] = defaultdict(list)
    if not renewal_ids:
        return found
    for row in work.rows(_LINES, ids=list(renewal_ids)):
        found[row.renewal_id].append(line_of(row))
    return found


def line_of(contract: Any) -> ContractLine:
    """A contract as a card shows it."""
    renewal_date, notice = contract.renewal_date, NoticePeriod.of(contract.notice_days, contract.notice)
    rise = stored_price_rise(contract.price_rise) if contract.price_rise else None
    is_last_day = renewal_date is not None and is_end_inclusive(contract.start_date, renewal_date, contract.is_last_day)
    is_the_sum = bool(notice) and (
        # Working days need the account's holidays: what was counted with them stands.
        notice.unit is Unit.WORKING_DAY
        or (renewal_date and last_day_to_say_no(renewal_date, notice, is_last_day) == contract.deadline)
    )
    announce = rise is not None and rise.notice and renewal_date
    return ContractLine(
        contract.name,
        amount(contract.value),
        contract.currency if contract.value is not None else None,
        str(renewal_date or ""),
        contract.auto_renew,
        contract.notice_days,
        notice=str(notice) if is_the_sum else "",
        deadline=str(contract.deadline or ""),
        first_term=contract.first_term_months,
        renewal_term=contract.renewal_term_months or assumed_renewal_term(contract.term_months),
        is_assumed=contract.renewal_term_months is None,
        price_rise=rise.words if rise else "",
        price_rise_notice=str(rise.notice) if rise and announce else "",
        price_rise_by=str(last_day_to_say_no(renewal_date, rise.notice, is_last_day)) if rise and announce else None,
    )


def keep_lines(lines: Sequence[ContractLine]) -> dict[str, Any]:
    """The contracts as they stood, for a renewal whose contracts go on to their next term."""
    return {"rolled_lines": [asdict(line) for line in lines[:LINES]], "contract_count": len(lines)}


def kept_lines(state: RenewalView) -> list[ContractLine]:
    """The contracts that `keep_lines` kept."""
    return [decode(ContractLine, line) for line in state.rolled_lines or ()]


def amount(value: Decimal | None) -> str | None:
    """An amount as the card's text, with two places at least; None when it is unknown."""
    if value is None:
        return None
    exponent = value.as_tuple().exponent
    return str(value if isinstance(exponent, int) and exponent <= -2 else value.quantize(CENT))


# Neither bounded nor ordered by due_at in SQL: SQLite would then walk the index of all that is ever due.
_NEXT = select(_A.subject, _A.kind, _A.due_at).where(
    _A.workspace_id == bindparam("of"),
    _A.subject.in_(bindparam("subjects", expanding=True)),
    _A.kind.in_(ON_CARD),
    _A.handled_at.is_(None),
)


def _next_words(work: Work, states: Sequence[RenewalView]) -> dict[str, Next]:
    ws = context.of(work)
    rows = work.rows(_NEXT, subjects=[s.subject for s in states]).all()
    # What falls due while it sleeps stays silent: the end of the snooze speaks first.
    sleeps = {s.subject: s.hours(ws).morning(s.snoozed_until) for s in states if s.snoozed_until is not None}
    soonest: dict[str, Next] = {}
    kept = {s.subject for s in states if s.is_kept_silent}
    kept |= {subject for subject, kind, at in rows if kind in ASLEEP and subject in sleeps and at <= sleeps[subject]}
    for subject, kind, due_at in rows:
        if kind in ASLEEP and subject in sleeps and due_at <= sleeps[subject]:
            continue
        # With nothing kept until then, a snooze ends in silence.
        if kind == RenewalJob.SNOOZE_END and subject not in kept:
            continue
        if due_at > work.now and (subject not in soonest or due_at < soonest[subject][1]):
            soonest[subject] = (kind, due_at)
    return soonest


def _card(
    ws: WorkspaceContext,
    s: RenewalView,
    lines: Sequence[ContractLine],
    team: tuple[Person, ...],
    upcoming: Next | None,
    health: Current | None,
    possible: GrowthSum | None,
    now: datetime,
) -> RenewalCard:
    today = s.today(ws, now)
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
        stage_since=str(s.hours(ws).day(s.stage_at)),
        values=s.values,
        contracts=tuple(lines[:LINES]),
        contract_count=s.contract_count or len(lines),
        unknown_values=s.unknown_values,
        owner=Person(s.owner.slack_id, s.owner.name, "owner") if s.owner else None,
        claimed_by=s.claimer.person if s.claimer else None,
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
        why=_why(ws, s, today),
        why_rung=s.rung,
        why_on=_day(s.rung_on),
        renewed=_renewed(s),
        next_kind=upcoming[0] if upcoming else None,
        next_at=str(s.hours(ws).day(upcoming[1])) if upcoming else None,
        routed=s.destination(ws).routed,
        buttons=_buttons(ws, s, today, now),
        health_score=health.score if health else None,
        health_band=health.band or "" if health else "",
        health_before=health.score - health.change if health and health.score is not None and health.change else None,
        health_words=(health.summary, *health.words, health.ages) if health and health.ages else (),
        final_values=dict(s.final_values or {}),
        final_term_months=s.final_term_months,
        term_starts=_day(s.term_starts),
        term_ends=_day(s.term_ends),
        paid_on=str(s.hours(ws).day(s.paid_at)) if s.paid_at else None,
        undo_until=_undo_until(ws, s, now),
        growth={code: str(worth) for code, worth in possible.values.items()} if possible else {},
    )


def _why(ws: WorkspaceContext, s: RenewalView, today: date) -> str:
    stage = Stage(s.stage)
    if is_overdue(stage, s.auto_renew, s.renewal_date, today):
        return "overdue"
    is_signed = stage in (Stage.SIGNED, Stage.INVOICED)
    if is_signed and today >= unpaid_due(s.renewal_date, policy_of(ws, s), s.hours(ws).days_off):
        return "unpaid"
    return "first" if s.rung is None else "rung"


def _renewed(s: RenewalView) -> str:
    if not s.has_rolled:
        return ""
    return "itself" if s.renewed_by_itself else "signed"


def _undo_until(ws: WorkspaceContext, s: RenewalView, now: datetime) -> str | None:
    if s.paid_at is None or not stages.may_undo(s.stage, s.paid_by, s.paid_at, now):
        return None
    until = (s.paid_at + stages.UNDO_FOR).astimezone(ZoneInfo(s.hours(ws).zone))
    return f"{until:%Y-%m-%d %H:%M}"


def _buttons(ws: WorkspaceContext, s: RenewalView, today: date, now: datetime) -> tuple[str, ...]:
    if s.outcome in ("ended", "merged"):
        return ()
    may_undo = stages.may_undo(s.stage, s.paid_by, s.paid_at, now)
    return tuple(
        buttons(Stage(s.stage), s.claimed_by_id is not None, s.deadline, today, s.hours(ws).days_off, may_undo)
    )


def _wanted(ws: WorkspaceContext, s: RenewalView, card: RenewalCard) -> OutgoingPost:
    to = s.destination(ws)
    return OutgoingPost(s.card_key, "renewal_card", card.to_facts(), to.channel, to.recipient, s.owner_slack)


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)
