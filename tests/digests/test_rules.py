"""What a digest tells: each thing once, and again only when its day is near, when it is late, and when it is worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.digest_parts import DigestItem
from bot.digests.rules import QUIET, Nearness, Told, nearness, sort_out, told_now

TODAY = date(2026, 3, 2)


def item(key: str = "renewal:1", due_on: str | None = None, severity: int = 0) -> DigestItem:
    return DigestItem(key, "Acme", "Call them", due_on, severity=severity)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (4, Nearness.AHEAD),
        (3, Nearness.SOON),
        (0, Nearness.SOON),
        (-1, Nearness.LATE),
        (-400, Nearness.LATE),
    ],
)
def test_a_day_is_ahead_soon_or_late(days: int, expected: Nearness) -> None:
    assert nearness(str(after(days)), TODAY) is expected
    assert nearness(None, TODAY) is Nearness.NO_DAY


def test_what_was_told_and_is_as_it_was_is_still_open_and_what_became_late_is_told_again() -> None:
    waiting = [item("renewal:1"), item("renewal:2", "2026-03-05"), item("renewal:3", "2026-03-02")]
    first = sort_out(waiting, {}, TODAY)
    assert [one.key for one in first.news] == ["renewal:2", "renewal:3", "renewal:1"] and first.still == ()
    assert not any(one.was_told for one in first.news)
    told = told_now(waiting, {}, TODAY)
    assert sort_out(waiting, told, TODAY).news == ()
    tomorrow = sort_out(waiting, told, after(1))
    assert [(one.key, one.was_told) for one in tomorrow.news] == [("renewal:3", True)]
    assert [one.key for one in tomorrow.still] == ["renewal:2", "renewal:1"]


def test_what_comes_near_is_told_again_once_unless_it_was_told_this_week() -> None:
    far, close = item("renewal:1", str(after(QUIET + 3))), item("renewal:2", str(after(4)))
    told = told_now([far, close], {}, TODAY)
    days = []
    for day in range(1, QUIET + 4):
        days += [(day, one.key) for one in sort_out([far, close], told, after(day)).news]
        told = told_now([far, close], told, after(day))
    assert days == [(5, "renewal:2"), (QUIET, "renewal:1")]


def test_what_got_worse_is_told_again_and_what_goes_up_and_down_is_not() -> None:
    told = told_now([item(severity=1)], {}, TODAY)
    assert [one.was_told for one in sort_out([item(severity=2)], told, after(1)).news] == [True]
    told = told_now([item(severity=2)], told, after(1))
    told = told_now([item(severity=1)], told, after(2))
    assert sort_out([item(severity=2)], told, after(3)).news == ()
    told = told_now([item(severity=1)], told, after(1 + QUIET))
    assert len(sort_out([item(severity=2)], told, after(2 + QUIET)).news) == 1


def test_what_was_put_off_is_no_news_and_what_comes_back_is_after_a_while() -> None:
    told = told_now([item(due_on="2026-03-02")], {}, TODAY)
    later = [item(due_on="2026-04-02")]
    assert sort_out(later, told, TODAY).news == ()
    assert sort_out(later, told_now([], told, after(2)), after(2)).news == ()
    assert sort_out(later, told_now([], told, after(QUIET)), after(QUIET)).news == tuple(later)


def test_what_a_message_of_its_own_told_this_week_is_no_news_until_it_is_late() -> None:
    asked = DigestItem("follow_up:1", "Acme", "Call them", "2026-03-02", asked_on="2026-03-02")
    assert sort_out([asked], {}, TODAY).news == ()
    told = told_now([asked], {}, TODAY)
    assert [one.was_told for one in sort_out([asked], told, after(1)).news] == [True]
    older = DigestItem("pulse:1", "Acme", "pulse to answer", asked_on=str(after(-QUIET)))
    assert [one.was_told for one in sort_out([older], {}, TODAY).news] == [False]


def test_what_another_message_called_worse_than_it_is_today_is_no_news_when_it_is_that_bad_again() -> None:
    def health(severity: int) -> DigestItem:
        return replace(item("account:1", severity=severity), asked_on=str(TODAY), asked_severity=2)

    told = told_now([health(1)], {"account:1": Told(Nearness.NO_DAY, 1, str(after(-60)))}, after(1))
    assert sort_out([health(2)], told, after(2)).news == ()
    assert len(sort_out([health(3)], told, after(2)).news) == 1


things = st.tuples(st.integers(0, 9), st.integers(-5, 12), st.lists(st.integers(0, 2), min_size=24, max_size=24))


@given(st.lists(things, max_size=9, unique_by=lambda one: one[0]), st.data())
def test_a_thing_is_told_again_only_when_it_is_late_or_worse_or_a_week_has_passed(
    given_items: list[tuple[int, int, list[int]]], data: st.DataObject
) -> None:
    told: dict[str, Told] = {}
    last: dict[str, tuple[int, Nearness, int]] = {}
    for day in range(24):
        today = after(day)
        items = [
            item(f"follow_up:{n}", str(after(due)), severities[day])
            for n, due, severities in given_items
            if data.draw(st.booleans())
        ]
        for one in sort_out(items, told, today).news:
            near = nearness(one.due_on, today)
            if one.key in last:
                was, was_near, was_bad = last[one.key]
                assert day - was >= QUIET or near > was_near or one.severity > was_bad
            last[one.key] = (day, near, one.severity)
        told = told_now(items, told, today)
