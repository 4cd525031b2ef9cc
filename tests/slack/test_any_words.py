"""Whatever stands in any field of any post's facts: it calls nobody, and is no longer than Slack takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from unittest.mock import patch

import pytest
from slackblocks.errors import LengthError

from bot.slack import samples
from bot.slack.message import Message
from bot.slack.renderers import render

CALL = "<!channel> `a` *b* \u202e<@U0REP1>&"
ESCAPED = "&lt;!channel&gt;"
LONG = "Ω" * 3000


OURS = frozenset((
    *("action", "ages", "allowed_by", "asked", "band", "channel", "every", "kind", "link", "mention", "missing"),
    *("mood", "purpose", "red", "role", "routed", "section", "segment", "slack_id", "state", "summary", "text", "to"),
    *("value", "when", "yellow"),
))  # fmt: skip
"""Fields in which nobody's words stand: ids, names of buttons, one of a closed list, or what we have made of them."""

MADE_BY_FEATURES = "sections", "folded"
"""Parts of an overview, which its features hand over as markup: tests/handlers/test_strangers_and_forgeries.py."""


def known() -> list[tuple[str, Mapping[str, Any]]]:
    """A post of every kind, as it is stored."""
    found = []

    def remember(kind: str, facts: Mapping[str, Any]) -> Message:
        found.append((kind, facts))
        return render(kind, facts)

    with patch.object(samples, "render", remember):
        list(samples.samples("U0REP1"))
    return found


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where text stands in some facts."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from places(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from places(part, (*path, number))


def with_words(facts: Mapping[str, Any], path: tuple[Any, ...], words: str) -> Any:
    """The same facts with other words at one place."""
    changed = json.loads(json.dumps(facts))
    part = changed
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = words
    return changed


def marked_up(part: Any) -> Iterator[str]:
    """All text of some blocks in which Slack reads markup."""
    if isinstance(part, Mapping):
        if part.get("type") == "mrkdwn":
            yield str(part["text"])
        for one in part.values():
            yield from marked_up(one)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from marked_up(one)


SEEN: dict[tuple[str, tuple[Any, ...]], Mapping[str, Any]] = {}
for kind, stored in known():
    for path in places(json.loads(json.dumps(stored))):
        SEEN.setdefault((kind, path), stored)


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in SEEN}))
def test_what_stands_in_a_field_calls_nobody_and_is_cut(kind: str) -> None:
    found = {
        path: facts
        for (one, path), facts in SEEN.items()
        if one == kind and path[0] not in MADE_BY_FEATURES and not OURS & {path[-1], path[-2 if len(path) > 1 else -1]}
    }
    wrong = {}
    for path, facts in found.items():
        for words in (CALL, LONG):
            try:
                message = render(kind, with_words(facts, path, words))
            except LengthError as too_long:
                wrong[path] = f"{too_long}"
                continue
            except (ValueError, LookupError, ArithmeticError, AssertionError, TypeError):
                continue  # no words belong there: a day, an amount, one of a closed list
            shown = [message.text, *marked_up(message.blocks)]
            if words == CALL and any("<!channel>" in one for one in shown):
                wrong[path] = "calls everybody"
            if max(len(one) for one in shown[1:] or [""]) > 3000:
                wrong[path] = "longer than a block"
            if len(message.text) > 12_000:
                wrong[path] = "longer than a message"
    assert wrong == {}, "\n".join(map(repr, wrong.items()))
