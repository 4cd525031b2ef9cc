"""Working hours as they are stored: of a person, of an account through its owner, of a workspace.

Who is in a row already is read with the row, by `columns`; `of_people` reads many people in one query.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, time
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select

from bot.core.countries import country_of
from bot.core.holidays_of import holidays_of
from bot.core.hours import Hours, Span, every_day, usual_span
from bot.db.work import Work
from bot.models import Member, Workspace
from bot.workspace.policies import Policies


class WorkspaceHours(NamedTuple):
    """What counts in a workspace for those of whom nothing else is known; `country` is empty for none."""

    zone: str = "UTC"
    country: str = ""
    usual: Span = usual_span()

    @property
    def hours(self) -> Hours:
        """When nobody in particular is spoken to."""
        return _hours_kept(self.zone, self.country, None, None, "", self.usual)

    def of(
        self, zone: str | None, country: str | None, own: str | None = None, away_until: date | None = None
    ) -> Hours:
        """The hours of a person, from what `columns` gives of them; the workspace's when `zone` says there is nobody.

        Their days off are those of the country they chose, else of their zone's, else of the workspace's.
        """
        if zone is None:
            return self.hours
        return _hours_kept(zone or self.zone, country or "", own, away_until, self.country, self.usual)


def columns(member: Any) -> tuple[ColumnElement[Any], ...]:
    """(zone, country, own hours, last day away) of a table of members: what `WorkspaceHours.of` takes, in its order."""
    return member.timezone, member.country, own_hours(member), member.away_until


def own_hours(member: Any) -> ColumnElement[Any]:
    """The hours that somebody chose, as `preferences.change` keeps them; NULL for the usual ones."""
    return func.nullif(member.preferences["hours"].as_string(), "[]").label("own_hours")


def read(work: Work) -> WorkspaceHours:
    """What counts in a workspace."""
    row = work.rows(_WORKSPACE).one()
    return of_workspace(*row)


def of_workspace(zone: str, country: str, overrides: Mapping[str, Mapping[str, Any]]) -> WorkspaceHours:
    """What counts in a workspace, from its zone, its country and its own numbers."""
    return WorkspaceHours(zone, country, usual_span(Policies(overrides).times()))


def of_person(work: Work, member_id: int) -> Hours:
    """The hours of one person."""
    row = work.session.execute(
        select(*columns(Member)).where(Member.workspace_id == work.workspace_id, Member.id == member_id)
    ).one()
    return read(work).of(*row)


def of_people(work: Work, slack_ids: Collection[str]) -> Mapping[str, Hours]:
    """The hours of these people, as far as the bot has met them."""
    if not slack_ids:
        return {}
    rows = work.rows(_PEOPLE, slack_ids=list(slack_ids)).all()
    usual = read(work) if rows else WorkspaceHours()
    return {slack_id: usual.of(*row) for slack_id, *row in rows}


_W, _M = Workspace.__table__.c, Member.__table__.c
_WORKSPACE = select(_W.timezone, _W.country, _W.policy).where(_W.id == bindparam("of"))
_PEOPLE = select(_M.slack_id, *columns(_M)).where(
    _M.workspace_id == bindparam("of"), _M.slack_id.in_(bindparam("slack_ids", expanding=True))
)


def _hours(zone: str, country: str, own: str | None, away_until: date | None, otherwise: str, usual: Span) -> Hours:
    week = every_day(_own(own) or usual)
    return Hours(zone, holidays_of(country_of(country, zone, otherwise)), week, away_until)


def _own(kept: str | None) -> Span | None:
    given = json.loads(kept) if kept else []
    return Span(time.fromisoformat(given[0]), time.fromisoformat(given[1])) if len(given) == 2 else None


# The same object for the same person, as often as they are read: what it answered is remembered with it.
# Apart from the function: mutmut changes none that is decorated, and this one must be tried.
_hours_kept = lru_cache(8_192)(_hours)
