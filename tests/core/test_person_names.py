"""Names of people as they are typed, and who of those who are known is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.person_names import besides, meant, names_in, person_key, unclear_in

names = st.sampled_from(
    ("Ruth Okafor", "Tom Hale", "Ana Sá", "Dr. Amy Osborne", "Femke de Vries", "Kari Nygård", "Li", "Jean-Luc Ory")
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ruth Okafor", "okafor, RUTH"),
        ("Dr. Amy Osborne", "Amy Osborne"),
        ("Ana Sá", "ana sa"),
        ("Ruth Okafor (CFO)", "Ruth Okafor"),
        ("O’Neil Pat", "Pat O'Neil"),
        ("Ruth <ruth@acme.example>", "ruth"),
    ],
)
def test_one_name_in_two_spellings_has_one_key(one: str, other: str) -> None:
    assert person_key(one) == person_key(other) != ""


@pytest.mark.parametrize("nothing", ["", "  ", "123", "--", "😀"])
def test_what_holds_no_letter_names_nobody(nothing: str) -> None:
    assert person_key(nothing) == "" and names_in(nothing) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Ruth, Tom and Ana", ["Ruth", "Tom", "Ana"]),
        ("Ruth Okafor & Tom Hale; Ana / Li", ["Ruth Okafor", "Tom Hale", "Ana", "Li"]),
        ("Andrea Sandmann", ["Andrea Sandmann"]),
        ("Ruth, Ruth", ["Ruth"]),
    ],
)
def test_the_names_of_a_field_come_apart(typed: str, said: list[str]) -> None:
    assert names_in(typed) == said


KNOWN = [(1, person_key("Ruth Okafor")), (2, person_key("Tom Hale")), (3, person_key("Tom Ford")), (4, "li")]


@pytest.mark.parametrize(
    ("typed", "people", "others"),
    [
        ("Ruth", [1], []),
        ("Okafor, Ruth", [1], []),
        ("Ruth and Tom Hale", [1, 2], []),
        ("Tom", [], []),
        ("Tom, Ruth", [1], []),
        ("Ruth Meyer", [], ["Ruth Meyer"]),
        ("Li, Sven", [4], ["Sven"]),
        ("", [], []),
    ],
)
def test_a_part_of_a_name_means_the_only_one_who_has_it(typed: str, people: list[int], others: list[str]) -> None:
    assert meant(typed, KNOWN) == (people, others)


@pytest.mark.parametrize(
    ("typed", "name", "others"),
    [
        ("Ruth", "Ruth Okafor", ""),
        ("Okafor, Ruth", "Ruth Okafor", ""),
        ("Ruth, Tom (their lawyer), Ana", "Ruth Okafor", "Tom, Ana"),
        ("Tom (their lawyer)", "Ruth Okafor", "Tom (their lawyer)"),
        ("", "Ruth Okafor", ""),
    ],
)
def test_whoever_is_chosen_is_not_named_a_second_time(typed: str, name: str, others: str) -> None:
    assert besides(typed, name) == others


@given(st.lists(st.sampled_from(("Ruth", "Tom", "Tom Hale", "Ana")), unique=True, max_size=5).map(", ".join))
def test_a_name_is_either_somebodys_or_new_or_asked_about(typed: str) -> None:
    people, others = meant(typed, KNOWN)
    name, several = unclear_in(typed, KNOWN)
    assert (name, several) == (("Tom", [2, 3]) if "Tom" in names_in(typed) else ("", []))
    assert name not in others
    if not several:
        assert len(people) + len(others) == len(names_in(typed))


@given(st.lists(names, unique=True, min_size=1, max_size=6))
def test_everybody_named_in_full_is_found_and_nobody_else(those: list[str]) -> None:
    known = [(number, person_key(name)) for number, name in enumerate(those)]
    assert meant("; ".join(those), known) == (list(range(len(those))), [])
    assert meant("; ".join(those), []) == ([], those)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(1, 9), names.map(person_key)), max_size=5))
def test_whatever_is_typed_means_only_people_who_are_known(typed: str, known: list[tuple[int, str]]) -> None:
    people, others = meant(typed, known)
    assert set(people) <= {number for number, _ in known} and all(map(person_key, others))
