"""Insights on screen: the library, and what happens at a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.accounts.timeline_facts import Entry
from bot.insights.alerts import TRIGGER
from bot.insights.facts import InsightEntry, TriggerEntry, TriggerNotice
from bot.insights.rules import MOVED, Goal, InsightKind, TriggerKind
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message
from bot.workspace.alerts import dismiss_option, why_option
from bot.workspace.reasons import ROUTED

WORDS_SHOWN = 200


def library_message(
    entries: Sequence[InsightEntry],
    total: int,
    triggers: Sequence[TriggerEntry],
    today: date,
    changeable: frozenset[int],
) -> Message:
    """The newest insights and what comes up at customers; what the reader may change has a ⋯."""
    head = f"*Insights*: {text.count(total, 'insight')} to tell" if total else "*Insights*: none yet"
    more = f", the newest {len(entries)} here" if total > len(entries) else ""
    parts = [blocks.section(f"{head}{more}.", accessory=blocks.button("Add…", ActionId.ADD_INSIGHT))]
    spoken = [f"{head}{more}."]
    for place, one in enumerate(entries):
        words, small = _entry(one, today)
        menu = blocks.menu(
            ("Change…", ActionId.EDIT_INSIGHT, one.id), ("Retire", ActionId.RETIRE_INSIGHT, one.id), place=place
        )
        shown = f"{words}\n{small}"
        parts.append(blocks.section(shown, accessory=menu if one.id in changeable else None))
        spoken.append(f"{words} ({small})")
    if triggers:
        parts.append(blocks.section("*Coming up at customers*"))
        spoken.append("*Coming up at customers*:")
    for place, ahead in enumerate(triggers):
        menu = blocks.menu(
            ("Change…", ActionId.EDIT_TRIGGER, ahead.id),
            ("Take off the list", ActionId.END_TRIGGER, ahead.id),
            place=len(entries) + place,
        )
        line = _ahead(ahead, today)
        parts.append(blocks.section(line, accessory=menu))
        spoken.append(line)
    return message(_flat(" ".join(spoken)), parts)


def retired(insight_id: int, words: str) -> Message:
    """What the reader is told once an insight is retired."""
    said = f"Retired: “{text.typed(words, 100)}” is proposed to nobody any more."
    back = blocks.button("Put it back", ActionId.RESTORE_INSIGHT, insight_id)
    return message(said, [blocks.section(said), blocks.actions(back)])


def restored(words: str) -> str:
    """What the reader is told once an insight that was retired is back."""
    return f"“{text.typed(words, 100)}” is back in the library."


def render_trigger(facts: Mapping[str, Any]) -> Message:
    """Something happens at a customer soon: when, why it matters to them, what to have ready."""
    notice = TriggerNotice.from_facts(facts)
    what = _what(notice.kind, notice.words)
    when = f"{text.day(notice.on, notice.as_of)}, {text.distance(notice.on, notice.as_of)}"
    account = f"*{text.name(notice.account)}*"
    if notice.outcome == MOVED:
        now = f"{text.day(notice.moved_to, notice.as_of)}, {text.distance(notice.moved_to, notice.as_of)}"
        words = (
            f"{account}: {what} is on *{now}* now, not on {text.day(notice.on, notice.as_of)}. "
            f"{text.name(notice.changed_by)} changed its day."
        )
        return message(_flat(words), [blocks.section(words)])
    if notice.outcome:
        words = f"{account}: {what} on {when} is off the list. {text.name(notice.ended_by)} took it off."
        return message(_flat(words), [blocks.section(words)])
    to = f"{text.mention(notice.mention)} " if notice.mention else ""
    head = f"📅 {to}{account}: {what} on *{when}*."
    lines = [f"Why it matters to them: {text.sentence(notice.matters, 600)}"]
    if notice.prepare:
        lines.append(f"Ready by then: {text.sentence(notice.prepare, 600)}")
    again = "It comes each year." if notice.is_yearly else ""
    by = f"{text.name(notice.by.name)} wrote it down." if notice.by else ""
    changed = f"{text.name(notice.changed_by)} changed it since." if notice.changed_by else ""
    small = " ".join(part for part in (by, changed, again, ROUTED.get(notice.routed, "")) if part)
    menu = blocks.menu(
        ("Account story", ActionId.ACCOUNT_STORY, notice.account_id),
        ("Change…", ActionId.EDIT_TRIGGER, notice.trigger_id),
        ("Take off the list", ActionId.END_TRIGGER, notice.trigger_id),
        dismiss_option(TRIGGER, notice.trigger_id, notice.account_id),
        why_option(TRIGGER, notice.account_id),
    )
    parts = [
        blocks.section("\n".join([head, *lines]), accessory=menu),
        *([blocks.context(small)] if small else []),
        blocks.actions(blocks.button("Log a touch…", ActionId.OPEN_TOUCH, notice.account_id, "primary")),
    ]
    return message(_flat(" ".join([head, *lines, small])), parts)


def timeline_line(entry: Entry, as_of: str) -> str:
    """What happens at a customer, in the timeline."""
    details = entry.details
    each = ", each year" if details.get("yearly") else ""
    off = " It is off the list." if details.get("ended") else ""
    ready = f" Ready by then: {text.sentence(details['prepare'])}" if details.get("prepare") else ""
    what = _what(entry.code, details.get("what", ""))
    on = text.day(details["on"], as_of)
    who = text.who(entry.by)
    return f"{who} wrote down what happens there: {what}, {on}{each}.{off}{ready} Why it matters to them:"


def kind_label(kind: str) -> str:
    """An insight's kind in words."""
    return InsightKind(kind).label if kind in set(InsightKind) else "Insight"


def _entry(one: InsightEntry, today: date) -> tuple[str, str]:
    link = text.typed(one.url, 2000)
    words = f"{text.sentence(one.words, WORDS_SHOWN)}{f' {link}' if link else ''}"
    until = one.details.valid_until
    gone = until is not None and until < today
    facts = [
        kind_label(one.details.kind),
        _audience(one),
        f"about {', '.join(text.typed(topic, 60) for topic in one.details.topics)}" if one.details.topics else "",
        "about us" if one.details.is_about_us else "",
        Goal(one.details.goal).label.lower() if one.details.goal else "",
        f"may lead to {text.typed(one.details.offer, 100)}" if one.details.offer else "",
        f"{'over since' if gone else 'valid until'} {text.day(str(until), today)}" if until else "",
        f"proposed to {text.count(one.used, 'account')}" if one.used else "not proposed yet",
        f"by {text.name(one.by)}" if one.by else "imported",
    ]
    return words, " · ".join(fact for fact in facts if fact)


def _audience(one: InsightEntry) -> str:
    if one.account:
        return f"for {text.name(one.account)}"
    return f"for {', '.join(text.name(name) for name in one.audience.industries) or 'everyone'}"


def _ahead(one: TriggerEntry, today: date) -> str:
    on = str(one.next_on)
    each = ", each year" if one.said.is_yearly else ""
    what = _what(one.said.kind, one.said.words)
    return f"*{text.name(one.account)}*: {what}, {text.day(on, today)}, {text.distance(on, today)}{each}"


def _what(kind: str, words: str) -> str:
    label = TriggerKind(kind).label if kind in set(TriggerKind) else "Something"
    label = f"{label[:1].lower()}{label[1:]}"
    if not words:
        return label
    return text.typed(words, 150) if kind == TriggerKind.OTHER else f"{label} ({text.typed(words, 150)})"


def _flat(words: str) -> str:
    return " ".join(words.replace("*", "").split())
