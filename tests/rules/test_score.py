"""The score: missing never lowers, more of a good thing never lowers, order does not matter, reasons add up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.policy import default_policy, with_overrides
from bot.rules.score import (
    Band,
    Input,
    Observation,
    band,
    last_talk,
    scale_value,
    score,
    touch_observation,
    weights_digest,
)
from bot.rules.score_history import is_fall

TODAY = date(2026, 3, 2)
POLICY = default_policy("enterprise")

observations = st.lists(
    st.builds(
        Observation,
        input=st.sampled_from(list(Input)),
        value=st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1),
        on=st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days)),
        code=st.sampled_from(["one", "other"]),
        number=st.none() | st.integers(1, 5),
        since=st.none() | st.integers(0, 9).map(lambda days: TODAY - timedelta(days=days)),
    ),
    max_size=25,
)


@given(observations)
def test_a_score_lies_between_0_and_100_and_its_points_add_up_to_it(seen: list[Observation]) -> None:
    result = score(seen, TODAY, POLICY)
    if result.score is None:
        assert not result.parts
        return
    assert 0 <= result.score <= 100
    assert result.score == pytest.approx(100 + sum(part.points for part in result.parts), abs=0.51)
    assert sum(part.share for part in result.parts) == pytest.approx(1)


@given(observations, st.sampled_from(list(Input)))
def test_a_missing_input_never_scores_lower_than_a_bad_one(seen: list[Observation], left_out: Input) -> None:
    without = [o for o in seen if o.input is not left_out]
    with_bad = [*without, Observation(left_out, 0, TODAY)]
    missing, bad = score(without, TODAY, POLICY), score(with_bad, TODAY, POLICY)
    if missing.score is not None and bad.score is not None:
        assert missing.score >= bad.score
    assert left_out in missing.missing


@given(observations, st.sampled_from(list(Input)), st.integers(0, 300))
def test_more_of_a_good_thing_never_lowers_the_score(seen: list[Observation], good: Input, age: int) -> None:
    before = score(seen, TODAY, POLICY)
    after = score([*seen, Observation(good, 1, TODAY - timedelta(days=age))], TODAY, POLICY)
    if before.score is not None:
        assert after.score is not None
        assert after.score >= before.score
    assert after.confidence >= before.confidence


@given(observations, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(seen: list[Observation], random) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)
    assert score(shuffled, TODAY, POLICY) == score(seen, TODAY, POLICY)


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_more_recent_touch_never_lowers_the_score(one: int, other: int) -> None:
    older, newer = max(one, other), min(one, other)
    rest = [Observation(Input.HEALTH, 0.6, TODAY)]

    def with_touch(days: int) -> int | None:
        return score([*rest, *touch_observation(TODAY - timedelta(days=days), TODAY, POLICY)], TODAY, POLICY).score

    assert with_touch(newer) >= with_touch(older)


@pytest.mark.parametrize(
    ("touch", "checks", "talk"),
    [
        (None, [], None),
        (None, [(40, 40)], 40),  # a check is a talk
        (None, [(40, 39), (150, 0)], 40),
        (None, [(150, 0)], None),  # an old check, written down today, begins no silence
        (200, [(150, 0)], 150),  # but shortens one
        (10, [(40, 40)], 10),
    ],
)
def test_a_check_is_a_talk_and_an_old_one_begins_no_silence(
    touch: int | None, checks: list[tuple[int, int]], talk: int | None
) -> None:
    def day(days: int | None) -> date | None:
        return None if days is None else TODAY - timedelta(days=days)

    talks = [(TODAY - timedelta(days=on), TODAY - timedelta(days=written)) for on, written in checks]
    assert last_talk(day(touch), talks, POLICY) == day(talk)


def test_nothing_known_is_no_score_and_says_what_is_missing() -> None:
    result = score([], TODAY, POLICY)
    assert result.score is None
    assert result.confidence == 0
    assert result.missing == tuple(Input)


def test_a_touch_41_days_ago_at_a_cadence_of_30_is_the_reason_that_is_named() -> None:
    seen = [Observation(Input.HEALTH, 1, TODAY), *touch_observation(TODAY - timedelta(days=41), TODAY, POLICY)]
    (reason,) = score(seen, TODAY, POLICY).reasons(3)
    assert (reason.code, reason.number, reason.age) == ("no_touch", 41, 41)
    assert reason.points < -0.5


def test_an_old_check_weighs_half_after_its_half_life_and_nothing_once_expired() -> None:
    half = score([Observation(Input.HEALTH, 1, TODAY - timedelta(days=POLICY.half_life_health))], TODAY, POLICY)
    gone = score([Observation(Input.HEALTH, 1, TODAY - timedelta(days=POLICY.expires_health + 1))], TODAY, POLICY)
    assert half.confidence == round(POLICY.weight_health / 2 + 1e-9)
    assert gone.score is None


def test_a_scale_left_out_is_unknown_not_bad() -> None:
    assert scale_value([5, None, None, 5, None]) == 1
    assert scale_value([None] * 5) is None
    assert scale_value([1, 5]) == 0.5


@pytest.mark.parametrize(
    ("value", "expected"), [(0, Band.POOR), (49, Band.POOR), (50, Band.FAIR), (69, Band.FAIR), (70, Band.GOOD)]
)
def test_bands_begin_at_50_and_70(value: int, expected: Band) -> None:
    assert band(value, POLICY) is expected


@pytest.mark.parametrize(
    ("now", "before", "last", "alerted", "told"),
    [
        (60, 75, 75, None, True),  # 15 points in a week
        (66, 72, 72, None, True),  # a band down
        (62, 69, 69, None, False),  # neither
        (58, 74, 74, 60, False),  # told already, same band
        (45, 74, 60, 60, True),  # told already, but it fell a band further
        (60, None, None, None, False),  # no history
    ],
)
def test_a_fall_is_told_once(now: int, before: int | None, last: int | None, alerted: int | None, told: bool) -> None:
    assert is_fall(now, before, last, alerted, POLICY) is told


def test_only_a_change_of_weights_changes_their_digest() -> None:
    assert weights_digest(POLICY) == weights_digest(with_overrides(POLICY, {"snooze_days": [1, 2]}))
    assert weights_digest(POLICY) != weights_digest(with_overrides(POLICY, {"weight_pulse": 40}))
