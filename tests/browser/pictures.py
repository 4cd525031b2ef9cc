"""Takes the pictures of docs/ from the demo's page, and measures them: `make pictures`, on a machine with Chromium.

Each is taken as wide as Slack's window on a desk and as on a phone; its height and its lines are printed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect, sync_playwright

from bot.cli.demo import start_bot
from bot.demo.explore import FIRST_LOOK
from bot.demo.morning import working_morning
from bot.features import install
from bot.manifest import manifest
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from tests.demo.started import BEGAN

DOCS = Path(__file__).parents[2] / "docs"
PATIENCE = 30_000
WIDTHS = {700: "", 390: "-phone"}
"""Width of the window in px → what is added to the file's name."""

COLOURFUL = "1f534"
"""The red circle: whoever has it in colour has the others."""

NO_FONT = """There is no font with colour emoji, and without one every sign on the pictures would be an empty box.
On Debian and Ubuntu: apt install fonts-noto-color-emoji"""
NO_BROWSER = "Chromium is not there. On Debian and Ubuntu: apt install chromium"
LOOKS = itertools.count(1)
LATER: set[str] = set()
"""The addresses of demos in which the next working day has come."""

LINES = """(node) => {
  const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const boxes = [];
  while (walk.nextNode()) {
    if (!walk.currentNode.data.trim() || walk.currentNode.parentElement.closest(".tools, .aside, [hidden]")) continue;
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    boxes.push(...[...range.getClientRects()].filter((box) => box.width && box.height));
  }
  boxes.sort((a, b) => a.top + a.bottom - b.top - b.bottom);
  let lines = 0;
  let bottom = -Infinity;
  for (const box of boxes) {
    if ((box.top + box.bottom) / 2 <= bottom) continue;
    lines += 1;
    bottom = box.bottom;
  }
  return lines;
}"""
"""How many lines of words a node has, as the eye counts them: what stands side by side is one."""
DANA, MARCO, PRIYA, HELEN = "U0REP1", "U0REP2", "U0SUP1", "U0MGR1"


@dataclass(frozen=True)
class Stage:
    """The demo's page, and a hand to type commands with."""

    page: Page
    url: str

    def act_as(self, who: str, channel: str) -> None:
        """Look with someone's eyes at a channel."""
        # Another query makes it another document: a page that is just finding its place would overwrite a mere #.
        self.page.goto(f"{self.url}/?look={next(LOOKS)}#as={who}&at={channel}")
        self.page.wait_for_selector("body[data-ready]", state="attached")

    def command(self, who: str, channel: str, line: str) -> None:
        """Type a command."""
        name, _, text = line.partition(" ")
        self._post("command", {"user": who, "channel": channel, "command": name, "text": text})

    def message(self, words: str) -> Locator:
        """The newest message with these words on it."""
        return self.page.locator("article.message").filter(has_text=words).last

    def with_button(self, action: str) -> Locator:
        """The messages with a button or menu whose action begins like this."""
        return self.page.locator("article.message").filter(has=self.page.locator(f'[data-testid^="action-{action}"]'))

    def own(self) -> Locator:
        """The newest message that only this person sees."""
        return self.page.locator("article.message").filter(has=self.page.get_by_test_id("only-you")).last

    def modal(self) -> Locator:
        """The modal that is open."""
        return self.page.get_by_test_id("modal")

    def wish_digest(self, who: str) -> None:
        """Set up a digest each morning, by `/digest`."""
        self.command(who, "C0ACME", "/digest")
        self._post("action", {"user": who, "view_id": self._view(who), "action_id": "digest.new"})
        self._post("submit", {"user": who, "view_id": self._view(who), "values": {}})

    def _view(self, who: str) -> str:
        with urllib.request.urlopen(f"{self.url}/control/view?user={who}", timeout=20) as answer:
            return str(json.load(answer)["id"])

    def talk(self, who: str, words: str) -> Locator:
        """The newest of the bot's direct messages with these words on it, with this person's eyes."""
        self.act_as(who, "home")
        self.page.get_by_test_id("messages-tab").click(timeout=PATIENCE)
        return self.message(words)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"{self.url}/control/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


def first(stage: Stage) -> Locator:
    """What a newcomer sees first."""
    stage.act_as(FIRST_LOOK["as"], FIRST_LOOK["at"])
    expect(stage.page.locator("article.message")).to_have_count(4, timeout=PATIENCE)
    return stage.page.locator("main")


def renewal(stage: Stage) -> Locator:
    """A renewal's card in the account's channel."""
    stage.act_as(DANA, "C0ACME")
    return stage.with_button("renewal.").first


def risk(stage: Stage) -> Locator:
    """The card of a renewal at risk."""
    stage.act_as(DANA, "C0CEDAR")
    return stage.with_button("renewal.").first


def story(stage: Stage, who: str = DANA) -> Locator:
    """The story of an account."""
    stage.act_as(who, "C0ACME")
    stage.command(who, "C0ACME", "/account acme")
    return stage.own()


