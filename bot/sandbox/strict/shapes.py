"""A small language to say what Slack accepts: checkers that look at a value and note what is wrong, and where.

A checker is called with the value, its JSON pointer and the list of findings; findings read as Slack's do:
"must be less than 76 characters [json-pointer:/blocks/0/text/text]".
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str, list[str]], None]


def note(findings: list[str], path: str, text: str) -> None:
    """Add one finding in Slack's wording."""
    findings.append(f"[ERROR] {text} [json-pointer:{path}]")


def string(longest: int, shortest: int = 0, pattern: str | None = None) -> Check:
    """A string of `shortest` to `longest` characters."""

    def check(value: Any, path: str, findings: list[str]) -> None:
        if not isinstance(value, str):
            note(findings, path, "must provide a string")
        elif len(value) > longest:
            note(findings, path, f"must be less than {longest + 1} characters")
        elif len(value) < shortest:
            note(findings, path, f"must be more than {shortest - 1} characters")
        elif pattern and not re.fullmatch(pattern, value):
            note(findings, path, "invalid format")

    return check


def number(least: float | None = None, most: float | None = None, whole: bool = True) -> Check:
    """A number between two bounds, both included."""

    def check(value: Any, path: str, findings: list[str]) -> None:
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            note(findings, path, "must provide a number")
        elif (least is not None and value < least) or (most is not None and value > most):
            note(findings, path, f"must be between {least} and {most}")

    return check


def flag(value: Any, path: str, findings: list[str]) -> None:
    """True or false."""
    if not isinstance(value, bool):
        note(findings, path, "must provide a boolean")


def anything(value: Any, path: str, findings: list[str]) -> None:
    """Whatever it is."""


def choice(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, path: str, findings: list[str]) -> None:
        if value not in allowed:
            note(findings, path, f"must be one of: {', '.join(allowed)}")

    return check


def items(of: Check, least: int, most: int) -> Check:
    """A list of `least` to `most` things, each checked by `of`."""

    def check(value: Any, path: str, findings: list[str]) -> None:
        if not isinstance(value, list):
            note(findings, path, "must provide an array")
            return
        if len(value) > most:
            note(findings, path, f"no more than {most} items allowed")
        if len(value) < least:
            note(findings, path, f"no fewer than {least} items allowed")
        for index, item in enumerate(value):
            of(item, f"{path}/{index}", findings)

    return check


def shape(required: Mapping[str, Check] | None = None, optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these properties and no others."""
    must, known = dict(required or {}), {**(required or {}), **(optional or {})}

    def check(value: Any, path: str, findings: list[str]) -> None:
        if not isinstance(value, dict):
            note(findings, path, "must provide an object")
            return
        for name in must:
            if name not in value:
                note(findings, path, f"missing required field: {name}")
        for name, item in value.items():
            if name in known:
                known[name](item, f"{path}/{name}", findings)
            elif name != "type":
                note(findings, path, f"invalid additional property: {name}")

    return check


def one_of(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` decides what else it must hold."""

    def check(value: Any, path: str, findings: list[str]) -> None:
        if not isinstance(value, dict):
            note(findings, path, "must provide an object")
        elif (known := _named(kinds, value.get("type"))) is None:
            note(findings, path, f"unsupported type: {value.get('type')}")
        else:
            known(value, path, findings)

    return check


def _named(kinds: Mapping[str, Check], kind: Any) -> Check | None:
    return kinds.get(kind) if isinstance(kind, str) else None


def both(*checks: Check) -> Check:
    """A value that satisfies each of several checks."""

    def check(value: Any, path: str, findings: list[str]) -> None:
        for one in checks:
            one(value, path, findings)

    return check
