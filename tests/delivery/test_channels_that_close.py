"""A channel that others come to read and leave: taken out at once, told once, and what lives on comes back once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.db.work import Work
from bot.models import Member
from bot.posts import records as post_records
from bot.posts.outgoing import OutgoingPost
from bot.slack.outcomes import DONE, Outcome
from bot.slack.renderers import RENDERERS
from bot.slack.sender import Sender
from bot.workspace import channels
from tests.delivery.rig import ADMIN, GUEST, OWNER, Rig, card, line
from tests.delivery.test_readers import come_and_go, pulse
from tests.factories import NOW

REFUSED = "error:compliance_exports_prevent_deletion"


class Killed(BaseException):
    """The process is no more."""


@pytest.mark.parametrize("who", ["guest", "company"])
def test_an_owner_is_told_once_who_came_and_what_was_taken_out(any_rig: Rig, who: str) -> None:
    any_rig.want(*(card(n, "C000") for n in range(5)), line(1, of=1), card(9, "C001"))
    any_rig.run_out()
    any_rig.channel("C000").members.append(GUEST)
    any_rig.channel("C000").is_ext_shared = who == "company"
    with Work.writing(any_rig.db, any_rig.workspace_id, any_rig.now) as work:
        if who == "company":
            channels.mark_shared(work, "C000", True)
        else:
            channels.look_who_reads(work, "C000")
    any_rig.run_out()
    assert any_rig.told_of_closed(OWNER) == [f"C000: {'Guest' if who == 'guest' else 'shared'}, 5 out"]
    assert any_rig.told_of_closed(ADMIN) == []
    any_rig.pass_time(hours=2)
    any_rig.want(card(9, "C000", "moved nowhere"), card(3, "C000", "newer"))
    any_rig.run_out()
    assert len(any_rig.told_of_closed(OWNER)) == 1, "it is closed still, which is no news"


def test_many_messages_are_out_or_blank_within_seconds(rig: Rig) -> None:
    rig.want(*(card(n, f"C{n % 2:03}") for n in range(80)))
    rig.run_out()
    rig.pass_time(minutes=5)
    began = rig.now
    come_and_go(rig, "company", True)
    for channel in ("C001",):
        rig.channel(channel).is_ext_shared = True
        with Work.writing(rig.db, rig.workspace_id, rig.now) as work:
            channels.mark_shared(work, channel, True)
    rig.run_out(until=timedelta(seconds=5))
    assert rig.now - began < timedelta(seconds=10)
    left = {text for channel in ("C000", "C001") for text in rig.said(channel)}
    assert left <= {"This message was taken out."}
    rig.run_out(until=timedelta(minutes=2))
    assert rig.said("C000") == rig.said("C001") == []


def test_what_may_not_be_deleted_is_blanked_and_told_to_its_owner(any_rig: Rig) -> None:
    over = OutgoingPost("check:1", "health_line", {"text": "a check"}, channel="C000", owner=OWNER)
    any_rig.want(card(1, "C000"), over)
    any_rig.run_out()
    any_rig.break_next("chat.delete", REFUSED, times=100)
    come_and_go(any_rig, "guest", True)
    any_rig.run_out()
    assert any_rig.said("C000") == ["This message was taken out."] * 2
    assert any_rig.direct(OWNER) == ["card 1 (guest)"]
    assert any_rig.direct(ADMIN) == [], "and none of it is a loss"
    come_and_go(any_rig, "guest", False)
    any_rig.run_out()
    assert sorted(any_rig.said("C000")) == ["a check", "back", "card 1"], "nothing stands blank beside them"
    [moved] = any_rig.direct(OWNER)
    assert moved == "moved to C000"
    before = any_rig.post("renewal:1:card").ts
    any_rig.want(card(1, "C000", "newer"))
    any_rig.run_out()
    assert sorted(any_rig.said("C000")) == ["a check", "back", "newer"]
    assert any_rig.post("renewal:1:card").ts == before


def test_a_card_that_came_back_into_what_was_blank_can_be_taken_out_again(any_rig: Rig) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    for _ in range(2):
        any_rig.break_next("chat.delete", REFUSED, times=100)
        come_and_go(any_rig, "guest", True)
        any_rig.run_out()
        assert any_rig.said("C000")[0] == "This message was taken out."
        come_and_go(any_rig, "guest", False)
        any_rig.run_out()
        assert any_rig.said("C000").count("card 1") == 1
    assert "This message was taken out." not in any_rig.said("C000")


@pytest.mark.parametrize("is_night", [True, False])
def test_a_card_whose_owner_was_not_told_yet_comes_back_into_what_was_blank(any_rig: Rig, is_night: bool) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    if is_night:
        any_rig.pass_time(hours=13)
    any_rig.break_next("chat.delete", REFUSED, times=100)
    come_and_go(any_rig, "guest", True)
    any_rig.run_out(until=timedelta(minutes=2))
    assert any_rig.said("C000") == ["This message was taken out."]
    assert any_rig.direct(OWNER) == ([] if is_night else ["card 1 (guest)"])
    come_and_go(any_rig, "guest", False)
    any_rig.run_out(until=timedelta(minutes=2))
    assert [one for one in any_rig.said("C000") if one != "back"] == ["card 1"]
    any_rig.pass_time(hours=14)
    any_rig.run_out()
    assert any_rig.direct(OWNER) == ([] if is_night else ["moved to C000"])


@pytest.mark.parametrize("is_done", [True, False])
@pytest.mark.parametrize("who", ["guest", "company"])
def test_a_worker_that_dies_while_it_takes_a_card_out_leaves_it_standing_once(
    any_rig: Rig, monkeypatch: pytest.MonkeyPatch, who: str, is_done: bool
) -> None:
    any_rig.want(card(1, "C000"), card(2, "C000"), line(1, of=1))
    any_rig.run_out()
    come_and_go(any_rig, who, True)
    delete = Sender.delete

    def die(sender: Sender, *arguments: Any) -> Outcome:
        if is_done:
            assert delete(sender, *arguments) == DONE
        raise Killed

    monkeypatch.setattr(Sender, "delete", die)
    with pytest.raises(Killed):
        any_rig.work()
    monkeypatch.setattr(Sender, "delete", delete)
    assert [any_rig.post(f"renewal:{n}:card").state for n in (1, 2)].count("removing") == 1
    come_and_go(any_rig, who, False)
    any_rig.run_out()
    assert sorted(any_rig.said("C000")) == ["card 1", "card 2", "line 1"]
    assert any_rig.direct(OWNER) == []


def test_a_channel_that_opens_while_a_card_is_taken_out_has_it_back(
    any_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    come_and_go(any_rig, "company", True)
    delete = Sender.delete

    def open_meanwhile(sender: Sender, *arguments: Any) -> Outcome:
        outcome = delete(sender, *arguments)
        come_and_go(any_rig, "company", False)
        return outcome

    monkeypatch.setattr(Sender, "delete", open_meanwhile)
    any_rig.run_out()
    assert any_rig.said("C000") == ["card 1"] and any_rig.direct(OWNER) == []


def test_that_a_guest_left_is_noticed_by_night_if_nobody_told(any_rig: Rig) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    come_and_go(any_rig, "guest", True)
    any_rig.run_out()
    any_rig.channel("C000").members.remove(GUEST)
    any_rig.pass_time(hours=6)
    any_rig.run_out(until=timedelta(minutes=5))
    assert any_rig.said("C000") == [], "no event told of it"
    with Work.writing(any_rig.db, any_rig.workspace_id, any_rig.now) as work:
        channels.doubt_closed(work)
    any_rig.work()
    any_rig.run_out()
    assert any_rig.said("C000") == ["card 1", "back"]
    asked = len(any_rig.calls("conversations.info"))
    any_rig.work()
    assert len(any_rig.calls("conversations.info")) == asked, "and is asked about no more"


@pytest.mark.parametrize("who", ["guest", "company"])
def test_pulses_and_questions_for_a_check_come_back_and_old_questions_do_not(any_rig: Rig, who: str) -> None:
    facts = {"text": "a question", "routed": ""}
    old = OutgoingPost("health:1:prompt:old", "health_prompt", {**facts, "text": "old"}, channel="C000", owner=OWNER)
    any_rig.want(old)
    any_rig.run_out()
    any_rig.pass_time(days=56)
    new = OutgoingPost("health:1:prompt:new", "health_prompt", facts, channel="C000", owner=OWNER)
    any_rig.want(new, pulse(1, "C000", OWNER), pulse(2, "C000", OWNER, text="ended"))
    any_rig.run_out()
    come_and_go(any_rig, who, True)
    any_rig.run_out()
    assert len(any_rig.direct(OWNER)) == 3 and not any("old" in text for text in any_rig.direct(OWNER))
    ended = pulse(2, "C000", OWNER, text="ended")
    any_rig.want(OutgoingPost(**{**vars_of(ended), "facts": {**ended.facts, "closed_on": "2026-05-01"}}))
    any_rig.run_out()
    come_and_go(any_rig, who, False)
    any_rig.run_out()
    assert sorted(any_rig.said("C000")) == ["a question", "back", "back", "pulse 1"]


def vars_of(post: OutgoingPost) -> dict[str, Any]:
    return {name: getattr(post, name) for name in OutgoingPost.__dataclass_fields__}


def test_an_owner_who_manages_may_let_guests_read_and_nobody_is_told_that_who_may_not(any_rig: Rig) -> None:
    with any_rig.db.transaction() as session:
        session.get_one(Member, any_rig.people[OWNER]).role = "manager"
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    come_and_go(any_rig, "guest", True)
    any_rig.run_out()
    with Work.reading(any_rig.db, any_rig.workspace_id, NOW) as work:
        assert post_records.may_send(work) == (None, False)
    with Work.writing(any_rig.db, any_rig.workspace_id, any_rig.now) as work:
        channels.let_guests_read(work, True)
    any_rig.run_out()
    assert any_rig.said("C000") == ["card 1", "back"]


def of_kind(kind: str, **facts: str) -> OutgoingPost:
    """A message of a feature in the account's channel, whose owner is told instead."""
    return OutgoingPost(f"{kind}:1", kind, {"text": f"a {kind}", **facts}, channel="C000", owner=OWNER)


