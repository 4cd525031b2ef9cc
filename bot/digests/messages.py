"""The digest: what waits for one person, in one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.digests.facts import Digest, Hurting
from bot.health.rules.score_words import TOO_LITTLE
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered
from bot.slack.message import Message, message
from bot.touchpoints.rules.line import LABELS

_EVERY = {"daily": "each working morning", "weekly": "each Monday"}


def render_digest(facts: Mapping[str, Any]) -> Message:
    """The whole of it; the Home tab has the buttons."""
    digest = Digest.from_facts(facts)
    lines = [
        *(_line(one.title, one.names, one.count) for one in digest.waiting),
        *(_hurting(one, digest.as_of) for one in digest.hurting),
    ]
    waits = "What waits for you" if any(lines) else "What was logged"
    lines += _logged(digest)
    head = f"{waits}, {text.day(digest.as_of, digest.as_of)}"
    why = (
        f"You get this {_EVERY.get(digest.every, 'now')} because you asked for it. "
        "My Home tab has a button for each of those named here, and your settings."
    )
    said = [line for line in lines if line]
    parts = [blocks.section("\n".join([f"*{head}*", *(f"• {line}" for line in said)]))]
    if digest.hurting:
        parts.append(
            blocks.actions(
                *(
                    blocks.button(text.plain(one.account, 60), numbered(ActionId.ACCOUNT_STORY, place), one.account_id)
                    for place, one in enumerate(digest.hurting)
                )
            )
        )
    return message(f"{head}. {' '.join(f'{line}.' for line in said)} {why}", [*parts, blocks.context(why)])


def _line(title: str, names: Sequence[str], count: int) -> str:
    if not names:
        return ""
    shown = [text.typed(name, 120) for name in dict.fromkeys(names)]
    more = count - len(names)
    return f"{title}: {text.listed([*shown, f'{more} more'] if more > 0 else shown)}"


def _logged(digest: Digest) -> list[str]:
    """What others have logged about the reader's accounts, a line each."""
    more = digest.logged_count - len(digest.logged)
    lines = []
    for one in digest.logged:
        who = f" by {text.name(one.by)}" if one.by else ""
        words = f" “{text.typed(one.words, 150)}”" if one.words.strip() else ""
        lines.append(f"Logged for {text.name(one.account)}: {LABELS.get(one.kind, one.kind).lower()}{who}.{words}")
    return [*lines, f"and {text.count(more, 'more touchpoint')}, in the accounts' stories"] if more > 0 else lines


def _hurting(one: Hurting, as_of: str) -> str:
    health = f"health {TOO_LITTLE}" if one.score is None else f"health {one.score} of 100"
    deadline = ""
    if one.deadline and one.deadline < as_of:
        deadline = f", {text.due(one.deadline, one.renewal_date, one.auto_renew, as_of)}"
    elif one.deadline:
        deadline = f", deadline {text.day(one.deadline, as_of)}"
    return f"{text.name(one.account)}: {health}{deadline}"
