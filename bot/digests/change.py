"""What people do with their digests: set one up, change it, pause it, take it away. Each plans its next moment anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert

from bot.db.scope import is_row
from bot.db.work import Work
from bot.digests import jobs, setups
from bot.digests.choice import DigestChoice
from bot.digests.scope import Rhythm, ScopeKind
from bot.digests.when import EARLIEST, LATEST, may_be_chosen
from bot.errors import FieldErrors, NotForYou, Refused
from bot.models import DigestSetup
from bot.workspace import channels, members
from bot.workspace.members import MemberView
from bot.workspace.settings import CLOSED

MOST = 20
"""Digests of one person; a screen has room for no more."""

FOR_MANAGERS = (
    "Only managers and admins can have a digest of a segment, of everything or of another team, or one in a channel. "
    "Ask one of them."
)


def save(work: Work, person: MemberView, choice: DigestChoice, setup_id: int = 0) -> int:
    """Set a digest up, or change the one of this number; returns its number.

    Raises NotForYou for one that this person may not have, Refused for more than there is room for, and FieldErrors
    (weekdays, at, channel, whose) for what cannot be.
    """
    if not setups.may_have(person, choice):
        raise NotForYou(FOR_MANAGERS)
    _check(work, person, choice)
    values: dict[str, Any] = {
        "scope": choice.kind,
        "lead_id": choice.lead_id,
        "segment": choice.segment,
        "rhythm": choice.timing.rhythm,
        "weekdays": "".join(str(day) for day in choice.timing.weekdays),
        "at": f"{choice.timing.at:%H:%M}" if choice.timing.at else "",
        "channel": choice.channel,
        "left_out": sorted(choice.left_out),
    }
    if setup_id:
        before = setups.own(work, person, setup_id)
        if not setups.is_same_scope(work, person, before.choice, choice):
            # What was told of other accounts says nothing of these.
            values |= {"since": None, "told": {}}
        setups.change(work, setup_id, **values)
        jobs.plan(work, setup_id)
        return setup_id
    if len(setups.of_person(work, person.id)) >= MOST:
        raise Refused(f"You have {MOST} digests, and there is room for no more. Remove one first.")
    new = {"workspace_id": work.workspace_id, "member_id": person.id, "created_at": work.now, **values}
    setup_id = work.session.execute(insert(DigestSetup).values(**new).returning(DigestSetup.id)).scalar_one()
    jobs.plan(work, setup_id)
    return setup_id


def _check(work: Work, person: MemberView, choice: DigestChoice) -> None:
    errors: dict[str, str] = {}
    timing = choice.timing
    if timing.rhythm is not Rhythm.DAILY and len(timing.weekdays) > 1:
        errors["weekdays"] = "It comes on one day. Choose one, or daily."
    untimed = replace(choice, timing=replace(timing, at=None))
    if timing.at is not None and not may_be_chosen(timing.at, setups.hours_of(work, person.id, untimed)):
        errors["at"] = f"Choose a time from {EARLIEST:%H:%M} to {LATEST:%H:%M}."
    if choice.channel and choice.kind is ScopeKind.ME:
        errors["channel"] = "A digest of your own accounts comes to you alone. Leave this empty."
    if choice.channel and (why := channels.why_closed(work, [choice.channel]).get(choice.channel)):
        errors["channel"] = CLOSED[why]
    if setups.scope_of(work, person, choice) is None:
        errors["whose"] = "You have no team yet. A manager can set that in `/retention settings`, Roles."
    if choice.lead_id is not None and members.by_id(work, choice.lead_id) is None:
        errors["whose"] = "Choose somebody of the team."
    if errors:
        raise FieldErrors(errors)


def set_paused(work: Work, person: MemberView, setup_id: int, is_paused: bool) -> None:
    """Pause a digest, or have it come again. Raises NotForYou when it is not this person's."""
    setups.own(work, person, setup_id)
    setups.change(work, setup_id, is_paused=is_paused)
    jobs.plan(work, setup_id)


def remove(work: Work, person: MemberView, setup_id: int) -> None:
    """Take a digest away; what it has said stays where it stands. Raises NotForYou when it is not this person's."""
    setups.own(work, person, setup_id)
    work.session.execute(delete(DigestSetup).where(is_row(DigestSetup, work.workspace_id, setup_id)))
    jobs.plan(work, setup_id)
