"""Who asks, and who reads an answer, call by call: over a client that says what the test gives it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import select

from bot.core.audience import Why
from bot.core.freshness import AHEAD
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Channel, Member, Workspace
from bot.story import share
from bot.workspace import channels, members
from bot.workspace.members import MemberView
from bot.workspace.settings import CLOSED
from handlers.inbound import identity, readers
from handlers.inbound.request import Request
from tests.factories import make_channel, make_member, make_workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEAM = "T0OURS"


def no(code: str) -> SlackApiError:
    """An answer that is an error."""
    return SlackApiError(code, {"ok": False, "error": code})


class Client:
    """Gives one answer after the other, the last again and again, by method; remembers what it was asked."""

    def __init__(self) -> None:
        self.says: dict[str, list[Any]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, method: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.asked.append((method, arguments))
            said = self.says[method]
            answer = said.pop(0) if len(said) > 1 else said[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


class Scene:
    """Two workspaces with a person, a guest and a channel of the same ids; ours is the second."""

    def __init__(self, db: Database) -> None:
        self.db, self.client = db, Client()
        with db.transaction() as session:
            other = make_workspace(session, team_id="T0OTHER", bot_user_id="U0THEIRS")
            ours = make_workspace(session, team_id=TEAM, bot_user_id="U0BOT")
            make_member(session, other, "Somebody", slack_id="U1", checked_at=NOW, is_outsider=True)
            make_member(session, other, "Somebody", slack_id="U2", checked_at=NOW)
            make_member(session, ours, "Dana", slack_id="U1", checked_at=NOW, dm_channel="D1")
            make_member(session, ours, "Kim", slack_id="U2", checked_at=NOW, is_outsider=True)
            make_channel(session, other, "C1", is_shared=True, checked_at=NOW)
            make_channel(session, ours, "C1", checked_at=NOW)
            make_channel(session, ours, "C2", is_shared=True, checked_at=NOW)
            self.other_id, self.workspace_id = other.id, ours.id

    @property
    def web(self) -> WebClient:
        """The client, as handlers take it."""
        return cast(WebClient, self.client)

    def will(self, method: str, *answers: Any) -> None:
        """The answers of one method."""
        self.client.says[method] = list(answers)

    def person(self, slack_id: str = "U1", now: datetime = NOW, workspace_id: int | None = None) -> MemberView | None:
        """Who that is."""
        return identity.person_of(self.db, self.web, workspace_id or self.workspace_id, slack_id, now)

    def is_private(self, channel: str | None, now: datetime = NOW, workspace_id: int | None = None) -> bool:
        """Whether what is said there is read by us alone."""
        dana = MemberView(1, "U1", "Dana", "rep", "UTC", False, dm_channel="D1")
        return identity.is_private_place(self.db, self.web, workspace_id or self.workspace_id, dana, channel, now)

    def readers(self, now: datetime = NOW) -> list[str] | None:
        """The names of who reads C1."""
        return readers.team_that_reads(self.db, self.web, self.workspace_id, "C1", now)

    def row(self, table: Any, slack_id: str) -> Any:
        """What is known of a person or channel of ours."""
        with self.db.reading() as session:
            ours = select(table.__table__).where(table.workspace_id == self.workspace_id, table.slack_id == slack_id)
            return session.execute(ours).one_or_none()


@pytest.fixture
def scene(db: Database) -> Scene:
    """What is known, and a Slack that can be asked."""
    return Scene(db)


def user(slack_id: str, **values: Any) -> Mapping[str, Any]:
    """What Slack says of somebody of the team."""
    return {"user": {"id": slack_id, "name": slack_id, "team_id": TEAM, **values}}


def test_the_same_id_is_somebody_else_in_each_workspace(scene: Scene) -> None:
    for _ in range(2):
        dana = scene.person()
        assert dana is not None and dana.name == "Dana"
        assert scene.person(workspace_id=scene.other_id) is None
        assert scene.person("U2") is None
        assert scene.is_private("C1") and not scene.is_private("C2")
        assert not scene.is_private("C1", workspace_id=scene.other_id)
    assert scene.client.asked == []


def test_slack_is_asked_who_someone_is_after_a_day_and_when_they_are_not_known(scene: Scene) -> None:
    scene.will("users_info", user("U1", name="dana2"), user("U9"), user("U8", is_restricted=True), {})
    assert scene.person(now=NOW + timedelta(days=1, seconds=-1)) is not None
    assert scene.client.asked == []
    later = NOW + timedelta(days=1)
    found = scene.person(now=later)
    assert found is not None and found.checked_at == later
    stranger = scene.person("U9", later)
    assert stranger is not None and (stranger.slack_id, stranger.checked_at) == ("U9", later)
    assert scene.person("U8", later) is None
    assert scene.person("U7", later) is None
    assert scene.row(Member, "U7").left_at == later
    assert scene.client.asked == [("users_info", {"user": one}) for one in ("U1", "U9", "U8", "U7")]


@pytest.mark.parametrize("code", ["user_not_found", "user_not_visible"])
def test_whom_slack_does_not_know_is_nobody(scene: Scene, code: str) -> None:
    scene.will("users_info", no(code))
    assert scene.person("U9") is None


@pytest.mark.parametrize("trouble", [no("fatal_error"), TimeoutError()])
def test_while_slack_cannot_say_who_someone_is_they_are_asked_to_come_back(scene: Scene, trouble: Exception) -> None:
    scene.will("users_info", trouble)
    with pytest.raises(Refused, match="Nothing was changed"):
        scene.person("U9")


def look(scene: Scene, *chosen: str | None) -> None:
    """Look at channels that were chosen in a form."""
    request = Request(scene.workspace_id, cast(MemberView, None), NOW, scene.db, scene.web, {}, "r")
    identity.look_at_channels(request, chosen)


def test_each_chosen_channel_is_looked_at(scene: Scene) -> None:
    scene.will(
        "conversations_info",
        {"channel": {"id": "C8", "is_ext_shared": True}},
        {"channel": {"id": "C9", "name": "nine"}},
    )
    look(scene, None, "C8", None, "C9")
    assert scene.client.asked == [("conversations_info", {"channel": one}) for one in ("C8", "C9")]
    assert scene.row(Channel, "C8").is_shared and not scene.row(Channel, "C9").is_shared
    assert (scene.row(Channel, "C9").name, scene.row(Channel, "C9").checked_at) == ("nine", NOW)


@pytest.mark.parametrize("trouble", [no("channel_not_found"), TimeoutError()])
def test_a_channel_that_cannot_be_seen_is_refused(scene: Scene, trouble: Exception) -> None:
    scene.will("conversations_info", trouble)
    with pytest.raises(Refused, match="Invite me"):
        look(scene, "C8")


def test_an_answer_is_private_in_ones_own_talk_with_the_bot_and_nowhere_unknown(scene: Scene) -> None:
    assert scene.is_private("D1")
    assert not scene.is_private(None)
    nobody = MemberView(1, "U1", "Dana", "rep", "UTC", False)
    assert not identity.is_private_place(scene.db, scene.web, scene.workspace_id, nobody, None, NOW)
    assert scene.client.asked == []


@pytest.mark.parametrize(
    ("said", "private"),
    [
        ({"channel": {"id": "C9"}}, True),
        ({"channel": {"id": "C9", "is_ext_shared": True}}, False),
        ({"channel": {"id": "C9", "is_im": True, "user": "U1"}}, True),
        ({"channel": {"id": "C9", "is_im": True, "user": "U5"}}, False),
        ({"channel": {"id": "C9", "is_im": False, "user": "U5"}}, True),
        ({}, False),
        (no("channel_not_found"), False),
        (TimeoutError(), False),
    ],
)
def test_an_unknown_place_is_private_only_where_slack_says_so(scene: Scene, said: Any, private: bool) -> None:
    scene.will("conversations_info", said)
    assert scene.is_private("C9") is private
    assert scene.client.asked == [("conversations_info", {"channel": "C9"})]
    if private:
        assert (scene.row(Channel, "C9").checked_at, scene.row(Channel, "C9").is_shared) == (NOW, False)


def test_what_is_known_of_a_place_is_asked_again_after_five_minutes(scene: Scene) -> None:
    scene.will("conversations_info", {"channel": {"id": "C1", "is_ext_shared": True}})
    assert scene.is_private("C1", NOW + timedelta(minutes=5, seconds=-2))
    assert not scene.is_private("C1", NOW + timedelta(minutes=5))


def test_who_reads_a_channel_is_named_when_all_are_of_the_team(scene: Scene) -> None:
    scene.will("conversations_members", {"members": ["U1", "U5", "U6", "U0BOT"]})
    scene.will("users_info", user("U5", real_name="Eve"), user("U6", is_bot=True))
    assert scene.readers() == ["Dana", "Eve"]
    assert scene.client.asked[:3] == [
        ("conversations_members", {"channel": "C1", "limit": 999, "cursor": ""}),
        ("users_info", {"user": "U5"}),
        ("users_info", {"user": "U6"}),
    ]
    assert scene.row(Member, "U5").checked_at == NOW
    assert scene.row(Member, "U6") is None, "an app is nobody who reads"


def test_nobody_is_named_where_somebody_else_reads(scene: Scene) -> None:
    scene.will("conversations_members", {"members": ["U1", "U5"]})
    scene.will("users_info", user("U5", is_restricted=True))
    assert scene.readers() is None
    scene.will("users_info", {})
    assert scene.readers() is None, "nobody knows who that is"
    scene.will("users_info", user("U5", team_id="T0OTHER"))
    assert scene.readers() is None


@pytest.mark.parametrize("trouble", [no("fatal_error"), TimeoutError()])
def test_nobody_is_named_where_it_cannot_be_found_out(scene: Scene, trouble: Exception) -> None:
    scene.will("conversations_members", {"members": ["U5"]}, trouble)
    scene.will("users_info", trouble)
    assert scene.readers() is None
    assert scene.readers() is None


def test_about_twenty_strangers_are_asked_and_not_about_more(scene: Scene) -> None:
    many = [f"U1{n:02}" for n in range(21)]
    scene.will("conversations_members", {"members": many})
    assert scene.readers() is None
    assert len(scene.client.asked) == 1
    scene.will("conversations_members", {"members": many[:20]})
    scene.will("users_info", *(user(one) for one in many))
    assert scene.readers() == sorted(many[:20])


def page(members: list[str] | None, cursor: str | None) -> dict[str, Any]:
    """One page of a channel's members."""
    return {"members": members, "response_metadata": {"next_cursor": cursor} if cursor is not None else None}


