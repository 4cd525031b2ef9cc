from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.money import Money
from bot.renewals.rules.grouping import Term, group
from tests.strategies import days

FIRST = date(2026, 6, 1)


def term(contract_id: int, after: int, value: int | None = 100, currency: str | None = "EUR", notice: int = 0) -> Term:
    ends = FIRST + timedelta(days=after)
    amount = None if value is None else Decimal(value)
    return Term(contract_id, ends, ends + timedelta(days=notice), amount, currency)


terms = st.lists(
    st.builds(
        lambda n, ends, notice: Term(n, ends, ends + timedelta(days=notice)),
        st.integers(1, 500),
        days,
        st.integers(0, 120),
    ),
    unique_by=lambda one: one.contract_id,
    max_size=40,
)


def test_contracts_within_thirty_days_renew_together_and_the_earliest_deadline_rules() -> None:
    (together, later) = group([term(3, 31), term(2, 30), term(1, 0)])
    assert together.contract_ids == (1, 2)
    assert together.deadline == FIRST
    assert later.contract_ids == (3,)


def test_a_chain_of_near_contracts_does_not_drag_a_group_on() -> None:
    assert [one.contract_ids for one in group([term(1, 0), term(2, 25), term(3, 50), term(4, 75)])] == [(1, 2), (3, 4)]


def test_the_renewal_date_is_the_earliest_although_another_contract_has_the_earliest_deadline() -> None:
    (together,) = group([term(1, 0, notice=90), term(2, 20)])
    assert together.deadline == FIRST
    assert together.renewal_date == FIRST + timedelta(days=20)


def test_values_are_summed_by_currency_and_the_unknown_are_counted() -> None:
    (together,) = group([term(1, 0), term(2, 1), term(3, 2, 7, "USD"), term(4, 3, None), term(5, 4, 5, None)])
    assert together.values == (Money(Decimal(200), "EUR"), Money(Decimal(7), "USD"))
    assert together.unvalued == 2


def test_the_same_contract_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="one renewal"):
        group([term(1, 0), term(1, 90)])
    with pytest.raises(ValueError, match="0 days"):
        group([term(1, 0)], within_days=-1)


@given(terms, st.integers(0, 60))
def test_every_contract_is_in_one_group_whose_deadline_is_its_earliest(given_terms: list[Term], within: int) -> None:
    groups = group(given_terms, within)
    by_id = {one.contract_id: one for one in given_terms}
    assert sorted(n for one in groups for n in one.contract_ids) == sorted(by_id)
    for one in groups:
        deadlines = [by_id[n].deadline for n in one.contract_ids]
        assert one.deadline == min(deadlines)
        assert max(deadlines) - min(deadlines) <= timedelta(days=within)
    for one, following in pairwise(groups):
        assert following.deadline - one.deadline > timedelta(days=within)


@given(terms.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_in_which_contracts_come_does_not_matter(pair: tuple[list[Term], list[Term]]) -> None:
    assert group(pair[0]) == group(pair[1])
