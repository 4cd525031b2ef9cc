"""The page by keyboard alone, wide and on a phone: choose a channel, press, choose from a menu, send a form, leave."""

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from bot.sandbox.server import Sandbox
from tests.browser.conftest import page_with_bot
from tests.browser.test_demo import PATIENCE
from tests.sandbox.conftest import bolt_app, modal, plain, text_field, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DANA = "U0REP1"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
TABS = 80
"""More presses of Tab than any way through the page takes."""


def card(state):
    """A message with a button, a menu behind dots, and a field of choices."""
    return [
        {
            "type": "section",
            "block_id": "head",
            "text": {"type": "mrkdwn", "text": f"*Cedar Health*: {state}"},
            "accessory": {
                "type": "overflow",
                "action_id": "more",
                "options": [
                    {"text": plain("Account story"), "value": "story", "description": plain("All that is known")},
                    {"text": plain("In the CRM"), "value": "crm", "url": "https://crm.example.com/a/3"},
                    {"text": plain("Why am I seeing this?"), "value": "why"},
                ],
            },
        },
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [
                {"type": "button", "action_id": "update", "text": plain("Update…"), "value": "7"},
                {"type": "button", "action_id": "snooze", "text": plain("Snooze…"), "value": "7"},
            ],
        },
    ]


STAGE = {
    "type": "input",
    "block_id": "stage",
    "label": plain("Stage"),
    "element": {
        "type": "static_select",
        "action_id": "stage",
        "options": [{"text": plain(one), "value": one} for one in ("Engaged", "Proposed", "Signed")],
    },
}


@pytest.fixture
def small(browser):
    """A page on a Slack with one card and a bot that opens a form from it; and what that bot was told."""
    with Sandbox(event_retries=()) as sandbox:
        app, client, told = bolt_app(sandbox), WebClient(sandbox.bot_token, base_url=sandbox.api_url), []
        ts = client.chat_postMessage(channel="C0CEDAR", text="Cedar Health", blocks=card("nobody is on it"))["ts"]

        @app.action("update")
        def update(ack, body, client):
            client.views_open(trigger_id=body["trigger_id"], view=modal(STAGE, text_field(), callback_id="form"))
            ack()

        @app.action("more")
        def more(ack, action):
            told.append(action["selected_option"]["value"])
            ack()

        @app.view("form")
        def send(ack, view, client):
            values = view["state"]["values"]
            told.append((values["stage"]["stage"]["selected_option"]["value"], values["why"]["text"]["value"]))
            client.chat_update(channel="C0CEDAR", ts=ts, text="Cedar Health", blocks=card("Dana is on it"))
            ack()

        with page_with_bot(browser, sandbox, app, f"as={DANA}&at=C0ACME") as opened:
            yield opened, told


def focused(page):
    return page.evaluate("document.activeElement?.dataset.testid || document.activeElement?.id || ''")


def walk_to(page, testid, key="Tab"):
    """Press Tab until a control has the focus; at each stop something is seen to have it."""
    for _ in range(TABS):
        if focused(page) == testid:
            return
        page.keyboard.press(key)
        assert page.evaluate(SEEN), f"nobody sees that {focused(page)} has the focus"
    pytest.fail(f"Tab does not come to {testid}")


SEEN = """() => {
  const held = document.activeElement;
  if (!held || held === document.body) return true;
  const style = getComputedStyle(held);
  const frame = getComputedStyle(held.closest(".composer-box, label, #act-as") || held);
  const drawn = (one) => (one.outlineStyle !== "none" && parseFloat(one.outlineWidth) > 0) || one.boxShadow !== "none";
  return drawn(style) || drawn(frame);
}"""

SIDEWAYS = """() => {
  const frames = document.querySelectorAll("main, .list, #side, #places, #explore, .panel-body, .popup, #thread");
  const wide = [document.documentElement, ...frames]
    .filter((one) => one.offsetParent !== null || one === document.documentElement)
    .filter((one) => one.scrollWidth > one.clientWidth + 1);
  const out = [...document.querySelectorAll(".message *, .panel *, .popup *, #top *, .step")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && box.right > innerWidth + 1 && !one.closest(".table-frame, pre");
  });
  return [...wide, ...out].map((one) => one.id || one.className || one.tagName);
}"""


