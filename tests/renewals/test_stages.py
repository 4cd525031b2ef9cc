from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import is_working_day
from bot.renewals.rules.stages import (
    Button,
    Forecast,
    LostReason,
    Stage,
    buttons,
    can_move,
    is_open,
    is_unsigned,
    is_won,
    label,
    may_undo,
    needs_reason,
    next_steps,
    snooze_choices,
    snooze_limit,
    snooze_until,
)
from tests.strategies import days, holidays_near

MONDAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("frm", "to", "possible"),
    [
        (Stage.UPCOMING, Stage.ENGAGED, True),
        (Stage.UPCOMING, Stage.SIGNED, True),
        (Stage.NEGOTIATING, Stage.PROPOSED, True),
        (Stage.UPCOMING, Stage.PAID, False),
        (Stage.APPROVAL, Stage.INVOICED, False),
        (Stage.SIGNED, Stage.INVOICED, True),
        (Stage.SIGNED, Stage.PAID, True),
        (Stage.SIGNED, Stage.UPCOMING, False),
        (Stage.INVOICED, Stage.PAID, True),
        (Stage.LOST, Stage.ENGAGED, True),
        (Stage.LOST, Stage.PAID, False),
        (Stage.PAID, Stage.LOST, False),
    ],
)
def test_stages_follow_each_other_as_deals_do(frm: Stage, to: Stage, possible: bool) -> None:
    assert can_move(frm, to) is possible


def test_no_stage_follows_itself_and_only_paid_is_final() -> None:
    for stage in Stage:
        assert not can_move(stage, stage)
        assert len(set(next_steps(stage))) == len(next_steps(stage))
        assert bool(next_steps(stage)) is (stage is not Stage.PAID)


def test_it_is_not_over_until_it_is_paid_or_lost() -> None:
    assert [stage for stage in Stage if not is_open(stage)] == [Stage.PAID, Stage.LOST]
    assert [stage for stage in Stage if is_won(stage)] == [Stage.PAID]
    assert [stage for stage in Stage if is_open(stage) and not is_unsigned(stage)] == [Stage.SIGNED, Stage.INVOICED]


def test_lost_and_at_risk_want_a_reason() -> None:
    assert [c for c in (*Stage, *Forecast) if needs_reason(c)] == [Stage.LOST, Forecast.AT_RISK]


def test_everything_on_screen_has_its_own_words() -> None:
    for words in (Stage, Forecast, LostReason, Button):
        labels = [label(choice) for choice in words]
        assert len(set(labels)) == len(labels)


def test_only_buttons_that_make_sense_now_are_there() -> None:
    assert buttons(Stage.UPCOMING, claimed=False) == (Button.CLAIM, Button.UPDATE, Button.SNOOZE)
    assert buttons(Stage.UPCOMING, claimed=True) == (Button.UPDATE, Button.SNOOZE)
    assert buttons(Stage.PROPOSED, True, deadline=MONDAY, today=MONDAY) == (Button.UPDATE,)
    tuesday = MONDAY + timedelta(days=1)
    assert buttons(Stage.PROPOSED, True, tuesday, MONDAY) == (Button.UPDATE, Button.SNOOZE)
    assert buttons(Stage.PROPOSED, True, tuesday, MONDAY, {tuesday}) == (Button.UPDATE,), "there is no day to snooze to"
    assert buttons(Stage.SIGNED, claimed=True) == (Button.INVOICED, Button.UPDATE)
    assert buttons(Stage.INVOICED, claimed=True) == (Button.PAID, Button.UPDATE)
    assert buttons(Stage.LOST, claimed=True) == (Button.UPDATE,)
    assert buttons(Stage.PAID, claimed=True) == ()


@pytest.mark.parametrize(
    ("ahead", "offered"),
    [(0, []), (1, [1]), (3, [1, 3]), (6, [1, 3]), (7, [1, 3, 7]), (90, [1, 3, 7])],
)
def test_snoozes_are_offered_as_far_as_the_deadline_allows(ahead: int, offered: list[int]) -> None:
    choices = snooze_choices(MONDAY + timedelta(days=ahead), MONDAY)
    assert [choice.days for choice in choices] == offered


def test_on_a_friday_tomorrow_and_three_days_are_one_choice_and_named_for_what_it_is() -> None:
    friday = date(2026, 5, 8)
    offered = [(choice.label, choice.until) for choice in snooze_choices(date(2026, 6, 1), friday)]
    assert offered == [("Until the next working day", date(2026, 5, 11)), ("For a week", date(2026, 5, 15))]


