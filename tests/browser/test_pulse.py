"""A pulse as a rep walks it in a browser: the desk names it, red asks why, it closes red, and the story knows it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.test_demo import PATIENCE, act_as
from tests.demo.started import BEGAN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "Their <!channel> says we are slow & مرحبا 🎉"


def pulse_in(page):
    return (
        page.locator("article.message").filter(has_text=re.compile("How is Acme Robotics doing|Acme Robotics: ")).first
    )


def desk(page, who):
    act_as(page, who, "C0ACME")
    page.get_by_test_id("app").click(timeout=PATIENCE)
    page.get_by_test_id("home-tab").click(timeout=PATIENCE)
    return page.get_by_test_id("home")


def test_a_pulse_goes_red_asks_why_closes_with_a_summary_and_stands_in_the_story_and_on_the_desk(page):
    waits = desk(page, "U0REP1")
    expect(waits).to_contain_text("How is Acme Robotics doing?", timeout=PATIENCE)

    act_as(page, "U0REP1", "C0ACME")
    card = pulse_in(page)
    expect(card).to_contain_text("@Dana Whitlock", timeout=PATIENCE)
    card.get_by_test_id("action-pulse.red").click()
    modal = page.get_by_test_id("modal")
    expect(modal).to_contain_text("Acme Robotics: 🔴 In danger")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_contain_text("a colour alone helps nobody")
    modal.get_by_test_id("action-reasons").click()
    page.get_by_test_id("option-Slow answers from us").click()
    page.keyboard.press("Escape")
    modal.get_by_test_id("input-words").locator("textarea").fill(WORDS)
    modal.get_by_test_id("action-known").click()
    page.get_by_test_id("option-heard").click()
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0)
    own = page.locator("article.message").filter(has=page.get_by_test_id("only-you")).last
    expect(own).to_contain_text("You said 🔴 In danger: Slow answers from us.", timeout=PATIENCE)
    expect(own).to_contain_text("Everyone has answered, so your team sees it now")
    expect(own.get_by_test_id("action-pulse.change")).to_be_visible()

    expect(card).to_contain_text("Acme Robotics: in danger", timeout=PATIENCE)
    expect(card).to_contain_text("Dana Whitlock (owner): in danger. Slow answers from us.")
    expect(card).to_contain_text("Heard from the customer on")
    expect(card).to_contain_text(WORDS)
    card.get_by_test_id(re.compile("^replies-")).click()
    thread = page.get_by_test_id("thread")
    expect(thread).to_contain_text("What is the next step with Acme Robotics, and by when?", timeout=PATIENCE)
    # The card above has the same button; this is the question in its thread.
    thread.get_by_test_id("action-pulse.step").last.click()
    page.get_by_test_id("modal").get_by_test_id("input-follow_up").locator("textarea").fill("Call their plant manager")
    later = (BEGAN + timedelta(days=4)).isoformat()
    page.get_by_test_id("modal").get_by_test_id("input-follow_up_on").locator("input").fill(later)
    page.get_by_test_id("modal-submit").click()
    expect(thread).to_contain_text("Next: Call their plant manager", timeout=PATIENCE)
    page.get_by_test_id("thread-close").click()

    page.get_by_test_id("composer").fill("/account acme")
    page.get_by_test_id("send").click()
    story = page.locator("article.message").filter(has=page.get_by_test_id("only-you")).last
    expect(story).to_contain_text("Call their plant manager", timeout=PATIENCE)

    over = desk(page, "U0REP1")
    expect(over).to_contain_text("Acme Robotics", timeout=PATIENCE)
    expect(over).not_to_contain_text("How is Acme Robotics doing?")
