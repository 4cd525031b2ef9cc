"""The score in words: each finding is a short sentence with its number and its age."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bot.core.policy import default_policy
from bot.health.rules.score import Band, Input, Observation, score, touch_observation
from bot.health.rules.score_history import Aged, ScoreChange
from bot.health.rules.score_words import (
    ago,
    band_name,
    change_words,
    finding,
    findings,
    input_name,
    newest_words,
    reason,
    signed,
    summary_words,
)

TODAY = date(2026, 3, 2)
POLICY = default_policy("enterprise")


def test_the_issue_s_own_example() -> None:
    seen = [Observation(Input.HEALTH, 1, TODAY), *touch_observation(TODAY - timedelta(days=65), TODAY, POLICY)]
    (dearest,) = score(seen, TODAY, POLICY).reasons(3)
    assert reason(dearest, POLICY) == "−18 no touch for 65 days, cadence 30"


@pytest.mark.parametrize(
    ("code", "input", "number", "age", "words"),
    [
        ("check_adoption", Input.HEALTH, 2, 21, "health check 21 days ago, lowest: adoption 2 of 5"),
        ("pulse_red", Input.PULSE, None, 9, "pulse red, 9 days ago"),
        ("open_urgent", Input.SUPPORT, 2, 0, "urgent tickets (2) open"),
        ("open_urgent", Input.SUPPORT, 1, 0, "urgent ticket open"),
        ("open_escalated", Input.SUPPORT, 2, 0, "escalated tickets (2) open"),
        ("open_escalated", Input.SUPPORT, 1, 0, "escalated ticket open"),
        ("escalated", Input.SUPPORT, 1, 3, "escalated ticket, newest sign 3 days ago"),
        ("satisfaction", Input.SUPPORT, 2, 1, "support rated 2 of 5, newest sign yesterday"),
        ("promise_broken", Input.PROMISES, 1, 0, "broken promise, newest today"),
        ("promise_kept", Input.PROMISES, 3, 5, "kept promises (3), newest 5 days ago"),
        ("churn_call", Input.CHURN, None, 0, "a churn word in a call, today"),
        ("churn_email", Input.CHURN, None, 1, "a churn word in an email, yesterday"),
        ("churn_on_site", Input.CHURN, None, 2, "a churn word in a visit, 2 days ago"),
        ("churn_", Input.CHURN, None, 2, "a churn word in a contact, 2 days ago"),
        ("churn_fax", Input.CHURN, None, 2, "a churn word in a contact, 2 days ago"),
        ("churn_meeting", Input.CHURN, None, 0, "a churn word in a meeting, today"),
        ("churn_ticket", Input.CHURN, None, 0, "a churn word in a ticket, today"),
        ("churn_event", Input.CHURN, None, 0, "a churn word in an event, today"),
        ("churn_chat", Input.CHURN, None, 0, "a churn word in a chat, today"),
        ("churn_note", Input.CHURN, None, 0, "a churn word in a note, today"),
        ("churn_check", Input.CHURN, None, 0, "a churn word in a health check, today"),
        ("churn_pulse", Input.CHURN, None, 0, "a churn word in a pulse, today"),
        ("pulse_yellow", Input.PULSE, None, 0, "pulse yellow, today"),
        ("pulse_green", Input.PULSE, None, 0, "pulse green, today"),
        ("pulse_impression", Input.PULSE, None, 9, "pulse green (impressions only), 9 days ago"),
        ("touched", Input.TOUCH, 3, 3, "last touch 3 days ago, cadence 30"),
        ("no_touch", Input.TOUCH, 65, 1, "no touch for 1 day, cadence 30"),
        ("", Input.SUPPORT, None, 2, "support, 2 days ago"),
    ],
)
def test_each_finding_says_what_and_how_old(code: str, input: Input, number: int | None, age: int, words: str) -> None:
    (part,) = score([Observation(input, 0, TODAY - timedelta(days=age), code, number)], TODAY, POLICY).parts
    assert finding(part, POLICY) == words


def test_of_several_pulses_the_worst_is_named_and_the_newest_dated() -> None:
    seen = [
        Observation(Input.PULSE, 0, TODAY - timedelta(days=40), "pulse_red"),
        Observation(Input.PULSE, 1, TODAY - timedelta(days=4), "pulse_green"),
    ]
    (part,) = score(seen, TODAY, POLICY).parts
    assert finding(part, POLICY) == "a red pulse among the last 2, newest 4 days ago"


@pytest.mark.parametrize(("days", "words"), [(130, "for 130 days"), (1, "for 1 day"), (0, "since today")])
def test_what_is_open_says_since_when_and_not_how_new_it_is(days: int, words: str) -> None:
    began = TODAY - timedelta(days=days)
    seen = [Observation(Input.SUPPORT, 0, TODAY, "open_urgent", 1, began)]
    (part,) = score(seen, TODAY, POLICY).parts
    assert finding(part, POLICY) == f"urgent ticket open {words}"
    assert newest_words([part]) == f"Last known: support open {words}"


def test_no_two_numbers_stand_side_by_side() -> None:
    seen = [
        Observation(Input.PULSE, 1, TODAY - timedelta(days=21), "pulse_green"),
        Observation(Input.PULSE, 1, TODAY - timedelta(days=30), "pulse_green"),
    ]
    (part,) = score(seen, TODAY, POLICY).parts
    assert reason(part, POLICY) == "±0 green pulses (2), newest 21 days ago"
    seen = [replace(one, code="pulse_impression") for one in seen]
    (part,) = score(seen, TODAY, POLICY).parts
    assert reason(part, POLICY) == "±0 green pulses (2), impressions only, newest 21 days ago"


def test_changes_are_counted_in_points_and_days() -> None:
    assert change_words(ScoreChange(-4, 30)) == "−4 in 30 days"
    assert change_words(ScoreChange(0, 1)) == "±0 in 1 day"
    assert change_words(ScoreChange(7, 12, reweighed=True)) == "+7 in 12 days, since its weights or the tier changed"
    assert change_words(None) == "no change known yet"
    rose = ScoreChange(6, 30, aged=Aged.EXPIRED)
    assert change_words(rose) == "+6 in 30 days, because old answers expired"
    assert change_words(replace(rose, reweighed=True, aged=Aged.FADED)) == (
        "+6 in 30 days, since its weights or the tier changed, because old answers count for less"
    )


def test_points_carry_a_real_minus_sign() -> None:
    assert [signed(points) for points in (-12.4, 0.3, 3)] == ["−12", "±0", "+3"]


def test_a_word_of_leaving_is_quoted_and_the_newest_of_several_is_dated() -> None:
    seen = [
        Observation(Input.CHURN, 0, TODAY - timedelta(days=ago), "churn_call", quote=quote)
        for ago, quote in ((3, "cancel"), (9, "leave us"))
    ]
    (one,) = score(seen[:1], TODAY, POLICY).parts
    (both,) = score(seen, TODAY, POLICY).parts
    assert finding(one, POLICY) == "“cancel” in a call, 3 days ago"
    assert finding(both, POLICY).endswith(", newest of 2, 3 days ago")


def test_what_is_low_is_told_without_points_the_dearest_first() -> None:
    seen = [
        Observation(Input.PULSE, 0.5, TODAY, "pulse_yellow"),
        Observation(Input.PROMISES, 0, TODAY, "promise_broken", 1),
        Observation(Input.HEALTH, 1, TODAY, "check_adoption", 5),
        Observation(Input.CHURN, 0, TODAY, "churn_call"),
        *touch_observation(TODAY - timedelta(days=65), TODAY, POLICY),
    ]
    parts = score(seen, TODAY, POLICY).parts
    low = sorted((part for part in parts if part.is_low), key=lambda part: part.points)
    assert findings(parts, POLICY, 9) == tuple(finding(part, POLICY) for part in low)
    assert len(low) == 4 and findings(parts, POLICY, 2) == findings(parts, POLICY, 9)[:2]
    assert not any("health check" in words for words in findings(parts, POLICY, 9))


def test_behind_a_score_stands_its_change_and_behind_none_only_what_is_known() -> None:
    change = ScoreChange(-4, 30)
    assert summary_words(61, change, 80) == "−4 in 30 days, 80% of what counts is known"
    assert summary_words(61, None, 80) == "no change known yet, 80% of what counts is known"
    assert summary_words(None, change, 40) == "40% of what counts is known"


def test_the_ages_of_several_inputs_stand_in_one_line() -> None:
    seen = [Observation(Input.HEALTH, 1, TODAY), Observation(Input.PULSE, 1, TODAY - timedelta(days=9), "pulse_green")]
    assert newest_words(score(seen, TODAY, POLICY).parts) == "Last known: health check today, pulses 9 days ago"
    assert newest_words(()) == ""


def test_every_input_and_band_has_its_word() -> None:
    assert [input_name(one) for one in Input] == [
        "health check", "pulses", "recent touch", "support", "promises", "words of leaving",
    ]  # fmt: skip
    assert [band_name(one) for one in Band] == ["poor", "fair", "good"]
    assert [ago(days) for days in (0, 1, 2)] == ["today", "yesterday", "2 days ago"]
