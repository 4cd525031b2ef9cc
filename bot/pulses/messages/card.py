"""A pulse's card: the question while it is open, what came of it once it has closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slackblocks.blocks import Block as KitBlock
from slackblocks.elements import Element

from bot.core.person import Person
from bot.pulses.alerts import PULSE
from bot.pulses.facts import Compared, PulseCard
from bot.pulses.messages.answers import said_line
from bot.pulses.rules import Alarm, Colour, RoundChange, counted_as, emoji, label, standing, worst
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered
from bot.slack.message import Message, message
from bot.touchpoints.facts import NextStep
from bot.touchpoints.messages import open_step
from bot.workspace.alerts import dismiss_option, why_option
from bot.workspace.reasons import ROUTED

NAMES_SHOWN = 15
SAID_SHOWN = 12
STEPS_SHOWN = 5
INSIGHT_SHOWN = 500
NOBODY = "Nobody answered. That says nothing about the account, good or bad."

ACTIONS = {
    Colour.GREEN: ActionId.PULSE_GREEN,
    Colour.YELLOW: ActionId.PULSE_YELLOW,
    Colour.RED: ActionId.PULSE_RED,
}
CHECK = "Health check…"
_REASONS = {
    (Alarm.RED,): "somebody sees them in danger",
    (Alarm.RED, Alarm.APART): "one sees them in danger, another sees them well",
    (Alarm.APART,): "two people see them very differently",
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
        f"It closes on {text.day(card.closes_on, card.as_of)} at the latest."
    )
    return message(words.replace("*", ""), [blocks.section(words)])


def answer_buttons(round_id: int, place: int | None = None) -> KitBlock:
    """The three answers, each with its words: colour is never alone. `place` tells a message's rounds apart."""
    ids = {colour: ACTIONS[colour] if place is None else numbered(ACTIONS[colour], place) for colour in Colour}
    return blocks.actions(
        *(blocks.button(f"{emoji(colour)} {label(colour)}", ids[colour], round_id) for colour in Colour)
    )


def counted(counts: Mapping[str, int]) -> str:
    """ "🔴 1 in danger, 🟢 2 well", the worst first; empty when nobody answered."""
    given = [colour for colour in reversed(Colour) if counts.get(colour)]
    return ", ".join(f"{emoji(colour)} {counts[colour]} {counted_as(colour)}" for colour in given)


def was(compared: Compared | None, before_on: str | None, as_of: str) -> str:
    """How the round before came out: "was 🟡 some worries on Mon 9 Nov"; says so when there is none."""
    if before_on is None:
        return "first pulse with an answer"
    then = text.day(before_on, as_of)
    if compared is None:
        return f"last answers on {then}"
    before = f"{emoji(Colour(compared.before))} {standing(Colour(compared.before))} on {then}"
    return f"still, as on {then}" if compared.change == RoundChange.SAME else f"was {before}"


def since_when(compared: Compared | None, as_of: str) -> str:
    """For how long no round was as bad as one that came out worse, as a sentence; empty for any other."""
    if compared is None or compared.change != RoundChange.WORSE:
        return ""
    now = f"{emoji(Colour(compared.worst))} {standing(Colour(compared.worst))}"
    since = text.day(compared.since or compared.first_on, as_of)
    return f"First time {now} since {since}." if compared.since else f"First time {now}; asked since {since}."


def how_green(counts: Mapping[str, int], heard: int) -> str:
    """What a green must say of itself when nobody heard it from the customer; empty for anything else."""
    given = [colour for colour in Colour if counts.get(colour)]
    return "Impressions only: nobody heard it from the customer." if given == [Colour.GREEN] and not heard else ""


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
    question = (
        f"*How is {text.name(card.account)} doing?*\n"
        "One press. Answers stay hidden until everyone has answered, "
        f"{text.day(card.closes_on, card.as_of)} at the latest; only 🔴 In danger reaches the owner at once."
    )
    who = _who(card)
    parts = [
        blocks.section(question, accessory=_menu(card)),
        answer_buttons(card.round_id),
        *_small(" · ".join(who), _insight(card), _here(card)),
    ]
    spoken = [question, *(f"{one}." for one in who), _insight_words(card), _here(card)]
    return message(_spoken(spoken), parts)


def _who(card: PulseCard) -> list[str]:
    """Who has answered, who is asked, and who is asked later."""
    who = [f"✅ Answered: {names(p.name for p in card.answered)}"] if card.answered else []
    if card.silent:
        who.append(f"⏳ Waiting for {_mentions(card.silent)}")
    if card.absent:
        who.append(f"💤 Asked when back at work: {names(p.name for p in card.absent)}")
    return who


def _mentions(people: Sequence[Person]) -> str:
    shown = [text.mention(person.slack_id) for person in people[:NAMES_SHOWN]]
    more = len(people) - len(shown)
    return text.listed([*shown, f"{more} more"] if more > 0 else shown)


