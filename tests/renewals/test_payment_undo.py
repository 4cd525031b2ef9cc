"""A payment recorded by mistake can be taken back for a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.renewals.rules.stages import Stage, may_undo

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_payment_is_taken_back_within_a_day_where_it_is_known_how_all_stood_before() -> None:
    assert may_undo(Stage.PAID, "Dana", NOW - DAY + timedelta(seconds=1), NOW)
    assert not may_undo(Stage.PAID, "Dana", NOW - DAY, NOW)
    assert not may_undo(Stage.PAID, "Dana", None, NOW)
    assert not may_undo(Stage.PAID, None, NOW, NOW)
    assert not may_undo(Stage.INVOICED, "Dana", NOW, NOW)
