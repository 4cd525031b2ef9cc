"""What becomes of lines that asked: in time is within two working days, and four weeks without an act fold a kind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import is_working_day
from bot.digests.fate_rules import FOLDED_AFTER, KindRecord, is_folded, is_in_time

DAYS = st.dates(date(2024, 1, 1), date(2028, 1, 1))
GAPS = st.integers(0, 90)


@pytest.mark.parametrize(
    ("sent", "acted", "expected"),
    [
        (date(2026, 3, 2), date(2026, 3, 4), True),
        (date(2026, 3, 2), date(2026, 3, 5), False),
        (date(2026, 3, 6), date(2026, 3, 10), True),  # a Friday: Monday, Tuesday
        (date(2026, 3, 6), date(2026, 3, 11), False),
        (date(2026, 3, 2), None, False),
    ],
)
def test_in_time_is_within_two_working_days(sent: date, acted: date | None, expected: bool) -> None:
    assert is_in_time(sent, acted) is expected


@given(DAYS, GAPS, st.sets(DAYS, max_size=5))
def test_what_was_acted_on_in_time_had_at_most_two_working_days_to_pass(
    sent: date, gap: int, holidays: set[date]
) -> None:
    acted = sent + timedelta(days=gap)
    days = [sent + timedelta(days=n) for n in range(1, gap + 1)]
    passed = sum(is_working_day(day, holidays) for day in days)
    # A day off behind the second working day is none of them, and no longer in time.
    assert passed <= 2 or not is_in_time(sent, acted, holidays)
    assert passed >= 2 or is_in_time(sent, acted, holidays)


@given(DAYS, GAPS, GAPS, GAPS)
def test_a_kind_that_somebody_acted_on_in_the_last_four_weeks_is_never_folded(
    first: date, run: int, back: int, later: int
) -> None:
    last = first + timedelta(days=run)
    today = last + timedelta(days=later)
    acted = today - timedelta(days=back)
    found = is_folded(KindRecord(first, last, acted), today)
    assert not (found and today - acted < FOLDED_AFTER)
    assert not (found and today - first < FOLDED_AFTER)


@given(DAYS, st.integers(28, 90))
def test_a_kind_that_was_told_for_four_weeks_without_an_act_is_folded(first: date, run: int) -> None:
    last = first + timedelta(days=run)
    assert is_folded(KindRecord(first, last), last)
    assert not is_folded(KindRecord(first, first), first + FOLDED_AFTER - timedelta(days=1))


def test_what_was_acted_on_and_never_told_again_is_not_folded() -> None:
    told = KindRecord(date(2026, 1, 5), date(2026, 1, 5), date(2026, 1, 6))
    assert not is_folded(told, date(2026, 3, 2))
