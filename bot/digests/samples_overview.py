"""Samples of a manager's overview: the message, on time and late, and the lists behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.accounts.overview_facts import (
    AskChoice,
    ChartSeries,
    ListedRow,
    Listing,
    OverviewAsk,
    OverviewChart,
    OverviewSection,
    OverviewTable,
)
from bot.digests.facts_overview import FoldedKind, LastFate, Overview, OverviewPlace
from bot.digests.messages_overview import list_view
from bot.digests.overview import OVERVIEW
from bot.slack.samples import ACCOUNT, BEFORE, TODAY, Sample, post, view


def samples(person: str) -> Iterator[Sample]:
    """A team's overview; a page of what it counts, and one with nothing on it."""
    overview = _overview()
    late = replace(overview, late_since="2026-03-02T08:00:00+00:00", at="2026-03-02T14:10:00+00:00")
    yield post(OVERVIEW, overview)
    yield post(OVERVIEW, late)
    rows = tuple(ListedRow(ACCOUNT, "Dana", "Nobody is on it", "€48,000", "Tue 21 Apr") for _ in range(10))
    yield view(list_view("needs", overview.place, 1, Listing(rows, 35)))
    yield view(list_view("sight", overview.place, 0, Listing()))


def _overview() -> Overview:
    asks = tuple(
        OverviewAsk(
            f"overdue:{place}",
            "overdue",
            3,
            ACCOUNT,
            f"🔴 *{ACCOUNT}*: overdue · €48,000 · 12 days overdue",
            buttons=(AskChoice("Ask Dana", "overview.ask", "7"),),
            menu=(AskChoice("Account story", "account.story", "3"), AskChoice("Update…", "renewal.update", "7")),
        )
        for place in range(5)
    )
    months = ("Mar 2026", "Apr 2026")
    return Overview(
        TODAY,
        "2026-03-02T09:00:00+00:00",
        "UTC",
        "weekly",
        OverviewPlace("team", 7),
        "Dana's team",
        200,
        (
            OverviewSection(
                "needs",
                "Needs you",
                ("Worth €240,000 a year.",),
                asks=asks,
                counts={"overdue": 7},
                kinds={"overdue": ("renewal is overdue", "renewals are overdue")},
                listed=True,
            ),
            OverviewSection(
                "renewals",
                "Renewals ahead",
                ("Next 30 days: 12 renewals, *€310,000* (was €290,000 last time)",),
                chart=OverviewChart(
                    "Renewals by month and forecast, EUR", months, (ChartSeries("Commit", (310_000, 0)),), "EUR a year"
                ),
                table=OverviewTable(
                    "Renewals ahead by forecast", ("Forecast", "30 days"), (("Commit", "12, €310,000"),)
                ),
                listed=True,
            ),
            OverviewSection(
                "wins", "Won", ("✅ paid: 1 renewal, *€9,000* a year", f"{ACCOUNT}: €9,000, thanks to Dana")
            ),
        ),
        LastFate(BEFORE, 12, 7, 5, (ACCOUNT,)),
        (FoldedKind("needs", 12, "renewals have nobody on them"),),
    )
