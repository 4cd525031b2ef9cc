"""The people of a workspace: who they are, what their role lets them do, and who is to be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, case, func, select, update

from bot.core.events import publish
from bot.core.freshness import AHEAD, is_fresh
from bot.db.scope import is_row
from bot.db.upsert import dialect_of, insert_into
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Member, Workspace
from bot.workspace.events import PeopleChanged, PersonMoved

ROLES = ("rep", "support", "manager", "admin")
DEPARTMENTS = {"rep": "sales", "support": "support"}
FRESH_FOR = timedelta(days=1)


SLACKBOT = "USLACKBOT"
"""The same in every workspace, and by its flags a person."""


class Outside(StrEnum):
    """In what way someone is not of the team."""

    APP = "app"
    COMPANY = "company"
    """Of another company, which shares a channel with this one."""
    GUEST = "guest"
    GONE = "gone"
    """Their account is closed, or was never one of this workspace."""


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member of the workspace. `role`: rep, support, manager, admin. Outsiders (guests, strangers) are refused."""

    id: int
    slack_id: str
    name: str
    role: str
    timezone: str
    is_outsider: bool
    department: str = "sales"
    manager_id: int | None = None
    is_slack_admin: bool = False
    dm_channel: str | None = None
    checked_at: datetime | None = None

    @property
    def manages(self) -> bool:
        """Whether this person may change settings and act on every account."""
        return self.role in ("manager", "admin") and not self.is_outsider

    def is_fresh(self, now: datetime) -> bool:
        """Whether what we know of them is less than a day old."""
        return is_fresh(self.checked_at, now, FRESH_FOR)


def find(work: Work, slack_id: str) -> MemberView | None:
    """The person with this Slack id, if the bot has met them."""
    row = work.rows(_BY_SLACK_ID, slack_id=slack_id).first()
    return _person(row) if row else None


def by_id(work: Work, member_id: int) -> MemberView | None:
    """The person with this number."""
    row = work.rows(_BY_ID, member=member_id).first()
    return _person(row) if row else None


def everyone(work: Work) -> list[MemberView]:
    """The team, by name; outsiders are left out."""
    return [_person(row) for row in work.rows(_EVERYONE)]


def stale(work: Work) -> set[str]:
    """The Slack ids of everyone the bot has met of whom it has known nothing new for a day."""
    old = (
        Member.checked_at.is_(None)
        | (Member.checked_at <= work.now - FRESH_FOR)
        | (Member.checked_at > work.now + AHEAD)
    )
    return set(work.session.scalars(work.select(Member.slack_id).where(old)))


def remember(work: Work, slack_user: Mapping[str, Any]) -> MemberView:
    """Keep what `users.info` says of a person, and return them as they are now.

    Admins and owners of the Slack workspace are admins here, unless someone gave them another role. A guest, a
    stranger, a bot or a deleted account is an outsider whatever their role was.
    """
    team_id, zone = work.rows(_TEAM).one()
    profile = slack_user.get("profile") or {}
    is_admin = bool(slack_user.get("is_admin") or slack_user.get("is_owner"))
    seen = {
        "name": _name(slack_user, profile)[:200],
        "email": str(profile.get("email") or "")[:320],
        "timezone": str(slack_user.get("tz") or zone)[:64],
        "is_outsider": is_outsider(slack_user, team_id),
        "is_slack_admin": is_admin,
        "checked_at": work.now,
        "left_at": work.now if slack_user.get("deleted") else None,
    }
    before = find(work, str(slack_user["id"]))
    role = "admin" if is_admin else "rep"
    first = {"workspace_id": work.workspace_id, "role": role, "preferences": {}, "department": "sales"}
    work.rows(_remember(dialect_of(work.session)), slack_id=slack_user["id"], **first, **seen)
    work.forget()
    if before is not None and before.is_outsider != seen["is_outsider"]:
        publish(work, PeopleChanged())
    if before is not None and before.timezone != seen["timezone"]:
        publish(work, PersonMoved(before.id))
    if is_admin:
        _promote(work, str(slack_user["id"]))
    person = find(work, str(slack_user["id"]))
    assert person is not None
    return person


_TEAM = select(Workspace.__table__.c.team_id, Workspace.__table__.c.timezone).where(
    Workspace.__table__.c.id == bindparam("of")
)


