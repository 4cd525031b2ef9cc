"""What is said of a pulse once it has closed: the summary in its thread, the word to the manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.accounts.timeline_facts import Entry
from bot.health.rules.score_words import IMPRESSIONS
from bot.pulses.facts import PulseRed, PulseSummary, PulseUntouched
from bot.pulses.messages.card import NOBODY, changed, counted, how_green, names, no_answer, said_line
from bot.pulses.rules import Alarm, Colour
from bot.renewals.messages.reasons import CHANGE
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message
from bot.touchpoints.facts import NextStep
from bot.touchpoints.messages import open_step

SAID_SHOWN = 6
STEPS_SHOWN = 5
_ALARMS = {
    (Alarm.RED,): "someone sees it in danger",
    (Alarm.RED, Alarm.APART): "someone sees it in danger while someone else says that it goes well",
    (Alarm.APART,): "two people see it very differently",
}
_READERS = {
    "owner": "You get this because you own this account.",
    "manager": "You get this because {owner}, who owns this account, reports to you.",
    "instead": "You get this because {owner}, who owns this account, is away.",
    "above": "You get this in place of the owner's manager.",
    "leadership": "This comes here because nobody else who is told of it is there.",
    "admin": "You get this because nobody else who is told of it is there.",
}
_BOSSES = {"manager": "the owner's manager", "leadership": "leadership"}


CHECK = "Health check…"


def render_pulse_summary(facts: Mapping[str, Any]) -> Message:
    """What came of the round; when it asks for a next step, with a button, until there is one."""
    summary = PulseSummary.from_facts(facts)
    outcome = counted(summary.counts)
    pulse = f"The pulse of *{text.name(summary.account)}*" if summary.is_alone else "The pulse"
    words = [f"{pulse} has closed: {outcome}." if outcome else f"{pulse} has closed. {NOBODY}"]
    if outcome:
        words.append(changed(summary.compared, summary.before_on, summary.as_of))
    if green := how_green(summary.counts, summary.heard):
        words.append(green)
    if outcome and (missing := no_answer(summary.silent, summary.absent)):
        words.append(missing)
    head = " ".join(words)
    if not summary.alarms:
        return message(head, [blocks.section(head)])
    why, ask = f"It needs a next step, because {_reason(summary.alarms)}.", _ask(summary)
    answers = [said_line(one, summary.as_of) for one in summary.said[:SAID_SHOWN]]
    mentions = " ".join(text.mention(slack_id) for slack_id in summary.mentions)
    first = f"{mentions} {head}".strip()
    button = blocks.button(
        "Another step…" if summary.steps else "Next step…",
        ActionId.STEP_PULSE,
        summary.round_id,
        None if summary.steps else "primary",
    )
    check = blocks.button(CHECK, ActionId.OPEN_HEALTH, summary.account_id)
    parts = [
        blocks.section("\n".join([first, f"*{why}*", *answers])),
        blocks.section(ask),
        blocks.actions(button, check),
    ]
    if summary.is_alone:
        because = f"You get this because you keep this account and were away when the pulse closed. {CHANGE}"
        parts, ask = [*parts, blocks.context(because)], f"{ask} {because}"
    return message(" ".join([first, why, *answers, ask]).replace("*", "").replace("\n", " "), parts)


def render_pulse_red(facts: Mapping[str, Any]) -> Message:
    """To whoever keeps the account: somebody sees it in danger, and why; once that was changed, that it was."""
    told = PulseRed.from_facts(facts)
    account, on = text.name(told.account), text.day(told.said_on, told.as_of)
    line = said_line(told.said, told.as_of)
    if told.said.colour == Colour.RED:
        head = f"🔴 *{account}* is in danger, as {text.name(told.said.by.name)} sees it since {on}."
    else:
        head = (
            f"*{account}*: {text.name(told.said.by.name)} saw it in danger on {on}, and has changed the answer since."
        )
    others = "" if told.is_closed else " What the others say comes when the pulse closes."
    why = f"{_reader(told)} A red answer does not wait for the others.{others}"
    buttons = (
        blocks.button("Health check…", ActionId.OPEN_HEALTH, told.account_id),
        blocks.button("Log a touch…", ActionId.OPEN_TOUCH, told.account_id),
    )
    parts = [blocks.section(f"{head}\n{line}"), blocks.context(why), blocks.actions(*buttons)]
    return message(f"{head} {line} {why}".replace("*", ""), parts)


def render_pulse_untouched(facts: Mapping[str, Any]) -> Message:
    """To the manager or leadership: who was asked for a next step and why; that there is none, or is now."""
    notice = PulseUntouched.from_facts(facts)
    account, closed = text.name(notice.account), text.day(notice.closed_on, notice.as_of)
    asked = f" {names(notice.asked)} {'was' if len(notice.asked) == 1 else 'were'} asked." if notice.asked else ""
    if notice.absent:
        asked += f" {names(notice.absent)} {'is' if len(notice.absent) == 1 else 'are'} away."
    head = f"*{account}*: its pulse of {closed} needs a next step, because {_reason(notice.alarms)}.{asked}"
    if notice.steps:
        rest = f"Since then: {_steps(notice.steps, notice.as_of)}."
    else:
        days = text.count(notice.working_days, "working day")
        rest = f"After {days} there is none, and nobody has logged a word with the customer."
    answers = [said_line(one, notice.as_of) for one in notice.said[:SAID_SHOWN]]
    why = f"This came because nothing was done. A step, a touchpoint or a health check would have stopped it. {CHANGE}"
    if notice.instead_of and notice.away_until:
        why = f"{why} It comes to you because {text.away(notice.instead_of, notice.away_until, notice.as_of)}"
    button = blocks.button("Next step…", ActionId.STEP_PULSE, notice.round_id, None if notice.steps else "primary")
    parts = [
        blocks.section("\n".join([f"{head} {rest}", *answers])),
        blocks.actions(button),
        blocks.context(why),
    ]
    return message(" ".join([head, rest, *answers, why]).replace("*", ""), parts)


def _reader(told: PulseRed) -> str:
    """Why it comes to this reader, and who is away."""
    if told.to == "instead" and not told.owner:
        return "You get this because you keep this account, and nobody owns it here."
    if told.to == "instead" and told.away_until:
        return f"You get this in place of the owner. {text.away(told.instead_of, told.away_until, told.as_of)}"
    why = _READERS[told.to].format(owner=text.name(told.owner))
    return f"{why} {text.away(told.instead_of, told.away_until, told.as_of)}" if told.away_until else why


def _ask(summary: PulseSummary) -> str:
    if summary.steps:
        return f"Next: {_steps(summary.steps, summary.as_of)}."
    ask = (
        f"What is the next step, and by when? Press *Next step…* to write it down, or *{CHECK}* after a talk with them."
    )
    if not summary.escalates_to or not summary.escalates_on:
        return ask
    day = text.day(summary.escalates_on, summary.as_of)
    return f"{ask} Without one, a touchpoint or a health check, {_BOSSES[summary.escalates_to]} hears of it on {day}."


def _steps(steps: Sequence[NextStep], as_of: str) -> str:
    shown = [open_step(step, as_of) for step in steps[:STEPS_SHOWN]]
    more = len(steps) - len(shown)
    return text.listed([*shown, f"{more} more"] if more > 0 else shown)


def _reason(alarms: Sequence[str]) -> str:
    return _ALARMS[tuple(Alarm(alarm) for alarm in alarms)]


def timeline_line(entry: Entry, as_of: str) -> str:
    """A round in the timeline, or whom it went to."""
    details = entry.details
    if entry.code == "pulse_escalated":
        to = details.get("to", "")
        whom = text.mention(to) if to.startswith(("U", "W")) else text.channel(to)
        return f"The pulse had no next step, so it went to {whom}."
    if entry.code == "running":
        return f"Pulse round, still open: {details['answered']} of {details['asked']} have answered."
    silent = int(details["asked"]) - int(details["answered"])
    counts = [f"{details[colour]} {colour}" for colour in ("green", "yellow", "red") if details[colour] != "0"]
    said = text.listed(counts) if counts else "nobody answered"
    heard = int(details.get("heard", "0"))
    known = f" {heard} heard from them." if heard else f" {IMPRESSIONS.capitalize()}." if counts else ""
    return f"Pulse round closed: {said}{f', {silent} silent' if counts and silent > 0 else ''}.{known}"
