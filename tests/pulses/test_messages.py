"""Messages and forms of pulses at their extremes, against the limits that Slack keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.person import Person
from bot.pulses import forms as pulse_forms
from bot.pulses.coverage_rules import Coverage, Month, Unheard, Year, months_back
from bot.pulses.facts import (
    Compared,
    GivenAnswer,
    Own,
    PulseCard,
    PulseRed,
    PulseReminder,
    PulseReminders,
    PulseSummary,
    PulseUntouched,
    Said,
)
from bot.pulses.messages.answers import own_answer
from bot.pulses.messages.card import pulse_card, started
from bot.pulses.messages.coverage import coverage_message
from bot.pulses.rules import Colour
from bot.sandbox.strict.views import check_view
from bot.slack import renderers
from bot.touchpoints.facts import NextStep
from tests.renewals.test_messages import LONG, NASTY, WORDS, check

COLOURS = [colour.value for colour in Colour]


def open_card(name: str = "Acme", people: int = 2, **more: object) -> PulseCard:
    """A running round in which the first of the team has answered."""
    asked = tuple(Person(f"UA{n}", name, "support_lead") for n in range(people))
    filled = {
        "round_id": 7,
        "account_id": 3,
        "account": name,
        "as_of": "2026-03-02",
        "opened_on": "2026-03-02",
        "closes_on": "2026-03-09",
        "cadence": 30,
        "asked": asked,
        "answered": asked[:1],
        **more,
    }
    return PulseCard(**filled)  # type: ignore[arg-type]


def closed_card(name: str = "Acme", people: int = 2, words: str = "Quiet", **more: object) -> PulseCard:
    """The same, closed, with an answer of everyone but the last."""
    card = open_card(name, people)
    said = tuple(Said(Colour(COLOURS[n % 3]), (name,) * 10, words, by=p) for n, p in enumerate(card.asked[:-1]))
    counts = {colour: sum(one.colour == colour for one in said) for colour in COLOURS}
    closed = {"closed_on": "2026-03-09", "answered": card.asked[:-1], "said": said, "counts": counts, **more}
    return replace(card, **closed)  # type: ignore[arg-type]


def summary(name: str = "Acme", words: str = "Quiet", **more: object) -> PulseSummary:
    """What the thread says after a red round."""
    filled = {
        "round_id": 7,
        "account_id": 3,
        "account": name,
        "as_of": "2026-03-09",
        "counts": {"red": 1, "green": 1},
        "asked": 3,
        "silent": (name,) * 40,
        "before_on": "2026-01-05",
        "change": "worse",
        "alarms": ("red", "apart"),
        "said": (Said(Colour.RED, (name,) * 10, words, by=Person("UA1", name, "owner")),) * 20,
        "mentions": ("UA1", "UA2"),
        "escalates_to": "manager",
        "escalates_on": "2026-03-11",
        **more,
    }
    return PulseSummary(**filled)  # type: ignore[arg-type]


def untouched(name: str = "Acme", words: str = "Quiet", **more: object) -> PulseUntouched:
    """What the manager reads."""
    said = (Said(Colour.RED, (name,), words, by=Person("UA1", name, "owner")),) * 9
    return PulseUntouched(7, 3, name, "2026-03-11", "2026-03-09", 2, ("red",), (name,) * 30, said, **more)  # type: ignore[arg-type]


def reminder(name: str = "Acme", **more: object) -> PulseReminder:
    """What someone silent gets."""
    return PulseReminder(7, 3, name, "2026-03-04", "2026-03-02", "2026-03-09", 2, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NASTY)
def test_cards_hold_any_name_and_as_much_as_anyone_writes(name: str) -> None:
    insight = {"insight": WORDS, "insight_url": "https://e.example/" + "x" * 1900 + "?a=1&b=<2>|3"}
    for card in (
        open_card(name),
        open_card(name, 60, started_by=Person("U9", name), routed="personal", **insight),
        closed_card(name, 60, WORDS, before_on="2026-01-05", before_counts={"red": 9}, change="better", **insight),
        closed_card(name, 1),
    ):
        check(renderers.render("pulse_card", card.to_facts()))
        check(started(card, "C1"))
        check(started(card, None))


@pytest.mark.parametrize("name", NASTY)
def test_lines_hold_any_name_and_as_much_as_anyone_writes(name: str) -> None:
    steps = (NextStep(WORDS, name, "2026-03-20", True, "kept"),) * 30
    for kind, facts in (
        ("pulse_summary", summary(name, WORDS)),
        ("pulse_summary", summary(name, WORDS, steps=steps)),
        ("pulse_summary", summary(name, alarms=(), mentions=())),
        ("pulse_summary", summary(name, counts={}, alarms=(), said=(), mentions=())),
        ("pulse_untouched", untouched(name, WORDS)),
        ("pulse_untouched", untouched(name, WORDS, steps=steps)),
        ("pulse_reminder", reminder(name)),
        ("pulse_reminder", reminder(name, is_answered=True)),
        ("pulse_reminder", reminder(name, is_answered=True, is_closed=True)),
        ("pulse_reminder", reminder(name, is_closed=True)),
        ("pulse_reminder", PulseReminders((reminder(name),) * 40)),
    ):
        check(renderers.render(kind, facts.to_facts()))


def test_a_reminder_of_several_rounds_has_the_answers_of_each_and_says_what_is_over() -> None:
    rounds = (reminder("Acme"), reminder("Bright", was_absent=True), reminder("Cedar", is_answered=True))
    shown = renderers.render("pulse_reminder", PulseReminders(rounds).to_facts())
    assert shown.text.startswith("2 pulses are waiting for your answer How is Acme doing?")
    assert "Your team was asked on Mon 2 Mar, while you were off work. It closes" in shown.text
    assert "You answered the pulse of Cedar. You can change it before" in shown.text
    assert "This is the only reminder of these pulses." in shown.text
    buttons = [e["action_id"] for b in shown.blocks if b["type"] == "actions" for e in b["elements"]]
    assert len(buttons) == len(set(buttons)) == 9


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_typed_comes_out_as_typed_and_pings_nobody(name: str, words: str) -> None:
    check(renderers.render("pulse_card", closed_card(name, 3, words).to_facts()))
    check(renderers.render("pulse_summary", summary(name, words).to_facts()))


def test_an_open_card_says_the_question_who_is_missing_and_what_nobody_sees() -> None:
    spoken = pulse_card(open_card(people=3, account="Acme Robotics")).text
    for words in ("How is Acme Robotics doing?", "Answered: AAA", "Waiting for <@UA1> and <@UA2>."):
        assert words.replace("AAA", "Acme") in spoken
    assert "Answers stay hidden until everyone has answered, Mon 9 Mar at the latest" in spoken
    assert "only 🔴 In danger reaches the owner at once" in spoken and "every 30 days" not in spoken


@pytest.mark.parametrize(
    "facts", [summary(steps=(), hears="Mona"), summary(steps=(), escalates_to="", escalates_on=None)]
)
def test_a_red_summary_asks_for_a_step_and_says_who_hears_of_it_only_when_somebody_does(facts: PulseSummary) -> None:
    spoken = renderers.render("pulse_summary", facts.to_facts()).text
    assert "What is the next step with Acme, and by when?" in spoken
    assert ("Mona hears on Wed 11 Mar." in spoken) == bool(facts.escalates_on)


def test_a_closed_card_is_the_summary_with_its_buttons_until_a_step_is_there() -> None:
    red = {"alarms": ("red",), "counts": {"red": 1}, "hears": "Mona", "hears_on": "2026-03-11"}
    compared = Compared("worse", "red", "yellow", "2025-08-04", "2025-01-06")
    shown = pulse_card(closed_card(before_on="2026-01-05", compared=compared, **red))
    head = "🔴 Acme: in danger · was 🟡 some worries on Mon 5 Jan · 1 of 2 answered."
    assert shown.text.startswith(head) and "Mona hears on Wed 11 Mar." in shown.text
    assert [b["type"] for b in shown.blocks] == ["section", "actions", "context"]
    assert [e["action_id"] for e in shown.blocks[1]["elements"]] == ["pulse.step", "health.open"]
    done = pulse_card(closed_card(**red, steps=(NextStep("Call them", "Dana", "2026-03-20"),)))
    assert "Next: Call them (Fri 20 Mar, Dana)." in done.text and "hears on" not in done.text
    assert "Another step…" in str(done.blocks)
    quiet = pulse_card(closed_card(counts={"green": 1}))
    assert [b["type"] for b in quiet.blocks] == ["section", "context"]


def test_a_corrected_round_asks_for_nothing_any_more() -> None:
    spoken = renderers.render("pulse_summary", summary(alarms=()).to_facts())
    assert spoken.text == "Acme: an answer was corrected, so no next step is needed any more."


@pytest.mark.parametrize("name", NASTY)
def test_coverage_holds_any_name_and_says_the_numbers_aloud(name: str) -> None:
    today = date(2026, 11, 16)
    months = tuple(Month(first, 10**6, 10**6 - n) for n, first in enumerate(months_back(today, 12)))
    years = (Year(2025, 0, 0), Year(2026, 1000, 700))
    longest = (Unheard(name, name, None), Unheard(name, "", date(2024, 1, 1))) * 5
    full = Coverage(today, 90, 10**6, 999_999, 0, 1, months, years, longest)
    message = coverage_message(full)
    check(message)
    assert "999,999 of 1,000,000 accounts answered in the last 90 days (99%)." in message.text
    assert "700 of them in Q4 (70%; an even year has 25%)" in message.text and "2025: no pulse" in message.text
    check(coverage_message(Coverage(today, 90, 0, 0, 0, 0, months, years)))


@pytest.mark.parametrize("name", NASTY)
def test_forms_hold_fifty_reasons_any_name_and_as_much_as_anyone_writes(name: str) -> None:
    reasons = [f"{LONG[:60]}{n}" for n in range(50)]
    for view in (
        pulse_forms.why_form(name, 7, GivenAnswer(Colour.RED), reasons, 3),
        pulse_forms.why_form(
            name, 7, GivenAnswer(Colour.YELLOW, ("A reason that is no longer on the list",), WORDS), reasons, 3
        ),
        pulse_forms.step_form(closed_card(name, 60, WORDS), "U1"),
        pulse_forms.reasons_form(reasons),
    ):
        check_view(view, "modal")


@pytest.mark.parametrize("name", NASTY)
def test_what_is_said_of_one_answer_holds_any_name_and_as_much_as_anyone_writes(name: str) -> None:
    earlier = (GivenAnswer(Colour.YELLOW, (name,) * 10, WORDS),) * 3
    by = Person("UA1", name, "owner")
    given = Said(Colour.RED, (name,) * 10, WORDS, date(2026, 3, 1), by=by, earlier=earlier)
    for to in ("owner", "manager", "instead", "leadership"):
        told = PulseRed(7, 3, name, "2026-03-03", "2026-03-02", "2026-03-09", given, to, name)
        check(renderers.render("pulse_red", told.to_facts()))
    given_now = GivenAnswer(Colour.RED, (name,) * 10, WORDS)
    own = Own(7, name, "2026-03-02", "2026-03-09", given_now, True, False, ("owner", "manager"))
    check(own_answer(own))
    check(renderers.render("pulse_card", closed_card(name, 13, WORDS, said=(given,) * 12).to_facts()))
    check(renderers.render("pulse_summary", summary(name, WORDS, said=(given,) * 20).to_facts()))


def test_a_worse_round_says_for_how_long_none_was_as_bad() -> None:
    since = Compared("worse", "red", "green", "2025-08-04", "2025-01-06")
    spoken = pulse_card(closed_card(before_on="2026-01-05", compared=since)).text
    assert "was 🟢 doing well on Mon 5 Jan" in spoken and "First time 🔴 in danger since Mon 4 Aug 2025." in spoken
    never = replace(since, since=None)
    spoken = pulse_card(closed_card(before_on="2026-01-05", compared=never)).text
    assert "First time 🔴 in danger; asked since Mon 6 Jan 2025." in spoken