def test_members_are_read_in_three_pages_at_most(scene: Scene) -> None:
    scene.will("conversations_members", page(["U1"], "two"), page(None, "three"), page(["U0BOT"], ""))
    assert scene.readers() == ["Dana"]
    assert [arguments["cursor"] for _, arguments in scene.client.asked] == ["", "two", "three"]
    scene.will("conversations_members", page(["U1"], "more"))
    assert scene.readers() is None
    assert len(scene.client.asked) == 6
    scene.will("conversations_members", page(["U1"], None))
    assert scene.readers() == ["Dana"]


def test_a_guest_on_a_later_page_is_seen(scene: Scene) -> None:
    scene.will("conversations_members", page(["U2"], "two"), page(["U1"], ""))
    scene.will("users_info", user("U2", is_restricted=True))
    assert scene.readers() is None


def test_more_members_than_slack_can_be_asked_about_are_too_many(scene: Scene) -> None:
    known = [f"U{n:04}" for n in range(1000)]
    with scene.db.transaction() as session:
        workspace = session.get_one(Workspace, scene.workspace_id)
        for one in known:
            make_member(session, workspace, "Same", slack_id=one)
    scene.will("conversations_members", {"members": known})
    assert scene.readers() is None
    scene.will("conversations_members", {"members": known[:999]})
    assert scene.readers() == ["Same"] * 999


