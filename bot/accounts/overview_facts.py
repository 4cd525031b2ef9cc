"""What an overview's sections are made of: lines that ask for something, charts, tables, and rows of what is listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Figures = Mapping[str, Mapping[str, str]]
"""Name of a figure → {currency: amount as text}, as the next overview is held against it."""


@dataclass(frozen=True, slots=True)
class AskChoice:
    """A button of a line, or a choice in its ⋯: its words, the action that it stands for, and what it sends."""

    label: str
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class OverviewAsk:
    """One line that asks for something. `key` names it from one overview to the next, `kind` what sort of thing it is.

    `words` are message text. `severity` grows as the thing gets worse; `due_on` is the ISO day it is due.
    """

    key: str
    kind: str
    account_id: int
    account: str
    words: str
    severity: int = 0
    due_on: str = ""
    buttons: tuple[AskChoice, ...] = ()
    menu: tuple[AskChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One series of a chart, a value for each of its categories."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class OverviewChart:
    """A bar chart: at most 20 categories and 6 series. `unit` says what a value is."""

    title: str
    categories: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class OverviewTable:
    """A table of text; every row has a cell for each of `head`."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class OverviewSection:
    """One part of an overview. `lines` are message text; those of `after` stand behind what it asks.

    `counts` are how many ask for something, by kind, of whom `asks` are the first; `kinds` gives each kind its words
    for one and for several. `figures` are kept for the next overview to be held against. `listed`: there is a list of
    all behind it.
    """

    key: str
    title: str
    lines: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    asks: tuple[OverviewAsk, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    chart: OverviewChart | None = None
    table: OverviewTable | None = None
    figures: Figures = field(default_factory=dict)
    listed: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.lines or self.after or self.asks or self.counts)


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One row of the list behind a section: plain words, for a modal and a file. `worth` and `due` may be empty."""

    account: str
    owner: str
    why: str
    worth: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Some rows of a list, and how many it has in all."""

    rows: tuple[ListedRow, ...] = ()
    total: int = 0
