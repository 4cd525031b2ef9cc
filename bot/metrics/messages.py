"""The figures as words: each with its window, and with why there is none where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.metrics.rules.causes import Whose
from bot.metrics.rules.retention_bridge import CohortRetention, percent

FIVE_POINTS = 5
NET, GROSS = "Net revenue retention", "Gross revenue retention"


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure: what it is, over which window, as text; `more` says what it is made of, or why there is none."""

    name: str
    window: str
    value: str
    more: str = ""


def retention_lines(one: CohortRetention) -> list[FigureLine]:
    """Net and gross revenue retention, logos and the bridge between then and now."""
    window = f"12 months, {one.start} to {one.day}, {one.currency}"
    if not one.then:
        why = f"No account had recurring value in {one.currency} on {one.start}."
        return [FigureLine(name, window, "none", why) for name in (NET, GROSS, "Logo retention")]
    of = f"{_money(one.now)} of {_money(one.then)}, {one.accounts:,} accounts"
    lines = [
        FigureLine(NET, window, _percent(one.nrr), f"{of}{_negative_churn(one)}"),
        FigureLine(
            f"{NET} without agreed price rises", window, _percent(one.nrr_without_rise), _money(one.now - one.rise)
        ),
        FigureLine(GROSS, window, _percent(one.grr), f"{_money(one.kept)} of {_money(one.then)}"),
        FigureLine("Logo retention", window, _percent(one.logos), f"{one.accounts_now:,} of {one.accounts:,} accounts"),
    ]
    if one.fx:
        more = f"{_money(one.now_at_today)} of {_money(one.then)}"
        lines.insert(2, FigureLine(f"{NET} at today's rates", window, _percent(one.nrr_at_todays_rates), more))
    bridge = (
        ("Then", one.then),
        ("Expansion", one.expansion),
        ("Agreed price rises", one.rise),
        ("Contraction", one.contraction),
        ("Churn", one.churn),
        ("Now", one.now),
    )
    lines += [FigureLine(f"Bridge: {name}", window, _money(amount)) for name, amount in bridge]
    lines += [
        FigureLine("FX", window, _money(one.fx), "What changed rates make of Now."),
        FigureLine(
            "Won back", window, _money(one.won_back), "Gone before the window, and back. Not in net revenue retention."
        ),
        FigureLine("Won", window, _money(one.won), "Never there before the window. Not in net revenue retention."),
        FigureLine(
            "Five points of retention",
            window,
            _money(one.then * FIVE_POINTS / 100),
            f"{FIVE_POINTS} % × {_money(one.then)}, what they paid then: worth so much a year. "
            f"Each point is {_money(one.then / 100)}.",
        ),
    ]
    return lines


def renewal_lines(window: str, due: int, signed: int, paid: int, waiting: int) -> list[FigureLine]:
    """Renewal rate of what fell due, signed and paid side by side."""
    if not due:
        return [FigureLine("Renewal rate", window, "none", "No renewal fell due.")]
    left = f"; {waiting:,} still undecided" if waiting else ""
    return [
        FigureLine("Renewal rate, signed", window, _percent(percent(signed, due)), f"{signed:,} of {due:,} due{left}"),
        FigureLine("Renewal rate, paid", window, _percent(percent(paid, due)), f"{paid:,} of {due:,} due"),
    ]


def promise_lines(window: str, due: int, kept: int) -> list[FigureLine]:
    """Promises kept of those that fell due."""
    if not due:
        return [FigureLine("Promises kept", window, "none", "No promise fell due.")]
    return [FigureLine("Promises kept", window, _percent(percent(kept, due)), f"{kept:,} of {due:,} due")]


def touch_lines(window: str, touches: int, outside: int, renewals: int, early: int) -> list[FigureLine]:
    """Whether customers are seen all year, and early enough."""
    all_year = "Touches outside the last 60 days before a deadline"
    ahead = "Renewals touched 120 to 60 days ahead"
    return [
        _share(all_year, window, outside, touches, "touches", "No touch was logged."),
        _share(ahead, window, early, renewals, "due", "No deadline lay in the window."),
    ]


def pulse_lines(
    window: str, quarters: Sequence[tuple[int, int, int, int]], accounts: int, q4: float | None
) -> list[FigureLine]:
    """Pulses by quarter (year, number, heard, impressions), heard and impression apart, and the share of Q4."""
    lines = [
        FigureLine(
            f"Pulse answers an account, Q{number} {year}",
            window,
            f"{(heard + impressions) / accounts:.2f}" if accounts else "none",
            f"{heard:,} heard from the customer, {impressions:,} impressions, {accounts:,} active accounts",
        )
        for year, number, heard, impressions in quarters
    ]
    name = "Pulse answers in October to December"
    if q4 is None:
        return [FigureLine(name, window, "none", "No pulse was answered.")]
    return [*lines, FigureLine(name, window, _percent(q4), "An even year has 25.00 %.")]


def team_lines(
    window: str, accounts: int, handoffs: int, accepted: int, days: float | None, joined: int
) -> list[FigureLine]:
    """How often accounts change hands: our own churn is a cause of theirs."""
    if not accounts:
        return [FigureLine("Handoffs an account", window, "none", "No account is active.")]
    waited = "none was accepted" if days is None else f"{days:.1f} days until accepted (median)"
    return [
        FigureLine("Handoffs an account", window, f"{handoffs / accounts:.2f}", f"{handoffs:,} of them, {waited}"),
        FigureLine("People who joined an account's team", window, f"{joined / accounts:.2f}", f"{joined:,} of them"),
    ]


def loss_lines(window: str, causes: Mapping[Whose, int]) -> list[FigureLine]:
    """What renewals were lost for, by whose that was to change."""
    lost = sum(causes.values())
    if not lost:
        return [FigureLine("Reasons for losing", window, "none", "No renewal was lost.")]
    return [
        FigureLine(
            f"Reasons for losing: {cause}", window, _percent(percent(count, lost)), f"{count:,} of {lost:,} lost"
        )
        for cause, count in sorted(causes.items(), key=lambda one: (-one[1], one[0]))
    ]


def unknown_lines(window: str) -> list[FigureLine]:
    """What is asked for and not kept yet, and why there is no figure."""
    return [
        FigureLine("Alerts acted on within 2 working days", window, "none", "What became of an alert is not kept yet."),
        FigureLine("First reminder to first claim", window, "none", "Only the present claim is kept, not the first."),
    ]


def _share(name: str, window: str, part: int, of: int, noun: str, why_none: str) -> FigureLine:
    if not of:
        return FigureLine(name, window, "none", why_none)
    return FigureLine(name, window, _percent(percent(part, of)), f"{part:,} of {of:,} {noun}")


def _negative_churn(one: CohortRetention) -> str:
    return ": negative churn, they grew by more than was lost" if (one.nrr or 0) > 100 and one.kept < one.then else ""


def _percent(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f} %"


def _money(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")
