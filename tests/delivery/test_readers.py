"""People are looked at too: a guest in a channel, an owner who became one, and who is told when nobody is an admin."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.db.work import Work
from bot.models import Member
from bot.posts.outgoing import OutgoingPost
from bot.workspace import channels
from tests.delivery.rig import ADMIN, GUEST, OWNER, Rig, card, line
from tests.factories import NOW


def test_a_guest_in_a_channel_holds_back_what_belongs_there(any_rig: Rig) -> None:
    any_rig.channel("C000").members.append(GUEST)
    any_rig.want(card(1, "C000"), line(1, of=1), card(2, "C001"))
    any_rig.run_out()
    assert any_rig.said("C000") == []
    assert any_rig.direct(OWNER) == ["card 1 (guest)", "line 1"]
    assert any_rig.said("C001") == ["card 2"]
    with Work.reading(any_rig.db, any_rig.workspace_id, NOW) as work:
        assert channels.read_by_guests(work) == ["room-0"]


def test_an_app_among_the_members_is_no_reader(rig: Rig) -> None:
    world = rig.sandbox.platform.world
    world.users["U0OTHER"] = type(world.bot)("U0OTHER", "other", "Other app", is_bot=True, team_id=world.id)
    rig.channel("C000").members.append("U0OTHER")
    rig.want(card(1, "C000"))
    rig.run_out()
    assert rig.said("C000") == ["card 1"]


@pytest.mark.parametrize("told", [True, False])
def test_a_card_leaves_a_channel_into_which_a_guest_comes(any_rig: Rig, told: bool) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    any_rig.channel("C000").members.append(GUEST)
    if told:
        with Work.writing(any_rig.db, any_rig.workspace_id, any_rig.now) as work:
            channels.look_who_reads(work, "C000")
    else:
        any_rig.pass_time(minutes=6)
        any_rig.want(card(1, "C000", "newer"))
    any_rig.run_out()
    assert any_rig.said("C000") == []
    assert any_rig.direct(OWNER) == ["card 1 (guest)" if told else "newer (guest)"]


def test_guests_may_read_where_the_workspace_says_so_and_no_longer_when_it_does_not(any_rig: Rig) -> None:
    def allow(allowed: bool) -> None:
        with Work.writing(any_rig.db, any_rig.workspace_id, any_rig.now) as work:
            channels.let_guests_read(work, allowed)

    any_rig.channel("C000").members.append(GUEST)
    any_rig.channel("C001").is_ext_shared = True
    allow(True)
    any_rig.want(card(1, "C000"), card(2, "C001"))
    any_rig.run_out()
    assert any_rig.said("C000") == ["card 1"]
    assert any_rig.said("C001") == [], "another company never may"
    assert not any_rig.calls("conversations.members")
    allow(False)
    any_rig.run_out()
    assert any_rig.said("C000") == []


def test_an_owner_who_became_a_guest_while_nobody_listened_is_told_nothing_more(any_rig: Rig) -> None:
    any_rig.channel("C000").is_ext_shared = True
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    any_rig.sandbox.platform.world.users[OWNER].is_guest = True
    any_rig.pass_time(days=1, seconds=1)
    any_rig.want(card(1, "C000", "secret"), line(1, of=1, text="secret line"))
    any_rig.run_out()
    assert any_rig.direct(OWNER) == ["card 1 (shared)"]


def test_while_slack_does_not_say_who_someone_is_what_they_would_be_told_waits(rig: Rig) -> None:
    rig.channel("C000").is_ext_shared = True
    for method in ("users.list", "users.info"):
        rig.break_next(method, "http_500_before", times=3)
    rig.want(card(1, "C000"), card(2, "C001"))
    rig.work()
    assert rig.direct(OWNER) == []
    rig.run_out()
    assert rig.direct(OWNER) == ["card 1 (shared)"]
    assert rig.said("C001") == ["card 2"]


def test_without_an_admin_a_manager_hears_of_what_could_not_be_sent(rig: Rig) -> None:
    with rig.db.transaction() as session:
        session.get_one(Member, rig.people[ADMIN]).role = "manager"
    rig.break_next("chat.postMessage", "error:msg_too_long")
    rig.want(card(1, "C000"))
    rig.run_out()
    assert rig.direct(ADMIN) == ["The message is too long"]


def test_who_is_in_a_channel_is_asked_again_only_when_something_may_have_changed(rig: Rig) -> None:
    rig.want(card(1, "C000"))
    rig.run_out()
    for text in ("second", "third"):
        rig.pass_time(minutes=10)
        rig.want(card(1, "C000", text))
        rig.run_out()
    assert len(rig.calls("conversations.members")) == 1
    rig.pass_time(hours=1)
    rig.want(card(1, "C000", "fourth"))
    rig.run_out(until=timedelta(minutes=1))
    assert len(rig.calls("conversations.members")) == 2


@pytest.mark.parametrize("who", ["guest", "company"])
def test_each_who_is_asked_gets_a_copy_where_others_read_the_channel(any_rig: Rig, who: str) -> None:
    if who == "guest":
        any_rig.channel("C000").members.append(GUEST)
    else:
        any_rig.channel("C000").is_ext_shared = True
    any_rig.want(pulse(1, "C000", OWNER, ADMIN))
    any_rig.run_out()
    assert any_rig.said("C000") == []
    assert any_rig.direct(OWNER) == [f"pulse 1 ({'guest' if who == 'guest' else 'shared'})"]
    assert any_rig.direct(ADMIN) == ["pulse 1 (personal)"]
    any_rig.want(pulse(1, "C000", OWNER, ADMIN, text="newer"))
    any_rig.run_out()
    assert any_rig.direct(ADMIN) == ["pulse 1 (personal)"], "a copy changes by its own key"


def test_without_an_owner_each_who_is_asked_gets_a_copy_and_nothing_is_lost(rig: Rig) -> None:
    rig.channel("C000").is_ext_shared = True
    rig.want(replace(pulse(1, "C000", OWNER, ADMIN), owner=None))
    rig.run_out()
    assert rig.direct(OWNER) == rig.direct(ADMIN) == ["pulse 1 (personal)"]


def test_who_works_waits_for_no_owner_who_does_not(rig: Rig) -> None:
    rig.channel("C000").is_ext_shared = True
    with Work.writing(rig.db, rig.workspace_id, rig.now) as work:
        work.session.get_one(Member, rig.people[OWNER]).away_until = (rig.now + timedelta(days=14)).date()
        work.session.flush()
        channels.mark_shared(work, "C000", True)
    rig.want(pulse(1, "C000", OWNER, ADMIN))
    rig.run_out(until=timedelta(minutes=5))
    assert rig.direct(ADMIN) == ["pulse 1 (personal)"] and rig.direct(OWNER) == []


@pytest.mark.parametrize("who", ["guest", "company"])
@pytest.mark.parametrize("by", [OWNER, ADMIN])
def test_nobody_is_told_what_they_just_did_where_others_read(any_rig: Rig, who: str, by: str) -> None:
    if who == "guest":
        any_rig.channel("C000").members.append(GUEST)
    else:
        any_rig.channel("C000").is_ext_shared = True
    any_rig.want(card(1, "C000"), touch(1, "C000", by, under=1), touch(2, "C000", by))
    any_rig.run_out()
    told = ["card 1 (shared)" if who == "company" else "card 1 (guest)"]
    assert any_rig.direct(OWNER) == told + (["touch 1", "touch 2"] if by == ADMIN else [])
    assert any_rig.direct(ADMIN) == [] and any_rig.said("C000") == []
    if by == OWNER:
        assert [any_rig.post(f"touch:{n}:line").error for n in (1, 2)] == [None, None], "which is no loss"


@pytest.mark.parametrize("who", ["guest", "company"])
def test_what_was_said_is_taken_out_cards_first_and_only_what_lives_on_is_said_anew(any_rig: Rig, who: str) -> None:
    check = OutgoingPost("check:1", "health_line", {"text": "check of last year"}, channel="C000", owner=OWNER)
    any_rig.want(card(1, "C000"), *(line(n, of=1) for n in range(4)), check, card(2, "C000", outcome="lost"))
    any_rig.want(card(3, "C000"))
    any_rig.run_out()
    stood = [any_rig.post(f"renewal:{n}:card").ts for n in (1, 2, 3)] + [any_rig.post("check:1").ts]
    with Work.writing(any_rig.db, any_rig.workspace_id, any_rig.now) as work:
        if who == "guest":
            any_rig.channel("C000").members.append(GUEST)
            channels.remember_members(work, "C000", True)
        else:
            any_rig.channel("C000").is_ext_shared = True
            channels.mark_shared(work, "C000", True)
    any_rig.run_out()
    assert any_rig.said("C000") == []
    why = "guest" if who == "guest" else "shared"
    assert any_rig.direct(OWNER) == [f"card 1 ({why})", f"card 3 ({why})"]
    assert any_rig.direct(ADMIN) == [], "and none of it is a loss"
    removed = [call["request"]["ts"] for call in any_rig.calls("chat.delete")]
    assert len(removed) == 8 and sorted(removed[:4]) == sorted(stood)


@pytest.mark.parametrize("kind", ["drop_reply", "http_500_before"])
@pytest.mark.parametrize("who", ["guest", "company"])
def test_a_removal_nobody_saw_the_end_of_is_made_good_when_the_channel_is_open_again(
    any_rig: Rig, who: str, kind: str
) -> None:
    any_rig.want(*(card(n, "C000") for n in range(4)), line(1, of=1))
    any_rig.run_out()
    come_and_go(any_rig, who, True)
    any_rig.break_next("chat.delete", kind, times=5)
    any_rig.work()
    come_and_go(any_rig, who, False)
    any_rig.run_out()
    assert sorted(any_rig.said("C000")) == ["card 0", "card 1", "card 2", "card 3", "line 1"]
    assert any_rig.direct(OWNER) == []


@pytest.mark.parametrize("who", ["guest", "company"])
def test_a_card_that_comes_back_stands_once_and_one_that_is_over_does_not_come(any_rig: Rig, who: str) -> None:
    any_rig.want(card(1, "C000"), card(2, "C000"), card(3, "C001"))
    any_rig.run_out()
    come_and_go(any_rig, who, True)
    any_rig.run_out()
    any_rig.want(card(2, "C000", outcome="lost"))
    any_rig.run_out()
    for _ in range(2):
        come_and_go(any_rig, who, False)
        any_rig.run_out()
    assert any_rig.said("C000") == ["card 1", "back"] and any_rig.said("C001") == ["card 3"]
    assert any_rig.post("renewal:1:card").recipient is None
    assert len(any_rig.direct(OWNER)) == 2
    any_rig.want(line(1, of=1), card(1, "C000", "newer"))
    any_rig.run_out()
    assert any_rig.said("C000") == ["newer", "back", "line 1"]


def test_a_card_that_waits_for_its_owners_morning_comes_back_without_having_been_sent(rig: Rig) -> None:
    rig.pass_time(hours=13)
    rig.want(card(1, "C000"))
    rig.run_out(until=timedelta(minutes=5))
    come_and_go(rig, "company", True)
    rig.run_out(until=timedelta(minutes=5))
    assert rig.said("C000") == []
    come_and_go(rig, "company", False)
    rig.run_out(until=timedelta(minutes=5))
    assert rig.said("C000") == ["card 1"]
    rig.run_out()
    assert rig.direct(OWNER) == []


def come_and_go(rig: Rig, who: str, come: bool) -> None:
    """Somebody who is not of the team begins to read in C000, or does no longer; cards then come back."""
    channel = rig.channel("C000")
    if who == "company":
        channel.is_ext_shared = come
    elif come:
        channel.members.append(GUEST)
    elif GUEST in channel.members:
        channel.members.remove(GUEST)
    with Work.writing(rig.db, rig.workspace_id, rig.now) as work:
        info = {"id": "C000", "name": "room-0", "is_ext_shared": channel.is_ext_shared}
        channels.remember(work, info)
        channels.remember_members(work, "C000", GUEST in channel.members)


def pulse(n: int, channel: str, *people: str, text: str | None = None) -> OutgoingPost:
    asked = [{"slack_id": one, "name": one, "role": ""} for one in people]
    facts = {
        **{"round_id": n, "account_id": n, "account": "A", "as_of": "", "opened_on": "", "closes_on": "", "cadence": 1},
        "text": text or f"pulse {n}",
        "routed": "",
        "asked": asked,
    }
    return OutgoingPost(f"pulse:{n}:card", "pulse_card", facts, channel=channel, owner=OWNER)


def touch(n: int, channel: str, by: str, under: int | None = None) -> OutgoingPost:
    parent = f"renewal:{under}:card" if under else None
    facts = {"text": f"touch {n}"}
    return OutgoingPost(f"touch:{n}:line", "touch_line", facts, channel, owner=OWNER, thread_of=parent, by=by)
