"""An account's timeline: a paged modal, narrowed by kind; whatever was typed stands as it was typed."""

from __future__ import annotations

from typing import Any

import slackblocks as kit
from slackblocks.blocks import Block as KitBlock

from bot.accounts.timeline_facts import KINDS, Entry, Page
from bot.slack import blocks, form, text
from bot.slack.ids import ActionId, ViewId, numbered

ALL = "all"
WORDS_SHOWN = 500


def timeline_view(page: Page) -> dict[str, Any]:
    """One page of what happened, newest first."""
    shown = text.count(page.total, "entry").replace("entrys", "entries")
    first = page.number * page.size + 1
    span = f", {first} to {first + len(page.entries) - 1}" if page.total > page.size else ""
    parts: list[KitBlock] = [
        blocks.section(f"*{text.name(page.account)}*: {shown}{span}, newest first."),
        blocks.actions(_filter(page.kind)),
    ]
    for place, entry in enumerate(page.entries):
        parts += _entry(entry, page.as_of, place)
    if not page.entries:
        nothing = "Nothing of this kind yet." if page.kind else "Nothing has happened yet. Write `/touch` after a talk."
        parts.append(blocks.section(nothing))
    if turns := _turns(page):
        parts.append(blocks.actions(*turns))
    view = form.modal(ViewId.TIMELINE, "Timeline", [], metadata=f"{page.account_id}:{page.kind or ALL}")
    return {**view, "blocks": _ids(parts, page)}


def _filter(kind: str) -> kit.StaticSelectMenu:
    offered = [
        blocks.option("Everything", ALL),
        *(blocks.option(kind.words, one) for one, kind in sorted(KINDS.items(), key=lambda item: item[1].place)),
    ]
    chosen = next((one for one in offered if one.value == kind), offered[0])
    return kit.StaticSelectMenu(action_id=ActionId.TIMELINE_KIND, options=offered, initial_option=chosen)


def _turns(page: Page) -> list[Any]:
    turns = []
    if page.number > 0:
        turns.append(blocks.button("Newer", f"{ActionId.TIMELINE_PAGE}:newer", page.number - 1))
    if page.has_older:
        turns.append(blocks.button("Older", f"{ActionId.TIMELINE_PAGE}:older", page.number + 1))
    return turns


def _ids(parts: list[KitBlock], page: Page) -> blocks.Blocks:
    # A block that keeps its id keeps its state: the filter must not show the choice of another page.
    built = blocks.built(parts)
    return [{**block, "block_id": f"{page.kind or ALL}.{page.number}.{n}"} for n, block in enumerate(built)]


def _entry(entry: Entry, as_of: str, place: int) -> list[KitBlock]:
    head = f"*{text.day(entry.on, as_of)}* {KINDS[entry.kind].line(entry, as_of)}"
    body = text.quoted(entry.words, WORDS_SHOWN)
    words = f"{head}\n{body}" if body else head
    action = KINDS[entry.kind].edit if entry.mine else ""
    return [
        blocks.section(words, accessory=blocks.button("Edit", numbered(action, place), entry.id) if action else None)
    ]
