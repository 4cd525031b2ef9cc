"""Pulses: what answers are worth, when they ask for a next step, how rounds are spread."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pulses.rules import (
    Alarm,
    Colour,
    RoundChange,
    alarms,
    change,
    change_of_worst,
    counted_as,
    emoji,
    label,
    least_used,
    needs_reason,
    place_in_cycle,
    round_value,
    standing,
    steps_apart,
    worst,
)

G, Y, R = Colour.GREEN, Colour.YELLOW, Colour.RED
COLOURS = st.lists(st.sampled_from(Colour), max_size=12)
ANSWERED = st.lists(st.sampled_from(Colour), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("colours", "value", "why"),
    [
        ([], None, ()),
        ([G], 100, ()),
        ([G, G, Y], 83, ()),
        ([Y], 50, ()),
        ([Y, Y], 50, ()),
        ([R], 0, (Alarm.RED,)),
        ([R, Y], 25, (Alarm.RED,)),
        ([R, G], 50, (Alarm.RED, Alarm.APART)),
    ],
)
def test_what_a_round_comes_to_and_whether_it_asks_for_a_next_step(colours, value, why):
    assert round_value(colours) == value
    assert alarms(colours) == why


def test_silence_is_never_green():
    assert round_value([]) is None
    assert change(None, 100) is None


@given(ANSWERED, st.randoms())
def test_the_order_in_which_people_answer_does_not_matter(colours, random):
    shuffled = list(colours)
    random.shuffle(shuffled)
    assert round_value(shuffled) == round_value(colours)
    assert alarms(shuffled) == alarms(colours)


@given(ANSWERED)
def test_a_better_answer_never_lowers_a_round_and_a_worse_one_never_raises_it(colours):
    value = round_value(colours)
    assert round_value([*colours, G]) >= value
    assert round_value([*colours, R]) <= value


@given(COLOURS, COLOURS)
def test_one_more_answer_never_takes_an_alarm_away(colours, more):
    assert set(alarms(colours)) <= set(alarms([*colours, *more]))


@given(COLOURS)
def test_people_are_at_most_two_steps_apart_and_alone_nobody_is(colours):
    assert 0 <= steps_apart(colours) <= 2
    assert steps_apart(colours[:1]) == 0
    assert (Alarm.APART in alarms(colours)) == (steps_apart(colours) > 1)


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_change_reads_the_same_from_both_sides(one, other):
    opposite = {
        RoundChange.BETTER: RoundChange.WORSE,
        RoundChange.WORSE: RoundChange.BETTER,
        RoundChange.SAME: RoundChange.SAME,
    }
    assert change(one, other) is opposite[change(other, one)]


@given(st.integers(1, 10**9), st.integers(1, 600))
def test_an_account_has_its_place_within_the_cycle(account_id, days):
    assert 0 <= place_in_cycle(account_id, days) < days


@given(st.integers(1, 10**6), st.sampled_from([21, 42, 64]))
def test_accounts_imported_together_are_spread_evenly_over_the_cycle(first, days):
    places = Counter(place_in_cycle(account_id, days) for account_id in range(first, first + 10 * days))
    assert len(places) == days
    assert max(places.values()) - min(places.values()) <= 4


@given(st.integers(0, 4), st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_a_round_moves_to_a_day_that_is_used_less_and_only_as_far_as_it_pays(due, used):
    week = [date(2026, 3, 2) + timedelta(days=n) for n in range(5)]
    chosen = week.index(least_used(week, week[due], lambda day: used[week.index(day)]))
    assert used[chosen] + abs(chosen - due) <= min(used[n] + abs(n - due) for n in range(5))
    assert chosen == due or used[chosen] < used[due]


def test_the_worst_answer_decides_and_nobody_s_decides_nothing() -> None:
    assert [worst(colours) for colours in ([G, Y, G], [R, G], [G], [])] == [Y, R, G, None]


def test_rounds_are_compared_by_their_worst_answers() -> None:
    assert change_of_worst(R, G) is RoundChange.WORSE
    assert change_of_worst(G, Y) is RoundChange.BETTER
    assert change_of_worst(Y, Y) is RoundChange.SAME
    assert change_of_worst(None, G) is change_of_worst(G, None) is None


def test_only_a_green_answer_needs_no_reason() -> None:
    assert [needs_reason(colour) for colour in Colour] == [False, True, True]


def test_neighbours_come_far_apart_in_a_cycle() -> None:
    assert [place_in_cycle(number, 20) for number in range(1, 9)] == [12, 4, 17, 9, 1, 14, 6, 18]


def test_each_colour_has_a_sign_and_its_words() -> None:
    assert [emoji(colour) for colour in Colour] == ["🟢", "🟡", "🔴"]
    assert [label(colour) for colour in Colour] == ["Well", "Worries", "In danger"]
    assert [standing(colour) for colour in Colour] == ["doing well", "some worries", "in danger"]
    assert [counted_as(colour) for colour in Colour] == ["well", "with worries", "in danger"]


@pytest.mark.parametrize(
    ("value", "before", "came_out"),
    [
        (50, 50, RoundChange.SAME),
        (51, 50, RoundChange.BETTER),
        (49, 50, RoundChange.WORSE),
        (0, 0, RoundChange.SAME),
        (0, None, None),
        (None, 0, None),
    ],
)
def test_a_round_came_out_better_alike_or_worse(
    value: int | None, before: int | None, came_out: RoundChange | None
) -> None:
    assert change(value, before) is came_out


def test_of_two_days_alike_the_nearer_is_used_and_then_the_earlier() -> None:
    monday, tuesday, wednesday = (date(2026, 3, day) for day in (2, 3, 4))
    used = {monday: 1, tuesday: 3, wednesday: 1}
    assert least_used([wednesday, tuesday, monday], tuesday, used.__getitem__) == monday
    assert least_used([monday, wednesday], tuesday, used.__getitem__) == monday
    assert least_used([tuesday, wednesday], tuesday, {tuesday: 2, wednesday: 1}.__getitem__) == tuesday
    assert least_used([tuesday, wednesday], tuesday, {tuesday: 3, wednesday: 1}.__getitem__) == wednesday
