"""Rules of usage: a quarter against the one before; a lapse is no fall, and too little says nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.usage.rules import (
    DAYS_LEAST,
    NEWS_DAYS,
    MonthUse,
    Quarters,
    Trend,
    compared,
    falling,
    growing,
    is_use,
    last_full_month,
    months_before,
    of_product,
)

LAST = date(2026, 2, 28)
MONTHS = months_before(LAST)
TODAY = date(2026, 3, 12)
AMOUNTS = st.lists(st.integers(0, 10_000), min_size=6, max_size=6)
COVERED = st.lists(st.integers(DAYS_LEAST, 28), min_size=6, max_size=6)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
TRENDS = st.lists(
    st.builds(
        Trend,
        st.sampled_from(["logins", "hours", "errors"]),
        st.integers(-100, 300),
        st.sampled_from([LAST, date(2025, 11, 30)]),
        st.sampled_from([None, 1, 2]),
    ),
    max_size=6,
)


def quarters(amounts: list[int], covered: list[int], least: int = DAYS_LEAST) -> Quarters | None:
    """What six months come to in which the account has figures on each covered day."""
    use = {month: MonthUse(amount, days) for month, amount, days in zip(MONTHS, amounts, covered, strict=True)}
    return compared(use, dict(zip(MONTHS, covered, strict=True)), LAST, least)


@given(AMOUNTS, st.integers(2, 50))
def test_what_counts_is_the_share_and_not_the_unit(amounts: list[int], times: int) -> None:
    one, other = quarters(amounts, [20] * 6), quarters([amount * times for amount in amounts], [20] * 6)
    assert (one is None) == (other is None) == (sum(amounts[:3]) == 0)
    if one and other:
        assert abs(one.change - other.change) <= 1
        assert (one.change > 0) <= (sum(amounts[3:]) > sum(amounts[:3])), "nothing that fell is said to grow"


@given(st.integers(1, 500), COVERED)
def test_days_of_which_the_file_knows_nothing_are_no_fall_and_no_growth(a_day: int, covered: list[int]) -> None:
    found = quarters([a_day * days for days in covered], covered)
    assert found is not None and found.change == 0


@given(AMOUNTS, st.integers(0, 5), st.integers(0, DAYS_LEAST - 1))
def test_nothing_is_said_where_one_of_six_months_is_hardly_known(amounts: list[int], place: int, days: int) -> None:
    use = {month: MonthUse(amount + 1, 20) for month, amount in zip(MONTHS, amounts, strict=True)}
    covered = dict.fromkeys(MONTHS, 28)
    assert compared(use, covered, LAST, DAYS_LEAST) is not None
    few = use | {MONTHS[place]: MonthUse(7, days)}
    assert compared(few, covered, LAST, DAYS_LEAST) is None
    del few[MONTHS[place]]
    assert compared(few, covered, LAST, DAYS_LEAST) is None


def test_a_share_is_rounded_towards_no_change() -> None:
    assert [Quarters(100, now).change for now in (119.99, 120, 80, 80.01, 0)] == [19, 20, -20, -19, -100]
    assert Quarters(0.0001, 10**6).change == 9999


@given(DAYS, DAYS)
def test_a_full_month_is_over_and_figures_have_reached_its_end(newest: date, today: date) -> None:
    last = last_full_month(newest, today)
    following = last + timedelta(days=1)
    assert following.day == 1 and last <= newest and last < today
    after = months_before(following)[-1] + timedelta(days=31)
    assert after.replace(day=1) - timedelta(days=1) > min(newest, today - timedelta(days=1))


@given(TRENDS, st.integers(1, 100))
def test_an_account_never_grows_and_falls_and_the_order_says_nothing(trends: list[Trend], percent: int) -> None:
    grown, fallen = growing(trends, percent, TODAY), falling(trends, percent, TODAY)
    assert grown is None or fallen is None
    told = grown or fallen
    if told is not None:
        assert abs(told.change) >= percent and told.measure != "errors" and told.is_news(TODAY)
    live = [one for one in trends if one.measure != "errors" and one.ends_on == LAST]
    assert (fallen is None) == all(one.change > -percent for one in live)
    assert (grown is None) == (fallen is not None or all(one.change < percent for one in live))
    for found, rule in ((grown, growing), (fallen, falling)):
        other = rule(trends[::-1], percent, TODAY)
        assert (found and found.change) == (other and other.change)


def test_a_change_is_news_until_the_next_quarter_should_be_there() -> None:
    one = Trend("logins", 30, LAST)
    assert one.began_on == date(2025, 12, 1)
    assert one.is_news(LAST + timedelta(days=NEWS_DAYS))
    assert not one.is_news(LAST + timedelta(days=NEWS_DAYS + 1))


@given(TRENDS, st.booleans())
def test_a_product_is_spoken_of_by_itself_and_else_by_the_whole_of_an_account_that_has_no_other(
    trends: list[Trend], is_only_one: bool
) -> None:
    own = [one for one in trends if one.product_id == 1]
    found = of_product(trends, 1, is_only_one)
    assert found == (own or [one for one in trends if one.product_id is None and is_only_one])


@pytest.mark.parametrize(
    ("measure", "counts"),
    [
        ("logins", True),
        ("error count", False),
        ("Crashes", False),
        ("terror alerts", True),
        ("failed jobs", False),
    ],
)
def test_more_errors_are_not_more_use(measure: str, counts: bool) -> None:
    assert is_use(measure) is counts
