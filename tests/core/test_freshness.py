"""How old something is by a clock that may have been put back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.freshness import AHEAD, is_fresh

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def test_what_is_younger_than_it_lasts_is_fresh() -> None:
    assert is_fresh(NOW, NOW, HOUR)
    assert is_fresh(NOW - HOUR + SECOND, NOW, HOUR)
    assert not is_fresh(NOW - HOUR, NOW, HOUR)
    assert not is_fresh(None, NOW, HOUR)


def test_what_lies_further_ahead_than_two_clocks_may_differ_is_over() -> None:
    assert is_fresh(NOW + AHEAD, NOW, HOUR)
    assert not is_fresh(NOW + AHEAD + SECOND, NOW, HOUR)
