"""The control API: what it shows to whom, and what it refuses."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.sandbox.clock import SandboxClock
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Control, buttons, wait_for

MANIFEST = {
    "display_information": {"name": "Perennial"},
    "features": {
        "slash_commands": [{"command": "/health", "description": "Check", "usage_hint": "acme", "should_escape": True}],
        "shortcuts": [{"name": "Note it", "type": "message", "callback_id": "note_it", "description": "Keep it"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write"]}},
}


def test_the_state_shows_people_channels_commands_and_time() -> None:
    clock = SandboxClock(datetime(2026, 3, 2, 9, tzinfo=UTC), held=True)
    with Sandbox(manifest=MANIFEST, clock=clock) as running:
        state = Control(running.base_url).get("state")
    assert state["workspace"]["name"] == "Larkfield"
    assert state["now"] == "2026-03-02T09:00:00+00:00"
    assert (state["transport"], state["driven"]) == ("none", False)
    assert {user["role"] for user in state["users"]} >= {"rep", "support", "manager", "admin", "guest", "outsider"}
    assert [one["id"] for one in state["channels"] if one["is_ext_shared"]] == ["C0MERIDIAN"]
    assert state["commands"] == [{"command": "/health", "description": "Check", "usage_hint": "acme"}]
    assert state["shortcuts"][0]["type"] == "message"
    assert state["bot"] == {"user_id": "U0BOT", "name": "Perennial"}


def test_who_is_not_in_a_channel_sees_nothing_of_it(control: Control) -> None:
    status, answer = control.try_get("messages/C0LEADERS?user=U0REP1")
    assert status == 403
    assert "not in #leadership" in answer["error"]


def test_an_ephemeral_is_seen_by_its_person_alone(control: Control, client: WebClient) -> None:
    client.chat_postEphemeral(channel="C0ACME", user="U0REP1", text="psst")
    seen = control.get("messages/C0ACME?user=U0REP1")
    assert (seen[0]["ephemeral"], seen[0]["bot"]) == (True, True)
    assert control.texts("C0ACME", "U0SUP1") == []


def test_replies_are_listed_flat_and_the_direct_message_by_either_id(control: Control, client: WebClient) -> None:
    parent = client.chat_postMessage(channel="U0REP1", text="card")["ts"]
    control.post("message", channel="D0REP1", user="U0REP1", text="ok", thread_ts=parent)
    for channel in ("U0REP1", "D0REP1"):
        seen = control.get(f"messages/{channel}?user=U0REP1")
        assert [(one["text"], one["thread_ts"]) for one in seen] == [("card", None), ("ok", parent)]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("message", {"user": "U0REP1", "channel": "C0NOPE", "text": "x"}, 404),
        ("message", {"user": "U0NOBODY", "channel": "C0ACME", "text": "x"}, 404),
        ("message", {"user": "U0REP2", "channel": "C0ACME", "text": "x"}, 403),
        ("message", {"user": "U0REP1", "channel": "C0ACME"}, 400),
        ("command", {"user": "U0REP1", "channel": "C0ACME", "command": "/nope", "text": ""}, 404),
        ("shortcut", {"user": "U0REP1", "callback_id": "nope"}, 404),
        ("action", {"user": "U0REP1", "channel": "C0ACME", "ts": "1.0", "action_id": "x"}, 404),
        ("submit", {"user": "U0REP1", "view_id": "V0", "values": {}}, 404),
        ("clock", {"to": "2020-01-01"}, 400),
        ("clock", {"to": "soon"}, 400),
        ("clock", {"advance_days": "some"}, 400),
        ("clock", {"advance_days": "nan"}, 400),
        ("clock", {"advance_days": 1e12}, 400),
        ("clock", {"advance_days": "inf"}, 400),
        ("clock", {"advance_days": -1}, 400),
        ("clock", {"to": "9999-12-31"}, 400),
        ("fault", {"kind": "delay", "times": "abc"}, 400),
        ("fault", {"kind": "delay", "times": -1}, 400),
        ("fault", {"kind": "delay", "seconds": "nan"}, 400),
        ("message", {"user": "U0REP1", "channel": "C0ACME", "text": "x", "thread_ts": "1.0"}, 404),
        ("clock", {}, 400),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(path: str, body: dict[str, str], status: int) -> None:
    with Sandbox(manifest=MANIFEST) as running:
        got, answer = Control(running.base_url).try_post(path, **body)
    assert (got, answer["error"].endswith(".")) == (status, True), answer


def test_the_clock_steps_the_driver_and_answers_when_all_is_done() -> None:
    clock = SandboxClock(datetime(2026, 3, 2, 9, tzinfo=UTC))

    class Poster:
        """Posts once a day at nine, through the Web API, as a scheduler in a thread would."""

        def __init__(self, client: WebClient) -> None:
            self.client, self.next = client, clock.now() + timedelta(days=1)

        def work(self) -> None:
            if clock.now() >= self.next:
                self.client.chat_postMessage(channel="C0ACME", text=f"day {self.next:%d}")
                self.next += timedelta(days=1)

        def next_due(self) -> datetime:
            return self.next

    with Sandbox(clock=clock) as running:
        running.driver = Poster(WebClient(running.bot_token, base_url=running.api_url))
        control = Control(running.base_url)
        answer = control.post("clock", advance_days=3)
        assert control.texts("C0ACME") == ["day 03", "day 04", "day 05"]
        assert answer["now"].startswith("2026-03-05")
        assert answer["driven"] is True
        assert control.get("state")["driven"] is True


def test_a_clock_that_drives_nobody_says_so(control: Control) -> None:
    answer = control.post("clock", advance_days=30)
    assert (answer["steps"], answer["driven"]) == (0, False)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("R&D <now> a>b", "R&amp;D &lt;now&gt; a&gt;b"),
        ("<@U0REP1> in <#C0ACME|acc-acme>, <!here>", "<@U0REP1> in <#C0ACME|acc-acme>, <!here>"),
        ("<https://larkfield.example/?a=1|here>", "<https://larkfield.example/?a=1|here>"),
        ("https://larkfield.example/?a=1&b=2", "<https://larkfield.example/?a=1&amp;b=2>"),
        ("<see https://larkfield.example/a>", "&lt;see <https://larkfield.example/a>&gt;"),
        ("already &amp; &lt;", "already &amp; &lt;"),
        ("@dana in #acc-acme", "<@U0REP1> in <#C0ACME>"),
    ],
)
def test_what_people_type_is_escaped_as_slack_does(control: Control, typed: str, sent: str) -> None:
    control.post("message", channel="C0ACME", user="U0REP1", text=typed)
    assert control.texts("C0ACME") == [sent]


def test_an_answer_to_a_reply_stands_in_the_same_thread(control: Control) -> None:
    said = {"channel": "C0ACME", "user": "U0REP1"}
    parent = control.post("message", **said, text="card")["ts"]
    reply = control.post("message", **said, text="one", thread_ts=parent)["ts"]
    control.post("message", **said, text="two", thread_ts=reply)
    seen = control.get("messages/C0ACME?user=U0REP1")
    assert [(one["text"], one["thread_ts"]) for one in seen] == [("card", None), ("one", parent), ("two", parent)]
    assert seen[0]["reply_count"] == 2


def test_the_traffic_is_numbered_and_shows_no_token(sandbox: Sandbox, control: Control, client: WebClient) -> None:
    client.api_call("auth.test", params={"token": sandbox.bot_token})
    client.chat_postMessage(channel="C0ACME", text="x")
    app = WebClient(sandbox.app_token, base_url=sandbox.api_url)
    app.apps_connections_open(app_token=sandbox.app_token)
    traffic = control.get("traffic")
    assert [one["n"] for one in traffic] == [1, 2, 3]
    assert [one["n"] for one in control.get("traffic?after=1&limit=1")] == [3]
    assert traffic[1]["request"]["text"] == "x"
    everything = json.dumps(traffic)
    assert "xoxb-" not in everything
    assert "xapp-" not in everything
    assert "/socket/" not in everything


def test_an_unknown_method_is_in_the_log_and_in_the_traffic(
    control: Control, client: WebClient, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Exception, match="unknown_method"):
        client.api_call("stars.add")
    assert "stars.add" in caplog.text
    assert control.get("traffic")[0]["response"]["error"] == "unknown_method"


def test_a_response_url_lasts_five_uses_and_thirty_minutes(sandbox: Sandbox, control: Control) -> None:
    permissions = sandbox.platform.permissions
    spent = WebhookClient(f"{sandbox.base_url}/actions/{permissions.new_answer('U0REP1', 'C0ACME')}")
    old = WebhookClient(f"{sandbox.base_url}/actions/{permissions.new_answer('U0REP1', 'C0ACME')}")
    assert [spent.send(text=str(n)).status_code for n in range(6)] == [200] * 5 + [404]
    assert spent.send(text="x").body == '{"ok":false,"error":"used_url"}'
    control.post("clock", advance_seconds=1801)
    assert old.send(text="x").body == '{"ok":false,"error":"expired_url"}'
    assert control.texts("C0ACME") == ["0", "1", "2", "3", "4"]


def test_an_open_page_hears_what_changed(sandbox: Sandbox, client: WebClient) -> None:
    connection = http.client.HTTPConnection(urlsplit(sandbox.base_url).netloc, timeout=5)
    connection.request("GET", "/control/events")
    stream = connection.getresponse()
    assert stream.readline() == b": here\n"
    client.chat_postMessage(channel="C0ACME", text="x", blocks=[buttons("a")])
    lines = [stream.readline().decode() for _ in range(4)]
    changes = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert {"kind": "message", "channel": "C0ACME"} in changes
    connection.close()


def test_a_seed_makes_another_workspace() -> None:
    seed = {
        "workspace": {"id": "T1", "name": "Small"},
        "users": [{"id": "U1", "name": "ann", "real_name": "Ann", "role": "rep"}],
        "channels": [{"id": "C1", "name": "general", "members": ["U1"]}],
    }
    with Sandbox(seed) as running:
        client = WebClient(running.bot_token, base_url=running.api_url)
        client.chat_postMessage(channel="C1", text="hello")
        assert Control(running.base_url).texts("C1", "U1") == ["hello"]


def test_stopping_twice_is_harmless_and_frees_the_port() -> None:
    first = Sandbox()
    address = first.start()
    first.stop()
    first.stop()
    with Sandbox() as second:
        second.stop()
        assert second.start(int(address.rpartition(":")[2])) == address


def test_it_stops_at_once() -> None:
    took = []
    for _ in range(5):
        sandbox = Sandbox()
        sandbox.start()
        began = time.monotonic()
        sandbox.stop()
        took.append(time.monotonic() - began)
    assert min(took) < 0.1, "uvicorn's own way takes a tenth of a second at least"


def test_what_is_being_answered_when_it_stops_is_answered() -> None:
    sandbox = Sandbox()
    sandbox.start()
    sandbox.platform.faults.arm(Fault("auth.test", "delay", 1, 0.3))
    client = WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(client.auth_test)
        wait_for(lambda: not sandbox.platform.faults._armed)
        sandbox.stop()
        assert asking.result()["ok"]


OWN = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "state", {"Host": "evil.example"}, 403),
        ("GET", "state", {"Host": "127.0.0.1.evil.example:80"}, 403),
        ("GET", "state", {"Host": "[::1"}, 403),
        ("GET", "events", {"Host": "evil.example"}, 403),
        ("GET", "events", {"Origin": "http://evil.example"}, 403),
        ("GET", "messages/C0ACME?user=U0REP1", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", "message", OWN | {"Host": "evil.example"}, 403),
        ("POST", "message", OWN | {"Origin": "https://evil.example"}, 403),
        ("POST", "message", OWN | {"Origin": "null"}, 403),
        ("POST", "message", OWN | {"Origin": "http://127.0.0.1:1"}, 403),
        ("POST", "message", {"Content-Type": "text/plain"}, 415),
        ("POST", "message", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ("POST", "clock", {}, 415),
        ("POST", "message", OWN | {"Content-Type": "application/json; charset=utf-8"}, 200),
        ("GET", "state", {"Sec-Fetch-Site": "none"}, 200),
    ],
)
def test_the_control_api_answers_its_own_page_and_this_machine_and_no_page_of_the_web(
    sandbox: Sandbox, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    address = urlsplit(sandbox.base_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    body = json.dumps({"user": "U0REP1", "channel": "C0ACME", "text": "hello"}) if method == "POST" else None
    connection.request(method, f"/control/{path}", body, headers)
    assert connection.getresponse().status == status
    connection.close()


def test_the_page_itself_may_press_under_either_name_of_this_machine(sandbox: Sandbox) -> None:
    address = urlsplit(sandbox.base_url)
    for name in (address.netloc, f"localhost:{address.port}"):
        connection = http.client.HTTPConnection(address.hostname or "", address.port)
        headers = OWN | {"Host": name, "Origin": f"http://{name}", "Sec-Fetch-Site": "same-origin"}
        body = json.dumps({"user": "U0REP1", "channel": "C0ACME", "text": "hello"})
        connection.request("POST", "/control/message", body, headers)
        assert connection.getresponse().status == 200
        connection.close()


def test_each_start_has_secrets_of_its_own(sandbox: Sandbox) -> None:
    other = Sandbox()
    for name in ("bot_token", "app_token", "signing_secret"):
        assert getattr(other, name) != getattr(sandbox, name)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        WebClient(other.bot_token, base_url=sandbox.api_url, retry_handlers=[]).auth_test()
