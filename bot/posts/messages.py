"""What posts say of themselves: where a card went, that it is back, and why it was taken out of a channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message

_WHAT = {"pulse_card": "this pulse", "health_prompt": "the question for a health check"}


def render_moved_card(facts: Mapping[str, Any]) -> Message:
    """One line that says where it went."""
    to = str(facts["to"])
    where = f"{text.mention(to)}, in direct messages" if to.startswith(("U", "W")) else text.channel(to)
    what = _WHAT.get(facts.get("what", ""), "the card of this renewal")
    words = f"{text.name(facts['account'])}: {what} moved to {where}. What follows is told there."
    return message(words, [blocks.section(words)])


def render_card_back(facts: Mapping[str, Any]) -> Message:
    """The first line below a card that came back."""
    who = "another company" if facts["why"] == "shared" else "a guest"
    words = (
        f"Only the team reads here again, so this is back. While {who} read along it was with"
        f" {text.mention(facts['to'])}; what stood below it is in the story of {text.name(facts['account'])}."
    )
    return message(words, [blocks.section(words)])


def render_channel_closed(facts: Mapping[str, Any]) -> Message:
    """What an owner is told once when others come to read where their cards stood."""
    channel = text.channel(facts["channel"])
    if facts["why"] == "shared":
        came = f"Another company reads {channel} now."
    else:
        named = text.listed([text.name(name) for name in facts["guests"]])
        several = len(facts["guests"]) > 1
        verb, are = ("read", "are") if several else ("reads", "is")
        came = f"{named or 'A guest'} {verb} {channel} now, and {are} not on your team."
    taken = text.count(facts["cards"], "message") + " of yours"
    if facts["lines"]:
        taken += f" and {text.count(facts['lines'], 'line')} in threads"
    of = f" ({text.listed([text.name(one) for one in facts['accounts']])})" if facts["accounts"] else ""
    out = f"I took out {taken}{of}. What is still open is with you, in direct messages."
    then = "Once only the team reads there again, it goes back by itself; what is over stays out."
    parts = [blocks.section(f"{came} {out}"), blocks.context(then)]
    words = f"{came} {out} {then}"
    if facts.get("allowed_by"):
        allowed = f"Guests may read here now: {text.mention(facts['allowed_by'])} allowed it."
        return message(f"{words} {allowed}", [*parts, blocks.section(allowed)])
    if facts["why"] == "guest" and facts["may_allow"]:
        parts.append(blocks.actions(blocks.button("Guests may read here", ActionId.LET_GUESTS_READ, facts["channel"])))
        parts.append(blocks.context("That holds for every channel I post to: /retention settings, Channels."))
    elif facts["why"] == "guest":
        parts.append(blocks.context("If guests may read here, a manager can say so: /retention settings, Channels."))
    return message(words, parts)


def blanked() -> Message:
    """What stands in place of a message that could not be taken away. Others read it: it says nothing of anybody."""
    return message("This message was taken out.", [blocks.context("This message was taken out.")])


def render_answer(facts: Mapping[str, Any]) -> Message:
    """An answer that was written when it was asked for, and goes by direct message."""
    return Message(facts["text"], list(facts.get("blocks", [])))
