"""The kinds of job on the agenda: each is declared once, with the words in which it is announced.

Its handler stands in bot/features.py; a test holds that both know the same kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Flag, StrEnum, auto


class JobKind(StrEnum):
    """What a job is about; stored in the agenda's `kind`."""

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
    QUIET = "quiet"
    CLAIM_IDLE = "claim_idle"
    CLAIM_FREE = "claim_free"
    CONTRACT_REVIEW = "contract_review"
    FOLLOW_UP_DUE = "follow_up_due"
    PROMISE_LATE = "promise_late"
    HANDOFF_REMINDER = "handoff_reminder"
    HANDOFF_LATE = "handoff_late"
    HEALTH_DUE = "health_due"
    PULSE_ROUND = "pulse_round"
    PULSE_REMINDER = "pulse_reminder"
    PULSE_CLOSE = "pulse_close"
    PULSE_RED = "pulse_red"
    PULSE_UNTOUCHED = "pulse_untouched"
    PULSE_ASK = "pulse_ask"
    SCORE = "score"
    SCORE_ALERT = "score_alert"
    DIGEST = "digest"
    UNHEARD = "unheard"
    RETURNED = "returned"
    REPLAN = "replan"
    NIGHTLY = "nightly"
    PRUNE = "prune"


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

DECLARED: Mapping[JobKind, Declared] = {
    JobKind.RUNG: Declared(
        "Reminder of the renewal",
        "unless someone on it has updated it shortly before",
        _DEADLINE | _SIGNATURE | HangsOn.WAKING,
    ),
    JobKind.REFRESH: Declared(hangs_on=_DEADLINE | _SIGNATURE),
    JobKind.SNOOZE_END: Declared("The renewal's snooze ends", "when the snooze ends", _SIGNATURE),
    JobKind.UNCLAIMED: Declared(
        "Escalation, if nobody is on the renewal by then",
        "if nobody is on it by then",
        _DEADLINE | _SIGNATURE | HangsOn.WAKING,
    ),
    JobKind.TERM_END: Declared("The term ends", "the day its term ends", _DEADLINE),
    JobKind.OVERDUE: Declared(
        "Reminder, if the renewal is not signed by then", "if nothing is signed by then", _DEADLINE | _SIGNATURE
    ),
    JobKind.ASK_INVOICED: Declared(
        "Reminder, if the renewal is not invoiced by then", "if it is not invoiced by then", HangsOn.PAYMENT
    ),
    JobKind.ASK_PAID: Declared(
        "Reminder, if the renewal is not paid by then", "if it is not paid by then", HangsOn.PAYMENT
    ),
    JobKind.UNPAID: Declared(
        "Escalation, if the renewal is not paid by then", "if it is not paid by then", HangsOn.PAYMENT
    ),
    JobKind.NOTICE: Declared(),
    JobKind.QUIET: Declared(hangs_on=_DEADLINE | _SIGNATURE | _CLAIM),
    JobKind.CLAIM_IDLE: Declared(
        "A question to who is on the renewal, if nothing is updated by then",
        "if nothing is updated by then",
        _SIGNATURE | _CLAIM,
    ),
    JobKind.CLAIM_FREE: Declared(
        "The renewal is free for others, if nothing is updated by then",
        "if nothing is updated by then",
        _SIGNATURE | _CLAIM,
    ),
    JobKind.CONTRACT_REVIEW: Declared("Yearly review of a contract that has no end"),
    JobKind.FOLLOW_UP_DUE: Declared("A follow-up is due"),
    JobKind.PROMISE_LATE: Declared("A promise is broken, if it is not kept by then"),
    JobKind.HANDOFF_REMINDER: Declared("Reminder of the handoff, if it still waits by then"),
    JobKind.HANDOFF_LATE: Declared("Escalation, if the handoff still waits by then"),
    JobKind.HEALTH_DUE: Declared("A health check is asked for"),
    JobKind.PULSE_ROUND: Declared("A pulse round begins"),
    JobKind.PULSE_REMINDER: Declared("Reminder of the pulse"),
    JobKind.PULSE_CLOSE: Declared("The pulse round closes"),
    JobKind.PULSE_RED: Declared(),
    JobKind.PULSE_UNTOUCHED: Declared("Escalation, if the pulse has no next step by then"),
    JobKind.PULSE_ASK: Declared(),
    JobKind.SCORE: Declared(),
    JobKind.SCORE_ALERT: Declared(),
    JobKind.DIGEST: Declared(),
    JobKind.UNHEARD: Declared(),
    JobKind.RETURNED: Declared(),
    JobKind.REPLAN: Declared(),
    JobKind.NIGHTLY: Declared(),
    JobKind.PRUNE: Declared(),
}

IN_STORY = frozenset(kind for kind, declared in DECLARED.items() if declared.story)
"""Kinds that an account's story announces."""

ON_CARD = frozenset(kind for kind, declared in DECLARED.items() if declared.card)
"""Kinds whose job may say something in a card's thread: the next of them is the card's next word."""


def hanging_on(what: HangsOn) -> frozenset[JobKind]:
    """The kinds of job that hang on this, or on any of these."""
    return frozenset(kind for kind, declared in DECLARED.items() if declared.hangs_on & what)
