"""The guard's judgements one by one, over a Slack that says what the test gives it: what is asked, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select, update

from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Channel, Member, Workspace
from bot.posts.queue import DuePost
from bot.slack.limits import PER_MINUTE, Limits
from bot.slack.outcomes import DONE, Outcome, Status
from bot.slack.sender import ApiAnswer, Sender
from bot.workspace import channels as workspace_channels
from bot.workspace import members
from scheduler import audience as audience_audience
from scheduler import readers
from scheduler.audience import AudienceCheck
from scheduler.context import DeliveryContext
from scheduler.decisions import (
    ARCHIVED,
    CLEAR,
    GUESTS,
    NEEDLESS,
    OUTSIDER,
    SHARED,
    STRANGER,
    AudienceDecision,
    DecisionKind,
    unanswered,
)
from scheduler.leases import LeaseKeeper
from scheduler.readers import Readers
from tests.factories import make_channel, make_member, make_workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEAM, US = "T0RIG", "U0BOT"
STOPPED = Outcome(Status.STOPPED, "invalid_auth", "The token is wrong.")
NOT_THERE = Outcome(Status.UNREACHABLE, "user_not_found", "Nobody of that id.")
LATER = Outcome(Status.LATER, "ratelimited", "Slow down.", retry_after=30)


@dataclass
class Slack:
    """Says what it was given, the last of it again and again, and remembers what it was asked."""

    says: dict[str, list[ApiAnswer]] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def will(self, method: str, *said: Mapping[str, Any] | Outcome) -> None:
        """The answers of one method, in order."""
        self.says[method] = [ApiAnswer(one, {}) if isinstance(one, Outcome) else ApiAnswer(DONE, one) for one in said]

    def _say(self, method: str, *arguments: str) -> ApiAnswer:
        self.asked.append((method, *arguments))
        said = self.says[method]
        return said.pop(0) if len(said) > 1 else said[0]

    def channel_info(self, channel: str) -> ApiAnswer:
        """As `Sender.channel_info`."""
        return self._say("conversations.info", channel)

    def channel_page(self, cursor: str) -> ApiAnswer:
        """As `Sender.channel_page`."""
        return self._say("conversations.list", cursor)

    def members_page(self, channel: str, cursor: str) -> ApiAnswer:
        """As `Sender.members_page`."""
        return self._say("conversations.members", channel, cursor)

    def person_info(self, slack_id: str) -> ApiAnswer:
        """As `Sender.person_info`."""
        return self._say("users.info", slack_id)

    def people_page(self, cursor: str) -> ApiAnswer:
        """As `Sender.people_page`."""
        return self._say("users.list", cursor)


class Scene:
    """One workspace, its guard, and two clocks: `now` of what is written, `steady` of limits and pauses."""

    def __init__(self, db: Database) -> None:
        self.db, self.now, self.steady = db, NOW, NOW - timedelta(days=400)
        self.limits = Limits(180)
        self.slack = Slack()
        with db.transaction() as session:
            # Another company's team, so that nothing of it is taken for ours.
            make_workspace(session, team_id="T0OTHER", bot_user_id="U0THEIRS")
            self.workspace_id = make_workspace(session, team_id=TEAM, bot_user_id=US).id
        means = DeliveryContext(
            db, lambda: self.now, cast(LeaseKeeper, None), cast(Sender, self.slack), self.limits, self.workspace_id,
            lambda: self.steady,
        )  # fmt: skip
        self.guard, self.readers = AudienceCheck(means), Readers(means)

    def asked(self, method: str) -> list[tuple[str, ...]]:
        """With what Slack was asked, by one method."""
        return [one[1:] for one in self.slack.asked if one[0] == method]

    def use_up(self, method: str) -> datetime:
        """No more calls of a method for a minute; when it is over, by `now`."""
        for _ in range(PER_MINUTE[method]):
            self.limits.count(method, self.steady)
        return self.now + timedelta(minutes=1)

    def pass_time(self, **amount: float) -> None:
        """Both clocks go on."""
        self.now, self.steady = self.now + timedelta(**amount), self.steady + timedelta(**amount)

    def know(self, *slack_ids: str, checked_at: datetime | None = NOW, is_outsider: bool = False) -> None:
        """People the bot has met."""
        with self.db.transaction() as session:
            workspace = session.get_one(Workspace, self.workspace_id)
            for one in slack_ids:
                make_member(session, workspace, one, slack_id=one, checked_at=checked_at, is_outsider=is_outsider)

    def member(self, slack_id: str) -> Any:
        """What is known of a person."""
        with self.db.reading() as session:
            return session.execute(
                select(Member.__table__).where(Member.workspace_id == self.workspace_id, Member.slack_id == slack_id)
            ).one_or_none()

    def channel(self, slack_id: str = "C1") -> Any:
        """What is known of a channel."""
        with self.db.reading() as session:
            return session.execute(
                select(Channel.__table__).where(Channel.workspace_id == self.workspace_id, Channel.slack_id == slack_id)
            ).one_or_none()


@pytest.fixture
def scene(db: Database) -> Scene:
    """A workspace whose channels and people are asked about."""
    return Scene(db)


def due(place: str | None = "C1", **values: Any) -> DuePost:
    """A post for a place of which all is known, and nothing speaks against it."""
    filled: dict[str, Any] = {one.name: None for one in fields(DuePost)}
    filled |= {
        "kind": "notice", "facts": {}, "place": place,
        "channel_shared": False, "channel_guests": False, "channel_members": 2,
        "channel_members_at": NOW, "channel_checked_at": NOW,
        "reader": "U1", "reader_known": True, "reader_outside": False, "reader_checked_at": NOW,
    }  # fmt: skip
    return DuePost(**{**filled, **values})


def user(slack_id: str, **values: Any) -> dict[str, Any]:
    """Somebody of the team, as Slack shows them."""
    return {"id": slack_id, "name": slack_id, "team_id": TEAM, **values}


GUEST = {"is_restricted": True}


@pytest.mark.parametrize("place", ["D1", "U1"])
def test_a_direct_message_goes_to_somebody_known_of_the_team_only(scene: Scene, place: str) -> None:
    assert scene.guard.decide(due(place)) is CLEAR
    assert scene.guard.decide(due(place, reader_known=False)) is STRANGER
    assert scene.guard.decide(due(place, reader_outside=True)) is OUTSIDER
    assert not scene.slack.asked


def test_nobody_is_told_directly_what_they_have_just_done(scene: Scene) -> None:
    own = due("D1", kind="touch_line", caused_by="U1")
    assert scene.guard.decide(own) is NEEDLESS
    assert scene.guard.decide(replace(own, caused_by="U2")) is CLEAR
    assert scene.guard.decide(replace(own, ts="1.0")) is CLEAR, "what stands already stays"


def test_who_was_not_asked_about_for_a_day_is_asked_about_before_they_are_told(scene: Scene) -> None:
    scene.slack.will(
        "users.info", {"user": user("U1")}, {"user": user("U1", **GUEST)}, {"user": user("U1", is_bot=True)}
    )
    old = due("D1", reader_checked_at=NOW - timedelta(days=1))
    assert scene.guard.decide(due("D1", reader_checked_at=NOW - timedelta(days=1, seconds=-1))) is CLEAR
    assert scene.slack.asked == []
    assert scene.guard.decide(old) is CLEAR
    assert (scene.member("U1").is_outsider, scene.member("U1").checked_at) == (False, NOW)
    assert scene.guard.decide(old) is OUTSIDER
    assert scene.guard.decide(old) is OUTSIDER, "an app is nobody to be told"
    assert scene.asked("users.info") == [("U1",)] * 3


def test_who_has_no_more_account_is_told_nothing(scene: Scene) -> None:
    scene.slack.will("users.info", {})
    assert scene.guard.decide(due("D1", reader_checked_at=None)) is OUTSIDER
    assert scene.member("U1").left_at == NOW


def test_while_slack_may_not_be_asked_or_does_not_say_a_direct_message_waits(scene: Scene) -> None:
    old = due("D1", reader_checked_at=None)
    scene.slack.will("users.info", LATER, STOPPED, NOT_THERE)
    assert scene.guard.decide(old) == AudienceDecision(DecisionKind.WAIT, again_at=NOW + timedelta(seconds=30))
    assert scene.guard.decide(old) == AudienceDecision(DecisionKind.STOPPED, "The token is wrong.")
    assert scene.guard.decide(old) == AudienceDecision(DecisionKind.OUTSIDER, "Nobody of that id.")
    free = scene.use_up("users.info")
    assert scene.guard.decide(old) == AudienceDecision(DecisionKind.WAIT, again_at=free)
    assert len(scene.slack.asked) == 3


def test_what_slack_said_of_a_channel_holds_for_five_minutes(scene: Scene) -> None:
    just = NOW - timedelta(minutes=5, seconds=-1)
    assert scene.guard.decide(due(channel_checked_at=just)) is CLEAR
    assert scene.guard.decide(due(channel_checked_at=just, channel_shared=True)) is SHARED
    assert scene.slack.asked == []
    scene.slack.will("conversations.info", {"channel": {"id": "C1", "name": "room", "num_members": 2}})
    assert scene.guard.decide(due(channel_checked_at=NOW - timedelta(minutes=5), channel_shared=True)) is CLEAR
    assert scene.slack.asked == [("conversations.info", "C1")]
    assert (scene.channel().name, scene.channel().checked_at) == ("room", NOW)


@pytest.mark.parametrize(
    ("said", "decided"),
    [
        ({"is_ext_shared": True}, SHARED),
        ({"is_archived": True}, ARCHIVED),
        ({"is_archived": True, "is_ext_shared": True}, ARCHIVED),
        ({"num_members": 2}, CLEAR),
        ({}, CLEAR),
    ],
)
def test_a_channel_is_judged_by_what_slack_says_of_it(
    scene: Scene, said: dict[str, Any], decided: AudienceDecision
) -> None:
    scene.slack.will("conversations.info", {"channel": {"id": "C1", **said}})
    assert scene.guard.decide(due(channel_checked_at=None)) is decided
    assert scene.slack.asked == [("conversations.info", "C1")]
    assert scene.channel().is_shared is bool(said.get("is_ext_shared"))


def test_while_slack_may_not_be_asked_or_does_not_say_what_goes_to_a_channel_waits(scene: Scene) -> None:
    old = due(channel_checked_at=None)
    scene.slack.will("conversations.info", LATER, STOPPED, NOT_THERE)
    assert scene.guard.decide(old) == AudienceDecision(DecisionKind.WAIT, again_at=NOW + timedelta(seconds=30))
    assert scene.guard.decide(old) == AudienceDecision(DecisionKind.STOPPED, "The token is wrong.")
    assert scene.guard.decide(old) == AudienceDecision(DecisionKind.UNREACHABLE, "Nobody of that id.")
    free = scene.use_up("conversations.info")
    assert scene.guard.decide(old) == AudienceDecision(DecisionKind.WAIT, again_at=free)
    assert len(scene.slack.asked) == 3


@pytest.mark.parametrize(
    ("outcome", "decided"),
    [
        (Outcome(Status.LATER), AudienceDecision(DecisionKind.WAIT, again_at=NOW + timedelta(seconds=5))),
        (
            Outcome(Status.LATER, retry_after=7),
            AudienceDecision(DecisionKind.WAIT, again_at=NOW + timedelta(seconds=7)),
        ),
        (
            Outcome(Status.UNKNOWN, retry_after=7),
            AudienceDecision(DecisionKind.WAIT, again_at=NOW + timedelta(seconds=7)),
        ),
        (Outcome(Status.STOPPED, reason="why"), AudienceDecision(DecisionKind.STOPPED, "why")),
        *(
            (Outcome(end, reason="why"), AudienceDecision(DecisionKind.UNREACHABLE, "why"))
            for end in (Status.UNREACHABLE, Status.NOT_MEMBER, Status.REFUSED, Status.GONE, Status.BAD_BLOCKS)
        ),
    ],
)
def test_what_follows_when_slack_does_not_say_who_reads_there(outcome: Outcome, decided: AudienceDecision) -> None:
    assert unanswered(outcome, NOW) == decided


def test_who_is_in_a_channel_holds_for_an_hour_and_as_long_as_their_number_is_the_same(scene: Scene) -> None:
    scene.know("U1")
    scene.slack.will("conversations.members", {"members": ["U1", US]})
    assert scene.readers.in_channel(due(), None) is CLEAR
    assert scene.readers.in_channel(due(), 2) is CLEAR
    assert scene.readers.in_channel(due(channel_guests=True), 2) is GUESTS
    assert scene.readers.in_channel(due(channel_members_at=NOW - timedelta(minutes=59)), None) is CLEAR
    assert scene.slack.asked == []
    assert scene.readers.in_channel(due(channel_members_at=NOW - timedelta(hours=1)), 2) is CLEAR
    assert scene.readers.in_channel(due(channel_guests=True), 3) is CLEAR
    assert scene.slack.asked == [("conversations.members", "C1", "")] * 2
    assert (scene.channel().has_guests, scene.channel().members_checked_at) == (False, NOW)


def test_the_guard_counts_the_members_it_was_just_told_of(scene: Scene) -> None:
    scene.know("U1")
    scene.slack.will("conversations.info", {"channel": {"id": "C1", "num_members": 3}})
    scene.slack.will("conversations.members", {"members": ["U1", "U2"]})
    scene.slack.will("users.info", {"user": user("U2", **GUEST)})
    assert scene.guard.decide(due(channel_checked_at=None)) is GUESTS
    assert scene.channel().has_guests
    assert scene.guard.guests_may_read is False, "nobody has allowed it"
    scene.guard.guests_may_read = True
    assert scene.guard.decide(due(channel_checked_at=None, channel_guests=True)) is CLEAR
    assert scene.guard.decide(due(channel_shared=True)) is SHARED, "another company never may"
    assert len(scene.asked("conversations.members")) == 1


def test_pages_are_read_to_the_end_and_go_on_where_the_limit_stopped_them(scene: Scene) -> None:
    scene.know("U1")
    scene.slack.will(
        "conversations.members",
        {"members": ["U1"], "response_metadata": {"next_cursor": "two"}},
        {"members": ["U9"], "response_metadata": {"next_cursor": "three"}},
        {"response_metadata": {"next_cursor": ""}},
        {"members": ["U1"]},
    )
    scene.slack.will("users.info", {"user": user("U9", **GUEST)})
    old = due(channel_members_at=None)
    for _ in range(PER_MINUTE["conversations.members"] - 1):
        scene.limits.count("conversations.members", scene.steady)
    # Its second page uses up the limit.
    plain = scene.slack.members_page

    def counted(channel: str, cursor: str) -> ApiAnswer:
        scene.limits.count("conversations.members", scene.steady)
        return plain(channel, cursor)

    scene.slack.members_page = counted  # type: ignore[method-assign]
    assert scene.readers.in_channel(old, None) == AudienceDecision(
        DecisionKind.WAIT, again_at=NOW + timedelta(minutes=1)
    )
    assert scene.asked("conversations.members") == [("C1", "")]
    scene.pass_time(minutes=1)
    assert scene.readers.in_channel(old, None) is GUESTS
    assert scene.asked("conversations.members") == [("C1", ""), ("C1", "two"), ("C1", "three")]
    assert scene.readers.in_channel(old, None) is CLEAR, "what was seen before is not seen for ever"
    assert scene.asked("conversations.members")[-1] == ("C1", "")
    assert not scene.channel().has_guests


def test_pages_that_break_off_are_read_from_the_start_again(scene: Scene) -> None:
    scene.know("U1")
    first = {"members": ["U9"], "response_metadata": {"next_cursor": "two"}}
    scene.slack.will("conversations.members", first, LATER, {"members": ["U1"]}, NOT_THERE)
    old = due(channel_members_at=None)
    assert scene.readers.in_channel(old, None) == AudienceDecision(
        DecisionKind.WAIT, again_at=NOW + timedelta(seconds=30)
    )
    assert scene.readers.in_channel(old, None) is CLEAR
    assert scene.readers.in_channel(old, None) == AudienceDecision(DecisionKind.UNREACHABLE, "Nobody of that id.")
    assert scene.asked("conversations.members") == [("C1", ""), ("C1", "two"), ("C1", ""), ("C1", "")]


def test_what_is_half_known_of_a_channels_people_is_kept_for_the_next_pass(scene: Scene) -> None:
    scene.slack.will("conversations.members", {"members": ["U7", "U8"]})
    scene.slack.will("users.info", {"user": user("U7")}, LATER, {"user": user("U8")})
    old = due(channel_members_at=None)
    assert scene.readers.in_channel(old, None) == AudienceDecision(
        DecisionKind.WAIT, again_at=NOW + timedelta(seconds=30)
    )
    assert scene.readers.in_channel(old, None) is CLEAR
    assert scene.asked("users.info") == [("U7",), ("U8",), ("U8",)]
    assert scene.asked("conversations.members") == [("C1", ""), ("C1", "")]
    scene.slack.will("users.info", STOPPED)
    scene.pass_time(days=1)
    assert scene.readers.in_channel(old, None).kind is DecisionKind.STOPPED


def test_a_known_guest_is_enough_and_stays_one_for_a_day(scene: Scene) -> None:
    scene.slack.will("conversations.members", {"members": ["U5", "U6"]})
    scene.slack.will("users.info", {"user": user("U5")}, {"user": user("U6", **GUEST)}, {"user": user("U6")})
    old = due(channel_members_at=None)
    assert scene.readers.in_channel(old, None) is GUESTS
    scene.slack.will("conversations.members", {"members": ["U4", "U6"]})
    assert scene.readers.in_channel(old, None) is GUESTS
    assert scene.asked("users.info") == [("U5",), ("U6",)], (
        "the known guest comes first, and nobody else is asked about"
    )
    scene.pass_time(days=1)
    scene.slack.will("conversations.members", {"members": ["U6"]})
    assert scene.readers.in_channel(old, None) is CLEAR
    assert scene.asked("users.info")[-1] == ("U6",)


def test_it_is_kept_which_guests_are_in_a_channel_and_not_who_else_is_one(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, tuple[bool, Sequence[str]]] = {}

    def keep(work: Work, slack_id: str, has_guests: bool, guests: Sequence[str]) -> None:
        kept[slack_id] = (has_guests, guests)

    monkeypatch.setattr(workspace_channels, "remember_members", keep)
    scene.know("U1")
    scene.slack.will("conversations.members", {"members": ["U1", "U6"]}, {"members": ["U1", "U7"]}, {"members": ["U1"]})
    scene.slack.will("users.info", {"user": user("U6", **GUEST)}, {"user": user("U7", **GUEST)})
    for channel in ("C1", "C2", "C3"):
        scene.readers.in_channel(due(channel, channel_members_at=None), None)
    assert kept == {"C1": (True, ["U6"]), "C2": (True, ["U7"]), "C3": (False, [])}


def test_whom_slack_does_not_show_is_a_guest_and_an_app_is_no_reader(scene: Scene) -> None:
    scene.slack.will("conversations.members", *({"members": ["U5"]}, {"members": ["U5"]}), {"members": ["U6", "U7"]})
    scene.slack.will("users.info", NOT_THERE, {"user": user("U6", is_bot=True)}, {"user": user("U7", deleted=True)})
    old = due(channel_members_at=None)
    assert scene.readers.in_channel(old, None) is GUESTS
    assert scene.readers.in_channel(old, None) is GUESTS
    assert scene.readers.in_channel(old, None) is CLEAR
    assert scene.readers.in_channel(old, None) is CLEAR
    assert scene.asked("users.info") == [("U5",), ("U6",), ("U7",)]


def test_from_three_strangers_on_all_people_are_asked_about_at_once(scene: Scene) -> None:
    scene.know("U1", checked_at=NOW - timedelta(days=2))
    scene.know("U2")
    scene.slack.will("conversations.members", {"members": ["U5", "U6", "U7"]})
    people = [user(one) for one in ("U1", "U2", "U5", "U6", "U8")] + [user("U7", **GUEST)]
    scene.slack.will("users.list", {"members": people})
    assert scene.readers.in_channel(due(channel_members_at=None), None) is GUESTS
    assert scene.slack.asked == [("conversations.members", "C1", ""), ("users.list", "")]
    assert scene.member("U1").checked_at == NOW, "who was known too long ago is learnt on the way"
    assert scene.member("U7").is_outsider and not scene.member("U5").is_outsider
    assert scene.member("U8") is None, "nobody else is written down"


def test_somebody_of_another_company_holds_back_what_belongs_in_a_channel(scene: Scene) -> None:
    scene.slack.will("conversations.members", {"members": ["U5"]})
    scene.slack.will("users.info", {"user": user("U5", team_id="T0OTHER")})
    assert scene.readers.in_channel(due(channel_members_at=None), None) is GUESTS


def stale(*people: str) -> list[DuePost]:
    """A direct message for each, of whom nothing is known for a day."""
    return [due("D" + one[1:], reader=one, reader_checked_at=NOW - timedelta(days=1)) for one in people]


def test_people_to_be_told_are_asked_about_at_once_from_three_on(scene: Scene) -> None:
    scene.slack.will("users.list", {"members": [user("U1")], "response_metadata": {"next_cursor": "two"}}, {})
    others = [
        due("C1", reader="U3", reader_checked_at=None),
        due("D4", reader="U4", reader_known=False, reader_checked_at=None),
        due("D5", reader=None, reader_checked_at=None),
        due("D6", reader="U6"),
    ]
    assert not scene.readers.sweep([*stale("U1", "U2", "U2"), *others])
    assert scene.slack.asked == []
    assert scene.readers.sweep(stale("U1", "U2", "U3"))
    assert scene.member("U1").checked_at == NOW
    assert scene.readers.sweep(stale("U1", "U2", "U3")), "the second page follows at once"
    assert scene.asked("users.list") == [("",), ("two",)]


def test_all_people_are_asked_about_once_a_minute_and_when_the_limit_allows(scene: Scene) -> None:
    some = stale("U1", "U2", "U3")
    scene.slack.will("users.list", {"members": []}, LATER, {"members": []})
    assert scene.readers.sweep(some)
    scene.pass_time(seconds=59)
    assert not scene.readers.sweep(some)
    scene.pass_time(seconds=1)
    assert not scene.readers.sweep(some), "Slack did not say"
    assert len(scene.slack.asked) == 2
    scene.pass_time(seconds=59)
    assert not scene.readers.sweep(some)
    assert len(scene.slack.asked) == 2
    scene.pass_time(seconds=1)
    scene.use_up("users.list")
    assert not scene.readers.sweep(some)
    scene.pass_time(minutes=1)
    assert scene.readers.sweep(some)
    assert len(scene.slack.asked) == 3


def test_an_answer_that_fails_ends_the_pages_of_people(scene: Scene) -> None:
    some = stale("U1", "U2", "U3")
    scene.slack.will("users.list", {"members": [], "response_metadata": {"next_cursor": "two"}}, LATER, {})
    assert scene.readers.sweep(some)
    assert not scene.readers.sweep(some)
    assert not scene.readers.sweep(some), "what failed rests for a minute"
    scene.pass_time(minutes=1)
    assert scene.readers.sweep(some)
    assert scene.asked("users.list") == [("",), ("two",), ("",)]


def test_known_guests_are_not_asked_about_at_once_again(scene: Scene) -> None:
    scene.slack.will("users.list", {"members": [user(one, **GUEST) for one in ("U1", "U2", "U3")]})
    assert scene.readers.sweep(stale("U1", "U2", "U3"))
    scene.pass_time(minutes=2)
    assert not scene.readers.sweep(stale("U1", "U2", "U3", "U4", "U5"))


def test_who_is_no_guest_any_more_is_none(scene: Scene) -> None:
    scene.slack.will("conversations.members", {"members": ["U5"]})
    scene.slack.will("users.info", {"user": user("U5", **GUEST)}, {"user": user("U5")})
    old = due("D5", reader="U5", reader_checked_at=None)
    assert scene.readers.in_direct(old) is OUTSIDER
    assert scene.readers.in_direct(old) is CLEAR
    assert scene.readers.in_channel(due(channel_members_at=None), None) is CLEAR


def test_many_people_are_written_in_short_transactions(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "CHUNK", 2)
    written: list[str] = []
    remember = members.remember

    def counted(work: Work, said: Mapping[str, Any]) -> Any:
        written.append(said["id"])
        return remember(work, said)

    monkeypatch.setattr(members, "remember", counted)
    everyone = [f"U{n}" for n in range(1, 6)]
    scene.slack.will("users.list", {"members": [user(one) for one in everyone]})
    assert scene.readers.sweep(stale(*everyone))
    assert all(scene.member(one).checked_at == NOW for one in everyone)
    assert written == everyone


def channels(count: int) -> list[DuePost]:
    """A post for each of so many channels, of which nothing is known for five minutes."""
    return [due(f"C{n}", channel_checked_at=NOW - timedelta(minutes=5)) for n in range(count)]


def test_channels_are_asked_about_at_once_from_ten_on(scene: Scene) -> None:
    first = {"channels": [{"id": "C1"}], "response_metadata": {"next_cursor": "two"}}
    scene.slack.will("conversations.list", first, {"response_metadata": {}}, {})
    others = [due("D1", channel_checked_at=None), due("C77"), due(None, channel_checked_at=None)]
    assert not scene.guard.sweep([*channels(9), *channels(9), *others])
    assert scene.slack.asked == []
    assert scene.guard.sweep(channels(10))
    assert scene.channel("C1").checked_at == NOW
    assert scene.guard.sweep(channels(10)), "the second page follows at once"
    scene.pass_time(seconds=59)
    assert not scene.guard.sweep(channels(10))
    scene.pass_time(seconds=1)
    assert scene.guard.sweep(channels(10))
    assert scene.asked("conversations.list") == [("",), ("two",), ("",)]


def test_an_answer_that_fails_ends_the_pages_of_channels(scene: Scene) -> None:
    first = {"channels": [], "response_metadata": {"next_cursor": "two"}}
    scene.slack.will("conversations.list", first, LATER, {})
    assert scene.guard.sweep(channels(10))
    assert not scene.guard.sweep(channels(10))
    assert not scene.guard.sweep(channels(10)), "what failed rests for a minute"
    scene.pass_time(minutes=1)
    scene.use_up("conversations.list")
    assert not scene.guard.sweep(channels(10))
    scene.pass_time(minutes=1)
    assert scene.guard.sweep(channels(10))
    assert scene.asked("conversations.list") == [("",), ("two",), ("",)]


def test_one_sweep_asks_about_channels_or_people(scene: Scene) -> None:
    scene.slack.will("conversations.list", {})
    scene.slack.will("users.list", {})
    both = [*channels(audience_audience.MANY), *stale("U1", "U2", "U3")]
    assert scene.guard.sweep(both)
    assert [one[0] for one in scene.slack.asked] == ["conversations.list"]
    assert scene.guard.sweep(both)
    assert [one[0] for one in scene.slack.asked] == ["conversations.list", "users.list"]
    assert not scene.guard.sweep(both)


def hold_back(scene: Scene, *slack_ids: str, **values: Any) -> None:
    """Channels that are held back, the first for longest, of which nobody knows whether they still are."""
    with scene.db.transaction() as session:
        workspace = session.get_one(Workspace, scene.workspace_id)
        for n, one in enumerate(slack_ids):
            closed_at = NOW - timedelta(hours=9 - n)
            make_channel(session, workspace, one, checked_at=None, closed_at=closed_at, has_guests=True, **values)


def doubt(scene: Scene, slack_id: str) -> None:
    """Something told that a channel may be open again."""
    with scene.db.transaction() as session:
        mine = (Channel.workspace_id == scene.workspace_id, Channel.slack_id == slack_id)
        session.execute(update(Channel).where(*mine).values(checked_at=None))


def open_channel(slack_id: str, **values: Any) -> dict[str, Any]:
    """A channel that no other company reads."""
    return {"channel": {"id": slack_id, "name": slack_id, **values}}


def test_a_held_back_channel_in_which_only_the_team_reads_is_open_again(scene: Scene) -> None:
    scene.know("U1")
    hold_back(scene, "C1")
    scene.slack.will("conversations.info", open_channel("C1"))
    scene.slack.will("conversations.members", {"members": ["U1", US]})
    scene.guard.look_at_closed()
    assert scene.slack.asked == [("conversations.info", "C1"), ("conversations.members", "C1", "")]
    assert (scene.channel().closed_at, scene.channel().has_guests) == (None, False)
    scene.guard.look_at_closed()
    assert len(scene.slack.asked) == 2


def test_a_held_back_channel_that_others_still_read_stays_so_and_is_left_alone(scene: Scene) -> None:
    hold_back(scene, "C1", "C2")
    scene.slack.will(
        "conversations.info", open_channel("C1", is_ext_shared=True), open_channel("C2"), open_channel("C1")
    )
    scene.slack.will("conversations.members", {"members": ["U9"]})
    scene.slack.will("users.info", {"user": user("U9", **GUEST)})
    for _ in range(2):
        scene.guard.look_at_closed()
    assert scene.asked("conversations.info") == [("C1",), ("C2",)]
    assert scene.asked("conversations.members") == [("C2", "")], "who reads a shared one is no question"
    assert scene.channel("C1").closed_at is not None and scene.channel("C2").closed_at is not None
    doubt(scene, "C1")
    scene.guard.look_at_closed()
    assert scene.asked("conversations.info")[2:] == [("C1",)], "what Slack has answered is asked again at once"


def test_where_guests_may_read_nobody_asks_who_is_there(scene: Scene) -> None:
    hold_back(scene, "C1")
    scene.guard.guests_may_read = True
    scene.slack.will("conversations.info", open_channel("C1"))
    scene.guard.look_at_closed()
    assert scene.slack.asked == [("conversations.info", "C1")]


@pytest.mark.parametrize("trouble", [LATER, NOT_THERE])
def test_a_held_back_channel_of_which_slack_says_nothing_is_asked_about_again_after_a_minute(
    scene: Scene, trouble: Outcome
) -> None:
    scene.know("U1")
    hold_back(scene, "C1", "C2")
    scene.slack.will("conversations.info", trouble, open_channel("C2"), open_channel("C1"))
    scene.slack.will("conversations.members", {"members": ["U1"]})
    scene.guard.look_at_closed()
    assert scene.asked("conversations.info") == [("C1",), ("C2",)]
    assert scene.channel("C2").closed_at is None
    hold_back(scene, "C3")
    scene.slack.will("conversations.info", open_channel("C3"), open_channel("C1"))
    scene.guard.look_at_closed()
    scene.pass_time(seconds=59)
    scene.guard.look_at_closed()
    assert scene.asked("conversations.info") == [("C1",), ("C2",), ("C3",)], "the one that rests holds up no other"
    scene.pass_time(seconds=1)
    scene.guard.look_at_closed()
    assert scene.asked("conversations.info")[3:] == [("C1",)]
    assert scene.channel("C1").closed_at is None


def test_a_held_back_channel_whose_people_slack_does_not_name_rests_as_well(scene: Scene) -> None:
    scene.know("U1")
    hold_back(scene, "C1")
    scene.slack.will("conversations.info", open_channel("C1"))
    scene.slack.will("conversations.members", LATER, {"members": ["U1"]})
    for _ in range(2):
        scene.guard.look_at_closed()
    assert len(scene.slack.asked) == 2
    scene.pass_time(minutes=1)
    scene.guard.look_at_closed()
    assert len(scene.slack.asked) == 4 and scene.channel().closed_at is None


def test_a_stopped_workspace_is_asked_about_again_as_soon_as_it_is_driven(scene: Scene) -> None:
    hold_back(scene, "C1")
    scene.slack.will("conversations.info", STOPPED)
    for _ in range(2):
        scene.guard.look_at_closed()
    assert scene.asked("conversations.info") == [("C1",), ("C1",)]


def test_held_back_channels_are_asked_about_when_the_limit_allows(scene: Scene) -> None:
    scene.know("U1")
    hold_back(scene, "C1")
    scene.slack.will("conversations.info", open_channel("C1", is_ext_shared=True))
    scene.use_up("conversations.info")
    scene.pass_time(seconds=30)
    scene.guard.look_at_closed()
    assert scene.slack.asked == []
    scene.pass_time(seconds=30)
    scene.guard.look_at_closed()
    assert scene.asked("conversations.info") == [("C1",)]
