"""How much of the screen a renewal's card takes, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_demo import PATIENCE, act_as

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LINE = 17
"""Pixels that a line of the small print takes at least; no line of the card is lower."""

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


@pytest.mark.parametrize(("width", "most"), [(700, 240), (390, 330)])
def test_a_card_is_read_without_scrolling_and_its_buttons_are_in_sight(page, width, most):
    for who, channel, account in CARDS:
        page.set_viewport_size({"width": width, "height": 844})
        act_as(page, who, channel)
        card = page.locator("article.message").filter(has_text=re.compile(f"{account}: .*As of", re.DOTALL)).first
        expect(card).to_be_visible(timeout=PATIENCE)
        box = card.bounding_box()
        assert box["height"] <= most, f"{account} takes {box['height']} px at {width}"
        card.scroll_into_view_if_needed()
        for button in card.locator("[data-testid^='action-renewal.']").all():
            expect(button).to_be_in_viewport()
        if width == 700:
            assert lines_of(card) <= 6
