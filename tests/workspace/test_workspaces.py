"""Workspaces: met at every start, filled before they are connected, never mixed up."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from bot import features
from bot.errors import Refused
from bot.models import JobRow, Workspace
from bot.settings import Settings
from bot.workspace import workspaces
from tests.factories import make_account

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def ensure(session, team_id="T1", **settings):
    return workspaces.ensure(session, team_id, "Larkfield", "U0BOT", Settings(**settings), NOW)


def test_a_workspace_is_made_once_and_follows_the_environment_in_zone_and_country(any_db):
    with any_db.transaction() as session:
        first = ensure(session, timezone="Europe/Berlin")
        again = ensure(session, timezone="Europe/Rome", country="IT")
        known = workspaces.every(session)
    assert first == again
    assert [(w.timezone, w.country) for w in known] == [("Europe/Rome", "IT")]


def test_in_another_zone_other_days_count_so_that_all_is_planned_anew(any_db):
    features.install()
    with any_db.transaction() as session:
        ensure(session, timezone="Europe/Berlin")
        ensure(session, timezone="Europe/Berlin")
        assert session.scalar(select(func.count()).where(JobRow.kind == "replan")) == 0
        ensure(session, timezone="Asia/Tokyo")
        assert session.scalar(select(func.count()).where(JobRow.kind == "replan")) == 1


def test_channels_come_from_the_environment_only_while_none_is_set(any_db):
    with any_db.transaction() as session:
        ensure(session)
        ensure(session, fallback_channel="C1", leadership_channel="C2")
        ensure(session, fallback_channel="C9")
        known = workspaces.pick(session, None)
    assert (known.fallback_channel, known.leadership_channel) == ("C1", "C2")


def test_what_stopped_a_workspace_is_over_once_its_token_works_again(db):
    with db.transaction() as session:
        number = ensure(session)
        session.get(Workspace, number).stopped_reason = "token_revoked"
    with db.transaction() as session:
        ensure(session)
        assert workspaces.pick(session, None).stopped_reason is None


def test_data_imported_before_the_first_connection_becomes_that_workspaces(any_db):
    with any_db.transaction() as session:
        number = workspaces.ensure_unconnected(session, Settings(), NOW)
        account = make_account(session, session.get(Workspace, number), "Acme")
    with any_db.transaction() as session:
        assert ensure(session) == account.workspace_id
        assert [w.team_id for w in workspaces.every(session)] == ["T1"]


def test_a_second_workspace_takes_nothing_over(any_db):
    with any_db.transaction() as session:
        one = ensure(session, "T1")
        two = ensure(session, "T2")
    assert one != two


def test_with_several_workspaces_one_must_be_named(db):
    with db.transaction() as session:
        with pytest.raises(Refused, match="python -m bot run"):
            workspaces.pick(session, None)
        ensure(session, "T1")
        ensure(session, "T2")
        with pytest.raises(Refused, match=r"T1 \(Larkfield\), T2 \(Larkfield\)"):
            workspaces.pick(session, None)
        with pytest.raises(Refused, match="There is no workspace T3"):
            workspaces.pick(session, "T3")
        assert workspaces.pick(session, "T2").team_id == "T2"
