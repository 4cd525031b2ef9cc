"""A handoff is given, with its package, or taken back before it is settled."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import FieldErrors, NotForYou
from bot.handoffs import notify, schedule
from bot.handoffs.close import settle
from bot.handoffs.facts import Package
from bot.handoffs.queries import HandoffView, read, waiting_of
from bot.handoffs.rules import Direction, State, label
from bot.models import Handoff, Member
from bot.workspace import hours as workspace_hours
from bot.workspace.members import MemberView

TO = "to"


def hand_over(
    work: Work,
    account_id: int,
    direction: Direction,
    giver: MemberView,
    receiver_id: int,
    package: Package,
) -> int:
    """Ask someone to take an account on; nothing else changes before they accept. Gives the handoff's number.

    Raises FieldErrors (direction, to, promised, expects, first, first_by) for what cannot be done: words that are
    missing, a day that has passed, someone who is not of the team or away, or one that waits in this direction already.
    """
    today = local_date(work.now, giver.timezone)
    errors = _missing(package, today) | _unfit(work, giver, receiver_id)
    if errors:
        raise FieldErrors(errors)
    words = asdict(package) | {"first_by": date.fromisoformat(package.first_by) if package.first_by else None}
    row = {
        "workspace_id": work.workspace_id,
        "account_id": account_id,
        "direction": direction,
        "giver_id": giver.id,
        "receiver_id": receiver_id,
        "state": State.WAITING,
        "gaps": "",
        "created_at": work.now,
        **words,
    }
    table: Any = Handoff.__table__
    insert = insert_for(work.session, table).values(row).on_conflict_do_nothing().returning(table.c.id)
    number = work.session.execute(insert).scalar_one_or_none()
    if number is None:
        there = next(one for one in waiting_of(work, account_id) if one.direction == direction)
        raise FieldErrors({"direction": _waits_already(there, today)})
    handoff = read(work, number)
    assert handoff is not None
    schedule.plan(work, handoff)
    notify.give(work, handoff)
    return handoff.id


def withdraw(work: Work, handoff_id: int, by: MemberView) -> bool:
    """Take it back; False when it was taken back already. Raises NotForYou for anyone but the giver.

    Raises Refused, saying who was first, when it was accepted or returned.
    """
    handoff = read(work, handoff_id)
    if handoff is not None and handoff.giver_id != by.id:
        raise NotForYou(f"Only {handoff.giver} can withdraw this. Ask them, or press Return… with what is missing.")
    return settle(work, handoff_id, State.WITHDRAWN, by.id, "") is not None


def _missing(package: Package, today: date) -> dict[str, str]:
    asked = {
        "promised": (package.promised, "Say what was agreed and promised, or that nothing was."),
        "expects": (package.expects, "Say what they expect, and how they will know."),
        "first": (package.first, "Say what is to be done first."),
    }
    errors = {name: words for name, (given, words) in asked.items() if not given}
    if package.first_by and package.first_by < str(today):
        errors["first_by"] = "Choose today or a later day."
    return errors


def _unfit(work: Work, giver: MemberView, receiver_id: int) -> dict[str, str]:
    """Why this person cannot be the receiver."""
    if receiver_id == giver.id:
        return {TO: "You cannot hand over to yourself. Choose someone else of the team."}
    row = work.session.execute(
        work.select(Member.name, *workspace_hours.columns(Member)).where(
            Member.id == receiver_id, Member.is_outsider.is_(False)
        )
    ).first()
    if row is None:
        return {TO: "Choose someone of the team."}
    name, *kept = row
    hours = workspace_hours.read(work).of(*kept)
    if hours.away_until is not None and hours.is_away(work.now):
        there = hours.day(work.now)
        until, again = spoken_day(hours.away_until, there), spoken_day(hours.day(hours.next_open(work.now)), there)
        return {TO: f"{name} is away until {until}. Choose someone else, or hand over from {again} on."}
    return {}


def _waits_already(there: HandoffView, today: date) -> str:
    since = spoken_day(local_date(there.created_at, there.giver_zone), today)
    return (
        f"{there.receiver} has had one from {there.giver} since {since} ({label(there.direction)}). "
        f"First {there.receiver} must accept or return it, or {there.giver} withdraw it."
    )