def test_a_snooze_into_the_weekend_ends_on_monday_but_not_beyond_the_deadline() -> None:
    saturday, sunday = date(2026, 5, 9), date(2026, 5, 10)
    assert snooze_until(saturday, date(2026, 6, 1), MONDAY) == date(2026, 5, 11)
    assert snooze_until(saturday, sunday, MONDAY) == date(2026, 5, 8)
    assert snooze_limit(sunday, MONDAY) == date(2026, 5, 8)


@pytest.mark.parametrize(
    ("wanted", "deadline", "words"),
    [
        (MONDAY, date(2026, 6, 1), "after today"),
        (date(2026, 6, 2), date(2026, 6, 1), "up to the deadline, Mon 1 Jun"),
        (date(2026, 5, 5), MONDAY, "too near"),
    ],
)
def test_a_snooze_that_goes_too_far_is_refused_with_what_to_choose(wanted: date, deadline: date, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        snooze_until(wanted, deadline, MONDAY)


@given(days.flatmap(lambda day: st.tuples(st.just(day), holidays_near(day))), st.integers(-5, 40))
def test_no_snooze_reaches_beyond_the_deadline(at: tuple[date, frozenset[date]], ahead: int) -> None:
    today, holidays = at
    deadline = today + timedelta(days=ahead)
    choices = snooze_choices(deadline, today, holidays)
    assert len({choice.until for choice in choices}) == len(choices)
    for choice in choices:
        assert today < choice.until <= deadline
        assert is_working_day(choice.until, holidays)


@pytest.mark.parametrize(
    ("stage", "following"),
    [
        ("upcoming", "engaged proposed negotiating approval signed lost"),
        ("engaged", "proposed negotiating approval signed lost upcoming"),
        ("negotiating", "approval signed lost proposed engaged upcoming"),
        ("approval", "signed lost negotiating proposed engaged upcoming"),
        ("signed", "invoiced paid lost approval negotiating"),
        ("invoiced", "paid lost signed"),
        ("paid", ""),
        ("lost", "upcoming engaged proposed negotiating approval"),
    ],
)
def test_what_may_follow_a_stage_the_nearest_first(stage: str, following: str) -> None:
    assert [one.value for one in next_steps(Stage(stage))] == following.split()


def test_a_snooze_says_in_words_how_long_it_is() -> None:
    offered = snooze_choices(date(2026, 6, 30), MONDAY, days=(1, 2, 3, 7, 14))
    assert [(one.days, one.label, one.until.day) for one in offered] == [
        (1, "Until tomorrow", 5),
        (2, "For 2 days", 6),
        (3, "For 3 days", 7),
        (7, "For a week", 11),
        (14, "For 14 days", 18),
    ]
    assert snooze_choices(MONDAY, MONDAY) == ()


def test_a_payment_can_be_taken_back_by_its_button_for_a_day() -> None:
    assert buttons(Stage.PAID, claimed=False, may_undo=True) == (Button.UNDO,)
    assert buttons(Stage.SIGNED, claimed=False, may_undo=True) == (Button.INVOICED, Button.UPDATE)
    paid = datetime(2026, 5, 4, 9, tzinfo=UTC)
    for stage, by, at, after, may in [
        ("paid", "U1", paid, timedelta(days=1, seconds=-1), True),
        ("paid", "U1", paid, timedelta(days=1), False),
        ("paid", None, paid, timedelta(0), False),
        ("paid", "U1", None, timedelta(0), False),
        ("signed", "U1", paid, timedelta(0), False),
    ]:
        assert may_undo(stage, by, at, paid + after) is may


def test_why_a_snooze_is_refused_to_the_word() -> None:
    for wanted, deadline, words in [
        (date(2026, 5, 5), MONDAY, "The deadline is too near to snooze. Update the renewal instead."),
        (MONDAY, date(2026, 6, 1), "Choose a day after today."),
        (date(2026, 6, 2), date(2026, 6, 1), "Choose a day up to the deadline, Mon 1 Jun."),
    ]:
        with pytest.raises(ValueError) as refused:
            snooze_until(wanted, deadline, MONDAY)
        assert str(refused.value) == words
    assert snooze_until(date(2026, 6, 1), date(2026, 6, 1), MONDAY) == date(2026, 6, 1)
