"""What is known of one-off work that is looked at again, as plain values that fit in JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.accounts.people_facts import NamedThere
from bot.core.facts import Facts
from bot.requalification.rules import RequalifyOutcome, StillThere


@dataclass(frozen=True, slots=True)
class OneOffCard(Facts):
    """A question about one-off work; days are ISO days. `outcome` is empty while it is open.

    `instead_of` is the owner who is away, for whom its reader stands in; `contact` who of the customer said so.
    `opportunity` is "removed" where the one that a need had opened is gone, "kept" where it stays as somebody has made
    it since, whatever the answer is now. `taken_back_by` took an answer back.
    """

    number: int
    account_id: int
    account: str
    contract: str
    delivered_on: str
    as_of: str
    outcome: str = ""
    answered_by: str = ""
    changed: str = ""
    problem: str = ""
    owner_there: str = ""
    sponsor_there: str = ""
    until: str = ""
    instead_of: str = ""
    contact: str = ""
    opportunity: str = ""
    taken_back_by: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """An answer as somebody gives it; `until` goes with not now, `problem` and `product_id` with a need.

    `who` of the customer said so.
    """

    outcome: RequalifyOutcome
    changed: str = ""
    problem: str = ""
    owner_there: StillThere | None = None
    sponsor_there: StillThere | None = None
    until: date | None = None
    product_id: int | None = None
    who: NamedThere = field(default_factory=NamedThere)
