"""How a day is said in a sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.core.days import countdown, due, overdue, spoken_day

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (2, "in 2 days"), (-3, "3 days ago"), (21, "in 21 days")],
)
def test_how_far_a_day_is(days: int, words: str) -> None:
    assert countdown(TODAY + timedelta(days=days), TODAY) == words


def test_a_day_has_its_year_when_it_is_another_one() -> None:
    assert spoken_day(date(2026, 12, 11), TODAY) == "Fri 11 Dec"
    assert spoken_day(date(2027, 1, 3), TODAY) == "Sun 3 Jan 2027"
    assert spoken_day(date(2025, 12, 31), TODAY) == "Wed 31 Dec 2025"


def test_how_long_a_day_has_passed() -> None:
    assert overdue(TODAY - timedelta(days=1), TODAY) == "⛔ 1 day overdue"
    assert overdue(TODAY - timedelta(days=2), TODAY) == "⛔ 2 days overdue"
    assert overdue(TODAY - timedelta(days=1341), TODAY) == "⛔ 1,341 days overdue"


@pytest.mark.parametrize(
    ("deadline", "renewal", "auto_renew", "words"),
    [
        (date(2026, 3, 12), date(2026, 6, 12), False, "Thu 12 Mar, in 10 days"),
        (TODAY, TODAY, False, "Mon 2 Mar, today"),
        (date(2026, 2, 20), date(2026, 3, 1), False, "⛔ 1 day overdue"),
        (date(2026, 2, 20), date(2026, 3, 1), True, "notice window closed 10 days ago, renews Sun 1 Mar"),
        (date(2026, 2, 20), date(2026, 6, 1), False, "notice window closed 10 days ago, renews Mon 1 Jun"),
        (date(2026, 2, 20), date(2026, 2, 20), True, "notice window closed 10 days ago"),
        (date(2026, 2, 20), None, False, "⛔ 10 days overdue"),
        (date(2026, 2, 20), None, True, "notice window closed 10 days ago"),
        (date(2026, 2, 20), date(2026, 2, 21), True, "notice window closed 10 days ago, renews Sat 21 Feb"),
        (date(2026, 2, 20), TODAY, False, "notice window closed 10 days ago, renews Mon 2 Mar"),
        (date(2026, 3, 1), TODAY, False, "notice window closed yesterday, renews Mon 2 Mar"),
        (TODAY, date(2026, 3, 9), True, "Mon 2 Mar, today"),
        (date(2026, 3, 3), None, False, "Tue 3 Mar, tomorrow"),
    ],
)
def test_when_an_unsigned_renewal_is_due(deadline: date, renewal: date | None, auto_renew: bool, words: str) -> None:
    assert due(deadline, renewal, auto_renew, TODAY) == words
