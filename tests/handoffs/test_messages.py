"""A handoff on screen at its extremes: shown as typed, whole, within Slack's limits; each message says why it came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.accounts.timeline_facts import Entry, Page
from bot.digests.facts import Digest, EarlierLine
from bot.digests.messages import render_digest
from bot.handoffs.facts import HandoffCard, Package
from bot.handoffs.forms import PART_LENGTH, Beside, HandoffEntry, WaitingHandoff, handoff_form, return_form
from bot.handoffs.rules import Direction
from bot.home.facts import HandoffToAccept, Home
from bot.home.messages import home_view
from bot.renewals.rules.desk import Desk
from bot.sandbox.strict.messages import check_blocks
from bot.sandbox.strict.views import check_view
from bot.slack.message import Message
from bot.slack.renderers import render
from bot.story.messages.timeline import timeline_view
from bot.touchpoints.facts import NextStep
from tests.story.test_messages import NASTY, TODAY, no_ping

SAID = [
    *(("package", "receiver", state) for state in ("waiting", "accepted", "returned", "withdrawn")),
    *(("reminder", "receiver", state) for state in ("waiting", "accepted", "returned", "withdrawn")),
    *(("late", reader, state) for reader in ("giver", "manager") for state in ("waiting", "accepted")),
    *(("settled", reader, state) for reader in ("giver", "receiver") for state in ("accepted", "returned")),
    ("replaced", "former", "accepted"),
]


def long(words: str) -> str:
    """As much of it as the form takes."""
    return (words * PART_LENGTH)[:PART_LENGTH]


def card(name: str, why: str = "package", reader: str = "receiver", state: str = "waiting") -> HandoffCard:
    """As much of everything as there can be, all of it `name`."""
    words = long(name)
    return HandoffCard(
        1,
        2,
        name,
        "to_support",
        TODAY,
        TODAY,
        name,
        name,
        why,
        reader,
        Package(words, words, words, words, "2026-03-09"),
        (NextStep(name * 2, name, "2026-03-01", True),) * 5,
        50,
        "2026-03-04",
        "2026-03-06" if state == "waiting" else None,
        state,
        words if state == "returned" else "",
        "" if state == "waiting" else name,
        "" if state == "waiting" else TODAY,
    )


def shown(one: HandoffCard) -> Message:
    """As Slack gets it."""
    return render("handoff", one.to_facts())


def buttons(message: Message) -> list[str]:
    """What can be pressed."""
    return [e["text"]["text"] for b in message.blocks if b["type"] == "actions" for e in b["elements"]]


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize(("why", "reader", "state"), SAID)
def test_each_message_fits_pings_nobody_and_survives_json(name: str, why: str, reader: str, state: str) -> None:
    one = card(name, why, reader, state)
    assert HandoffCard.from_facts(one.to_facts()) == one
    message = shown(one)
    check_blocks(message.blocks)
    assert len(message.text) <= 3500
    no_ping(message)


def test_a_package_of_full_length_is_shown_whole() -> None:
    one = card("a")
    words = [long(letter) for letter in "wxyz"]
    message = shown(replace(one, package=Package(*words)))
    text = "".join(str(block) for block in message.blocks)
    assert all(part in text for part in words)


@pytest.mark.parametrize(
    ("why", "reader", "state", "pressed"),
    [
        ("package", "receiver", "waiting", ["Accept", "Return…", "The whole story"]),
        ("package", "receiver", "accepted", []),
        ("reminder", "receiver", "waiting", ["Accept", "Return…", "The whole story"]),
        ("reminder", "receiver", "withdrawn", []),
        ("late", "giver", "waiting", ["Withdraw"]),
        ("late", "manager", "waiting", ["Accept", "Return…", "The whole story"]),
        ("late", "manager", "accepted", []),
        ("settled", "giver", "accepted", []),
        ("settled", "giver", "returned", ["Hand over again…"]),
        ("settled", "receiver", "returned", []),
        ("replaced", "former", "accepted", ["The whole story"]),
    ],
)
def test_only_what_makes_sense_can_be_pressed(why: str, reader: str, state: str, pressed: list[str]) -> None:
    assert buttons(shown(card("Acme", why, reader, state))) == pressed


@pytest.mark.parametrize(("why", "reader", "state"), [one for one in SAID if one[2] == "waiting"])
def test_what_waits_says_why_it_came_and_what_stops_it(why: str, reader: str, state: str) -> None:
    text = shown(card("Acme", why, reader, state)).text
    assert "Accept" in text or "Withdraw" in text


@pytest.mark.parametrize("name", NASTY)
def test_the_forms_fit_and_ping_nobody(name: str) -> None:
    words = long(name)
    waiting = tuple(WaitingHandoff(n, way, name, name, TODAY, bool(n)) for n, way in enumerate(Direction))
    entry = HandoffEntry(1, Direction.TO_SALES, "U1X", Package(words, words, words, words, TODAY))
    beside = Beside({"support_lead": name, "owner": name}, Package(words, words, words, words), TODAY)
    full = handoff_form(name, entry, TODAY, waiting, words, name, beside)
    for view in (
        full,
        handoff_form(name, HandoffEntry(1, Direction.TO_SUPPORT), TODAY),
        return_form(name, name, 7, words, TODAY, TODAY),
    ):
        check_view(view, "modal")
        no_ping([block for block in view["blocks"] if block["type"] != "input"])


@pytest.mark.parametrize("name", NASTY)
def test_desk_digest_and_timeline_show_it_within_their_limits(name: str) -> None:
    lines = tuple(HandoffToAccept(n, name, "to_sales", name, TODAY, name * 3, TODAY) for n in range(5))
    home = Home(TODAY, "rep", Desk(TODAY, (), 0), handoffs=lines)
    view = home_view(home)
    check_view(view, "home")
    no_ping(view)
    assert "5 handoffs wait for you." in str(view)
    digest = Digest(TODAY, "daily", (EarlierLine(2, "Handoffs to accept", (name,) * 5, 5),))
    assert Digest.from_facts(digest.to_facts()) == digest
    message = render_digest(digest.to_facts())
    check_blocks(message.blocks)
    no_ping(message)
    details = {"direction": "to_sales", "receiver": name}
    codes = ("given", "accepted", "returned", "withdrawn")
    entries = tuple(Entry("handoff", code, 1, TODAY, None, name * 3, details) for code in codes)
    page = timeline_view(Page(1, name, TODAY, "handoff", 0, 4, entries))
    check_view(page, "modal")
    no_ping(page)
