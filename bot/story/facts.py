"""What an account's story shows: plain values that features write and messages read. Days are ISO days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.accounts.story_parts import StoryLine
from bot.core.facts import Facts
from bot.core.person import Person
from bot.renewals.facts import ContractLine
from bot.renewals.rules.desk import DeskLine

WORDS_KEPT = 300
"""Characters of someone's words that the story carries; the timeline has more, the form all of them."""

CHART_POINTS = 12


@dataclass(frozen=True, slots=True)
class RenewalPart:
    """An open renewal: what falls due when, how far it is, who is on it (a name, may be empty), and its contracts.

    `values` is {currency: amount a year}; `reason` are the words with which it was called at risk. `computed` is the
    class that the figures give, `because` why, in words.
    """

    renewal_id: int
    deadline: str
    renewal_date: str
    stage: str
    forecast: str | None = None
    on_it: str = ""
    snoozed_until: str | None = None
    contracts: tuple[ContractLine, ...] = ()
    auto_renew: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    unknown_values: int = 0
    reason: str = ""
    is_carded: bool = True
    computed: str = ""
    because: str = ""

    def line(self, account: str) -> DeskLine:
        """It as the one line that every screen has for a renewal."""
        return DeskLine(
            self.renewal_id,
            account,
            self.deadline,
            self.stage,
            bool(self.on_it),
            self.values,
            self.unknown_values,
            self.renewal_date,
            self.auto_renew,
            self.forecast,
            self.snoozed_until is not None,
            is_carded=self.is_carded,
        )


@dataclass(frozen=True, slots=True)
class HealthPart:
    """The health score, None when too little is known for one; `history` is (day, score), oldest first.

    `reasons` are in points, without a score what is known to be less than good.

    `reweighed_on` is the day since which other weights count.
    """

    score: int | None = None
    band: str = ""
    summary: str = ""
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    history: tuple[tuple[str, int], ...] = ()
    reweighed_on: str | None = None


@dataclass(frozen=True, slots=True)
class TouchPart:
    """One contact with the customer, by whom of ours."""

    on: str
    kind: str
    by: str = ""
    department: str = ""
    contact: str = ""
    mood: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class StepPart:
    """An open follow-up or promise; late once its day has ended where its owner is."""

    words: str
    due_on: str
    owner: str = ""
    is_promise: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class ComingPart:
    """One job on the agenda: its kind names what may be said on that day."""

    on: str
    kind: str


@dataclass(frozen=True, slots=True)
class PlanPart:
    """The plan as it stands."""

    goals: str
    measure: str = ""
    rhythm: str = ""
    review_on: str | None = None


@dataclass(frozen=True, slots=True)
class HandoffPart:
    """A handoff that waits for its receiver's word; the people are names."""

    direction: str
    giver: str
    receiver: str
    since: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not known or not done. `what` is a department or a number, `since` when it was last there."""

    code: str
    what: str = ""
    since: str | None = None


@dataclass(frozen=True, slots=True)
class AccountCard(Facts):
    """So what is the story with them and their renewal?

    `shared_by` is who shows it to a channel, `link` its address, which unfurls wherever the team alone reads it.
    `values` is {currency: amount a year}; the `…_count` say how many there are beyond those shown. `more` are the lines
    that features bring. `is_past`: as it stood on a past day, of which `not_kept` names what nobody knows any more.
    """

    account_id: int
    account: str
    as_of: str
    tier: str = ""
    segment: str = ""
    industry: str = ""
    country: str = ""
    channel: str | None = None
    is_active: bool = True
    owner: Person | None = None
    team: tuple[Person, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    contract_count: int = 0
    unknown_values: int = 0
    renewals: tuple[RenewalPart, ...] = ()
    renewal_count: int = 0
    health: HealthPart = field(default_factory=HealthPart)
    touches: tuple[TouchPart, ...] = ()
    steps: tuple[StepPart, ...] = ()
    step_count: int = 0
    plan: PlanPart | None = None
    coming: tuple[ComingPart, ...] = ()
    gaps: tuple[Gap, ...] = ()
    handoffs: tuple[HandoffPart, ...] = ()
    more: tuple[StoryLine, ...] = ()
    shared_by: str = ""
    link: str = ""
    is_past: bool = False
    not_kept: tuple[str, ...] = ()


def charted(
    history: Sequence[tuple[date, int | None]], today: date, most: int = CHART_POINTS
) -> list[tuple[date, int]]:
    """The score on at most `most` days, evenly spread from the first known one to today, as it stood on each.

    `history` holds (day, score) oldest first, a score standing until the next one. A day on which nothing was known has
    no point; with fewer than two there is no line to draw, and none is given.
    """
    known = [day for day, score in history if score is not None and day <= today]
    if not known or known[0] >= today:
        return []
    span = (today - known[0]).days
    count = min(most, span + 1)
    days = [known[0] + timedelta(days=round(n * span / (count - 1))) for n in range(count)]
    points = [(day, score) for day in days if (score := _standing(history, day)) is not None]
    return points if len(points) > 1 else []


def _standing(history: Sequence[tuple[date, int | None]], day: date) -> int | None:
    until = [score for on, score in history if on <= day]
    return until[-1] if until else None
