"""A pulse's card: the question while it is open, what came of it once it has closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.core.person import Person
from bot.pulses.facts import Compared, Own, PulseCard, Said, SaidBefore
from bot.pulses.rules import Colour, RoundChange, emoji, label
from bot.renewals.messages.reasons import CHANGE
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered
from bot.slack.message import Message, message

NAMES_SHOWN = 15
SAID_SHOWN = 12
INSIGHT_SHOWN = 500
WORDS_SHOWN = 300
NOBODY = "Nobody answered. That says nothing about the account, good or bad."

ACTIONS = {
    Colour.GREEN: ActionId.PULSE_GREEN,
    Colour.YELLOW: ActionId.PULSE_YELLOW,
    Colour.RED: ActionId.PULSE_RED,
}
_HEARS = {
    "owner": "the account's owner hears of it at once",
    "stand_in": "whoever stands in for the account's owner hears of it at once",
    "manager": "the owner's manager hears of it on the next working morning",
    "above": "whoever stands in for the owner's manager hears of it on the next working morning",
    "leadership": "leadership hears of it on the next working morning",
}
_ROUTES = {
    "route": "It is posted here because the account has no channel of its own.",
    "owner": "You get it here because the account has no channel, and you own it.",
    "fallback": "It is posted here because the account has no channel, no route and no owner.",
    "shared": "You get it here because the account's channel is shared with another company.",
    "guest": "You get it here because a guest reads the account's channel.",
    "personal": "You get it here because you keep this account, and it has no channel that only the team reads.",
}


def render_pulse_card(facts: Mapping[str, Any]) -> Message:
    """The card as it should stand now."""
    return pulse_card(PulseCard.from_facts(facts))


def pulse_card(card: PulseCard) -> Message:
    """The same, for an answer to one person."""
    return _closed(card) if card.closed_on else _open(card)


def started(card: PulseCard, channel: str | None) -> Message:
    """To whoever started a round somewhere else: where it is, who is asked, until when."""
    where = f"is in {text.channel(channel)}" if channel else "went to each of them by direct message"
    words = (
        f"The pulse of *{text.name(card.account)}* {where}. Asked: {names(p.name for p in card.asked)}. "
        f"It closes on the morning of {text.day(card.closes_on, card.as_of)}."
    )
    return message(words.replace("*", ""), [blocks.section(words)])


def answer_buttons(round_id: int, place: int | None = None) -> KitBlock:
    """The three answers, each with its words: colour is never alone. `place` tells a message's rounds apart."""
    ids = {colour: ACTIONS[colour] if place is None else numbered(ACTIONS[colour], place) for colour in Colour}
    return blocks.actions(
        *(blocks.button(f"{emoji(colour)} {label(colour)}", ids[colour], round_id) for colour in Colour)
    )


def counted(counts: Mapping[str, int]) -> str:
    """ "🔴 1 in danger, 🟢 2 going well", the worst first; empty when nobody answered."""
    given = [colour for colour in reversed(Colour) if counts.get(colour)]
    return ", ".join(f"{emoji(colour)} {counts[colour]} {label(colour).lower()}" for colour in given)


def changed(compared: Compared | None, before_on: str | None, as_of: str) -> str:
    """How it came out beside the round before, as a sentence; says so when there is nothing to compare it with.

    The worst colour decides, not the mean: "Worse than last time (Mon 9 Nov): 🔴 for the first time since Tue 4 Aug."
    """
    if before_on is None:
        return "It is the first pulse of this account with an answer."
    then = text.day(before_on, as_of)
    if compared is None:
        return f"The last answers are from {then}."
    now, before = emoji(Colour(compared.worst)), emoji(Colour(compared.before))
    if compared.change == RoundChange.SAME:
        return f"The same as last time ({then}): {now} is the worst again."
    if compared.change == RoundChange.BETTER:
        return f"Better than last time ({then}): {now} is the worst, then it was {before}."
    since = (
        f"since {text.day(compared.since, as_of)}"
        if compared.since
        else f"since the first pulse on {text.day(compared.first_on, as_of)}"
    )
    return f"Worse than last time ({then}): {now} for the first time {since}."


