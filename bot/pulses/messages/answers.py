"""An answer to a pulse in words: to who gave it, to the team, in the timeline. Nothing else shows one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.pulses.facts import GivenAnswer, Own, Said
from bot.pulses.rules import Colour, emoji, label
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message

WORDS_SHOWN = 300
TIMELINE_WORDS = 600
_HEARS = {
    "owner": "the account's owner reads it at once",
    "stand_in": "whoever stands in for the account's owner reads it at once",
    "manager": "the owner's manager reads it on the next working morning",
    "above": "whoever stands in for the owner's manager reads it on the next working morning",
    "leadership": "leadership reads it on the next working morning",
}


def own_answer(own: Own) -> Message:
    """To the one who answered, and nobody else: what they said, how it is known, and how to change it."""
    given = own.given
    why = f": {text.listed(text.typed(reason, 70) for reason in given.reasons)}" if given.reasons else ""
    said = f"You said {emoji(given.colour)} {label(given.colour)}{why}."
    if given.words:
        said = f"{said} “{text.typed(given.words, WORDS_SHOWN)}”"
    if own.is_asked:
        known = "Did the customer say so, or is it your impression? Until you say, it counts as an impression."
    elif given.heard_on:
        known = f"You heard it from {_whom(given.heard_from)} on {text.day(str(given.heard_on), own.as_of)}."
    else:
        known = "It is your impression."
    until = f"you can change it before {text.day(own.closes_on, own.as_of)}"
    if own.is_closed:
        seen = f"Everyone has answered, so your team sees it now; {until}."
    elif own.hears:
        told = text.listed(_HEARS[one] for one in own.hears)
        seen = f"{told[:1].upper()}{told[1:]}; the others see it when everyone has answered, and {until}."
    else:
        seen = f"Nobody else sees it until everyone has answered; {until}."
    buttons = [
        blocks.button("Heard from the customer", ActionId.PULSE_HEARD, own.round_id),
        blocks.button("My impression", ActionId.PULSE_IMPRESSION, own.round_id),
    ]
    change = blocks.button("Change…", ActionId.CHANGE_PULSE, own.round_id)
    # Asked only where there is something to fear, and kept only when the person says so.
    rival = blocks.button("A competitor was named…", ActionId.CLAIM_FROM_PULSE, own.round_id)
    competitor = [] if given.colour is Colour.GREEN else [rival]
    about = f"*{text.name(own.account)}*: {known} {seen}"
    parts = [
        blocks.section(said),
        blocks.context(about),
        blocks.actions(*(buttons if own.is_asked else []), change, *competitor),
    ]
    return message(f"{said} {about}".replace("*", ""), parts)


def said_line(said: Said, as_of: str) -> str:
    """ "🔴 *Priya Raman* (support lead): in danger. Slow answers. “They wait three days.” Their impression."

    What the same person had said before in this round stands behind it.
    """
    role = f" ({said.by.role.replace('_', ' ')})" if said.by.role else ""
    colour = said.colour
    parts = [f"{emoji(colour)} *{text.name(said.by.name)}*{role}: {label(colour).lower()}.", *_why_said(said)]
    parts.append(how_known(said.heard_on, as_of, said.heard_from))
    for one in said.earlier:
        before = " ".join([f"{emoji(one.colour)} {label(one.colour).lower()}.", *_why_said(one)])
        parts.append(f"Before: {before}")
    return " ".join(parts)


def how_known(heard_on: date | None, as_of: str, heard_from: str = "") -> str:
    """Whether an answer was heard from the customer, from whom and when, as a sentence."""
    if not heard_on:
        return "Their impression."
    return f"Heard from {_whom(heard_from)} on {text.day(str(heard_on), as_of)}."


def _whom(heard_from: str) -> str:
    return text.name(heard_from) if heard_from else "the customer"


def said_in_timeline(given: GivenAnswer, name: str, earlier: Sequence[GivenAnswer]) -> str:
    """One answer of a closed round, and what the same person had said before, as plain words that are still quoted."""
    known = f"heard from {given.heard_from or 'them'} on {given.heard_on}" if given.heard_on else "an impression"
    now = _in_words(f"{name}, {given.colour}, {known}", given)
    return "; ".join([now, *(_in_words(f"before that {one.colour}", one) for one in earlier)])


def _in_words(head: str, given: GivenAnswer) -> str:
    parts = [part for part in (", ".join(given.reasons), given.words[:TIMELINE_WORDS]) if part]
    return f"{head}: {'. '.join(parts)}" if parts else head


def _why_said(said: GivenAnswer) -> list[str]:
    parts = [f"{text.listed(text.typed(reason, 70) for reason in said.reasons)}."] if said.reasons else []
    return [*parts, f"“{text.typed(said.words, WORDS_SHOWN)}”"] if said.words else parts
