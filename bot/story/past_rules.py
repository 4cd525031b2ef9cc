"""A renewal on a past day: told from what happened to it up to then, and from what was changed of it after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

_ON_IT = ("claimed", "took_over")
_NOT_ON_IT = ("released", "freed")
_AWAKE = ("woke", "signed", "lost", "ended")
_BY_ITSELF = ("rolled",)


@dataclass(frozen=True, slots=True)
class PastLine:
    """One line of a renewal's story: its kind, when, by whom (a name, may be empty), and its facts as kept."""

    kind: str
    at: datetime
    by: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RenewalThen:
    """How a renewal stood: stage and forecast as tables keep them, who was on it, until when it was put to sleep.

    `days_moved`: by how many days its renewal date has been moved since.
    """

    stage: str
    forecast: str | None = None
    reason: str = ""
    on_it: str = ""
    snoozed_until: date | None = None
    days_moved: int = 0


def renewal_on(story: Sequence[PastLine], until: datetime, day: date, now: RenewalThen) -> RenewalThen:
    """How a renewal stood at the end of a day, `until`. `story` in the order in which it happened, `now` as it stands.

    What a later line says was before is what was so then. Stage and forecast of which no line tells are as they are
    now; without a line about it, nobody was on it.
    """
    before = [one for one in story if one.at < until]
    after = [one for one in story if one.at >= until]
    forecast, reason = _forecast(before, after, now)
    return RenewalThen(
        _stage(before) or _stage_before(after) or now.stage,
        forecast,
        reason,
        _on_it(before),
        _asleep(before, day),
        sum(_moved(one.facts) for one in after),
    )


def _forecast(before: Sequence[PastLine], after: Sequence[PastLine], now: RenewalThen) -> tuple[str | None, str]:
    for one in reversed(before):
        if "forecast_before" in one.facts:
            return one.facts.get("forecast"), one.facts.get("forecast_reason", "")
    for one in after:
        if "forecast_before" in one.facts:
            return one.facts["forecast_before"] or None, ""
    return now.forecast, now.reason


def _stage_before(after: Sequence[PastLine]) -> str | None:
    for one in after:
        if found := one.facts.get("stage_before"):
            return found
        if one.kind in _BY_ITSELF:
            return "upcoming"
    return None


def _stage(story: Sequence[PastLine]) -> str | None:
    for one in reversed(story):
        if found := one.facts.get("stage"):
            return found
        if one.kind in _BY_ITSELF:
            return "signed"
    return None


def _on_it(story: Sequence[PastLine]) -> str:
    last = next((one for one in reversed(story) if one.kind in (*_ON_IT, *_NOT_ON_IT)), None)
    return last.by if last is not None and last.kind in _ON_IT else ""


def _asleep(story: Sequence[PastLine], day: date) -> date | None:
    last = next((one for one in reversed(story) if one.kind in ("snoozed", *_AWAKE)), None)
    if last is None or last.kind != "snoozed" or not last.facts.get("until"):
        return None
    until = date.fromisoformat(last.facts["until"])
    return until if until > day else None


def _moved(facts: Mapping[str, str]) -> int:
    if not facts.get("renewal_date_before") or not facts.get("renewal_date"):
        return 0
    return (date.fromisoformat(facts["renewal_date"]) - date.fromisoformat(facts["renewal_date_before"])).days
