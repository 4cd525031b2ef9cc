"""Retention of a public book against plain SQL that shares nothing with ours: an excerpt everywhere, all where at hand.

RavenStack is a fully synthetic data set by River @ Rivalytics, free to use with this credit. `ravenstack_excerpt.csv`
has the subscriptions of ten of its accounts.
"""

from __future__ import annotations

import csv
import os
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.db.work import Work
from bot.importing import CONTRACTS, TICKETS
from bot.metrics import time_spent
from bot.metrics.retention import retention
from bot.metrics.rules.rates import Rates
from bot.metrics.rules.time_spent import CustomerAge
from tests.importing.conftest import Desk

EXCERPT = Path(__file__).parent / "ravenstack_excerpt.csv"
WHOLE = Path(os.environ.get("PERENNIAL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "ravenstack"
DAYS = (date(2024, 3, 1), date(2024, 6, 30), date(2024, 9, 13), date(2024, 12, 31))

PLAIN = """
WITH lines AS (
    SELECT account_id AS account, arr_amount + 0.0 AS worth,
        substr(start_date, 7) || '-' || substr(start_date, 4, 2) || '-' || substr(start_date, 1, 2) AS first_day,
        CASE WHEN end_date = '' THEN '9999-12-31' ELSE
            substr(end_date, 7) || '-' || substr(end_date, 4, 2) || '-' || substr(end_date, 1, 2) END AS last_day
    FROM subscriptions WHERE is_trial = 'FALSE'
), accounts AS (
    SELECT account,
        SUM(CASE WHEN :start BETWEEN first_day AND last_day THEN worth ELSE 0 END) AS was,
        SUM(CASE WHEN :day BETWEEN first_day AND last_day THEN worth ELSE 0 END) AS has,
        MAX(CASE WHEN first_day <= :start THEN worth ELSE 0 END) AS ever
    FROM lines GROUP BY account
)
SELECT
    COUNT(CASE WHEN was > 0 THEN 1 END), COUNT(CASE WHEN was > 0 AND has > 0 THEN 1 END),
    TOTAL(CASE WHEN was > 0 THEN was END), TOTAL(CASE WHEN was > 0 THEN has END),
    TOTAL(CASE WHEN was > 0 THEN MIN(was, has) END),
    TOTAL(CASE WHEN was > 0 AND has = 0 THEN -was END),
    TOTAL(CASE WHEN was > 0 AND has > was THEN has - was END),
    TOTAL(CASE WHEN was = 0 AND ever > 0 THEN has END), TOTAL(CASE WHEN was = 0 AND ever = 0 THEN has END)
FROM accounts
"""


def by_plain_sql(path: Path, day: date) -> tuple[float, ...]:
    """Accounts then and still there; value then, now, kept, churned, expanded, won back and won."""
    with closing(sqlite3.connect(":memory:")) as plain, path.open(newline="") as file:
        rows = csv.reader(file)
        columns = next(rows)
        plain.execute(f"CREATE TABLE subscriptions ({', '.join(columns)})")
        plain.executemany(f"INSERT INTO subscriptions VALUES ({', '.join('?' * len(columns))})", rows)
        dates = {"start": str(day.replace(year=day.year - 1)), "day": str(day)}
        return tuple(plain.execute(PLAIN, dates).fetchone())


def by_ours(desk: Desk, day: date) -> tuple[float, ...]:
    with Work.reading(desk.db, desk.workspace_id, desk.now) as work:
        found = retention(work, day, Rates("EUR"))
    if not found:
        return (0,) * 9
    (one,) = found
    assert one.rise == 0
    return (
        one.accounts,
        one.accounts_now,
        one.then,
        one.now,
        one.kept,
        one.churn,
        one.expansion,
        one.won_back,
        one.won,
    )


def bring(desk: Desk, path: Path) -> None:
    with path.open(newline="") as file:
        names = sorted({row["account_id"] for row in csv.DictReader(file)})
    desk.accounts("account_id,account_name\n" + "".join(f"{name},Company {name}\n" for name in names))
    assert desk.bring_file(CONTRACTS, path).exit_code == 0


def test_retention_of_the_excerpt_is_what_plain_sql_says(any_desk: Desk) -> None:
    bring(any_desk, EXCERPT)
    accounts, _, then, now, *_ = by_plain_sql(EXCERPT, DAYS[-1])
    assert accounts and then and now, "there is something to compare"
    for day in DAYS:
        assert by_ours(any_desk, day) == pytest.approx(by_plain_sql(EXCERPT, day)), day


# Not a skip: with REQUIRE_ALL=1 a skipped test fails, and the data does not travel with the project.
if (WHOLE / "subscriptions.csv").exists():

    @pytest.mark.parametrize("day", DAYS, ids=str)
    def test_retention_of_the_whole_book_is_what_plain_sql_says(desk: Desk, day: date) -> None:
        bring(desk, WHOLE / "subscriptions.csv")
        assert by_ours(desk, day) == pytest.approx(by_plain_sql(WHOLE / "subscriptions.csv", day))

    @pytest.mark.parametrize("points", [5, 60])
    def test_five_points_more_of_the_whole_book_are_worth_what_its_sums_say(desk: Desk, points: int) -> None:
        """60 points lead beyond all that can be kept."""
        bring(desk, WHOLE / "subscriptions.csv")
        _, _, then, now, kept, _, _, won_back, won = by_plain_sql(WHOLE / "subscriptions.csv", DAYS[-1])
        with Work.reading(desk.db, desk.workspace_id, desk.now) as work:
            [found] = retention(work, DAYS[-1], Rates("EUR"))
        assert then > kept, "there is something to compare"
        usual = better = now + won_back + won
        more = 0.0
        for year in range(1, 6):
            usual, better = usual * kept / then, better * min(1.0, kept / then + points / 100)
            more += better - usual
            assert found.keeping(points, year) == pytest.approx(more), year

    @pytest.mark.parametrize("day", DAYS, ids=str)
    def test_touches_of_the_whole_book_by_customers_are_what_its_rows_say(desk: Desk, day: date) -> None:
        bring(desk, WHOLE / "subscriptions.csv")
        assert desk.bring_file(TICKETS, WHOLE / "support_tickets.csv").exit_code == 0
        with Work.reading(desk.db, desk.workspace_id, desk.now) as work:
            found = time_spent.all_time(work, day)
        assert found.by_age == ages(WHOLE, day) and found.by_purpose == {"support": found.touches}
        assert found.by_age[CustomerAge.NEW] and (found.by_age[CustomerAge.EXISTING] or day < DAYS[1])


def ages(folder: Path, day: date) -> Counter[CustomerAge]:
    """Tickets of the twelve months up to a day, by how long ago the first paid subscription had begun."""
    with (folder / "subscriptions.csv").open(newline="") as file:
        begun: dict[str, list[date]] = {}
        for row in csv.DictReader(file):
            own = begun.setdefault(row["account_id"], [])
            if row["is_trial"].lower() != "true":
                own.append(datetime.strptime(row["start_date"], "%d-%m-%Y").date())
    found: Counter[CustomerAge] = Counter()
    with (folder / "support_tickets.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            on = date.fromisoformat(row["submitted_at"][:10])
            if day.replace(year=day.year - 1) < on <= day and row["account_id"] in begun:
                first = min(begun[row["account_id"]], default=None)
                is_new = first is None or (on.year, on.month, on.day) < (first.year + 1, first.month, first.day)
                found[CustomerAge.NEW if is_new else CustomerAge.EXISTING] += 1
    return found