@pytest.mark.parametrize(
    ("values", "outside"),
    [
        ({}, None),
        ({"team_id": None}, members.Outside.GONE),
        ({"team_id": ""}, members.Outside.GONE),
        ({"team_id": "T0OTHER"}, members.Outside.COMPANY),
        ({"team_id": "E0", "enterprise_user": {"teams": ["T0X", TEAM]}}, None),
        ({"team_id": "E0", "enterprise_user": {"teams": ["T0X"]}}, members.Outside.COMPANY),
        ({"enterprise_user": {}}, None),
        ({"is_stranger": True}, members.Outside.COMPANY),
        ({"is_restricted": True}, members.Outside.GUEST),
        ({"is_ultra_restricted": True}, members.Outside.GUEST),
        ({"deleted": True}, members.Outside.GONE),
        ({"is_bot": True}, members.Outside.APP),
        ({"is_workflow_bot": True}, members.Outside.APP),
        ({"is_connector_bot": True}, members.Outside.APP),
        ({"profile": {"bot_id": "B1"}}, members.Outside.APP),
        ({"id": "USLACKBOT"}, members.Outside.APP),
        ({"profile": {}}, None),
    ],
)
def test_in_what_way_somebody_is_not_of_the_team(values: dict[str, Any], outside: members.Outside | None) -> None:
    said = {**user("U5")["user"], **values}
    assert members.outside_as(said, TEAM) is outside
    assert members.is_outsider(said, TEAM) is (outside is not None)
    assert members.is_app(said) is (outside is members.Outside.APP)


