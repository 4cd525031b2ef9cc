"""An account's story as one card that fits a phone: for the one who asks, in a modal, shared, or as a preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.slack import blocks, form, text
from bot.slack.ids import ActionId, ViewId
from bot.slack.message import Message, message
from bot.story.facts import AccountCard
from bot.story.messages import words
from bot.story.messages.words import B

CHART_TITLE = "Health score"
HEALTH_PLACE = 3
"""Behind the name, who keeps them, and the renewals; a link stands between the last two."""


def account_message(card: AccountCard, can_share: bool) -> Message:
    """The story, for the eyes of the one who asked; with a button to share it, where only the team reads."""
    return _with_chart(message(spoken(card), [*_parts(card), _buttons(card, can_share)]), card)


def account_view(card: AccountCard) -> dict[str, Any]:
    """The same as a modal. A modal takes no chart; its numbers stand in words."""
    history = words.score_history(card)
    parts = [*_parts(card), *([blocks.context(history)] if history else []), _buttons(card, can_share=False)]
    view = form.modal(ViewId.ACCOUNT, text.plain(card.account, 24), [])
    return {**view, "blocks": message("", parts).blocks}


def render_account_card(facts: Mapping[str, Any]) -> Message:
    """The story as someone has shared it; it stays as it was on that day."""
    card = AccountCard.from_facts(facts)
    by = f"Shared by {text.name(card.shared_by)}. As of {text.day(card.as_of, card.as_of)}."
    buttons = blocks.actions(
        blocks.button("See how it is now", ActionId.ACCOUNT_STORY, card.account_id),
        blocks.button("Log a touch", ActionId.OPEN_TOUCH, card.account_id),
    )
    shared = message(f"{spoken(card)} {by}", [*_parts(card), blocks.context(by), buttons])
    return _with_chart(shared, card)


def preview(card: AccountCard) -> dict[str, Any]:
    """The short card that an account's link unfurls into."""
    lines = [words.value(card), *words.renewal_lines(card)[:1], words.health_lines(card)[0], words.who_keeps_them(card)]
    parts = [
        _section(f"{B}{text.name(card.account)}{B}"),
        _section("\n".join(lines)),
        blocks.actions(blocks.button("The whole story", ActionId.ACCOUNT_STORY, card.account_id)),
    ]
    return {"blocks": message("", parts).blocks, "fallback": _flat(f"{text.name(card.account)}: {' '.join(lines)}")}


def spoken(card: AccountCard) -> str:
    """The whole story as sentences."""
    parts = [
        f"{text.name(card.account)}.",
        *_sentences([words.who_they_are(card), words.who_keeps_them(card), words.value(card)]),
        *_sentences(words.renewal_lines(card)),
        *_sentences(words.health_lines(card)),
        *_sentences(words.handoff_lines(card)),
        words.score_history(card),
        _listed("Last touches", words.touch_lines(card)),
        _listed("Open", words.step_lines(card)),
        f"Plan: {words.plan_line(card)}" if card.plan else "",
        _listed("Next", words.coming_lines(card)),
        _listed("Missing", words.gap_lines(card)),
    ]
    return _flat(" ".join(part for part in parts if part))


def _parts(card: AccountCard) -> list[KitBlock]:
    touches = words.touch_lines(card) or ["None logged yet. Write `/touch` and what happened."]
    agenda = words.coming_lines(card) or ["Nothing is planned."]
    parts = [
        blocks.header(text.plain(card.account)),
        blocks.context(_marked(words.who_they_are(card)), _marked(words.who_keeps_them(card))),
        _section("\n".join([words.value(card), *words.renewal_lines(card), *words.handoff_lines(card)])),
        _section("\n".join(words.health_lines(card))),
        _section("\n".join([f"{B}Last touches{B}", *touches])),
    ]
    if card.steps:
        parts.append(_section("\n".join([f"{B}Open promises and follow-ups{B}", *words.step_lines(card)])))
    plan = f"{B}Plan{B} {words.plan_line(card)}\n" if card.plan else ""
    parts.append(_section("\n".join([f"{plan}{B}Next{B}", *(f"• {line}" for line in agenda)])))
    if card.link:
        parts.insert(2, blocks.context(f"<{card.link}>"))
    if card.gaps:
        parts.append(_section(f"{B}Missing{B} {text.listed(words.gap_lines(card))}."))
    return parts


def _buttons(card: AccountCard, can_share: bool) -> KitBlock:
    shown = [
        blocks.button("Log a touch", ActionId.OPEN_TOUCH, card.account_id, "primary"),
        blocks.button("Health check", ActionId.OPEN_HEALTH, card.account_id),
        blocks.button("Full timeline", ActionId.ACCOUNT_TIMELINE, card.account_id),
        blocks.button("Plan", ActionId.OPEN_PLAN, card.account_id),
        blocks.button("Hand over…", ActionId.OPEN_HANDOFF, card.account_id),
    ]
    share = [blocks.button("Share to channel…", ActionId.SHARE_ACCOUNT, card.account_id)]
    return blocks.actions(*shown, *(share if can_share else []))


def _with_chart(shown: Message, card: AccountCard) -> Message:
    chart = _chart(card)
    if chart is None:
        return shown
    # Behind the health section, which says the same in words.
    place = HEALTH_PLACE + bool(card.link) + 1
    return Message(shown.text, [*shown.blocks[:place], chart, *shown.blocks[place:]], shown.unfurl)


def _chart(card: AccountCard) -> dict[str, Any] | None:
    points = [(_label(day), score) for day, score in card.health.history]
    if len(points) < 2:
        return None
    return {
        "type": "data_visualization",
        "block_id": "chart",
        "title": CHART_TITLE,
        "chart": {
            "type": "line",
            "series": [{"name": "Health", "data": [{"label": day, "value": score} for day, score in points]}],
            "axis_config": {"categories": [day for day, _ in points], "y_label": "of 100"},
        },
    }


def _label(day: str) -> str:
    on = date.fromisoformat(day)
    return f"{on.day} {on:%b}"


def _sentences(lines: Sequence[str]) -> list[str]:
    return [line if line.endswith((".", "!", "?", "…")) else f"{line}." for line in lines if line]


def _listed(title: str, lines: Sequence[str]) -> str:
    return f"{title}: {'; '.join(lines)}." if lines else ""


def _flat(sentence: str) -> str:
    return " ".join(sentence.replace(B, "").replace("• ", "").split())


def _marked(line: str) -> str:
    return line.replace(B, "*")


def _section(line: str) -> KitBlock:
    return blocks.section(_marked(line))
