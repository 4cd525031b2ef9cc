"""A desk's figures: an account's row on a day, and what waits, shown or not."""

from __future__ import annotations

from datetime import date

from bot.core.policy import default_policy
from bot.home.facts import AccountRow, pain, row

TODAY = date(2026, 3, 2)
POLICY = default_policy("mid")


def test_an_accounts_row_counts_days_from_today() -> None:
    made = row(7, "Acme", 61, -4, date(2026, 3, 12), date(2026, 2, 20), TODAY, POLICY, is_known=True)
    assert made == AccountRow(
        account_id=7,
        name="Acme",
        score=61,
        change=-4,
        deadline="2026-03-12",
        days_left=10,
        touched_on="2026-02-20",
        days_silent=10,
        cadence=POLICY.touch_every_days,
        is_known=True,
    )


def test_what_is_not_known_of_an_account_stays_open() -> None:
    made = row(7, "Acme", None, None, None, None, TODAY, POLICY)
    assert made == AccountRow(7, "Acme", cadence=POLICY.touch_every_days)


def test_an_account_that_does_well_hurts_nobody() -> None:
    assert pain(AccountRow(7, "Acme", score=100, change=5, days_left=90, days_silent=0)) == 0
    assert pain(AccountRow(7, "Acme", score=100, change=-4, days_left=50, days_silent=70, cadence=60)) == 4 + 10 + 10
