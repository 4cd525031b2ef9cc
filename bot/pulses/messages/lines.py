"""What is said of a pulse once it has closed: the summary in its thread, the word to the manager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slackblocks.elements import Element

from bot.accounts.timeline_facts import Entry
from bot.health.rules.score_words import IMPRESSIONS
from bot.pulses.alerts import PULSE_RED, PULSE_STEP
from bot.pulses.facts import PulseRed, PulseSummary, PulseUntouched
from bot.pulses.messages.answers import said_line
from bot.pulses.messages.card import names, needs_step, next_steps, step_buttons, without_step
from bot.pulses.rules import Colour
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message
from bot.workspace.alerts import AlertKind, why_option

SAID_SHOWN = 6
_READERS = {
    "owner": "",
    "manager": "{owner} owns this account.",
    "instead": "{owner}, who owns this account, is away.",
    "above": "In place of the owner's manager.",
    "leadership": "Nobody else who could be told is there.",
    "admin": "Nobody else who could be told is there.",
}


def render_pulse_summary(facts: Mapping[str, Any]) -> Message:
    """Who is asked for the next step of a closed round, and, once there is one, what it is."""
    summary = PulseSummary.from_facts(facts)
    account = text.name(summary.account)
    if not summary.alarms:
        words = f"*{account}*: an answer was corrected, so no next step is needed any more."
        return message(words.replace("*", ""), [blocks.section(words)])
    mentions = " ".join(text.mention(slack_id) for slack_id in summary.mentions)
    steps = next_steps(summary.steps, summary.as_of)
    ask = f"What is the next step with *{account}*, and by when?"
    head = f"{mentions} {steps or ask}".strip()
    answers = [said_line(one, summary.as_of) for one in summary.said[:SAID_SHOWN]] if summary.is_alone else []
    small = without_step(summary.alarms, summary.hears, summary.escalates_on, summary.as_of) if not steps else ""
    if summary.is_alone:
        small = f"{small} It closed while you were away.".strip()
    parts = [
        blocks.section("\n".join([head, *answers]), accessory=_menu(PULSE_STEP, summary)),
        step_buttons(summary.round_id, summary.account_id, bool(summary.steps)),
        *([blocks.context(small)] if small else []),
    ]
    return message(" ".join([head, *answers, small]).strip().replace("*", "").replace("\n", " "), parts)


def render_pulse_red(facts: Mapping[str, Any]) -> Message:
    """To whoever keeps the account: somebody sees it in danger, and why; once that was changed, that it was."""
    told = PulseRed.from_facts(facts)
    account, on = text.name(told.account), text.day(told.said_on, told.as_of)
    line = said_line(told.said, told.as_of)
    if told.said.colour == Colour.RED:
        head = f"🔴 *{account}: in danger* · {text.name(told.said.by.name)} said so on {on}"
    else:
        head = f"*{account}*: {text.name(told.said.by.name)} said 🔴 in danger on {on}, and has changed that since."
    others = "" if told.is_closed else " You see the other answers when everyone has answered."
    why = f"{_reader(told)} A red answer does not wait for the others.{others}".strip()
    buttons = (
        blocks.button("Health check…", ActionId.OPEN_HEALTH, told.account_id),
        blocks.button("Log a touch…", ActionId.OPEN_TOUCH, told.account_id),
    )
    said = blocks.section(f"{head}\n{line}", accessory=_menu(PULSE_RED, told))
    parts = [said, blocks.context(why), blocks.actions(*buttons)]
    return message(f"{head} {line} {why}".replace("*", ""), parts)


def render_pulse_untouched(facts: Mapping[str, Any]) -> Message:
    """To the manager or leadership: who was asked for a next step and why; that there is none, or is now."""
    notice = PulseUntouched.from_facts(facts)
    account, closed = text.name(notice.account), text.day(notice.closed_on, notice.as_of)
    asked = f" {names(notice.asked)} {'was' if len(notice.asked) == 1 else 'were'} asked." if notice.asked else ""
    if notice.absent:
        asked += f" {names(notice.absent)} {'is' if len(notice.absent) == 1 else 'are'} away."
    head = f"🔴 *{account}: the pulse of {closed} has no next step* · {needs_step(notice.alarms)}.{asked}"
    if notice.steps:
        head = f"*{account}: the pulse of {closed}* · {needs_step(notice.alarms)}.{asked}"
        rest = next_steps(notice.steps, notice.as_of)
    else:
        days = text.count(notice.working_days, "working day")
        rest = f"For {days} nobody has written one down or logged a talk with the customer."
    answers = [said_line(one, notice.as_of) for one in notice.said[:SAID_SHOWN]]
    why = "A next step, a touch or a health check stops it."
    if notice.instead_of and notice.away_until:
        why = f"{why} {text.away(notice.instead_of, notice.away_until, notice.as_of)}"
    button = blocks.button("Next step…", ActionId.STEP_PULSE, notice.round_id, None if notice.steps else "primary")
    parts = [
        blocks.section("\n".join([f"{head} {rest}", *answers]), accessory=_menu(PULSE_STEP, notice)),
        blocks.actions(button),
        blocks.context(why),
    ]
    return message(" ".join([head, rest, *answers, why]).replace("*", ""), parts)


def _menu(kind: AlertKind, told: PulseRed | PulseSummary | PulseUntouched) -> Element:
    return blocks.menu(("Account story", ActionId.ACCOUNT_STORY, told.account_id), why_option(kind, told.account_id))


def _reader(told: PulseRed) -> str:
    """Why it comes to this reader, and who is away."""
    if told.to == "instead" and not told.owner:
        return "Nobody owns this account here."
    if told.to == "instead" and told.away_until:
        return f"In place of the owner. {text.away(told.instead_of, told.away_until, told.as_of)}"
    why = _READERS[told.to].format(owner=text.name(told.owner))
    return f"{why} {text.away(told.instead_of, told.away_until, told.as_of)}".strip() if told.away_until else why


def timeline_line(entry: Entry, as_of: str) -> str:
    """A round in the timeline, or whom it went to."""
    details = entry.details
    if entry.code == "pulse_escalated":
        to = details.get("to", "")
        whom = text.mention(to) if to.startswith(("U", "W")) else text.channel(to)
        return f"The pulse had no next step, so {whom} was told."
    if entry.code == "running":
        return f"Pulse round, still open: {details['answered']} of {details['asked']} have answered."
    silent = int(details["asked"]) - int(details["answered"])
    counts = [f"{details[colour]} {colour}" for colour in ("green", "yellow", "red") if details[colour] != "0"]
    said = text.listed(counts) if counts else "nobody answered"
    heard = int(details.get("heard", "0"))
    known = f" {heard} heard from them." if heard else f" {IMPRESSIONS.capitalize()}." if counts else ""
    return f"Pulse round closed: {said}{f', {silent} silent' if counts and silent > 0 else ''}.{known}"
