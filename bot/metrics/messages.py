"""The figures as words: each with its window, and with why there is none where there is none."""

from __future__ import annotations

from dataclasses import dataclass

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
            "What five percentage points of what they paid then are worth a year.",
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


def _negative_churn(one: CohortRetention) -> str:
    return ": negative churn, they grew by more than was lost" if (one.nrr or 0) > 100 and one.kept < one.then else ""


def _percent(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f} %"


def _money(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")
