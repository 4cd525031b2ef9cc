"""A manager's overview as plain values: what it looks over, its sections, and what it has folded."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.accounts.overview_facts import OverviewSection
from bot.core.facts import Facts


@dataclass(frozen=True, slots=True)
class OverviewPlace(Facts):
    """The accounts that an overview looks over, as its buttons name them: what digests.scope.Scope says."""

    kind: str = ""
    member_id: int = 0
    segment: str = ""


@dataclass(frozen=True, slots=True)
class FoldedKind:
    """A kind of line that nobody acted on for four weeks: how many, in words, and the section of their list."""

    section: str
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class LastFate:
    """What became of what the overview before asked, sent on the ISO day `sent_on`; `names` of `waiting` that wait."""

    sent_on: str
    asked: int
    acted: int
    in_time: int
    names: tuple[str, ...] = ()

    @property
    def waiting(self) -> int:
        """How many still wait."""
        return self.asked - self.acted


@dataclass(frozen=True, slots=True)
class Overview(Facts):
    """An overview of some accounts on the ISO day `as_of`, made at the ISO moment `at`, for a reader in `zone`.

    `rhythm` is daily, weekly, monthly or quarterly, `whose` names what it looks over ("Dana's team"). `late_since` is
    the ISO moment at which it was due, where it comes late.
    """

    as_of: str
    at: str = ""
    zone: str = "UTC"
    rhythm: str = "weekly"
    place: OverviewPlace = field(default_factory=OverviewPlace)
    whose: str = ""
    accounts: int = 0
    sections: tuple[OverviewSection, ...] = ()
    last: LastFate | None = None
    folded: tuple[FoldedKind, ...] = ()
    late_since: str = ""
    setup_id: int = 0
