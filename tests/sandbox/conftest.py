"""A sandbox that runs, somebody to act in it, and a bare Bolt app over either transport."""

import contextlib
import http.server
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.request import BoltRequest
from slack_sdk import WebClient

from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox

WAIT_SECONDS = 10.0


def wait_for(condition: Callable[[], Any]) -> Any:
    """Poll until the condition holds; returns what it gave."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if found := condition():
            return found
        threading.Event().wait(0.01)
    raise AssertionError("It did not happen in time.")


@dataclass
class Control:
    """The control API; every call answers (status, body)."""

    base_url: str

    def post(self, path: str, **body: Any) -> Any:
        """POST and expect success."""
        status, answer = self.try_post(path, **body)
        assert status == 200, answer
        return answer

    def try_post(self, path: str, **body: Any) -> tuple[int, Any]:
        """POST and return whatever comes."""
        request = urllib.request.Request(
            f"{self.base_url}/control/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        return _opened(request)

    def get(self, path: str) -> Any:
        """GET and expect success."""
        status, answer = self.try_get(path)
        assert status == 200, answer
        return answer

    def try_get(self, path: str) -> tuple[int, Any]:
        """GET and return whatever comes."""
        return _opened(urllib.request.Request(f"{self.base_url}/control/{path}"))

    def texts(self, channel: str, user: str = "U0REP1") -> list[str]:
        """What this person reads in a channel."""
        return [message["text"] for message in self.get(f"messages/{channel}?user={user}")]


def _opened(request: urllib.request.Request) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The default workspace; events are tried again soon."""
    with Sandbox(event_retries=(0.0, 0.05)) as running:
        yield running


@pytest.fixture
def one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack waits one second for an acknowledgement instead of three, for tests in which none comes."""
    for way in ("sockets", "http_requests"):
        monkeypatch.setattr(f"bot.sandbox.link.{way}.ACK_SECONDS", 1.0)


@pytest.fixture
def control(sandbox: Sandbox) -> Control:
    """The control API of the sandbox."""
    return Control(sandbox.base_url)


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    """The bot's own client, which tries nothing twice."""
    return WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])


@pytest.fixture
def unlimited() -> Limits:
    """No rate limits, for tests of something else."""
    return Limits(enforced=False)


def bolt_app(sandbox: Sandbox) -> App:
    """A bare Bolt app that knows nothing but its token."""
    client = WebClient(sandbox.bot_token, base_url=sandbox.api_url)
    return App(client=client, signing_secret=sandbox.signing_secret, process_before_response=True)


@dataclass
class Bot:
    """A Bolt app and the way to connect it, once its listeners are there."""

    app: App
    connect: Callable[[], None]


@pytest.fixture(params=["socket", "http"])
def bot(request: pytest.FixtureRequest, sandbox: Sandbox, control: Control) -> Iterator[Bot]:
    """The same app over Socket Mode and over signed HTTP."""
    app = bolt_app(sandbox)
    start = over_sockets if request.param == "socket" else _over_http
    stops: list[Callable[[], None]] = []

    def connect() -> None:
        stops.append(start(sandbox, app))
        wait_for(lambda: control.get("state")["transport"] == request.param)

    yield Bot(app, connect)
    for stop in stops:
        stop()


def over_sockets(sandbox: Sandbox, app: App) -> Callable[[], None]:
    """Connect the app by Socket Mode; returns how to stop."""
    connector = WebClient(sandbox.app_token, base_url=sandbox.api_url)
    handler = SocketModeHandler(app, sandbox.app_token, web_client=connector, ping_interval=0.1)
    handler.connect()

    def stop() -> None:
        # The SDK waits up to three seconds for its reader unless the other side hangs up first, and its close
        # trips over a reader that ends at the same time. Its other thread looks up once a second, or for a message.
        handler.client.auto_reconnect_enabled = False
        with contextlib.suppress(urllib.error.URLError):
            Control(sandbox.base_url).post("fault", kind="disconnect")
        handler.client.message_processor.event.set()
        handler.client.message_queue.put("")
        with contextlib.suppress(AttributeError, OSError):
            handler.close()

    return stop


def _over_http(sandbox: Sandbox, app: App) -> Callable[[], None]:
    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = app.dispatch(BoltRequest(body=body, headers=dict(self.headers)))
            content = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.first_headers_without_set_cookie().items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    sandbox.set_request_url(f"http://127.0.0.1:{server.server_port}/slack/events")

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return stop


def plain(text: str) -> dict[str, Any]:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A modal with these blocks and a submit button."""
    return {"type": "modal", "title": plain("Title"), "submit": plain("Save"), "blocks": list(blocks), **more}


def text_field(block_id: str = "why", **more: Any) -> dict[str, Any]:
    """An input block with a text field called `text`."""
    element = {"type": "plain_text_input", "action_id": "text"}
    return {"type": "input", "block_id": block_id, "label": plain("Why?"), "element": element, **more}


def buttons(*actions: str) -> dict[str, Any]:
    """An actions block with one button per action id."""
    elements = [{"type": "button", "action_id": one, "text": plain(one), "value": f"{one}-value"} for one in actions]
    return {"type": "actions", "block_id": "acts", "elements": elements}
