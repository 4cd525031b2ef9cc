from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import DaysOff, is_working_day, local_date
from bot.core.days import countdown, spoken_day
from bot.core.hours import Hours, every_day, usual_span
from bot.core.policy import Policy, default_policy
from bot.renewals.rules.ladder import Rung, current_rung, days_left, due_rung, ladder, next_rung, rung_day
from tests.scenes.scene import LADDER
from tests.strategies import days, holidays_near, zones

POLICY = replace(default_policy(), rungs=LADDER)
DEADLINE = date(2026, 12, 11)  # a Friday
NONE: frozenset[date] = frozenset()
LOW = replace(POLICY, min_ladder_months=1)


def first_rung(deadline: date, months: int | None, policy: Policy, renewal_date: date | None = None) -> int | None:
    """The rung at which a ladder begins."""
    return next((rung.days for rung in ladder(deadline, policy, months, renewal_date=renewal_date)), None)


def rung_before(
    rung: int, deadline: date, months: int | None, closed: frozenset[date] = NONE, renewal_date: date | None = None
) -> Rung | None:
    """The step of a ladder above `rung`."""
    above = [step for step in ladder(deadline, POLICY, months, closed, renewal_date) if step.days > rung]
    return above[-1] if above else None


def usual_hours(zone: str, holidays: frozenset[date] = NONE) -> Hours:
    return Hours(zone, DaysOff(holidays), every_day(usual_span())).starting(POLICY.alert_time)


def spoken_at(deadline: date, rung: int, zone: str, holidays: frozenset[date] = NONE) -> datetime:
    return usual_hours(zone, holidays).morning(rung_day(deadline, rung, holidays))


def test_the_full_ladder_of_a_year_speaks_on_working_days() -> None:
    assert [(rung.days, rung.on) for rung in ladder(DEADLINE, POLICY, 12)] == [
        (120, date(2026, 8, 13)),
        (90, date(2026, 9, 11)),  # Saturday the 12th is moved to Friday
        (60, date(2026, 10, 12)),
        (30, date(2026, 11, 11)),
        (14, date(2026, 11, 27)),
        (7, date(2026, 12, 4)),
    ]


@pytest.mark.parametrize(
    ("months", "first"),
    [(1, 30), (2, 60), (3, 90), (4, 120), (12, 120), (None, 120)],
)
def test_a_short_terms_ladder_starts_at_the_first_rung_that_fits(months: int | None, first: int) -> None:
    assert first_rung(date(2026, 1, 15), months, replace(LOW, rungs=(120, 90, 60, 30, 14, 7))) == first


def test_a_rung_never_lies_in_the_term_before() -> None:
    february = date(2026, 3, 1)
    assert first_rung(february, 1, LOW) == 14, "February is shorter than 30 days"
    # Six months with 90 days' notice: the rung of 120 days would come before the term has begun.
    renewal = date(2026, 12, 31)
    assert first_rung(renewal - timedelta(days=90), 6, POLICY, renewal_date=renewal) == 90


def test_a_deadline_in_the_first_days_of_its_term_is_still_told() -> None:
    renewal, today = date(2027, 12, 31), date(2026, 12, 31)
    assert due_rung(date(2026, 12, 31), today, POLICY, 12, renewal_date=renewal) == min(POLICY.rungs)


def test_terms_under_six_months_have_no_ladder() -> None:
    assert ladder(DEADLINE, POLICY, 5) == ()
    assert first_rung(DEADLINE, 5, POLICY) is None
    assert current_rung(DEADLINE, DEADLINE, POLICY, 1) is None
    assert next_rung(DEADLINE, date(2026, 1, 1), POLICY, 1) is None
    assert ladder(DEADLINE, POLICY, 6)


