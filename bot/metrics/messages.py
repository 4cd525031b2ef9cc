"""The figures as words: each with its window, and with why there is none where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.figure_facts import FigureLine
from bot.accounts.overview_facts import OverviewTable
from bot.metrics.rules.reaction import WORKING_DAYS, FirstClaims, Reaction
from bot.metrics.rules.renewed_value import RenewedValue
from bot.metrics.rules.retention_bridge import CohortRetention, percent
from bot.renewals.rules.stages import LostReason, Whose, whose

FIVE_POINTS = YEARS = 5
FIGURES = "Figures"
HEAD, TABLED = 4, 14
NET, GROSS = "Net revenue retention", "Gross revenue retention"
KEEPING = "Value of keeping five points more"


def retention_lines(one: CohortRetention) -> list[FigureLine]:
    """Net and gross revenue retention, logos and the bridge between then and now."""
    window = f"12 months, {one.start} to {one.day}, {one.currency}"
    if not one.then:
        why = f"No account had recurring value in {one.currency} on {one.start}."
        return [FigureLine(name, window, "none", why) for name in (NET, GROSS, "Logo retention", KEEPING)]
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
        _keeping(window, one),
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


def renewal_value_lines(window: str, found: Sequence[RenewedValue], unknown: int) -> list[FigureLine]:
    """The same by value, in each currency that has no rate."""
    name = "Renewal rate by value"
    missing = (
        f"; {unknown:,} {'contract' if unknown == 1 else 'contracts'} of no known value left out" if unknown else ""
    )
    lines = []
    for one in found:
        if not one.due:
            continue
        spoken = f"{window}, {one.currency}"
        of = f"of {_money(one.due)} due, upsell left out{missing}"
        lines += [
            FigureLine(f"{name}, signed", spoken, _percent(percent(one.signed, one.due)), f"{_money(one.signed)} {of}"),
            FigureLine(f"{name}, paid", spoken, _percent(percent(one.paid, one.due)), f"{_money(one.paid)} {of}"),
        ]
    why = f"Nothing with a known value fell due{missing}."
    return lines or [FigureLine(name, window, "none", why)]


def promise_lines(window: str, departments: Sequence[tuple[str, int, int]]) -> list[FigureLine]:
    """Promises kept of those that fell due; and by department (name, due, kept), where several made some."""
    name = "Promises kept"
    due, kept = sum(of for _, of, _ in departments), sum(met for _, _, met in departments)
    lines = [_share(name, window, kept, due, "due", "No promise fell due.")]
    if len(departments) > 1:
        for department, of, met in departments:
            lines.append(_share(f"{name}: {department or 'without an owner'}", window, met, of, "due", ""))
    return lines


def on_time_lines(window: str, due: int, on_time: int) -> list[FigureLine]:
    """Touches that came within the cadence of their account."""
    return [_share("On-time touches", window, on_time, due, "due", "No touch fell due.")]


def claim_lines(window: str, found: FirstClaims) -> list[FigureLine]:
    """How long a first reminder waits until somebody is on it."""
    name = "First reminder to first claim"
    beside = f"{found.before:,} were taken on before it, {found.never:,} not yet"
    if found.hours is None:
        why = "No renewal was taken on after its first reminder"
        return [FigureLine(name, window, "none", f"{why}: {beside}." if found.before or found.never else f"{why}.")]
    (middle, most), of = found.hours, f"{found.after:,} taken on after their first reminder"
    return [
        FigureLine(f"{name}, median", window, f"{middle:.1f} working hours", f"{of}; {beside}"),
        FigureLine(f"{name}, 9 of 10 within", window, f"{most:.1f} working hours", of),
    ]


def reaction_lines(window: str, found: Sequence[Reaction]) -> list[FigureLine]:
    """What became of alerts within two working days, for each rule."""
    name = f"Alerts acted on within {WORKING_DAYS} working days"
    if not found:
        return [FigureLine(name, window, "none", f"No alert is {WORKING_DAYS} working days old.")]
    return [
        FigureLine(
            f"{name}: {one.rule.label}",
            f"since {one.since}" if one.since else window,
            _percent(percent(one.acted_on, one.alerts)),
            f"{one.acted_on:,} of {one.alerts:,} alerts{'; earlier messages are not kept' if one.since else ''}",
        )
        for one in found
    ]


def touch_lines(window: str, touches: int, outside: int, renewals: int, early: int) -> list[FigureLine]:
    """Whether customers are seen all year, and early enough."""
    all_year = "Touches outside the last 60 days before a deadline"
    ahead = "Renewals first touched 60 days or more before the deadline"
    return [
        _share(all_year, window, outside, touches, "touches", "No touch was logged."),
        _share(ahead, window, early, renewals, "due, looked at from 120 days on", "No deadline lay in the window."),
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
    window: str, accounts: int, handoffs: int, accepted: int, days: float | None, joined: int, left: int = 0
) -> list[FigureLine]:
    """How often accounts change hands: our own churn is a cause of theirs."""
    if not accounts:
        return [FigureLine("Handoffs an account", window, "none", "No account is active.")]
    waited = "none was accepted" if days is None else f"{days:.1f} days until accepted (median)"
    return [
        FigureLine("Handoffs an account", window, f"{handoffs / accounts:.2f}", f"{handoffs:,} of them, {waited}"),
        FigureLine(
            "People changes an account",
            window,
            f"{(joined + left) / accounts:.2f}",
            f"{joined:,} joined a team or took another role on it, {left:,} left the company",
        ),
    ]


def loss_lines(window: str, causes: Mapping[Whose, int], reasons: Mapping[str, int] | None = None) -> list[FigureLine]:
    """What renewals were lost for, by whose that was to change, and for which reasons, the most frequent first."""
    lost = sum(causes.values())
    if not lost:
        return [FigureLine("Reasons for losing", window, "none", "No renewal was lost.")]
    return [
        FigureLine(
            f"Reasons for losing: {cause}",
            window,
            _percent(percent(count, lost)),
            f"{count:,} of {lost:,} lost{_reasons(cause, reasons or {})}",
        )
        for cause, count in sorted(causes.items(), key=lambda one: (-one[1], one[0]))
    ]


def _reasons(cause: Whose, reasons: Mapping[str, int]) -> str:
    given = sorted((-count, reason) for reason, count in reasons.items() if whose(reason) is cause)
    named = [f"{_reason(reason)} {-count:,}" for count, reason in given]
    return f": {', '.join(named)}" if named else ""


def _reason(kept: str) -> str:
    return LostReason(kept).label.lower() if kept in set(LostReason) else "no reason given"


def _keeping(window: str, one: CohortRetention) -> FigureLine:
    kept, better = one.grr or 0, one.better(FIVE_POINTS)
    if better <= kept:
        return FigureLine(KEEPING, window, "none", "Gross retention is 100 %: no more can be kept.")
    points = "five points" if kept <= 100 - FIVE_POINTS else f"{better - kept:.2f} points, up to all"
    book, later = _money(one.book), _money(one.keeping(FIVE_POINTS, YEARS))
    more = (
        f"In a year: {points} of the {book} that all accounts pay now. Over {YEARS} years {later}: "
        f"{book} × ({better:.2f} %^k − {kept:.2f} %^k), added up for k = 1 to {YEARS}; nothing else changes."
    )
    return FigureLine(KEEPING, window, _money(one.keeping(FIVE_POINTS, 1)), more)


def head_lines(lines: Sequence[FigureLine]) -> tuple[str, ...]:
    """The figures that are asked for first, each currency for itself; of many currencies the first."""
    first = [one for one in lines if one.name in (NET, GROSS) or one.name.startswith("Renewal rate")]
    shown = [f"{one.name}: *{one.value}*{f' ({one.more})' if one.more else ''}" for one in first[:HEAD]]
    more = len(first) - len(shown)
    return (*shown, f"{more:,} more of these for other currencies stand in the list") if more > 0 else tuple(shown)


def figure_table(lines: Sequence[FigureLine]) -> OverviewTable:
    """All of them, the first where they are many."""
    rows = tuple((one.name, one.value) for one in lines[:TABLED])
    return OverviewTable(f"Figures over {lines[0].window}", ("Figure", "Value"), rows)


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
