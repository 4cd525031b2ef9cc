"""What the list of an account's people shows: plain values. Days are ISO days."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.decision_lines import DecisionLine
from bot.renewals.decision_facts import LastDecision


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One person of the list. `part` is in words, empty when nobody said; `met_on` None where no contact is known."""

    id: int
    name: str
    title: str = ""
    email: str = ""
    part: str = ""
    since: str | None = None
    met_on: str | None = None
    left_on: str | None = None


@dataclass(frozen=True, slots=True)
class PeopleList:
    """Everybody known at an account as of a day, and how they decide. `people` are the first of `count`,
    of whom `gone` have left; `looked_up` is one of the others, found by name.

    `concerns` are sentences about what is wrong with whom we know; `named` are names in what was written down that are
    not in the list. `may_change`: whoever reads it is of the account's team.
    """

    account_id: int
    account: str
    as_of: str
    people: tuple[ListedPerson, ...] = ()
    count: int = 0
    gone: int = 0
    concerns: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    steps: tuple[DecisionLine, ...] = ()
    last: LastDecision | None = None
    may_change: bool = True
    looked_up: ListedPerson | None = None
