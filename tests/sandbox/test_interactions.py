"""What people do reaches a Bolt app, and what the app answers is seen: over Socket Mode and over signed HTTP."""

import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_bolt import Ack, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import (
    Bot,
    Control,
    bolt_app,
    buttons,
    modal,
    over_sockets,
    plain,
    text_field,
    wait_for,
)

REP = {"user": "U0REP1", "channel": "C0ACME"}


def test_a_command_opens_a_modal_whose_errors_and_success_are_seen(bot: Bot, control: Control) -> None:
    submitted: list[str] = []

    @bot.app.command("/check")
    def open_check(ack: Ack, command: dict[str, Any], client: WebClient) -> None:
        assert command["text"] == "acme"
        client.views_open(trigger_id=command["trigger_id"], view=modal(text_field(), callback_id="check"))
        ack()

    @bot.app.view("check")
    def submit_check(ack: Ack, view: dict[str, Any]) -> None:
        why = view["state"]["values"]["why"]["text"]["value"]
        if why == "bad":
            ack(response_action="errors", errors={"why": "Say more."})
            return
        submitted.append(why)
        ack()

    bot.connect()
    assert control.post("command", **REP, command="/check", text="acme")["ok"]
    view_id = control.get("view?user=U0REP1")["id"]
    empty = control.post("submit", user="U0REP1", view_id=view_id, values={})
    assert empty == {"ok": False, "errors": {"why": "Please complete this required field."}}
    bad = control.post("submit", user="U0REP1", view_id=view_id, values={"why": {"text": "bad"}})
    assert bad == {"ok": False, "errors": {"why": "Say more."}}
    assert control.get("view?user=U0REP1")["errors"] == {"why": "Say more."}
    good = control.post("submit", user="U0REP1", view_id=view_id, values={"why": {"text": "They grow."}})
    assert good == {"ok": True, "response_action": None}
    assert control.get("view?user=U0REP1") is None
    assert submitted == ["They grow."]


def test_views_are_pushed_updated_cleared_and_their_closing_is_told(bot: Bot, control: Control) -> None:
    closed: list[str] = []

    @bot.app.command("/steps")
    def open_first(ack: Ack, command: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=command["trigger_id"], view=modal(text_field("a"), callback_id="first"))
        ack()

    @bot.app.view("first")
    def push_second(ack: Ack) -> None:
        ack(response_action="push", view=modal(text_field("b"), callback_id="second", notify_on_close=True))

    @bot.app.view("second")
    def finish(ack: Ack, view: dict[str, Any]) -> None:
        if view["state"]["values"]["b"]["text"]["value"] == "again":
            ack(response_action="update", view=modal(text_field("c"), callback_id="third"))
        else:
            ack(response_action="clear")

    @bot.app.view_closed("second")
    def note_closing(ack: Ack, view: dict[str, Any]) -> None:
        closed.append(view["callback_id"])
        ack()

    @bot.app.view("third")
    def clear_all(ack: Ack) -> None:
        ack(response_action="clear")

    bot.connect()

    def top() -> dict[str, Any]:
        view = control.get("view?user=U0REP1")
        assert isinstance(view, dict)
        return view

    def submit(block: str, text: str) -> Any:
        return control.post("submit", user="U0REP1", view_id=top()["id"], values={block: {"text": text}})

    control.post("command", **REP, command="/steps", text="")
    first = top()
    assert submit("a", "x")["response_action"] == "push"
    assert (top()["callback_id"], top()["previous_view_id"]) == ("second", first["id"])
    control.post("close", user="U0REP1", view_id=top()["id"])
    assert (closed, top()["callback_id"]) == (["second"], "first")
    submit("a", "x")
    assert submit("b", "again")["response_action"] == "update"
    assert top()["callback_id"] == "third"
    submit("c", "done")
    assert control.get("view?user=U0REP1") is None


def test_a_button_replaces_its_message_and_an_ephemeral_is_seen_by_one(
    bot: Bot, control: Control, client: WebClient
) -> None:
    @bot.app.action("claim")
    def claim(ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond) -> None:
        respond(replace_original=True, text=f"{action['value']} by {body['user']['id']}")
        respond(text="Only for you", response_type="ephemeral", replace_original=False)
        ack()

    bot.connect()
    ts = client.chat_postMessage(channel="C0ACME", text="card", blocks=[buttons("claim")])["ts"]
    assert control.post("action", **REP, ts=ts, action_id="claim") == {"ok": True, "status": 200}
    assert control.texts("C0ACME") == ["claim-value by U0REP1", "Only for you"]
    assert control.texts("C0ACME", "U0SUP1") == ["claim-value by U0REP1"]


