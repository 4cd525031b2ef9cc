"""How much of the screen messages and Home take, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import pictures
from tests.browser.test_demo import PATIENCE, act_as

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LINE = 17
"""Pixels that a line of the small print takes at least; no line of the card is lower."""

BYLINE = 22
"""Pixels of a name above a message, which the page leaves out where the same one spoke just before."""

CARDS = (("U0REP1", "C0ACME", "Acme Robotics"), ("U0REP2", "C0DELTA", "Deltaforge Steel"))


def lines_of(card):
    """The lines of text that are drawn, buttons aside: the different heights at which words begin."""
    return card.evaluate(
        """card => {
            const tops = new Set();
            for (const block of card.querySelectorAll('.section, .context')) {
                const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
                for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    if (node.parentElement.closest('button') || !node.textContent.trim()) continue;
                    const range = document.createRange();
                    range.selectNodeContents(node);
                    for (const box of range.getClientRects()) tops.add(Math.round(box.bottom / 8));
                }
            }
            return tops.size;
        }"""
    )


def test_a_card_is_read_without_scrolling_and_its_buttons_are_in_sight(page):
    for width, most in ((700, 240), (390, 330)):
        for who, channel, account in CARDS:
            page.set_viewport_size({"width": width, "height": 844})
            act_as(page, who, channel)
            card = page.locator("article.message").filter(has_text=re.compile(f"{account}: .*As of", re.DOTALL)).first
            expect(card).to_be_visible(timeout=PATIENCE)
            box = card.bounding_box()
            named = BYLINE * card.evaluate("node => node.matches('.compact')")
            assert box["height"] + named <= most, f"{account} takes {box['height']} px at {width}"
            card.scroll_into_view_if_needed()
            for button in card.locator("[data-testid^='action-renewal.']").all():
                expect(button).to_be_in_viewport()
            if width == 700:
                assert lines_of(card) <= 6


BOUNDS = {
    "story": {700: (640, 31), 390: (930, 48)},
    "pulse": {700: (225, 8), 390: (335, 13)},
    "home": {700: (1990, 67), 390: (2650, 95)},
    "people": {700: (1710, 58), 390: (2190, 79)},
    "digest": {700: (550, 19), 390: (770, 30)},
    "morning": {700: (315, 11), 390: (410, 15)},
}
"""Of each, by the window's width: at most so many px and so many lines, which is today's and a little room."""


@pytest.mark.parametrize("width", [700, 390])
def test_what_is_read_in_the_morning_stays_as_short_as_it_is(page, width):
    stage = pictures.Stage(page, re.match(r"https?://[^/]+", page.url)[0])
    for name, bounds in BOUNDS.items():
        page.set_viewport_size({"width": width, "height": 1600})
        shown = getattr(pictures, name)(stage)
        expect(shown).to_be_visible(timeout=PATIENCE)
        height, lines = pictures.measured(shown)
        height += BYLINE * (shown.evaluate("node => node.matches('.compact')"))
        most, most_lines = bounds[width]
        assert height <= most, f"{name} takes {height} px at {width}"
        assert lines <= most_lines, f"{name} takes {lines} lines at {width}"
        if page.get_by_test_id("modal").count():
            page.keyboard.press("Escape")


def test_a_newcomer_sees_all_four_renewals_whole(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    cards = page.locator("article.message")
    expect(cards).to_have_count(4, timeout=PATIENCE)
    seen = page.locator("main .list").bounding_box()
    for card, words in zip(cards.all(), ("paid", "on track", "overdue", "at risk"), strict=True):
        expect(card).to_contain_text(words, timeout=PATIENCE)
        box = card.bounding_box()
        assert box["y"] >= seen["y"] and box["y"] + box["height"] <= seen["y"] + seen["height"], words
