"""The part somebody plays, and what is wrong with whom we know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.customer_people import (
    KnownPerson,
    PeopleConcern,
    PeopleGap,
    PersonPart,
    concern_words,
    concerns,
    read_part,
)
from bot.core.policy import default_policy

TODAY = date(2026, 3, 2)
DECIDER_DAYS = default_policy().decider_days
LONG_AGO = TODAY - timedelta(days=400)


def known(name: str = "Ruth", part: PersonPart | None = None, **more: object) -> KnownPerson:
    return KnownPerson(name, part, **{"known_on": LONG_AGO, **more})  # type: ignore[arg-type]


def said(*people: KnownPerson) -> list[str]:
    return [gap.concern.value for gap in concerns(people, TODAY, DECIDER_DAYS)]


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("Economic Buyer", PersonPart.DECIDER),
        ("DECISION_MAKER", PersonPart.DECIDER),
        ("Decision-Maker;Influencer", PersonPart.DECIDER),
        ("Wizard; champion", PersonPart.CHAMPION),
        ("Budget Holder", PersonPart.BUDGET),
        ("end user", PersonPart.USER),
        ("Accounts Payable", PersonPart.BILLING),
        ("Blocker", PersonPart.BLOCKER),
        ("Wizard", None),
        ("", None),
    ],
)
def test_a_crms_word_for_a_part(word: str, part: PersonPart | None) -> None:
    assert read_part(word) is part


def test_where_nobody_is_written_down_nothing_is_known_and_nothing_is_said() -> None:
    assert said() == []


def test_one_person_and_no_decider() -> None:
    assert said(known()) == ["one_person", "no_decider"]
    assert said(known(part=PersonPart.DECIDER, met_on=TODAY)) == ["one_person"]
    assert said(known(part=PersonPart.DECIDER, met_on=TODAY), known("Tom")) == []


@pytest.mark.parametrize(("ago", "is_said"), [(DECIDER_DAYS, False), (DECIDER_DAYS + 1, True)])
def test_a_decider_is_not_met_once_half_a_year_has_passed(ago: int, is_said: bool) -> None:
    day = TODAY - timedelta(days=ago)
    met = known(part=PersonPart.DECIDER, met_on=day)
    assert ("decider_not_met" in said(met, known("Tom"))) is is_said
    # Nobody met one who is new in the list: of what was before nobody can say.
    never = known(part=PersonPart.DECIDER, known_on=day)
    assert ("decider_not_met" in said(never, known("Tom"))) is is_said


def test_one_decider_who_was_met_is_enough() -> None:
    gone_quiet = known("Ruth", PersonPart.DECIDER, met_on=LONG_AGO)
    assert said(gone_quiet, known("Tom", PersonPart.DECIDER, met_on=TODAY)) == []


def test_a_champion_who_left_is_named_until_another_is_there() -> None:
    tom = known("Tom", PersonPart.CHAMPION, left_on=TODAY - timedelta(days=200))
    ruth = known("Ruth", PersonPart.DECIDER, met_on=TODAY)
    assert said(tom, ruth, known("Ana")) == ["champion_left"]
    assert said(tom, ruth, known("Ana", PersonPart.CHAMPION)) == []


def test_who_has_left_counts_for_nothing_else() -> None:
    gone = known("Tom", PersonPart.DECIDER, met_on=TODAY, left_on=TODAY)
    assert said(gone, known("Ruth")) == ["one_person", "no_decider"]


def test_where_everybody_has_left_that_is_said_and_a_champion_among_them_is_named() -> None:
    user = known("Ana", PersonPart.USER, left_on=TODAY)
    assert said(user) == ["nobody_there"]
    assert said(user, known("Tom", PersonPart.CHAMPION, left_on=TODAY)) == ["champion_left", "nobody_there"]


people = st.builds(
    KnownPerson,
    st.sampled_from(("Ruth", "Tom", "Ana", "Li")),
    st.none() | st.sampled_from(PersonPart),
    st.dates(LONG_AGO, TODAY),
    st.none() | st.dates(LONG_AGO, TODAY),
    st.none() | st.dates(LONG_AGO, TODAY),
)


@given(st.lists(people, max_size=6), st.randoms())
def test_the_order_in_which_people_came_does_not_matter(those: list[KnownPerson], random: object) -> None:
    mixed = list(those)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert [gap.concern for gap in concerns(mixed, TODAY, DECIDER_DAYS)] == [
        gap.concern for gap in concerns(those, TODAY, DECIDER_DAYS)
    ]


@given(st.lists(people, max_size=6))
def test_meeting_a_decider_today_never_makes_it_worse(those: list[KnownPerson]) -> None:
    before = {gap.concern for gap in concerns(those, TODAY, DECIDER_DAYS)}
    decider = KnownPerson("New", PersonPart.DECIDER, TODAY, TODAY)
    after = {gap.concern for gap in concerns([*those, decider], TODAY, DECIDER_DAYS)}
    assert after <= before | ({PeopleConcern.ONE_PERSON} if not any(p.left_on is None for p in those) else set())
    assert not after & {PeopleConcern.NO_DECIDER, PeopleConcern.DECIDER_NOT_MET}


@given(st.lists(people, max_size=6), st.integers(1, 300))
def test_time_alone_takes_no_concern_away(those: list[KnownPerson], days: int) -> None:
    now = {gap.concern for gap in concerns(those, TODAY, DECIDER_DAYS)}
    assert now <= {gap.concern for gap in concerns(those, TODAY + timedelta(days=days), DECIDER_DAYS)}


def test_each_concern_has_its_words() -> None:
    shown = {concern: concern_words(PeopleGap(concern, "Ruth"), "Mon 2 Mar") for concern in PeopleConcern}
    assert all(shown.values()) and len(set(shown.values())) == len(PeopleConcern)
    assert concern_words(PeopleGap(PeopleConcern.DECIDER_NOT_MET, "Ruth")).endswith("(Ruth never yet)")
