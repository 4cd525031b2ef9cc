"""Samples of what posts say by themselves: cards that moved or came back, a channel that was closed, an answer."""

from __future__ import annotations

from collections.abc import Iterator

from bot.posts import closed_channels, relocate
from bot.slack.samples import ACCOUNT, Sample, post


def samples(person: str) -> Iterator[Sample]:
    """A card of each kind that moves, and both reasons why a channel is closed."""
    for what in ("renewal_card", "pulse_card", "health_prompt"):
        yield post(relocate.KIND, {"what": what, "account": ACCOUNT, "to": "C0123456789"})
    for why in ("shared", "guest"):
        yield post(relocate.BACK, {"account": ACCOUNT, "to": person, "why": why})
        taken = {"channel": "C0123456789", "why": why, "cards": 12, "lines": 31, "accounts": [ACCOUNT] * 5}
        for by in ("", person):
            told = {**taken, "guests": ["Kim", "Lee"], "may_allow": True, "allowed_by": by}
            yield post(closed_channels.KIND, told)
    yield post("answer", {"text": "I've answered.", "blocks": []})