@pytest.mark.parametrize(
    ("today", "current", "following"),
    [
        (date(2026, 8, 12), None, (120, date(2026, 8, 13))),
        (date(2026, 8, 13), 120, (90, date(2026, 9, 11))),
        (date(2026, 11, 26), 30, (14, date(2026, 11, 27))),
        (date(2026, 11, 27), 14, (7, date(2026, 12, 4))),
        (date(2026, 12, 4), 7, None),
        (date(2027, 1, 4), 7, None),
    ],
)
def test_of_all_missed_rungs_the_most_urgent_is_current(
    today: date, current: int | None, following: tuple[int, date] | None
) -> None:
    assert current_rung(DEADLINE, today, POLICY, 12) == current
    assert next_rung(DEADLINE, today, POLICY, 12) == following


def test_a_holiday_moves_a_rung_to_the_working_day_before() -> None:
    assert rung_day(DEADLINE, 7, {date(2026, 12, 4), date(2026, 12, 3)}) == date(2026, 12, 2)


def test_when_a_long_holiday_joins_two_rungs_the_urgent_one_speaks() -> None:
    closed = {date(2026, 11, 27) + timedelta(days=n) for n in range(8)}
    joined = date(2026, 11, 26)
    assert next_rung(DEADLINE, date(2026, 11, 20), POLICY, 12, closed) == (7, joined)
    assert current_rung(DEADLINE, joined, POLICY, 12, closed) == 7


def test_a_rung_is_at_nine_in_the_owners_zone() -> None:
    assert spoken_at(DEADLINE, 30, "America/New_York") == datetime(2026, 11, 11, 14, tzinfo=UTC)
    assert spoken_at(DEADLINE, 120, "America/New_York") == datetime(2026, 8, 13, 13, tzinfo=UTC)


def test_the_rung_before_is_the_step_above() -> None:
    before = rung_before(14, DEADLINE, 12)
    assert before is not None
    assert (before.days, before.on) == (30, date(2026, 11, 11))
    assert rung_before(120, DEADLINE, 12) is None
    assert rung_before(121, DEADLINE, None) is None
    moved = rung_before(7, DEADLINE, 12, frozenset({date(2026, 11, 27)}))
    assert moved is not None and (moved.days, moved.on) == (14, date(2026, 11, 26))


def test_the_first_step_of_a_term_shorter_than_the_ladder_has_none_before_it() -> None:
    # Six months with 90 days' notice: 120 days before the deadline the term had not begun.
    renewal = date(2026, 12, 31)
    ends = renewal - timedelta(days=90)
    assert rung_before(90, ends, 6, renewal_date=renewal) is None
    assert rung_before(90, ends, None, renewal_date=renewal) is not None
    for today in (ends - timedelta(days=120), ends - timedelta(days=100)):
        assert current_rung(ends, today, POLICY, 6, renewal_date=renewal) is None
        assert due_rung(ends, today, POLICY, 6, renewal_date=renewal) is None
        assert current_rung(ends, today, POLICY, None, renewal_date=renewal) == 120
        assert due_rung(ends, today, POLICY, None, renewal_date=renewal) == 120
    ahead = next_rung(ends, ends - timedelta(days=130), POLICY, 6, renewal_date=renewal)
    assert ahead is not None and ahead[0] == 90
    ahead = next_rung(ends, ends - timedelta(days=130), POLICY, None, renewal_date=renewal)
    assert ahead is not None and ahead[0] == 120


def test_a_rung_on_the_terms_first_day_is_left_out_and_the_shortest_ladder_has_one() -> None:
    renewal = date(2026, 12, 31)
    began = date(2026, 6, 30)
    rungs = replace(POLICY, rungs=(7, 30), min_ladder_months=6)
    assert [one.days for one in ladder(began + timedelta(days=30), rungs, 6, renewal_date=renewal)] == [7]
    assert [one.days for one in ladder(began + timedelta(days=31), rungs, 6, renewal_date=renewal)] == [30, 7]
    assert [one.days for one in ladder(began, rungs, 6, renewal_date=renewal)] == [7]
    assert ladder(began, rungs, 5, renewal_date=renewal) == ()


