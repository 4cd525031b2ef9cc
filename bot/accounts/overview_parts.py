"""Parts of an overview: each feature tells what it knows of some accounts, counted and cut short by the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, select

from bot.accounts.overview_facts import Figures, Listing, OverviewSection
from bot.models import Account

if TYPE_CHECKING:
    from bot.db.work import Work


@dataclass(frozen=True, slots=True)
class OverviewLook:
    """What an overview looks over: the accounts that meet `conditions`, which name the workspace, on the day `today`.

    `since` is the moment of the last overview, None before the first; `before` are its figures, and `before_on` its
    day. `folded` are the kinds of ask whose rows are not wanted. `reader` is the Slack id of who reads it, where that
    is one person. `segment` is the one that it is about, `is_whole` says that it is about the whole workspace, `days`
    how long a stretch it tells of when there was none before.
    """

    conditions: tuple[ColumnElement[bool], ...]
    today: date
    zone: str
    since: datetime | None = None
    before: Figures = field(default_factory=dict)
    before_on: str = ""
    folded: frozenset[str] = frozenset()
    reader: str = ""
    segment: str = ""
    is_whole: bool = False
    days: int = 7

    @property
    def accounts(self) -> Select[int]:
        """The numbers of these accounts, to be looked up in."""
        return select(Account.id).where(*self.conditions)


@dataclass(frozen=True, slots=True)
class Asked:
    """A line that an overview has asked: the number of its row, its key, its account, and when."""

    line: int
    key: str
    account_id: int
    at: datetime

    @property
    def kind(self) -> str:
        """The kind of thing that it asks."""
        return self.key.partition(":")[0]

    @property
    def number(self) -> int:
        """The number of the row that it is about."""
        return int(self.key.rpartition(":")[2])


Tell = Callable[["Work", OverviewLook], OverviewSection]
ListRows = Callable[["Work", OverviewLook, int, int], Listing]
"""(work, look, offset, limit) → so many rows of the list behind a section, in the order of the section."""

Acts = Callable[["Work", Sequence[Asked]], Mapping[int, datetime]]
"""Line → when somebody acted on it, or when what it asked about was seen to be gone; those that wait are left out."""


@dataclass(frozen=True, slots=True)
class OverviewPart:
    """What a feature tells. `section` is a key of digests.overview.PART_NAMES, `place` where it stands among them.

    Several parts may bring lines for one section. `acts`: kind of ask → what became of it. `only_leadership`: it comes
    monthly and quarterly alone.
    """

    section: str
    place: int
    tell: Tell
    listing: ListRows | None = None
    acts: Mapping[str, Acts] = field(default_factory=dict)
    only_leadership: bool = False


PARTS: list[OverviewPart] = []
"""`overview` of every feature."""
