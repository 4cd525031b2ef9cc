"""A message's `text` is all that a banner shows and a screen reader reads: it tells what the blocks tell.

And a colour is never alone: whoever does not see it, or sees another, reads its word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from bot.slack.message import TEXT_LENGTH
from bot.slack.samples import ACCOUNT, Sample
from tests.slack.said import all_samples, told_by, without_addresses

MESSAGES = [sample for sample in all_samples() if sample.form == "message" and not sample.kind.startswith("preview")]
"""A preview of a link stands under the link in somebody's message, and has no text of its own."""

NAMES = (ACCOUNT, "Dana", "Priya", "Kim", "Lee", "Gina", "Ruth", "Robots", "Retail")
DANA = "<@U0REP1>"

WORDS = {
    "🔴": ("at risk", "overdue", "in danger", "poor", "red", "nobody on it"),
    "🟡": ("needs", "need", "waits", "worries", "nobody", "fair", "yellow"),
    "🟢": ("on track", "well", "good", "green"),
    "✍️": ("signed",),
    "🧾": ("invoiced",),
    "✅": ("paid", "done", "kept", "settled", "accepted", "answered", "updated", "is on it", "renewed", "won", *NAMES),
    "⚫": ("lost", "ended", "not renewed"),
    "💤": ("snoozed", "until"),
    "⛔": ("overdue",),
}
"""Sign → the words that say the same. A tick beside a name in a list of people says that they have answered."""

ALONE: Mapping[str, set[str]] = {}
"""Kind → signs that stand there without their word today. Only ever take something out of here."""

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_ENTITY = re.compile(r"<[@#!][^>]*>")


def ids() -> list[str]:
    return [f"{at}-{sample.kind}" for at, sample in enumerate(MESSAGES)]


def left_out(sample: Sample) -> set[str]:
    """The numbers, names and people of the blocks that the text does not tell."""
    text = without_addresses(sample.body["text"]).replace(DANA, "Dana")
    told = without_addresses("\n".join(told_by(sample.body["blocks"]))).replace(DANA, "Dana")
    if len(sample.body["text"]) >= TEXT_LENGTH - 1 and text.endswith("…"):
        return set()
    numbers = set(_NUMBER.findall(_ENTITY.sub("", told))) - set(_NUMBER.findall(_ENTITY.sub("", text)))
    names = {name for name in NAMES if name in told and name not in text}
    rooms = set(_ENTITY.findall(told)) - set(_ENTITY.findall(text))
    return numbers | names | rooms


@pytest.mark.parametrize("sample", MESSAGES, ids=ids())
def test_every_number_and_name_of_the_blocks_stands_in_the_text(sample: Sample) -> None:
    assert left_out(sample) == set()


@pytest.mark.parametrize("sample", all_samples(), ids=lambda sample: sample.kind)
def test_a_sign_has_its_word_beside_it(sample: Sample) -> None:
    alone = {sign for text in [sample.body.get("text", ""), *shown(sample)] for sign in without_word(text)}
    assert alone <= ALONE.get(sample.kind, set())


def shown(sample: Sample) -> list[str]:
    """The texts that are read in one look, buttons and options among them."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("text"), str):
                found.append(value["text"])
            for inside in value.values():
                walk(inside)
        elif isinstance(value, list):
            for inside in value:
                walk(inside)

    walk(sample.body.get("blocks", []))
    return found


def without_word(text: str) -> set[str]:
    """The signs of a text that no word of theirs, and no number that the colour stands for, goes with."""
    if not isinstance(text, str):
        return set()
    plain = re.sub(r"[*_]", "", text)
    alone = set()
    for sign, words in WORDS.items():
        for found in re.finditer(re.escape(sign), plain):
            rest = plain[found.end() :].lstrip(" ️")
            if not re.match(r"\d", rest) and not any(re.search(rf"\b{word}\b", rest, re.IGNORECASE) for word in words):
                alone.add(sign)
    return alone
