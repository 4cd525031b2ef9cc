"""Proposing: never at a bad time, seldom two things at an account or to a person, and none is lost."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.proposing import LONGEST, HoldOff, ProposalMoment, ProposedTo, held_off, is_enough, waited_since

TODAY = date(2026, 3, 2)
DAYS = st.none() | st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days))
YES = st.booleans()
MOMENT = st.builds(ProposalMoment, YES, YES, YES, YES, YES, DAYS, DAYS)
QUIET = st.integers(0, 60)
APART = st.integers(1, 60)
KINDS = ("nurture", "opportunity", "referral", "one_off")


@given(MOMENT, QUIET, APART)
def test_something_may_be_proposed_exactly_when_nothing_speaks_against_it(
    moment: ProposalMoment, quiet: int, apart: int
) -> None:
    is_recent = moment.escalated_on is not None and TODAY - moment.escalated_on <= timedelta(days=quiet)
    is_near = moment.proposed_on is not None and TODAY - moment.proposed_on < timedelta(days=apart)
    in_trouble = moment.is_poor or moment.is_last_pulse_red or moment.is_at_risk or moment.has_overdue_promise
    bad = moment.is_paused or in_trouble or is_recent or is_near
    assert (held_off(moment, TODAY, quiet, apart) is not None) == bad


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        (ProposalMoment(is_paused=True), HoldOff.PAUSED),
        (ProposalMoment(is_poor=True), HoldOff.POOR),
        (ProposalMoment(is_last_pulse_red=True), HoldOff.RED_PULSE),
        (ProposalMoment(is_at_risk=True), HoldOff.AT_RISK),
        (ProposalMoment(has_overdue_promise=True), HoldOff.PROMISE),
        (ProposalMoment(escalated_on=TODAY - timedelta(days=14)), HoldOff.ESCALATION),
        (ProposalMoment(escalated_on=TODAY - timedelta(days=15)), None),
        (ProposalMoment(proposed_on=TODAY - timedelta(days=13)), HoldOff.PROPOSED),
        (ProposalMoment(proposed_on=TODAY - timedelta(days=14)), None),
        (ProposalMoment(), None),
    ],
)
def test_each_reason_is_named_and_ends_on_its_day(moment: ProposalMoment, why: HoldOff | None) -> None:
    assert held_off(moment, TODAY, 14, 14) is why


@given(MOMENT, QUIET, APART, st.integers(0, 60))
def test_longer_times_never_let_more_through(moment: ProposalMoment, quiet: int, apart: int, more: int) -> None:
    if held_off(moment, TODAY, quiet, apart) is not None:
        assert held_off(moment, TODAY, quiet + more, apart + more) is not None


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from(KINDS))), APART)
def test_in_any_order_of_arrival_no_two_proposals_of_any_kind_stand_closer_than_the_days_apart(
    wishes: list[tuple[int, str]], apart: int
) -> None:
    made: list[date] = []
    for day, _ in sorted(wishes):
        on = TODAY + timedelta(days=day)
        if held_off(ProposalMoment(proposed_on=made[-1] if made else None), on, 14, apart) is None:
            made.append(on)
    assert all(later - earlier >= timedelta(days=apart) for earlier, later in pairwise(made))
    assert not wishes or made


def came_on(due: list[int], apart: int) -> list[tuple[int, int]]:
    """(due, day on which it came) of what is due to one person on these days, the oldest first, one look a day."""
    waiting, made = sorted(due), list[tuple[int, int]]()
    day = 0
    while waiting:
        told = ProposedTo(day - made[-1][1]) if made else ProposedTo()
        # What is due later is no more patient than what was due first.
        if waiting[0] <= day and not is_enough(told, day - waiting[0], apart):
            made.append((waiting.pop(0), day))
        day += 1
    return made


@given(st.lists(st.integers(0, 90), max_size=100), st.integers(1, 30))
def test_whatever_is_due_to_one_person_comes_in_its_turn_one_a_day_and_apart_unless_it_waited_long(
    due: list[int], apart: int
) -> None:
    made = came_on(due, apart)
    assert [wanted for wanted, _ in made] == sorted(due)
    for (_, before), (wanted, day) in pairwise(made):
        assert day > before
        assert day - before >= apart or day - wanted >= LONGEST * apart
    for number, (wanted, day) in enumerate(made):
        # However many are due: behind the first that wait, one comes each day.
        assert day - wanted <= LONGEST * apart + number


@given(st.integers(1, 30))
def test_who_has_a_touch_to_make_each_day_makes_one_each_day(apart: int) -> None:
    made = came_on(list(range(100)), apart)
    assert all(day - wanted <= LONGEST * apart for wanted, day in made)
    assert all(later - before == 1 for (_, before), (_, later) in pairwise(made[LONGEST * apart :]))


@given(st.integers(0, 100), st.integers(1, 30))
def test_one_came_today_is_enough_whatever_waits_and_nothing_direct_is_never_enough(waited: int, apart: int) -> None:
    assert is_enough(ProposedTo(0), waited, apart) and is_enough(ProposedTo(0, has_touch=True), waited, apart)
    assert not is_enough(ProposedTo(None), waited, apart)


@pytest.mark.parametrize(
    ("days", "waited", "enough"), [(6, 0, True), (7, 0, False), (6, 13, True), (6, 14, False), (1, 14, False)]
)
def test_a_week_lies_between_two_and_a_fortnight_is_long_enough_to_wait(days: int, waited: int, enough: bool) -> None:
    assert is_enough(ProposedTo(days), waited, 7) is enough


@pytest.mark.parametrize(("days", "waited"), [(None, 14), (0, 0), (14, 0), (15, 1), (27, 13), (28, 14)])
def test_a_suggestion_counts_as_due_a_fortnight_after_the_last_of_its_kind(days: int | None, waited: int) -> None:
    assert waited_since(days, 7) == waited
