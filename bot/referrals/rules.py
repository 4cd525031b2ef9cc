"""May we ask for a referral? Only at a good moment, with nothing open between us, and not by who comes once a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

TAKEN_BACK = "referral_taken_back"
"""What it is to a timeline that something was written down by mistake."""


class Bar(StrEnum):
    """What speaks against asking. Those of the account come before those of the person."""

    NO_GOOD_MOMENT = "no_good_moment"
    UNPAID = "unpaid"
    OVERDUE_PROMISE = "overdue_promise"
    NO_TOUCH = "no_touch"
    ONLY_AT_RENEWAL = "only_at_renewal"
    LEFT = "left"
    PAUSE = "pause"


OF_PERSON = frozenset({Bar.LEFT, Bar.PAUSE})
"""The reasons that concern one person; all others bar everybody at the account."""


@dataclass(frozen=True, slots=True)
class ReferralLimits:
    """The workspace's numbers: days, points of 100, and per cent of touches."""

    pause_days: int = 180
    green_days: int = 30
    score: int = 80
    quiet_days: int = 60
    near_percent: int = 50
    near_days: int = 60


@dataclass(frozen=True, slots=True)
class AccountMoment:
    """What is known of an account on a day.

    `green_heard_on`: the last green pulse that was heard from the customer, of a closed round. `trouble_on`: the last
    red or yellow pulse of a closed round, escalation or urgent ticket; one that is still open is of today. `score` is
    the health (0–100; None: not known). `near` of `touches` are the touches of who would ask, in twelve months, that
    lie within the policy's days before a deadline.
    """

    green_heard_on: date | None = None
    trouble_on: date | None = None
    score: int | None = None
    unpaid: int = 0
    overdue_promises: int = 0
    touches: int = 0
    near: int = 0


@dataclass(frozen=True, slots=True)
class PersonMoment:
    """One person at the customer: the days on which they were asked or named somebody, and when they left."""

    asked_on: tuple[date, ...] = ()
    left_on: date | None = None


def may_ask(
    account: AccountMoment, person: PersonMoment, today: date, limits: ReferralLimits | None = None
) -> tuple[Bar, ...]:
    """Every reason not to ask this person today; none means that one may.

    A pause holds in both directions, so that whatever is written down late still keeps it.
    """
    limits = limits or ReferralLimits()
    found = list(bars_of_account(account, today, limits))
    if person.left_on is not None and person.left_on <= today:
        found.append(Bar.LEFT)
    if any(abs((today - on).days) < limits.pause_days for on in person.asked_on):
        found.append(Bar.PAUSE)
    return tuple(found)


def bars_of_account(account: AccountMoment, today: date, limits: ReferralLimits) -> tuple[Bar, ...]:
    """The reasons that bar everybody at the account."""
    found = []
    if not (was_heard_green(account, today, limits) or is_well_and_quiet(account, today, limits)):
        found.append(Bar.NO_GOOD_MOMENT)
    if account.unpaid:
        found.append(Bar.UNPAID)
    if account.overdue_promises:
        found.append(Bar.OVERDUE_PROMISE)
    if not account.touches:
        found.append(Bar.NO_TOUCH)
    elif account.near * 100 > limits.near_percent * account.touches:
        found.append(Bar.ONLY_AT_RENEWAL)
    return tuple(found)


def was_heard_green(account: AccountMoment, today: date, limits: ReferralLimits) -> bool:
    """Whether a green pulse was heard from the customer lately, and nothing bad came on that day or since."""
    heard = account.green_heard_on
    if heard is None or heard > today or (today - heard).days > limits.green_days:
        return False
    return account.trouble_on is None or account.trouble_on < heard


def is_well_and_quiet(account: AccountMoment, today: date, limits: ReferralLimits) -> bool:
    """Whether health is high, and there was no bad sign for the whole of the quiet time."""
    if account.score is None or account.score < limits.score:
        return False
    return account.trouble_on is None or (today - account.trouble_on).days >= limits.quiet_days


def free_from(person: PersonMoment, today: date, limits: ReferralLimits) -> date | None:
    """The day from which the pause is over; None when there is none."""
    if not any(abs((today - on).days) < limits.pause_days for on in person.asked_on):
        return None
    return max(person.asked_on) + timedelta(days=limits.pause_days)


def near_deadline(on: date, deadlines: Iterable[date], near_days: int) -> bool:
    """Whether a deadline lies in so many days from this day on, the day itself included."""
    return any(0 <= (deadline - on).days <= near_days for deadline in deadlines)
