"""What a person typed and we could not keep, given back whole, so that they can copy it and send it again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.slack import blocks
from bot.slack.message import Message

TEXT_LENGTH = 39_000
"""Slack cuts a message at 40,000 characters."""

PART_LENGTH = 2_900
"""A section takes 3,000, the marks around the words included."""

PARTS_LENGTH = 9_000
"""All sections of one message together are kept under 10,000."""

FENCE = "```"
INTRODUCTION = "What you wrote, to copy:"
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def with_words(sentence: str, typed: str) -> Message:
    """The sentence, and under it `typed` as code: no markup is read there, and nothing unseen is in it.

    Very long words stand in several parts; what exceeds even those is in the text, which Slack shows alone then.
    """
    words = _UNSEEN.sub("", typed).strip()
    if not words:
        return Message(sentence)
    parts = list(_parts(words))
    whole = "\n".join([sentence, INTRODUCTION, *parts])
    if len(whole) <= PART_LENGTH:
        return Message(whole)
    if len(whole) > PARTS_LENGTH:
        return Message(whole[:TEXT_LENGTH])
    shown = [f"{sentence}\n{INTRODUCTION}", *parts]
    return Message(whole, blocks.built([blocks.section(part) for part in shown]))


def _parts(words: str) -> Iterator[str]:
    """The words as pieces of code, each no longer than a section takes, cut between characters and not in an entity."""
    piece: list[str] = []
    length = 0
    for character in words:
        written = _ENTITIES.get(character, character)
        if length + len(written) > PART_LENGTH - 2 * len(FENCE):
            yield _code("".join(piece))
            piece, length = [], 0
        piece.append(written)
        length += len(written)
    yield _code("".join(piece))


def _code(piece: str) -> str:
    # A fence in the words would end the code; a quotation shows them with their own marks.
    if FENCE in piece:
        return "\n".join(f">{line}" for line in piece.splitlines())
    return f"{FENCE}{piece}{FENCE}"
