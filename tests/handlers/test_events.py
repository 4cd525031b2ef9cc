"""What Slack tells of channels and people is kept; and the whole works on PostgreSQL too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import models
from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from bot.sandbox.world.channels import Channel
from bot.slack_sync import read_roster
from bot.workspace import channels, members
from handlers.inbound.request import SlackEvent
from handlers.members import hear_changed
from tests.factories import NOW
from tests.handlers.conftest import DANA, HELEN, KIM, PRIYA, RUTH, World, button_ids, make_world, text_of, until


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
        with Work.reading(world.bot.db, world.bot.workspace_id, now) as work:
            return channels.is_shared(work, "C0MERIDIAN") is not True

    until(is_forgotten)


@pytest.mark.parametrize("who", ["guest", "company"])
@pytest.mark.parametrize("is_seen", [True, False])
def test_a_card_comes_back_when_the_channel_is_the_teams_again(world: World, who: str, is_seen: bool) -> None:
    def others(come: bool) -> None:
        if who == "guest":
            world.post("member", user=KIM, channel="C0ACME", present=come)
        else:
            world.post("share", channel="C0ACME", is_ext_shared=come)
        # A guest, and that all others left, is only found out about by the deliverer.
        until(lambda: is_closed() is come or (come and who == "guest") or (not come and bool(world.settle())))

    def is_closed() -> bool:
        with Work.reading(world.bot.db, world.bot.workspace_id, NOW) as work:
            return "C0ACME" in channels.closed_to_us(work)

    world.command(DANA, "C0ACME", "/touch called Ruth")
    world.settle()
    first = world.card("C0ACME", DANA)
    others(True)
    if is_seen:
        world.settle()
        assert first["ts"] not in [m["ts"] for m in world.messages("C0ACME", DANA)]
        assert any(m["text"] == first["text"] or "Acme" in m["text"] for m in world.direct(DANA))
    others(False)
    world.settle()
    card = world.card("C0ACME", DANA)
    assert "Acme Robotics" in card["text"] and (card["ts"] == first["ts"]) is not is_seen
    if is_seen:
        assert any("moved to <#C0ACME>" in m["text"] for m in world.direct(DANA))
    assert not any(button_ids(m) and "Acme Robotics" in m["text"] for m in world.direct(DANA))
    world.command(PRIYA, "C0ACME", "/touch asked Ruth about the exit")
    world.settle()
    assert any("exit" in text for text in world.thread("C0ACME", DANA, card["ts"]))
    others(True)
    world.settle()
    assert len([m for m in world.direct(DANA) if "Acme Robotics" in m["text"] and button_ids(m)]) == 1


def test_someone_who_became_a_guest_is_refused_from_the_next_press_on(world: World) -> None:
    with world.bot.db.reading() as session:
        team = session.get_one(models.Workspace, world.bot.workspace_id).team_id
    user = {"id": PRIYA, "name": "priya", "team_id": team, "is_restricted": True}
    bot = world.bot
    event = {"type": "user_change", "user": user}
    hear_changed(
        SlackEvent(bot.workspace_id, team, "U0BOT", world.slack.clock.now(), bot.db, bot.client, event, "event:1")
    )
    world.command(PRIYA, "C0ACME", "/renewal")
    assert [m["text"] for m in world.whispers("C0ACME", PRIYA)] == ["Sorry, this is only for members of the team."]
    assert world.no_view(PRIYA)


def test_a_stranger_in_an_event_is_not_kept(world: World) -> None:
    bot = world.bot
    event = {"type": "user_change", "user": {"id": "U777", "team_id": "T9"}}
    hear_changed(SlackEvent(bot.workspace_id, "", "U0BOT", world.slack.clock.now(), bot.db, bot.client, event, "e"))
    with Work.reading(bot.db, bot.workspace_id, NOW) as work:
        assert members.find(work, "U777") is None


@pytest.mark.postgres
def test_a_renewal_is_claimed_updated_and_found_on_postgres(on_postgres: World) -> None:
    world = on_postgres
    card = world.card("C0ACME", DANA)
    world.post("fault", method="*", kind="deliver_twice", times=1)
    world.press(DANA, "C0ACME", card, "renewal.claim")
    world.command(DANA, "C0ALERTS", "/renewal akme robotics")
    assert world.submit(DANA, stage="proposed")["ok"]
    assert world.update(DANA, "C0ACME", "value", proposed_value="CHF 50'000")["ok"]
    world.command(HELEN, "C0ACME", "/retention settings")
    world.post("action", user=HELEN, view_id=world.view(HELEN)["id"], action_id="settings.numbers:0")
    world.post("action", user=HELEN, view_id=world.view(HELEN)["id"], action_id="settings.number:0")
    assert world.submit(HELEN, value="90, 45")["ok"]
    world.settle()
    assert world.thread("C0ACME", DANA, card["ts"]) == [
        "Dana Whitlock is on it.",
        "Dana Whitlock moved it from Upcoming to *Proposed*.",
        "Dana Whitlock proposed CHF\u00a050,000 a year.",
    ]
    assert "CHF\u00a050,000" in text_of(world.card("C0ACME", DANA)["blocks"])


def _channel(world: World, slack_id: str) -> models.Channel:
    with world.bot.db.reading() as session:
        return session.scalars(select(models.Channel).where(models.Channel.slack_id == slack_id)).one()


def test_a_new_name_of_a_channel_is_kept_private_or_not(both: World) -> None:
    both.post("rename", channel="C0ACME", name="acc-acme-robotics")
    until(lambda: _channel(both, "C0ACME").name == "acc-acme-robotics")
    both.post("rename", channel="C0LEADERS", name="board")
    until(lambda: _channel(both, "C0LEADERS").name == "board")


def test_who_becomes_a_guest_in_slack_learns_nothing_from_then_on(both: World) -> None:
    both.post("person", user=PRIYA, is_guest=True)
    both.command(PRIYA, "C0ACME", "/renewal")
    assert [m["text"] for m in both.whispers("C0ACME", PRIYA)] == ["Sorry, this is only for members of the team."]


@pytest.mark.parametrize(("gone", "words"), [(False, "token was revoked"), (True, "app was removed")])
def test_a_bot_whose_token_is_no_longer_good_stops_and_says_why(both: World, gone: bool, words: str) -> None:
    both.post("revoke", uninstall=gone)

    def reason() -> str:
        with both.bot.db.reading() as session:
            return session.get_one(models.Workspace, both.bot.workspace_id).stopped_reason or ""

    until(lambda: words in reason())


def test_someone_of_another_company_whom_slack_does_not_call_a_stranger_learns_nothing(both: World) -> None:
    both.slack.platform.world.users[RUTH].is_stranger = False
    both.command(RUTH, "C0MERIDIAN", "/renewal meridian")
    assert [m["text"] for m in both.messages("C0MERIDIAN", RUTH)] == ["Sorry, this is only for members of the team."]


def test_in_a_direct_message_of_several_people_the_answer_comes_to_one_alone(both: World) -> None:
    inside = [DANA, HELEN, RUTH]
    both.slack.platform.world.channels["G0MANY"] = Channel("G0MANY", "mpdm-dana--helen--ruth-1", inside, is_mpim=True)
    both.command(DANA, "G0MANY", "/account acme")
    both.settle()
    assert "Acme" not in text_of(both.messages("G0MANY", DANA))
    assert "Acme Robotics" in both.direct(DANA)[-1]["text"]


def test_a_channel_to_which_another_company_is_invited_is_closed_before_it_comes(both: World) -> None:
    both.post("pending", channel="C0ACME", is_pending=True)
    both.slack.clock.set(both.slack.clock.now() + timedelta(minutes=6))
    both.command(DANA, "C0ACME", "/account")
    both.settle()
    assert "Acme Robotics" not in text_of(both.whispers("C0ACME", DANA))
    assert "Acme Robotics" in both.direct(DANA)[-1]["text"]


@pytest.mark.parametrize("kind", ["short_page", "empty_page"])
def test_people_and_channels_are_all_read_however_slack_cuts_its_pages(world: World, kind: str) -> None:
    for method in ("users.list", "conversations.list"):
        world.post("fault", method=method, kind=kind)
    read = read_roster(world.bot)
    seen = world.slack.platform.world
    assert (read.people, read.channels) == (len(seen.users), len([c for c in seen.channels.values() if not c.is_im]))
    with Work.reading(world.bot.db, world.bot.workspace_id, NOW) as work:
        team = {one.slack_id for one in members.everyone(work)}
    assert not team & {"USLACKBOT", "U0CRM", "U0BOT", KIM, RUTH} and {DANA, HELEN, PRIYA} <= team


def test_who_reads_a_channel_is_read_to_the_end_however_slack_cuts_its_pages(world: World) -> None:
    world.post("fault", method="conversations.members", kind="empty_page")
    world.command(DANA, "C0ACME", "/account")
    (shown,) = world.whispers("C0ACME", DANA)
    world.press(DANA, "C0ACME", shown, "account.share")
    world.post("fault", method="conversations.members", kind="empty_page")
    world.submit(DANA)
    world.settle()
    assert any(
        m["bot"] and not m["ephemeral"] and "shared by" in m["text"].lower() for m in world.messages("C0ACME", DANA)
    )