def test_choices_reach_the_app_in_slacks_shape(bot: Bot, control: Control, client: WebClient) -> None:
    chosen: list[dict[str, Any]] = []
    stages = [{"text": plain(one.title()), "value": one} for one in ("proposed", "signed")]
    elements = [
        {"type": "static_select", "action_id": "stage", "options": stages},
        {"type": "overflow", "action_id": "more", "options": stages},
        {"type": "datepicker", "action_id": "day"},
        {"type": "users_select", "action_id": "who"},
    ]

    @bot.app.action({"block_id": "form"})
    def note(ack: Ack, action: dict[str, Any]) -> None:
        chosen.append(action)
        ack()

    bot.connect()
    block = {"type": "actions", "block_id": "form", "elements": elements}
    ts = client.chat_postMessage(channel="C0ACME", text="card", blocks=[block])["ts"]
    control.post("action", **REP, ts=ts, action_id="stage", value="signed")
    control.post("action", **REP, ts=ts, action_id="more", selected_option=stages[0])
    control.post("action", **REP, ts=ts, action_id="day", selected_date="2026-03-01")
    control.post("action", **REP, ts=ts, action_id="who", value="U0SUP1")
    assert chosen[0]["selected_option"] == stages[1]
    assert chosen[1]["selected_option"] == stages[0]
    assert chosen[2]["selected_date"] == "2026-03-01"
    assert chosen[3]["selected_user"] == "U0SUP1"
    status, answer = control.try_post("action", **REP, ts=ts, action_id="stage", value="lost")
    assert (status, "no option" in answer["error"]) == (400, True)


def test_a_press_in_a_form_tells_what_was_typed_until_then(bot: Bot, control: Control, client: WebClient) -> None:
    told: list[Any] = []

    @bot.app.command("/form")
    def open_form(ack: Ack, command: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=command["trigger_id"], view=modal(text_field(), buttons("more")))
        ack()

    @bot.app.action("more")
    def more(ack: Ack, body: dict[str, Any]) -> None:
        told.append((body.get("view") or body)["state"]["values"]["why"]["text"]["value"])
        ack()

    bot.connect()
    control.post("command", **REP, command="/form", text="")
    press = {"user": "U0REP1", "view_id": control.get("view?user=U0REP1")["id"], "action_id": "more"}
    control.post("action", **press, values={"why": {"text": {"type": "plain_text_input", "value": "They grow."}}})
    ts = client.chat_postMessage(channel="C0ACME", text="x", blocks=[text_field(), buttons("more")])["ts"]
    control.post("action", **REP, ts=ts, action_id="more", values={"why": {"text": "In a message."}})
    assert told == ["They grow.", "In a message."]
    for wrong in ({"nope": {"text": "x"}}, ["x"], {"why": "x"}):
        status, answer = control.try_post("action", **press, values=wrong)
        assert (status, answer["error"] != "") == (400, True)


def test_shortcuts_suggestions_and_the_home_tab(bot: Bot, control: Control, client: WebClient) -> None:
    picker = {"type": "external_select", "action_id": "account", "min_query_length": 1}
    field = {"type": "input", "block_id": "acc", "label": plain("Account"), "element": picker}

    @bot.app.shortcut("global")
    def open_it(ack: Ack, shortcut: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=shortcut["trigger_id"], view=modal(field))
        ack()

    @bot.app.shortcut("note_it")
    def note_it(ack: Ack, shortcut: dict[str, Any], respond: Respond) -> None:
        respond(text=f"Noted: {shortcut['message']['text']}")
        ack()

    @bot.app.options("account")
    def suggest(ack: Ack, payload: dict[str, Any]) -> None:
        ack(options=[{"text": plain(payload["value"] + "me"), "value": "acme"}])

    @bot.app.event("app_home_opened")
    def show_home(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [buttons("hello")]})

    @bot.app.action("hello")
    def hello(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal(text_field()))
        ack()

    bot.connect()
    ts = client.chat_postMessage(channel="C0ACME", text="They want more seats")["ts"]
    control.post("shortcut", **REP, callback_id="note_it", ts=ts)
    assert control.texts("C0ACME")[-1] == "Noted: They want more seats"
    control.post("shortcut", user="U0REP1", callback_id="global")
    view = control.get("view?user=U0REP1")
    asked = {"user": "U0REP1", "view_id": view["id"], "block_id": "acc", "action_id": "account"}
    assert control.post("suggest", **asked, value="ac")["options"][0]["text"]["text"] == "acme"
    home = control.post("home", user="U0REP2")
    assert home["blocks"][0]["block_id"] == "acts"
    control.post("action", user="U0REP2", view_id=home["id"], action_id="hello")
    assert control.get("view?user=U0REP2")["type"] == "modal"


