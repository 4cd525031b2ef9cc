"""What an overview says of pulses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.pulses.coverage_rules import EVEN_SHARE
from bot.pulses.rules import Colour
from bot.slack import text

PULSES, CHART = "Pulses", "Pulse answers by month"
_NAMES = {Colour.GREEN: "Well", Colour.YELLOW: "Worries", Colour.RED: "In danger"}
_SIGNS = {Colour.GREEN: "🟢 well", Colour.YELLOW: "🟡 worries", Colour.RED: "🔴 in danger"}


def colour_name(colour: Colour) -> str:
    """What an answer is called."""
    return _NAMES[colour]


def lately(said: Mapping[tuple[Colour, bool], int]) -> tuple[str, ...]:
    """ "Since the last one: heard from customers 🔴 in danger 1 · 🟢 well 3; impressions 🟢 well 2"; may be nothing."""
    parts = []
    for is_heard, whose in ((True, "heard from customers"), (False, "our own impressions")):
        counts = [f"{_SIGNS[one]} {said[one, is_heard]:,}" for one in reversed(Colour) if said.get((one, is_heard))]
        if counts:
            parts.append(f"{whose} {', '.join(counts)}")
    return (f"Since the last one: {'; '.join(parts)}",) if parts else ()


def by_month(months: Sequence[tuple[date, Mapping[Colour, int]]]) -> str:
    """The last six months, each with its colours; a month without an answer says so."""
    return " · ".join(f"{first:%b} {_counts(colours)}" for first, colours in months)


def all_year(heard: int, impressions: int, last_quarter: int | None) -> str:
    """How much was heard from customers, and whether it is asked all year."""
    total = heard + impressions
    share = (
        "" if last_quarter is None else f". October to December had {last_quarter}% (an even year has {EVEN_SHARE}%)"
    )
    return (
        f"In 12 months {text.count(total, 'answer')}: {heard:,} heard from customers, "
        f"{text.count(impressions, 'impression')} of our own{share}"
    )


def _counts(colours: Mapping[Colour, int]) -> str:
    said = [f"{_NAMES[one].lower()} {colours[one]:,}" for one in Colour if colours[one]]
    return ", ".join(said) or "no answers"
