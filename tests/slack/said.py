"""Everything a person can see: the samples of all messages and views, and the words that stand in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bot.features import install
from bot.slack.samples import Sample, samples

ROOT = Path(__file__).parents[2]
WORDY = ("messages", "forms", "handlers")
"""What the modules are called, or their folders, in which nothing but words for people stands."""

SHOWN = ("text", "title", "alt_text", "submit", "close", "label", "placeholder", "hint", "description")
_ADDRESS = re.compile(r"<(?:https?:|mailto:)[^|<>]*\|([^<>]*)>|<?(?:https?:|mailto:)[^\s<>]+>?")


@cache
def all_samples() -> tuple[Sample, ...]:
    """One of each, with every feature put in."""
    install()
    return tuple(samples("U0REP1"))


def strings_in(value: Any) -> Iterator[str]:
    """Every text that is shown, from a message or a view: labels of buttons, options and hints too."""
    if isinstance(value, dict):
        for key, inside in value.items():
            if isinstance(inside, str):
                if key in SHOWN:
                    yield inside
            else:
                yield from strings_in(inside)
    elif isinstance(value, list | tuple):
        for inside in value:
            yield from strings_in(inside)


def told_by(value: Any) -> Iterator[str]:
    """What blocks tell a reader. What one presses is not told, it is offered."""
    if isinstance(value, dict):
        kind = value.get("type")
        if kind in ("button", "overflow") or str(kind).endswith("_select"):
            return
        if isinstance(value.get("text"), str):
            yield value["text"]
            return
        for inside in value.values():
            yield from told_by(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from told_by(inside)


def without_addresses(text: str) -> str:
    """A text with its links' labels and without where they lead."""
    return _ADDRESS.sub(lambda found: found[1] or "", text)


@cache
def in_the_code() -> tuple[tuple[str, str], ...]:
    """(file, words) of each string constant of the bot, docstrings aside. Sandbox and demo are not looked at."""
    found = []
    for path in sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("handlers/**/*.py")]):
        within = path.relative_to(ROOT)
        if not {"sandbox", "migrations", "demo"} & set(within.parts) and not path.stem.startswith("samples"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            said_of = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said_of:
                    found.append((str(within), node.value))
    return tuple(found)