def _closed(card: PulseCard) -> Message:
    head = _outcome(card)
    lines = [said_line(one, card.as_of) for one in card.said[:SAID_SHOWN]]
    if len(card.said) > SAID_SHOWN:
        lines.append(f"and {text.count(len(card.said) - SAID_SHOWN, 'more answer')}")
    if silent := no_answer([p.name for p in card.silent], [p.name for p in card.absent]):
        lines.append(silent)
    steps = next_steps(card.steps, card.as_of)
    small = [
        since_when(card.compared, card.as_of),
        how_green(card.counts, card.heard),
        "" if steps else without_step(card.alarms, card.hears, card.hears_on, card.as_of),
        f"Next pulse: about {text.day(card.next_on, card.as_of)}." if card.next_on else "",
    ]
    told = " ".join(one for one in small if one)
    parts = [
        blocks.section("\n".join([head, *lines, *([steps] if steps else [])]), accessory=_menu(card)),
        *([step_buttons(card.round_id, card.account_id, bool(card.steps))] if card.alarms else []),
        *_small(told, _insight(card), _here(card)),
    ]
    spoken = [f"{head}.", *lines, steps, told, _insight_words(card), _here(card)]
    return message(_spoken(spoken), parts)


def _outcome(card: PulseCard) -> str:
    """ "🔴 *Cedar: in danger* · was 🟡 some worries on Mon 9 Nov · 2 of 2 answered"."""
    worst_of_all = worst(Colour(one) for one, count in card.counts.items() if count)
    account = text.name(card.account)
    if worst_of_all is None:
        return f"⚪ *{account}: no answer* · {NOBODY}"
    head = f"{emoji(worst_of_all)} *{account}: {standing(worst_of_all)}*"
    asked = max(len(card.asked), len(card.answered))
    return f"{head} · {was(card.compared, card.before_on, card.as_of)} · {len(card.answered)} of {asked} answered"


def next_steps(steps: Sequence[NextStep], as_of: str) -> str:
    """ "*Next:* Call their CFO (Fri 13 Mar, Priya Raman)."; empty without one."""
    shown = [open_step(step, as_of) for step in steps[:STEPS_SHOWN]]
    more = len(steps) - len(shown)
    words = text.listed([*shown, f"{more} more"] if more > 0 else shown)
    return f"*Next:* {words}." if words else ""


def needs_step(alarms: Sequence[str]) -> str:
    """Why a round needs a next step, as the end of a sentence."""
    return _REASONS[tuple(Alarm(alarm) for alarm in alarms)]


def without_step(alarms: Sequence[str], hears: str, on: str | None, as_of: str) -> str:
    """Why a next step is needed, and who hears when there is none; empty where none is needed."""
    if not alarms:
        return ""
    needed = f"It needs a next step: {needs_step(alarms)}."
    if not hears or not on:
        return needed
    return f"{needed} Without one, a touch or a health check, {text.name(hears)} hears on {text.day(on, as_of)}."


def step_buttons(round_id: int, account_id: int, has_step: bool) -> KitBlock:
    """The next step, or another one, and the check that stands for it."""
    step, style = ("Another step…", None) if has_step else ("Next step…", "primary")
    return blocks.actions(
        blocks.button(step, ActionId.STEP_PULSE, round_id, style),
        blocks.button(CHECK, ActionId.OPEN_HEALTH, account_id),
    )


def _spoken(parts: Iterable[str]) -> str:
    return " ".join(one for one in parts if one).replace("*", "").replace("\n", " ")


def _insight(card: PulseCard) -> str:
    if not card.insight:
        return ""
    link = f" <{_address(card.insight_url)}|Read it>" if card.insight_url else ""
    return f"💡 Worth sharing with them: {text.typed(card.insight, INSIGHT_SHOWN)}{link}"


def _insight_words(card: PulseCard) -> str:
    return f"Worth sharing with them: {text.sentence(card.insight, INSIGHT_SHOWN)}" if card.insight else ""


def _address(url: str) -> str:
    # Inside a link these three end the address.
    return url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def _here(card: PulseCard) -> str:
    """Who started it, and why it stands here, where that is not what one expects."""
    by = f"{text.name(card.started_by.name)} started this pulse with `/pulse`." if card.started_by else ""
    return f"{by} {ROUTED.get(card.routed, '')}".strip()


def _small(*lines: str) -> list[KitBlock]:
    return [blocks.context(*lines)] if any(lines) else []


def _menu(card: PulseCard) -> Element:
    return blocks.menu(
        ("Account story", ActionId.ACCOUNT_STORY, card.account_id),
        dismiss_option(PULSE, card.round_id, card.account_id),
        why_option(PULSE, card.account_id),
    )