def timeline(stage: Stage) -> Locator:
    """All that happened, behind the story's button or in its menu."""
    _chosen(story(stage, HELEN), "account.timeline", "timeline")
    expect(stage.page.get_by_test_id("modal")).to_contain_text("newest first", timeout=PATIENCE)
    return stage.modal()


def health(stage: Stage) -> Locator:
    """A health check's form, with the last answers beside the fields."""
    _chosen(story(stage, PRIYA), "health.open", "ealth check")
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
    return stage.with_button("pulse.").last


def home(stage: Stage) -> Locator:
    """A rep's desk."""
    return _home(stage, DANA)


def people(stage: Stage) -> Locator:
    """A manager's desk, with their people."""
    return _home(stage, HELEN)


def digest(stage: Stage) -> Locator:
    """What is new for a rep in the morning."""
    next_morning(stage)
    return stage.talk(DANA, "still open")


def morning(stage: Stage) -> Locator:
    """What a manager is asked to look at in the morning."""
    next_morning(stage)
    return stage.talk(HELEN, "renewals need you")


def overview(stage: Stage) -> Locator:
    """A manager's week."""
    shown = stage.talk(HELEN, "Weekly overview")
    expect(shown).to_be_visible(timeout=PATIENCE)
    width = (stage.page.viewport_size or {"width": 700})["width"]
    stage.page.set_viewport_size({"width": width, "height": 3200})
    return shown


def autopsy(stage: Stage) -> Locator:
    """What came before a loss."""
    stage.act_as(DANA, "C0MIDMARKET")
    stage.command(DANA, "C0MIDMARKET", "/autopsy tidewater")
    return stage.own()


def nurture(stage: Stage) -> Locator:
    """Something worth telling, once a quarter."""
    stage.act_as(DANA, "C0ACME")
    return stage.message("something to tell them")


def contacts(stage: Stage) -> Locator:
    """Who there is at a customer."""
    stage.act_as(DANA, "C0ACME")
    stage.command(DANA, "C0ACME", "/people acme")
    expect(stage.modal()).to_be_visible(timeout=PATIENCE)
    return stage.modal()


def competitor(stage: Stage) -> Locator:
    """What a competitor claims, before anybody has answered."""
    stage.act_as(DANA, "C0CEDAR")
    return stage.message("Norvia")


def growth(stage: Stage) -> Locator:
    """What a customer may need besides, and how they stand to each product."""
    stage.act_as(DANA, "C0ACME")
    stage.command(DANA, "C0ACME", "/grow acme")
    return stage.message("open opportunity")


def segment(stage: Stage) -> Locator:
    """How the accounts of a segment stand to each product."""
    stage.act_as(HELEN, "C0LEADERS")
    stage.command(HELEN, "C0LEADERS", "/grow segment Enterprise")
    return stage.own()


def opportunity(stage: Stage) -> Locator:
    """The form of an opportunity: their words first."""
    growth(stage).get_by_role("button", name="Change…").first.click(timeout=PATIENCE)
    expect(stage.modal()).to_be_visible(timeout=PATIENCE)
    return stage.modal()


def requalification(stage: Stage) -> Locator:
    """One-off work that is looked at again."""
    return stage.talk(MARCO, "What has changed at")


def referral(stage: Stage) -> Locator:
    """Whom one may ask for a referral, and why not the others."""
    stage.act_as(DANA, "C0ACME")
    stage.command(DANA, "C0ACME", "/referral acme")
    expect(stage.modal()).to_be_visible(timeout=PATIENCE)
    return stage.modal()


def insights(stage: Stage) -> Locator:
    """What is worth telling, and what comes up at customers."""
    stage.act_as(DANA, "C0ACME")
    stage.command(DANA, "C0ACME", "/insight list")
    return stage.message("to tell.")


def next_morning(stage: Stage) -> None:
    """Let the next working day come in this demo, once; a rep has asked for a digest by then."""
    if stage.url in LATER:
        return
    LATER.add(stage.url)
    stage.wish_digest(DANA)
    stage.act_as(DANA, "home")
    # The list of digests stays open after one was saved.
    expect(stage.modal()).to_be_visible(timeout=PATIENCE)
    stage.page.keyboard.press("Escape")
    expect(stage.modal()).to_have_count(0, timeout=PATIENCE)
    began = working_morning(BEGAN)
    following = working_morning(began.date() + timedelta(days=1))
    for _ in range((following - began).days):
        stage.page.get_by_test_id("clock-day").click(timeout=PATIENCE)
        expect(stage.page.locator("#clock")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)


def _chosen(card: Locator, action: str, words: str) -> None:
    """Press a card's button, or choose the line with these words from the menu behind its dots."""
    expect(card).to_be_visible(timeout=PATIENCE)
    button = card.get_by_test_id(f"action-{action}")
    if button.count():
        button.first.click(timeout=PATIENCE)
        return
    card.locator(".blocks [aria-haspopup=menu]").first.click(timeout=PATIENCE)
    card.page.get_by_role("menuitem").filter(has_text=words).first.click(timeout=PATIENCE)