def test_a_workspace_that_does_not_know_its_own_team_asks_nobody_for_theirs() -> None:
    assert members.outside_as({"id": "U5"}, "") is None
    assert members.outside_as({"id": "U5", "team_id": "T0OTHER"}, "") is None


@pytest.mark.parametrize(
    ("info", "shared"),
    [
        ({}, False),
        *(({flag: True}, True) for flag in channels.CLOSED_FLAGS),
        ({"is_shared": True}, True),
        ({"is_shared": True, "is_org_shared": True}, False),
        ({"is_org_shared": True}, False),
        ({"is_ext_shared": True, "is_org_shared": True}, True),
    ],
)
def test_which_channels_another_company_reads(info: dict[str, Any], shared: bool) -> None:
    assert channels.shared_externally(info) is shared


def test_a_channel_takes_nothing_of_ours_when_it_is_shared_or_archived(scene: Scene) -> None:
    with scene.db.transaction() as session:
        workspace = session.get_one(Workspace, scene.workspace_id)
        make_channel(session, workspace, "C3", is_archived=True)
        make_channel(session, workspace, "C4", is_member=False)
        assert channels.closed_to_us(Work(session, scene.workspace_id, NOW)) == {"C2", "C3"}
        assert channels.closed_to_us(Work(session, scene.other_id, NOW)) == {"C1"}


def test_whether_a_channel_is_shared_is_known_for_five_minutes(scene: Scene) -> None:
    with scene.db.reading() as session:
        for workspace, channel, after, known in [
            (scene.workspace_id, "C1", timedelta(0), False),
            (scene.workspace_id, "C2", timedelta(minutes=5, seconds=-1), True),
            (scene.workspace_id, "C2", timedelta(minutes=5), None),
            (scene.workspace_id, "C9", timedelta(0), None),
            (scene.other_id, "C1", timedelta(0), True),
            (scene.other_id, "C2", timedelta(0), None),
        ]:
            assert channels.is_shared(Work(session, workspace, NOW + after), channel) is known


