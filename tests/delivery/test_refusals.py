"""What Slack refuses for good is told to someone, once, and nothing else is held up by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.db.work import Work
from bot.posts import dead_letters
from bot.posts import records as post_records
from bot.posts.outgoing import OutgoingPost
from bot.posts.queue import DuePost
from scheduler.audience import AudienceCheck
from scheduler.decisions import AudienceDecision
from tests.delivery.rig import ADMIN, OWNER, Rig, card, line
from tests.factories import NOW

CHART = {
    "type": "data_visualization",
    "title": "Value",
    "chart": {"type": "nonsense"},
}
PARAGRAPH = {"type": "section", "text": {"type": "mrkdwn", "text": "words"}}


def test_the_bot_joins_a_public_channel_it_is_not_in(any_rig: Rig) -> None:
    any_rig.channel("C000").members.remove("U0BOT")
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    assert any_rig.said("C000") == ["card 1"]
    assert len(any_rig.calls("conversations.join")) == 1


def test_a_private_channel_it_is_not_in_sends_the_owner_the_card(rig: Rig) -> None:
    rig.channel("C000").is_private = True
    rig.channel("C000").members.remove("U0BOT")
    rig.want(card(1, "C000"), line(1, of=1))
    rig.run_out()
    assert rig.direct(OWNER) == ["card 1 (unreachable)", "line 1"]


def test_a_card_moves_to_the_owner_when_its_channel_is_archived(rig: Rig) -> None:
    rig.want(card(1, "C000"))
    rig.run_out()
    rig.channel("C000").is_archived = True
    rig.want(line(1, of=1))
    rig.run_out()
    assert rig.direct(OWNER) == ["card 1 (unreachable)", "line 1"]


def test_a_layout_slack_does_not_take_is_sent_again_without_its_chart(rig: Rig) -> None:
    rig.want(card(1, "C000", blocks=[PARAGRAPH, CHART]))
    rig.run_out()
    [message] = rig.channel("C000").messages.values()
    assert [block["type"] for block in message.blocks] == ["section"]


def test_a_layout_slack_never_takes_is_given_up_after_two_tries(rig: Rig) -> None:
    rig.want(card(1, "C000", blocks=[{"type": "nonsense"}]), card(2, "C001"))
    rig.run_out()
    assert rig.said("C000") == []
    assert len(rig.calls("chat.postMessage")) == 4, "two tries, the other card, and the word to the admin"
    assert rig.direct(ADMIN) == ["Slack does not take the layout of this message"]
    assert rig.said("C001") == ["card 2"]


def test_a_message_that_cannot_be_drawn_is_given_up_and_the_rest_goes_on(rig: Rig) -> None:
    rig.want(OutgoingPost("b", "broken", {}, channel="C000"), card(2, "C000"))
    rig.run_out()
    assert rig.post("b").state == "dead"
    assert rig.said("C000") == ["card 2"]


def test_a_line_whose_card_was_given_up_is_given_up_with_the_same_reason(any_rig: Rig) -> None:
    any_rig.break_next("chat.postMessage", "error:msg_too_long")
    any_rig.want(replace(card(1, "C000"), owner=None), line(1, of=1))
    any_rig.run_out()
    any_rig.want(line(2, of=1))
    any_rig.run_out()
    reasons = {any_rig.post(key).error for key in ("renewal:1:card", "renewal:1:line:1", "renewal:1:line:2")}
    assert reasons == {"The message is too long."}


def test_admins_are_told_once_a_day_for_each_reason(rig: Rig) -> None:
    for day in range(2):
        rig.break_next("chat.postMessage", "error:msg_too_long", times=3)
        rig.want(*(card(n, f"C{n:03}") for n in range(day * 3, day * 3 + 3)))
        rig.run_out()
        rig.pass_time(days=1)
    assert len(rig.direct(ADMIN)) == 2


def test_dead_messages_are_listed_and_can_be_tried_again(any_rig: Rig) -> None:
    any_rig.break_next("chat.postMessage", "error:msg_too_long")
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    with Work.reading(any_rig.db, any_rig.workspace_id, NOW) as work:
        [dead] = dead_letters.listed(work)
        assert dead_letters.count(work) == 1
    assert (dead.key, dead.channel, dead.reason) == ("renewal:1:card", "C000", "The message is too long.")
    with Work.writing(any_rig.db, any_rig.workspace_id, any_rig.now) as work:
        assert dead_letters.requeue(work) == 1
    any_rig.run_out()
    assert any_rig.said("C000") == ["card 1"]


def test_a_bad_token_stops_the_workspace_and_loses_nothing(any_rig: Rig) -> None:
    any_rig.break_next("*", "error:token_revoked", times=5)
    any_rig.want(card(1, "C000"))
    any_rig.work()
    with Work.reading(any_rig.db, any_rig.workspace_id, NOW) as work:
        reason, _ = post_records.may_send(work)
    assert reason is not None
    assert "Install the app again" in reason
    calls = len(any_rig.sandbox.platform.traffic.after(0, 1000))
    any_rig.work()
    assert len(any_rig.sandbox.platform.traffic.after(0, 1000)) == calls, "a stopped workspace is left alone"
    any_rig.sandbox.platform.faults.clear()
    any_rig.pass_time(hours=1)
    any_rig.run_out()
    assert any_rig.said("C000") == ["card 1"]


def test_admins_are_told_that_the_workspace_is_stopped_when_that_still_gets_through(rig: Rig) -> None:
    rig.break_next("conversations.info", "error:missing_scope")
    rig.want(card(1, "C000"))
    rig.work()
    [told] = rig.direct(ADMIN)
    assert told.startswith("The app lacks the scope")


def test_a_workspace_that_was_mended_by_a_restart_goes_on_at_once(rig: Rig) -> None:
    rig.break_next("*", "error:invalid_auth", times=3)
    rig.want(card(1, "C000"))
    rig.work()
    rig.sandbox.platform.faults.clear()
    with Work.writing(rig.db, rig.workspace_id, NOW) as work:
        post_records.resume(work)
    rig.run_out()
    assert rig.said("C000") == ["card 1"]


def test_an_unforeseen_failure_with_one_post_holds_up_no_other(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    decide = AudienceCheck.decide

    def stumble(guard: AudienceCheck, due: DuePost) -> AudienceDecision:
        if due.key == "renewal:1:card" and due.attempts == 0:
            raise KeyError("unforeseen")
        return decide(guard, due)

    monkeypatch.setattr(AudienceCheck, "decide", stumble)
    rig.want(card(1, "C000"), card(2, "C000"))
    rig.work()
    assert rig.said("C000") == ["card 2"]
    rig.run_out()
    assert rig.said("C000") == ["card 2", "card 1"]


def test_a_line_without_a_card_anyone_knows_is_given_up(rig: Rig) -> None:
    rig.want(line(1, of=404))
    rig.run_out()
    assert rig.post("renewal:404:line:1").state == "dead"
    assert len(rig.direct(ADMIN)) == 1


def test_a_message_with_neither_channel_nor_recipient_goes_to_the_owner(rig: Rig) -> None:
    rig.want(replace(card(1, "C000"), channel=None), replace(card(2, "C000"), channel=None, owner=None))
    rig.run_out()
    assert rig.direct(OWNER) == ["card 1 (unreachable)"]
    assert rig.post("renewal:2:card").state == "dead"
