"""Rules of growth: never where it is not eligible, and a peer's share that says something."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.product_names import is_named, owned_by, product_key
from bot.health.rules.score_history import Point
from bot.opportunities.rules import (
    GAP,
    OWNED,
    PIPELINE,
    REFUSED,
    STATES,
    PeerShare,
    Seats,
    counted,
    has_been_well,
    seats_grown,
    whitespace,
)

TODAY = date(2026, 3, 2)
DAYS = st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days))
NUMBERS = st.frozensets(st.integers(1, 8))


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_every_product_stands_in_one_way_and_a_gap_is_what_nothing_is_known_of(
    products: frozenset[int], owned: frozenset[int], pipeline: frozenset[int], refused: frozenset[int]
) -> None:
    found = whitespace(products, owned, pipeline, refused)
    assert found.keys() == products
    for number, state in found.items():
        assert (state == GAP) == (number not in owned | pipeline | refused)
        assert (state == OWNED) == (number in owned)
        assert state != REFUSED or number in refused - owned - pipeline
        assert state != PIPELINE or number in pipeline - owned
    counts = counted([found, found], list(products))
    assert all(sum(counts[number][state] for state in STATES) == 2 for number in products)


@pytest.mark.parametrize(
    ("name", "contract", "names"),
    [
        ("Pro", "Acme PRO 2026", True),
        ("Pro", "pro", True),
        ("Pro", "Professional services", False),
        ("Data  Hub", "data hub (EU)", True),
        ("C++ course", "the C++ Course", True),
        ("Pro", "", False),
        ("Straße", "STRASSE 7", True),
    ],
)
def test_a_contract_names_a_product_by_whole_words_in_any_case(name: str, contract: str, names: bool) -> None:
    assert is_named(product_key(name), contract) is names


@given(st.lists(st.sampled_from(["Pro 1", "pro plus", "Basic", "Professional", ""]), max_size=6))
def test_what_is_owned_does_not_hang_on_the_order_of_contracts(names: list[str]) -> None:
    products = {1: "pro", 2: "basic", 3: "enterprise"}
    found = owned_by(products, names)
    assert found == owned_by(products, reversed(names)) == owned_by(products, [*names, *names])
    assert (1 in found) == any(name in ("Pro 1", "pro plus") for name in names)


SEATS = st.builds(
    Seats, st.integers(0, 50), st.none() | st.integers(0, 50), st.none() | DAYS, began_on=st.none(), until=st.none()
)


@given(st.lists(SEATS, max_size=5))
def test_seats_grow_only_from_some_to_more(contracts: list[Seats]) -> None:
    since = TODAY - timedelta(days=90)
    known = [one if one.before is not None else one._replace(changed_on=None) for one in contracts]
    grown = seats_grown(known, since, TODAY)
    now = sum(one.seats or 0 for one in known)
    then = sum((one.before if one.changed_on and one.changed_on > since else one.seats) or 0 for one in known)
    assert grown == ((then, now) if now > then > 0 else None)


def test_a_contract_that_takes_anothers_place_is_no_growth_and_a_new_one_beside_it_is() -> None:
    since = TODAY - timedelta(days=90)
    ended = Seats(10, began_on=date(2025, 1, 1), until=TODAY - timedelta(days=5))
    new = Seats(10, began_on=TODAY - timedelta(days=5))
    assert seats_grown([ended, new], since, TODAY) is None
    assert seats_grown([ended, new._replace(seats=12)], since, TODAY) == (10, 12)
    assert seats_grown([new], since, TODAY) is None, "a first purchase"
    assert seats_grown([Seats(10), new], since, TODAY) == (10, 20)
    assert seats_grown([Seats(10), Seats(None)], since, TODAY) is None, "nobody knows"


SCORES = st.lists(st.tuples(st.integers(0, 80), st.none() | st.integers(0, 100)), max_size=8, unique_by=lambda p: p[0])


@given(SCORES)
def test_well_means_well_on_each_of_the_days(scores: list[tuple[int, int | None]]) -> None:
    points = [Point(TODAY - timedelta(days=ago), score, "w") for ago, score in sorted(scores, reverse=True)]

    def on(day: date) -> int | None:
        before = [one for one in points if one.day <= day]
        return before[-1].score if before else None

    days = [on(TODAY - timedelta(days=ago)) for ago in range(31)]
    expected = all(score is not None and score >= 70 for score in days)
    assert has_been_well(points, 70, 30, TODAY) == expected


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 100))
def test_few_peers_say_nothing(have: int, more: int, percent: int) -> None:
    share = PeerShare(have, have + more)
    assert share.speaks(percent) == (have + more >= 4 and have >= percent / 100 * (have + more))
