"""What one person, or the leadership channel, is told apart from the card: never while they are away.

Who is away hears of it on their first working day back, if it is still so then; when the deadline comes before that,
or has passed, the next in line hears of it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.rules.calendar import local_date, working_day_on_or_after
from bot.rules.escalation import Audience, is_overdue
from bot.rules.stages import Stage
from bot.rules.story import Notice
from bot.services.agenda import Due, Thought
from bot.services.renewals import office, schedule, state
from bot.services.renewals.batch import Batch
from bot.services.renewals.due import countdown
from bot.services.renewals.office import Office
from bot.services.renewals.state import State

KIND = "notice"


class Hearer(NamedTuple):
    """A person or a channel, and until when they are away."""

    place: str
    name: str
    away_until: date | None


def tell(batch: Batch, s: State, code: Notice, slot: str, audience: Audience, due: Due | None = None) -> bool:
    """Tell them, or the next in line, or them when they are back; False when there is nobody to tell.

    Who stands in for two who are to be told hears of it once.

    `due` is the thought that kept it until now, if it was kept.
    """
    line = _in_line(batch.office, s, audience)
    if not line:
        return False
    today = schedule.today_of(batch.office, s, batch.now)
    first, there = line[0], next((h for h in line if not is_away(h.away_until, today)), None)
    if there is None or (there is not first and _can_wait(batch.office, s, code, first)):
        _keep(batch, s, code, slot, audience, first, due)
        return True
    why = {} if there is first else {"instead_of": first.name}
    if missing := _missing(s, batch.office, audience):
        why["missing"] = missing
    batch.notice(s, code, slot, {**details(batch, s), **why}, there.place)
    return True


def think_notice(session: Session, workspace_id: int, rows: Sequence[Due], now: datetime) -> None:
    """Someone is back: tell them what they could not be told, unless its reason has gone."""
    here = office.load(session, workspace_id)
    batch = Batch(here, now)
    states = state.load(session, workspace_id, [row.subject_id for row in rows])
    for row in rows:
        s = states.get(row.subject_id)
        if s is None or not _STILL[code := Notice(row.facts["code"])](here, s, row.facts, now):
            continue
        if schedule.may_speak(here, s, now):
            tell(batch, s, code, row.facts["slot"], Audience(row.facts["audience"]), row)
        else:
            batch.think(schedule.again(row, schedule.soon(here, s, now)))
    batch.write(session)


def details(batch: Batch, s: State) -> dict[str, str]:
    """What the sentences of a notice may use."""
    zone = schedule.zone_of(batch.office, s)
    return {
        "rung": "" if s.rung is None else str(s.rung),
        "stage": s.stage,
        "stage_since": str(local_date(s.stage_at, zone)),
        "owner": s.owner_name or "",
        "claimed_by": s.claimer_name or "",
        "renewal_date": str(s.renewal_date),
        **countdown(s, schedule.today_of(batch.office, s, batch.now)),
    }


def is_away(until: date | None, today: date) -> bool:
    """Whether someone who is away until then, that day included, is away today."""
    return until is not None and until >= today


def back_on(here: Office, until: date) -> date:
    """The first working day after someone's last day away."""
    return working_day_on_or_after(until + timedelta(days=1), here.holidays)


def next_in_line(here: Office, s: State, audience: Audience) -> str:
    """By what name the first of them is known; empty when there is nobody to tell."""
    line = _in_line(here, s, audience)
    return line[0].name if line else ""


def _in_line(here: Office, s: State, audience: Audience) -> list[Hearer]:
    """Whom it is for, else the nearest there is: owner, manager, leadership, at last the fallback channel."""
    owner = Hearer(s.owner_slack, s.owner_name or "", s.owner_away) if s.owner_slack else None
    manager = Hearer(s.manager_slack, s.manager_name or "", s.manager_away) if s.manager_slack else None
    leadership = Hearer(here.leadership, "leadership", None) if here.leadership else None
    fallback = Hearer(here.routes.fallback, "the fallback channel", None) if here.routes.fallback else None
    ladder = {
        Audience.OWNER: (owner, manager, leadership, fallback),
        Audience.MANAGER: (manager, leadership, fallback),
        # The owner is mentioned in the thread, and so need not hear of it a second time.
        Audience.LEADERSHIP: (leadership, manager, fallback),
    }[audience]
    if audience is Audience.OWNER and owner:
        # The manager is told of the same things as the owner, and so is not next in line to them.
        return [owner]
    return [hearer for hearer in ladder if hearer]


def _missing(s: State, here: Office, audience: Audience) -> str:
    """Who is not there, so that somebody else hears of it: owner, manager or leadership; empty when they are."""
    if audience is Audience.LEADERSHIP:
        return "" if here.leadership else "leadership"
    if not s.owner_slack:
        return "owner"
    return "manager" if audience is Audience.MANAGER and not s.manager_slack else ""


def _can_wait(here: Office, s: State, code: Notice, first: Hearer) -> bool:
    is_before_deadline = code in (Notice.UNCLAIMED, Notice.STUCK)
    return is_before_deadline and first.away_until is not None and back_on(here, first.away_until) < s.deadline


def _keep(batch: Batch, s: State, code: Notice, slot: str, audience: Audience, first: Hearer, due: Due | None) -> None:
    assert first.away_until is not None
    at = schedule.morning(batch.office, s, back_on(batch.office, first.away_until))
    if due is not None:
        batch.think(schedule.again(due, at))
        return
    facts = {"code": code.value, "slot": slot, "audience": audience.value, "stage": s.stage}
    batch.think(Thought(KIND, s.subject, f"{code}:{slot}:{audience}", at, 0, facts))


def _is_unclaimed(here: Office, s: State, kept: Mapping[str, str], now: datetime) -> bool:
    return s.is_unsigned and s.claimed_by_id is None and s.snoozed_until is None


def _is_stuck(here: Office, s: State, kept: Mapping[str, str], now: datetime) -> bool:
    return s.is_unsigned and s.stage == kept["stage"] and s.snoozed_until is None


def _is_still_overdue(here: Office, s: State, kept: Mapping[str, str], now: datetime) -> bool:
    today = schedule.today_of(here, s, now)
    return s.is_unsigned and is_overdue(Stage(s.stage), s.auto_renew, s.renewal_date, today)


def _is_unpaid(here: Office, s: State, kept: Mapping[str, str], now: datetime) -> bool:
    return s.closed_at is None and s.stage in (Stage.SIGNED, Stage.INVOICED)


_STILL: Mapping[Notice, Callable[[Office, State, Mapping[str, str], datetime], bool]] = {
    Notice.UNCLAIMED: _is_unclaimed,
    Notice.STUCK: _is_stuck,
    Notice.OVERDUE: _is_still_overdue,
    Notice.UNPAID: _is_unpaid,
}
