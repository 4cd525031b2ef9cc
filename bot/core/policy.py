"""Every number that a workspace may change, with its default, per tier of account.

A number carries its own limits and its own words, so that a wrong one is refused with what to write instead.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import Field, dataclass, field, fields, replace
from datetime import time
from enum import StrEnum
from functools import lru_cache
from typing import Any


class Tier(StrEnum):
    """How closely an account is kept. CRMs have their own words for it; see `tier_of`."""

    ENTERPRISE = "enterprise"
    MID = "mid"
    SMALL = "small"


NINE = time(9)
HALF_PAST_NINE = time(9, 30)


def _number(default: int, words: str, least: int = 1, most: int = 3650) -> Any:
    return field(default=default, metadata={"words": words, "least": least, "most": most})


def _numbers(default: tuple[int, ...], words: str, falling: bool, least: int, most: int = 3650) -> Any:
    return field(default=default, metadata={"words": words, "falling": falling, "least": least, "most": most})


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers for one tier. Days are calendar days unless the name says working days."""

    rungs: tuple[int, ...] = _numbers((120, 90, 60, 30, 14, 7), "days before the deadline", True, least=1)
    alert_time: time = field(default=NINE, metadata={"words": "when alerts are posted, in the owner's zone"})
    group_within_days: int = _number(30, "contracts renew together within so many days", 0, 365)
    min_ladder_months: int = _number(6, "shorter terms have no ladder (months)", 1, 120)
    new_cards_per_channel_per_day: int = _number(10, "new cards in a channel a day", 1, 100)
    claimed_quiet_days: int = _number(7, "a claimed and touched renewal is left alone so long (days)", 0, 90)
    snooze_days: tuple[int, ...] = _numbers((1, 3, 7), "what can be snoozed with one press (days)", False, 1, 90)

    absent_wait_above_rung: int = _number(30, "rungs above so many days may wait for an owner who is away", 0)
    escalate_from_rung: int = _number(60, "unclaimed renewals escalate from this rung on (days)", 0)
    escalate_owner_after: int = _number(2, "working days unclaimed until the owner is mentioned", 1, 60)
    escalate_manager_after: int = _number(2, "working days after that until the manager is told", 1, 60)
    stage_unmoved_manager_rung: int = _number(30, "rung at which an unmoved stage goes to the manager", 0)
    stage_unmoved_leadership_rung: int = _number(14, "rung at which it goes to leadership", 0)
    unpaid_after_days: int = _number(30, "days after the renewal date until unpaid is told", 0, 365)
    overdue_days: tuple[int, ...] = _numbers((0, 7, 14), "days after the renewal date", False, 0, 365)
    overdue_every_days: int = _number(30, "days after that, again and again until signed or lost", 1, 365)
    quiet_from_days_left: int = _number(14, "days before the deadline from which silence is told", 0, 365)
    quiet_after_days: int = _number(7, "days without an update until the manager hears of it then", 1, 90)
    claim_ask_after_working_days: int = _number(10, "working days without an update until the claimer is asked", 1, 250)
    claim_free_after_working_days: int = _number(2, "working days after that until nobody is on it any more", 1, 60)
    money_reminder_working_days: int = _number(5, "working days until a missing invoice or payment is asked for", 1, 60)

    touch_every_days: int = _number(60, "a touchpoint at least every so many days", 1, 730)
    touch_undo_minutes: int = _number(10, "minutes in which removing the reaction undoes a touch", 0, 1440)

    pulse_every_days: int = _number(60, "a pulse round every so many days", 1, 730)
    pulse_time: time = field(default=HALF_PAST_NINE, metadata={"words": "when a pulse is posted, in the owner's zone"})
    pulse_open_working_days: int = _number(5, "working days a pulse round stays open", 1, 30)
    pulse_reminder_working_days: int = _number(2, "working days until those who are silent are reminded", 1, 30)
    pulse_gap_days: int = _number(7, "no pulse of an account within so many days of another", 0, 90)
    pulses_per_owner_per_day: int = _number(3, "pulses that one person gets a day", 1, 50)
    pulse_untouched_working_days: int = _number(2, "working days a red pulse waits until the manager is told", 1, 30)
    pulse_reasons: int = _number(3, "reasons that one answer can give", 1, 10)

    handoff_reminder_working_days: int = _number(
        2, "working days a handoff waits until its receiver is reminded", 1, 60
    )
    handoff_late_working_days: int = _number(2, "working days after that until giver and manager are told", 1, 60)

    health_every_days: int = _number(120, "a health check every so many days", 1, 730)

    weight_health: int = _number(35, "weight of the latest health check in the score", 0, 100)
    weight_pulse: int = _number(25, "weight of the pulses", 0, 100)
    weight_touch: int = _number(15, "weight of how recent the last touch is", 0, 100)
    weight_support: int = _number(15, "weight of support signals", 0, 100)
    weight_promises: int = _number(10, "weight of kept and broken promises", 0, 100)
    weight_churn: int = _number(50, "weight of a word of leaving, while one was heard", 0, 100)
    half_life_health: int = _number(90, "days in which a health check loses half its weight")
    half_life_pulse: int = _number(45, "days in which a pulse loses half its weight")
    half_life_support: int = _number(30, "days in which a support signal loses half its weight")
    half_life_promises: int = _number(60, "days in which a promise loses half its weight")
    half_life_churn: int = _number(30, "days in which a word of leaving loses half its weight")
    expires_health: int = _number(365, "days after which a health check no longer counts")
    expires_pulse: int = _number(180, "days after which a pulse no longer counts")
    expires_support: int = _number(120, "days after which a support signal no longer counts")
    expires_promises: int = _number(365, "days after which a promise no longer counts")
    expires_churn: int = _number(120, "days after which a word of leaving no longer counts")
    bands: tuple[int, ...] = _numbers((50, 70), "scores at which poor ends and good begins", False, 1, 99)
    score_fall: int = _number(15, "points lost that alert the owner", 1, 100)
    score_fall_days: int = _number(7, "days in which they are lost", 1, 90)
    score_change_days: int = _number(30, "days over which the score's change is shown", 1, 365)
    score_reasons: int = _number(3, "reasons shown with a score", 1, 10)


