"""The part that somebody at a customer plays, and what is wrong with whom we know there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.core.labelled import Labelled


class PersonPart(Labelled):
    """What somebody at the customer is for the renewal."""

    DECIDER = "decider", "Decider"
    BUDGET = "budget", "Holds the budget"
    CHAMPION = "champion", "Champion"
    USER = "user", "User"
    BLOCKER = "blocker", "Blocker"
    BILLING = "billing", "Billing"


MATTERS = (PersonPart.DECIDER, PersonPart.CHAMPION)
"""Whose leaving asks for a next step."""

_CALLED = {
    PersonPart.DECIDER: ("decider", "decision maker", "decisionmaker", "economic buyer", "executive sponsor", "sponsor",
                   "executive", "approver", "business decision maker", "economic decision maker", "entscheider"),
    PersonPart.BUDGET: ("budget", "budget holder", "budget owner", "holds the budget", "finance", "procurement",
                  "purchasing", "buyer"),
    PersonPart.CHAMPION: ("champion", "coach", "advocate", "influencer", "internal champion", "key contact"),
    PersonPart.USER: ("user", "end user", "enduser", "technical user", "administrator", "admin", "evaluator",
                "technical evaluator", "technical buyer"),
    PersonPart.BLOCKER: ("blocker", "detractor", "opponent", "legal and compliance", "gatekeeper"),
    PersonPart.BILLING: ("billing", "billing contact", "accounts payable", "invoice", "invoicing", "accounting",
                         "payer"),
}  # fmt: skip
_WORDS = {word: part for part, words in _CALLED.items() for word in words}


def read_part(words: str) -> PersonPart | None:
    """The part that a CRM's word means ("Economic Buyer", "DECISION_MAKER"); None for one that nobody knows.

    Of several the first that is known counts.
    """
    for one in words.replace("|", ";").replace(",", ";").split(";"):
        found = _WORDS.get(" ".join(one.casefold().replace("_", " ").replace("-", " ").replace("/", " ").split()))
        if found is not None:
            return found
    return None


_EMAIL = re.compile(r"[^@\s<>,;|\"']+@[^@\s<>,;|\"']+\.[^@\s<>,;|\"']+")


def is_email(words: str) -> bool:
    """Whether this is one whole address, and nothing else."""
    return _EMAIL.fullmatch(words) is not None


def first_email(words: str) -> str:
    """The first address of a cell: of several, of a link, or beside a name; empty when there is none."""
    for one in re.split(r"[,;|\s]+", re.sub(r"mailto:", "", words, flags=re.IGNORECASE)):
        if is_email(address := one.strip("<>()\"'")):
            return address
    return ""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """One person as the rules see them: since when they are written down, when last met, when they left (None: not)."""

    name: str
    part: PersonPart | None
    known_on: date
    met_on: date | None = None
    left_on: date | None = None


class PeopleConcern(StrEnum):
    """What is wrong with whom we know at an account, the worst first."""

    CHAMPION_LEFT = "champion_left"
    NOBODY_THERE = "nobody_there"
    ONE_PERSON = "one_person"
    NO_DECIDER = "no_decider"
    DECIDER_NOT_MET = "decider_not_met"


@dataclass(frozen=True, slots=True)
class PeopleGap:
    """One concern: of whom, and the day that it counts from (last met, or left; None: never met).

    `days`: after how many without a contact a decider counts as not met, where that is the concern.
    """

    concern: PeopleConcern
    who: str = ""
    since: date | None = None
    days: int = 0


def concerns(people: Sequence[KnownPerson], today: date, decider_days: int) -> tuple[PeopleGap, ...]:
    """What is wrong with whom we know, the worst first; nothing where nobody is written down: then nothing is known.

    A champion who left is named until another one is there. Where everybody has left, no decider is missed beside them.
    A decider whom nobody has met counts as not met once they have been written down for `decider_days`: of what was
    before that nobody can say.
    """
    if not people:
        return ()
    there = [one for one in people if one.left_on is None or one.left_on > today]
    gone = [one for one in people if one.part is PersonPart.CHAMPION and one not in there]
    found: list[PeopleGap] = []
    if gone and not any(one.part is PersonPart.CHAMPION for one in there):
        last = max(gone, key=lambda one: (one.left_on or date.min, one.name))
        found.append(PeopleGap(PeopleConcern.CHAMPION_LEFT, last.name, last.left_on))
    if not there:
        return (*found, PeopleGap(PeopleConcern.NOBODY_THERE))
    if len(there) == 1:
        found.append(PeopleGap(PeopleConcern.ONE_PERSON, there[0].name))
    deciders = [one for one in there if one.part is PersonPart.DECIDER]
    if not deciders:
        found.append(PeopleGap(PeopleConcern.NO_DECIDER))
    elif all((today - (one.met_on or one.known_on)).days > decider_days for one in deciders):
        nearest = max(deciders, key=lambda one: (one.met_on or date.min, one.known_on, one.name))
        found.append(PeopleGap(PeopleConcern.DECIDER_NOT_MET, nearest.name, nearest.met_on, decider_days))
    return tuple(found)


def concern_words(gap: PeopleGap, spoken: str = "") -> str:
    """A concern as a screen says it, without markup; `spoken` is its day in words where there is one."""
    if gap.concern is PeopleConcern.CHAMPION_LEFT:
        return f"their champion {gap.who} has left, and nobody has taken over"
    if gap.concern is PeopleConcern.NOBODY_THERE:
        return "nobody we know is still there"
    if gap.concern is PeopleConcern.ONE_PERSON:
        return f"only one person known there: {gap.who}"
    if gap.concern is PeopleConcern.NO_DECIDER:
        return "no decider known"
    last = f"{gap.who} last on {spoken}" if spoken else f"{gap.who} never yet"
    return f"no decider met for {gap.days} days ({last})"
