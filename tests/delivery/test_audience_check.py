"""Nothing of the team's reaches another company; who ought to know is told elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.db.work import Work
from bot.posts.outgoing import OutgoingPost
from bot.posts.queue import DuePost
from bot.slack.sender import Sender, Sent
from bot.workspace import channels
from scheduler.audience import AudienceCheck
from scheduler.decisions import AudienceDecision
from tests.delivery.rig import ADMIN, GUEST, OWNER, Rig, card, line


def share(rig: Rig, channel: str, tell: bool = True) -> None:
    rig.channel(channel).is_ext_shared = True
    if tell:
        with Work.writing(rig.db, rig.workspace_id, rig.now) as work:
            channels.mark_shared(work, channel, True)


def test_what_would_go_to_a_shared_channel_goes_to_the_owner_with_the_reason(any_rig: Rig) -> None:
    any_rig.channel("C000").is_ext_shared = True
    any_rig.want(card(1, "C000"), line(1, of=1))
    any_rig.run_out()
    assert any_rig.said("C000") == []
    assert any_rig.direct(OWNER) == ["card 1 (shared)", "line 1"]


def test_the_card_keeps_saying_why_it_came_to_the_owner_when_it_changes(rig: Rig) -> None:
    rig.channel("C000").is_ext_shared = True
    rig.want(card(1, "C000"))
    rig.run_out()
    rig.want(card(1, "C000", "newer"))
    rig.run_out()
    assert rig.direct(OWNER) == ["newer (shared)"]


def test_a_card_leaves_a_channel_that_becomes_shared_and_its_new_lines_follow(any_rig: Rig) -> None:
    any_rig.want(card(1, "C000"), line(1, of=1), card(2, "C001"))
    any_rig.run_out()
    share(any_rig, "C000")
    any_rig.run_out()
    assert any_rig.said("C000") == []
    assert any_rig.direct(OWNER) == ["card 1 (shared)"]
    any_rig.want(line(2, of=1))
    any_rig.run_out()
    assert any_rig.direct(OWNER) == ["card 1 (shared)", "line 2"]
    assert any_rig.said("C001") == ["card 2"]


def test_an_unannounced_sharing_is_noticed_before_the_next_message_after_five_minutes(rig: Rig) -> None:
    rig.want(card(1, "C000"))
    rig.run_out()
    share(rig, "C000", tell=False)
    rig.pass_time(minutes=5, seconds=1)
    rig.want(line(1, of=1))
    rig.run_out()
    assert rig.said("C000") == []
    assert rig.direct(OWNER) == ["card 1 (shared)", "line 1"]


def test_a_change_is_not_shown_in_a_channel_that_became_shared(rig: Rig) -> None:
    rig.want(card(1, "C000"))
    rig.run_out()
    share(rig, "C000", tell=False)
    rig.pass_time(minutes=6)
    rig.want(card(1, "C000", "secret"))
    rig.run_out()
    assert rig.said("C000") == []
    assert not rig.calls("chat.update")
    assert rig.direct(OWNER) == ["secret (shared)"]


def test_the_card_of_a_closed_renewal_is_taken_down_and_not_repeated(rig: Rig) -> None:
    rig.want(card(1, "C000", outcome="paid"))
    rig.run_out()
    share(rig, "C000")
    rig.run_out()
    assert rig.everything_said() == []


def test_a_deletion_that_fails_is_tried_again(rig: Rig) -> None:
    rig.want(card(1, "C000"))
    rig.run_out()
    share(rig, "C000")
    for kind in ("drop_reply", "http_500_before", "rate_limited"):
        rig.break_next("chat.delete", kind)
    rig.run_out()
    assert rig.said("C000") == []
    assert rig.direct(OWNER) == ["card 1 (shared)"]


def test_without_an_owner_nothing_is_said_and_an_admin_is_told_once(any_rig: Rig) -> None:
    any_rig.channel("C000").is_ext_shared = True
    any_rig.want(*(replace(card(n, "C000"), owner=None) for n in (1, 2)), line(1, of=1))
    any_rig.run_out()
    assert any_rig.said("C000") == []
    assert any_rig.post("renewal:1:line:1").state == "dead"
    [told] = any_rig.direct(ADMIN)
    assert told.startswith("The channel is shared with another company")


def test_an_owner_who_is_a_guest_is_not_told_either(rig: Rig) -> None:
    rig.channel("C000").is_ext_shared = True
    rig.want(replace(card(1, "C000"), owner=GUEST))
    rig.run_out()
    assert rig.said("C000") == []
    assert not rig.direct(GUEST)
    assert len(rig.direct(ADMIN)) == 1


def test_a_channel_nobody_can_ask_about_gets_nothing(rig: Rig) -> None:
    rig.want(card(1, "C0GONE"), OutgoingPost("x", "story_line", {"text": "x"}, channel="C0GONE2"))
    rig.run_out()
    assert rig.direct(OWNER) == ["card 1 (unreachable)"]
    assert rig.post("x").state == "dead"
    assert "Invite the bot" in rig.post("x").error


def test_while_slack_does_not_say_who_reads_there_the_message_waits(rig: Rig) -> None:
    rig.break_next("conversations.info", "http_500_before", times=3)
    rig.want(card(1, "C000"))
    rig.work()
    assert rig.said("C000") == []
    rig.run_out()
    assert rig.said("C000") == ["card 1"]


def test_many_channels_are_asked_about_in_one_call(rig: Rig) -> None:
    rig.want(*(card(n, f"C{n:03}") for n in range(10)))
    rig.run_out()
    assert len(rig.calls("conversations.list")) == 1
    assert not rig.calls("conversations.info")
    assert len(rig.everything_said()) == 10


def test_an_old_answer_about_a_channel_is_no_answer(rig: Rig) -> None:
    with Work.writing(rig.db, rig.workspace_id, rig.now) as work:
        channels.remember(work, {"id": "C000", "is_ext_shared": False})
    with Work.reading(rig.db, rig.workspace_id, rig.now) as work:
        assert channels.is_shared(work, "C000") is False
    rig.pass_time(minutes=5, seconds=1)
    with Work.reading(rig.db, rig.workspace_id, rig.now) as work:
        assert channels.is_shared(work, "C000") is None
        assert channels.is_shared(work, "C001") is None


def test_no_longer_shared_is_believed_only_after_asking(rig: Rig) -> None:
    share(rig, "C000")
    with Work.writing(rig.db, rig.workspace_id, rig.now) as work:
        channels.mark_shared(work, "C000", False)
    with Work.reading(rig.db, rig.workspace_id, rig.now) as work:
        assert channels.is_shared(work, "C000") is None
    rig.want(card(1, "C000"))
    rig.run_out()
    assert rig.said("C000") == []


def test_a_channel_shared_while_a_message_is_on_its_way_does_not_keep_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Sender.post

    def share_meanwhile(sender: Sender, *arguments: Any) -> Sent:
        sent = post(sender, *arguments)
        if arguments[0] == "C000":
            share(rig, "C000")
        return sent

    monkeypatch.setattr(Sender, "post", share_meanwhile)
    rig.want(card(1, "C000"))
    rig.run_out()
    assert rig.said("C000") == []
    assert rig.direct(OWNER) == ["card 1 (shared)"]


def test_a_channel_shared_between_question_and_send_gets_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    decide = AudienceCheck.decide

    def share_after(guard: AudienceCheck, due: DuePost) -> AudienceDecision:
        decision = decide(guard, due)
        if due.place == "C000" and decision.kind == "clear":
            share(rig, "C000")
        return decision

    monkeypatch.setattr(AudienceCheck, "decide", share_after)
    rig.want(card(1, "C000"))
    rig.run_out()
    assert [call["request"]["channel"] for call in rig.calls("chat.postMessage")] == ["D0OWNER"]
    assert rig.direct(OWNER) == ["card 1 (shared)"]


def test_a_line_for_a_card_that_was_taken_down_for_good_is_dropped_in_silence(rig: Rig) -> None:
    rig.want(card(1, "C000", outcome="paid"))
    rig.run_out()
    share(rig, "C000")
    rig.run_out()
    rig.want(line(1, of=1))
    rig.run_out()
    assert rig.everything_said() == []