def said_line(said: Said, as_of: str) -> str:
    """ "🔴 *Priya Raman* (support lead): In danger. Slow answers. “They wait three days.” An impression."

    What the same person had said before in this round stands behind it.
    """
    role = f" ({said.by.role.replace('_', ' ')})" if said.by.role else ""
    colour = Colour(said.colour)
    parts = [f"{emoji(colour)} *{text.name(said.by.name)}*{role}: {label(colour)}.", *_why_said(said)]
    parts.append(how_known(said.heard_on, as_of))
    for one in said.earlier:
        before = " ".join([f"{emoji(Colour(one.colour))} {label(Colour(one.colour))}.", *_why_said(one)])
        parts.append(f"Before that: {before}")
    return " ".join(parts)


def how_known(heard_on: str | None, as_of: str) -> str:
    """Whether an answer was heard from the customer, and when, as a sentence."""
    return f"Heard from them on {text.day(heard_on, as_of)}." if heard_on else "An impression."


def how_green(counts: Mapping[str, int], heard: int) -> str:
    """What a green must say of itself when nobody heard it from the customer; empty for anything else."""
    given = [colour for colour in Colour if counts.get(colour)]
    return "Impressions only: nobody heard it from them." if given == [Colour.GREEN] and not heard else ""


def own_answer(own: Own) -> Message:
    """To the one who answered, and nobody else: what they said, how it is known, and how to change it."""
    colour = Colour(own.colour)
    why = f": {text.listed(text.typed(reason, 70) for reason in own.reasons)}" if own.reasons else ""
    said = f"You said {emoji(colour)} {label(colour)}{why}."
    if own.words:
        said = f"{said} “{text.typed(own.words, WORDS_SHOWN)}”"
    if own.is_asked:
        known = "Did you hear it from them, or is it your impression? Until you say, it counts as an impression."
    elif own.heard_on:
        known = f"You heard it from them on {text.day(own.heard_on, own.as_of)}."
    else:
        known = "It is your impression."
    until = f"you can change it until the morning of {text.day(own.closes_on, own.as_of)}"
    if own.is_closed:
        seen = f"Everyone has answered, so the pulse has closed and your team sees it; {until}."
    elif own.hears:
        told = text.listed(_HEARS[one] for one in own.hears)
        seen = f"{told[:1].upper()}{told[1:]}; the others see it when the pulse closes, and {until}."
    else:
        seen = f"Nobody else sees it before the pulse closes; {until}."
    buttons = [
        blocks.button("Heard from them today", ActionId.PULSE_HEARD, own.round_id),
        blocks.button("My impression", ActionId.PULSE_IMPRESSION, own.round_id),
    ]
    change = blocks.button("Change…", ActionId.CHANGE_PULSE, own.round_id)
    about = f"*{text.name(own.account)}*: {known} {seen}"
    parts = [
        blocks.section(said),
        blocks.context(about),
        blocks.actions(*(buttons if own.is_asked else []), change),
    ]
    return message(f"{said} {about}".replace("*", ""), parts)


def _why_said(said: Said | SaidBefore) -> list[str]:
    parts = [f"{text.listed(text.typed(reason, 70) for reason in said.reasons)}."] if said.reasons else []
    return [*parts, f"“{text.typed(said.words, WORDS_SHOWN)}”"] if said.words else parts


def no_answer(silent: Sequence[str], absent: Sequence[str]) -> str:
    """Who said nothing, and who could not, as sentences; empty when everyone has answered."""
    said = [f"No answer from {names(silent)}."] if silent else []
    if absent:
        said.append(f"{names(absent)} {'was' if len(absent) == 1 else 'were'} away.")
    return " ".join(said)


def names(people: Iterable[str], shown: int = NAMES_SHOWN) -> str:
    """Names in a sentence, as many as fit; the rest is counted."""
    known = [text.name(name) for name in people]
    more = len(known) - shown
    return text.listed([*known[:shown], f"{more} more"] if more > 0 else known)


