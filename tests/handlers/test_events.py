"""What Slack tells of channels and people is kept; and the whole works on PostgreSQL too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot import models, schema
from bot.db import Database
from bot.services import channels, members
from handlers import people
from handlers.requests import Heard
from tests.handlers.conftest import DANA, HELEN, PRIYA, World, make_world, text_of, until


@pytest.fixture
def on_postgres(empty_postgres_url: str) -> Iterator[World]:
    """The bot with its data in PostgreSQL."""
    db = Database(empty_postgres_url)
    schema.upgrade(db)
    db.close()
    yield from make_world(empty_postgres_url, "http")


def test_an_archived_channel_is_remembered_as_archived(both: World) -> None:
    both.post("archive", channel="C0ACME", archived=True)
    until(lambda: _channel(both, "C0ACME").is_archived)
    both.post("archive", channel="C0ACME", archived=False)
    until(lambda: not _channel(both, "C0ACME").is_archived)


def test_a_channel_no_longer_shared_is_asked_about_again_before_anything_is_said(world: World) -> None:
    world.post("share", channel="C0MERIDIAN", is_ext_shared=False)
    now = world.slack.clock.now()

    def is_forgotten() -> bool:
        with world.bot.db.reading() as session:
            return channels.is_shared(session, world.bot.workspace_id, "C0MERIDIAN", now) is not True

    until(is_forgotten)


def test_someone_who_became_a_guest_is_refused_from_the_next_press_on(world: World) -> None:
    with world.bot.db.reading() as session:
        team = session.get_one(models.Workspace, world.bot.workspace_id).team_id
    user = {"id": PRIYA, "name": "priya", "team_id": team, "is_restricted": True}
    bot = world.bot
    event = {"type": "user_change", "user": user}
    people.hear_changed(
        Heard(bot.workspace_id, team, "U0BOT", world.slack.clock.now(), bot.db, bot.client, event, "event:1")
    )
    world.command(PRIYA, "C0ACME", "/renewal")
    assert [m["text"] for m in world.whispers("C0ACME", PRIYA)] == ["Sorry, this is only for members of the team."]
    assert world.no_view(PRIYA)


def test_a_stranger_in_an_event_is_not_kept(world: World) -> None:
    bot = world.bot
    event = {"type": "user_change", "user": {"id": "U777", "team_id": "T9"}}
    people.hear_changed(Heard(bot.workspace_id, "", "U0BOT", world.slack.clock.now(), bot.db, bot.client, event, "e"))
    with bot.db.reading() as session:
        assert members.find(session, bot.workspace_id, "U777") is None


@pytest.mark.postgres
def test_a_renewal_is_claimed_updated_and_found_on_postgres(on_postgres: World) -> None:
    world = on_postgres
    card = world.card("C0ACME", DANA)
    world.post("fault", method="*", kind="deliver_twice", times=1)
    world.press(DANA, "C0ACME", card, "renewal.claim")
    world.command(DANA, "C0ALERTS", "/renewal akme robotics")
    assert world.submit(DANA, stage="proposed", proposed_value="CHF 50'000")["ok"]
    world.command(HELEN, "C0ACME", "/retention settings")
    world.post("action", user=HELEN, view_id=world.view(HELEN)["id"], action_id="settings.number")
    assert world.submit(HELEN, number="rungs", value="90, 45")["ok"]
    world.settle()
    assert world.thread("C0ACME", DANA, card["ts"]) == [
        "Dana Whitlock is on it.",
        "Dana Whitlock moved it from Upcoming to *Proposed* and proposed CHF\u00a050,000 a year.",
    ]
    assert "CHF\u00a050,000" in text_of(world.card("C0ACME", DANA)["blocks"])


def _channel(world: World, slack_id: str) -> models.Channel:
    with world.bot.db.reading() as session:
        return session.scalars(select(models.Channel).where(models.Channel.slack_id == slack_id)).one()