def _home(stage: Stage, who: str) -> Locator:
    stage.act_as(who, "home")
    expect(stage.page.locator(".home-page")).to_contain_text("Good ", timeout=PATIENCE)
    # What people see every day has no first steps any more.
    hide = stage.page.get_by_test_id("action-home.hide_tour")
    if hide.count():
        hide.click(timeout=PATIENCE)
        expect(hide).to_have_count(0, timeout=PATIENCE)
    box = stage.page.locator(".home-page").bounding_box() or {"y": 0, "height": 1500}
    width = (stage.page.viewport_size or {"width": 700})["width"]
    stage.page.set_viewport_size({"width": width, "height": round(box["y"] + box["height"]) + 40})
    return stage.page.locator("main")


def time_spent(stage: Stage) -> Locator:
    """Where one's own touches of a year went."""
    stage.act_as(DANA, "C0ACME")
    stage.command(DANA, "C0ACME", "/time")
    return stage.own()


PICTURES: dict[str, Callable[[Stage], Locator]] = {
    "first.png": first,
    "card.png": renewal,
    "risk.png": risk,
    "story.png": story,
    "timeline.png": timeline,
    "touch.png": touch,
    "pulse.png": pulse,
    "home.png": home,
    "people.png": people,
    "health.png": health,
    "overview.png": overview,
    "autopsy.png": autopsy,
    "nurture.png": nurture,
    "contacts.png": contacts,
    "competitor.png": competitor,
    "growth.png": growth,
    "segment.png": segment,
    "opportunity.png": opportunity,
    "requalification.png": requalification,
    "referral.png": referral,
    "insights.png": insights,
    "time.png": time_spent,
    "digest.png": digest,
    "morning.png": morning,
}
"""File in docs/ → what is on it; a day passes before the last two."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Start the demo, photograph each of PICTURES at each width, and print its measures. Ends with what is missing."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("only", nargs="*", metavar="FILE", help=f"some of {', '.join(PICTURES)}; all, if none is named")
    asked.add_argument("--into", type=Path, default=DOCS, metavar="FOLDER", help="where the pictures go, if not docs/")
    wanted = asked.parse_args(arguments)
    if unknown := set(wanted.only) - set(PICTURES):
        asked.error(f"there is no picture {', '.join(sorted(unknown))}")
    chromium = needed_browser()
    need_emoji()
    wanted.into.mkdir(parents=True, exist_ok=True)
    with ExitStack() as exits:
        url = _demo(exits)
        browser = exits.enter_context(sync_playwright()).chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        exits.callback(browser.close)
        for name, show in PICTURES.items():
            for width, ending in WIDTHS.items():
                if wanted.only and name not in wanted.only:
                    continue
                page = browser.new_page(
                    viewport={"width": width, "height": 1600},
                    device_scale_factor=2,
                    color_scheme="light",
                    timezone_id="Europe/Berlin",
                    locale="en-GB",
                )
                shown = show(Stage(page, url))
                expect(shown).to_be_visible(timeout=PATIENCE)
                file = Path(name).with_stem(Path(name).stem + ending)
                shown.screenshot(path=wanted.into / file)
                height, lines = measured(shown)
                print(f"{file!s:20} {width:4} px wide {height:5} px high {lines:4} lines", flush=True)
                # A modal that is open stays open for its person, and would stand before the next picture.
                if page.get_by_test_id("modal").count():
                    page.keyboard.press("Escape")
                    expect(page.get_by_test_id("modal")).to_have_count(0, timeout=PATIENCE)
                page.close()


def needed_browser() -> str:
    """Where Chromium is. Ends the program, naming the package, when it is not there."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit(NO_BROWSER)
    return found


def need_emoji() -> None:
    """End the program, naming the package, unless a font draws emoji in colour."""
    lister = shutil.which("fc-list")
    found = lister and subprocess.run(
        [lister, f":charset={COLOURFUL}:color=True", "family"], capture_output=True, text=True, check=False
    )
    if not found or not found.stdout.strip():
        raise SystemExit(NO_FONT)


def measured(shown: Locator) -> tuple[int, int]:
    """(height in px, lines of words) of what stands on a page."""
    box = shown.bounding_box()
    return round(box["height"]) if box else 0, shown.evaluate(LINES)


def _demo(exits: ExitStack) -> str:
    """The address of a demo that has said all it has to say at its beginning, or banners would come up later."""
    install()
    folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
    clock = SandboxClock(working_morning(BEGAN))
    slack = Sandbox(manifest=manifest(), clock=clock, first_look=FIRST_LOOK)
    url = slack.start()
    exits.callback(slack.stop)
    slack.driver = driver = start_bot(slack, clock, folder, exits).driver
    for _ in range(120):
        following = driver.next_due()
        if following is None or following > clock.now() + timedelta(minutes=1):
            break
        time.sleep(0.5)
    return url


if __name__ == "__main__":
    main()
