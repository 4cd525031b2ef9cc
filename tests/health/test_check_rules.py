"""Five scales with words at each step; what is left out is unknown, not bad."""

from __future__ import annotations

from datetime import date

import pytest

from bot.health.rules.checks import STEPS, Scale, average, label, next_ask, spoken_average, step_words, weakest


def test_every_step_of_every_scale_has_words_of_its_own_that_fit_an_option() -> None:
    words = [f"{step} · {step_words(scale, step)}" for scale in Scale for step in STEPS]
    assert len(set(words)) == 25
    assert all(len(one) <= 75 for one in words)
    assert all(len(label(scale)) <= 40 for scale in Scale)


@pytest.mark.parametrize("step", [0, 6, -1])
def test_there_is_no_other_step(step: int) -> None:
    with pytest.raises(IndexError):
        step_words(Scale.OUTCOMES, step)


def test_the_words_of_a_step_are_that_steps() -> None:
    words = [step_words(Scale.OUTCOMES, step) for step in (1, 2, 5)]
    assert words == ["None of what they bought it for", "Little of it, and late", "All of it, and they say so"]


def test_a_scale_left_out_does_not_count() -> None:
    assert average({Scale.OUTCOMES: 5, Scale.ADOPTION: 2, Scale.SUPPORT: None}) == 3.5
    assert average(dict.fromkeys(Scale)) is None


def test_the_weakest_scale_is_the_first_of_the_lowest() -> None:
    assert weakest({Scale.SUPPORT: 2, Scale.ADOPTION: 2, Scale.OUTCOMES: 4}) == (Scale.ADOPTION, 2)
    assert weakest({}) is None


def test_an_average_is_said_shortly() -> None:
    assert [spoken_average(a) for a in (3.8, 4.0, None)] == ["3.8 of 5", "4 of 5", "no scale given"]


def test_a_check_is_asked_for_some_days_after_the_last_or_after_it_was_last_asked_for() -> None:
    today = date(2026, 3, 2)
    assert next_ask(date(2026, 2, 10), None, today, 30, 1) == date(2026, 3, 12)
    assert next_ask(date(2026, 2, 10), date(2026, 2, 20), today, 30, 1) == date(2026, 3, 22)
    assert next_ask(None, date(2026, 2, 20), today, 30, 1) == date(2026, 3, 22)
    assert next_ask(date(2025, 1, 1), None, today, 30, 1) == today


def test_first_checks_are_spread_over_the_cadence_by_the_accounts_number() -> None:
    today = date(2026, 3, 2)
    asked = [next_ask(None, None, today, 30, account).day for account in (0, 1, 28, 30, 31)]
    assert asked == [3, 4, 31, 3, 4]
