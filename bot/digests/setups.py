"""Digests as people have set them up: whose, over what, who may have which, and what became of the last one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Any

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.orm import aliased

from bot.core.hours import Hours
from bot.db.scope import is_row
from bot.db.work import Work
from bot.digests.choice import DigestChoice, DigestOutcome, SetUpDigest, Timing
from bot.digests.forms import OfferedScopes
from bot.digests.rules import Told
from bot.digests.scope import Rhythm, Scope, ScopeKind
from bot.errors import NotForYou
from bot.models import Account, DigestSetup, Member
from bot.workspace import hours as workspace_hours
from bot.workspace.members import MemberView

LEADS, SEGMENTS = 20, 70
"""Teams and segments that are offered."""

GONE = "That digest is no longer there. Look at yours with `/digest`."


def of_person(work: Work, member_id: int) -> list[SetUpDigest]:
    """Somebody's digests, in the order in which they were set up."""
    return [_read(row) for row in work.session.execute(_setups(work).where(DigestSetup.member_id == member_id))]


def by_ids(work: Work, ids: Collection[int]) -> dict[int, SetUpDigest]:
    """These digests by number, as far as they are there."""
    rows = work.session.execute(_setups(work).where(DigestSetup.id.in_(ids)))
    return {one.id: one for one in map(_read, rows)}


def own(work: Work, person: MemberView, setup_id: int) -> SetUpDigest:
    """A digest of this person's. Raises NotForYou when it is not theirs, or no longer there."""
    found = by_ids(work, [setup_id]).get(setup_id)
    if found is None or found.member_id != person.id:
        raise NotForYou(GONE)
    return found


def offered(work: Work, person: MemberView) -> OfferedScopes:
    """What this person may choose: themselves and their team; managers and admins all the rest."""
    has_team = team_of(work, person) is not None
    if not person.manages:
        return OfferedScopes(has_team)
    led = aliased(Member)
    teams = work.session.execute(
        work.select(Member.id, Member.name)
        .where(
            Member.id.in_(
                select(led.manager_id).where(led.workspace_id == work.workspace_id, led.manager_id.is_not(None))
            ),
            Member.id != person.id,
            Member.is_outsider.is_(False),
        )
        .order_by(Member.name)
        .limit(LEADS)
    )
    segments = work.session.scalars(
        work.select(Account.segment)
        .where(Account.segment != "", Account.is_active.is_(True))
        .group_by(Account.segment)
        .order_by(func.count().desc(), Account.segment)
        .limit(SEGMENTS)
    )
    return OfferedScopes(has_team, tuple((id, name) for id, name in teams), tuple(segments), True)


def team_of(work: Work, person: MemberView) -> int | None:
    """Who leads what this person calls their team: themselves, if they lead anybody, else their manager; or None."""
    leads = work.session.scalar(
        work.select(Member.id).where(Member.manager_id == person.id, Member.is_outsider.is_(False)).limit(1)
    )
    return person.id if leads is not None else person.manager_id


def scope_of(work: Work, person: MemberView, choice: DigestChoice) -> Scope | None:
    """Over what a digest of this person looks; None for their team when they have none."""
    if choice.kind is not ScopeKind.TEAM:
        return Scope(choice.kind, person.id, choice.segment)
    lead_id = choice.lead_id or team_of(work, person)
    return Scope(choice.kind, lead_id) if lead_id else None


def is_same_scope(work: Work, person: MemberView, one: DigestChoice, other: DigestChoice) -> bool:
    """Whether two choices look over the same accounts."""
    return scope_of(work, person, one) == scope_of(work, person, other)


def may_have(person: MemberView, choice: DigestChoice) -> bool:
    """Whether this person may have such a digest now."""
    is_own = choice.kind is ScopeKind.ME or (choice.kind is ScopeKind.TEAM and choice.lead_id is None)
    return not person.is_outsider and (person.manages or (is_own and choice.channel is None))


def hours_of(work: Work, member_id: int, choice: DigestChoice) -> Hours:
    """The hours by which a digest comes: of whose it is, or of the workspace where it goes to a channel.

    Who chose a time for it may be told at that time on a day of work, though their day begins later.
    """
    hours = workspace_hours.read(work).hours if choice.channel else workspace_hours.of_person(work, member_id)
    return hours.reaching(choice.timing.at) if choice.timing.at else hours


def since(one: SetUpDigest) -> datetime | None:
    """Up to when the last one told. A person's own begins when it was set up; an overview that never came has none."""
    return one.since or (one.created_at if one.choice.kind is ScopeKind.ME else None)


def record(
    work: Work,
    setup_id: int,
    outcome: DigestOutcome,
    post_key: str = "",
    told: Mapping[str, Told] | None = None,
) -> None:
    """Keep what became of a digest. With `told`, what it has told, the next one begins where this one ended."""
    values: dict[str, Any] = {"outcome": outcome, "outcome_at": work.now, "post_key": post_key}
    if told is not None:
        values |= {"since": work.now, "told": {key: list(before) for key, before in told.items()}}
    change(work, setup_id, **values)


def change(work: Work, setup_id: int, **values: Any) -> None:
    """Write columns of a digest."""
    work.session.execute(update(DigestSetup).where(is_row(DigestSetup, work.workspace_id, setup_id)).values(**values))


_LEAD = aliased(Member)
_COLUMNS = [getattr(DigestSetup, column.name) for column in DigestSetup.__table__.columns]


def _setups(work: Work) -> Select[Any]:
    return (
        select(*_COLUMNS, func.coalesce(_LEAD.name, "").label("lead"))
        .outerjoin(_LEAD, is_row(_LEAD, DigestSetup.workspace_id, DigestSetup.lead_id))
        .where(DigestSetup.workspace_id == work.workspace_id)
        .order_by(DigestSetup.id)
    )


def _read(row: Row[Any]) -> SetUpDigest:
    timing = Timing(
        Rhythm(row.rhythm), tuple(int(day) for day in row.weekdays), time.fromisoformat(row.at) if row.at else None
    )
    return SetUpDigest(
        id=row.id,
        member_id=row.member_id,
        choice=DigestChoice(
            ScopeKind(row.scope), timing, row.lead_id, row.segment, row.channel, frozenset(row.left_out)
        ),
        is_paused=row.is_paused,
        since=row.since,
        told={key: Told(*before) for key, before in row.told.items()},
        outcome=DigestOutcome(row.outcome) if row.outcome else None,
        outcome_at=row.outcome_at,
        post_key=row.post_key,
        created_at=row.created_at,
        lead=row.lead,
    )
