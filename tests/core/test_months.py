"""Months counted on the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.months import month_end, shifted


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 28), 1, date(2026, 2, 28)),
        (date(2026, 1, 29), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 31), -1, date(2025, 12, 31)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
        (date(1, 2, 1), -1, date(1, 1, 1)),
    ],
)
def test_a_day_is_kept_or_is_its_months_last(day: date, months: int, then: date) -> None:
    assert shifted(day, months) == then


@pytest.mark.parametrize(("day", "months"), [(date(9999, 12, 1), 1), (date(1, 1, 31), -1)])
def test_what_lies_beyond_the_calendar_is_refused(day: date, months: int) -> None:
    with pytest.raises(ValueError, match="beyond the calendar"):
        shifted(day, months)


def test_a_months_last_day() -> None:
    assert [month_end(2026, month).day for month in range(1, 13)] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert month_end(9999, 12) == date(9999, 12, 31)
