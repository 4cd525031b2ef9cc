"""A message that is wanted stands in Slack once, in order, and is changed in place."""

from __future__ import annotations

from bot.posts.outgoing import OutgoingPost
from tests.delivery.rig import GUEST, OWNER, Rig, card, line


def test_a_wanted_message_is_posted(any_rig: Rig) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.work()
    assert any_rig.said("C000") == ["card 1"]
    assert any_rig.post("renewal:1:card").state == "sent"
    assert any_rig.driver.next_due() is None


def test_a_changed_message_is_updated_in_place_and_several_changes_cost_one_call(any_rig: Rig) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.work()
    for text in ("second", "third", "fourth"):
        any_rig.want(card(1, "C000", text))
    any_rig.work()
    assert any_rig.said("C000") == ["fourth"]
    assert len(any_rig.calls("chat.update")) == 1


def test_a_message_changed_before_it_was_posted_is_posted_as_it_is_now(rig: Rig) -> None:
    rig.want(card(1, "C000"))
    rig.want(card(1, "C000", "newer"))
    rig.run_out()
    assert rig.said("C000") == ["newer"]
    assert not rig.calls("chat.update")


def test_lines_follow_their_card_into_its_thread_in_order(any_rig: Rig) -> None:
    any_rig.want(line(1, of=1), line(2, of=1), card(1, "C000"), line(3, of=1))
    any_rig.run_out()
    assert any_rig.said("C000") == ["card 1", "line 1", "line 2", "line 3"]
    messages = any_rig.channel("C000").messages
    assert {m.thread_ts for m in messages.values() if m.text != "card 1"} == {any_rig.post("renewal:1:card").ts}


def test_a_line_waits_for_the_line_before_it_and_others_pass(rig: Rig) -> None:
    rig.want(card(1, "C000"))
    rig.run_out()
    rig.pass_time(seconds=1)
    rig.break_next("chat.postMessage", "error:service_unavailable")
    rig.want(line(1, of=1), line(2, of=1), card(2, "C001"))
    rig.work()
    rig.pass_time(seconds=1)
    rig.work()
    assert rig.said("C000") == ["card 1"]
    assert rig.said("C001") == ["card 2"]
    rig.run_out()
    assert rig.said("C000") == ["card 1", "line 1", "line 2"]


def test_one_channel_gets_one_post_a_second_and_no_other_channel_waits_for_it(rig: Rig) -> None:
    rig.want(*(card(n, "C000") for n in range(3)), card(9, "C001"))
    rig.work()
    assert (rig.said("C000"), rig.said("C001")) == (["card 0"], ["card 9"])
    due = rig.driver.next_due()
    assert due is not None
    assert (due - rig.now).total_seconds() == 1
    rig.run_out()
    assert rig.said("C000") == ["card 0", "card 1", "card 2"]


def test_a_backlog_is_sent_as_fast_as_the_limits_allow_without_one_refusal(rig: Rig) -> None:
    start = rig.now
    rig.want(*(card(n, f"C{n % 10:03}") for n in range(400)))
    rig.run_out()
    taken = (rig.now - start).total_seconds()
    assert sorted(rig.everything_said()) == sorted(f"card {n}" for n in range(400))
    assert not [call for call in rig.sandbox.platform.traffic.after(0, 20_000) if call["status"] == 429]
    assert taken <= 123, "180 in the first 18 seconds, 180 a minute later, 40 another minute later"


def test_many_changes_stay_within_the_rate_of_updates(rig: Rig) -> None:
    rig.want(*(card(n, f"C{n % 10:03}") for n in range(60)))
    rig.run_out()
    rig.want(*(card(n, f"C{n % 10:03}", f"new {n}") for n in range(60)))
    rig.run_out()
    assert sorted(rig.everything_said()) == sorted(f"new {n}" for n in range(60))
    assert not [call for call in rig.sandbox.platform.traffic.after(0, 20_000) if call["status"] == 429]


def test_slack_asking_to_wait_is_obeyed(rig: Rig) -> None:
    rig.break_next("chat.postMessage", "rate_limited", seconds=30)
    rig.want(card(1, "C000"), card(2, "C001"))
    rig.work()
    assert rig.everything_said() == []
    due = rig.driver.next_due()
    assert due is not None
    assert (due - rig.now).total_seconds() == 30
    rig.run_out()
    assert len(rig.calls("chat.postMessage")) == 3
    assert sorted(rig.everything_said()) == ["card 1", "card 2"]


def test_a_person_is_told_in_a_direct_message_that_is_opened_once(any_rig: Rig) -> None:
    for n in (1, 2):
        any_rig.want(OutgoingPost(f"notice:{n}", "notice", {"text": f"notice {n}"}, recipient=OWNER))
    any_rig.run_out()
    assert any_rig.direct(OWNER) == ["notice 1", "notice 2"]
    assert len(any_rig.calls("conversations.open")) == 1


def test_a_guest_never_gets_a_direct_message(rig: Rig) -> None:
    rig.want(OutgoingPost("notice:1", "notice", {"text": "secret"}, recipient=GUEST))
    rig.run_out()
    assert not rig.direct(GUEST)
    assert rig.post("notice:1").state == "dead"


def test_someone_deleting_a_card_makes_it_come_again_with_its_next_change(rig: Rig) -> None:
    rig.want(card(1, "C000"))
    rig.run_out()
    room = rig.channel("C000")
    room.remove(next(iter(room.messages.values())))
    rig.want(card(1, "C000", "again"), line(1, of=1))
    rig.run_out()
    assert rig.said("C000") == ["again", "line 1"]
