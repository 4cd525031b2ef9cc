"""Satisfaction as helpdesks write it: the scale of a column, and what one answer comes to on it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bot.importing.rules.ratings import BINARY, SMILEYS, ScaleGuess, satisfaction


def guessed(*values: str) -> ScaleGuess:
    """What a column's values tell."""
    guess = ScaleGuess()
    for value in values:
        guess.see(value)
    return guess


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("CSAT (1-5)", 5),
        ("Score 1 to 7", 7),
        ("Score 0–10", 10),
        ("Rating /100", 100),
        ("Satisfaction %", 100),
        ("NPS", 10),
        ("Stars", 5),
    ],
)
def test_a_header_names_the_scale_whatever_the_answers_are(header: str, best: int) -> None:
    assert guessed("55", "80", "90").scale(header) == best


@pytest.mark.parametrize(
    ("values", "best"),
    [
        ([], 5),
        (["good", "80%", "8/10"], 5),
        (["103", " -103 "], SMILEYS),
        (["103", "102", "101", "100", "-101", "-102", "-103"], SMILEYS),
        (["0", "1"], BINARY),
        (["0", "1", "2"], 5),
        (["1"], 5),
        (["5", "4"], 5),
        (["5,5", "4"], 10),
        (["10", "4"], 10),
        (["10"], 10),
        # One in ten answers or more is no slip; one alone is.
        (["8", *["4"] * 9], 5),
        (["8", *["4"] * 8], 10),
        (["8", "9", *["4"] * 8], 10),
        (["8", "9", *["4"] * 98], 10),
        (["8", "9", *["4"] * 99], 5),
        (["90", "4"], 5),
        (["90", "80", "4"], 100),
        (["10.5", "11", "4"], 100),
        (["90", "8", "4", "4", "4"], 10),
        (["8", "9", "4,0", "4.0", *["4"] * 7], 10),
        (["5,5", "5.5", *["4"] * 98], 10),
    ],
)
def test_a_column_without_a_name_has_the_scale_that_its_answers_fit(values: list[str], best: int) -> None:
    assert guessed(*values).scale("satisfaction") == best


def test_two_thousand_different_answers_are_enough_and_known_ones_still_count() -> None:
    guess = guessed(*(f"word {n}" for n in range(1999)), "4")
    for value in ("90", "4"):
        guess.see(value)
    assert guess.scale("") == 5
    guess = guessed(*(f"word {n}" for n in range(1998)), "4", "90", "90", "90")
    assert guess.scale("") == 100


def test_whether_there_are_numbers_without_a_scale() -> None:
    assert guessed("good", "7").is_bare
    assert not guessed("good", "8/10", "80 %").is_bare


def every(texts: Iterable[str], best: int = 5) -> list[int | None]:
    """What these answers come to."""
    return [satisfaction(text, best) for text in texts]


def test_words_say_what_they_mean_and_no_answer_says_nothing() -> None:
    assert every(["Good", "Bad with comment", "Good without comment", "Extremely happy", "NEUTRAL"]) == [5, 1, 5, 5, 3]
    assert every(["Very unhappy", "happy 😀", "unhappy"]) == [1, 4, 2]
    assert every(["Offered", "not offered", "No rating", "pending"]) == [None] * 4


def test_marks_are_read_on_their_scale() -> None:
    assert every(["1", "3", "4.5", "4,4", " 5 stars ", "3 points"]) == [1, 3, 5, 4, 5, 3]
    assert every(["80%", "8/10", "4 of 5", "9 out of 10", "1 von 5", "0/10", "50 %", "0%"]) == [4, 4, 4, 5, 1, 1, 3, 1]
    assert every(["0/5", "0 of 5", "2/2", "1/2", "0 %", "7/7"]) == [1, 1, 5, 3, 1, 5]
    assert every(["10", "5", "0", "2.9"], 10) == [5, 3, 1, 1]
    assert every(["100", "0", "70"], 100) == [5, 1, 4]
    assert every(["1", "0"], BINARY) == [5, 1]
    assert every(["103", "100", " -101 ", "-103"], SMILEYS) == [5, 3, 2, 1]


@pytest.mark.parametrize(
    ("text", "best"),
    [("6", 5), ("0", 5), ("0.9", 5), ("11/10", 5), ("3/0", 5), ("0/0", 5), ("102", 100), ("fine", 5), ("", 5)],
)
def test_what_is_on_no_scale_is_refused_with_what_to_write(text: str, best: int) -> None:
    with pytest.raises(ValueError, match=f"Write 1 to {best}"):
        satisfaction(text, best)


def test_a_mark_alone_is_one_of_five() -> None:
    assert satisfaction("5") == 5
    with pytest.raises(ValueError, match=r"'6' is no satisfaction\. Write 1 to 5, or leave it empty\."):
        satisfaction("6")
