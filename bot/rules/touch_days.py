"""A day in front of a line, in words or figures: "yesterday", "last friday", "3 days ago", "2026-02-11"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_WORDS = (
    r"today|yesterday|tomorrow|\d{4}-\d{2}-\d{2}|(?P<back>\d{1,3}|an?|one|two|three) (?P<unit>day|week)s? ago|"
    rf"(?P<which>last|on|next) (?P<weekday>{'|'.join(_WEEKDAYS)})|(?P<other>last|next) week"
)
_DAY = re.compile(rf"\s*(?P<all>{_DAY_WORDS})(?=[\s:,])[\s:,]*(?=\S)", re.IGNORECASE)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}


@dataclass(frozen=True, slots=True)
class Day:
    """A day as typed, the words behind it, and the day meant; None when there is none such, or it lies ahead.

    `is_plain`: it can stand for nothing else than the day of what follows.
    """

    typed: str
    rest: str
    on: date | None
    is_plain: bool


def day_in_front(line: str, today: date) -> Day | None:
    """The day that a line begins with, if it begins with one and something follows."""
    found = _DAY.match(line)
    if found is None:
        return None
    typed = found["all"]
    is_plain = typed[0].isdigit() or typed.casefold() in ("today", "yesterday")
    return Day(typed, line[found.end() :], _meant(found, today), is_plain)


def _meant(found: re.Match[str], today: date) -> date | None:
    word = found["all"].casefold()
    if word in ("today", "yesterday"):
        return today - timedelta(days=word == "yesterday")
    if found["back"]:
        count = _COUNTS.get(found["back"].casefold()) or int(found["back"])
        return today - timedelta(days=count * (7 if found["unit"].casefold() == "week" else 1))
    if found["other"]:
        return today - timedelta(days=7) if found["other"].casefold() == "last" else None
    if found["weekday"]:
        which = found["which"].casefold()
        back = (today.weekday() - _WEEKDAYS.index(found["weekday"].casefold())) % 7
        is_before = which == "last" and back == 0
        return None if which == "next" else today - timedelta(days=7 if is_before else back)
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
