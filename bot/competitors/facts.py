"""What is known of competitors' claims, as plain values that fit in JSON."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts import Facts
from bot.core.person import Person

WORDS_KEPT = 600
"""Characters of a claim or an answer that a message carries; the table has all of them."""


@dataclass(frozen=True, slots=True)
class ClaimLine(Facts):
    """One claim as a message tells it; days are ISO days.

    `until` is the day up to which the offer stands. `answer` is empty while there is none; then `hears` is the name of
    who hears of it on `hears_on`. `contact` is who of the customer told us. `mention` is whom the first message speaks
    to. `why`: heard (in the account's channel) or unanswered (to a manager, after `working_days`).
    """

    claim_id: int
    account_id: int
    account: str
    competitor: str
    words: str
    as_of: str
    heard_on: str
    heard_by: Person
    until: str = ""
    answer: str = ""
    answered_by: str = ""
    answered_on: str = ""
    why: str = "heard"
    owner: str = ""
    working_days: int = 5
    hears: str = ""
    hears_on: str = ""
    contact: str = ""
    taken_back_by: str = ""


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """An answer given before: to which claim, at which account, and what became of that account's renewal since.

    `outcome` is kept, lost, or empty while nothing is decided.
    """

    claim_id: int
    account: str
    claim: str
    answer: str
    by: str
    on: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class CompetitorRecord:
    """One competitor across all accounts: how many claims, how many answered, and what became of those accounts.

    `kept` and `lost` count accounts whose renewal was decided after the claim; `open` those where nothing is decided.
    """

    competitor: str
    claims: int
    answered: int
    kept: int
    lost: int
    open: int
    answers: tuple[KnownAnswer, ...] = ()
