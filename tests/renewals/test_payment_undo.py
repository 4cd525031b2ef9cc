"""A payment recorded by mistake can be taken back for a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.renewals.rules.stages import BEFORE, Stage, may_undo

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_payment_is_taken_back_within_a_day_where_it_is_known_how_all_stood_before() -> None:
    assert may_undo(Stage.PAID, {BEFORE: {}}, NOW - DAY + timedelta(seconds=1), NOW)
    assert not may_undo(Stage.PAID, {BEFORE: {}}, NOW - DAY, NOW)
    assert not may_undo(Stage.PAID, {BEFORE: {}}, None, NOW)
    assert not may_undo(Stage.PAID, {}, NOW, NOW)
    assert not may_undo(Stage.INVOICED, {BEFORE: {}}, NOW, NOW)
