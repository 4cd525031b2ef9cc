"""The score in words: what each input did to it, in points, and how old it is.

One list for the card, the alert, the story and the command line, so that all of them say the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.policy import Policy
from bot.health.rules.checks import Scale, label
from bot.health.rules.score import Band, Input, Part
from bot.health.rules.score_history import Aged, ScoreChange

_INPUTS = {
    Input.HEALTH: "health check",
    Input.PULSE: "pulses",
    Input.TOUCH: "recent touch",
    Input.SUPPORT: "support",
    Input.PROMISES: "promises",
    Input.CHURN: "words of leaving",
}

SIGNS = {Band.POOR: "🔴", Band.FAIR: "🟡", Band.GOOD: "🟢"}
_BANDS = {Band.POOR: "poor", Band.FAIR: "fair", Band.GOOD: "good"}

_PULSES = {"pulse_red": "red", "pulse_yellow": "yellow", "pulse_green": "green", "pulse_impression": "green"}
IMPRESSIONS = "impressions only"

TOO_LITTLE = "too little known"
"""What stands in a score's place when less than half of its weight is known."""

_AGED = {
    Aged.EXPIRED: "because old answers expired",
    Aged.FADED: "because old answers count for less",
}
_SOURCES = {
    "call": "a call",
    "meeting": "a meeting",
    "email": "an email",
    "ticket": "a ticket",
    "event": "an event",
    "on_site": "a visit",
    "chat": "a chat",
    "note": "a note",
    "check": "a health check",
    "pulse": "a pulse",
}


def input_name(input: Input) -> str:
    """An input as a screen names it."""
    return _INPUTS[input]


def band_name(band: Band) -> str:
    """A band in one word."""
    return _BANDS[band]


def short_words(score: int | None, before: int | None, band: str) -> str:
    """ "Health 🔴 47, was 68": a score with its sign, and what it was before; None is not known."""
    if score is None:
        return "Health not known"
    was = f", was {before}" if before is not None and before != score else ""
    return f"Health {signed_score(score, band)}{was}"


def signed_score(score: int, band: str) -> str:
    """ "🔴 47"; without its band, as in what older versions wrote, the number alone."""
    return f"{SIGNS[Band(band)]} {score}" if band else str(score)


def signed(points: float) -> str:
    """ "−12" or "+4", in whole points, with a real minus sign."""
    whole = round(points)
    return f"−{-whole}" if whole < 0 else f"+{whole}" if whole else "±0"


def reason(part: Part, policy: Policy) -> str:
    """What an input costs and why: "−12 no touch for 41 days, cadence 30"."""
    return f"{signed(part.points)} {finding(part, policy)}"


def without_points(words: str) -> str:
    """A reason to look at the account that the score does not count."""
    return f"{words} (no points)"


def finding(part: Part, policy: Policy) -> str:
    """What is known of an input, with its age."""
    number = part.number or 0
    if part.code == "no_touch":
        return f"no touch for {_days(part.age)}, cadence {policy.touch_every_days}"
    if part.code == "touched":
        return f"last touch {ago(part.age)}, cadence {policy.touch_every_days}"
    if part.code.startswith("check_"):
        scale = label(Scale(part.code.removeprefix("check_"))).lower()
        return f"health check {ago(part.age)}, lowest: {scale} {number} of 5"
    if part.code in _PULSES:
        return _pulse(part)
    if part.code == "open_urgent":
        return f"{_counted(number, 'urgent ticket')} open{_lasting(part)}"
    if part.code == "open_escalated":
        return f"{_counted(number, 'escalated ticket')} open{_lasting(part)}"
    if part.code == "escalated":
        return f"{_counted(number, 'escalated ticket')}, newest sign {ago(part.age)}"
    if part.code == "satisfaction":
        return f"support rated {number} of 5, newest sign {ago(part.age)}"
    if part.code == "promise_broken":
        return f"{_counted(number, 'broken promise')}, newest {ago(part.age)}"
    if part.code == "promise_kept":
        return f"{_counted(number, 'kept promise')}, newest {ago(part.age)}"
    if part.input is Input.CHURN:
        return _leaving(part)
    return f"{input_name(part.input)}, {ago(part.age)}"


def change_words(change: ScoreChange | None) -> str:
    """ "−4 in 30 days"; a history that began anew with other weights says so."""
    if change is None:
        return "no change known yet"
    moved = f"{signed(change.points)} in {_days(change.days)}"
    if change.reweighed:
        moved = f"{moved}, since its weights or the tier changed"
    return f"{moved}, {_AGED[change.aged]}" if change.aged else moved


def summary_words(score: int | None, change: ScoreChange | None, confidence: int) -> str:
    """What stands behind a score: its change, and how much it knows; without a score there is no change to tell."""
    known = known_words(confidence)
    return known if score is None else f"{change_words(change)}, {known}"


def findings(parts: Iterable[Part], policy: Policy, most: int) -> tuple[str, ...]:
    """What is known to be less than good where there is no score: without points, since they are points of nothing."""
    told = sorted((part for part in parts if part.is_low), key=lambda part: (part.points, part.input))
    return tuple(finding(part, policy) for part in told[:most])


def known_words(confidence: int) -> str:
    """How much of its weight the score knows."""
    return f"{confidence}% of what counts is known"


def newest_words(parts: Iterable[Part]) -> str:
    """How old each known input is: "Last known: health check today, support 9 days ago"."""
    ages = [f"{input_name(part.input)} {age_words(part)}" for part in parts]
    return f"Last known: {', '.join(ages)}" if ages else ""


def age_words(part: Part) -> str:
    """How old an input is; what lasts is as old as its beginning: "open for 12 days"."""
    return ago(part.age) if part.lasting is None else f"open{_lasting(part)}"


def ago(days: int) -> str:
    """ "today", "yesterday", "9 days ago"."""
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _pulse(part: Part) -> str:
    colour = _PULSES[part.code]
    only = f" ({IMPRESSIONS})" if part.code == "pulse_impression" else ""
    if part.count == 1:
        return f"pulse {colour}{only}, {ago(part.age)}"
    if colour == "green":
        only = f", {IMPRESSIONS}" if only else ""
        return f"green pulses ({part.count}){only}, newest {ago(part.age)}"
    return f"a {colour} pulse among the last {part.count}, newest {ago(part.age)}"


def _leaving(part: Part) -> str:
    source = _SOURCES.get(part.code.removeprefix("churn_"), "a contact")
    said = f"“{part.quote}”" if part.quote else "a churn word"
    of = f", newest of {part.count}" if part.count > 1 else ""
    return f"{said} in {source}{of}, {ago(part.age)}"


def _lasting(part: Part) -> str:
    return f" for {_days(part.lasting)}" if part.lasting else " since today" if part.lasting == 0 else ""


def _counted(number: int, noun: str) -> str:
    # The word first: points stand before it, and two numbers side by side read like one.
    return noun if number == 1 else f"{noun}s ({number})"


def _days(number: int) -> str:
    return _count(number, "day")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
