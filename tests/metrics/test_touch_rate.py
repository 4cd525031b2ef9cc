"""On-time touches: what falls due, what comes by then, and the figure over accounts, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.figure_facts import InSegment
from bot.db.engine import Database
from bot.db.work import Work
from bot.metrics.on_time import touch_rate
from bot.metrics.rules.touch_rate import touches_due
from tests.factories import make_account, make_workspace
from tests.scenes.learning import make_touch

START = date(2025, 6, 30)
DAY = date(2026, 6, 30)
offsets = st.lists(st.integers(-100, 500), max_size=30)
cadences = st.integers(1, 120)


def days(*numbers: int) -> list[date]:
    return [START + timedelta(days=n) for n in sorted(numbers)]


@pytest.mark.parametrize(
    ("touched", "expected"),
    [
        ((), (6, 0)),
        ((60, 120, 180, 240, 300, 360), (6, 6)),
        ((61,), (7, 1)),  # missed on day 60, on time by 120, missed on 121, 181, 241, 301 and 361
        ((1, 2, 3, 4, 5), (7, 1)),  # a busy week counts once, and the next is due on day 65
        ((365,), (6, 0)),  # six were missed by then, and the seventh is not due yet
    ],
)
def test_what_is_due_and_on_time_counted_by_hand(touched: tuple[int, ...], expected: tuple[int, int]) -> None:
    assert touches_due(days(*touched), START, DAY, 60) == expected


@given(offsets, cadences)
def test_never_more_on_time_than_due_and_due_at_least_once_a_cadence(touched: list[int], every: int) -> None:
    due, on_time = touches_due(days(*touched), START, DAY, every)
    assert 0 <= on_time <= due
    assert 365 // every <= due <= 365


@given(offsets, cadences)
def test_a_touch_on_every_day_is_always_on_time_and_none_never(touched: list[int], every: int) -> None:
    due, on_time = touches_due(days(*range(1, 366)), START, DAY, every)
    assert due == on_time == 365 // every
    assert touches_due([], START, DAY, every) == (365 // every, 0)
    assert touches_due(days(*touched), START, START, every) == (0, 0)


def test_a_cadence_of_no_day_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        touches_due([], START, DAY, 0)


def test_accounts_go_by_their_tier_and_begin_on_their_first_day(any_db: Database) -> None:
    def at(on: date) -> datetime:
        return datetime(on.year, on.month, on.day, 10, tzinfo=UTC)

    with any_db.transaction() as session:
        policy = {"mid": {"touch_every_days": 100}, "small": {"touch_every_days": 200}}
        workspace = make_workspace(session, policy=policy)
        began = {"created_at": at(date(2024, 1, 1)), "tier": "mid"}
        old = make_account(session, workspace, "Old", segment="Old", **began)
        make_account(session, workspace, "New", segment="New", tier="small", created_at=at(date(2026, 1, 1)))
        make_account(session, workspace, "Gone", segment="Gone", is_active=False, **began)
        for on in (date(2025, 6, 20), date(2025, 9, 20), date(2026, 3, 1)):
            make_touch(session, old, at(on))
        make_touch(session, old, at(date(2025, 12, 1)), is_note=True)
        workspace_id = workspace.id
    with Work.reading(any_db, workspace_id, at(date(2026, 7, 1))) as work:
        # Old: from 20 June by 28 September (came), by 29 December (missed), by 8 April (came), by 9 June (missed).
        assert touch_rate(work, DAY, InSegment("old", DAY)) == (4, 2)
        assert touch_rate(work, DAY, InSegment("new", DAY)) == (0, 0)
        assert touch_rate(work, DAY) == (4, 2)