@cache
def _remember(dialect: str) -> Any:
    table = Member.__table__
    statement = insert_into(table, dialect)
    new = statement.excluded
    # Slack goes on telling the name of who left; once forgotten, it is not learnt again before they come back.
    stays_forgotten = table.c.forgotten_at.is_not(None) & new.left_at.is_not(None)
    kept_email = func.coalesce(func.nullif(new.email, ""), table.c.email)
    seen = {name: new[name] for name in ("timezone", "is_outsider", "is_slack_admin", "checked_at")}
    learnt = {
        "name": case((stays_forgotten, table.c.name), else_=new.name),
        "email": case((stays_forgotten, ""), else_=kept_email),
        "left_at": case((new.left_at.is_(None), None), else_=func.coalesce(table.c.left_at, new.left_at)),
        "forgotten_at": case((stays_forgotten, table.c.forgotten_at), else_=None),
    }
    return statement.on_conflict_do_update(index_elements=["workspace_id", "slack_id"], set_={**seen, **learnt})


def is_app(slack_user: Mapping[str, Any]) -> bool:
    """Whether this is no person at all: an app, a workflow, or Slackbot, which Slack does not call a bot."""
    profile = slack_user.get("profile") or {}
    flags = [slack_user.get(flag) for flag in ("is_bot", "is_workflow_bot", "is_connector_bot")]
    return slack_user.get("id") == SLACKBOT or any(flags) or bool(profile.get("bot_id"))


def outside_as(slack_user: Mapping[str, Any], team_id: str) -> Outside | None:
    """In what way someone is not of this team; None for its members."""
    if is_app(slack_user):
        return Outside.APP
    teams = {slack_user.get("team_id"), *(slack_user.get("enterprise_user") or {}).get("teams", [])} - {None, ""}
    if slack_user.get("is_stranger") or (team_id and teams and team_id not in teams):
        return Outside.COMPANY
    if slack_user.get("is_restricted") or slack_user.get("is_ultra_restricted"):
        return Outside.GUEST
    # Of a closed account Slack may no longer say where it belonged.
    if slack_user.get("deleted") or (team_id and not teams):
        return Outside.GONE
    return None


def is_outsider(slack_user: Mapping[str, Any], team_id: str) -> bool:
    """Whether someone is not of this team: a guest, someone of another company, an app, a closed account."""
    return outside_as(slack_user, team_id) is not None


def set_role(
    work: Work,
    slack_id: str,
    role: str,
    manager: str | None = None,
    department: str | None = None,
) -> MemberView:
    """Give a person a role, and a manager and department if named. Refused for an unknown role or person."""
    if role not in ROLES:
        raise Refused(f"{role!r} is no role. Choose one of: {', '.join(ROLES)}.")
    person = _known(work, slack_id)
    values: dict[str, Any] = {
        "role": role,
        "preferences": {**_preferences(work, person.id), "role_given": True},
    }
    values["department"] = department or DEPARTMENTS.get(role, person.department)
    if manager is not None:
        values["manager_id"] = _manager(work, slack_id, manager)
    work.session.execute(update(Member).where(is_row(Member, work.workspace_id, person.id)).values(**values))
    work.forget()
    return _known(work, slack_id)


def _manager(work: Work, slack_id: str, manager: str) -> int | None:
    if not manager:
        return None
    if manager == slack_id:
        raise Refused("Nobody is their own manager. Choose someone else, or nobody.")
    return _known(work, manager).id


def _known(work: Work, slack_id: str) -> MemberView:
    person = find(work, slack_id)
    if person is None:
        raise Refused(f"The bot has not met {slack_id} yet. Check the Slack id, as in U0123ABCD.")
    if person.is_outsider:
        raise Refused(f"{person.name or slack_id} is a guest, an app or from another company, and can have no role.")
    return person


def _promote(work: Work, slack_id: str) -> None:
    row = work.session.execute(work.select(Member.id, Member.preferences).where(Member.slack_id == slack_id)).one()
    if not row.preferences.get("role_given"):
        work.session.execute(update(Member).where(is_row(Member, work.workspace_id, row.id)).values(role="admin"))


def _preferences(work: Work, member_id: int) -> dict[str, Any]:
    mine = is_row(Member, work.workspace_id, member_id)
    return dict(work.session.scalar(select(Member.preferences).where(mine)) or {})


def _name(slack_user: Mapping[str, Any], profile: Mapping[str, Any]) -> str:
    candidates = (profile.get("real_name"), slack_user.get("real_name"), profile.get("display_name"))
    return str(next((n for n in (*candidates, slack_user.get("name")) if n), slack_user["id"]))


_COLUMNS = [getattr(Member, name) for name in MemberView.__dataclass_fields__]
_PEOPLE = select(*_COLUMNS).where(Member.workspace_id == bindparam("of"))
_BY_SLACK_ID = _PEOPLE.where(Member.slack_id == bindparam("slack_id"))
_BY_ID = _PEOPLE.where(Member.id == bindparam("member"))
_EVERYONE = _PEOPLE.where(Member.is_outsider.is_(False)).order_by(Member.name)


def _person(row: Row[Any]) -> MemberView:
    return MemberView(**row._mapping)
