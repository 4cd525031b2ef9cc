"""The timeline: one query finds which things happened when, one more for each kind on the page says what they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from bot.core.calendar import local_date
from bot.errors import Refused
from bot.models import Account, Event, FollowUp, Handoff, HealthCheck, Plan, PulseRound, Touchpoint
from bot.story import entries, handoff_entries
from bot.story.account_card import GONE
from bot.story.timeline_facts import KINDS, Entry, Page
from bot.workspace.members import Person

SIZE = 10
"""Entries a page: with their words they fit on two phone screens."""

TRACES = ("touch_edited", "touch_deleted", "touch_undone")
Load = Callable[[Session, int, Sequence[int], Person], Mapping[int, Entry]]

_LOADERS: Mapping[str, tuple[str, Load]] = {
    "touch": ("touch", entries.touches),
    "trace": ("touch", entries.traces),
    "check": ("check", entries.checks),
    "pulse": ("pulse", entries.pulses),
    "step_made": ("step", entries.steps_made),
    "step_closed": ("step", entries.steps_closed),
    "renewal": ("renewal", entries.renewals),
    "pulse_event": ("pulse", entries.renewals),
    "plan": ("plan", entries.plans),
    "handoff_given": ("handoff", handoff_entries.given),
    "handoff_settled": ("handoff", handoff_entries.settled),
}
"""Source → (kind on screen, what loads its entries)."""


def timeline(
    session: Session, workspace_id: int, account_id: int, kind: str, number: int, reader: Person, now: datetime
) -> Page:
    """Page `number` (from 0) of what happened to an account, newest first, in the reader's days.

    `kind` narrows it to one of KINDS; anything else means all. Raises Refused when there is no such account.
    """
    account = session.scalar(select(Account.name).where(Account.workspace_id == workspace_id, Account.id == account_id))
    if account is None:
        raise Refused(GONE)
    kind = kind if kind in KINDS else ""
    happened = union_all(
        *(one for source, one in _sources(account_id).items() if not kind or _LOADERS[source][0] == kind)
    ).subquery()
    total = int(session.scalar(select(func.count()).select_from(happened)) or 0)
    number = max(0, min(number, (total - 1) // SIZE))
    rows = session.execute(
        select(happened.c.source, happened.c.id, happened.c.at)
        .order_by(happened.c.at.desc(), happened.c.source, happened.c.id.desc())
        .limit(SIZE)
        .offset(number * SIZE)
    ).all()
    by_source: dict[str, list[int]] = defaultdict(list)
    for source, id, _ in rows:
        by_source[source].append(id)
    loaded = {source: _LOADERS[source][1](session, workspace_id, ids, reader) for source, ids in by_source.items()}
    shown = tuple(loaded[source][id] for source, id, _ in rows if id in loaded[source])
    today = str(local_date(now, reader.timezone))
    return Page(account_id, account, today, kind, number, total, shown, SIZE)


def _sources(account_id: int) -> dict[str, Select[Any]]:
    touch, check, pulse = (model.account_id == account_id for model in (Touchpoint, HealthCheck, PulseRound))
    step, event, plan = (model.account_id == account_id for model in (FollowUp, Event, Plan))
    handoff = Handoff.account_id == account_id
    of_pulses = Event.kind.startswith("pulse_")
    return {
        "touch": _one("touch", Touchpoint.id, Touchpoint.at).where(touch, Touchpoint.deleted_at.is_(None)),
        "trace": _one("trace", Event.id, Event.at).where(event, Event.kind.in_(TRACES)),
        "check": _one("check", HealthCheck.id, HealthCheck.at).where(check),
        "pulse": _one("pulse", PulseRound.id, func.coalesce(PulseRound.closed_at, PulseRound.opened_at)).where(pulse),
        "step_made": _one("step_made", FollowUp.id, FollowUp.created_at).where(step),
        "step_closed": _one("step_closed", FollowUp.id, FollowUp.done_at).where(step, FollowUp.done_at.is_not(None)),
        "renewal": _one("renewal", Event.id, Event.at).where(event, Event.kind.not_in(TRACES), ~of_pulses),
        "pulse_event": _one("pulse_event", Event.id, Event.at).where(event, of_pulses),
        "plan": _one("plan", Plan.id, Plan.created_at).where(plan),
        "handoff_given": _one("handoff_given", Handoff.id, Handoff.created_at).where(handoff),
        "handoff_settled": _one("handoff_settled", Handoff.id, Handoff.settled_at).where(
            handoff, Handoff.settled_at.is_not(None)
        ),
    }


def _one(source: str, id: Any, at: Any) -> Select[Any]:
    return select(literal(source).label("source"), id.label("id"), at.label("at"))
