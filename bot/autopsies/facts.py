"""What an autopsy keeps, and what messages about it must show: plain values. Days are ISO days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.facts import Facts
from bot.core.person import Person


@dataclass(frozen=True, slots=True)
class FoundSignal:
    """One signal, as it is kept. `kind` and `verdict` are of rules.signals; `details` are what its words need.

    `seen_by` is who was told, as a role or a place (team, owner, manager, leadership, both; empty: nobody); people are
    named only where they acted: `acted_by` is a member's number, `acted_how` what they did (touch, check, step,
    renewal, plan, handoff, kept, joined), `acted_on` when.
    """

    kind: str
    verdict: str
    on: str
    details: Mapping[str, str] = field(default_factory=dict)
    seen_by: str = ""
    seen_on: str = ""
    acted_on: str = ""
    acted_how: str = ""
    acted_by: int | None = None


@dataclass(frozen=True, slots=True)
class Findings(Facts):
    """All that an autopsy keeps, as of its day. `values` and `signed` are {currency: amount a year as text}.

    `since` is the first day that it looks at. `touches` are those since then, `last_touch_on` the last one at all
    before the decision, `cadence` the days between touches that the account's tier asks for.
    """

    renewal_date: str
    since: str
    values: Mapping[str, str] = field(default_factory=dict)
    signed: Mapping[str, str] = field(default_factory=dict)
    unknown_values: int = 0
    reason: str = ""
    words: str = ""
    signals: tuple[FoundSignal, ...] = ()
    touches: int = 0
    last_touch_on: str = ""
    last_touch_by: int | None = None
    cadence: int = 0
    owner_id: int | None = None
    manager_id: int | None = None


@dataclass(frozen=True, slots=True)
class SignalLine:
    """The same signal with the name of who acted, as a line of a message."""

    kind: str
    verdict: str
    on: str
    details: Mapping[str, str] = field(default_factory=dict)
    seen_by: str = ""
    seen_on: str = ""
    acted_on: str = ""
    acted_how: str = ""
    acted_by: str = ""


@dataclass(frozen=True, slots=True)
class HelpAnswer:
    """What somebody said would have helped."""

    by: str
    on: str
    words: str


@dataclass(frozen=True, slots=True)
class AutopsyCard(Facts):
    """An autopsy as a message shows it. `counts` are {verdict: signals}; `telling` are the first few of `signals`.

    `owner` and `manager` are asked what would have helped. `routed` says why it stands here when this is not the
    account's own channel, and is "manager" in the manager's copy. `undone_on` and `undone_by` are set once the loss
    was undone. `answer_count` counts all answers, of which `answers` are the newest.
    """

    autopsy_id: int
    renewal_id: int
    account_id: int
    account: str
    as_of: str
    what: str
    day: str
    renewal_date: str
    since: str
    values: Mapping[str, str] = field(default_factory=dict)
    signed: Mapping[str, str] = field(default_factory=dict)
    unknown_values: int = 0
    reason: str = ""
    words: str = ""
    cause: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    telling: tuple[SignalLine, ...] = ()
    touches: int = 0
    last_touch_on: str = ""
    last_touch_by: str = ""
    cadence: int = 0
    owner: Person | None = None
    manager: Person | None = None
    answers: tuple[HelpAnswer, ...] = ()
    answer_count: int = 0
    routed: str = ""
    undone_on: str = ""
    undone_by: str = ""

    @property
    def signal_count(self) -> int:
        """How many signals there were."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class AutopsyPage:
    """One page of all signals, counted from 0, beside the autopsy and all its answers."""

    card: AutopsyCard
    signals: tuple[SignalLine, ...]
    number: int
    size: int = 10

    @property
    def has_later(self) -> bool:
        """Whether another page follows."""
        return (self.number + 1) * self.size < self.card.signal_count
