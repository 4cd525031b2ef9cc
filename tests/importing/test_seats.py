"""Seats of contracts: what a file says now, and what it said before."""

from __future__ import annotations

from datetime import date, timedelta

from tests.importing.conftest import Desk

HEAD = "Contract ID,Account Name,Contract End,Seats\n"


def bring(desk: Desk, seats: str, days: int = 0) -> tuple[int | None, int | None, date | None]:
    desk.now += timedelta(days=days)
    desk.contracts(f"{HEAD}K-1,Acme,2026-12-31,{seats}\n")
    one = desk.contract("K-1")
    return one.seats, one.seats_before, one.seats_on


def test_seats_are_kept_with_what_they_were_and_the_day_on_which_that_changed(desk: Desk) -> None:
    desk.accounts("Account Name\nAcme\n")
    assert bring(desk, "10") == (10, None, None)
    assert bring(desk, "10", days=1) == (10, None, None)
    assert bring(desk, "14", days=1) == (14, 10, date(2026, 3, 4))
    assert bring(desk, "", days=1) == (14, 10, date(2026, 3, 4))
    assert bring(desk, "unlimited", days=1) == (14, 10, date(2026, 3, 4))
    assert bring(desk, "12", days=1) == (12, 14, date(2026, 3, 7))


def test_the_first_number_that_is_ever_said_is_no_change(desk: Desk) -> None:
    desk.accounts("Account Name\nAcme\n")
    assert bring(desk, "") == (None, None, None)
    assert bring(desk, "25", days=5) == (25, None, None)
