"""A press is heard though news come while the finger is down: what it lies on is drawn anew when it lifts."""

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from bot.sandbox.server import Sandbox
from tests.browser.conftest import page_with_bot
from tests.browser.test_demo import PATIENCE
from tests.sandbox.conftest import bolt_app, modal, plain, text_field

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DANA, CEDAR, ACME = "U0REP1", "C0CEDAR", "C0ACME"


def card(state):
    button = {"type": "button", "action_id": "update", "text": plain("Update…"), "value": "7"}
    words = {"type": "section", "text": {"type": "mrkdwn", "text": f"*Cedar Health*: {state}"}}
    return {"text": "Cedar Health", "blocks": [words, {"type": "actions", "block_id": "acts", "elements": [button]}]}


class Stage:
    """A page at a card of a bot, which opens a form when it is pressed."""

    def __init__(self, page, sandbox, client, ts):
        self.page, self.sandbox, self.client, self.ts = page, sandbox, client, ts
        self.card = page.locator("article.message").filter(has_text="Cedar Health")

    def hold(self, control):
        """Press it, and let the finger lie."""
        control.hover(timeout=PATIENCE)
        self.page.mouse.down()

    def news(self):
        """The card changes, and something comes elsewhere."""
        self.client.chat_update(channel=CEDAR, ts=self.ts, **card("Marco is on it"))
        self.client.chat_postMessage(channel=ACME, text="Something new")


@pytest.fixture
def stage(browser):
    with Sandbox(event_retries=()) as sandbox:
        app, client = bolt_app(sandbox), WebClient(sandbox.bot_token, base_url=sandbox.api_url)
        ts = client.chat_postMessage(channel=CEDAR, **card("nobody is on it"))["ts"]

        @app.action("update")
        def update(ack, body, client):
            client.views_open(trigger_id=body["trigger_id"], view=modal(text_field(), callback_id="form"))
            ack()

        @app.view("form")
        def send(ack):
            ack()

        with page_with_bot(browser, sandbox, app, f"as={DANA}&at={CEDAR}") as page:
            yield Stage(page, sandbox, client, ts)


def test_on_a_message_that_changes(stage):
    stage.hold(stage.card.get_by_role("button", name="Update…"))
    stage.news()
    expect(stage.page.get_by_test_id("channel-acc-acme").get_by_test_id("unread")).to_be_visible(timeout=PATIENCE)
    expect(stage.card).to_contain_text("nobody is on it")
    stage.page.mouse.up()
    expect(stage.page.get_by_test_id("modal")).to_be_visible(timeout=PATIENCE)
    expect(stage.card).to_contain_text("Marco is on it", timeout=PATIENCE)


def test_on_a_place_beside_which_something_new_is_counted(stage):
    stage.hold(stage.page.get_by_test_id("app"))
    stage.news()
    expect(stage.card).to_contain_text("Marco is on it", timeout=PATIENCE)
    expect(stage.page.get_by_test_id("channel-acc-acme").get_by_test_id("unread")).to_have_count(0)
    stage.page.mouse.up()
    expect(stage.page.get_by_test_id("home-tab")).to_be_visible(timeout=PATIENCE)
    expect(stage.page.get_by_test_id("channel-acc-acme").get_by_test_id("unread")).to_be_visible(timeout=PATIENCE)


def test_a_press_that_leads_nowhere_keeps_nothing_back(stage):
    stage.hold(stage.card.get_by_text("nobody is on it"))
    stage.news()
    expect(stage.page.get_by_test_id("channel-acc-acme").get_by_test_id("unread")).to_be_visible(timeout=PATIENCE)
    stage.page.mouse.move(5, 5)
    stage.page.mouse.up()
    expect(stage.card).to_contain_text("Marco is on it", timeout=PATIENCE)