def _open(card: PulseCard) -> Message:
    account = text.name(card.account)
    question = f"*How is it going with {account}?* Your own view of today, in one press. 🟡 and 🔴 ask you why."
    rules = (
        f"It closes on the morning of {text.day(card.closes_on, card.as_of)}, or as soon as everyone has answered. "
        "Until then nobody sees what was said, but for a 🔴, which goes to the account's owner at once. "
        "You can change your answer."
    )
    parts = [
        blocks.header(f"{text.plain(card.account)}: pulse"),
        blocks.section(question),
        answer_buttons(card.round_id),
        blocks.section(_who(card)),
        *_insight(card),
        blocks.context(rules, _why(card)),
    ]
    who = [f"{line}." for line in _who(card).splitlines()]
    spoken = [f"Pulse: {question}", *who, _insight_words(card), rules, _why(card)]
    return message(" ".join(one for one in spoken if one).replace("*", ""), parts)


def _who(card: PulseCard) -> str:
    lines = [f"*Answered ({len(card.answered)}):* {names(p.name for p in card.answered)}"] if card.answered else []
    if card.silent:
        lines.append(f"*Asked, and not answered yet ({len(card.silent)}):* {_mentions(card.silent)}")
    if card.absent:
        lines.append(f"*Asked when back at work ({len(card.absent)}):* {names(p.name for p in card.absent)}")
    return "\n".join(lines)


def _mentions(people: Sequence[Person]) -> str:
    shown = [text.mention(person.slack_id) for person in people[:NAMES_SHOWN]]
    more = len(people) - len(shown)
    return text.listed([*shown, f"{more} more"] if more > 0 else shown)


def _closed(card: PulseCard) -> Message:
    account, outcome = text.name(card.account), counted(card.counts)
    head = [f"*{outcome}*" if outcome else f"*{NOBODY}*"]
    if outcome or card.before_on:
        before = counted(card.before_counts)
        then = f" That time: {before}." if before else ""
        head.append(f"{changed(card.compared, card.before_on, card.as_of)}{then}")
    if green := how_green(card.counts, card.heard):
        head.append(green)
    lines = [said_line(one, card.as_of) for one in card.said[:SAID_SHOWN]]
    if len(card.said) > SAID_SHOWN:
        lines.append(f"and {text.count(len(card.said) - SAID_SHOWN, 'more answer')}")
    silent = no_answer([p.name for p in card.silent], [p.name for p in card.absent])
    small = f"Asked on {text.day(card.opened_on, card.as_of)}, closed on {text.day(card.closed_on or '', card.as_of)}."
    following = f"Next pulse: about {text.day(card.next_on, card.as_of)}." if card.next_on else ""
    parts = [
        blocks.header(f"{text.plain(card.account)}: what the pulse said"),
        blocks.section("\n".join(head)),
        *([blocks.section("\n".join([*lines, silent] if silent else lines))] if lines or silent else []),
        *_insight(card),
        blocks.context(f"{small} {following}".strip(), _why(card)),
    ]
    spoken = [f"What the pulse of {account} said:", *head, *lines, silent, small, following]
    return message(" ".join(one for one in spoken if one).replace("*", ""), parts)


def _insight(card: PulseCard) -> list[KitBlock]:
    if not card.insight:
        return []
    link = f" <{_address(card.insight_url)}|Read it>" if card.insight_url else ""
    return [blocks.section(f"*Something to share that sells nothing:* {text.typed(card.insight, INSIGHT_SHOWN)}{link}")]


def _insight_words(card: PulseCard) -> str:
    return (
        f"Something to share that sells nothing: {text.sentence(card.insight, INSIGHT_SHOWN)}" if card.insight else ""
    )


def _address(url: str) -> str:
    # Inside a link these three end the address.
    return url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def _why(card: PulseCard) -> str:
    if card.started_by:
        why = f"This came because {text.name(card.started_by.name)} started it with `/pulse`."
    else:
        why = f"This came because this account's team is asked every {text.count(card.cadence, 'day')}. {CHANGE}"
    return f"{why} {_ROUTES.get(card.routed, '')}".strip()
