"""What a shape alone cannot see: days that are in the calendar, and two figures that must be in order."""

from datetime import date, time
from typing import Any

from bot.sandbox.strict.shapes import Check, note, string


def day(value: Any, path: str, findings: list[str]) -> None:
    """A day of the calendar, as YYYY-MM-DD."""
    before = len(findings)
    string(10, 10, r"\d{4}-\d{2}-\d{2}")(value, path, findings)
    if len(findings) == before:
        _readable(date.fromisoformat, value, path, findings)


def time_of_day(value: Any, path: str, findings: list[str]) -> None:
    """A time of the day, as HH:MM."""
    before = len(findings)
    string(5, 5, r"\d{2}:\d{2}")(value, path, findings)
    if len(findings) == before:
        _readable(time.fromisoformat, value, path, findings)


def in_order(low: str, high: str) -> Check:
    """Of two figures of an object, `low` is not above `high`; one that is not there, or is no figure, says nothing."""

    def check(value: Any, path: str, findings: list[str]) -> None:
        least, most = _figure(value.get(low)), _figure(value.get(high))
        if least is not None and most is not None and least > most:
            note(findings, f"{path}/{low}", f"{low} must be less than or equal to {high}")

    return check


def either(one: str, other: str) -> Check:
    """An object has one of two properties, not both and not neither."""

    def check(value: Any, path: str, findings: list[str]) -> None:
        if (one in value) == (other in value):
            note(findings, path, f"must define either {one} or {other}")

    return check


def _readable(read: Any, value: str, path: str, findings: list[str]) -> None:
    try:
        read(value)
    except ValueError:
        note(findings, path, "invalid format")


def _figure(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except ValueError:
        return None
