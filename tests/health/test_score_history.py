"""A score through time: changes are counted within one set of weights, and a fall is told once."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.core.policy import default_policy
from bot.health.rules.score import Band, Input, Observation, band
from bot.health.rules.score_history import (
    RECOVERED,
    Aged,
    Alert,
    Point,
    ScoreChange,
    change,
    fall,
    is_recovered,
    only_comparable,
    with_age,
)

TODAY = date(2026, 3, 2)
POLICY = default_policy("mid")


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_the_change_is_counted_from_the_score_that_stood_30_days_ago() -> None:
    points = [Point(days_ago(50), 80, "w"), Point(days_ago(35), 70, "w"), Point(days_ago(5), 60, "w")]
    assert change(points, 62, "w", TODAY, POLICY) == ScoreChange(-8, 30)


def test_a_younger_history_is_counted_from_its_first_day() -> None:
    assert change([Point(days_ago(4), 60, "w")], 63, "w", TODAY, POLICY) == ScoreChange(3, 4)


def test_a_first_score_has_no_change() -> None:
    assert change([], 60, "w", TODAY, POLICY) is None
    assert change([Point(TODAY, 60, "w")], 60, "w", TODAY, POLICY) is None


def test_a_change_of_weights_is_never_counted_as_a_change_of_the_customer() -> None:
    points = [Point(days_ago(60), 90, "old"), Point(days_ago(10), 50, "new"), Point(days_ago(2), 52, "new")]
    assert change(points, 52, "new", TODAY, POLICY) == ScoreChange(2, 10, reweighed=True)


def test_weights_that_changed_long_ago_are_no_longer_mentioned() -> None:
    points = [Point(days_ago(90), 90, "old"), Point(days_ago(30), 50, "new")]
    assert change(points, 52, "new", TODAY, POLICY) == ScoreChange(2, 30)
    points = [Point(days_ago(90), 90, "old"), Point(days_ago(40), 50, "new")]
    assert change(points, 52, "new", TODAY, POLICY) == ScoreChange(2, 30)


def test_losing_15_points_within_7_days_is_a_fall() -> None:
    points = [Point(days_ago(40), 95, "w"), Point(days_ago(3), 88, "w")]
    told = fall(points, 80, "w", TODAY, POLICY)
    assert told is not None
    assert (told.before, told.score, told.since) == (95, 80, days_ago(7))


def test_losing_as_much_over_weeks_within_a_band_is_none() -> None:
    points = [Point(days_ago(40), 95, "w"), Point(days_ago(20), 88, "w"), Point(days_ago(8), 84, "w")]
    assert fall(points, 78, "w", TODAY, POLICY) is None


def test_crossing_a_band_downwards_is_a_fall_and_upwards_is_none() -> None:
    assert fall([Point(days_ago(1), 70, "w")], 69, "w", TODAY, POLICY) is not None
    assert fall([Point(days_ago(1), 69, "w")], 70, "w", TODAY, POLICY) is None


def test_other_weights_are_no_fall() -> None:
    assert fall([Point(days_ago(1), 90, "old")], 30, "new", TODAY, POLICY) is None


def test_a_score_that_wavers_around_a_limit_is_told_once() -> None:
    alerts = _told([71, 69, 70, 69, 71, 68, 70, 69, 72, 69])
    assert alerts == [1]


def test_a_fall_after_a_recovery_is_told_again() -> None:
    assert _told([80, 60, 60, 62, 80, 80, 60]) == [1, 6]


def test_sinking_into_a_lower_band_is_told_again() -> None:
    assert _told([80, 62, 60, 55, 49, 48]) == [1, 4]


def test_a_second_loss_of_15_points_is_told_however_soon_it_comes() -> None:
    assert _told([75, 69, 52] + [52] * 20) == [1, 2]
    assert _told([90, 66, 51] + [51] * 20) == [1, 2]


def test_a_score_that_was_unknown_in_between_is_compared_with_nothing() -> None:
    points = [Point(days_ago(40), 80, "w"), Point(days_ago(10), None, "w")]
    assert change(points, 30, "w", TODAY, POLICY) is None
    assert fall(points, 30, "w", TODAY, POLICY) is None


def test_what_was_not_known_then_is_compared_only_where_it_has_happened_since() -> None:
    old_rating = Observation(Input.SUPPORT, 0, days_ago(20))
    new_ticket = Observation(Input.SUPPORT, 0, TODAY, since=days_ago(1))
    first_check = Observation(Input.HEALTH, 0, TODAY)
    red_pulse = Observation(Input.PULSE, 0, TODAY)
    seen = [old_rating, new_ticket, first_check, red_pulse]
    assert only_comparable(seen, {Input.PULSE}, days_ago(3)) == [new_ticket, red_pulse]
    assert only_comparable([new_ticket], {Input.PULSE}, days_ago(1)) == [new_ticket], "on that day itself"
    assert only_comparable([new_ticket], {Input.PULSE}, TODAY) == []


@pytest.mark.parametrize(
    ("before", "score", "over"),
    [(100, 48, False), (71, 69, False), (71, 70, True), (90, 80, True), (95, 80, False), (95, 81, True)],
)
def test_a_fall_is_over_when_few_points_and_no_band_are_missing(before: int, score: int, over: bool) -> None:
    assert is_recovered(before, score, POLICY) is over


def test_a_second_fall_in_the_same_band_is_told_when_the_first_is_long_past() -> None:
    assert _told([48, 46, 30] + [30] * 20) == [2]
    assert _told([60, 48] + [48] * 20 + [30]) == [1, 22]


@given(st.lists(st.integers(0, 100), min_size=2, max_size=40))
def test_whatever_happens_no_fall_of_15_points_in_a_day_or_across_a_band_stays_untold(scores: list[int]) -> None:
    told = _told(scores)
    standing: int | None = None
    for day, (before, after) in enumerate(itertools.pairwise(scores), start=1):
        if standing is not None and before >= standing + RECOVERED:
            standing = None
        if day in told:
            standing = after
        elif standing is None or _is_lower(after, standing) or standing - after >= POLICY.score_fall:
            assert before - after < POLICY.score_fall
            assert not _is_lower(after, before)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=40))
def test_between_two_alerts_the_score_rose_or_came_to_a_lower_band_or_fell_as_far_again(scores: list[int]) -> None:
    told = _told(scores)
    for first, second in itertools.pairwise(told):
        rose = max(scores[first:second]) >= scores[first] + RECOVERED
        lower = _is_lower(scores[second], scores[first])
        assert rose or lower or scores[first] - scores[second] >= POLICY.score_fall


def _told(scores: list[int]) -> list[int]:
    """The days on which a fall is told, scoring once a day."""
    points: list[Point] = []
    alert: Alert | None = None
    told = []
    for day, score in enumerate(scores):
        today = TODAY + timedelta(days=day)
        if fall(points, score, "w", today, POLICY, alert):
            told.append(day)
            alert = Alert(today, score)
        elif alert is not None and alert.score is not None and score >= alert.score + RECOVERED:
            alert = Alert(alert.on, None)
        if not points or points[-1].score != score:
            points.append(Point(today, score, "w"))
    return told


def _is_lower(one: int, other: int) -> bool:
    order = (Band.POOR, Band.FAIR, Band.GOOD)
    return order.index(band(one, POLICY)) < order.index(band(other, POLICY))


def test_a_rise_says_so_when_age_made_most_of_it_and_never_when_something_good_was_learnt() -> None:
    rest = [Observation(Input.HEALTH, 0.8, TODAY - timedelta(days=40)), Observation(Input.SUPPORT, 1, TODAY)]
    old_red = Observation(Input.PULSE, 0, TODAY - timedelta(days=POLICY.expires_pulse + 3))
    faded = Observation(Input.PULSE, 0, TODAY - timedelta(days=90))
    for seen, aged in (([*rest, old_red], Aged.EXPIRED), ([*rest, faded], Aged.FADED), (rest, None)):
        assert with_age(ScoreChange(6, 30), seen, TODAY, POLICY).aged is aged
    learnt = [*rest, old_red, Observation(Input.PROMISES, 1, TODAY)]
    assert with_age(ScoreChange(90, 30), learnt, TODAY, POLICY).aged is None
    assert with_age(ScoreChange(-6, 30), [*rest, old_red], TODAY, POLICY).aged is None
    first_day = Observation(Input.PULSE, 0, TODAY - timedelta(days=30))
    assert with_age(ScoreChange(1, 30), [*rest, first_day], TODAY, POLICY).aged is Aged.FADED
    old_green = replace(old_red, value=1)
    assert with_age(ScoreChange(3, 30), [*rest, faded, old_green], TODAY, POLICY).aged is Aged.FADED, (
        "green did not hold it"
    )
    assert with_age(ScoreChange(0, 30), [*rest, old_red], TODAY, POLICY).aged is None, "nothing rose"
    assert with_age(None, rest, TODAY, POLICY) is None


@given(st.lists(st.tuples(st.sampled_from(list(Input)), st.floats(0, 1), st.integers(0, 29)), max_size=8))
def test_what_is_all_new_never_rose_by_age(seen: list[tuple[Input, float, int]]) -> None:
    new = [Observation(name, value, TODAY - timedelta(days=days)) for name, value, days in seen]
    assert with_age(ScoreChange(10, 30), new, TODAY, POLICY).aged is None
