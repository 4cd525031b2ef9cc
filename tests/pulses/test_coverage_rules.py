"""Coverage: shares that do not flatter, months that do not skip."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pulses.coverage_rules import LAST_QUARTER, Coverage, Year, months_back, percent


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_all_or_nothing_only_when_it_is(part, whole):
    part = min(part, whole)
    share = percent(part, whole)
    assert (share == 100) == (part == whole)
    assert (share == 0) == (part == 0)


def test_a_share_of_nothing_is_not_known():
    assert percent(0, 0) is None
    assert Year(2026, 0, 0).last_quarter_share is None


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(1, 40))
def test_the_last_months_are_whole_in_order_and_end_with_this_one(today, count):
    months = months_back(today, count)
    assert len(set(months)) == count and months == sorted(months)
    assert months[-1] == today.replace(day=1)
    assert all((b.year * 12 + b.month) - (a.year * 12 + a.month) == 1 for a, b in pairwise(months))


@pytest.mark.parametrize(
    ("day", "late"), [(date(2026, 9, 30), False), (date(2026, 10, 1), True), (date(2026, 12, 31), True)]
)
def test_the_last_quarter_begins_in_october(day, late):
    assert (day.month in LAST_QUARTER) is late


def test_everyone_is_heard_silent_being_asked_or_not_asked():
    coverage = Coverage(date(2026, 3, 2), 90, 10, 4, 2, 1, (), ())
    assert coverage.not_asked == 3
    assert coverage.share == 40
