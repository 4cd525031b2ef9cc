"""The list of things to try, on the page: it takes one there, ticks what happened, folds, and outlives a reload."""

import re

import pytest
from playwright.sync_api import expect

from bot.demo.explore import TO_TRY
from tests.browser.test_demo import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_list_takes_one_there_ticks_what_happened_and_outlives_a_reload(page):
    expect(page.get_by_test_id("room-header")).to_contain_text("cs-midmarket", timeout=PATIENCE)
    steps = page.get_by_test_id("explore").get_by_role("listitem")
    expect(steps).to_have_count(len(TO_TRY))
    count = page.get_by_test_id("explore-count")
    expect(count).to_have_text(f"0 of {len(TO_TRY)} done")

    page.get_by_test_id("explore-guest").press("Enter")
    expect(page.locator("#act-as")).to_contain_text("Kim Adler")
    expect(page.get_by_test_id("room-header")).to_contain_text("acc-harborline")
    expect(page.get_by_test_id("explore-guest")).to_have_class(re.compile("done"), timeout=PATIENCE)
    expect(page.get_by_test_id("explore-guest")).to_contain_text("Done:")
    expect(page.get_by_test_id("explore-guest")).to_be_focused()
    expect(count).to_have_text(f"1 of {len(TO_TRY)} done")

    page.get_by_test_id("explore-story").click()
    expect(page.locator("#act-as")).to_contain_text("Dana Whitlock")
    page.get_by_test_id("composer").fill("/account acme")
    page.get_by_test_id("composer").press("Enter")
    expect(page.get_by_test_id("explore-story")).to_have_class(re.compile("done"), timeout=PATIENCE)

    page.get_by_test_id("explore-week").click()
    expect(page.get_by_test_id("clock-week")).to_be_focused()

    page.get_by_test_id("explore-fold").press("Space")
    expect(steps.first).to_be_hidden()
    page.reload()
    expect(count).to_have_text(f"2 of {len(TO_TRY)} done", timeout=PATIENCE)
    expect(page.get_by_test_id("explore-fold")).to_have_attribute("aria-expanded", "false")
    expect(steps.first).to_be_hidden()
    page.get_by_test_id("explore-fold").press("Enter")
    expect(page.get_by_test_id("explore-fold")).to_be_focused()
    expect(steps.first).to_be_visible()
