"""An account's timeline, as messages read it: everything that happened, newest first, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.core.person import Person


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `kind` is one of KINDS, `code` says what, `on` is an ISO day, `words` what was typed.

    `id` is the number of the row behind it, `mine` whether the reader may edit it, where its kind can be edited.
    """

    kind: str
    code: str
    id: int
    on: str
    by: Person | None = None
    words: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a timeline, counted from 0, out of `total` entries of `kind` (empty: all kinds)."""

    account_id: int
    account: str
    as_of: str
    kind: str
    number: int
    total: int
    entries: tuple[Entry, ...]
    size: int = 10

    @property
    def has_older(self) -> bool:
        """Whether another page follows."""
        return (self.number + 1) * self.size < self.total


@dataclass(frozen=True, slots=True)
class TimelineKind:
    """A kind of entry: its place and words where one narrows a timeline to it, and an entry's line as of an ISO day.

    `edit` is the action by which the reader edits an entry of theirs, with its number; empty where none can be.
    """

    place: int
    words: str
    line: Callable[[Entry, str], str]
    edit: str = ""


KINDS: dict[str, TimelineKind] = {}
"""What a timeline can be narrowed to: `timeline_kinds` of every feature."""
