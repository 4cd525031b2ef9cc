"""What is missing in an account's story: people, contacts, checks, agreements. Missing is said, never scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.core.policy import Policy
from bot.story.facts import Gap

SILENT_AFTER = 2
"""Cadences of touch without a word from a department before that is missing: one may be on holiday, two is a habit."""


@dataclass(frozen=True, slots=True)
class KnownOfAccount:
    """What there is. `departments` maps those that keep the account to the day of their last touch, None for never."""

    has_owner: bool = False
    has_support: bool = False
    departments: Mapping[str, date | None] = field(default_factory=dict)
    last_check: date | None = None
    last_pulse: date | None = None
    has_plan: bool = False
    review_on: date | None = None
    contracts: int = 0
    unknown_values: int = 0
    has_renewal: bool = False
    has_people: bool = True


def gaps(known: KnownOfAccount, today: date, policy: Policy) -> tuple[Gap, ...]:
    """Everything that is missing on a day, people first; the order is always the same."""
    found: list[Gap] = []
    if not known.has_owner:
        found.append(Gap("no_owner"))
    if not known.has_people:
        found.append(Gap("no_people"))
    if not known.has_support:
        found.append(Gap("no_support"))
    for department, last in sorted(known.departments.items()):
        if last is None or (today - last).days > SILENT_AFTER * policy.touch_every_days:
            found.append(Gap("no_touch", department, _iso(last)))
    if _is_older(known.last_check, today, policy.health_every_days):
        found.append(Gap("no_check", since=_iso(known.last_check)))
    if _is_older(known.last_pulse, today, SILENT_AFTER * policy.pulse_every_days):
        found.append(Gap("no_pulse", since=_iso(known.last_pulse)))
    if not known.has_plan:
        found.append(Gap("no_plan"))
    elif known.review_on is not None and known.review_on < today:
        found.append(Gap("review_passed", since=_iso(known.review_on)))
    if known.unknown_values:
        found.append(Gap("no_value", str(known.unknown_values)))
    if not known.contracts:
        found.append(Gap("no_contract"))
    elif not known.has_renewal:
        found.append(Gap("no_renewal"))
    return tuple(found)


def _is_older(last: date | None, today: date, days: int) -> bool:
    return last is None or (today - last).days > days


def _iso(day: date | None) -> str | None:
    return str(day) if day else None
