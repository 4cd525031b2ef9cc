"""Kinds of job about renewals, each with what it hangs on and the words that announce it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Flag, StrEnum, auto


class RenewalJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    RUNG = "rung"
    REFRESH = "refresh"
    SNOOZE_END = "snooze_end"
    UNCLAIMED = "unclaimed"
    TERM_END = "term_end"
    OVERDUE = "overdue"
    ASK_INVOICED = "ask_invoiced"
    ASK_PAID = "ask_paid"
    UNPAID = "unpaid"
    NOTICE = "notice"
    ESCALATION = "escalation"
    QUIET = "quiet"
    CLAIM_IDLE = "claim_idle"
    CLAIM_FREE = "claim_free"
    CONTRACT_REVIEW = "contract_review"


class HangsOn(Flag):
    """What takes a renewal's job off the agenda, or keeps it silent."""

    NOTHING = 0
    DEADLINE = auto()
    """It is scheduled anew when the deadline moves."""
    SIGNATURE = auto()
    """It ends when the renewal is signed or lost."""
    PAYMENT = auto()
    """It asks for money, and ends when the stage changes."""
    CLAIM = auto()
    """It watches over who is on the renewal, and begins anew with them."""
    WAKING = auto()
    """It stays silent while the renewal is snoozed."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What is known of a kind of job.

    `story`: how an account's story announces it; empty for a job that says nothing to the account's team. `card`: the
    same on a renewal's card, after the day.
    """

    story: str = ""
    card: str = ""
    hangs_on: HangsOn = HangsOn.NOTHING


_DEADLINE, _SIGNATURE, _CLAIM = HangsOn.DEADLINE, HangsOn.SIGNATURE, HangsOn.CLAIM

DECLARED: Mapping[RenewalJob, Declared] = {
    RenewalJob.RUNG: Declared(
        "Reminder of the renewal",
        "unless updated",
        _DEADLINE | _SIGNATURE | HangsOn.WAKING,
    ),
    RenewalJob.REFRESH: Declared(hangs_on=_DEADLINE | _SIGNATURE),
    RenewalJob.SNOOZE_END: Declared("The renewal's snooze ends", "when the snooze ends", _SIGNATURE),
    RenewalJob.UNCLAIMED: Declared(
        "Escalation, if nobody is on the renewal by then",
        "if nobody is on it",
        _DEADLINE | _SIGNATURE | HangsOn.WAKING,
    ),
    RenewalJob.TERM_END: Declared("The term ends", "when the term ends", _DEADLINE),
    RenewalJob.OVERDUE: Declared(
        "Reminder, if the renewal is not signed by then", "unless signed", _DEADLINE | _SIGNATURE
    ),
    RenewalJob.ASK_INVOICED: Declared(
        "Reminder, if the renewal is not invoiced by then", "unless invoiced", HangsOn.PAYMENT
    ),
    RenewalJob.ASK_PAID: Declared("Reminder, if the renewal is not paid by then", "unless paid", HangsOn.PAYMENT),
    RenewalJob.UNPAID: Declared("Escalation, if the renewal is not paid by then", "unless paid", HangsOn.PAYMENT),
    RenewalJob.NOTICE: Declared(),
    RenewalJob.ESCALATION: Declared(),
    RenewalJob.QUIET: Declared(hangs_on=_DEADLINE | _SIGNATURE | _CLAIM),
    RenewalJob.CLAIM_IDLE: Declared(
        "A question to who is on the renewal, if nothing is updated by then",
        "unless updated",
        _SIGNATURE | _CLAIM,
    ),
    RenewalJob.CLAIM_FREE: Declared(
        "The renewal is free for others, if nothing is updated by then",
        "unless updated",
        _SIGNATURE | _CLAIM,
    ),
    RenewalJob.CONTRACT_REVIEW: Declared("Yearly review of a contract that has no end"),
}

ANNOUNCED: Mapping[str, str] = {kind: declared.story for kind, declared in DECLARED.items() if declared.story}
"""How an account's story announces those that say something to its team, after a day."""

ON_CARD = frozenset(kind for kind, declared in DECLARED.items() if declared.card)
"""Kinds whose job may say something in a card's thread: the next of them is the card's next word."""


def hanging_on(what: HangsOn) -> frozenset[RenewalJob]:
    """The kinds of job that hang on this, or on any of these."""
    return frozenset(kind for kind, declared in DECLARED.items() if declared.hangs_on & what)
