"""Rows to start a test from. Each function fills in what the test does not care about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.accounts import aliases
from bot.core.company_names import name_key
from bot.db.work import Work
from bot.models import (
    Account,
    AccountStanding,
    Channel,
    Contract,
    Delivery,
    Member,
    Post,
    Renewal,
    Route,
    Teammate,
    Workspace,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""

TODAY = NOW.date()
BEGINNING = date(2022, 1, 1)
"""Since when an account is what it is, unless a test says otherwise."""

_numbers = count(1)
Row = TypeVar("Row")


def make_workspace(session: Session, **values: Any) -> Workspace:
    """A workspace with no holidays and no channels of its own."""
    n = next(_numbers)
    return _add(session, Workspace(**{"team_id": f"T{n:06}", "name": f"Team {n}", "created_at": NOW, **values}))


def make_member(session: Session, workspace: Workspace, name: str = "Dana", **values: Any) -> Member:
    """A rep of the team, in UTC."""
    n = next(_numbers)
    return _add(session, Member(**{"workspace_id": workspace.id, "slack_id": f"U{n:06}", "name": name, **values}))


def make_account(session: Session, workspace: Workspace, name: str = "", **values: Any) -> Account:
    """An account with a channel of its own; pass `channel=None` for one without, `owner_id` for its owner.

    It always was what it is.
    """
    n = next(_numbers)
    name = name or f"Account {n}"
    filled = {
        "workspace_id": workspace.id,
        "external_id": f"A-{n}",
        "name": name,
        "name_key": name_key(name),
        "channel": f"C{n:06}",
        "created_at": NOW,
    }
    account = _add(session, Account(**{**filled, **values}))
    told = {"is_active": account.is_active, "segment": account.segment, "tier": account.tier, "cause": "imported"}
    of = {"workspace_id": workspace.id, "account_id": account.id, "known_at": account.created_at}
    _add(session, AccountStanding(**of, **told, effective_on=BEGINNING))
    if account.aliases:
        aliases.keep(Work(session, workspace.id, NOW), {account.id: account.aliases})
    return account


def make_teammate(session: Session, account: Account, member: Member, role: str = "owner") -> Teammate:
    """Someone who keeps the account."""
    teammate = Teammate(
        workspace_id=account.workspace_id, account_id=account.id, member_id=member.id, role=role, since=NOW
    )
    return _add(session, teammate)


def make_contract(session: Session, account: Account, renewal_date: date | None = None, **values: Any) -> Contract:
    """A recurring yearly contract over 12,000 EUR; its deadline is the renewal date less `notice_days`."""
    n = next(_numbers)
    renewal_date = renewal_date or TODAY + timedelta(days=100)
    filled = {
        "workspace_id": account.workspace_id,
        "account_id": account.id,
        "external_id": f"K-{n}",
        "name": f"Contract {n}",
        "start_date": renewal_date - timedelta(days=365),
        "renewal_date": renewal_date,
        "deadline": renewal_date - timedelta(days=values.get("notice_days", 0)),
        "value": Decimal("12000.00"),
        "currency": "EUR",
        "created_at": NOW,
    }
    return _add(session, Contract(**{**filled, **values}))


def make_renewal(session: Session, account: Account, deadline: date | None = None, **values: Any) -> Renewal:
    """A bare open renewal, with no contract, card or agenda; planning makes whole ones."""
    deadline = deadline or TODAY + timedelta(days=100)
    filled = {
        "workspace_id": account.workspace_id,
        "account_id": account.id,
        "deadline": deadline,
        "renewal_date": deadline,
        "stage_at": NOW,
        "created_at": NOW,
    }
    return _add(session, Renewal(**{**filled, **values}))


def make_route(session: Session, workspace: Workspace, kind: str, value: str, channel: str) -> Route:
    """Where accounts of a segment or tier speak when they have no channel."""
    return _add(session, Route(workspace_id=workspace.id, kind=kind, value=value, channel=channel))


def make_channel(session: Session, workspace: Workspace, slack_id: str, **values: Any) -> Channel:
    """What was last known of a channel."""
    return _add(session, Channel(**{"workspace_id": workspace.id, "slack_id": slack_id, "checked_at": NOW, **values}))


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def make_post(work: Work, key: str, at: datetime, **values: Any) -> Delivery:
    """A message, and the place where it belongs; `values` are columns of either."""
    of_post = {name: value for name, value in values.items() if name in Post.__table__.c}
    of_delivery = {name: value for name, value in values.items() if name in Delivery.__table__.c}
    assert of_post.keys() | of_delivery.keys() == values.keys()
    filled = {"workspace_id": work.workspace_id, "key": key, "kind": "notice", "created_at": at}
    post = _add(work.session, Post(**{**filled, **of_post}))
    return _add(work.session, Delivery(workspace_id=work.workspace_id, post_id=post.id, **of_delivery))
