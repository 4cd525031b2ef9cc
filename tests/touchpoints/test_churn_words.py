"""Words of leaving: what counts as one in several languages, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.touchpoints.rules.churn_words import LENGTH, MARKED, churn_word, noted
from bot.touchpoints.rules.line import suggested_mood


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("She wants to cancel", "cancel"),
        ("ANGRY. THEY WILL CANCEL!!", "CANCEL"),
        ("They cancelled their contract", "cancelled"),
        ("Cancellation letter arrived", "Cancellation"),
        ("They will terminate the contract", "terminate"),
        ("They won’t renew", "won’t renew"),
        ("Will not be renewing next year", "not be renewing"),
        ("Do not want to renew", "Do not want to renew"),
        ("Looking at a competitor", "Looking at a competitor"),
        ("Their CFO is looking at another vendor", "looking at another vendor"),
        ("Evaluating alternatives", "Evaluating alternatives"),
        ("They gave notice", "gave notice"),
        ("They threaten to leave us", "leave us"),
        ("They did not like it and want to cancel", "cancel"),
        ("Not sure whether they will cancel", "cancel"),
        ("If nothing changes they cancel", "cancel"),
        ("Sie wollen kündigen", "kündigen"),
        ("Sie werden nicht verlängern", "nicht verlängern"),
        ("Ils veulent résilier", "résilier"),
        ("Ils veulent resilier", "resilier"),
        ("Sie wollen kuendigen", "kuendigen"),
        ("Ils ne renouvellent pas", "ne renouvellent"),
        ("Quieren cancelar", "cancelar"),
        ("No van a renovar", "No van a renovar"),
        ("Non rinnovano", "Non rinnovano"),
        ("Ze willen opzeggen", "opzeggen"),
        ("Não vão renovar", "Não vão renovar"),
    ],
)
def test_a_word_of_leaving_is_found_as_it_was_typed(words: str, found: str) -> None:
    assert churn_word(words).casefold().endswith(found.casefold())
    assert suggested_mood(words) == "churn"


@pytest.mark.parametrize(
    "words",
    [
        "They will not cancel",
        "They won't cancel",
        "No plans to cancel",
        "No intention of cancelling",
        "They don't want to cancel or terminate",
        "They decided against cancelling",
        "They withdrew the cancellation",
        "Rather than cancel they extend",
        "Not looking at a competitor",
        "They are not going to leave us",
        "Will renew, no churn",
        "They renewed early",
        "no cancelling",
        "Dana cancelled our call",
        "Call cancelled by Dana",
        "QBR was cancelled",
        "The meeting was cancelled",
        "Cancel the meeting on Friday",
        "They use noise-cancelling headphones",
        "Sie kündigen nicht",
        "Keine Kündigung",
        "Ils ne veulent pas résilier",
        "No quieren cancelar",
        "Great call, all is fine",
        "",
    ],
)
def test_what_is_denied_or_about_something_else_is_no_word_of_leaving(words: str) -> None:
    assert churn_word(words) == ""


@given(st.text(max_size=300))
def test_whatever_is_typed_what_is_found_stands_in_it_and_is_short(words: str) -> None:
    found = churn_word(words)
    assert len(found) <= LENGTH and found in " ".join(words.split())


def test_a_person_s_own_judgement_of_a_contact_stands_above_its_words() -> None:
    assert noted(("They will cancel",), "calm") == ""
    assert noted(("They will cancel",), "tense") == "cancel"
    assert noted(("Price", "All fine"), "churn") == MARKED
    assert noted(("Looking at a competitor", "They cancel")) == "Looking at a competitor"
    assert noted(()) == ""
