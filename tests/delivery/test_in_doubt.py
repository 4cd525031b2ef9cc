"""What changes while nobody knows how an attempt ended: the message is looked for where it went, and stands once."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.db.engine import Database
from bot.db.work import Work
from bot.manifest import manifest
from bot.models import DeliveryDoubt
from bot.posts import dead_letters
from bot.sandbox.clock import SandboxClock
from bot.sandbox.manifest import read_manifest
from bot.sandbox.server import Sandbox
from bot.sandbox.world.messages import Message
from bot.slack.outcomes import UNREADABLE
from bot.slack.sender import Sender, Sent, said_aside
from tests.delivery.rig import OWNER, Rig, card, line, make_rig, seed
from tests.delivery.test_audience_check import share


def test_a_card_in_the_owners_messages_that_changes_while_its_answer_is_lost_lives_on(any_rig: Rig) -> None:
    any_rig.channel("C000").is_ext_shared = True
    any_rig.break_next("chat.postMessage", "drop_reply")
    any_rig.want(card(1, "C000"))
    while any_rig.post("renewal:1:card").state != "unknown":
        any_rig.work()
    any_rig.want(card(1, "C000", "newer"), line(1, of=1))
    any_rig.run_out()
    assert any_rig.direct(OWNER) == ["newer (shared)", "line 1"]


def test_a_card_that_changes_while_it_is_on_its_way_to_the_owner_lives_on(
    any_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, changed = Sender.post, []

    def change_meanwhile(sender: Sender, *arguments: Any) -> Sent:
        sent = post(sender, *arguments)
        if not changed:
            changed.append(True)
            any_rig.want(card(1, "C000", "newer"))
        return sent

    monkeypatch.setattr(Sender, "post", change_meanwhile)
    any_rig.channel("C000").is_ext_shared = True
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    assert any_rig.direct(OWNER) == ["newer (shared)"]


def test_a_line_whose_answer_was_lost_leaves_a_channel_that_becomes_shared(any_rig: Rig) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    any_rig.pass_time(seconds=5)
    any_rig.break_next("chat.postMessage", "drop_reply")
    any_rig.want(line(1, of=1, text="secret"))
    any_rig.work()
    share(any_rig, "C000")
    any_rig.run_out()
    assert any_rig.said("C000") == []
    assert any_rig.direct(OWNER) == ["card 1 (shared)", "secret"]


def test_a_line_whose_answer_was_lost_follows_a_card_that_was_deleted_in_slack(any_rig: Rig) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    any_rig.pass_time(seconds=5)
    any_rig.break_next("chat.postMessage", "drop_reply")
    any_rig.want(line(1, of=1))
    any_rig.work()
    room = any_rig.channel("C000")
    room.remove(next(one for one in room.messages.values() if one.text == "card 1"))
    any_rig.want(card(1, "C000", "newer"))
    any_rig.run_out()
    assert any_rig.said("C000") == ["newer", "line 1"]


def test_a_message_given_up_in_doubt_is_looked_for_when_it_is_tried_again(any_rig: Rig) -> None:
    any_rig.break_next("chat.postMessage", "drop_reply")
    any_rig.want(replace(card(1, "C000"), owner=None))
    any_rig.work()
    any_rig.break_next("conversations.history", "error:channel_not_found")
    any_rig.run_out()
    assert any_rig.post("renewal:1:card").state == "dead"
    with Work.writing(any_rig.db, any_rig.workspace_id, any_rig.now) as work:
        dead_letters.requeue(work)
    any_rig.run_out()
    assert any_rig.said("C000") == ["card 1"]


def test_a_second_copy_is_taken_away_even_if_that_fails_at_first(rig: Rig) -> None:
    rig.break_next("chat.postMessage", "drop_reply")
    rig.want(card(1, "C000"))
    rig.work()
    room = rig.channel("C000")
    twin = copy(next(iter(room.messages.values())))
    twin.ts, twin.replies = f"{float(twin.ts) + 1:.6f}", []
    room.add(twin)
    rig.break_next("chat.delete", "http_500_before")
    rig.run_out()
    assert rig.said("C000") == ["card 1"]


def test_the_bot_joins_again_to_look_in_a_channel_it_left(rig: Rig) -> None:
    rig.break_next("chat.postMessage", "drop_reply")
    rig.want(card(1, "C000"))
    rig.work()
    rig.channel("C000").members.remove("U0BOT")
    rig.run_out()
    assert (rig.said("C000"), rig.direct(OWNER)) == (["card 1"], [])


@pytest.mark.parametrize("cards", [140, 250])
def test_a_channel_that_is_being_cleared_keeps_no_other_waiting(rig: Rig, cards: int) -> None:
    rig.want(*(card(n, "C000") for n in range(cards)), card(900, "C002"))
    rig.run_out()
    share(rig, "C000")
    rig.want(card(999, "C001"), card(900, "C002", "newer"))
    rig.work()
    assert (rig.said("C001"), rig.said("C002")) == (["card 999"], ["newer"])


@pytest.mark.parametrize("over", [{"outcome": "paid"}, {"closed_on": "2026-02-27"}, {"done_by": {"name": "Dana"}}])
def test_what_is_over_is_taken_down_and_not_said_again(rig: Rig, over: dict[str, Any]) -> None:
    rig.want(card(1, "C000", **over))
    rig.run_out()
    share(rig, "C000")
    rig.run_out()
    assert rig.everything_said() == []


def test_a_message_left_behind_in_an_archived_channel_is_taken_away_once_others_read_there(any_rig: Rig) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    any_rig.channel("C000").is_archived = True
    any_rig.pass_time(minutes=6)
    any_rig.want(card(1, "C000", "newer"))
    any_rig.run_out()
    assert any_rig.said("C000") == ["card 1"]
    any_rig.channel("C000").is_archived = False
    share(any_rig, "C000")
    any_rig.run_out()
    assert any_rig.said("C000") == []
    assert any_rig.direct(OWNER) == ["newer (unreachable)"]


@pytest.fixture
def without_metadata(db: Database, clock: SandboxClock) -> Iterator[Rig]:
    """A workspace in which the app may not read metadata, its own included."""
    made = manifest()
    scopes = [one for one in made["oauth_config"]["scopes"]["bot"] if one != "metadata.message:read"]
    made["oauth_config"]["scopes"]["bot"] = scopes
    with Sandbox(seed(3), manifest=made, clock=clock) as slack:
        yield make_rig(db, slack, clock)


def test_without_the_right_to_read_metadata_a_lost_message_is_found_by_its_blocks(without_metadata: Rig) -> None:
    rig = without_metadata
    paragraph = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
    for n, blocks in enumerate(([], [paragraph])):
        rig.break_next("chat.postMessage", "drop_reply")
        rig.want(card(n, f"C00{n}", blocks=blocks))
    rig.run_out()
    rig.want(card(0, "C000", "card 0, changed"))
    rig.run_out()
    rig.break_next("chat.postMessage", "drop_reply")
    rig.want(line(1, of=0), card(2, "C000"))
    rig.run_out()
    assert sorted(rig.said("C000")) == ["card 0, changed", "card 2", "line 1"]
    assert rig.said("C001") == ["card 1"]


def test_what_cannot_be_told_apart_is_held_and_goes_on_once_the_right_is_there(without_metadata: Rig) -> None:
    rig = without_metadata
    long = "a long story, " * 300
    rig.break_next("chat.postMessage", "drop_reply")
    rig.want(card(1, "C000", long))
    rig.run_out()
    assert (rig.said("C000"), rig.post("renewal:1:card").error) == ([long], UNREADABLE.reason)
    rig.sandbox.platform.manifest = read_manifest(manifest())
    rig.run_out()
    assert (rig.said("C000"), rig.post("renewal:1:card").state) == ([long], "sent")


def test_what_other_apps_say_there_does_not_hold_a_message_up(without_metadata: Rig) -> None:
    rig = without_metadata
    rig.break_next("chat.postMessage", "http_500_before")
    rig.want(card(1, "C000"))
    rig.work()
    other = Message(rig.sandbox.platform.world.stamp(), "C000", "U0CRM", "a deal was won", bot_id="B0CRM")
    rig.channel("C000").add(other)
    rig.run_out()
    assert rig.said("C000") == ["a deal was won", "card 1"]


class Joined(Message):
    def payload(self, *place: Any, **more: Any) -> dict[str, Any]:
        """As Slack says it itself, in the app's name."""
        return {**super().payload(*place, **more), "subtype": "bot_add"}


def test_what_the_bot_said_aside_and_who_joined_does_not_hold_a_message_up(without_metadata: Rig) -> None:
    rig = without_metadata
    rig.break_next("chat.postMessage", "http_500_before")
    rig.want(card(1, "C000"))
    rig.work()
    stamp = rig.sandbox.platform.world.stamp
    joined = Joined(stamp(), "C000", "U0BOT", "added an integration", bot_id="B0BOT")
    aside = Message(stamp(), "C000", "U0BOT", "Not done.", bot_id="B0BOT", blocks=said_aside("Not done.")["blocks"])
    rig.channel("C000").add(joined)
    rig.channel("C000").add(aside)
    rig.run_out()
    assert rig.said("C000")[-1] == "card 1"


def test_a_double_that_cannot_be_told_apart_is_not_looked_for_without_end(without_metadata: Rig) -> None:
    rig = without_metadata
    rig.break_next("chat.postMessage", "http_500_before")
    rig.want(card(1, "C000", "a long story, " * 300))
    rig.run_out(timedelta(hours=3))
    with rig.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(DeliveryDoubt)) == 0
    assert len(rig.calls("conversations.history")) < 10
