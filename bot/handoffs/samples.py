"""Samples of handoffs: the package and its reminders, what became of it, and the forms of both sides."""

from __future__ import annotations

from collections.abc import Iterator

from bot.accounts.samples import NAMED, WHO
from bot.handoffs.facts import HandoffCard, Package
from bot.handoffs.forms import Beside, HandoffEntry, WaitingHandoff, handoff_form, receipt_view, return_form
from bot.handoffs.rules import Direction
from bot.slack.samples import ACCOUNT, BEFORE, LATER, TODAY, WORDS, Sample, post, view

PACKAGE = Package(WORDS, WORDS, WORDS, "Call Ruth", LATER, NAMED)


def samples(person: str) -> Iterator[Sample]:
    """One for each reason why it comes, and the forms."""
    for why in ("package", "reminder", "late", "settled"):
        yield post("handoff", _card(why))
    yield view(receipt_view(7, ACCOUNT, "Priya", "to_support", ("Tue 3 March", "Thu 5 March")))
    waiting = WaitingHandoff(7, Direction.TO_SUPPORT, "Dana", "Priya", BEFORE, True)
    yield view(handoff_form(ACCOUNT, HandoffEntry(3, Direction.TO_SUPPORT, person, PACKAGE), TODAY, [waiting]))
    last = Beside({"support_lead": "Priya", "owner": "Dana"}, PACKAGE, BEFORE)
    for way in Direction:
        yield view(handoff_form(ACCOUNT, HandoffEntry(3, way), TODAY, beside=last, who=WHO))
    yield view(return_form(ACCOUNT, "Dana", 7))
    yield view(return_form(ACCOUNT, "Dana", 7, WORDS, BEFORE, TODAY))


def _card(why: str) -> HandoffCard:
    return HandoffCard(
        handoff_id=7,
        account_id=3,
        account=ACCOUNT,
        direction=Direction.TO_SUPPORT,
        as_of=TODAY,
        given_on=BEFORE,
        giver="Dana",
        receiver="Priya",
        why=why,
        reader="receiver",
        package=PACKAGE,
        gone=("Ruth Okafor",),
        state="returned" if why == "settled" else "waiting",
        gaps=WORDS if why == "settled" else "",
        settled_by="Priya" if why == "settled" else "",
        settled_on=TODAY if why == "settled" else "",
    )
