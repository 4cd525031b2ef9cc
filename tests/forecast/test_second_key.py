"""The computed class: what moves it up, what down, and what it never says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy import default_policy
from bot.forecast.messages import reasons_of
from bot.forecast.rules.second_key import SURE, KeyReason, Known, apart, is_evident, second_key
from bot.health.rules.score import Band, band
from bot.renewals.rules.stages import Forecast, Stage, is_unsigned

POLICY = default_policy()
STAGES = (Stage.UPCOMING, Stage.ENGAGED, Stage.PROPOSED, Stage.NEGOTIATING, Stage.APPROVAL)
ages = st.none() | st.integers(0, 400)


@st.composite
def knowns(draw: st.DrawFn) -> Known:
    """Anything that may be known of a renewal that is not signed."""
    score = draw(st.none() | st.integers(0, 100))
    return Known(
        draw(st.sampled_from(STAGES)),
        draw(st.integers(-30, 400)),
        score,
        None if score is None else band(score, POLICY),
        None if score is None else draw(st.integers(0, 200)),
        draw(ages),
        draw(ages),
    )


def sureness(known: Known) -> int:
    """The place of its class, 0 for at risk."""
    return SURE.index(second_key(known, POLICY).forecast)


def test_a_red_account_that_nobody_talks_to_is_at_risk_and_says_why() -> None:
    known = Known(Stage.UPCOMING, 12, 31, Band.POOR, 3, 41)
    key = second_key(known, POLICY)
    assert key.forecast is Forecast.AT_RISK
    assert reasons_of(key, known) == (
        "health is poor (31 of 100)",
        "there was no touch for 41 days",
        "nobody has begun with 12 days left",
    )


@pytest.mark.parametrize(
    ("known", "forecast"),
    [
        (Known(Stage.UPCOMING, 200, 90, Band.GOOD, 3, 10), Forecast.PROBABLE),
        (Known(Stage.PROPOSED, 60, 90, Band.GOOD, 3, 10), Forecast.COMMIT),
        (Known(Stage.PROPOSED, 60, 90, Band.GOOD, 3, 31, 31), Forecast.PROBABLE),
        (Known(Stage.APPROVAL, 20, 20, Band.POOR, 3, 2), Forecast.BEST_CASE),
        (Known(Stage.APPROVAL, 20, 60, Band.FAIR, 3, 2), Forecast.COMMIT),
        (Known(Stage.UPCOMING, 200), Forecast.AT_RISK),
        (Known(Stage.ENGAGED, 100, 90, Band.GOOD, 91, 10), Forecast.BEST_CASE),
        (Known(Stage.SIGNED, 5), Forecast.COMMIT),
    ],
)
def test_what_the_formula_in_the_docs_gives(known: Known, forecast: Forecast) -> None:
    assert second_key(known, POLICY).forecast is forecast


@given(knowns())
def test_it_always_gives_reasons_and_never_commits_without_evidence_or_on_poor_health(known: Known) -> None:
    key = second_key(known, POLICY)
    assert key.reasons and len(set(key.reasons)) == len(key.reasons)
    assert all(words and "None" not in words for words in reasons_of(key, known))
    if key.forecast is Forecast.COMMIT:
        assert is_evident(known, POLICY)
    if KeyReason.HEALTH in key.reasons and known.band is Band.POOR:
        assert apart(key.forecast, Forecast.AT_RISK) <= 1


@given(knowns(), st.data())
def test_more_health_a_later_stage_and_a_younger_touch_never_make_it_less_sure(
    known: Known, data: st.DataObject
) -> None:
    better = known
    if known.score is not None:
        score = data.draw(st.integers(known.score, 100))
        better = replace(better, score=score, band=band(score, POLICY))
    later = STAGES.index(known.stage)
    better = replace(better, stage=data.draw(st.sampled_from(STAGES[later:])))
    most = 400 if known.touch_age is None else known.touch_age
    better = replace(better, touch_age=data.draw(st.integers(0, most)))
    assert is_unsigned(better.stage) and sureness(better) >= sureness(known)


@given(st.sampled_from(SURE), st.sampled_from(SURE))
def test_the_distance_of_two_classes_is_the_same_both_ways(one: Forecast, other: Forecast) -> None:
    assert apart(one, other) == apart(other, one) <= 3
    assert (apart(one, other) == 0) == (one is other)


def test_the_four_classes_are_those_of_the_form() -> None:
    assert set(SURE) == set(Forecast)
