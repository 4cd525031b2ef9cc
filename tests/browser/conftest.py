"""A browser, and the demo as a newcomer starts it."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.demo.started import DEMO, Page
from tests.sandbox.conftest import Control, over_sockets, wait_for

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser():
    """Chromium, without a window."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not there: apt install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def demo_url(tmp_path):
    """The address of a demo that was started the way README says, but for its day, in a process of its own."""
    demo = Page(*DEMO, "--data", str(tmp_path / "demo"), cwd=ROOT, out=tmp_path / "said")
    try:
        yield demo.url
    finally:
        demo.end()


def ready(page):
    """Wait until the page has found its place: before, it would overwrite an address that a test goes to."""
    page.wait_for_selector("body[data-ready]", state="attached")


@contextmanager
def page_with_bot(browser, sandbox, app, place):
    """A page at a place of a sandbox (what follows its #), once this bot is there; an error in its own code fails."""
    stop = over_sockets(sandbox, app)
    wait_for(lambda: Control(sandbox.base_url).get("state")["transport"] == "socket")
    opened = browser.new_page(timezone_id="Europe/Berlin", locale="en-GB", reduced_motion="reduce")
    errors = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(f"{sandbox.base_url}/#{place}")
    ready(opened)
    yield opened
    opened.close()
    stop()
    assert errors == []


@pytest.fixture
def page(browser, demo_url):
    """The demo's page, freshly opened; an error in the page's own code fails the test."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900}, timezone_id="Europe/Berlin", locale="en-GB")
    errors = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(demo_url)
    ready(opened)
    yield opened
    opened.close()
    assert errors == []
