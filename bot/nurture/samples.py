"""Samples of nurture: a proposal for each goal, sent and not, with every answer to it, and the forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.accounts.samples import NAMED, WHO
from bot.core.person import Person
from bot.insights.rules import Goal
from bot.nurture.facts import LastingPause, NurtureCard, PauseNews
from bot.nurture.forms import opening_form, pause_form, said_form
from bot.nurture.pauses import KIND as PAUSE
from bot.nurture.rules import OPENING, Attendance, NotNow, NurtureAnswer
from bot.nurture.show import KIND
from bot.slack.samples import ACCOUNT, LATER, TODAY, WORDS, Sample, post, view


def samples(person: str) -> Iterator[Sample]:
    """The posts, then the forms."""
    for card in _cards(person):
        yield post(KIND, card)
    dana = Person(person, "Dana")
    paused = PauseNews(5, 3, ACCOUNT, TODAY, dana, LATER, WORDS)
    for news in (
        paused,
        replace(paused, until=""),
        replace(paused, ended_on=TODAY),
        replace(paused, ended_on=TODAY, ended_by=dana),
    ):
        yield post(PAUSE, news)
    yield view(pause_form(ACCOUNT, 3, None, TODAY))
    yield view(pause_form(ACCOUNT, 3, LastingPause(5, dana, LATER, WORDS), TODAY))
    yield view(said_form(ACCOUNT, 7, "replied", WORDS, 3, WHO))
    yield view(opening_form(7, OPENING, manages=True))


def _cards(person: str) -> Iterator[NurtureCard]:
    dana = Person(person, "Dana")
    opening = f"Hi Ruben, this made me think of you at {ACCOUNT}: {WORDS} https://example.com/study\nWorth ten minutes?"
    card = NurtureCard(
        7, 3, ACCOUNT, TODAY, "reinforce", "article", WORDS, opening, fits="their goals mention downtime"
    )
    for goal in Goal:
        yield replace(card, goal=goal.value, offer="Audit trail", own=1, told=4, is_about_us=True, mention=person)
    yield replace(card, kind="webinar", day=LATER, routed="guest")
    yield replace(card, is_retired=True)
    sent = replace(card, state="sent", by=dana, on=TODAY)
    yield sent
    for answer in NurtureAnswer:
        yield replace(sent, answer=answer.value, answered_by=dana, answered_on=LATER, said=WORDS, heard_from=NAMED)
    for attendance in Attendance:
        yield replace(sent, kind="webinar", day=LATER, attendance=attendance.value, answered_by=dana, answered_on=TODAY)
    for reason in NotNow:
        yield replace(card, state="not_now", reason=reason.value, by=dana, on=TODAY, again_on=LATER)
    yield replace(card, state="lapsed", on=TODAY)
    yield replace(card, pause=LastingPause(5, dana, LATER, WORDS))
    yield replace(card, pause=LastingPause(5, dana, "", WORDS))
