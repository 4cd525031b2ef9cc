"""What is missing, what hurts, and the line of the score: as tables and on any values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy import default_policy
from bot.home.facts import AccountRow, pain
from bot.story.completeness_rules import KnownOfAccount, gaps
from bot.story.facts import CHART_POINTS, charted

TODAY = date(2026, 3, 2)
POLICY = default_policy("mid")
COMPLETE = KnownOfAccount(
    True, True, {"sales": TODAY, "support": TODAY}, TODAY, TODAY, True, None, contracts=2, has_renewal=True
)
histories = st.lists(st.tuples(st.integers(0, 400), st.none() | st.integers(0, 100)), max_size=40).map(
    lambda points: [(TODAY - timedelta(days=ago), score) for ago, score in sorted(points, key=lambda point: -point[0])]
)


def ago(days: int) -> date:
    """A day before today."""
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        (COMPLETE, []),
        (replace(COMPLETE, has_owner=False), ["no_owner"]),
        (replace(COMPLETE, has_support=False), ["no_support"]),
        (replace(COMPLETE, departments={"sales": ago(120), "support": None}), ["no_touch"]),
        (replace(COMPLETE, departments={"sales": ago(121)}), ["no_touch"]),
        (replace(COMPLETE, last_check=ago(POLICY.health_every_days)), []),
        (replace(COMPLETE, last_check=ago(POLICY.health_every_days + 1)), ["no_check"]),
        (replace(COMPLETE, last_pulse=ago(2 * POLICY.pulse_every_days)), []),
        (replace(COMPLETE, last_pulse=ago(2 * POLICY.pulse_every_days + 1)), ["no_pulse"]),
        (replace(COMPLETE, last_pulse=None), ["no_pulse"]),
        (replace(COMPLETE, has_plan=False), ["no_plan"]),
        (replace(COMPLETE, review_on=ago(1)), ["review_passed"]),
        (replace(COMPLETE, review_on=TODAY), []),
        (replace(COMPLETE, unknown_values=1), ["no_value"]),
        (replace(COMPLETE, contracts=0, has_renewal=False), ["no_contract"]),
        (replace(COMPLETE, has_renewal=False), ["no_renewal"]),
    ],
)
def test_what_is_missing_is_named(known: KnownOfAccount, missing: list[str]) -> None:
    assert [gap.code for gap in gaps(known, TODAY, POLICY)] == missing


def test_a_silent_department_is_named_with_the_day_of_its_last_touch() -> None:
    (gap,) = gaps(replace(COMPLETE, departments={"support": ago(200)}), TODAY, POLICY)
    assert (gap.what, gap.since) == ("support", str(ago(200)))


@given(histories)
def test_the_line_of_a_score_never_invents_a_value_and_ends_today(history: list[tuple[date, int | None]]) -> None:
    points = charted(history, TODAY)
    days = [day for day, _ in points]
    assert len(points) <= CHART_POINTS and len(points) != 1 and days == sorted(set(days))
    for day, score in points:
        assert score == [known for on, known in history if on <= day][-1]
    if points and history[-1][1] is not None:
        assert days[-1] == TODAY


scores, falls = st.none() | st.integers(0, 100), st.none() | st.integers(-100, 100)
rows = st.builds(
    AccountRow,
    st.just(1),
    st.just("Acme"),
    scores,
    falls,
    days_left=st.none() | st.integers(-90, 400),
    days_silent=st.none() | st.integers(0, 900),
    worst=st.none() | st.integers(0, 100),
)


@given(rows, st.integers(0, 100))
def test_nothing_that_gets_worse_ever_hurts_less(row: AccountRow, by: int) -> None:
    if row.score is not None:
        assert pain(replace(row, score=max(0, row.score - by))) >= pain(row)
    if row.worst is not None:
        assert pain(replace(row, worst=max(0, row.worst - by))) >= pain(row) >= pain(replace(row, worst=None))
    if row.change is not None:
        assert pain(replace(row, change=row.change - by)) >= pain(row)
    if row.days_left is not None:
        assert pain(replace(row, days_left=row.days_left - by)) >= pain(row)
    if row.days_silent is not None:
        assert pain(replace(row, days_silent=row.days_silent + by)) >= pain(row)


def test_a_gap_says_since_when() -> None:
    known = replace(
        COMPLETE, departments={"sales": ago(130)}, last_check=ago(121), last_pulse=ago(200), review_on=ago(1)
    )
    assert [(gap.code, gap.since) for gap in gaps(known, TODAY, POLICY)] == [
        ("no_touch", str(ago(130))),
        ("no_check", str(ago(121))),
        ("no_pulse", str(ago(200))),
        ("review_passed", str(ago(1))),
    ]
    (never,) = gaps(replace(COMPLETE, last_check=None), TODAY, POLICY)
    assert (never.code, never.since) == ("no_check", None)
    (untouched,) = gaps(replace(COMPLETE, departments={"sales": None}), TODAY, POLICY)
    assert (untouched.what, untouched.since) == ("sales", None)


def test_a_gap_says_how_many_values_are_missing() -> None:
    (gap,) = gaps(replace(COMPLETE, unknown_values=3), TODAY, POLICY)
    assert (gap.code, gap.what) == ("no_value", "3")