def test_events_are_heard_once_each(bot: Bot, control: Control) -> None:
    heard: list[str] = []

    @bot.app.event("message")
    def hear_message(event: dict[str, Any]) -> None:
        heard.append(f"message {event['text']}")

    @bot.app.event("app_mention")
    def hear_mention(event: dict[str, Any]) -> None:
        heard.append("mention")

    def listen(kind: str) -> None:
        @bot.app.event(kind)
        def hear(event: dict[str, Any]) -> None:
            heard.append(event["type"])

    kinds = ["reaction_added", "reaction_removed", "link_shared", "channel_shared", "channel_unshared"]
    for kind in [*kinds, "member_joined_channel", "member_left_channel", "channel_archive"]:
        listen(kind)
    bot.connect()
    ts = control.post("message", **REP, text="hello @app")["ts"]
    assert sorted(heard) == ["mention", "message hello <@U0BOT>"]
    heard.clear()
    for present in (True, False):
        control.post("reaction", **REP, ts=ts, name="memo", present=present)
        control.post("share", channel="C0ACME", is_ext_shared=present)
        control.post("member", channel="C0ACME", user="U0REP2", present=present)
    control.post("archive", channel="C0CEDAR", archived=True)
    assert heard == [
        "reaction_added",
        "channel_shared",
        "member_joined_channel",
        "reaction_removed",
        "channel_unshared",
        "member_left_channel",
        "channel_archive",
    ]


def test_a_link_is_unfurled(bot: Bot, control: Control) -> None:
    url = "https://crm.larkfield.example/accounts/7"

    @bot.app.event("message")
    def ignore() -> None: ...

    @bot.app.event("link_shared")
    def unfurl(event: dict[str, Any], client: WebClient) -> None:
        preview = {"blocks": [{"type": "section", "text": plain("Acme: renewal in 30 days")}]}
        client.chat_unfurl(channel=event["channel"], ts=event["message_ts"], unfurls={url: preview})

    bot.connect()
    control.post("link", **REP, url=url)
    seen = wait_for(lambda: control.get("messages/C0ACME?user=U0REP1")[0]["unfurls"])
    assert seen[0]["url"] == url


@pytest.mark.usefixtures("one_second")
def test_an_event_that_fails_comes_again(bot: Bot, control: Control) -> None:
    tries: list[str] = []

    @bot.app.middleware
    def fail_once(body: dict[str, Any], next: Any) -> None:
        tries.append(body["event_id"])
        if len(tries) == 1:
            raise RuntimeError("not this time")
        next()

    @bot.app.event("message")
    def hear() -> None: ...

    bot.connect()
    control.post("message", **REP, text="x")
    assert len(tries) == 2
    assert len(set(tries)) == 1


def test_envelopes_go_to_several_connections_in_turn(sandbox: Sandbox, control: Control) -> None:
    heard: list[str] = []
    stops = [_listener(sandbox, name, heard) for name in ("left", "right")]
    wait_for(lambda: sandbox.platform.delivery.sockets.count == 2)
    for number in range(4):
        control.post("message", **REP, text=str(number))
    for stop in stops:
        stop()
    assert sorted(heard) == ["left", "left", "right", "right"]


def _listener(sandbox: Sandbox, name: str, heard: list[str]) -> Callable[[], None]:
    app = bolt_app(sandbox)

    @app.event("message")
    def hear() -> None:
        heard.append(name)

    return over_sockets(sandbox, app)


def test_a_permalink_leads_to_the_page(sandbox: Sandbox, control: Control, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C0ACME", text="card")["ts"]
    link = control.get("messages/C0ACME?user=U0REP1")[0]["permalink"]
    connection = http.client.HTTPConnection(urlsplit(link).netloc)
    connection.request("GET", urlsplit(link).path + f"?thread_ts={ts}")
    assert connection.getresponse().headers["location"] == f"/?channel=C0ACME&ts={ts}&thread_ts={ts}"
    connection.close()


def test_a_trigger_works_once_and_for_three_seconds(
    bot: Bot, sandbox: Sandbox, control: Control, client: WebClient
) -> None:
    triggers: list[str] = []

    @bot.app.command("/late")
    def keep(ack: Ack, command: dict[str, Any]) -> None:
        triggers.append(command["trigger_id"])
        ack()

    def error_of(trigger_id: str) -> str:
        try:
            client.views_open(trigger_id=trigger_id, view=modal())
        except SlackApiError as refused:
            return str(refused.response["error"])
        return ""

    bot.connect()
    for _ in range(2):
        control.post("command", **REP, command="/late", text="")
    assert [error_of(triggers[0]), error_of(triggers[0])] == ["", "exchanged_trigger_id"]
    permissions = sandbox.platform.permissions
    real = permissions.real_seconds
    permissions.real_seconds = lambda: real() + 4
    sandbox.clock.hold()
    assert error_of(triggers[1]) != "expired_trigger_id", "nobody is late while the clock stands still"
    permissions.real_seconds = real
    for _ in range(2):
        control.post("command", **REP, command="/late", text="")
    control.post("clock", advance_days=1)
    assert error_of(triggers[2]) == "", "a day went by, and the person pressed only just now"
    permissions.real_seconds = lambda: real() + 4
    assert error_of(triggers[3]) == "expired_trigger_id"
