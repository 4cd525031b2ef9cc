"""How a customer decides, a step a line: who, what they do, and the days it took last time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MOST_STEPS = 12
LONGEST = 3650
WHO_LENGTH, WORDS_LENGTH = 200, 300
_DAYS = re.compile(r"[,;(\s-]*\b(\d{1,5})\s*(?:(?:calendar )?days?|d)\b[.)\s]*$", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}[.)]|[-•*])\s+")


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One step: `who` decides or is asked, `words` what they do (may be empty), `days` it took last time.

    `has_left`: they are at the customer no longer. It is no part of what was written.
    """

    who: str
    words: str = ""
    days: int | None = None
    has_left: bool = field(default=False, compare=False)


def read_lines(written: str) -> tuple[DecisionLine, ...]:
    """The steps in their order, one a line: "Ruth Okafor: signs the budget off, 10 days". Empty lines are left out.

    Raises ValueError, saying what to write, for a line that names nobody, too many lines, or days beyond ten years.
    """
    lines = [line for line in (_NUMBERED.sub("", one).strip() for one in written.splitlines()) if line]
    if len(lines) > MOST_STEPS:
        raise ValueError(f"These are {len(lines)} steps. Keep at most {MOST_STEPS}, one a line.")
    return tuple(_read(line) for line in lines)


def write_lines(steps: Iterable[DecisionLine]) -> str:
    """The steps as `read_lines` reads them."""
    return "\n".join(_write(one) for one in steps)


def total_days(steps: Sequence[DecisionLine]) -> int | None:
    """The days that all steps took together; None unless every one of them is known."""
    known = [one.days for one in steps if one.days is not None]
    return sum(known) if steps and len(known) == len(steps) else None


def _read(line: str) -> DecisionLine:
    found = _DAYS.search(line)
    days = int(found[1]) if found else None
    if days is not None and days > LONGEST:
        raise ValueError(f"{days:,} days are more than ten years. Write how many days this step took.")
    rest = line[: found.start()] if found else line
    who, _, words = rest.partition(":")
    who, words = " ".join(who.split()), " ".join(words.split())
    if not who:
        raise ValueError(f"“{line[:40]}” names nobody. Write it like this: Ruth Okafor: signs it off, 10 days")
    if len(who) > WHO_LENGTH or len(words) > WORDS_LENGTH:
        raise ValueError(f"“{line[:40]}…” is too long. Keep a step within {WORDS_LENGTH} characters.")
    return DecisionLine(who, words, days)


def _write(step: DecisionLine) -> str:
    words = f": {step.words}" if step.words else ""
    days = "" if step.days is None else f", {step.days} {'day' if step.days == 1 else 'days'}"
    return f"{step.who}{words}{days}"
