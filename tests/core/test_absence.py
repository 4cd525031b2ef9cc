"""Stand-ins are followed to the first who is there, and a circle of absent people ends at nobody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.absence import Colleague, awake_for, first_awake, may_wait
from bot.core.calendar import DaysOff, is_working_day
from bot.core.countries import code_of, country_of, country_of_zone
from bot.core.holidays_of import holidays_of
from bot.workspace.hours import WorkspaceHours

AWAY = date(2026, 12, 11)
numbers = st.integers(1, 7)
offices = st.dictionaries(
    numbers,
    st.tuples(st.booleans(), st.none() | numbers, st.none() | numbers),
    max_size=7,
).map(
    lambda drawn: {
        id: Colleague(id, f"U{id}", f"P{id}", AWAY if is_away else None, stand_in, manager)
        for id, (is_away, stand_in, manager) in drawn.items()
    }
)


def people(*rows: tuple[int, bool, int | None, int | None]) -> dict[int, Colleague]:
    return {id: Colleague(id, f"U{id}", f"P{id}", AWAY if away else None, to, boss) for id, away, to, boss in rows}


@given(offices, numbers)
def test_whoever_stands_in_is_there_and_reached_by_stand_ins_alone(team: dict[int, Colleague], start: int) -> None:
    found = awake_for(start, team)
    chain, at = [], start
    while at in team and at not in chain and team[at].stand_in_id is not None and not team[at].is_there:
        chain.append(at)
        at = team[at].stand_in_id or 0
    if found is not None:
        assert found.is_there
        assert found.id == at
    else:
        assert at not in team or not team[at].is_there


@given(offices, numbers, st.lists(numbers, max_size=3))
def test_nobody_hears_of_it_only_where_owner_managers_and_team_all_end_at_nobody(
    team: dict[int, Colleague], owner: int, mates: list[int]
) -> None:
    found = first_awake(owner, mates, team)
    reachable = {owner, *mates}
    while (
        more := {to for id in reachable if id in team for to in (team[id].stand_in_id, team[id].manager_id) if to}
        - reachable
    ):
        reachable |= more
    if found is not None:
        assert found.is_there and found.id in reachable
    else:
        assert all(id not in team or not team[id].is_there for id in (owner, *mates))


def test_a_chain_goes_to_the_first_who_is_there_and_a_circle_to_the_manager() -> None:
    chain = people((1, True, 2, None), (2, True, 3, None), (3, False, None, None))
    assert awake_for(1, chain) == chain[3]
    circle = people((1, True, 2, 4), (2, True, 1, None), (4, False, None, None))
    assert awake_for(1, circle) is None
    assert first_awake(1, (), circle) == circle[4]


def test_somebody_who_has_left_is_nobody_and_the_team_comes_last() -> None:
    assert first_awake(1, (5,), people((1, True, 9, 8), (5, False, None, None))).id == 5
    assert first_awake(1, (9,), people((1, True, 9, 8))) is None


@pytest.mark.parametrize(
    ("back", "rung", "ahead", "waits"),
    [
        (10, 90, (60, 20), True),
        (20, 90, (60, 20), True),
        (21, 90, (60, 20), False),
        (1, 30, (14, 16), False),
        (1, 14, (7, 7), False),
        (5, None, (120, 9), True),
        (60, 60, None, False),
        (50, 60, None, False),
        (49, 60, None, True),
    ],
)
def test_waiting_costs_one_rung_at_most_and_never_one_of_thirty_days_or_less(
    back: int, rung: int | None, ahead: tuple[int, int] | None, waits: bool
) -> None:
    today = date(2026, 3, 2)
    following = (ahead[0], today + timedelta(days=ahead[1])) if ahead else None
    assert may_wait(today + timedelta(days=back), today + timedelta(days=50), rung, following, 30) is waits


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Berlin", "DE"),
        ("Asia/Riyadh", "SA"),
        ("Asia/Calcutta", "IN"),
        ("Asia/Kolkata", "IN"),
        ("US/Pacific", "US"),
        ("Asia/Jerusalem", "IL"),
        ("UTC", ""),
        ("Etc/GMT+3", ""),
        ("CET", ""),
        ("Nowhere/Land", ""),
    ],
)
def test_a_time_zone_names_its_country_or_none(zone: str, country: str) -> None:
    assert country_of_zone(zone) == country


def test_what_somebody_chose_comes_before_their_zone_and_that_before_the_workspace() -> None:
    assert country_of("at", "Europe/Berlin", "US") == "AT"
    assert country_of("", "Europe/Berlin", "US") == "DE"
    assert country_of(None, "UTC", "us") == "US"
    assert [code_of(text) for text in ("Germany", " de ", " united \n kingdom")] == ["DE", "DE", "GB"]
    assert code_of("Atlantis land") == "ATLANTIS"


@pytest.mark.parametrize("country", ["SA", "IL", "EG", "BD"])
def test_friday_is_free_and_sunday_is_not_where_the_weekend_is_friday_and_saturday(country: str) -> None:
    free = holidays_of(country)
    # A week of June 2027 without a holiday in any of these.
    friday = date(2027, 6, 4)
    assert [is_working_day(friday + timedelta(days=n), free) for n in range(4)] == [False, False, True, True]


def test_nobody_is_disturbed_on_a_saturday_where_the_law_names_sunday_alone() -> None:
    assert not is_working_day(date(2026, 3, 7), holidays_of("HK"))


def test_christmas_is_free_by_the_zone_alone_and_a_plain_set_of_days_keeps_saturday_and_sunday() -> None:
    assert not is_working_day(date(2026, 12, 25), WorkspaceHours().of("Europe/London", None).days_off)
    assert is_working_day(date(2026, 12, 25), WorkspaceHours().of("Asia/Riyadh", None).days_off) is False  # a Friday
    assert is_working_day(date(2026, 12, 27), WorkspaceHours().of("Asia/Riyadh", None).days_off)
    assert not is_working_day(date(2026, 3, 7), DaysOff())
