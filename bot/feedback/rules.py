"""In which ways an alert can be wrong, and what helps. Nothing is silenced by saying so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from bot.core.labelled import Labelled


class AlertKind(StrEnum):
    """What an alert is about."""

    RENEWAL = "renewal"
    PULSE = "pulse"
    HEALTH = "health"
    HANDOFF = "handoff"
    REFERRAL = "referral"
    NURTURE = "nurture"
    TRIGGER = "trigger"
    GROWTH = "growth"
    ONE_OFF = "one_off"


class Wrong(Labelled):
    """What is wrong with an alert."""

    NOT_A_RENEWAL = "not_a_renewal", "Not a renewal"
    WRONG_DATE = "wrong_date", "Wrong date"
    WRONG_OWNER = "wrong_owner", "Wrong owner"
    ALREADY_DONE = "already_done", "Already done"
    DUPLICATE = "duplicate", "Duplicate"
    TOO_OFTEN = "too_often", "Too often"
    OTHER = "other", "Something else"


@dataclass(frozen=True, slots=True)
class AlertReference:
    """One alert: what it is about, the number of that, and its account. It comes from outside: check the account."""

    about: AlertKind
    number: int
    account_id: int

    def __str__(self) -> str:
        return f"{self.about}:{self.number}:{self.account_id}"

    @property
    def subject(self) -> str:
        """As a row names it: "renewal:7"."""
        return f"{self.about}:{self.number}"

    @classmethod
    def read(cls, value: str) -> Self | None:
        """What `str` gave; None for anything else."""
        about, *numbers = value.split(":")
        if about not in set(AlertKind) or len(numbers) != 2 or not all(n.isdecimal() and len(n) < 18 for n in numbers):
            return None
        return cls(AlertKind(about), int(numbers[0]), int(numbers[1]))


_OFFERED: Mapping[AlertKind, tuple[Wrong, ...]] = {
    AlertKind.RENEWAL: (
        Wrong.NOT_A_RENEWAL,
        Wrong.WRONG_DATE,
        Wrong.WRONG_OWNER,
        Wrong.ALREADY_DONE,
        Wrong.DUPLICATE,
        Wrong.OTHER,
    ),
    AlertKind.PULSE: (Wrong.TOO_OFTEN, Wrong.WRONG_OWNER, Wrong.ALREADY_DONE, Wrong.OTHER),
    AlertKind.HEALTH: (Wrong.TOO_OFTEN, Wrong.WRONG_OWNER, Wrong.ALREADY_DONE, Wrong.OTHER),
    AlertKind.HANDOFF: (Wrong.WRONG_OWNER, Wrong.ALREADY_DONE, Wrong.OTHER),
    AlertKind.REFERRAL: (Wrong.TOO_OFTEN, Wrong.WRONG_OWNER, Wrong.ALREADY_DONE, Wrong.OTHER),
    AlertKind.NURTURE: (Wrong.TOO_OFTEN, Wrong.WRONG_OWNER, Wrong.ALREADY_DONE, Wrong.OTHER),
    AlertKind.TRIGGER: (Wrong.WRONG_DATE, Wrong.WRONG_OWNER, Wrong.ALREADY_DONE, Wrong.OTHER),
    AlertKind.GROWTH: (Wrong.WRONG_OWNER, Wrong.ALREADY_DONE, Wrong.TOO_OFTEN, Wrong.OTHER),
    AlertKind.ONE_OFF: (Wrong.WRONG_OWNER, Wrong.ALREADY_DONE, Wrong.TOO_OFTEN, Wrong.OTHER),
}
_HELPS: Mapping[tuple[AlertKind, Wrong], str] = {
    (
        AlertKind.RENEWAL,
        Wrong.NOT_A_RENEWAL,
    ): "If nothing is to be renewed, mark it lost and say why: that ends it.",
    (AlertKind.RENEWAL, Wrong.WRONG_DATE): "Move the renewal date: all reminders are planned anew from it.",
    (AlertKind.RENEWAL, Wrong.WRONG_OWNER): "Hand the account over: its alerts go with it.",
    (
        AlertKind.RENEWAL,
        Wrong.ALREADY_DONE,
    ): "Set its stage. A signed renewal asks only for invoice and payment.",
    (AlertKind.RENEWAL, Wrong.DUPLICATE): "Ask whoever imports the contracts to take one of the two out.",
    (AlertKind.RENEWAL, Wrong.OTHER): "If something in it has changed, update the renewal.",
    (AlertKind.PULSE, Wrong.TOO_OFTEN): "A manager can set how often a pulse comes.",
    (AlertKind.PULSE, Wrong.WRONG_OWNER): "Hand the account over: its alerts go with it.",
    (AlertKind.PULSE, Wrong.ALREADY_DONE): "One press on the pulse's card answers it.",
    (AlertKind.PULSE, Wrong.OTHER): "The pulse stays open until its day; nobody has to answer.",
    (AlertKind.HEALTH, Wrong.TOO_OFTEN): "A manager can set how often a health check comes.",
    (AlertKind.HEALTH, Wrong.WRONG_OWNER): "Hand the account over: its alerts go with it.",
    (AlertKind.HEALTH, Wrong.ALREADY_DONE): "Record the check with the day of the talk: that stops it.",
    (AlertKind.HEALTH, Wrong.OTHER): "The account's story says what the score is made of.",
    (AlertKind.HANDOFF, Wrong.WRONG_OWNER): "Return it and say who should have it.",
    (AlertKind.HANDOFF, Wrong.ALREADY_DONE): "Accept it: that is all that is missing.",
    (AlertKind.HANDOFF, Wrong.OTHER): "Return it and say what is missing.",
    (AlertKind.REFERRAL, Wrong.TOO_OFTEN): "A manager can set how often a suggestion comes.",
    (AlertKind.REFERRAL, Wrong.WRONG_OWNER): "Hand the account over: its alerts go with it.",
    (AlertKind.REFERRAL, Wrong.ALREADY_DONE): "Press Asked or Thanked, in the message or in `/referral`.",
    (AlertKind.REFERRAL, Wrong.OTHER): "Not now takes the suggestion off your hands.",
    (AlertKind.NURTURE, Wrong.TOO_OFTEN): "A manager can set how often something is proposed for an account.",
    (AlertKind.NURTURE, Wrong.WRONG_OWNER): "Hand the account over: its alerts go with it.",
    (AlertKind.NURTURE, Wrong.ALREADY_DONE): "Press Sent: it counts as a touch, and is never proposed to them again.",
    (AlertKind.NURTURE, Wrong.OTHER): "Another proposes something else; Not now lets it rest.",
    (AlertKind.TRIGGER, Wrong.WRONG_DATE): "Write the right day in `/insight list`.",
    (AlertKind.TRIGGER, Wrong.WRONG_OWNER): "Hand the account over: its alerts go with it.",
    (AlertKind.TRIGGER, Wrong.ALREADY_DONE): "If it comes again each year, leave it; else take it off the list.",
    (AlertKind.TRIGGER, Wrong.OTHER): "Change it in `/insight list`.",
    (AlertKind.GROWTH, Wrong.WRONG_OWNER): "Hand the account over: its alerts go with it.",
    (AlertKind.GROWTH, Wrong.ALREADY_DONE): "Write the opportunity down: what is open is not proposed.",
    (AlertKind.GROWTH, Wrong.TOO_OFTEN): "One a week comes at most. Not eligible, with a reason, stops it for good.",
    (AlertKind.GROWTH, Wrong.OTHER): "Not eligible, with a reason, stops it for good; not now, for some months.",
    (AlertKind.ONE_OFF, Wrong.WRONG_OWNER): "Hand the account over: its alerts go with it.",
    (AlertKind.ONE_OFF, Wrong.ALREADY_DONE): "Answer it: need, not now or gone ends it.",
    (AlertKind.ONE_OFF, Wrong.TOO_OFTEN): "A manager can set on which days it is asked.",
    (AlertKind.ONE_OFF, Wrong.OTHER): "Answer it: need, not now or gone ends it.",
}
_UPDATES = (Wrong.NOT_A_RENEWAL, Wrong.WRONG_DATE, Wrong.ALREADY_DONE, Wrong.OTHER)


def label(wrong: Wrong) -> str:
    """The words on its button."""
    return wrong.label


def offered(about: AlertKind) -> tuple[Wrong, ...]:
    """What can be wrong with such an alert, in the order of the buttons."""
    return _OFFERED[about]


def helps(about: AlertKind, wrong: Wrong) -> str:
    """What to do about it, in a sentence."""
    return _HELPS[about, wrong]


def is_helped_by_update(about: AlertKind, wrong: Wrong) -> bool:
    """Whether the renewal's own form is the step that helps."""
    return about is AlertKind.RENEWAL and wrong in _UPDATES
