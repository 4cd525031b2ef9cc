"""Handoffs: which way, what the receiver becomes, when it is asked after, and that nobody is dropped from a team."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.rules import HELPED, team_after
from bot.core.calendar import is_working_day
from bot.core.policy import default_policy
from bot.handoffs.rules import Direction, becomes, label, late_on, may_settle, reminded_on
from bot.handoffs.rules import usual_direction as usual
from tests.strategies import working_days_between

POLICY = default_policy()
ROLES = ("owner", "support_lead", "implementation", "executive_sponsor", HELPED)
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
teams = st.frozensets(st.tuples(st.integers(1, 6), st.sampled_from(ROLES)))


@pytest.mark.parametrize(
    ("direction", "words", "role"),
    [(Direction.TO_SUPPORT, "sales → support", "support_lead"), (Direction.TO_SALES, "support → sales", "owner")],
)
def test_each_way_has_words_and_a_role_for_the_receiver(direction: Direction, words: str, role: str) -> None:
    assert (label(direction), becomes(direction)) == (words, role)


@pytest.mark.parametrize(
    ("role", "direction"),
    [("rep", "to_support"), ("support", "to_sales"), ("manager", "to_support"), ("admin", "to_support")],
)
def test_people_hand_over_to_the_other_side_unless_they_say_otherwise(role: str, direction: str) -> None:
    assert usual(role) == direction


@pytest.mark.parametrize(
    ("member", "manages", "may"),
    [(1, False, False), (1, True, False), (2, False, True), (2, True, True), (3, False, False), (3, True, True)],
)
def test_the_receiver_and_managers_settle_it_and_never_the_giver(member: int, manages: bool, may: bool) -> None:
    assert may_settle(member, manages, giver_id=1, receiver_id=2) is may


def test_it_is_asked_after_on_the_second_and_the_fourth_working_day() -> None:
    thursday = date(2026, 3, 5)
    assert reminded_on(thursday, POLICY) == date(2026, 3, 9)
    assert late_on(thursday, POLICY) == date(2026, 3, 11)
    assert late_on(thursday, POLICY, {date(2026, 3, 10)}) == date(2026, 3, 12)


@given(days, st.integers(1, 60), st.integers(1, 60), st.frozensets(days, max_size=20))
def test_the_receiver_hears_of_it_first_and_both_on_working_days(
    on: date, reminder: int, late: int, holidays: frozenset[date]
) -> None:
    policy = replace(POLICY, handoff_reminder_working_days=reminder, handoff_late_working_days=late)
    first, second = reminded_on(on, policy, holidays), late_on(on, policy, holidays)
    assert on + timedelta(days=reminder) <= first < second
    assert is_working_day(first, holidays) and is_working_day(second, holidays)
    assert working_days_between(on, second, holidays) == reminder + late


@given(teams, st.sampled_from(("owner", "support_lead")), st.integers(1, 7))
def test_a_role_has_one_holder_afterwards_and_nobody_is_dropped(
    team: frozenset[tuple[int, str]], role: str, to: int
) -> None:
    after = team_after(team, role, to)
    assert {member for member, had in after if had == role} == {to}
    assert {member for member, _ in after} == {member for member, _ in team} | {to}
    assert {mate for mate in team if mate[1] not in (role, HELPED)} <= after
    assert team_after(after, role, to) == after


def test_who_had_the_role_helped_win_unless_they_have_another() -> None:
    team = frozenset({(1, "owner"), (2, "support_lead"), (2, "implementation"), (3, HELPED)})
    assert team_after(team, "owner", 3) == {(3, "owner"), (1, HELPED), (2, "support_lead"), (2, "implementation")}
    assert team_after(team, "support_lead", 1) == {
        (1, "owner"),
        (1, "support_lead"),
        (2, "implementation"),
        (3, HELPED),
    }


def test_only_who_had_the_role_is_remembered_as_who_helped() -> None:
    assert team_after(frozenset({(1, "owner"), (2, "support_lead")}), "owner", 3) == {
        (3, "owner"), (1, HELPED), (2, "support_lead"),
    }  # fmt: skip
    assert team_after(frozenset({(2, "executive_sponsor")}), "owner", 3) == {(3, "owner"), (2, "executive_sponsor")}
