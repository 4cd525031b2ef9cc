"""Takes README's pictures from the demo's page: `make pictures`, on a machine with Chromium."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect, sync_playwright

from bot.app import utc_now
from bot.cli.demo import start_bot
from bot.demo.morning import working_morning
from bot.manifest import manifest
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox

DOCS = Path(__file__).parents[2] / "docs"
PATIENCE = 30_000
DANA, MARCO, PRIYA, HELEN = "U0REP1", "U0REP2", "U0SUP1", "U0MGR1"


@dataclass(frozen=True)
class Stage:
    """The demo's page, and a hand to type commands with."""

    page: Page
    url: str

    def act_as(self, who: str, channel: str) -> None:
        """Look with someone's eyes at a channel."""
        self.page.goto(f"{self.url}/#as={who}&at={channel}")
        self.page.reload()

    def command(self, who: str, channel: str, line: str) -> None:
        """Type a command."""
        name, _, text = line.partition(" ")
        self._post("command", {"user": who, "channel": channel, "command": name, "text": text})

    def message(self, words: str) -> Locator:
        """The newest message with these words on it."""
        return self.page.locator("article.message").filter(has_text=words).last

    def modal(self) -> Locator:
        """The modal that is open."""
        return self.page.get_by_test_id("modal")

    def _post(self, path: str, body: dict[str, Any]) -> None:
        request = urllib.request.Request(
            f"{self.url}/control/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=20).close()


def renewal(stage: Stage) -> Locator:
    """A renewal's card in the account's channel."""
    stage.act_as(DANA, "C0ACME")
    return stage.page.locator("article.message").filter(has_text="As of").first


def story(stage: Stage, who: str = DANA) -> Locator:
    """The story of an account."""
    stage.act_as(who, "C0ACME")
    stage.command(who, "C0ACME", "/account acme")
    return stage.message("Full timeline")


def timeline(stage: Stage) -> Locator:
    """All that happened, behind the story's button."""
    story(stage, HELEN).get_by_test_id("action-account.timeline").click(timeout=PATIENCE)
    expect(stage.page.get_by_test_id("modal")).to_contain_text("newest first", timeout=PATIENCE)
    return stage.modal()


def health(stage: Stage) -> Locator:
    """A health check's form, with the last answers beside the fields."""
    story(stage, PRIYA).get_by_test_id("action-health.open").click(timeout=PATIENCE)
    return stage.modal()


def touch(stage: Stage) -> Locator:
    """A touchpoint in five seconds."""
    stage.act_as(DANA, "C0ACME")
    stage.command(DANA, "C0ACME", "/touch Called Ruth about the roll-out, she is worried about training")
    return stage.message("Logged for")


def pulse(stage: Stage) -> Locator:
    """A pulse round's card."""
    stage.act_as(MARCO, "C0ELMWOOD")
    stage.command(MARCO, "C0ELMWOOD", "/pulse elmwood")
    return stage.message("Pulse")


def home(stage: Stage) -> Locator:
    """A rep's desk."""
    return _home(stage, DANA)


def people(stage: Stage) -> Locator:
    """A manager's desk, with their people."""
    return _home(stage, HELEN)


def _home(stage: Stage, who: str) -> Locator:
    # The first opening welcomes; a later one is what people see every day.
    for _ in range(5):
        stage.act_as(who, "C0ALERTS")
        for tab in ("app", "home-tab"):
            stage.page.get_by_test_id(tab).click(timeout=PATIENCE)
        expect(stage.page.locator(".home-page")).to_contain_text("My accounts", timeout=PATIENCE)
        if "Welcome." not in stage.page.locator(".home-page").inner_text():
            break
    expect(stage.page.locator(".home-page")).to_contain_text("My settings", timeout=PATIENCE)
    box = stage.page.locator(".home-page").bounding_box() or {"y": 0, "height": 1500}
    stage.page.set_viewport_size({"width": 1000, "height": round(box["y"] + box["height"]) + 40})
    return stage.page.locator("main")


PICTURES: dict[str, Callable[[Stage], Locator]] = {
    "card.png": renewal,
    "story.png": story,
    "touch.png": touch,
    "pulse.png": pulse,
    "home.png": home,
    "people.png": people,
    "timeline.png": timeline,
    "health.png": health,
}
"""File in docs/ → what is on it. Modals come last: one that is open stays open for its person."""


def main(only: list[str]) -> None:
    """Start the demo and photograph each card, or `only` some files."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        clock = SandboxClock(working_morning(utc_now()))
        slack = Sandbox(manifest=manifest(), clock=clock)
        url = slack.start()
        exits.callback(slack.stop)
        slack.driver = driver = start_bot(slack, clock, folder, exits).driver
        playwright = exits.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        exits.callback(browser.close)
        # Whatever the demo has to say at its beginning is said first, or its banners come up on the pictures.
        waiting = browser.new_page()
        for _ in range(120):
            following = driver.next_due()
            if following is None or following > clock.now() + timedelta(minutes=1):
                break
            waiting.wait_for_timeout(500)
        waiting.close()
        for name, show in PICTURES.items():
            if only and name not in only:
                continue
            page = browser.new_page(
                viewport={"width": 1000, "height": 1600},
                device_scale_factor=2,
                color_scheme="light",
                timezone_id="Europe/Berlin",
                locale="en-GB",
            )
            shown = show(Stage(page, url))
            expect(shown).to_be_visible(timeout=PATIENCE)
            shown.screenshot(path=DOCS / name)
            page.close()


if __name__ == "__main__":
    main(sys.argv[1:])
