"""What fits an account: never twice, never too much of us, the stated score, goals in turn, days that come again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.insights.rules import (
    GOALS,
    INDUSTRY,
    NEW,
    OWN,
    QUESTION,
    Goal,
    LibraryInsight,
    Listener,
    ShareOfEar,
    best,
    choose,
    fits,
    is_fresh,
    listed_words,
    may_tell,
    next_occurrence,
    points,
    quarter_of,
    rotation,
)

TODAY = date(2026, 3, 2)
OLD = TODAY - timedelta(days=60)
HERE = Listener(7, TODAY, "Manufacturing", "Cut downtime by half; pass the audit", ("Send the report on night shifts",))


def insight(number: int = 1, since: date = OLD, **values: object) -> LibraryInsight:
    return LibraryInsight(number, f"Insight {number}", since, **values)  # type: ignore[arg-type]


insights = st.builds(
    insight,
    st.integers(1, 40),
    st.dates(TODAY - timedelta(days=200), TODAY),
    account_id=st.sampled_from([None, 7, 8]),
    industries=st.sampled_from([(), ("manufacturing",), ("Food", "Metals")]),
    topics=st.lists(st.sampled_from(["downtime", "audits", "night shift", "price"]), unique=True).map(tuple),
    is_about_us=st.booleans(),
    goal=st.sampled_from(["", *Goal]),
    valid_until=st.none() | st.dates(TODAY - timedelta(days=5), TODAY + timedelta(days=99)),
)
libraries = st.lists(insights, unique_by=lambda one: one.number)


def told_in_turn(library: list[LibraryInsight], arrivals: list[bool], one_in: int) -> list[LibraryInsight]:
    """What an account hears, when proposals come as nurture touches (True) and with pulses (False) in any order."""
    heard: list[LibraryInsight] = []
    served: Counter[str] = Counter()
    for is_touch in arrivals:
        ear = ShareOfEar(sum(one.is_about_us for one in heard), len(heard))
        to = replace(HERE, heard=frozenset(one.number for one in heard), ear=ear, one_in=one_in)
        match = choose(library, to, served) if is_touch else None
        found = match[1] if match else None if is_touch else best(library, to)
        if match:
            served[match[0]] += 1
        if found is not None:
            heard.append(found)
    return heard


@given(libraries, st.lists(st.booleans(), max_size=25), st.integers(1, 6))
def test_nothing_is_told_twice_and_the_share_of_ear_is_never_exceeded(
    library: list[LibraryInsight], arrivals: list[bool], one_in: int
) -> None:
    heard = told_in_turn(library, arrivals, one_in)
    assert len({one.number for one in heard}) == len(heard)
    for count in range(1, len(heard) + 1):
        assert sum(one.is_about_us for one in heard[:count]) * one_in <= count
    for one in heard:
        assert one.account_id in (None, 7) and one.industries in ((), ("manufacturing",))
        assert is_fresh(one, TODAY, 180)


@given(libraries, st.randoms())
def test_what_is_chosen_does_not_depend_on_the_order_of_the_library(library: list[LibraryInsight], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(library, len(library))
    assert best(shuffled, HERE) == best(library, HERE)
    assert choose(shuffled, HERE, {}) == choose(library, HERE, {})


@given(st.integers(0, 30))
def test_no_goal_is_starved_while_there_is_something_for_each(touches: int) -> None:
    library = [insight(number) for number in range(touches)]
    served: Counter[str] = Counter({goal.value: 0 for goal in Goal})
    heard: set[int] = set()
    for _ in range(touches):
        match = choose(library, replace(HERE, heard=frozenset(heard)), served)
        assert match is not None
        served[match[0].value] += 1
        heard.add(match[1].number)
    assert max(served.values()) - min(served.values()) <= 1


def test_a_goal_for_which_there_is_nothing_gives_its_turn_to_the_next() -> None:
    assert rotation({"reinforce": 2, "upsell": 1}) == (Goal.CROSS_SELL, Goal.UPSELL, Goal.REINFORCE)
    only = insight(goal=Goal.REINFORCE.value)
    assert choose([only], HERE, {"reinforce": 9}) == (Goal.REINFORCE, only)
    assert choose([], HERE, {}) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, 0),
        ({"account_id": 7}, OWN),
        ({"industries": ("MANUFACTURING ",)}, INDUSTRY),
        ({"topics": ("Downtimes",)}, GOALS),
        ({"topics": ("night shift", "report")}, 2 * QUESTION),
        ({"topics": ("shift night report", "weather")}, QUESTION),
        ({"topics": ("downtime", "audit", "half", "pass", "cut")}, 3 * GOALS),
        ({"since": TODAY - timedelta(days=29)}, NEW),
    ],
)
def test_the_score_is_the_stated_one(values: dict[str, object], expected: int) -> None:
    assert points(insight(**values), HERE) == expected  # type: ignore[arg-type]


def test_why_it_was_chosen_is_said() -> None:
    one = insight(industries=("manufacturing",), topics=("downtime", "report"))
    assert fits(one, HERE) == (
        "their industry is Manufacturing; their open steps mention report; their goals mention downtime"
    )
    assert fits(insight(), HERE) == ""


def test_the_same_points_the_newest_then_the_last_added() -> None:
    older, newer, last = insight(3, OLD - timedelta(days=1)), insight(1), insight(2)
    assert best([older, newer, last], HERE) == last


@pytest.mark.parametrize(
    ("since", "until", "fresh"),
    [
        (TODAY - timedelta(days=179), None, True),
        (TODAY - timedelta(days=180), None, False),
        (TODAY - timedelta(days=900), TODAY, True),
        (TODAY, TODAY - timedelta(days=1), False),
    ],
)
def test_it_is_fresh_up_to_its_last_day_or_for_half_a_year(since: date, until: date | None, fresh: bool) -> None:
    assert is_fresh(insight(since=since, valid_until=until), TODAY, 180) is fresh


@pytest.mark.parametrize(
    ("own", "told", "room"), [(0, 0, False), (0, 2, False), (0, 3, True), (1, 6, False), (1, 7, True)]
)
def test_one_in_four_may_be_about_us(own: int, told: int, room: bool) -> None:
    assert ShareOfEar(own, told).has_room(4) is room
    assert may_tell(insight(is_about_us=True), replace(HERE, ear=ShareOfEar(own, told))) is room


@pytest.mark.parametrize(
    ("on", "yearly", "expected"),
    [
        (TODAY, False, TODAY),
        (TODAY - timedelta(days=1), False, None),
        (date(2025, 3, 1), True, date(2027, 3, 1)),
        (date(2025, 3, 31), True, date(2026, 3, 31)),
        (date(2024, 2, 29), True, date(2027, 2, 28)),
    ],
)
def test_a_yearly_day_comes_again_and_another_does_not(on: date, yearly: bool, expected: date | None) -> None:
    assert next_occurrence(on, yearly, TODAY) == expected


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_the_next_time_is_never_past_and_within_a_year(on: date, since: date) -> None:
    found = next_occurrence(on, True, since)
    assert found is not None and found >= since
    assert on > since or (found - since).days <= 366


def test_quarters_and_lists_of_words() -> None:
    assert [quarter_of(date(2026, month, 15)).month for month in (1, 3, 4, 9, 12)] == [1, 1, 4, 7, 10]
    assert listed_words(" Audits, audits;\nnight  shift | ,") == ("Audits", "night shift")
    assert listed_words("a,b,c", most=2) == ("a", "b")
