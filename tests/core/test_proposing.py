"""Proposing: never at a bad time, never two things in a fortnight, whichever feature asks and in whichever order."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.proposing import HoldOff, ProposalMoment, held_off

TODAY = date(2026, 3, 2)
DAYS = st.none() | st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days))
YES = st.booleans()
MOMENT = st.builds(ProposalMoment, YES, YES, YES, YES, YES, DAYS, YES, DAYS)
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
    bad = moment.is_paused or in_trouble or is_recent or moment.is_pulse_open or is_near
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
        (ProposalMoment(is_pulse_open=True), HoldOff.PULSE),
        (ProposalMoment(proposed_on=TODAY - timedelta(days=13)), HoldOff.PROPOSED),
        (ProposalMoment(proposed_on=TODAY - timedelta(days=14)), None),
        (ProposalMoment(), None),
    ],
)
def test_each_reason_is_named_and_ends_on_its_day(moment: ProposalMoment, why: HoldOff | None) -> None:
    assert held_off(moment, TODAY, 14, 14) is why


def test_while_a_pulse_is_open_the_account_is_looked_at_each_working_day_and_in_trouble_after_a_week() -> None:
    assert {why: why.look_again for why in HoldOff} == dict.fromkeys(HoldOff, 5) | {HoldOff.PULSE: 1}


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