@pytest.mark.parametrize("who", ["guest", "company"])
def test_of_every_kind_nothing_stands_where_others_read_and_nothing_is_said_that_was_not(rig: Rig, who: str) -> None:
    # What the bot says of itself goes other ways, and a pulse's card to each who was asked: tests above and below.
    named = sorted(RENDERERS.keys() - {"answer", "channel_closed", "card_moved", "card_back", "pulse_card"})
    rig.want(*(of_kind(kind) for kind in named))
    rig.run_out()
    assert sorted(rig.said("C000")) == [f"a {kind}" for kind in named]
    come_and_go(rig, who, True)
    rig.run_out()
    assert rig.said("C000") == []
    told = len(rig.direct(OWNER))
    rig.want(*(replace(of_kind(kind), key=f"{kind}:2") for kind in named))
    rig.run_out()
    assert rig.said("C000") == [] and len(rig.direct(OWNER)) >= told
    assert rig.direct(ADMIN) == [], "none of it is a loss"


@pytest.mark.parametrize(
    ("kind", "facts", "is_told"),
    [
        ("competitor_claim", {"answer": ""}, True),
        ("competitor_claim", {"answer": "We match it"}, False),
        ("trigger_notice", {"outcome": ""}, True),
        ("trigger_notice", {"outcome": "ended"}, False),
        ("nurture", {"state": "open"}, True),
        ("nurture", {"state": "sent"}, False),
        ("autopsy", {}, False),
        ("overview", {}, False),
    ],
)
def test_what_still_waits_for_somebody_is_told_to_its_owner_until_it_is_old(
    rig: Rig, kind: str, facts: dict[str, str], is_told: bool
) -> None:
    rig.want(replace(of_kind(kind, **facts), key=f"{kind}:old", facts={"text": "old", **facts}))
    rig.run_out()
    rig.pass_time(days=91)
    rig.want(of_kind(kind, **facts))
    rig.run_out()
    come_and_go(rig, "guest", True)
    rig.run_out()
    assert rig.said("C000") == [] and rig.direct(OWNER) == ([f"a {kind}"] if is_told else [])
