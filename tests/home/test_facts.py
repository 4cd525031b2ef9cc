"""A desk's figures: an account's row on a day, and what waits, shown or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.core.policy import default_policy
from bot.home.facts import AccountRow, HandoffToAccept, Home, PulseToAnswer, StepDue, pain, row
from bot.renewals.rules.desk import Desk, DeskLine

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


WELL = AccountRow(7, "Acme", score=100, days_left=90, days_silent=0)


@pytest.mark.parametrize(
    ("row", "hurts"),
    [
        (replace(WELL, score=0), 100),
        (replace(WELL, score=61), 39),
        (replace(WELL, score=None), 20),
        (replace(WELL, score=None, worst=95), 20),
        (replace(WELL, score=None, worst=80), 20),
        (replace(WELL, score=None, worst=79), 21),
        (replace(WELL, score=None, worst=0), 100),
        (replace(WELL, score=40, worst=0), 60),
        (replace(WELL, change=-1), 1),
        (replace(WELL, change=7), 0),
        (replace(WELL, days_left=None), 0),
        (replace(WELL, days_left=60), 0),
        (replace(WELL, days_left=59), 1),
        (replace(WELL, days_left=0), 60),
        (replace(WELL, days_left=-5), 60),
        (replace(WELL, days_silent=None), 30),
        (replace(WELL, days_silent=60), 0),
        (replace(WELL, days_silent=61), 1),
        (replace(WELL, days_silent=90), 30),
        (replace(WELL, days_silent=91), 30),
        (replace(WELL, days_silent=31, cadence=30), 1),
    ],
)
def test_how_much_an_account_hurts(row: AccountRow, hurts: int) -> None:
    assert pain(row) == hurts


def test_what_waits_is_counted_whether_it_is_shown_or_not() -> None:
    pulse = PulseToAnswer(1, "Acme", "2026-03-03")
    step = StepDue(1, "Acme", "call", "2026-03-03")
    handoff = HandoffToAccept(1, "Acme", "to support", "Dana", "2026-03-01", "call")
    free, taken = (DeskLine(n, "Acme", "2026-09-01", "engaged", bool(n), renewal_date="2026-09-01") for n in (0, 1))
    desk = Desk("2026-03-02", (free, taken), total=2)
    shown = Home("2026-03-02", "rep", desk, (pulse,), (step, step), handoffs=(handoff,))
    # What somebody is on in time is coming up, and waits for nobody.
    assert (shown.due_renewals, shown.coming_renewals) == ([free], [taken])
    assert (shown.pulse_count, shown.step_count, shown.waits) == (1, 2, 5)
    more = replace(shown, pulse_total=5, step_total=9)
    assert (more.pulse_count, more.step_count, more.waits) == (5, 9, 16)
