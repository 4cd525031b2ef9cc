"""Alerts: why each kind comes, what comes next, and in which ways one of them can be wrong. Features declare theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from bot.core.labelled import Labelled
from bot.slack.ids import ActionId


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
class Remedy:
    """What helps against it: a sentence, and a button `button` that leads there.

    It sends under `action` the number of what the alert is about, or of its account (`is_of_account`).
    """

    words: str
    button: str = ""
    action: str = ""
    is_of_account: bool = False


HAND_OVER = Remedy("Hand the account over: its alerts go with it.", "Hand over…", ActionId.OPEN_HANDOFF, True)


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What makes an alert come, in sentences, and the names of the policy's numbers that it goes by."""

    rule: str
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class AlertKind:
    """A kind of alert, `name` in its ⋯; buttons that stand in Slack have it, and rows: it is never changed again.

    `why` is its rule, None where that depends on each alert and the feature answers by itself. `coming` are the kinds
    of job that say the next thing of it, each with how it is announced. `wrong` is what it can be dismissed as, in the
    order of the buttons, each with what helps; empty when it cannot be dismissed.
    """

    name: str
    why: AlertRule | None = None
    coming: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[Wrong, Remedy] = field(default_factory=dict)


KINDS: dict[str, AlertKind] = {}
"""By name: `alerts` of every feature."""


@dataclass(frozen=True, slots=True)
class AlertReference:
    """One alert: what it is about, the number of that, and its account. It comes from outside: check the account."""

    about: AlertKind
    number: int
    account_id: int

    def __str__(self) -> str:
        return f"{self.subject}:{self.account_id}"

    @property
    def subject(self) -> str:
        """As a row names it: "renewal:7"."""
        return f"{self.about.name}:{self.number}"

    @classmethod
    def read(cls, value: str) -> Self | None:
        """What `str` gave; None for anything else, and for an alert that cannot be dismissed."""
        about, *numbers = value.split(":")
        kind = KINDS.get(about)
        if kind is None or not kind.wrong:
            return None
        if len(numbers) != 2 or not all(n.isdecimal() and len(n) < 18 for n in numbers):
            return None
        return cls(kind, int(numbers[0]), int(numbers[1]))


def why_option(kind: AlertKind, account_id: int, number: int = 0) -> tuple[str, str, str]:
    """The choice in an alert's ⋯ that tells why it came.

    `number` is that of the one thing it is about, where an account may have several: a handoff or a follow-up.
    """
    value = f"{kind.name}:{account_id}:{number}" if number else f"{kind.name}:{account_id}"
    return "Why am I seeing this?", ActionId.WHY, value


def dismiss_option(kind: AlertKind, number: int, account_id: int) -> tuple[str, str, str]:
    """The choice in an alert's ⋯ that says it is wrong; `number` is that of what it is about."""
    return "Dismiss: wrong…", ActionId.DISMISS, str(AlertReference(kind, number, account_id))
