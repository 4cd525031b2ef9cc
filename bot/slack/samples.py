"""Samples: one made-up example of every kind of message and view, to be held against what a Slack takes of them.

Each feature makes its own (`samples.py`), of the facts below, so that what stands on two of them is the same story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.facts import Facts
from bot.slack.message import Message
from bot.slack.renderers import render

ACCOUNT, TODAY, LATER, BEFORE = "Acme Robotics", "2026-03-02", "2026-04-21", "2026-02-02"
WORDS = "They like the new dashboard & ask for <more> of it."
REASONS = ("Price", "Support was slow")


@dataclass(frozen=True, slots=True)
class Sample:
    """One example. `form` is "message" or "view"; `body` is what blocks.validate takes under that name."""

    kind: str
    form: str
    body: Mapping[str, Any]


SamplesOf = Callable[[str], Iterable[Sample]]
"""What makes some: it takes the Slack id of somebody who is there, for the fields that start with someone."""

SAMPLES: list[SamplesOf] = []
"""`samples` of every feature."""


def samples(person: str) -> Iterator[Sample]:
    """All of them; `person` is the Slack id of somebody who is there."""
    for made in SAMPLES:
        yield from made(person)


def post(kind: str, facts: Facts | Mapping[str, Any]) -> Sample:
    """A post of this kind, as its feature renders it."""
    return _message(kind, render(kind, facts.to_facts() if isinstance(facts, Facts) else facts))


def answer(what: str, message: Message) -> Sample:
    """What is said in answer to a command or a button, and is no post."""
    return _message(f"answer: {what}", message)


def view(shown: Mapping[str, Any]) -> Sample:
    """A modal, or somebody's home."""
    return Sample(f"{shown['type']} {shown.get('callback_id', '')}".strip(), "view", shown)


def _message(kind: str, message: Message) -> Sample:
    return Sample(kind, "message", {"text": message.text, "blocks": message.blocks})
