"""Samples of people at a customer: the list, empty, full and to read alone, and the forms behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.accounts.samples import DECISION, ruth
from bot.core.customer_people import PeopleConcern, PeopleGap, concern_words
from bot.people.facts import ListedPerson, PeopleList
from bot.people.forms import PersonAbout, decision_form, left_form, person_form, remove_form
from bot.people.messages import people_view
from bot.slack.samples import ACCOUNT, BEFORE, TODAY, WORDS, Sample, view


def samples(person: str) -> Iterator[Sample]:
    """Ruth is there, Tom has left, and everything is wrong with the list."""
    about, one, day = PersonAbout(3, 5), ruth(), date.fromisoformat(TODAY)
    listed = ListedPerson(5, "Ruth Okafor", WORDS, "ruth@example.com", "Decider", BEFORE, TODAY)
    gone = ListedPerson(6, "Tom Hale", left_on=BEFORE)
    concerns = tuple(concern_words(PeopleGap(each, "Tom Hale", day, 180), "Mon 2 Mar") for each in PeopleConcern)
    yield view(people_view(PeopleList(3, ACCOUNT, TODAY)))
    yield view(people_view(PeopleList(3, ACCOUNT, TODAY, (listed, gone), 40, 1, concerns, ("Ana",), DECISION)))
    yield view(people_view(PeopleList(3, ACCOUNT, TODAY, (listed,), 1, may_change=False)))
    yield view(people_view(PeopleList(3, ACCOUNT, TODAY, (listed,), 40, looked_up=gone)))
    yield view(people_view(PeopleList(3, ACCOUNT, TODAY, (gone,), 1, 1)))
    yield view(person_form(ACCOUNT, about, 14, one))
    yield view(person_form(ACCOUNT, about, 14, name="Ana"))
    yield view(left_form(one, about, day, 14))
    yield view(remove_form(one, about))
    yield view(decision_form(ACCOUNT, 3, DECISION, "V1"))
