"""What an import is told to do, and what it says it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from bot.db.work import Work
from bot.importing.rules.dates import DateOrder

MOST_NAMES = 200


class PlannedRenewals(Protocol):
    """How many renewals planning made, changed and ended."""

    @property
    def created(self) -> int: ...
    @property
    def changed(self) -> int: ...
    @property
    def ended(self) -> int: ...


PlanAccounts = Callable[[Work, Sequence[int]], PlannedRenewals]
"""Plan the renewals of accounts whose contracts have changed."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person stated. `mapping` is their header → our field, or "" for a column to leave out; `currency` goes for
    bare amounts; `decimal` is the mark before decimals; `urgent` the number that means urgent; `closed` the words for a
    ticket's status that mean it is over; `scale` the highest mark of satisfaction."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    dates: DateOrder | None = None
    currency: str | None = None
    dry_run: bool = False
    encoding: str | None = None
    decimal: str | None = None
    urgent: int | None = None
    closed: frozenset[str] = frozenset()
    scale: int | None = None


@dataclass(slots=True)
class Tally:
    """Counts that grow with each batch. Names nobody knows are counted up to a bound, so that memory stays flat.

    `skipped` are activities that are planned or were called off, `attempts` those that reached nobody, `deleted`
    records that their CRM has deleted or archived. `renamed` are accounts found by their id that the file calls
    otherwise, `same_names` names that a second account was made with, `changed_ids` ids that a spreadsheet has changed.
    `kept_moved` are contracts whose date a person moved and the file gives another; `statuses` words for a contract's
    status that nobody knows. `readings` say how unclear notice periods, terms and price rises were read;
    `assumed_terms` are contracts that renew by themselves and do not say for how long. `reasons` are why rows were
    rejected, without the values at fault; `examples` the first full reason of each. `parts` are words for the part that
    a contact plays that nobody knows, `removed` contacts that were removed for good here.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    attempts: int = 0
    deleted: int = 0
    trials: int = 0
    ended: int = 0
    accounts_created: int = 0
    renewals_created: int = 0
    renewals_changed: int = 0
    renewals_ended: int = 0
    unvalued: int = 0
    kept_moved: int = 0
    assumed_terms: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    values: dict[str, Decimal] = field(default_factory=dict)
    people: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    readings: Counter[str] = field(default_factory=Counter)
    priorities: Counter[str] = field(default_factory=Counter)
    ratings: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    renamed: Counter[str] = field(default_factory=Counter)
    same_names: Counter[str] = field(default_factory=Counter)
    changed_ids: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
    removed: int = 0

    def name(self, unknown: Counter[str], word: str) -> None:
        """Count a name that nobody knows."""
        if word in unknown or len(unknown) < MOST_NAMES:
            unknown[word] += 1

    def add(self, planned: PlannedRenewals) -> None:
        """Count what planning did."""
        self.renewals_created += planned.created
        self.renewals_changed += planned.changed
        self.renewals_ended += planned.ended


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did, or in a dry run would do.

    `values` is what the active contracts are worth a year, per currency; `unvalued` counts those without an amount.
    `trials` and `ended` count contracts that were kept but are not active. `rejected_file` holds the rejected rows.
    `encoding` is the one the file was read in.
    `words` are what else was found out about how it is written, as (label, value). `left_out` are the lines of the
    report itself: how many, and the first ones; `shortened` is how many cells of a column were too long.
    `unknown`, `unused` and `duplicates` are columns nobody knows, known but not kept, and second ones for a field;
    `ignored` were left out as told.
    """

    dry_run: bool
    tally: Tally
    unknown: tuple[str, ...]
    unused: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...]
    orders: Mapping[str, DateOrder]
    rejected_file: Path | None
    encoding: str = "utf-8"
    words: tuple[tuple[str, str], ...] = ()
    left_out: tuple[int, tuple[str, ...]] = (0, ())
    shortened: Mapping[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """All rows of the file."""
        t = self.tally
        return t.created + t.updated + t.unchanged + t.rejected + t.skipped + t.attempts + t.deleted + t.removed

    @property
    def exit_code(self) -> int:
        """0 clean, 1 some rows rejected, 2 nothing usable."""
        if self.rows == self.tally.rejected:
            return 2
        return 1 if self.tally.rejected else 0
