"""What messages about touchpoints must show: plain values that features write and messages read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.core.facts import Facts
from bot.core.person import Person


class TouchTrace(StrEnum):
    """What an account's story keeps of a touchpoint that was changed or taken back."""

    EDITED = "touch_edited"
    DELETED = "touch_deleted"
    UNDONE = "touch_undone"


WORDS_KEPT = 600
"""Characters of someone's words that a line carries; the form and the story have all of them."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """A follow-up in a line: what, who does it (may be empty), by which ISO day, whether the customer was promised it.

    `outcome` is empty while it is open, else done, dropped, kept or broken.
    """

    words: str
    owner: str
    due_on: str
    is_promise: bool = False
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class TouchLine(Facts):
    """One touchpoint, told in a channel. `on` and `as_of` are ISO days, the second one the day it was logged.

    `by` had the contact, `logged_by` wrote it down when that was someone else. `is_answer`: it stands under the very
    message it was made from, whose words it need not repeat, unless it `is_apart` from it; it `is_reply` to
    whoever made it by a reaction. `outcome`: logged, or deleted or undone by `ended_by`.
    """

    touchpoint_id: int
    account: str
    on: str
    as_of: str
    kind: str = ""
    by: Person | None = None
    logged_by: Person | None = None
    department: str = ""
    contact: str = ""
    purpose: str = ""
    mood: str = ""
    words: str = ""
    permalink: str = ""
    is_answer: bool = False
    is_edited: bool = False
    next_steps: tuple[NextStep, ...] = ()
    outcome: str = "logged"
    ended_by: str = ""
    is_apart: bool = False
    is_reply: bool = False


@dataclass(frozen=True, slots=True)
class OutOfSight:
    """An account without a touch for longer than its cadence, in days; `touched_on` is None where none is known.

    `values` are {currency: amount a year as text}.
    """

    account_id: int
    account: str
    owner: str
    values: Mapping[str, str]
    touched_on: date | None
    cadence: int
