"""My desk, as App Home shows it: what today asks for, my accounts, my people, my settings. Days are ISO days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bot.core.policy import Policy
from bot.renewals.rules.desk import Desk, DeskLine, Urgency, urgency

NEAR = 60
UNKNOWN_COSTS = 20
"""What an unknown score weighs in the order: less than a poor one, more than a good one; it is shown as unknown."""


@dataclass(frozen=True, slots=True)
class PulseToAnswer:
    """A round in which this person was asked and has not answered."""

    round_id: int
    account: str
    closes_on: str


@dataclass(frozen=True, slots=True)
class StepDue:
    """A follow-up or promise of theirs that is due or late."""

    follow_up_id: int
    account: str
    words: str
    due_on: str
    is_promise: bool = False


@dataclass(frozen=True, slots=True)
class HandoffToAccept:
    """An account that someone hands over to this person: by whom, since when, what is to be done first by when."""

    handoff_id: int
    account: str
    direction: str
    giver: str
    since: str
    first: str
    first_by: str | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account: score (None: too little known), points moved, days to its next deadline and since the last touch.

    `is_known`: something is known of its health, be it too little for a score; `worst`, the lowest of it (0–100), tells
    in the order of a list what a missing score does not.
    """

    account_id: int
    name: str
    score: int | None = None
    change: int | None = None
    deadline: str | None = None
    days_left: int | None = None
    touched_on: str | None = None
    days_silent: int | None = None
    cadence: int = 60
    is_known: bool = False
    worst: int | None = None
    band: str = ""
    renewal: DeskLine | None = None

    @property
    def renewal_date(self) -> str:
        """The date of its open renewal; empty without one."""
        return self.renewal.renewal_date if self.renewal else ""

    @property
    def auto_renew(self) -> bool:
        """Whether its open renewal goes on by itself."""
        return bool(self.renewal and self.renewal.auto_renew)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One of a manager's people, by what waits for them. `nearest` is their next deadline; `nearest_…` go with it.

    `values` is {currency: amount a year} of their waiting renewals, never added across currencies; `unknown_values`
    counts contracts whose value nobody knows.
    """

    name: str
    accounts: int = 0
    poor: int = 0
    renewals: int = 0
    pulses: int = 0
    late_steps: int = 0
    nearest: str | None = None
    away_until: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    unknown_values: int = 0
    nearest_ends: str = ""
    nearest_auto_renew: bool = False
    nearest_signed: bool = False
    has_overdue: bool = False

    @property
    def is_late(self) -> bool:
        """Whether a follow-up of theirs is late, or a renewal is overdue: its date has passed and nothing is signed."""
        return bool(self.late_steps) or self.has_overdue


@dataclass(frozen=True, slots=True)
class RenewalTotal:
    """How many renewals of one kind, and what they are worth a year: {currency: amount}, never added across."""

    count: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    unknown_values: int = 0


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One open renewal of a manager's people: how it stands, whose it is, and the account's health (None: unknown)."""

    line: DeskLine
    owner: str = ""
    score: int | None = None
    band: str = ""


@dataclass(frozen=True, slots=True)
class TeamDesk:
    """The open renewals of a manager's people and of theirs, worst first; `total` counts those beyond the rows."""

    overdue: RenewalTotal = field(default_factory=RenewalTotal)
    at_risk: RenewalTotal = field(default_factory=RenewalTotal)
    unclaimed: int = 0
    red_pulses: int = 0
    rows: tuple[TeamRow, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Tour:
    """The first days of someone new: what they have done of the three things that everything else follows from."""

    has_settings: bool = False
    has_touch: bool = False
    has_answer: bool = False

    @property
    def is_done(self) -> bool:
        """Whether all three are."""
        return self.has_settings and self.has_touch and self.has_answer


@dataclass(frozen=True, slots=True)
class Wishes:
    """How someone wants to be spoken to. Empty hours are the usual ones."""

    start: str = ""
    end: str = ""
    by_dm: bool = False
    away_until: str | None = None
    stand_in: str | None = None
    country: str = ""


@dataclass(frozen=True)
class Home:
    """One person's desk, as of their own today. `…_total` count those beyond what is shown."""

    as_of: str
    role: str
    desk: Desk
    pulses: tuple[PulseToAnswer, ...] = ()
    steps: tuple[StepDue, ...] = ()
    accounts: tuple[AccountRow, ...] = ()
    account_total: int = 0
    people: tuple[PersonRow, ...] = ()
    zone: str = "UTC"
    wishes: Wishes = field(default_factory=Wishes)
    is_first: bool = False
    tour: Tour | None = None
    handoffs: tuple[HandoffToAccept, ...] = ()
    pulse_total: int = 0
    step_total: int = 0
    people_total: int = 0
    name: str = ""
    hour: int = 9
    team: TeamDesk | None = None

    @property
    def pulse_count(self) -> int:
        """How many pulses wait, shown or not."""
        return max(self.pulse_total, len(self.pulses))

    @property
    def step_count(self) -> int:
        """How many follow-ups and promises are due, shown or not."""
        return max(self.step_total, len(self.steps))

    @cached_property
    def due_renewals(self) -> list[DeskLine]:
        """Their renewals that ask something of today: overdue, then due, then red; each nearest deadline first."""
        asking = [
            (how, one.deadline, place, one)
            for place, (how, one) in enumerate(self._renewals)
            if how is not Urgency.COMING
        ]
        return [one for *_, one in sorted(asking)]

    @cached_property
    def coming_renewals(self) -> list[DeskLine]:
        """Those on which somebody is, with time enough."""
        return [one for how, one in self._renewals if how is Urgency.COMING]

    @cached_property
    def _renewals(self) -> list[tuple[Urgency, DeskLine]]:
        return [(urgency(one, self.as_of), one) for one in self.desk.lines]

    @property
    def waits(self) -> int:
        """How many things wait for this person today."""
        return len(self.due_renewals) + self.pulse_count + self.step_count + len(self.handoffs)


def row(
    account_id: int,
    name: str,
    score: int | None,
    change: int | None,
    deadline: date | None,
    touched_on: date | None,
    today: date,
    policy: Policy,
    is_known: bool = False,
) -> AccountRow:
    """An account's row on a day."""
    return AccountRow(
        account_id,
        name,
        score,
        change,
        str(deadline) if deadline else None,
        (deadline - today).days if deadline else None,
        str(touched_on) if touched_on else None,
        (today - touched_on).days if touched_on else None,
        policy.touch_every_days,
        is_known,
    )


def pain(one: AccountRow) -> float:
    """How much an account hurts, for the order of a list and nothing else: never shown, never stored.

    A lower score, a further fall, a nearer deadline and a longer silence each never make it less: 100 less the score,
    the points lost, up to 60 for a deadline within 60 days or passed, up to 30 for a touch that is overdue.
    """
    unknown = UNKNOWN_COSTS if one.worst is None else max(UNKNOWN_COSTS, 100 - one.worst)
    health = unknown if one.score is None else 100 - one.score
    fall = max(0, -(one.change or 0))
    deadline = 0 if one.days_left is None else max(0, min(NEAR, NEAR - one.days_left))
    silence = 30 if one.days_silent is None else max(0, min(30, one.days_silent - one.cadence))
    return health + fall + deadline + silence
