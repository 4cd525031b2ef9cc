"""From something worth telling to an opportunity on the renewal's card, clicked in a browser; and who sees it not."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_demo import PATIENCE, act_as
from tests.demo.started import BEGAN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DANA, MARCO, PRIYA, HELEN, KIM, RUTH = "U0REP1", "U0REP2", "U0SUP1", "U0MGR1", "U0GST1", "U0OUT1"
TEAM_ONLY = "only for members of the team"
THEIRS = "We have the same trouble in Lyon"

TOO_WIDE = """() => [...document.querySelectorAll('main, article.message, [data-testid=modal]')]
  .filter(node => node.getBoundingClientRect().right > innerWidth + 1 || node.scrollWidth > node.clientWidth + 1)
  .map(node => node.className || node.tagName)"""


def nothing_is_too_wide(page):
    """Neither the page nor a message nor the form runs out of the window at a desk's width or a phone's."""
    for width in (390, 700):
        page.set_viewport_size({"width": width, "height": 1400})
        assert page.evaluate(TOO_WIDE) == [], f"at {width} px"


def touch_in(page):
    return page.locator("article.message[data-app]").filter(has_text="data-act").last


def write(page, line):
    page.get_by_test_id("composer").fill(line)
    page.get_by_test_id("composer").press("Enter")


def messages_of(page, who):
    """The bot's direct messages to somebody."""
    act_as(page, who, "home")
    page.get_by_test_id("messages-tab").click(timeout=PATIENCE)
    return page.locator("article.message[data-app]")


def is_ticked(page, step):
    """Explore has ticked a step off, by what happened."""
    expect(page.get_by_test_id(f"explore-{step}")).to_have_class(re.compile("done"), timeout=PATIENCE)


def own(page):
    return page.locator("article.message").filter(has=page.get_by_test_id("only-you"))


def test_what_was_told_and_answered_becomes_an_opportunity_on_the_renewals_card(page):
    page.set_viewport_size({"width": 700, "height": 1400})
    act_as(page, DANA, "C0ACME")
    card = page.locator("article.message[data-app]").filter(has_text="cancel by").first
    expect(card).to_contain_text("Set up to grow: + €18,000 possible", timeout=PATIENCE)
    touch = page.locator("article.message[data-app]").filter(has_text="something to tell them")
    expect(touch).to_contain_text("to remind them why they chose us", timeout=PATIENCE)
    expect(touch).to_contain_text("Chosen because their industry is Manufacturing.")
    nothing_is_too_wide(page)

    touch.get_by_role("button", name="Sent", exact=True).click()
    touch = page.locator("article.message[data-app]").filter(has_text="They answered?")
    expect(touch).to_contain_text(f"Dana Whitlock sent it on {BEGAN:%a} {BEGAN.day} {BEGAN:%b}, to", timeout=PATIENCE)
    expect(touch.get_by_role("button", name="An opportunity…")).to_have_count(0)
    nothing_is_too_wide(page)

    touch.get_by_role("button", name="Interested").click()
    expect(touch).to_have_count(0, timeout=PATIENCE)
    touch = page.locator("article.message[data-app]").filter(has_text="👍 Interested. Dana Whitlock")
    expect(touch).to_be_visible()
    touch.get_by_role("button", name="Change…").click()
    modal = page.get_by_test_id("modal")
    expect(modal).to_contain_text("What did Acme Robotics say to it?", timeout=PATIENCE)
    modal.get_by_role("textbox", name="In their words").fill(f"{THEIRS}.")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0, timeout=PATIENCE)
    touch = page.locator("article.message[data-app]").filter(has_text=f"Interested: “{THEIRS}.”")
    expect(touch).to_be_visible(timeout=PATIENCE)

    touch.get_by_role("button", name="An opportunity…").click()
    need = modal.get_by_role("textbox", name="What do they need, in their words?")
    expect(need).to_have_value(f"{THEIRS}.", timeout=PATIENCE)
    asked = modal.get_by_role("textbox")
    expect(asked.nth(0)).to_have_value(f"{THEIRS}.")
    money = modal.get_by_role("textbox", name="What do they say about money, in their words?")
    expect(asked.nth(1)).to_have_accessible_name(re.compile("What do they say about money"))
    nothing_is_too_wide(page)
    modal.get_by_role("textbox", name="What may it be worth?").fill("10,000 EUR")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_contain_text("Write what they say about money first, in their words.", timeout=PATIENCE)
    expect(need).to_have_value(f"{THEIRS}.")
    money.fill("Ten thousand this year")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0, timeout=PATIENCE)
    expect(card).to_contain_text("Set up to grow: + €28,000 possible", timeout=PATIENCE)
    nothing_is_too_wide(page)
    for step in ("nurture", "opportunity"):
        is_ticked(page, step)


