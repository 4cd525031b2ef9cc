"""Messages and form of health at their extremes: within Slack's limits, and nobody is pinged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from bot.core.person import Person
from bot.health.facts import HealthAlert, HealthLine, HealthPrompt
from bot.health.forms import health_form
from bot.health.rules.checks import Check, Scale
from bot.renewals.facts import RenewalCard
from bot.renewals.messages.card import details_view
from bot.sandbox.strict.messages import check_message
from bot.sandbox.strict.views import check_view
from bot.slack.message import Message
from bot.slack.renderers import render

NASTY = "<!channel> & <@U1> *bold* _x_ `y` \u202eabc 🎉 مرحبا " * 8
TODAY = date(2026, 3, 2)
DANA = Person("U1", NASTY)
LINE = HealthLine(
    check_id=7,
    account_id=1,
    account=NASTY,
    by=DANA,
    on="2026-03-01",
    as_of="2026-03-02",
    average=2.2,
    average_before=4.0,
    before_on="2025-12-01",
    scales=tuple((scale.value, 1, 5) for scale in Scale),
    heard=(NASTY + "\n") * 30,
    risks=tuple(f"{NASTY[:60]}{n}" for n in range(50)),
    next_step=NASTY * 2,
    next_step_by=NASTY,
    next_step_on="2026-04-01",
    sold_nothing=True,
    score=31,
    score_before=80,
    summary="−49 in 30 days, 90% of what counts is known",
    ages="Last known: pulses today",
    reasons=("−40 no touch for 41 days, cadence 30",) * 3,
    corrected=True,
)
PROMPT = HealthPrompt(1, NASTY, "cadence", "2026-03-02", 90, "U1", DANA, "2025-12-01", 4.0, NASTY, routed="shared")
ALERT = HealthAlert(
    1,
    NASTY,
    31,
    80,
    "2026-03-01",
    "2026-03-02",
    "poor",
    "−49 in 30 days, 90% of what counts is known",
    "Last known: pulses today",
    ("−40 x",) * 3,
    ("pulses",),
    instead_of="D",
)


def words_of(message: Message) -> str:
    return message.text + json.dumps(message.blocks, ensure_ascii=False)


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("health_line", LINE.to_facts()),
        ("health_prompt", PROMPT.to_facts()),
        ("health_prompt", {**PROMPT.to_facts(), "done_by": {"slack_id": "U1", "name": NASTY, "role": ""}}),
        ("health_alert", ALERT.to_facts()),
    ],
)
def test_each_message_fits_and_shows_what_was_typed_without_pinging(kind: str, facts: dict[str, Any]) -> None:
    message = render(kind, json.loads(json.dumps(facts)))
    words = words_of(message)
    assert "<!channel>" not in words and "\u202e" not in words
    assert "&lt;!channel&gt;" in words
    assert words.count("<@") == (kind == "health_prompt" and not facts["done_by"]) * 2
    assert len(message.blocks) <= 12
    check_message(message.text, message.blocks)


def test_a_prompt_without_a_mention_mentions_nobody() -> None:
    facts = {**PROMPT.to_facts(), "mention": None}
    assert "<@" not in words_of(render("health_prompt", facts))


@pytest.mark.parametrize(
    ("before", "score", "why"),
    [(80, 60, "lost at least 15 points within 7 days"), (71, 69, "came below 70"), (52, 48, "came below 50")],
)
def test_an_alert_says_which_of_its_reasons_it_was(before: int, score: int, why: str) -> None:
    facts = {**ALERT.to_facts(), "before": before, "score": score}
    assert f"It {why}." in render("health_alert", facts).text


def test_the_form_fits_with_50_reasons_and_last_answers_of_any_length() -> None:
    last = Check(
        1,
        1,
        1,
        NASTY,
        1,
        DANA,
        datetime(2026, 2, 1),
        date(2026, 2, 1),
        dict.fromkeys(Scale, 5),
        "x" * 3000,
        tuple(f"Gone {n}" for n in range(30)),
        False,
        "y" * 300,
        DANA,
        date(2026, 2, 3),
    )
    reasons = [f"{'r' * 66}{n:03}" for n in range(50)]
    for correcting in (None, last):
        view = health_form(1, NASTY, TODAY, "U1", reasons, last, correcting)
        check_view(view, "modal")


def test_a_renewal_card_shows_score_and_change_and_the_reasons_one_press_off() -> None:
    card = RenewalCard(
        1,
        1,
        "Acme",
        "mid",
        "2026-04-01",
        "2026-05-01",
        "2026-03-02",
        30,
        False,
        "upcoming",
        "2026-03-01",
        health_score=62,
        health_words=("−4 in 30 days, 75% of what counts is known", "−12 no touch for 41 days, cadence 30"),
    )
    message = render("renewal_card", replace(card, health_band="fair", health_before=66).to_facts())
    assert "Health 🟡 62, was 66" in json.dumps(message.blocks, ensure_ascii=False)
    assert "Health 🟡 62, was 66" in message.text
    shown = json.dumps(details_view(card), ensure_ascii=False)
    assert "*Health 62 of 100* (on Mon 2 Mar: −4 in 30 days, 75% of what counts is known)" in shown
    assert "\\n−12 no touch for 41 days, cadence 30" in shown
