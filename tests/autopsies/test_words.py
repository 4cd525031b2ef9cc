"""An autopsy blames nobody: in none of its words, and in none of the places that show it."""

from __future__ import annotations

import re

import pytest

from tests.slack.said import all_samples, in_the_code, strings_in

BLAMING = (
    "failed to",
    "failure",
    "should have",
    "should've",
    "could have been avoided",
    "fault",
    "blame",
    "guilty",
    "neglect(ed)?",
    "ignored?",
    "careless",
    "forgot(ten)?",
    "mistake",
    "missed",
    "too late",
    "negligent",
    "responsible for",
    "nobody bothered",
    "overlooked",
)


def seen() -> list[tuple[str, str]]:
    """(where, words) of the samples of autopsies and of the words in their code."""
    found = [(one.kind, text) for one in all_samples() if "autops" in one.kind for text in strings_in(dict(one.body))]
    found += [(file, words) for file, words in in_the_code() if "autops" in file]
    return found


def test_there_is_something_to_look_at() -> None:
    assert len({where for where, _ in seen()}) > 6


@pytest.mark.parametrize("phrase", BLAMING)
def test_no_word_of_an_autopsy_blames(phrase: str) -> None:
    pattern = re.compile(rf"\b{phrase}\b", re.IGNORECASE)
    assert [(where, words) for where, words in seen() if pattern.search(words)] == []