def test_one_off_work_is_looked_at_again_and_somebody_is_asked_for_a_referral(page):
    page.set_viewport_size({"width": 700, "height": 1400})
    messages = messages_of(page, MARCO)
    asked = messages.filter(has_text="What has changed at Norrland Timber?")
    expect(asked).to_contain_text("Stock count was delivered on", timeout=PATIENCE)
    asked.get_by_role("button", name="Answer it…").click()
    modal = page.get_by_test_id("modal")
    problem = modal.get_by_role("textbox", name="Which problem do they have now, in their words?")
    problem.fill("They count by hand again", timeout=PATIENCE)
    nothing_is_too_wide(page)
    modal.get_by_test_id("action-outcome").click()
    page.get_by_test_id("option-need").click()
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0, timeout=PATIENCE)
    expect(asked).to_contain_text(
        "found a need and opened an opportunity: “They count by hand again”", timeout=PATIENCE
    )
    expect(asked.get_by_role("button", name="Answer it…")).to_have_count(0)
    is_ticked(page, "one_off")

    moment = messages_of(page, DANA).filter(has_text="a good moment to ask")
    expect(moment).to_contain_text("Nothing is unpaid, no promise is overdue", timeout=PATIENCE)
    nothing_is_too_wide(page)
    moment.get_by_role("button", name="Asked", exact=True).click()
    done = page.locator("article.message[data-app]").filter(has_text="Done: you asked")
    expect(done.get_by_role("button", name="They named somebody…")).to_be_visible(timeout=PATIENCE)
    is_ticked(page, "referral")


def test_rep_support_and_manager_see_what_is_theirs_and_outsiders_see_nothing(page):
    page.set_viewport_size({"width": 700, "height": 1400})
    act_as(page, DANA, "C0CEDAR")
    write(page, "/grow cedar")
    told = own(page).last
    expect(told).to_contain_text("not eligible because “They have no vehicles”", timeout=PATIENCE)
    expect(told).to_contain_text("Nothing is proposed to them for now: their health is poor.")
    nothing_is_too_wide(page)

    act_as(page, PRIYA, "C0ACME")
    write(page, "/time team")
    expect(own(page).last).to_contain_text("A team's time is for its manager.", timeout=PATIENCE)
    write(page, "/grow products")
    expect(own(page).last).to_contain_text("Only managers", timeout=PATIENCE)
    write(page, "/grow acme")
    expect(own(page).last).to_contain_text("€18,000 a year possible in 1 open opportunity", timeout=PATIENCE)

    act_as(page, HELEN, "C0LEADERS")
    write(page, "/grow segment Enterprise")
    told = own(page).last
    expect(told).to_contain_text("Products in Enterprise", timeout=PATIENCE)
    nothing_is_too_wide(page)
    page.set_viewport_size({"width": 390, "height": 1400})
    gap = told.get_by_role("columnheader", name="Gap")
    assert gap.evaluate("node => node.getBoundingClientRect().right") <= 390, "the gap is in sight on a phone"
    page.set_viewport_size({"width": 700, "height": 1400})
    write(page, "/time team")
    expect(own(page).last).to_contain_text("your team's time went", timeout=PATIENCE)
    is_ticked(page, "whitespace")

    for who, where in ((KIM, "C0HARBOR"), (RUTH, "C0MERIDIAN")):
        act_as(page, who, where)
        for line in ("/grow acme", "/insight list", "/referral acme", "/people acme", "/competitor cedar", "/time"):
            before = own(page).count()
            write(page, line)
            expect(own(page)).to_have_count(before + 1, timeout=PATIENCE)
            expect(own(page).last).to_contain_text(TEAM_ONLY, timeout=PATIENCE)
            expect(page.get_by_test_id("modal")).to_have_count(0)
        for words in ("€18,000", "Set up to grow", "something to tell", "not eligible", "may need"):
            expect(page.locator("article.message").filter(has_text=words)).to_have_count(0)
