"""The demo as a newcomer walks it: see a card, claim it, move the clock, see the rung."""

import itertools
import re
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from bot.core.calendar import working_day_on_or_before
from tests.browser.conftest import ready
from tests.demo.started import BEGAN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 30_000
"""Milliseconds; time passes in the demo while the bot works through every day of it."""


LOOKS = itertools.count(1)


def act_as(page, who, channel):
    # Another query makes it another document: a mere # would be overwritten by a page that is just finding its place.
    page.goto(f"{urljoin(page.url, '/')}?look={next(LOOKS)}#as={who}&at={channel}")
    ready(page)


def card_in(page):
    return page.locator("article.message[data-app]").first


def test_a_rep_sees_a_card_claims_it_moves_the_clock_and_sees_the_next_rung(page):
    act_as(page, "U0REP2", "C0DELTA")
    card = card_in(page)
    expect(card).to_contain_text("Deltaforge Steel", timeout=PATIENCE)
    expect(card).to_contain_text("25 days left")

    page.get_by_test_id("action-renewal.claim").click()
    expect(card).to_contain_text("Marco", timeout=PATIENCE)
    expect(page.get_by_test_id("action-renewal.claim")).to_have_count(0)

    card.get_by_test_id(re.compile("^replies-")).click()
    thread = page.get_by_test_id("thread")
    expect(thread).to_contain_text("Marco Bellini")
    before = thread.locator("article.message").count()

    for _ in range(2):
        page.get_by_test_id("clock-week").click()
        expect(page.locator("#clock")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
    expect(card).to_contain_text("11 days left", timeout=PATIENCE)
    expect(thread.locator("article.message")).not_to_have_count(before)
    ends = BEGAN + timedelta(days=25)
    left = (ends - working_day_on_or_before(ends - timedelta(days=14), frozenset())).days
    expect(thread).to_contain_text(f"@Marco Bellini {left} days left")


def test_a_channel_shared_with_the_customer_stays_silent_and_its_owner_is_told_alone(page):
    act_as(page, "U0REP1", "C0MERIDIAN")
    expect(page.get_by_test_id("shared-badge")).to_be_visible(timeout=PATIENCE)
    page.get_by_test_id("app").click(timeout=PATIENCE)
    page.get_by_test_id("messages-tab").click(timeout=PATIENCE)
    told = page.locator("article.message[data-app]").filter(has_text="Meridian Freight")
    expect(told.first).to_contain_text("a year", timeout=PATIENCE)
    act_as(page, "U0OUT1", "C0MERIDIAN")
    expect(page.get_by_test_id("room-header")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("article.message[data-app]")).to_have_count(0)
