"""Does the habit work: who has it, the interval of a rate, and the counts of a book, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.db.engine import Database
from bot.db.work import Work
from bot.metrics.habit_effect import habit_effect
from bot.metrics.messages_habit import habit_lines
from bot.metrics.rules.habit_effect import DecidedRenewal, HabitEffect, RateOf, effects, has_habit
from tests.factories import make_account, make_contract, make_renewal, make_workspace
from tests.scenes.learning import make_touch

DEADLINE = date(2026, 6, 30)
DAY = date(2026, 6, 30)


def before(days: int) -> date:
    return DEADLINE - timedelta(days=days)


EVERY_60 = [before(days) for days in (305, 245, 185, 125, 65)]


@pytest.mark.parametrize(
    ("touched", "habit"),
    [
        (EVERY_60, True),
        (EVERY_60[:2] + EVERY_60[3:], False),  # 120 days without one
        (EVERY_60[1:], False),  # the first 120 days without one
        (EVERY_60[:-2], False),  # none from 185 days before on
        ([before(days) for days in range(60)], False),  # every day, but only at renewal time
        ([], False),
    ],
)
def test_the_habit_is_no_long_silence_outside_renewal_time(touched: list[date], habit: bool) -> None:
    assert has_habit(touched, DEADLINE, 60) is habit


def test_of_what_is_too_short_nobody_can_say() -> None:
    assert has_habit([], DEADLINE, 60, before(120)) is None
    assert has_habit([], DEADLINE, 60, before(121)) is True  # exactly one stretch, and none longer
    assert has_habit([], DEADLINE, 60, before(122)) is False
    assert has_habit(EVERY_60, DEADLINE, 60, before(2000)) is True


DAYS = st.lists(st.integers(-10, 400).map(before), max_size=30)


@given(DAYS, DAYS, st.integers(10, 120))
def test_more_touches_never_lose_the_habit_and_those_at_renewal_time_never_make_it(
    touched: list[date], more: list[date], every: int
) -> None:
    had = has_habit(touched, DEADLINE, every)
    assert has_habit([*touched, *more], DEADLINE, every) or not had
    assert has_habit([*touched, *(before(days) for days in range(61))], DEADLINE, every) == had
    assert has_habit(touched, DEADLINE, every + 1) or not had


def test_the_interval_is_wilsons() -> None:
    """8 of 10 by hand: middle (0.8 + 0.19208) ÷ 1.38416 = 0.71674, half 0.31403 ÷ 1.38416 = 0.22687."""
    low, high = RateOf(8, 10).interval
    assert (round(low, 1), round(high, 1)) == (49.0, 94.3)
    # Not the plain one, which gives 55.2 to 104.8 here, and no doubt at all when everybody renewed.
    assert RateOf(10, 10).interval == (pytest.approx(72.2, abs=0.1), 100.0)
    assert RateOf(0, 0).interval == (0.0, 100.0)


@given(st.integers(1, 500), st.data())
def test_an_interval_holds_its_share_and_stays_within_bounds(count: int, data: st.DataObject) -> None:
    rate = RateOf(data.draw(st.integers(0, count)), count)
    low, high = rate.interval
    assert 0 <= low <= rate.percent + 1e-9 and rate.percent - 1e-9 <= high <= 100
    narrow = RateOf(rate.renewed * 4, count * 4).interval
    assert narrow[1] - narrow[0] < high - low


def test_sizes_are_halves_of_one_currency() -> None:
    """In EUR 10, 20, 30 (median 20), in JPY 1000 and 3000 (median 2000): currencies are not held against each other."""
    worth = [("EUR", 10.0), ("EUR", 20.0), ("EUR", 30.0), ("JPY", 1000.0), ("JPY", 3000.0), (None, None)]
    found = [DecidedRenewal(True, True, "mid", currency, value) for currency, value in worth]
    kinds = {one.kind: one.with_it.count for one in effects(found, ["mid", "small"])}
    assert kinds == {"": 6, "mid": 6, "small": 0, "larger half": 2, "smaller half": 3}


def test_below_thirty_on_either_side_it_is_too_few_to_say() -> None:
    few = HabitEffect("mid", RateOf(30, 30), RateOf(20, 29))
    enough = HabitEffect("", RateOf(45, 50), RateOf(18, 30))
    lines = habit_lines("12 months", [enough, few], 3)
    assert lines[0].value == "90.00 % and 60.00 %"
    assert lines[0].more == (
        "45 of 50 (79 to 96 %) with it, 18 of 30 (42 to 75 %) without; in brackets the 95 % interval. More were kept "
        "with it: no proof of a cause. The habit: from 365 to 61 days before the deadline nobody was left alone for "
        "longer than “Touch at least every” says for the tier."
    )
    assert lines[1].value == "none" and lines[1].more.startswith("Too few to say: 30 with it, 29 without")
    assert "The habit:" not in lines[1].more
    assert lines[2].value == "3"


@pytest.mark.parametrize(
    ("with_it", "without", "said"),
    [
        (RateOf(45, 50), RateOf(40, 50), "The intervals overlap: it may be chance."),
        (RateOf(10, 50), RateOf(45, 50), "Fewer were kept with it: no proof of a cause."),
        (RateOf(30, 30), RateOf(30, 30), "The intervals overlap: it may be chance."),
    ],
)
def test_two_rates_that_chance_may_have_made_are_not_told_apart(with_it: RateOf, without: RateOf, said: str) -> None:
    [line] = habit_lines("12 months", [HabitEffect("larger half", with_it, without)], 0)
    assert line.more.endswith(said)
    assert line.name == "Renewal rate with the habit, and without: the larger half, by value a year"


def test_a_book_is_counted_once_for_each_decided_renewal(any_db: Database) -> None:
    """Two with the habit (one lost), one without, one undecided, one too new, one before the window."""
    with any_db.transaction() as session:
        workspace = make_workspace(session)

        def moment(on: date) -> datetime:
            return datetime.combine(on, time(10), UTC)

        def account(name: str, touched: list[date], start: date = date(2020, 1, 1), tier: str = "mid") -> object:
            found = make_account(session, workspace, name, tier=tier)
            make_contract(session, found, start_date=start)
            for on in touched:
                make_touch(session, found, moment(on))
            return found

        done = {"outcome": "won", "stage": "paid", "closed_at": moment(DEADLINE)}
        lost = {"outcome": "lost", "stage": "lost", "closed_at": moment(DEADLINE)}
        kept = account("Kept", [date(2024, 1, 1), *EVERY_60])
        make_renewal(session, kept, DEADLINE, values={"EUR": "100"}, **done)
        make_renewal(session, kept, date(2025, 6, 30), **done)  # a day before the window
        make_renewal(session, account("Gone", EVERY_60, tier="small"), DEADLINE, values={"EUR": "50"}, **lost)
        make_renewal(session, account("Silent", [before(5)]), DEADLINE, **lost)
        make_renewal(session, account("Open", EVERY_60), DEADLINE)
        make_renewal(session, account("New", [], before(100)), DEADLINE, **done)
        workspace_id = workspace.id
    with Work.reading(any_db, workspace_id, datetime(2026, 7, 1, 10, tzinfo=UTC)) as work:
        found, unknown = habit_effect(work, DAY)
        every = {one.kind: (one.with_it, one.without) for one in found}
        assert every[""] == (RateOf(1, 2), RateOf(0, 1)) and unknown == 1
        assert every["small"] == (RateOf(0, 1), RateOf(0, 0)) and every["mid"] == (RateOf(1, 1), RateOf(0, 1))
        assert every["larger half"] == (RateOf(1, 1), RateOf(0, 0))
        assert habit_effect(work, date(2020, 1, 1))[0][0] == HabitEffect("", RateOf(0, 0), RateOf(0, 0))
