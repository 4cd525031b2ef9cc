"""The digest: what is new for one person, in one message, a row and a button each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from slackblocks.elements import Element

from bot.accounts.digest_parts import DigestItem
from bot.digests.facts import Digest, Hurting
from bot.digests.rules import Nearness, nearness
from bot.digests.when import late_words
from bot.health.rules.score_words import TOO_LITTLE
from bot.slack import blocks, form, text
from bot.slack.ids import ActionId, ViewId
from bot.slack.message import Message, message
from bot.touchpoints.rules.line import LABELS

WORDS_SHOWN = 200
_EVERY = {"daily": "each working morning", "weekly": "each Monday"}
_ONLY_NEWS = (
    "It comes only if something is new, has become late or worse, or is due within three days; what you were told "
    "before is counted in one line."
)
_LOOKED_AT_AGAIN = (
    "It comes only if there is something to say. What it asks is looked at again: the next one says what became of it, "
    "and what nobody acts on for four weeks is folded."
)


def render_digest(facts: Mapping[str, Any]) -> Message:
    """What is new with its buttons, and in one line what is still open."""
    digest = Digest.from_facts(facts)
    head = f"*{text.day(digest.as_of, digest.as_of)}* · {_counts(digest)}"
    rows = [_row(one, digest.as_of) for one in digest.news]
    lines = [*_before(digest), *_logged(digest)]
    more = digest.news_count + digest.changed_count - len(digest.news)
    late = late_words(digest.late_since, digest.sent_at)
    rest = [late] if late else []
    if more > 0:
        rest.append(f"and {more} more, in my Home tab")
    if digest.still_count:
        rest.append(_still(digest))
    menu = blocks.menu(("Why am I seeing this?", ActionId.WHY_DIGEST, digest.setup_id or digest.every))
    parts = [
        blocks.section(head, accessory=menu),
        *(
            blocks.section(row, accessory=_button(one, place))
            for place, (row, one) in enumerate(zip(rows, digest.news, strict=True))
        ),
        *([blocks.section("\n".join(f"• {line}" for line in lines))] if lines else []),
        *([blocks.context(*rest)] if rest else []),
    ]
    spoken = [f"{head}.", *(f"{one}." for one in (*rows, *lines, *rest))]
    return message(" ".join(spoken).replace("*", ""), parts)


def why_digest(who: str, about: str, when: str, is_own: bool, following: str = "") -> dict[str, Any]:
    """Why a digest came: who set it up, over what and when, and the next one; with the way to have it otherwise.

    `who` is empty for the reader themselves. `is_own`: it is of what waits for one person.
    """
    words = f"{text.name(who) if who else 'You'} set this digest up: {text.typed(about)}, {when}."
    words = f"{words} {_ONLY_NEWS if is_own else _LOOKED_AT_AGAIN}"
    change = blocks.actions(blocks.button("My digests", ActionId.SHOW_DIGESTS))
    parts = [blocks.section(words), *([blocks.section(following)] if following else []), change]
    return form.modal(ViewId.WHY, "Why am I seeing this?", parts)


def why_earlier(every: str) -> dict[str, Any]:
    """Why a digest came that an earlier version wrote, or one that is set up no more."""
    words = f"You asked for a digest {_EVERY.get(every, 'now and then')}. {_ONLY_NEWS}"
    change = blocks.actions(blocks.button("My digests", ActionId.SHOW_DIGESTS))
    return form.modal(ViewId.WHY, "Why am I seeing this?", [blocks.section(words), change])


def _counts(digest: Digest) -> str:
    counts = {
        "new": digest.news_count,
        "changed": digest.changed_count,
        "logged by others": digest.logged_count,
        "still open": digest.still_count,
    }
    said = ", ".join(f"{number:,} {words}" for words, number in counts.items() if number)
    return said or "what waits for you"


def _row(one: DigestItem, as_of: str) -> str:
    """ "🆕 *Acme Robotics* · follow-up: Call back · due today"; once it is late ⛔ says so in the place of 🆕."""
    near = nearness(one.due_on, date.fromisoformat(as_of))
    when = one.when
    if near is Nearness.LATE and one.due_on:
        when = text.overdue(one.due_on, as_of)
    elif not when and one.due_on:
        when = f"due {text.distance(one.due_on, as_of)}"
    sign = "" if near is Nearness.LATE or one.was_told else "🆕 "
    parts = [f"{sign}*{text.name(one.account)}*", text.typed(one.words, WORDS_SHOWN), when]
    return " · ".join(part for part in parts if part)


def _button(one: DigestItem, place: int) -> Element | None:
    return blocks.button(one.button, f"{one.action}:{place}", one.value) if one.button else None


def _still(digest: Digest) -> str:
    shown = [text.name(name) for name in digest.still]
    return f"Still open ({digest.still_count:,}): {text.listed(shown)}"


def _before(digest: Digest) -> list[str]:
    """What a digest told that an earlier version wrote."""
    lines = [_line(one.title, one.names, one.count) for one in digest.waiting]
    return [line for line in [*lines, *(_hurting(one, digest.as_of) for one in digest.hurting)] if line]


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
