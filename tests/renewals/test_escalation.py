from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import DaysOff, is_working_day, local_moment
from bot.core.hours import Hours, every_day, usual_span
from bot.core.policy import Policy, default_policy
from bot.renewals.facts import EscalationRow
from bot.renewals.rules.escalation import (
    EscalationAudience,
    escalates_unclaimed,
    is_overdue,
    next_overdue,
    overdue_again,
    overdue_day,
    overdue_days,
    renews_by_itself,
    stage_unmoved,
    unpaid_audience,
    unpaid_due,
    worst_first,
)
from bot.renewals.rules.stages import Stage
from tests.scenes.scene import LADDER
from tests.strategies import days, holidays_near, working_days_between

POLICY = replace(default_policy(), rungs=LADDER)
THURSDAY = date(2026, 4, 30)
RENEWAL = date(2026, 5, 4)  # a Monday


def unclaimed(rung_day: date, holidays: frozenset[date], policy: Policy) -> tuple[date, date]:
    """The days on which owner and manager hear that nobody took a renewal on, whose rung was told that noon."""
    hours = Hours("UTC", DaysOff(holidays), every_day(usual_span()))
    owner = hours.next_morning(local_moment(rung_day, time(12), "UTC"), policy.escalate_owner_after)
    return hours.day(owner), hours.day(hours.next_morning(owner, policy.escalate_manager_after))


def test_an_unclaimed_renewal_goes_to_the_owner_and_then_to_the_manager() -> None:
    assert unclaimed(THURSDAY, frozenset(), POLICY) == (date(2026, 5, 4), date(2026, 5, 6))


def test_only_near_rungs_escalate() -> None:
    assert [rung for rung in POLICY.rungs if escalates_unclaimed(rung, POLICY)] == [60, 30, 14, 7]


@given(days.flatmap(lambda day: st.tuples(st.just(day), holidays_near(day))))
def test_escalations_wait_whole_working_days(at: tuple[date, frozenset[date]]) -> None:
    day, holidays = at
    owner, manager = unclaimed(day, holidays, POLICY)
    assert working_days_between(day, owner, holidays) == 2
    assert working_days_between(owner, manager, holidays) == 2
    assert is_working_day(owner, holidays)


@pytest.mark.parametrize(
    ("rung", "stage", "moved", "told"),
    [
        (60, Stage.UPCOMING, None, None),
        (30, Stage.UPCOMING, None, EscalationAudience.MANAGER),
        (14, Stage.UPCOMING, None, EscalationAudience.LEADERSHIP),
        (7, Stage.UPCOMING, None, EscalationAudience.LEADERSHIP),
        (30, Stage.ENGAGED, THURSDAY, None),
        (30, Stage.ENGAGED, THURSDAY - timedelta(days=1), EscalationAudience.MANAGER),
        (14, Stage.SIGNED, None, None),
        (14, Stage.LOST, None, None),
    ],
)
def test_an_unmoved_stage_goes_up(rung: int, stage: Stage, moved: date | None, told: EscalationAudience | None) -> None:
    assert stage_unmoved(rung, stage, moved, THURSDAY, POLICY) is told


def test_at_the_first_announcement_nobody_has_had_the_time_to_move_anything() -> None:
    assert stage_unmoved(14, Stage.UPCOMING, None, None, POLICY) is None


@pytest.mark.parametrize(
    ("after", "mark", "following"),
    [(-1, None, (0, 0)), (0, 0, (7, 7)), (6, 0, (7, 7)), (7, 7, (14, 14)), (13, 7, (14, 14)), (14, 14, None)],
)
def test_an_overdue_renewal_is_told_at_once_and_after_one_and_two_weeks(
    after: int, mark: int | None, following: tuple[int, int] | None
) -> None:
    today = RENEWAL + timedelta(days=after)
    assert overdue_days(RENEWAL, today, POLICY) == mark
    expected = following and (following[0], RENEWAL + timedelta(days=following[1]))
    assert next_overdue(RENEWAL, today, POLICY) == expected


def test_an_overdue_mark_on_a_weekend_waits_for_the_working_day() -> None:
    saturday = date(2026, 5, 9)
    assert overdue_days(saturday, date(2026, 5, 10), POLICY) is None
    assert next_overdue(saturday, date(2026, 5, 8), POLICY) == (0, date(2026, 5, 11))


def test_a_passed_date_is_overdue_unless_it_renews_by_itself_or_is_signed() -> None:
    for auto in (True, False):
        assert renews_by_itself(Stage.UPCOMING, auto, RENEWAL, RENEWAL) is auto
        assert is_overdue(Stage.UPCOMING, auto, RENEWAL, RENEWAL) is not auto
        assert not is_overdue(Stage.SIGNED, auto, RENEWAL, RENEWAL)
        assert not renews_by_itself(Stage.SIGNED, auto, RENEWAL, RENEWAL)
        assert not is_overdue(Stage.UPCOMING, auto, RENEWAL, RENEWAL - timedelta(days=1))


