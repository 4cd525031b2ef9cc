"""Samples of touches: the line of one, the answers to who logs it, and the form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from bot.accounts.forms import WhoDraft
from bot.accounts.samples import WHO
from bot.core.person import Person
from bot.slack.renderers import render
from bot.slack.samples import ACCOUNT, BEFORE, LATER, TODAY, WORDS, Sample, answer, post, view
from bot.touchpoints.facts import NextStep, TouchLine
from bot.touchpoints.forms import Draft, Source, deleted_view, kept_view, touch_form
from bot.touchpoints.messages import no_contact, which_account_of_message


def samples(person: str) -> Iterator[Sample]:
    """A call with a next step, told to the team and to who logged it; the form, new and opened again."""
    step = NextStep("Send the numbers", "Dana", LATER)
    line = TouchLine(7, ACCOUNT, BEFORE, TODAY, "call", Person(person, "Dana"), words=WORDS, next_steps=(step,))
    yield post("touch_line", line)
    yield answer("touch logged", render("touch_line", {**line.to_facts(), "is_answer": True}))
    message = ("C0123456789", "1772443800.000100")
    yield answer("which account of a message", which_account_of_message(*message))
    yield answer("no contact", no_contact("Gina", "guest", *message))
    draft = Draft(datetime(2026, 3, 2, 9, tzinfo=UTC), (ACCOUNT, "3"))
    yield view(touch_form(draft, WhoDraft("Ruth")))
    yield view(touch_form(draft, WHO))
    again = replace(draft, source=Source(touchpoint_id=7))
    yield view(touch_form(again, WHO))
    yield view(deleted_view())
    yield view(kept_view("It is there already."))
