"""What messages about health must show: plain values that features write and messages read."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts import Facts
from bot.core.person import Person


@dataclass(frozen=True, slots=True)
class HealthAlert(Facts):
    """A score fell: from `before` on the day `since` to `score` on `as_of` (ISO days). `reasons` are in points,
    `summary` is its change and how much it knows, `ages` how old each input is.

    `bands` are the policy's two limits, `fall` and `fall_days` what else counts as a fall: why this came. `instead_of`
    names the owner when it goes to someone else because the owner is away.
    """

    account_id: int
    account: str
    score: int
    before: int
    since: str
    as_of: str
    band: str
    summary: str
    ages: str
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    bands: tuple[int, ...] = (50, 70)
    fall: int = 15
    fall_days: int = 7
    instead_of: str = ""
    away_until: str = ""


@dataclass(frozen=True, slots=True)
class HealthPrompt(Facts):
    """A health check is asked for. `why`: cadence, never (there is none yet), red_pulse. Days are ISO days.

    `last_on` and `last_average` (1–5) tell of the last check. Once one is recorded, `done_by` and `done_on` say so, and
    `next_on` when the next is asked for. `since` is the moment after which a talk answers a red pulse.
    """

    account_id: int
    account: str
    why: str
    as_of: str
    cadence: int
    mention: str | None = None
    owner: Person | None = None
    last_on: str | None = None
    last_average: float | None = None
    last_by: str = ""
    pulse_on: str | None = None
    done_by: Person | None = None
    done_on: str | None = None
    next_on: str | None = None
    since: str | None = None
    routed: str = ""


@dataclass(frozen=True, slots=True)
class HealthLine(Facts):
    """A recorded check, as the account's channel is told. `scales` are (scale, step or None, step before or None).

    `score`, `score_before`, `summary`, `reasons` and `ages` say what it did to the health score, where `score_known`
    says that something is known of it at all; `corrected` that it took another's place. `contact` is with whom of the
    customer's people it was.
    """

    check_id: int
    account_id: int
    account: str
    by: Person
    on: str
    as_of: str
    average: float | None
    average_before: float | None = None
    before_on: str | None = None
    scales: tuple[tuple[str, int | None, int | None], ...] = ()
    heard: str = ""
    risks: tuple[str, ...] = ()
    next_step: str = ""
    next_step_by: str = ""
    next_step_on: str | None = None
    sold_nothing: bool = False
    score: int | None = None
    score_before: int | None = None
    summary: str = ""
    ages: str = ""
    reasons: tuple[str, ...] = ()
    corrected: bool = False
    score_known: bool = False
    contact: str = ""
