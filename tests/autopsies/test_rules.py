"""What counts as a loss, what a signal's verdict is, and which signals are told first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.autopsies.rules.signals import (
    ANSWERED_WITHIN,
    TELLING,
    TOO_SHORT,
    Loss,
    SignalKind,
    SignalVerdict,
    Weighed,
    counted,
    loss_of,
    most_telling,
    shrank,
    verdict,
)

DECIDED = datetime(2026, 6, 1, 9, tzinfo=UTC)
amounts = st.decimals(0, 10**9, places=2)
books = st.dictionaries(st.sampled_from(("EUR", "USD", "GBP")), amounts, max_size=3)
moments = st.datetimes(datetime(2025, 6, 1), datetime(2026, 12, 1), timezones=st.just(UTC))
weighed = st.builds(
    Weighed, st.sampled_from(SignalKind), st.sampled_from(SignalVerdict), st.dates(date(2025, 6, 1), date(2026, 6, 1))
)


@pytest.mark.parametrize(
    ("before", "after", "is_so"),
    [
        ({"EUR": 300}, {"EUR": 200}, True),
        ({"EUR": 300}, {"EUR": 201}, False),
        ({"EUR": 300}, {}, True),
        ({}, {"EUR": 1}, False),
        ({"EUR": 0}, {"EUR": 0}, False),
        ({"EUR": 300, "USD": 300}, {"EUR": 100, "USD": 300}, False),  # without a rate nobody can say
        ({"EUR": 300, "USD": 300}, {"EUR": 200, "USD": 100}, True),
        ({"EUR": 300}, {"USD": 100}, False),
    ],
)
def test_a_renewal_shrinks_by_a_third_where_it_does_at_any_rate(
    before: dict[str, int], after: dict[str, int], is_so: bool
) -> None:
    given_before = {currency: Decimal(amount) for currency, amount in before.items()}
    given_after = {currency: Decimal(amount) for currency, amount in after.items()}
    assert shrank(given_before, given_after) is is_so


@given(books, books, st.lists(st.decimals("0.01", "100", places=2), min_size=3, max_size=3))
def test_what_is_said_to_shrink_by_a_third_does_so_added_up_at_any_rates(
    before: dict[str, Decimal], after: dict[str, Decimal], rates: list[Decimal]
) -> None:
    at = dict(zip(("EUR", "USD", "GBP"), rates, strict=True))
    if shrank(before, after):
        then, now = (sum(amount * at[one] for one, amount in book.items()) for book in (before, after))
        assert 3 * now <= 2 * then and then > 0


@given(books)
def test_what_stays_as_it_is_has_not_shrunk(values: dict[str, Decimal]) -> None:
    assert not shrank(values, values)
    assert loss_of("signed", values, values) is None and loss_of("negotiating", values, None) is None
    assert loss_of("lost", values, None) is Loss.LOST


@pytest.mark.parametrize(
    ("seen", "acted", "found"),
    [
        (None, None, SignalVerdict.NOT_DETECTED),
        (DECIDED, None, SignalVerdict.NOT_DETECTED),
        (DECIDED - timedelta(days=30), None, SignalVerdict.NOT_ACTED),
        (DECIDED - timedelta(days=30), DECIDED - timedelta(days=30), SignalVerdict.ACTED),
        (DECIDED - timedelta(days=30), DECIDED - timedelta(days=16), SignalVerdict.ACTED),
        (DECIDED - timedelta(days=30), DECIDED - timedelta(days=15), SignalVerdict.NOT_ACTED),
        (DECIDED - timedelta(days=1), None, SignalVerdict.UNKNOWN),
        (DECIDED - timedelta(days=1), DECIDED - timedelta(hours=1), SignalVerdict.ACTED),
        (DECIDED - timedelta(days=2), None, SignalVerdict.NOT_ACTED),
    ],
)
def test_the_verdict_of_a_signal(seen: datetime | None, acted: datetime | None, found: SignalVerdict) -> None:
    assert verdict(seen, acted, DECIDED) is found
    assert verdict(seen, acted, DECIDED, is_sure=False) is SignalVerdict.UNKNOWN


@given(st.none() | moments, st.none() | moments)
def test_acted_on_is_only_what_was_done_after_it_was_seen_in_time_and_before_the_decision(
    seen: datetime | None, acted: datetime | None
) -> None:
    found = verdict(seen, acted, DECIDED)
    is_answered = seen is not None and acted is not None and seen <= acted < DECIDED
    assert (found is SignalVerdict.ACTED) == (is_answered and acted - seen <= ANSWERED_WITHIN)
    assert (found is SignalVerdict.NOT_DETECTED) == (seen is None or seen >= DECIDED)
    if found is SignalVerdict.NOT_ACTED:
        assert seen is not None and DECIDED - seen >= TOO_SHORT


@given(st.lists(weighed, max_size=30))
def test_the_most_telling_are_few_in_order_and_none_weighs_less_than_one_left_out(signals: list[Weighed]) -> None:
    told = most_telling(signals)
    assert len(told) == min(TELLING, len(signals)) == len(set(told))
    assert [signals[place].on for place in told] == sorted(signals[place].on for place in told)
    order = list(SignalVerdict)
    worst_told = max((order.index(signals[place].verdict) for place in told), default=0)
    left_out = [one for place, one in enumerate(signals) if place not in told]
    assert all(order.index(one.verdict) >= worst_told for one in left_out)
    assert sum(counted([one.verdict for one in signals]).values()) == len(signals)


@given(st.lists(weighed, max_size=12, unique=True), st.randoms(use_true_random=False))
def test_what_is_told_does_not_depend_on_the_order_in_which_it_was_found(
    signals: list[Weighed], random: object
) -> None:
    mixed = list(signals)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert {signals[place] for place in most_telling(signals)} == {mixed[place] for place in most_telling(mixed)}