def choose_channel(page, testid):
    """Go to a channel by keyboard; on a phone the channels are behind a button."""
    if page.viewport_size == PHONE:
        walk_to(page, "menu")
        page.keyboard.press("Enter")
        expect(page.get_by_test_id(testid)).to_be_visible()
        assert page.evaluate(SIDEWAYS) == []
        assert page.evaluate("document.querySelector('#side').contains(document.activeElement)")
    walk_to(page, testid)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_card_is_pressed_a_form_sent_and_another_left_by_keyboard_alone(small, size):
    page, told = small
    page.set_viewport_size(size)
    choose_channel(page, "channel-acc-cedar-health")
    expect(page.locator("article.message")).to_contain_text("nobody is on it", timeout=PATIENCE)
    assert focused(page) == ("channel-acc-cedar-health" if size == WIDE else "main")
    assert page.evaluate(SIDEWAYS) == []

    walk_to(page, "action-update")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("action-stage")).to_be_focused(timeout=PATIENCE)
    assert page.evaluate(SIDEWAYS) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_be_focused()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("action-stage")).to_contain_text("Signed")
    expect(page.get_by_test_id("action-stage")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("They grow.")
    for _ in range(TABS):
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('.panel').contains(document.activeElement)"), "out of the dialog"
        if focused(page) == "modal-submit":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("modal")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator("article.message")).to_contain_text("Dana is on it", timeout=PATIENCE)
    expect(page.get_by_test_id("action-update")).to_be_focused()
    assert told == [("Signed", "They grow.")]

    page.keyboard.press("Enter")
    expect(page.get_by_test_id("modal")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("modal")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_test_id("action-update")).to_be_focused()
    assert page.evaluate(SEEN)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_menu_behind_the_dots_opens_is_walked_chosen_from_and_left(small, size):
    page, told = small
    page.set_viewport_size(size)
    choose_channel(page, "channel-acc-cedar-health")
    dots = page.get_by_test_id("action-more")
    expect(dots).to_be_visible(timeout=PATIENCE)
    walk_to(page, "action-more")
    page.keyboard.press("Enter")
    menu = page.get_by_role("menu")
    expect(menu).to_be_visible()
    expect(dots).to_have_attribute("aria-expanded", "true")
    rows = menu.get_by_role("menuitem")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("All that is known")
    assert page.evaluate(SIDEWAYS) == []

    expect(rows.nth(0)).to_be_focused()
    for key, row in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowDown", 0), ("ArrowUp", 2), ("Home", 0), ("End", 2)):
        page.keyboard.press(key)
        expect(rows.nth(row)).to_be_focused()
        assert page.evaluate(SEEN)
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(dots).to_be_focused()
    expect(dots).to_have_attribute("aria-expanded", "false")
    assert told == []

    page.keyboard.press("ArrowDown")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(menu).to_have_count(0)
    expect(dots).to_be_focused()
    wait_for(lambda: told == ["why"])

    page.context.route("https://crm.example.com/**", lambda route: route.fulfill(body="The CRM"))
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    with page.context.expect_page() as beside:
        page.keyboard.press("Enter")
    assert beside.value.url == "https://crm.example.com/a/3"
    wait_for(lambda: told == ["why", "crm"])


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_demos_first_card_is_reached_pressed_and_left_by_keyboard(page, size):
    page.set_viewport_size(size)
    expect(page.get_by_test_id("action-renewal.update").first).to_be_visible(timeout=PATIENCE)
    choose_channel(page, "channel-acc-cedar-health")
    expect(page.get_by_test_id("room-header")).to_contain_text("acc-cedar-health")
    expect(page.get_by_test_id("action-renewal.update").first).to_be_visible(timeout=PATIENCE)
    assert page.evaluate(SIDEWAYS) == []
    walk_to(page, "action-renewal.update")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("modal")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.querySelector('.panel').contains(document.activeElement)")
    assert page.evaluate(SIDEWAYS) == []
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("modal")).to_have_count(0, timeout=PATIENCE)
    assert focused(page) == "action-renewal.update"
