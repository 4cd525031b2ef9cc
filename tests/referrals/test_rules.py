"""May we ask for a referral?: as a table, and as what holds in every order and whatever else is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy import default_policy
from bot.metrics import habits
from bot.referrals.messages import BAR_WORDS
from bot.referrals.rules import AccountMoment, Bar, PersonMoment, ReferralLimits, free_from, may_ask, near_deadline

TODAY = date(2026, 3, 2)
LIMITS = ReferralLimits()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


GREEN = AccountMoment(green_heard_on=ago(3), touches=6, near=1)
WELL = AccountMoment(score=80, trouble_on=ago(60), touches=6, near=3)
NOBODY = PersonMoment()


@pytest.mark.parametrize(
    ("account", "person", "bars"),
    [
        (GREEN, NOBODY, ()),
        (WELL, NOBODY, ()),
        (replace(WELL, trouble_on=None), NOBODY, ()),
        (replace(GREEN, green_heard_on=ago(30)), NOBODY, ()),
        (replace(GREEN, green_heard_on=ago(31)), NOBODY, (Bar.NO_GOOD_MOMENT,)),
        (replace(GREEN, green_heard_on=None), NOBODY, (Bar.NO_GOOD_MOMENT,)),
        # Health alone is no good moment with a bad sign 59 days ago, nor is 79 of 100; an unknown health is not high.
        (replace(WELL, trouble_on=ago(59)), NOBODY, (Bar.NO_GOOD_MOMENT,)),
        (replace(WELL, score=79), NOBODY, (Bar.NO_GOOD_MOMENT,)),
        (replace(WELL, score=None), NOBODY, (Bar.NO_GOOD_MOMENT,)),
        # A bad sign on the day of the green pulse, or after it, undoes it; one before does not.
        (replace(GREEN, trouble_on=ago(3)), NOBODY, (Bar.NO_GOOD_MOMENT,)),
        (replace(GREEN, trouble_on=ago(4)), NOBODY, ()),
        (replace(GREEN, unpaid=1), NOBODY, (Bar.UNPAID,)),
        (replace(GREEN, overdue_promises=1), NOBODY, (Bar.OVERDUE_PROMISE,)),
        # Half of the touches near a deadline is the limit, and may be; more may not. Never there is worse than rarely.
        (replace(GREEN, touches=6, near=3), NOBODY, ()),
        (replace(GREEN, touches=7, near=4), NOBODY, (Bar.ONLY_AT_RENEWAL,)),
        (replace(GREEN, touches=0, near=0), NOBODY, (Bar.NO_TOUCH,)),
        (GREEN, PersonMoment((ago(179),)), (Bar.PAUSE,)),
        (GREEN, PersonMoment((ago(180),)), ()),
        (GREEN, PersonMoment(left_on=TODAY), (Bar.LEFT,)),
        (GREEN, PersonMoment(left_on=TODAY + timedelta(days=1)), ()),
        (
            AccountMoment(unpaid=2, overdue_promises=1, touches=1, near=1),
            PersonMoment((TODAY,), ago(9)),
            (Bar.NO_GOOD_MOMENT, Bar.UNPAID, Bar.OVERDUE_PROMISE, Bar.ONLY_AT_RENEWAL, Bar.LEFT, Bar.PAUSE),
        ),
    ],
)
def test_who_may_be_asked(account: AccountMoment, person: PersonMoment, bars: tuple[Bar, ...]) -> None:
    assert may_ask(account, person, TODAY) == bars


DAYS = st.integers(0, 400).map(ago)
MAYBE = st.none() | DAYS


@st.composite
def moments(draw: st.DrawFn) -> AccountMoment:
    touches = draw(st.integers(0, 12))
    return AccountMoment(
        draw(MAYBE),
        draw(MAYBE),
        draw(st.none() | st.integers(0, 100)),
        draw(st.integers(0, 1)),
        draw(st.integers(0, 1)),
        touches,
        draw(st.integers(0, touches)),
    )


PEOPLE = st.builds(PersonMoment, st.lists(DAYS, max_size=2).map(tuple), MAYBE)


def worse(account: AccountMoment, person: PersonMoment, how: str, on: date) -> tuple[AccountMoment, PersonMoment]:
    """One bad fact more."""
    bad: dict[str, Any] = {
        "trouble": {"trouble_on": max(account.trouble_on or on, on)},
        "unpaid": {"unpaid": account.unpaid + 1},
        "promise": {"overdue_promises": account.overdue_promises + 1},
        "near": {"touches": account.touches + 1, "near": account.near + 1} if account.touches else {},
        "score": {"score": None if account.score is None else max(0, account.score - 7)},
        "no_green": {"green_heard_on": None},
    }
    asked = {"asked": {"asked_on": (*person.asked_on, on)}, "left": {"left_on": min(person.left_on or on, on)}}
    return replace(account, **bad.get(how, {})), replace(person, **asked.get(how, {}))


@given(moments(), PEOPLE, st.data())
def test_a_bad_fact_more_never_makes_asking_allowed(
    account: AccountMoment, person: PersonMoment, data: st.DataObject
) -> None:
    kinds = ("trouble", "unpaid", "promise", "near", "score", "no_green", "asked", "left")
    before = may_ask(account, person, TODAY)
    for how in data.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4)):
        account, person = worse(account, person, how, data.draw(DAYS))
        after = may_ask(account, person, TODAY)
        assert not before or after, how
        before = after


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 900).map(lambda n: TODAY + timedelta(days=n))), max_size=40)
)
def test_no_pause_is_ever_broken_in_whatever_order_asks_arrive(tries: list[tuple[int, date]]) -> None:
    asked: dict[int, list[date]] = {1: [], 2: [], 3: []}
    for person, on in tries:
        moment = replace(GREEN, green_heard_on=on)
        if not may_ask(moment, PersonMoment(tuple(asked[person])), on):
            asked[person].append(on)
    for days in asked.values():
        for one, following in zip(sorted(days), sorted(days)[1:], strict=False):
            assert (following - one).days >= LIMITS.pause_days
    # Not kept by asking nobody: who was ever tried was asked at least once.
    assert all(asked[person] for person, _ in tries)


@given(moments(), PEOPLE)
def test_a_pause_names_a_day_on_which_it_is_over(account: AccountMoment, person: PersonMoment) -> None:
    free = free_from(person, TODAY, LIMITS)
    assert (free is not None) == (Bar.PAUSE in may_ask(account, person, TODAY))
    if free is not None:
        assert Bar.PAUSE not in may_ask(account, person, free) and free > TODAY


def test_near_is_sixty_days_up_to_the_deadline_and_not_after_it() -> None:
    deadline, near = date(2026, 6, 30), ReferralLimits().near_days
    assert near == default_policy().referral_near_days == habits.NEAR
    assert near_deadline(date(2026, 5, 1), [deadline], near) and near_deadline(deadline, [deadline], near)
    assert not near_deadline(date(2026, 4, 30), [deadline], near) and not near_deadline(
        date(2026, 7, 1), [deadline], near
    )


def test_every_reason_has_words() -> None:
    assert set(BAR_WORDS) == set(Bar)
