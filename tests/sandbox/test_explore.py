"""The list of things to try: ticked off by what really happens, not by what was tried in vain."""

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient

from bot.sandbox.explore import read_steps
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Control, bolt_app, buttons, modal, over_sockets, text_field, wait_for

DANA, HELEN, KIM = "U0REP1", "U0MGR1", "U0GST1"


def step(id: str, **wish: Any) -> dict[str, Any]:
    return {"id": id, "title": f"Try {id}", "done_by": [wish]}


STEPS = [
    step("ask", kind="command", name="/ask", user=DANA),
    step("press", kind="press", name="go*"),
    step("send", kind="submit", name="form"),
    step("home", kind="home", user=HELEN),
    step("look", kind="look", user=KIM, channel="C0HARBOR"),
    step("week", kind="clock", days=7),
]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(event_retries=(), explore=STEPS, first_look={"as": HELEN, "at": "C0ACME"}) as running:
        yield running


@pytest.fixture
def app(sandbox: Sandbox, control: Control) -> Iterator[None]:
    app = bolt_app(sandbox)

    @app.command("/ask")
    def ask(ack: Ack, command: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=command["trigger_id"], view=modal(text_field(), callback_id="form"))
        ack()

    @app.action("go:7")
    def go(ack: Ack) -> None:
        ack()

    @app.event("app_home_opened")
    def opened() -> None:
        pass

    @app.view("form")
    def send(ack: Ack, view: dict[str, Any]) -> None:
        if view["state"]["values"]["why"]["text"]["value"] == "bad":
            ack(response_action="errors", errors={"why": "Say more."})
        else:
            ack()

    stop = over_sockets(sandbox, app)
    wait_for(lambda: control.get("state")["transport"] == "socket")
    yield
    stop()


def done(control: Control) -> set[str]:
    return {one["id"] for one in control.get("explore") if one["done"]}


def test_each_thing_is_ticked_off_when_it_has_happened(
    app: None, sandbox: Sandbox, control: Control, client: WebClient
) -> None:
    assert done(control) == set()
    control.post("command", user=HELEN, channel="C0ACME", command="/ask")
    assert done(control) == set(), "it was somebody else"
    control.post("command", user=DANA, channel="C0ACME", command="/ask")
    assert done(control) == {"ask"}

    ts = client.chat_postMessage(channel="C0ACME", text="x", blocks=[buttons("go:7")])["ts"]
    control.post("action", user=DANA, channel="C0ACME", ts=ts, action_id="go:7")
    assert done(control) == {"ask", "press"}

    view = control.get(f"view?user={DANA}")["id"]
    control.post("submit", user=DANA, view_id=view, values={"why": {"text": "bad"}})
    assert "send" not in done(control), "the bot did not take it"
    control.post("submit", user=DANA, view_id=view, values={"why": {"text": "They grow."}})
    assert "send" in done(control)

    control.post("home", user=DANA)
    control.get(f"messages/C0HARBOR?user={HELEN}")
    control.post("clock", advance_days=1)
    assert done(control) == {"ask", "press", "send"}
    control.post("home", user=HELEN)
    control.get(f"messages/C0HARBOR?user={KIM}")
    control.post("clock", advance_days=7)
    assert done(control) == {one["id"] for one in STEPS}


def test_what_no_bot_took_is_not_done(control: Control) -> None:
    control.post("command", user=DANA, channel="C0ACME", command="/ask")
    assert done(control) == set()


def test_the_page_hears_of_a_tick_and_where_to_begin(control: Control, sandbox: Sandbox) -> None:
    assert control.get("state")["first_look"] == {"as": HELEN, "at": "C0ACME"}
    connection = http.client.HTTPConnection(urlsplit(sandbox.base_url).netloc, timeout=5)
    connection.request("GET", "/control/events")
    stream = connection.getresponse()
    assert stream.readline() == b": here\n"
    control.post("clock", advance_days=7)
    while b'"explore"' not in stream.readline():
        pass
    connection.close()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "explore: give a list of steps"),
        (["x"], r"explore\[0\]: give an object"),
        ([{"id": "a", "done_by": []}], r"explore\[0\]: give title"),
        ([{"id": "a", "title": "A", "done_by": []}], r"explore\[0\]: give done_by"),
        ([{"id": "a", "title": "A", "colour": "red"}], "there is no field colour"),
        ([step("a", kind="dance")], r"explore\[0\].done_by\[0\]: give as kind one of: command"),
        ([step("a", kind="home"), step("a", kind="home")], "an id of its own"),
    ],
)
def test_a_list_that_is_none_is_refused_with_its_place(given: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_steps(given)
