"""The demo and the sandbox, started as a newcomer starts them."""

import json
import subprocess
import sys

import pytest

from tests.demo.started import DEMO, Page
from tests.running.asking import fetch, until

pytestmark = pytest.mark.slow

FOUR = {
    "Poppyfield Hotels": "at risk",
    "Quarrystone Builders": "overdue",
    "Ridgeway Museums": "proposed",
    "Sable Insurance": "paid",
}
"""Account → what its card says of it, and no other's does."""


@pytest.fixture
def started(tmp_path):
    """Starts `python -m bot …`; what still runs in the end is killed."""
    pages = []

    def start(*arguments):
        pages.append(Page(*arguments, cwd=tmp_path, out=tmp_path / f"said {len(pages)}"))
        return pages[-1]

    yield start
    for page in pages:
        page.kill()


def messages(url, channel, user="U0ADM1"):
    return json.loads(fetch(f"{url}/control/messages/{channel}?user={user}")[1])


def test_an_earlier_demo_goes_on_with_what_people_did_in_it(started, tmp_path):
    folder = str(tmp_path / "kept")
    page = started(*DEMO, "--data", folder)
    card = until(lambda: messages(page.url, "C0DELTA"), "the card is there")[0]
    body = {"user": "U0REP2", "channel": "C0DELTA", "ts": card["ts"], "action_id": "renewal.claim"}
    status, said = fetch(f"{page.url}/control/action", json.dumps(body).encode(), {"Content-Type": "application/json"})
    assert status == 200, said
    until(lambda: "Marco Bellini is on it" in messages(page.url, "C0DELTA")[0]["text"], "Marco is on it")
    page.end()

    page = started(*DEMO, "--data", folder)
    again = until(lambda: messages(page.url, "C0DELTA"), "the card is there again")
    assert "Marco Bellini is on it" in again[0]["text"]
    assert len(again) == 1
    page.end()


def test_accounts_without_a_channel_speak_where_they_should_and_nothing_runs_on_afterwards(started):
    page = started("demo", "--no-open", "--port", "0")
    until(lambda: messages(page.url, "C0ALERTS"), "what has no channel of its own is in the fallback channel")
    until(lambda: messages(page.url, "C0ENTERPRISE"), "what has a route is where the route goes")
    assert messages(page.url, "C0IVORY") == []
    page.end()
    assert fetch(page.url)[0] == 0


def test_the_sandbox_prints_the_settings_that_a_bot_needs(started):
    page = started("sandbox", "--port", "0")
    assert fetch(f"{page.url}/control/state")[0] == 200
    said = page.end()
    for name in ("SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DATABASE_URL"):
        assert f"export {name}=" in said


def test_a_port_that_is_taken_is_said_in_one_line(started, tmp_path):
    page = started("sandbox", "--port", "0")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "sandbox", "--port", page.url.rpartition(":")[2]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 2
    assert "Choose another with --port" in done.stderr


def test_the_first_screen_shows_renewals_at_risk_overdue_on_track_and_won_side_by_side(started):
    page = started(*DEMO)
    begins = json.loads(fetch(f"{page.url}/control/state")[1])["first_look"]

    def cards():
        said = [one["text"] for one in messages(page.url, begins["at"], begins["as"]) if not one["thread_ts"]]
        found = {name: text.casefold() for text in said for name in FOUR if name in text}
        return found if len(said) == len(found) == len(FOUR) else None

    texts = until(cards, "four cards stand in the channel that one sees first, and nothing else")
    for name, sign in FOUR.items():
        assert sign in texts[name]
        others = {"at risk", "overdue", "paid"} - {sign}
        assert not [word for word in others if word in texts[name]]
    page.end()
