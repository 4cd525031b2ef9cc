"""What a channel, and the person who logged it, read of a touchpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.accounts.timeline_facts import Entry
from bot.core.links import web_link
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message
from bot.touchpoints.facts import NextStep, OutOfSight, TouchLine, TouchTrace
from bot.touchpoints.rules.line import LABELS, MOODS, PURPOSES, TouchKind

WORDS_SHOWN = 500
SIGHT = "Out of sight"
NAME_SHOWN = 40
_ENDINGS = {
    "": "",
    "done": ": done",
    "dropped": ": dropped",
    "kept": ": kept",
    "broken": ": not kept in time",
}


def render_touch_line(facts: Mapping[str, Any]) -> Message:
    """The one line a channel reads; under the message it was made from it does not repeat that message."""
    line = TouchLine.from_facts(facts)
    if line.outcome != "logged":
        words = _ended(line)
        return message(words, [blocks.section(words)])
    head, spoken = (_answer(line, b) if line.is_answer else _said(line, b) for b in ("*", ""))
    button = blocks.button("Edit", ActionId.EDIT_TOUCH, line.touchpoint_id)
    parts: list[KitBlock] = [blocks.section(head, accessory=button)]
    quoted = "" if line.is_answer and not line.is_apart else text.quoted(line.words, WORDS_SHOWN)
    if quoted:
        parts.append(blocks.section(quoted))
    if small := _small_print(line):
        parts.append(blocks.context(small))
    words = f"“{text.typed(line.words, WORDS_SHOWN)}”" if quoted else ""
    return message(" ".join(part for part in (spoken, words, small) if part), parts)


def logged_answer(line: TouchLine, account_id: int = 0, new: str = "", unclear: tuple[str, int] = ("", 0)) -> Message:
    """What the person who typed `/touch …` reads: what was understood, and how to set it right.

    `new` is a name in it that is not in the list of the account's people: it is offered for adding. `unclear` is one
    that several of them have: then nobody counts as met.
    """
    hint = "" if line.kind else " Press Edit to say how you reached them."
    name, several = unclear
    if several:
        hint += f" “{text.typed(name, 60)}” may be {several} people there: press Edit to choose one."
    add = blocks.button(f"Add {text.plain(new, 40)}…", ActionId.ADD_PERSON, f"{account_id}:{new[:200]}")
    parts = [
        blocks.section(f"{_answer(line, '*')}{hint}"),
        blocks.actions(
            blocks.button("Edit", ActionId.EDIT_TOUCH, line.touchpoint_id),
            blocks.button("Undo", ActionId.DELETE_TOUCH, line.touchpoint_id),
            *([add] if new else []),
            blocks.button("A competitor was named…", ActionId.CLAIM_FROM_TOUCH, line.touchpoint_id),
        ),
    ]
    return message(f"{_answer(line, '')}{hint}", parts)


def which_account_of_message(channel: str, ts: str) -> Message:
    """A message was marked where the channel does not say which account it is about."""
    words = f"You marked a message in {text.channel(channel)} to be logged. Which account is it about?"
    button = blocks.button("Choose the account", ActionId.TOUCH_FROM_MESSAGE, f"{channel}:{ts}", "primary")
    why = "The channel belongs to no one account. Nothing is logged yet."
    return message(f"{words} {why}", [blocks.section(words), blocks.actions(button), blocks.context(why)])


def no_contact(writer: str, why: str, channel: str, ts: str, is_marked: bool = False) -> Message:
    """A message whose writer is no customer is not logged; whoever met one there can still say so."""
    where = f" in {text.channel(channel)}, which you marked," if is_marked else ""
    words = (
        f"I logged nothing: {text.name(writer)}, who wrote this message{where} {why}. "
        "So it is no word with the customer by itself."
    )
    if_so = "Was it about a talk with the customer? Press *Log it anyway…* and say with whom."
    button = blocks.button("Log it anyway…", ActionId.TOUCH_FROM_MESSAGE, f"{channel}:{ts}")
    return message(f"{words} {if_so}".replace("*", ""), [blocks.section(f"{words}\n{if_so}"), blocks.actions(button)])


def open_step(step: NextStep, as_of: str) -> str:
    """A next step as one line: what, who, by when, and how it stands."""
    who = f", {text.name(step.owner)}" if step.owner else ""
    promised = ", promised to the customer" if step.is_promise else ""
    return f"{text.typed(step.words, 200)} ({text.day(step.due_on, as_of)}{who}{promised}{_ENDINGS[step.outcome]})"


def _answer(line: TouchLine, bold: str) -> str:
    return f"Logged for {bold}{text.name(line.account)}{bold}. {_said(line, bold)}"


def _said(line: TouchLine, bold: str) -> str:
    """ "Priya Raman (support): call with Ruth, Mon 2 Mar. Tense. For the renewal." """
    kind = LABELS.get(line.kind, line.kind)
    with_whom = f" with {text.name(line.contact)}" if line.contact else ""
    what = f"{kind}{with_whom}, {text.day(line.on, line.as_of)}"
    if line.by:
        department = f" ({text.name(line.department)})" if line.department else ""
        what = f"{bold}{text.name(line.by.name)}{bold}{department}: {what[0].lower()}{what[1:]}"
    parts = [what]
    if line.mood:
        parts.append(MOODS.get(line.mood, line.mood))
    if line.purpose:
        parts.append(f"For {PURPOSES.get(line.purpose, line.purpose).lower()}")
    if line.logged_by:
        parts.append(f"Written down by {text.name(line.logged_by.name)}")
    if line.is_edited:
        parts.append("Edited since")
    return f"{'. '.join(parts)}."


def _small_print(line: TouchLine) -> str:
    parts = [f"Next: {open_step(step, line.as_of)}" for step in line.next_steps]
    if line.is_apart or not line.is_answer:
        parts.extend(filter(None, [web_link(line.permalink, "The message")]))
    if line.kind == TouchKind.NOTE:
        parts.append("A note: the customer was not reached.")
    return "\n".join(parts)


def _ended(line: TouchLine) -> str:
    who = f" by {text.name(line.ended_by)}" if line.ended_by else ""
    if line.outcome == "undone":
        return f"Taken back{who}: nothing is logged from this message."
    return f"This touchpoint was deleted{who}."


_TRACES: Mapping[str, str] = {
    TouchTrace.EDITED: "edited a touchpoint",
    TouchTrace.DELETED: "deleted a touchpoint",
    TouchTrace.UNDONE: "took one back",
}


def timeline_line(entry: Entry, as_of: str) -> str:
    """A touchpoint in the timeline."""
    if entry.code in _TRACES:
        said = ". It said before:" if entry.words else "."
        return f"{text.who(entry.by)} {_TRACES[entry.code]}{said}"
    details = entry.details
    contact = f" with {text.name(details['contact'])}" if details.get("contact") else ""
    department = f" ({text.typed(details['department'], 40)})" if details.get("department") else ""
    by = f", by {text.who(entry.by)}{department}" if entry.by else ""
    parts = [f"{LABELS.get(entry.code, entry.code)}{contact}{by}"]
    if mood := details.get("mood"):
        parts.append(MOODS.get(mood, mood))
    if purpose := details.get("purpose"):
        parts.append(f"For {PURPOSES.get(purpose, purpose).lower()}")
    if priority := details.get("priority"):
        parts.append(f"Priority {text.typed(priority, 20)}")
    if satisfaction := details.get("satisfaction"):
        parts.append(f"Rated {satisfaction} of 5")
    if details.get("escalated"):
        parts.append("Escalated")
    if entry.code == TouchKind.NOTE:
        parts.append("The customer was not reached")
    link = web_link(details.get("permalink") or "", "The message")
    return f"{'. '.join(parts)}.{f' {link}' if link else ''}"


def sight_total(count: int) -> str:
    """How many accounts had no touch for too long."""
    gone = "account has" if count == 1 else "accounts have"
    return f"{count:,} {gone} gone without a touch for too long. The largest:"


def sight_row(one: OutOfSight, today: date) -> str:
    """One of them, with its value, its last touch, and whose it is."""
    owner = f"owner {text.name(one.owner)}" if one.owner else "no owner"
    head = f"🟡 *{text.name(one.account[:NAME_SHOWN])}* needs a touch"
    return f"{head} · {sight_worth(one)} · {_since(one, today)} · {owner}"


def sight_why(one: OutOfSight, today: date) -> str:
    """The same in a list."""
    return f"{_since(one, today)[:1].upper()}{_since(one, today)[1:]}"


def sight_worth(one: OutOfSight) -> str:
    """What the account pays in a year."""
    return text.first_moneys(one.values)


def unspoken_line(first: Sequence[tuple[str, date]], count: int, today: date) -> str:
    """Accounts that renew by themselves, and with whom no talk is known for a year."""
    named = [f"{text.name(name[:NAME_SHOWN])} ({text.day(str(on), today)})" for name, on in first]
    more = count - len(named)
    shown = [*named, f"{more:,} more"] if more > 0 else named
    renew = "account renews by itself" if count == 1 else "accounts renew by themselves"
    return f"{count:,} {renew}, with no talk known in 12 months: {text.listed(shown)}"


def _since(one: OutOfSight, today: date) -> str:
    cadence = f"due every {text.count(one.cadence, 'day')}"
    if one.touched_on is None:
        return f"no touch known, {cadence}"
    return f"last touch {text.distance(str(one.touched_on), today)}, {cadence}"
