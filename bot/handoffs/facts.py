"""What messages about handoffs must show: plain values that features write and messages read. Days are ISO days."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.core.facts import Facts
from bot.touchpoints.facts import NextStep


@dataclass(frozen=True, slots=True)
class Package:
    """What the receiver must know, in the giver's words; `first_by` is the day by which `first` is to be done.

    `contact` is whom of the customer they talk to first.
    """

    promised: str = ""
    expects: str = ""
    risks: str = ""
    first: str = ""
    first_by: str | None = None
    contact: str = ""


@dataclass(frozen=True, slots=True)
class HandoffCard(Facts):
    """A handoff as one person is told of it.

    `why`: package (the receiver's card), reminder, late (it still waits), settled, replaced (someone else has the
    reader's role now), or lead (the account's channel hears who leads now). `reader`: receiver, giver, manager, former
    or channel. `steps` are the account's open promises and
    follow-ups, `step_count` all of them. `next_on` is the day on which the next word comes, if it still waits then.
    `gaps` is what was missing; `settled_by` and `settled_on` are empty while it waits. `people` are the
    first of `people_count` at the customer, each with the part they play; `gone` are those of the package's contacts
    who have left.
    """

    handoff_id: int
    account_id: int
    account: str
    direction: str
    as_of: str
    given_on: str
    giver: str
    receiver: str
    why: str
    reader: str
    package: Package = field(default_factory=Package)
    steps: tuple[NextStep, ...] = ()
    step_count: int = 0
    next_on: str = ""
    away_until: str | None = None
    state: str = "waiting"
    gaps: str = ""
    settled_by: str = ""
    settled_on: str = ""
    people: tuple[str, ...] = ()
    people_count: int = 0
    gone: tuple[str, ...] = ()
