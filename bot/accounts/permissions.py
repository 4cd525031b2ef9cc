"""Who may do what: a team acts on its accounts, managers and admins on all of them. Refusals name who may."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.scope import is_row, within
from bot.db.work import Work
from bot.errors import NotForYou
from bot.models import Account, Member, PassedOn, Renewal, Teammate
from bot.workspace import members
from bot.workspace.members import MemberView

NAMES_SHOWN = 4
GONE = "That renewal is no longer there. Look for it with `/renewal`."


def may_act(work: Work, person: MemberView, account_id: int) -> bool:
    """Whether a person may change an account: its owner, its team, managers and admins; who stands in for one of them.

    Who was told of the account in the place of somebody away may act on it until that person is back and has the list.
    """
    if person.is_outsider:
        return False
    account = work.session.execute(work.select(Account.owner_id).where(Account.id == account_id)).first()
    if account is None:
        return False
    if person.manages or account.owner_id == person.id:
        return True
    on_team = select(Teammate.id).where(
        within(Teammate.workspace_id, work.workspace_id),
        Teammate.account_id == account_id,
        Teammate.member_id == person.id,
    )
    return work.session.scalar(on_team.limit(1)) is not None or _stands_in(work, person, account_id)


def _stands_in(work: Work, person: MemberView, account_id: int) -> bool:
    told = (
        work.select(PassedOn.id)
        .join(Member, Member.id == PassedOn.member_id)
        .where(
            PassedOn.account_id == account_id,
            PassedOn.to == person.slack_id,
            PassedOn.told_at.is_(None),
            Member.away_until.is_not(None),
            Member.is_outsider.is_(False),
        )
    )
    return work.session.scalar(told.limit(1)) is not None


def require_team(work: Work, person: MemberView, account_id: int) -> None:
    """Raises NotForYou, naming who may, when a person may not change an account."""
    if may_act(work, person, account_id):
        return
    name = work.session.scalar(work.select(Account.name).where(Account.id == account_id))
    if person.is_outsider or name is None:
        raise NotForYou("There is nothing here for you.")
    team = _team(work, account_id)
    if not team:
        raise NotForYou(f"{name} has no team yet. Ask a manager to do it, or to give it an owner.")
    asked = team[0].partition(" (")[0]
    raise NotForYou(f"Only {name}'s team can do that: {', '.join(team)}. Ask {asked}, or a manager.")


def require_manager(person: MemberView) -> None:
    """Raises NotForYou when a person may not change settings."""
    if not person.manages:
        raise NotForYou("Only managers and admins can change settings. Ask one of them.")


def require_role_change(work: Work, by: MemberView, slack_id: str, role: str) -> None:
    """Raises NotForYou when a manager would make, or change, an admin: only admins do that."""
    person = members.find(work, slack_id)
    if by.role != "admin" and ("admin" in (role, person.role if person else "")):
        raise NotForYou("Only admins can make someone an admin, or change an admin's role. Ask one of them.")


def require_admin(person: MemberView) -> None:
    """Raises NotForYou when a person is no admin."""
    if person.is_outsider or person.role != "admin":
        raise NotForYou("Only admins can see that. Ask one of them.")


def require_renewal(work: Work, person: MemberView, renewal_id: int) -> None:
    """Raises NotForYou when a person may not change a renewal, or when this workspace has none of that number."""
    account_id = work.session.scalar(work.select(Renewal.account_id).where(Renewal.id == renewal_id))
    if account_id is None:
        raise NotForYou(GONE)
    require_team(work, person, account_id)


def _team(work: Work, account_id: int) -> list[str]:
    on_team = work.session.execute(
        select(Member.name, Teammate.role)
        .join(Teammate, Teammate.member_id == Member.id)
        .where(within(Teammate.workspace_id, work.workspace_id), Teammate.account_id == account_id)
    )
    owner = work.session.scalar(
        select(Member.name)
        .join(Account, Account.owner_id == Member.id)
        .where(is_row(Account, work.workspace_id, account_id))
    )
    roles: dict[str, str] = {owner: "owner"} if owner else {}
    for name, role in on_team:
        roles.setdefault(name, role.replace("_", " "))
    named = [f"{name} ({role})" for name, role in roles.items()]
    more = len(named) - NAMES_SHOWN
    return named[:NAMES_SHOWN] + ([f"and {more} more"] if more > 0 else [])
