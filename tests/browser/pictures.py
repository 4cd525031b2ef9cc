"""Takes README's pictures from the demo's page: `make pictures`, on a machine with Chromium."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from bot.app import utc_now
from bot.cli.demo import start_bot
from bot.demo.morning import working_morning
from bot.manifest import manifest
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox

DOCS = Path(__file__).parents[2] / "docs"

PICTURES = {"card.png": ("U0REP1", "C0ACME", "Acme Robotics")}
"""File in docs/ → whose eyes, which channel, what must be on it."""


def main() -> None:
    """Start the demo and photograph each card."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        clock = SandboxClock(working_morning(utc_now()))
        slack = Sandbox(manifest=manifest(), clock=clock)
        url = slack.start()
        exits.callback(slack.stop)
        slack.driver = start_bot(slack, clock, folder, exits).driver
        playwright = exits.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        exits.callback(browser.close)
        page = browser.new_page(
            viewport={"width": 1000, "height": 1000},
            device_scale_factor=2,
            color_scheme="light",
            timezone_id="Europe/Berlin",
            locale="en-GB",
        )
        for name, (who, channel, words) in PICTURES.items():
            page.goto(f"{url}/#as={who}&at={channel}")
            page.reload()
            card = page.locator("article.message").filter(has_text=words).first
            expect(card).to_be_visible(timeout=30_000)
            card.screenshot(path=DOCS / name)


if __name__ == "__main__":
    main()
