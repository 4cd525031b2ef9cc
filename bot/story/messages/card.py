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


def account_message(card: AccountCard, can_share: bool) -> Message:
    """The story, for the eyes of the one who asked; with a way to share it, where only the team reads."""
    return _with_folded(message(spoken(card), [*_parts(card), _buttons(card, can_share)]), card)


def account_view(card: AccountCard) -> dict[str, Any]:
    """The same as a modal."""
    view = form.modal(ViewId.ACCOUNT, text.plain(card.account, 24), [])
    parts = [*_parts(card), *_details(card), _buttons(card, can_share=False)]
    return {**view, "blocks": message("", parts).blocks}


def chart_message(card: AccountCard) -> Message:
    """How the score went, drawn and in words."""
    words_of_it = f"{text.name(card.account)}. {_history(card)}"
    shown = message(words_of_it, [blocks.section(f"*{text.name(card.account)}*"), blocks.context(_history(card))])
    chart = _chart(card)
    return Message(shown.text, [shown.blocks[0], chart, *shown.blocks[1:]]) if chart else shown


def chart_view(card: AccountCard) -> dict[str, Any]:
    """How the score went, in words: a modal takes no chart."""
    view = form.modal(ViewId.ACCOUNT, text.plain(card.account, 24), [])
    return {**view, "blocks": message("", [blocks.section(_history(card))]).blocks}


def _history(card: AccountCard) -> str:
    drawn = words.score_history(card)
    return drawn or f"{' '.join(_sentences([_flat(words.health_line(card))]))} There are no earlier values yet."


def past_message(card: AccountCard) -> Message:
    """The story as it stood on a past day, for the eyes of the one who asked."""
    not_kept = [blocks.context(words.not_kept_line(card))] if card.not_kept else []
    buttons = blocks.actions(
        blocks.button("See how it is now", ActionId.ACCOUNT_STORY, card.account_id),
        blocks.button("Timeline", ActionId.ACCOUNT_TIMELINE, card.account_id),
    )
    day = blocks.context(f"{words.past_line(card)}.")
    return _with_folded(message(spoken(card), [day, *_parts(card), *not_kept, buttons]), card)


def render_account_card(facts: Mapping[str, Any]) -> Message:
    """The story as someone has shared it; it stays as it was on that day."""
    card = AccountCard.from_facts(facts)
    by = f"Shared by {text.name(card.shared_by)}. As of {text.day(card.as_of, card.as_of)}."
    buttons = blocks.actions(
        blocks.button("See how it is now", ActionId.ACCOUNT_STORY, card.account_id),
        blocks.button("Log a touch", ActionId.OPEN_TOUCH, card.account_id),
    )
    return _with_folded(message(f"{spoken(card)} {by}", [*_parts(card), blocks.context(by), buttons]), card, behind=2)


def preview(card: AccountCard) -> dict[str, Any]:
    """The short card that an account's link unfurls into."""
    lines = [words.status_lines(card)[0], words.who_keeps_them(card)]
    parts = [
        _section("\n".join(lines)),
        blocks.actions(blocks.button("The whole story", ActionId.ACCOUNT_STORY, card.account_id)),
    ]
    return {"blocks": message("", parts).blocks, "fallback": _flat(". ".join(lines))}


def spoken(card: AccountCard) -> str:
    """The whole story as sentences."""
    return " ".join(told_lines(card))


def told_lines(card: AccountCard) -> list[str]:
    """The same, part by part."""
    parts = [
        *_sentences([words.past_line(card)] if card.is_past else []),
        *_sentences(words.status_lines(card)),
        *_sentences([words.health_line(card), *words.more_of_health(card)]),
        _listed("To do", [*words.handoff_lines(card), *words.step_lines(card), *words.more_to_do(card)]),
        _listed("Last", words.touch_lines(card)),
        _listed("Next", words.coming_lines(card)),
        f"Plan: {words.plan_line(card)}" if card.plan else "",
        *_sentences([words.who_they_are(card), words.who_keeps_them(card)]),
        _listed("Missing", words.gap_lines(card)),
        *_sentences(words.contract_lines(card)),
        *_sentences(words.more_details(card)),
        words.not_kept_line(card),
        card.link,
    ]
    return [_flat(part) for part in parts if part]


def _parts(card: AccountCard) -> list[KitBlock]:
    to_do = [*words.handoff_lines(card), *words.step_lines(card), *words.more_to_do(card)]
    none = "No touch by then." if card.is_past else "Nobody has logged a touch yet. Write `/touch` and what happened."
    touches = words.touch_lines(card) or [none]
    coming = words.coming_lines(card)
    who = (
        " · ".join(filter(None, [words.who_they_are(card), _marked(words.who_keeps_them(card))])),
        f"<{card.link}>" if card.link else "",
    )
    return [
        _section("\n".join(words.status_lines(card))),
        _section("\n".join([words.health_line(card), *words.more_of_health(card)])),
        *([_section("\n".join([f"{B}To do{B}", *to_do]))] if to_do else []),
        _section("\n".join([f"{B}Last{B}", *touches, *([f"{B}Next{B} {' · '.join(coming)}"] if coming else [])])),
        *([blocks.context(*who)] if any(who) else []),
    ]


def _details(card: AccountCard) -> list[KitBlock]:
    """What one looks for now and then: the plan, what is missing, what the contracts say."""
    lines = [
        f"{B}Plan{B} {words.plan_line(card)}" if card.plan else "",
        f"{B}Missing{B} {text.listed(words.gap_lines(card))}" if card.gaps else "",
        *(f"{B}Contract{B} {line}" for line in words.contract_lines(card)),
        *words.more_details(card),
    ]
    told = [line for line in lines if line]
    return [blocks.context(*(_marked(line) for line in told))] if told else []


def _details_title(card: AccountCard) -> str:
    parts = [
        "plan" if card.plan else "",
        "what is missing" if card.gaps else "",
        "contracts" if words.contract_lines(card) else "",
        "more" if words.more_details(card) else "",
    ]
    said = text.listed(part for part in parts if part)
    return f"{said[:1].upper()}{said[1:]}"


def _with_folded(shown: Message, card: AccountCard, behind: int = 1) -> Message:
    """The message with its details folded away before its last `behind` blocks."""
    details = _details(card)
    if not details:
        return shown
    folded = blocks.folded(_details_title(card), details, "details")
    return Message(shown.text, [*shown.blocks[:-behind], folded, *shown.blocks[-behind:]], shown.unfurl)


def _buttons(card: AccountCard, can_share: bool) -> KitBlock:
    update = [blocks.button("Update renewal…", ActionId.UPDATE_RENEWAL, one.renewal_id) for one in card.renewals[:1]]
    share = [blocks.button("Share…", ActionId.SHARE_ACCOUNT, card.account_id)] if can_share else []
    # A menu holds five.
    more = blocks.menu(
        ("Timeline", ActionId.ACCOUNT_TIMELINE, card.account_id),
        ("Health over time", ActionId.ACCOUNT_CHART, card.account_id),
        ("Plan", ActionId.OPEN_PLAN, card.account_id),
        ("Hand over…", ActionId.OPEN_HANDOFF, card.account_id),
        ("Pause proposals…", ActionId.PAUSE_ACCOUNT, card.account_id),
    )
    return blocks.actions(
        blocks.button("Log a touch", ActionId.OPEN_TOUCH, card.account_id, "primary"),
        *update,
        blocks.button("Health check", ActionId.OPEN_HEALTH, card.account_id),
        blocks.button("People", ActionId.OPEN_PEOPLE, card.account_id),
        *share,
        more,
    )


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