def test_holidays_move_what_is_current_due_and_next() -> None:
    friday, closed = date(2026, 12, 4), {date(2026, 12, 4)}
    thursday = friday - timedelta(days=1)
    assert current_rung(DEADLINE, thursday, POLICY, 12, closed) == 7
    assert due_rung(DEADLINE, thursday, POLICY, 12, closed) == 7
    assert next_rung(DEADLINE, friday - timedelta(days=2), POLICY, 12, closed) == (7, thursday)
    assert spoken_at(DEADLINE, 7, "UTC", closed) == datetime(2026, 12, 3, 9, tzinfo=UTC)
    assert due_rung(DEADLINE, friday, POLICY, 12, spoken=7) is None
    assert due_rung(DEADLINE, friday, POLICY, 12, spoken=14) == 7


@st.composite
def stories(draw: st.DrawFn) -> tuple[date, int, frozenset[date], list[date]]:
    """A deadline, a term, holidays near it, and the days on which the bot happened to be up."""
    ends = draw(days)
    months = draw(st.integers(6, 36))
    holidays = draw(holidays_near(ends, 140))
    up = draw(st.lists(st.integers(-160, 20), max_size=30, unique=True))
    return ends, months, holidays, sorted(ends + timedelta(days=n) for n in up)


@given(stories())
def test_each_rung_speaks_once_and_no_downtime_loses_what_is_due(
    story: tuple[date, int, frozenset[date], list[date]],
) -> None:
    ends, months, holidays, up = story
    spoken: list[int] = []
    for today in up:
        last = spoken[-1] if spoken else None
        rung = due_rung(ends, today, POLICY, months, holidays, spoken=last)
        if rung is not None:
            spoken.append(rung)
        missed = [step.days for step in ladder(ends, POLICY, months, holidays) if step.on <= today]
        assert not missed or spoken[-1] == min(missed), "what is most urgent has been said"
        assert due_rung(ends, today, POLICY, months, holidays, spoken=spoken[-1] if spoken else None) is None
    assert spoken == sorted(set(spoken), reverse=True)


@given(stories(), zones)
def test_no_rung_speaks_outside_working_hours_or_after_its_day(
    story: tuple[date, int, frozenset[date], list[date]], zone: str
) -> None:
    ends, months, holidays, _ = story
    for rung in ladder(ends, POLICY, months, holidays):
        assert rung.on <= ends - timedelta(days=rung.days)
        assert is_working_day(rung.on, holidays)
        moment = spoken_at(ends, rung.days, zone, holidays)
        assert usual_hours(zone, holidays).is_open(moment)
        assert local_date(moment, zone) == rung.on


@given(stories())
def test_going_from_next_rung_to_next_rung_meets_every_speaking_day(
    story: tuple[date, int, frozenset[date], list[date]],
) -> None:
    ends, months, holidays, _ = story
    met, today = [], ends - timedelta(days=400)
    while following := next_rung(ends, today, POLICY, months, holidays):
        assert following[1] > today
        today = following[1]
        met.append(following)
        assert current_rung(ends, today, POLICY, months, holidays) == following[0]
    assert {day for _, day in met} == {rung.on for rung in ladder(ends, POLICY, months, holidays)}


def test_the_countdown_is_said_in_words() -> None:
    today = date(2026, 11, 20)
    assert days_left(DEADLINE, today) == 21
    assert countdown(DEADLINE, today) == "in 21 days"
    assert countdown(today, today) == "today"
    assert countdown(today + timedelta(days=1), today) == "tomorrow"
    assert countdown(today - timedelta(days=1), today) == "yesterday"
    assert countdown(today - timedelta(days=3), today) == "3 days ago"
    assert spoken_day(DEADLINE, today) == "Fri 11 Dec"
    assert spoken_day(date(2027, 1, 4), today) == "Mon 4 Jan 2027"
