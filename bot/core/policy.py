"""Every number that a workspace may change, with its default per tier of account, and what a page says of it.

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


RUNGS = (120, 90, 60, 30, 14, 7)
"""The lead times of every tier's ladder, in days before the deadline."""

MORE_RUNGS: dict[Tier, tuple[int, ...]] = {Tier.ENTERPRISE: (), Tier.MID: (), Tier.SMALL: ()}
"""Lead times that a tier has besides. An account without a tier, or with one that is none of these, is MID."""

NINE = time(9)
HALF_PAST_NINE = time(9, 30)


def _number(default: int, title: str, unit: str, words: str, least: int = 1, most: int = 3650) -> Any:
    return field(default=default, metadata={**_said(title, unit, words), "least": least, "most": most})


def _numbers(
    default: tuple[int, ...], title: str, unit: str, words: str, falling: bool, least: int, most: int = 3650
) -> Any:
    return field(
        default=default, metadata={**_said(title, unit, words), "falling": falling, "least": least, "most": most}
    )


def _said(title: str, unit: str, words: str) -> dict[str, str]:
    return {"title": title, "unit": unit, "words": words}


class NumberGroup(StrEnum):
    """The pages on which the numbers stand, each in the order of the policy."""

    RENEWALS = "Renewals"
    ESCALATION = "When nobody moves"
    TOUCHES = "Touches"
    PEOPLE = "People at the customer"
    PULSES = "Pulses"
    HANDOFFS = "Handoffs"
    HEALTH = "Health checks"
    NURTURE = "Nurture"
    SCORE = "Health score"
    FORECAST = "Forecast"
    GROWTH = "Growth"


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers for one tier. Days are calendar days unless the name says working days."""

    rungs: tuple[int, ...] = _numbers(
        RUNGS,
        "Reminder days",
        "days before the deadline",
        "the days on which a renewal's reminder comes",
        True,
        least=1,
    )
    alert_time: time = field(
        default=NINE,
        metadata=_said("Time of alerts", "in the owner's zone", "when reminders and other alerts are posted"),
    )
    group_within_days: int = _number(
        30, "Renewing together", "days", "contracts of an account that end this close together are one renewal", 0, 365
    )
    min_ladder_months: int = _number(
        6,
        "Shortest term with reminders",
        "months",
        "a renewal of a shorter term has no reminders ahead of it",
        1,
        120,
    )
    new_cards_per_channel_per_day: int = _number(
        10, "New cards a day", "cards in a channel", "more than these wait for the next working day", 1, 100
    )
    claimed_quiet_days: int = _number(
        7,
        "Quiet after an update",
        "days",
        "a renewal that someone is on and has updated is left alone this long",
        0,
        90,
    )
    snooze_days: tuple[int, ...] = _numbers(
        (1, 3, 7), "Snooze choices", "days", "what can be snoozed with one press", False, 1, 90
    )

    absent_wait_above_rung: int = _number(
        30,
        "Waiting for an absent owner",
        "days before the deadline",
        "reminders earlier than this may wait until the owner is back",
        0,
    )
    escalate_from_rung: int = _number(
        60,
        "Nobody on it: from",
        "days before the deadline",
        "from here on, others hear of a renewal that nobody has taken",
        0,
    )
    escalate_owner_after: int = _number(
        2, "Nobody on it: owner", "working days", "how long after a reminder the owner is asked by name", 1, 60
    )
    escalate_manager_after: int = _number(
        2, "Nobody on it: manager", "working days", "how long after that the owner's manager is told", 1, 60
    )
    stage_unmoved_manager_rung: int = _number(
        30,
        "Stage unmoved: manager",
        "days before the deadline",
        "a stage that has not moved by then goes to the manager",
        0,
    )
    stage_unmoved_leadership_rung: int = _number(
        14,
        "Stage unmoved: leadership",
        "days before the deadline",
        "a stage that has not moved by then goes to leadership",
        0,
    )
    unpaid_after_days: int = _number(
        30, "Unpaid", "days after the renewal date", "from here on, a missing payment is reported", 0, 365
    )
    overdue_days: tuple[int, ...] = _numbers(
        (0, 7, 14),
        "Overdue",
        "days after the renewal date",
        "when a renewal that nobody has signed is reported",
        False,
        0,
        365,
    )
    overdue_every_days: int = _number(
        30, "Overdue, again", "days", "how often it is reported after that, until it is signed or lost", 1, 365
    )
    quiet_from_days_left: int = _number(
        14, "Silence: from", "days before the deadline", "from here on, a renewal without an update is reported", 0, 365
    )
    quiet_after_days: int = _number(
        7, "Silence: how long", "days", "how long without an update until the manager hears", 1, 90
    )
    claim_ask_after_working_days: int = _number(
        10, "Idle claim: asked", "working days", "how long without an update until whoever is on it is asked", 1, 250
    )
    claim_free_after_working_days: int = _number(
        2, "Idle claim: freed", "working days", "how long after that it is free for others to take", 1, 60
    )
    money_reminder_working_days: int = _number(
        5, "Invoice and payment", "working days", "how long until a missing invoice or payment is asked for", 1, 60
    )

    touch_every_days: int = _number(
        60, "Touch at least every", "days", "an account without a touch for longer counts as out of sight", 1, 730
    )
    touch_undo_minutes: int = _number(
        10, "Undo by reaction", "minutes", "for this long, removing the reaction removes the touch too", 0, 1440
    )

    claim_answer_working_days: int = _number(
        5,
        "Competitor's claim: answered",
        "working days",
        "how long a claim may stay without an answer until the owner's manager hears",
        1,
        60,
    )

    decider_days: int = _number(
        180, "Decider not met", "days", "how long without a contact until a decider counts as not met", 7, 1095
    )
    takes_over_days: int = _number(
        14,
        "Somebody has left",
        "days",
        "within which the owner finds out who takes over from a champion or decider who left",
        1,
        180,
    )

    pulse_every_days: int = _number(
        60, "Pulse every", "days", "how often an account's team is asked how it is doing", 1, 730
    )
    pulse_time: time = field(
        default=HALF_PAST_NINE, metadata=_said("Time of pulses", "in the owner's zone", "when a pulse is posted")
    )
    pulse_open_working_days: int = _number(5, "Open for", "working days", "how long answers are taken", 1, 30)
    pulse_reminder_working_days: int = _number(
        2, "Reminder after", "working days", "how long until those who have not answered are reminded", 1, 30
    )
    pulse_gap_days: int = _number(7, "Gap", "days", "an account's pulses are at least this far apart", 0, 90)
    pulses_per_owner_per_day: int = _number(
        3, "Pulses a day", "for one person", "more than these are spread over other days", 1, 50
    )
    pulse_untouched_working_days: int = _number(
        2, "Red pulse without a step", "working days", "how long a red pulse waits until the manager is told", 1, 30
    )
    pulse_reasons: int = _number(3, "Reasons", "for one answer", "how many reasons can be given", 1, 10)

    handoff_reminder_working_days: int = _number(
        2, "Reminder after", "working days", "how long a handoff waits until its receiver is reminded", 1, 60
    )
    handoff_late_working_days: int = _number(
        2, "Late after", "working days", "how long after that the giver and their manager are told", 1, 60
    )

    health_every_days: int = _number(120, "Health check every", "days", "how often a check is asked for", 1, 730)

    nurture_every_days: int = _number(
        90, "Nurture touch every", "days", "how often something worth telling is proposed for an account", 7, 730
    )
    nurture_again_days: int = _number(
        30, "After a bad moment", "days", "how long until a touch that came at a bad moment comes again", 1, 365
    )
    nurture_own_one_in: int = _number(
        4,
        "About us, one in",
        "of what an account was told in a quarter",
        "at most one in so many is about ourselves",
        1,
        100,
    )
    insight_fresh_days: int = _number(
        180, "Insight stays fresh", "days", "after which an insight without a last day is no news", 1, 3650
    )
    trigger_lead_days: int = _number(
        21, "Ahead of what happens there", "days", "how long before a customer's own event its team is told", 0, 365
    )

    weight_health: int = _number(
        35, "Weight: health check", "of all weights", "how much the latest health check counts", 0, 100
    )
    weight_pulse: int = _number(25, "Weight: pulses", "of all weights", "how much the pulses count", 0, 100)
    weight_touch: int = _number(
        15, "Weight: last touch", "of all weights", "how much it counts that the last touch is recent", 0, 100
    )
    weight_support: int = _number(
        15, "Weight: support", "of all weights", "how much tickets and escalations count", 0, 100
    )
    weight_promises: int = _number(
        10, "Weight: promises", "of all weights", "how much kept and broken promises count", 0, 100
    )
    weight_churn: int = _number(
        50, "Weight: word of leaving", "of all weights", "how much it counts while a word of leaving was heard", 0, 100
    )
    half_life_health: int = _number(
        90, "Half-life: health check", "days", "in which a health check loses half its weight"
    )
    half_life_pulse: int = _number(45, "Half-life: pulse", "days", "in which a pulse loses half its weight")
    half_life_support: int = _number(30, "Half-life: support", "days", "in which a ticket loses half its weight")
    half_life_promises: int = _number(60, "Half-life: promise", "days", "in which a promise loses half its weight")
    half_life_churn: int = _number(
        30, "Half-life: word of leaving", "days", "in which a word of leaving loses half its weight"
    )
    expires_health: int = _number(365, "Expiry: health check", "days", "after which a health check no longer counts")
    expires_pulse: int = _number(180, "Expiry: pulse", "days", "after which a pulse no longer counts")
    expires_support: int = _number(120, "Expiry: support", "days", "after which a ticket no longer counts")
    expires_promises: int = _number(365, "Expiry: promise", "days", "after which a promise no longer counts")
    expires_churn: int = _number(
        120, "Expiry: word of leaving", "days", "after which a word of leaving no longer counts"
    )
    bands: tuple[int, ...] = _numbers(
        (50, 70), "Bands", "of 100", "the scores at which poor ends and good begins", False, 1, 99
    )
    score_fall: int = _number(15, "Fall that alerts", "points", "how many lost points alert the owner", 1, 100)
    score_fall_days: int = _number(7, "Fall within", "days", "in which those points are lost", 1, 90)
    score_change_days: int = _number(30, "Change over", "days", "over which the score's change is shown", 1, 365)
    score_reasons: int = _number(3, "Reasons", "with a score", "how many reasons are shown", 1, 10)

    forecast_evidence_days: int = _number(
        30, "Evidence", "days", "a commit needs a touch, or a pulse heard from the customer, no older than this", 1, 365
    )
    forecast_quiet_days: int = _number(
        14, "Quiet after a doubt", "days", "a manager does not hear of the same renewal's forecast again for this long"
    )
    forecast_ask_days: int = _number(
        90,
        "Decision",
        "days before the deadline",
        "when best case is asked for a decision, and at risk for a plan with a date",
    )
    forecast_commit_percent: int = _number(
        90, "Commit means", "percent", "how likely a renewal called commit is, when calls are scored", 0, 100
    )
    forecast_probable_percent: int = _number(
        75, "Probable means", "percent", "how likely a renewal called probable is", 0, 100
    )
    forecast_best_case_percent: int = _number(
        50, "Best case means", "percent", "how likely a renewal called best case is", 0, 100
    )
    forecast_at_risk_percent: int = _number(
        20, "At risk means", "percent", "how likely a renewal called at risk is to be kept", 0, 100
    )

    growth_score: int = _number(
        70, "Well enough", "of 100", "the score that an account needs to be asked for more", 1, 100
    )
    growth_score_days: int = _number(30, "Well for", "days", "how long the score must have been that good", 1, 365)
    growth_seat_days: int = _number(90, "Seats compared over", "days", "in which seats must have grown", 7, 730)
    growth_usage_percent: int = _number(
        20, "Usage up by", "percent", "in three full months against the three before, to count as growing", 1, 1000
    )
    usage_fall_percent: int = _number(
        20, "Usage down by", "percent", "in three full months against the three before, to be told of", 1, 100
    )
    growth_peer_percent: int = _number(
        50, "Peers who have it", "percent", "of the other accounts of the segment, before a product is proposed", 1, 100
    )
    growth_escalation_days: int = _number(
        14, "Quiet after an escalation", "days", "for this long nothing is proposed to the account", 0, 365
    )
    proposals_apart_days: int = _number(
        14,
        "Between two proposals",
        "days",
        "of nurture, growth, referrals and one-off work only one thing is proposed at an account in this time",
        1,
        365,
    )
    proposals_to_person_days: int = _number(
        7,
        "Proposals to one person",
        "days",
        "nobody gets two of them directly in this time, unless one has waited for twice as long",
        1,
        90,
    )
    growth_promise_days: int = _number(
        90,
        "Broken promise",
        "days",
        "how long a promise that nobody kept in time counts as overdue, while nobody says what became of it",
        1,
        1095,
    )
    growth_again_days: int = _number(
        90, "Not again for", "days", "the same product is not proposed to the same account twice in this time", 1, 730
    )
    requalify_days: tuple[int, ...] = _numbers(
        (30, 90, 180),
        "One-off work: asked after",
        "days after delivery",
        "when the owner is asked what has changed since",
        False,
        1,
        1095,
    )
    referral_pause_days: int = _number(
        180,
        "Referral: pause",
        "days",
        "how long one person is left alone after they were asked for a referral",
        1,
        1095,
    )
    referral_green_days: int = _number(
        30,
        "Referral: green pulse",
        "days",
        "how long a green pulse, heard from the customer, is a reason to ask",
        1,
        365,
    )
    referral_score: int = _number(
        80, "Referral: health", "of 100", "the health from which one may ask without such a pulse", 1, 100
    )
    referral_quiet_days: int = _number(
        60,
        "Referral: quiet",
        "days",
        "how long there must then have been no red or yellow pulse, no escalation and no urgent ticket",
        1,
        365,
    )
    referral_near_percent: int = _number(
        50,
        "Referral: only at renewal time",
        "percent of touches",
        "above this share of touches close to a deadline, nobody is to ask",
        0,
        100,
    )
    referral_near_days: int = _number(
        60,
        "Referral: close to a deadline",
        "days before a deadline",
        "from here on, a touch may be there for the renewal alone",
        1,
        365,
    )
    referral_hint_days: int = _number(
        14, "Referral: suggestions", "days", "one person gets at most one suggestion in so long", 1, 365
    )
    referral_thank_working_days: int = _number(
        5, "Referral: thanks", "working days", "how long until a referral without thanks is brought up", 1, 60
    )


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
    known = tier_of(tier)
    rungs = tuple(sorted({*RUNGS, *MORE_RUNGS[known]}, reverse=True))
    return Policy(rungs=rungs, **_BY_TIER[known])


def defaults_mark() -> str:
    """A short mark of all default numbers of all tiers: another one when any of them has changed."""
    numbers = repr([default_policy(tier) for tier in Tier])
    return hashlib.sha256(numbers.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Number:
    """What a settings page says of one number: its title, unit, what it does, and the page it stands on."""

    name: str
    title: str
    unit: str
    words: str
    group: NumberGroup


def written(value: Any) -> str:
    """A number of the policy as people write it: "30", "90, 60, 30", "09:00"."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)


_GROUP_BEGINS = {
    "rungs": NumberGroup.RENEWALS,
    "absent_wait_above_rung": NumberGroup.ESCALATION,
    "touch_every_days": NumberGroup.TOUCHES,
    "decider_days": NumberGroup.PEOPLE,
    "pulse_every_days": NumberGroup.PULSES,
    "handoff_reminder_working_days": NumberGroup.HANDOFFS,
    "health_every_days": NumberGroup.HEALTH,
    "nurture_every_days": NumberGroup.NURTURE,
    "weight_health": NumberGroup.SCORE,
    "forecast_evidence_days": NumberGroup.FORECAST,
    "growth_score": NumberGroup.GROWTH,
}


def policy_numbers() -> dict[str, Number]:
    """What each number is, by its name, in the order of the policy."""
    found, group = {}, NumberGroup.RENEWALS
    for one in fields(Policy):
        group = _GROUP_BEGINS.get(one.name, group)
        said = one.metadata
        found[one.name] = Number(one.name, said["title"], said["unit"], said["words"], group)
    return found


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
