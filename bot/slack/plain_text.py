"""What someone wrote in Slack, as they saw it on their screen: mentions by name, links as links, no escapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_MARK = re.compile(r"<([^<>]+)>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def people_in(message: Mapping[str, Any]) -> set[str]:
    """The Slack ids of the people a message mentions."""
    return set(_PERSON.findall(_raw(message)))


def as_seen(message: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The words of a message (an object of Slack's history), with `names` for the people it mentions.

    A message without words is what it carries: the fallbacks of its attachments, the names of its files.
    """
    text = _MARK.sub(lambda found: _mark(found[1], names), _raw(message))
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text.strip()


def _raw(message: Mapping[str, Any]) -> str:
    parts = [str(message.get("text") or "")]
    if not parts[0].strip():
        parts = [str(attached.get("fallback") or "") for attached in message.get("attachments") or ()]
    files = [str(file.get("title") or file.get("name") or "file") for file in message.get("files") or ()]
    if files:
        parts.append(f"(attached: {', '.join(files)})")
    return "\n".join(part for part in parts if part)


def _mark(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return f"@{names.get(target[1:]) or label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        word = target[1:].partition("^")[0]
        return label or f"@{word}"
    address = target.removeprefix("mailto:")
    return f"{label} ({address})" if label and label not in (address, target) else address
