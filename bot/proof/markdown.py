"""The proof sheet as Markdown, for a prospect to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from bot.proof.facts import FEWEST, KeptMonth, ProofSheet, TierYear
from bot.proof.rules import total_of

TITLE, YEAR = "How we keep our customers", "A year with us"
TOO_FEW = "too few to say"
KINDS: Sequence[tuple[str, Callable[[KeptMonth], float | None]]] = (
    ("Touches", lambda month: month.touches),
    ("Pulses heard", lambda month: month.heard),
    ("Reviews", lambda month: month.reviews),
)
"""What a customer gets, as it is called on the sheet, and how many of it in a month."""

EXPLAINED = (
    "A touch is a call, meeting, visit, mail or chat in which we reached the customer. A pulse is heard when the "
    "customer told us how it is going. A review is a talk that sold nothing, about goals, use, support and what they "
    "expect, or the plan that we agreed."
)


def markdown(sheet: ProofSheet) -> str:
    """The whole sheet; every number with what it is made of."""
    lines = [f"# {TITLE}", "", intro(sheet), "", "## In figures", ""]
    lines += ["| Figure | Value | Made of |", "| --- | ---: | --- |"]
    lines += [f"| {one.name} | {one.value or TOO_FEW} | {one.made_of} |" for one in sheet.figures]
    lines += ["", f"## {YEAR}", "", f"What a customer really got, on average, month by month. {EXPLAINED}"]
    for tier in sheet.tiers:
        lines += ["", f"### {tier.tier}", "", *_calendar(tier)]
    return "\n".join([*lines, ""])


def intro(sheet: ProofSheet) -> str:
    """What is counted, since when, and what is left out."""
    return (
        f"Twelve months, {day(sheet.since)} to {day(sheet.day)}, counted from our records of that time. No customer is "
        f"named, and what fewer than {FEWEST} customers stand behind is not shown."
    )


def day(one: date) -> str:
    """ "1 July 2025"."""
    return f"{one.day} {one:%B %Y}"


def number(value: float | None) -> str:
    """An average with one digit, or that there are too few; what is there, however little, is never shown as none."""
    if value is None:
        return TOO_FEW
    return "under 0.1" if 0 < value < 0.05 else f"{value:.1f}"


def _calendar(tier: TierYear) -> list[str]:
    if all(of(month) is None for month in tier.months for _, of in KINDS):
        return [f"Customers of this tier: {TOO_FEW}."]
    months = [f"{month.first:%b %Y}" for month in tier.months]
    rows = [["", *months, "In a year"]]
    for name, of in KINDS:
        values = [of(month) for month in tier.months]
        rows.append([name, *(number(value) for value in values), number(total_of(values))])
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [lines[0], f"| --- |{' ---: |' * (len(months) + 1)}", *lines[1:]]
