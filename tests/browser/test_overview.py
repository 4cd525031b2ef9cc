"""A manager's overview as she walks it in a browser: set up, sent now, acted from, and come again by the clock."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_demo import PATIENCE, act_as

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HELEN, MARCO = "U0MGR1", "U0REP2"


def set_up(page):
    """Everything, each week, by direct message."""
    page.get_by_test_id("composer").fill("/digest")
    page.get_by_test_id("composer").press("Enter")
    modal = page.get_by_test_id("modal")
    expect(modal).to_contain_text("My team", timeout=PATIENCE)
    modal.get_by_test_id("action-digest.new").click()
    expect(modal).to_contain_text("A digest of", timeout=PATIENCE)
    modal.get_by_test_id("action-whose").click()
    page.get_by_test_id("option-all").click()
    expect(modal).to_contain_text("Without a channel it comes to you by direct message", timeout=PATIENCE)
    modal.get_by_test_id("action-rhythm").click()
    page.get_by_test_id("option-weekly").click()
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_contain_text("None has come yet.", timeout=PATIENCE)
    return modal


def talk(page, who):
    act_as(page, who, "home")
    page.get_by_test_id("messages-tab").click(timeout=PATIENCE)


def overviews(page):
    return page.locator("article.message").filter(has_text="Weekly overview · all accounts")


def test_an_overview_is_set_up_comes_is_acted_from_and_comes_again_with_what_became_of_it(page):
    act_as(page, HELEN, "C0LEADERS")
    modal = set_up(page)
    modal.get_by_role("button", name="More choices").last.click()
    page.get_by_role("menuitem").filter(has_text="Send now").click()
    expect(modal).not_to_contain_text("None has come yet.", timeout=PATIENCE)
    page.keyboard.press("Escape")

    talk(page, HELEN)
    told = overviews(page).last
    expect(told).to_contain_text("2 renewals are overdue", timeout=PATIENCE)
    expect(told).to_contain_text("Quarrystone Builders")
    told.get_by_test_id(re.compile("^action-overview.ask")).first.click()
    own = page.locator("article.message").filter(has=page.get_by_test_id("only-you"))
    expect(own.last).to_contain_text("Marco Bellini is asked what is next with this renewal.", timeout=PATIENCE)

    told.get_by_role("button", name="Renewals ahead").click()
    expect(modal).to_contain_text(re.compile(r"\d+ in all, 1 to 10"), timeout=PATIENCE)
    modal.get_by_role("button", name="Next").click()
    expect(modal).to_contain_text(re.compile(r"\d+ in all, 11 to \d+"), timeout=PATIENCE)
    page.keyboard.press("Escape")
    told.get_by_role("button", name="All as a file").click()
    expect(page.locator("article.message").filter(has_text="All that lies behind the overview").last).to_contain_text(
        re.compile(r"overview-[\d-]+\.csv"), timeout=PATIENCE
    )

    talk(page, MARCO)
    asked = page.locator("article.message").filter(has_text="asks what is next").last
    expect(asked).to_contain_text("Quarrystone Builders", timeout=PATIENCE)


def test_the_next_one_comes_by_the_clock_and_says_what_became_of_what_the_last_one_asked(page):
    talk(page, HELEN)
    weekly = page.locator("article.message").filter(has_text="Weekly overview")
    expect(weekly).to_have_count(1, timeout=PATIENCE)
    weekly.locator(".blocks [aria-haspopup=menu]").nth(1).click()
    page.get_by_role("menuitem").filter(has_text="Update…").click()
    modal = page.get_by_test_id("modal")
    expect(modal).to_contain_text("Quarrystone Builders", timeout=PATIENCE)
    modal.get_by_test_id("action-stage").click()
    page.get_by_test_id("option-negotiating").click()
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0, timeout=PATIENCE)

    page.get_by_test_id("clock-week").click()
    expect(page.locator("#clock")).to_have_attribute("aria-busy", "false", timeout=2 * PATIENCE)
    expect(weekly).to_have_count(2, timeout=PATIENCE)
    expect(weekly.last).to_contain_text(
        re.compile(
            r"The last one, on \w+ \d+ \w+( \d{4})?, asked for \d+ things: 1 acted on, 1 within two working days"
        ),
        timeout=PATIENCE,
    )