def test_unpaid_is_told_thirty_days_after_the_renewal_date_on_a_working_day() -> None:
    assert unpaid_due(RENEWAL, POLICY) == date(2026, 6, 3)
    assert unpaid_due(date(2026, 5, 7), POLICY) == date(2026, 6, 8)


@pytest.mark.parametrize("marks", [(0, 7, 14), (3,), ()])
@pytest.mark.parametrize("every", [1, 7, 10])
def test_after_the_last_mark_it_is_told_again_and_again(marks: tuple[int, ...], every: int) -> None:
    policy = replace(POLICY, overdue_days=marks, overdue_every_days=every)
    closed = {RENEWAL + timedelta(days=n) for n in range(15, 40)}
    repeated = [max(marks, default=0) + every * n for n in range(1, 120)]
    for holidays in (frozenset[date](), closed):
        told = {mark: overdue_day(RENEWAL, mark, holidays) for mark in repeated}
        for after in range(-3, 90):
            today = RENEWAL + timedelta(days=after)
            passed = [mark for mark in repeated if told[mark] <= today]
            ahead = next(mark for mark in repeated if told[mark] > today)
            expected = (max(passed, default=None), (ahead, told[ahead]))
            assert overdue_again(RENEWAL, today, policy, holidays) == expected
    assert overdue_again(RENEWAL, RENEWAL, policy)[1] == (repeated[0], overdue_day(RENEWAL, repeated[0]))


def test_holidays_move_what_is_told_of_an_overdue_or_unpaid_renewal() -> None:
    tuesday = RENEWAL + timedelta(days=1)
    assert overdue_days(RENEWAL, RENEWAL, POLICY, {RENEWAL}) is None
    assert overdue_days(RENEWAL, tuesday, POLICY, {RENEWAL}) == 0
    assert next_overdue(RENEWAL, RENEWAL, POLICY, {RENEWAL}) == (0, tuesday)
    closed = {RENEWAL + timedelta(days=n) for n in range(8)}
    assert next_overdue(RENEWAL, RENEWAL, POLICY, closed) == (7, RENEWAL + timedelta(days=8)), "the later of two"
    assert unpaid_due(RENEWAL, POLICY, {date(2026, 6, 3)}) == date(2026, 6, 4)
    assert unpaid_audience() == (EscalationAudience.OWNER, EscalationAudience.MANAGER)


def test_each_escalation_waits_by_the_policy() -> None:
    policy = replace(POLICY, escalate_owner_after=1, escalate_manager_after=4)
    assert unclaimed(THURSDAY, frozenset({date(2026, 5, 1)}), policy) == (date(2026, 5, 4), date(2026, 5, 8))


def test_a_stage_that_moved_is_still_unmoved_when_it_is_back_at_upcoming() -> None:
    assert stage_unmoved(30, Stage.UPCOMING, THURSDAY, THURSDAY, POLICY) is EscalationAudience.MANAGER
    assert stage_unmoved(30, Stage.ENGAGED, None, THURSDAY, POLICY) is EscalationAudience.MANAGER
    assert stage_unmoved(POLICY.stage_unmoved_leadership_rung + 1, Stage.ENGAGED, None, THURSDAY, POLICY) is (
        EscalationAudience.MANAGER
    )
    assert stage_unmoved(POLICY.stage_unmoved_manager_rung + 1, Stage.ENGAGED, None, THURSDAY, POLICY) is None


def test_what_renews_by_itself_does_so_on_its_day_and_not_before() -> None:
    assert not renews_by_itself(Stage.UPCOMING, True, RENEWAL, RENEWAL - timedelta(days=1))
    assert renews_by_itself(Stage.UPCOMING, True, RENEWAL, RENEWAL + timedelta(days=1))
    assert is_overdue(Stage.UPCOMING, False, RENEWAL, RENEWAL + timedelta(days=1))


def test_of_what_needs_somebody_the_worst_comes_first() -> None:
    def row(n: int, deadline: str, account: str = "Acme", **values: bool) -> EscalationRow:
        return EscalationRow(n, 1, account, "engaged", deadline, "2026-06-01", **values)

    ordered = [
        row(9, "2026-05-09", is_overdue=True),
        row(8, "2026-05-01", is_at_risk=True),
        row(7, "2026-05-02", is_at_risk=True),
        row(3, "2026-04-01"),
        row(4, "2026-04-01"),
        row(1, "2026-04-02"),
    ]
    by_number = sorted(ordered, key=lambda one: one.renewal_id)
    assert sorted(by_number, key=worst_first) == ordered
    assert [worst_first(one)[0] for one in ordered] == [0, 1, 1, 2, 2, 2]
    assert worst_first(row(1, "2026-04-02", "Zeta")) == (2, "2026-04-02", 1, "Zeta")
    assert worst_first(row(1, "2026-04-02", is_overdue=True, is_at_risk=True))[0] == 0
