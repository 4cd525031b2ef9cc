"""The Web API through Slack's own client: what it answers and how it refuses."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.clock import SandboxClock
from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Control, modal, plain, text_field


def refused(call: Callable[[], Any]) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as error:
        call()
    answer = error.value.response.data
    assert isinstance(answer, dict)
    return answer


@pytest.fixture
def free(unlimited: Limits) -> Iterator[WebClient]:
    """A client of a workspace without rate limits."""
    with Sandbox(limits=unlimited) as running:
        yield WebClient(running.bot_token, base_url=running.api_url, retry_handlers=[])


def test_a_post_is_in_the_history_with_its_metadata_only_when_asked(free: WebClient) -> None:
    metadata = {"event_type": "post", "event_payload": {"key": "k1"}}
    ts = free.chat_postMessage(channel="C0ACME", text="Hello", metadata=metadata)["ts"]
    plain_read = free.conversations_history(channel="C0ACME")["messages"][0]
    full_read = free.conversations_history(channel="C0ACME", include_all_metadata=True)["messages"][0]
    assert (plain_read["ts"], plain_read["text"], "metadata" in plain_read) == (ts, "Hello", False)
    assert full_read["metadata"] == metadata


def test_history_is_newest_first_bounded_and_paged(free: WebClient) -> None:
    stamps = [free.chat_postMessage(channel="C0ACME", text=str(n))["ts"] for n in range(5)]
    after = free.conversations_history(channel="C0ACME", oldest=stamps[1])["messages"]
    assert [one["text"] for one in after] == ["4", "3", "2"]
    within = free.conversations_history(channel="C0ACME", oldest=stamps[1], latest=stamps[3], inclusive=True)
    assert [one["text"] for one in within["messages"]] == ["3", "2", "1"]
    first = free.conversations_history(channel="C0ACME", limit=2)
    pages = [[one["text"] for one in page["messages"]] for page in first]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]


def test_a_thread_is_read_with_its_parent_first_and_is_not_in_the_history(free: WebClient) -> None:
    parent = free.chat_postMessage(channel="C0ACME", text="card")["ts"]
    reply = free.chat_postMessage(channel="C0ACME", text="one", thread_ts=parent)["ts"]
    free.chat_postMessage(channel="C0ACME", text="two", thread_ts=reply)
    thread = free.conversations_replies(channel="C0ACME", ts=parent)["messages"]
    assert [one["text"] for one in thread] == ["card", "one", "two"]
    assert thread[0]["reply_count"] == 2
    later = free.conversations_replies(channel="C0ACME", ts=parent, oldest=reply)["messages"]
    assert [one["text"] for one in later] == ["card", "two"]
    assert [one["text"] for one in free.conversations_history(channel="C0ACME")["messages"]] == ["card"]


def test_an_update_with_text_alone_drops_the_blocks_and_keeps_the_metadata(free: WebClient) -> None:
    block = {"type": "section", "text": plain("block")}
    metadata = {"event_type": "post", "event_payload": {}}
    ts = free.chat_postMessage(channel="C0ACME", text="a", blocks=[block], metadata=metadata)["ts"]
    changed = free.chat_update(channel="C0ACME", ts=ts, text="b")["message"]
    assert "blocks" not in changed
    assert changed["metadata"] == metadata


def test_blocks_get_ids_and_a_missing_text_is_a_warning(free: WebClient) -> None:
    with pytest.warns(UserWarning):
        answer = free.chat_postMessage(channel="C0ACME", blocks=[{"type": "divider"}])
    assert answer["message"]["blocks"][0]["block_id"]
    assert answer["response_metadata"]["warnings"] == ["missing_text_in_message"]


def test_a_post_to_a_person_lands_in_their_direct_message(free: WebClient) -> None:
    assert free.chat_postMessage(channel="U0REP1", text="psst")["channel"] == "D0REP1"
    assert free.conversations_open(users="U0REP1")["channel"]["id"] == "D0REP1"


def test_people_carry_the_marks_of_guests_and_strangers(free: WebClient) -> None:
    guest = free.users_info(user="U0GST1")["user"]
    stranger = free.users_info(user="U0OUT1")["user"]
    rep = free.users_info(user="U0REP1")["user"]
    assert guest["is_restricted"] is True
    assert stranger["is_stranger"] is True
    assert stranger["team_id"] != rep["team_id"]
    assert rep["is_restricted"] is False
    assert rep["profile"]["email"]
    assert free.users_lookupByEmail(email=rep["profile"]["email"])["user"]["id"] == "U0REP1"


def test_the_shared_channel_says_so(free: WebClient) -> None:
    assert free.conversations_info(channel="C0MERIDIAN")["channel"]["is_ext_shared"] is True
    assert free.conversations_info(channel="C0ACME")["channel"]["is_ext_shared"] is False
    private = free.conversations_list(types="private_channel")["channels"]
    assert [one["id"] for one in private] == ["C0LEADERS"]


def test_a_file_is_uploaded_and_shared(free: WebClient) -> None:
    free.files_upload_v2(content="a,b\n1,2", filename="export.csv", channel="C0ACME", initial_comment="Here")
    shared = free.conversations_history(channel="C0ACME")["messages"][0]
    assert (shared["text"], shared["files"][0]["name"], shared["files"][0]["size"]) == ("Here", "export.csv", 7)


def test_the_rest_of_the_methods_answer(free: WebClient) -> None:
    ts = free.chat_postMessage(channel="C0ACME", text="x")["ts"]
    assert ts.replace(".", "") in free.chat_getPermalink(channel="C0ACME", message_ts=ts)["permalink"]
    assert free.reactions_get(channel="C0ACME", timestamp=ts)["message"]["ts"] == ts
    free.bookmarks_add(channel_id="C0ACME", title="t", type="link", link="https://larkfield.example")
    assert free.bookmarks_list(channel_id="C0ACME")["bookmarks"][0]["title"] == "t"
    assert free.team_info()["team"]["name"] == "Larkfield"
    assert free.usergroups_list(include_users=True)["usergroups"][0]["users"]
    assert "U0REP1" in free.conversations_members(channel="C0ACME")["members"]
    members = {one["id"]: one for one in free.users_list()["members"]}
    assert len(members) == 11
    assert [members[one]["is_bot"] for one in ("USLACKBOT", "U0CRM", "U0BOT")] == [False, True, True]
    assert free.conversations_join(channel="C0RANDOM")["channel"]["is_member"] is True
    free.chat_delete(channel="C0ACME", ts=ts)
    assert free.conversations_history(channel="C0ACME")["messages"] == []


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "C0ACME"}, "no_text"),
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "C0ACME", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ("chat.postMessage", {"channel": "C0ACME", "text": "x", "thread_ts": "soon"}, "invalid_thread_ts"),
        ("chat.postMessage", {"channel": "C0ACME", "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
        ("chat.update", {"channel": "C0ACME", "ts": "1.000001", "text": "x"}, "message_not_found"),
        ("chat.postEphemeral", {"channel": "C0ACME", "user": "U0REP2", "text": "x"}, "user_not_in_channel"),
        ("conversations.history", {"channel": "C0RANDOM"}, "not_in_channel"),
        ("conversations.replies", {"channel": "C0ACME", "ts": "1.000001"}, "thread_not_found"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "ruth@meridianfreight.example"}, "users_not_found"),
        ("views.open", {"trigger_id": "1.2.x", "view": modal()}, "invalid_trigger_id"),
        ("views.update", {"view_id": "V0", "view": modal()}, "not_found"),
        ("views.publish", {"user_id": "U0REP1", "view": modal()}, "invalid_arguments"),
        ("dnd.teamInfo", {}, "unknown_method"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
    ],
)
def test_a_call_slack_would_refuse_is_refused(
    free: WebClient, method: str, arguments: dict[str, Any], error: str
) -> None:
    assert refused(lambda: free.api_call(method, json=arguments))["error"] == error


def test_somebody_elses_message_cannot_be_changed(sandbox: Sandbox, control: Control, client: WebClient) -> None:
    ts = control.post("message", channel="C0ACME", user="U0REP1", text="mine")["ts"]
    assert refused(lambda: client.chat_update(channel="C0ACME", ts=ts, text="x"))["error"] == "cant_update_message"
    assert refused(lambda: client.chat_delete(channel="C0ACME", ts=ts))["error"] == "cant_delete_message"


def test_an_archived_channel_takes_nothing(control: Control, client: WebClient) -> None:
    control.post("archive", channel="C0ACME", archived=True)
    assert refused(lambda: client.chat_postMessage(channel="C0ACME", text="x"))["error"] == "is_archived"


def test_other_tokens_are_refused(sandbox: Sandbox) -> None:
    stranger = WebClient("xoxb-other", base_url=sandbox.api_url)
    assert refused(stranger.auth_test)["error"] == "invalid_auth"
    assert refused(WebClient(base_url=sandbox.api_url).auth_test)["error"] == "not_authed"


def test_a_scope_the_manifest_lacks_is_named() -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write", "channels:read", "users:read"]}}}
    with Sandbox(manifest=manifest) as running:
        client = WebClient(running.bot_token, base_url=running.api_url)
        answer = refused(lambda: client.conversations_history(channel="C0ACME"))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:history")
        assert answer["provided"] == "channels:read,chat:write,users:read"
        assert refused(lambda: client.conversations_info(channel="C0LEADERS"))["needed"] == "groups:read"
        assert client.conversations_info(channel="C0ACME")["ok"]
        assert "email" not in client.users_info(user="U0REP1")["user"]["profile"]
        assert client.auth_test().headers["x-oauth-scopes"] == "channels:read,chat:write,users:read"


def test_one_post_a_second_and_channel_counted_on_the_workspace_clock() -> None:
    clock = SandboxClock(datetime(2026, 3, 2, 9, tzinfo=UTC), held=True)
    with Sandbox(clock=clock) as running:
        client = WebClient(running.bot_token, base_url=running.api_url, retry_handlers=[])
        client.chat_postMessage(channel="C0ACME", text="one")
        client.chat_postMessage(channel="C0BRIGHT", text="another channel")
        with pytest.raises(SlackApiError) as limited:
            client.chat_postMessage(channel="C0ACME", text="two")
        assert limited.value.response.status_code == 429
        assert limited.value.response.headers["retry-after"] == "1"
        clock.set(clock.now() + timedelta(seconds=1))
        assert client.chat_postMessage(channel="C0ACME", text="two")["ok"]


@pytest.mark.parametrize(
    ("limits", "method", "arguments", "most"),
    [
        (Limits(posts_per_minute=3, channel_gap=0), "chat.postMessage", {"channel": "C0ACME", "text": "x"}, 3),
        (Limits(), "users.list", {}, 20),
        (Limits(), "conversations.info", {"channel": "C0ACME"}, 50),
        (Limits(), "users.info", {"user": "U0REP1"}, 100),
    ],
)
def test_so_many_calls_a_minute_and_no_more(limits: Limits, method: str, arguments: dict[str, Any], most: int) -> None:
    clock = SandboxClock(datetime(2026, 3, 2, 9, tzinfo=UTC), held=True)
    with Sandbox(clock=clock, limits=limits) as running:
        client = WebClient(running.bot_token, base_url=running.api_url, retry_handlers=[])
        for _ in range(most):
            client.api_call(method, params=arguments)
        assert refused(lambda: client.api_call(method, params=arguments))["error"] == "ratelimited"
        assert client.auth_test()["ok"], "another method is not limited by it"
        clock.set(clock.now() + timedelta(seconds=60))
        assert client.api_call(method, params=arguments)["ok"]


def test_a_modal_is_laid_only_on_another(sandbox: Sandbox, client: WebClient) -> None:
    new_trigger = sandbox.platform.permissions.new_trigger
    alone = refused(lambda: client.views_push(trigger_id=new_trigger("U0REP1"), view=modal()))
    assert alone["error"] == "invalid_trigger_id"
    client.views_open(trigger_id=new_trigger("U0REP1"), view=modal())
    assert client.views_push(trigger_id=new_trigger("U0REP1"), view=modal())["ok"]


def test_attachments_excuse_no_wrong_block(client: WebClient) -> None:
    long = {"type": "section", "text": plain("x" * 3001)}
    beside = {"channel": "C0ACME", "text": "x", "blocks": [long], "attachments": [{"text": "a"}]}
    assert refused(lambda: client.api_call("chat.postMessage", json=beside))["error"] == "invalid_blocks"
    ts = client.chat_postMessage(channel="C0ACME", text="x")["ts"]
    change = {**beside, "ts": ts}
    assert refused(lambda: client.api_call("chat.update", json=change))["error"] == "invalid_blocks"
    odd = {"channel": "C0BRIGHT", "text": "x", "blocks": [{"type": ["x"]}]}
    assert refused(lambda: client.api_call("chat.postMessage", json=odd))["error"] == "invalid_blocks"


def test_a_home_is_published_and_a_stale_hash_conflicts(control: Control, client: WebClient) -> None:
    home = {"type": "home", "blocks": [text_field()]}
    first = client.views_publish(user_id="U0REP1", view=home)["view"]
    client.views_publish(user_id="U0REP1", view=home, hash=first["hash"])
    answer = refused(lambda: client.views_publish(user_id="U0REP1", view=home, hash=first["hash"]))
    assert answer["error"] == "hash_conflict"
    assert control.get("home?user=U0REP1")["id"] == first["id"]
    assert control.get("home?user=U0REP2") is None


def test_blocks_are_validated_as_strictly_as_they_are_sent(client: WebClient) -> None:
    good, bad = {"type": "divider"}, {"type": "section", "text": {"type": "invalid", "text": "x"}}
    assert client.api_call("blocks.validate", json={"blocks": [good]})["ok"]
    assert client.api_call("blocks.validate", params={"message": json.dumps({"text": "x", "blocks": [good]})})["ok"]
    for form, value, pointer in (
        ("blocks", [bad], "/0/text"),
        ("message", {"blocks": [bad]}, "/blocks/0/text"),
        ("view", {"type": "home", "blocks": [bad]}, "/blocks/0/text"),
        ("view", {"type": "window"}, "/type"),
        ("message", {"text": ""}, "/blocks"),
    ):
        with pytest.raises(SlackApiError) as refused:
            client.api_call("blocks.validate", json={form: value})
        answer = refused.value.response
        assert (answer["error"], answer["errors"][0]["pointer"]) == (f"invalid_{form}", pointer)


@pytest.mark.parametrize("given", [{}, {"blocks": [], "message": {"text": "x"}}])
def test_exactly_one_thing_is_validated(client: WebClient, given: dict[str, Any]) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        client.api_call("blocks.validate", json=given)


@pytest.mark.parametrize("method", ["users.list", "conversations.list", "conversations.members"])
@pytest.mark.parametrize(("kind", "first"), [("short_page", range(1, 99)), ("empty_page", range(1))])
def test_a_page_may_be_short_or_empty_with_more_behind_it(
    client: WebClient, control: Control, method: str, kind: str, first: range
) -> None:
    field = "channels" if method == "conversations.list" else "members"
    asked = {"channel": "C0ACME"} if method == "conversations.members" else {}
    whole = client.api_call(method, params=asked)[field]
    control.post("fault", method=method, kind=kind)
    page = client.api_call(method, params=asked)
    cursor = page["response_metadata"]["next_cursor"]
    assert len(page[field]) in first and cursor
    rest = client.api_call(method, params={**asked, "cursor": cursor})[field]
    assert [*page[field], *rest] == whole


@pytest.mark.parametrize(
    ("element", "is_there"),
    [
        ({"type": "users_select", "initial_user": "U0REP1"}, True),
        ({"type": "users_select", "initial_user": "U0NOBODY"}, False),
        ({"type": "multi_users_select", "initial_users": ["U0REP1", "U0NOBODY"]}, False),
        ({"type": "channels_select", "initial_channel": "C0ACME"}, True),
        ({"type": "channels_select", "initial_channel": "C0LEADERS"}, False),
        ({"type": "conversations_select", "initial_conversation": "C0LEADERS"}, True),
        ({"type": "conversations_select", "initial_conversation": "C0NOWHERE"}, False),
    ],
)
def test_a_select_starts_with_what_is_there(client: WebClient, element: dict[str, Any], is_there: bool) -> None:
    rows = [{"type": "actions", "elements": [{"action_id": "a", **element}]}]
    calls = (
        lambda: client.views_publish(user_id="U0REP1", view={"type": "home", "blocks": rows}),
        lambda: client.chat_postMessage(channel="C0ACME", text="x", blocks=rows),
        lambda: client.api_call("blocks.validate", json={"blocks": rows}),
    )
    for call in calls:
        if is_there:
            assert call()["ok"]
        else:
            assert "initial_" in json.dumps(refused(call))


def test_group_direct_messages_and_pending_invitations_are_shown_as_slack_shows_them() -> None:
    ann = {"id": "U0ANN", "name": "ann", "real_name": "Ann Lee"}
    rooms = [
        {"id": "G0MANY", "name": "mpdm-ann--bo-1", "members": ["U0ANN"], "is_mpim": True},
        {
            "id": "C0WAIT",
            "name": "wait",
            "members": ["U0ANN"],
            "is_pending_ext_shared": True,
            "connected_team_ids": ["T9"],
        },
    ]
    with Sandbox({"workspace": {"id": "T1", "name": "S"}, "users": [ann], "channels": rooms}) as running:
        client = WebClient(running.bot_token, base_url=running.api_url, retry_handlers=[])
        many, wait = (client.conversations_info(channel=one["id"])["channel"] for one in rooms)
    assert (many["is_mpim"], many["is_private"], many["is_im"]) == (True, True, False)
    assert (wait["is_pending_ext_shared"], wait["pending_shared"], wait["is_ext_shared"]) == (True, ["T9"], False)