def test_whom_another_clock_has_checked_a_little_later_is_known_and_a_day_ago_is_not(scene: Scene) -> None:
    for at, strangers in (
        (NOW - AHEAD, []),
        (NOW - AHEAD - timedelta(seconds=1), ["U1"]),
        (NOW + timedelta(days=1, seconds=-1), []),
        (NOW + timedelta(days=1), ["U1"]),
    ):
        with Work.reading(scene.db, scene.workspace_id, at) as work:
            assert share.strangers_among(work, ["U1", "U0BOT"], is_fresh=True) == strangers


def test_nobody_is_a_stranger_for_want_of_an_id(scene: Scene) -> None:
    with Work.writing(scene.db, scene.workspace_id, NOW) as work:
        work.session.get_one(Workspace, scene.workspace_id).bot_user_id = ""
        assert share.strangers_among(work, ["", "U1", "U9"]) == ["U9"]


def choose(scene: Scene, *chosen: str | None, guests_may_read: bool = False) -> str:
    """What is said of channels that were chosen in a form; nothing when they may be."""
    request = Request(scene.workspace_id, cast(MemberView, None), NOW, scene.db, scene.web, {}, "r")
    try:
        readers.require_open(request, chosen, guests_may_read)
    except Refused as refused:
        return refused.message
    return ""


def test_a_chosen_channel_is_refused_for_who_reads_there_and_only_then(scene: Scene) -> None:
    scene.will("conversations_info", {"channel": {"id": "C1", "name": "one"}})
    scene.will("conversations_members", {"members": ["U1"]})
    assert choose(scene, None, "C1") == ""
    assert ("conversations_members", {"channel": "C1", "limit": 999, "cursor": ""}) in scene.client.asked
    scene.will("conversations_members", {"members": ["U1", "U2"]})
    scene.will("users_info", {"user": {"id": "U2", "is_restricted": True, "team_id": TEAM}})
    assert choose(scene, "C1") == CLOSED[Why.GUEST]
    asked = len(scene.client.asked)
    assert choose(scene, "C1", guests_may_read=True) == ""
    assert scene.client.asked[asked:] == [("conversations_info", {"channel": "C1"})], "who is there is no question"
    scene.will("conversations_members", {"members": ["U1", "U5"]})
    scene.will("users_info", user("U5"))
    assert choose(scene, "C1") == ""
    assert scene.row(Member, "U5").checked_at == NOW
    scene.will("conversations_members", no("fatal_error"))
    assert choose(scene, "C1") == readers.NOT_FOUND_OUT
    scene.will("conversations_info", {"channel": {"id": "C2", "is_ext_shared": True}})
    assert choose(scene, "C2", guests_may_read=True) == CLOSED[Why.SHARED]
    scene.will("conversations_info", no("channel_not_found"))
    assert "Invite me there first" in choose(scene, "C7")


def test_channels_that_are_known_to_be_closed_are_named_with_why(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_channel(session, session.get_one(Workspace, scene.workspace_id), "C3", is_archived=True)
        make_channel(session, session.get_one(Workspace, scene.workspace_id), "C4", has_guests=True)
        make_channel(session, session.get_one(Workspace, scene.workspace_id), "C5")
    everyone = {"C2": Why.SHARED, "C3": Why.UNREACHABLE, "C4": Why.GUEST}
    with Work.reading(scene.db, scene.workspace_id, NOW) as work:
        assert channels.why_closed(work) == everyone
        assert channels.why_closed(work, ["C3", "C5"]) == {"C3": Why.UNREACHABLE}
        assert channels.why_closed(work, []) == {}
    with scene.db.transaction() as session:
        session.get_one(Workspace, scene.workspace_id).guests_may_read = True
    with Work.reading(scene.db, scene.workspace_id, NOW) as work:
        assert channels.why_closed(work) == {"C2": Why.SHARED, "C3": Why.UNREACHABLE}
