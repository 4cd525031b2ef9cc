"""Why a manager hears of a call, once for each cause, and when time alone can bring a new one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy import default_policy
from bot.forecast.messages import signs_words, unproven_words
from bot.forecast.rules.causes import (
    Call,
    CallAsk,
    CallCauseKind,
    LearntSign,
    LearntSignKind,
    ask_of,
    causes,
    days_to_next_look,
    later,
)
from bot.forecast.rules.second_key import SURE, Known, second_key
from bot.health.rules.score import Band
from bot.renewals.rules.stages import Forecast, Stage
from tests.factories import NOW, TODAY
from tests.forecast.test_second_key import knowns

POLICY = default_policy()
RED = LearntSign(LearntSignKind.RED_PULSE, NOW, 7)


def found(call: Forecast, known: Known, *signs: LearntSign, today: date = TODAY, at: datetime = NOW) -> list[str]:
    """The occasions that need a look."""
    one = Call(12, call, at - timedelta(days=5))
    return [c.occasion for c in causes(one, second_key(known, POLICY), known, signs, POLICY, today)]


def test_commit_on_a_red_account_is_apart_and_unproven() -> None:
    known = Known(Stage.UPCOMING, 50, 31, Band.POOR, 3, 41)
    assert found(Forecast.COMMIT, known) == ["apart:12:at_risk", f"unproven:12:{TODAY - timedelta(days=41)}"]
    assert unproven_words(known) == "commit without evidence: no touch or pulse heard for 41 days"
    assert found(Forecast.BEST_CASE, known) == []


@pytest.mark.parametrize("call", SURE)
def test_one_class_apart_is_not_told(call: Forecast) -> None:
    known = Known(Stage.PROPOSED, 60, 60, Band.FAIR, 3, 10)
    assert second_key(known, POLICY).forecast is Forecast.PROBABLE
    assert found(call, known) == (["apart:12:probable"] if call is Forecast.AT_RISK else [])


def test_only_what_was_learnt_after_the_call_and_speaks_against_it_counts() -> None:
    call = Call(12, Forecast.PROBABLE, NOW - timedelta(days=5))
    before = replace(RED, at=NOW - timedelta(days=6))
    better = replace(RED, kind=LearntSignKind.BETTER)
    assert later(call, [before, better, RED]) == [RED]
    assert later(replace(call, forecast=Forecast.AT_RISK), [before, better, RED]) == [better]
    assert later(replace(call, at=None), [RED]) == []
    assert signs_words([RED], [TODAY], TODAY) == "since that call a pulse was red (Mon 2 Mar)"


def test_what_is_signed_needs_no_look() -> None:
    assert found(Forecast.AT_RISK, Known(Stage.SIGNED, 5), RED) == []


@given(
    st.sampled_from(SURE), knowns(), st.lists(st.tuples(st.sampled_from(LearntSignKind), st.integers(1, 9)), max_size=5)
)
def test_no_occasion_comes_twice_and_all_fit_into_their_column(
    call: Forecast, known: Known, signs: list[tuple[LearntSignKind, int]]
) -> None:
    learnt = {LearntSign(kind, NOW, number) for kind, number in signs}
    occasions = found(call, known, *learnt)
    assert len(set(occasions)) == len(occasions)
    assert all(len(one) <= 32 for one in occasions)


def aged(known: Known, days: int) -> Known:
    """What is known, so many days later, with nothing learnt."""
    older = {
        name: None if (age := getattr(known, name)) is None else age + days
        for name in ("score_age", "touch_age", "heard_age")
    }
    return replace(known, days_left=known.days_left - days, **older)


@given(st.sampled_from(SURE), knowns(), st.integers(0, 120))
def test_until_the_day_of_the_next_look_time_brings_no_new_cause(call: Forecast, known: Known, days: int) -> None:
    ahead = days_to_next_look(known, POLICY)
    if ahead is not None:
        assert ahead >= 1
        days = min(days, ahead - 1)
    later_on = aged(known, days)
    assert found(call, later_on, today=TODAY + timedelta(days=days)) == found(call, known)


def test_a_hedge_is_asked_for_a_decision_and_at_risk_for_a_plan_unless_there_is_one() -> None:
    assert ask_of(Forecast.BEST_CASE, has_dated_step=True) is CallAsk.DECISION
    assert ask_of(Forecast.AT_RISK, has_dated_step=False) is CallAsk.PLAN
    assert ask_of(Forecast.AT_RISK, has_dated_step=True) is None
    assert ask_of(Forecast.COMMIT, has_dated_step=False) is None is ask_of(Forecast.PROBABLE, has_dated_step=False)


def test_the_kinds_of_cause_are_told_in_one_order() -> None:
    known = Known(Stage.UPCOMING, 50)
    call = Call(12, Forecast.COMMIT, NOW - timedelta(days=5))
    kinds = [c.kind for c in causes(call, second_key(known, POLICY), known, [RED], POLICY, TODAY)]
    assert kinds == [CallCauseKind.APART, CallCauseKind.OLDER, CallCauseKind.UNPROVEN]