_BY_TIER: dict[Tier, dict[str, Any]] = {
    Tier.ENTERPRISE: {"pulse_every_days": 30, "health_every_days": 90, "touch_every_days": 30},
    Tier.MID: {"pulse_every_days": 60, "health_every_days": 120, "touch_every_days": 60},
    Tier.SMALL: {"pulse_every_days": 90, "health_every_days": 180, "touch_every_days": 90},
}

_TIER_WORDS = (
    (Tier.ENTERPRISE, "enterprise strategic key large platinum gold premium ultimate corporate global 1 a t1"),
    (Tier.SMALL, "basic starter small smb free bronze lite essential essentials micro 3 c t3"),
    (Tier.MID, "pro professional mid midmarket midsize medium business growth team standard plus silver 2 b t2"),
)
_TIER_BY_WORD = {word: tier for tier, words in _TIER_WORDS for word in words.split()}


def tier_of(text: str | None) -> Tier:
    """The tier that a CRM's word means: "Enterprise", "Pro", "Basic", "Mid-Market", "Tier 1"…

    Words that nobody knows, and none at all, mean the middle one.
    """
    words = re.findall(r"[a-z]+\d?|\d+", (text or Tier.MID).casefold())
    meant = {_TIER_BY_WORD[word] for word in words if word in _TIER_BY_WORD}
    # "Small business" and "Enterprise plus" say two things; the middle one says the least.
    return next((tier for tier in (Tier.ENTERPRISE, Tier.SMALL) if tier in meant), Tier.MID)


@lru_cache(maxsize=1024)
def default_policy(tier: str | None = None) -> Policy:
    """The defaults for a tier; `tier` may be any word that `tier_of` reads."""
    return Policy(**_BY_TIER[tier_of(tier)])


def defaults_mark() -> str:
    """A short mark of all default numbers of all tiers: another one when any of them has changed."""
    numbers = repr([default_policy(tier) for tier in Tier])
    return hashlib.sha256(numbers.encode()).hexdigest()[:16]


def policy_words() -> dict[str, str]:
    """What each number is, in words for a settings page, in the order of the policy."""
    return {number.name: str(number.metadata["words"]) for number in fields(Policy)}


def with_overrides(policy: Policy, overrides: Mapping[str, object]) -> Policy:
    """`policy` with a workspace's own numbers in place of the defaults.

    Values may be as JSON holds them: numbers, lists of numbers, "HH:MM". ValueError names the number that is
    unknown or wrong, and what to write.
    """
    known = {number.name: number for number in fields(Policy)}
    for name in overrides:
        if name not in known:
            raise ValueError(f"The policy has no {name!r}. It has: {', '.join(known)}.")
    changed = replace(policy, **{name: _checked(known[name], value) for name, value in overrides.items()})
    if changed.stage_unmoved_leadership_rung > changed.stage_unmoved_manager_rung:
        raise ValueError("stage_unmoved_leadership_rung must not be above stage_unmoved_manager_rung.")
    if not any(getattr(changed, name) for name in known if name.startswith("weight_") and name != "weight_churn"):
        raise ValueError("At least one weight of the score must be above 0, beside that of a word of leaving.")
    if len(changed.bands) != 2:
        raise ValueError("bands takes two scores, such as [50, 70].")
    return changed


def _checked(number: Field[Any], value: object) -> Any:
    if isinstance(number.default, time):
        return _checked_time(number.name, value)
    if isinstance(number.default, tuple):
        return _checked_numbers(number, value)
    return _checked_number(number, value)


def _checked_number(number: Field[Any], value: object) -> int:
    least, most = number.metadata["least"], number.metadata["most"]
    # True is an int to Python; to a person who typed it, it is a mistake.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{number.name} takes whole numbers from {least} to {most}, not {value!r}.")
    return value


def _checked_numbers(number: Field[Any], value: object) -> tuple[int, ...]:
    example = json.dumps(number.default)
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f"{number.name} takes a list of numbers such as {example}, not {value!r}.")
    checked = [_checked_number(number, one) for one in value]
    if len(set(checked)) < len(checked):
        raise ValueError(f"{number.name} has a number twice. Write each once, such as {example}.")
    return tuple(sorted(checked, reverse=number.metadata["falling"]))


def _checked_time(name: str, value: object) -> time:
    if isinstance(value, str) and re.fullmatch(r"\d{2}:\d{2}", value):
        with suppress(ValueError):
            value = time.fromisoformat(value)
    if not isinstance(value, time) or value.tzinfo is not None:
        raise ValueError(f"{name} takes a time such as 09:00, not {value!r}.")
    return value
