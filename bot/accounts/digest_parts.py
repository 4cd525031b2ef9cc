"""Parts of a person's digest: each feature brings what waits of its kind, item by item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.db.work import Work
    from bot.workspace.members import MemberView


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One thing that waits: its key, by which it is known from one digest to the next, the account, and what it is.

    `due_on` is the ISO day that it is due, `when` that day in words where they say more than a date does. `severity`
    grows as the thing gets worse (0: nothing is wrong with it). `asked_on` is the ISO day on which another message told
    this person of it, if one did, and `asked_severity` how bad it called it, where that may have changed since. A
    button `button` sends `value` under the id `action`. `was_told` says that a digest before told it, and that it has
    changed since.
    """

    key: str
    account: str
    words: str
    due_on: str | None = None
    when: str = ""
    action: str = ""
    button: str = ""
    value: int = 0
    severity: int = 0
    asked_on: str | None = None
    asked_severity: int | None = None
    was_told: bool = False


@dataclass(frozen=True, slots=True)
class DigestPart:
    """What waits of one kind: its place among the others, its title, by which it is left out, and what finds it.

    `waiting` gives the items of whose digest it is; there may be none.
    """

    place: int
    title: str
    waiting: Callable[[Work, MemberView], Sequence[DigestItem]]


PARTS: list[DigestPart] = []
"""`digest` of every feature, by their places."""
