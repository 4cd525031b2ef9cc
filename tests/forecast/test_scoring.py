"""Calls scored against what came true: the formulas by hand, and what they can never be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy import default_policy, with_overrides
from bot.forecast.facts import MarkScore
from bot.forecast.messages import figure_lines, score_words
from bot.forecast.rules.scoring import LEAST_CALLS, MadeCall, Scored, chance_of, scores, standing
from bot.forecast.rules.second_key import SURE
from bot.renewals.rules.stages import Forecast

POLICY = default_policy()
DEADLINE = date(2026, 6, 30)
LATER = date(2026, 7, 10)
calls = st.lists(
    st.builds(Scored, st.floats(0, 1), st.booleans(), st.none() | st.integers(1, 3), st.none() | st.floats(0, 1)),
    min_size=1,
    max_size=60,
)


def test_brier_and_bias_by_hand() -> None:
    found = scores([Scored(0.9, True, 1, 0.5), Scored(0.9, False, 2, 0.5), Scored(0.2, False, 2), Scored(0.5, True, 2)])
    assert found is not None
    assert found.brier == pytest.approx((0.01 + 0.81 + 0.04 + 0.25) / 4)
    assert found.bias == pytest.approx(2.5 / 4 - 0.5)
    assert (found.base_rate, found.base_brier) == (0.5, 0.25)
    assert (found.computed_count, found.computed_brier) == (2, 0.25)
    assert (found.count, found.people) == (4, 2) and not found.is_enough
    assert scores([]) is None


@given(calls)
def test_a_brier_score_lies_between_0_and_1_and_no_order_changes_it(some: list[Scored]) -> None:
    found, turned = scores(some), scores(some[::-1])
    assert found is not None and turned is not None
    assert 0 <= found.brier <= 1 and -1 <= found.bias <= 1 and 0 <= found.base_brier <= 0.25
    assert found.brier == pytest.approx(turned.brier) and found.bias == pytest.approx(turned.bias)
    # No single share said each time scores better than the base rate.
    same = scores([Scored(found.base_rate, one.renewed) for one in some])
    assert same is not None and same.brier == pytest.approx(found.base_brier)


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.floats(0, 0.05), st.floats(0.95, 1))
def test_who_expects_more_than_came_true_is_too_hopeful(outcomes: list[bool], low: float, high: float) -> None:
    hopeful = scores([Scored(max(high, float(one)), one) for one in outcomes])
    careful = scores([Scored(min(low, float(one)), one) for one in outcomes])
    assert hopeful is not None and careful is not None
    assert hopeful.bias >= 0 >= careful.bias


def test_surer_classes_stand_for_higher_chances_and_a_workspace_sets_its_own() -> None:
    chances = [chance_of(one, POLICY) for one in SURE]
    assert chances == sorted(chances) == [0.2, 0.5, 0.75, 0.9]
    assert chance_of(Forecast.COMMIT, with_overrides(POLICY, {"forecast_commit_percent": 97})) == 0.97


def made(days_before: int, forecast: Forecast | None) -> MadeCall:
    """A call so many days before the deadline."""
    return MadeCall(DEADLINE - timedelta(days=days_before), forecast)


def test_the_call_that_stood_on_the_day_counts_and_not_a_later_one() -> None:
    several = [made(100, Forecast.COMMIT), made(90, Forecast.BEST_CASE), made(40, None), made(29, Forecast.AT_RISK)]
    assert standing(several, DEADLINE, 90, LATER) == several[1]
    assert standing(several, DEADLINE, 60, LATER) == several[1]
    assert standing(several, DEADLINE, 30, LATER) is None, "it had been taken back"
    assert standing(several[1:2], DEADLINE, 90, DEADLINE - timedelta(days=90)) is None, "it was decided that day"
    assert standing(several[3:], DEADLINE, 60, LATER) is None, "it came later"


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from(SURE)), max_size=8), st.sampled_from((90, 60, 30)))
def test_what_is_called_after_a_mark_never_changes_its_score(several: list[tuple[int, Forecast]], mark: int) -> None:
    ordered = [made(days, forecast) for days, forecast in sorted(several, key=lambda one: -one[0])]
    until = [one for one in ordered if one.on <= DEADLINE - timedelta(days=mark)]
    assert standing(ordered, DEADLINE, mark, LATER) == (until[-1] if until else None)


def enough(**values: object) -> MarkScore:
    """Calls that can be told."""
    base = {"count": LEAST_CALLS, "people": 2, "brier": 0.144, "bias": 0.06, "base_rate": 0.8, "base_brier": 0.16}
    return MarkScore(90, **{**base, "computed_count": 30, "computed_brier": 0.15, **values})  # type: ignore[arg-type]


def test_below_thirty_calls_nothing_is_said_and_a_team_of_one_is_no_team() -> None:
    assert score_words(enough(count=29)) == "too few to say. 29 calls scored, 30 needed"
    own = "Brier 0.14 (base rate 0.16, computed 0.15), bias +6 points: too hopeful. 30 calls, 80 % renewed"
    assert score_words(enough(people=1)) == own == score_words(enough(), is_team=True)
    assert "one person's" in score_words(enough(people=1), is_team=True)
    for few in (1, 2):
        assert [line.value for line in figure_lines("w", [enough(people=few)])] == ["none"], (
            "a reader may be one of two"
        )
    assert [line.value for line in figure_lines("w", [enough(people=3)])] == ["0.144", "+6.0 points"]
    assert "computed: too few to say (3)" in score_words(enough(computed_count=3))
