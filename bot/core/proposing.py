"""Whether anything may be proposed at an account on a day, and to a person: not in trouble, and seldom.

One rule for all that asks somebody to bring a customer something: nurture, opportunities, referrals, one-off work.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from bot.core.labelled import Labelled

LOOK_AGAIN = 5
"""Working days until an account at which nothing may be proposed is looked at again."""

QUIET = (
    "Nothing is proposed while the account is in danger or paused, nor while a promise to it is overdue or something "
    "was escalated lately; and of nurture, growth, referrals and one-off work only one thing at a time. Directly you "
    "get one of them a week, unless one has waited for a fortnight."
)
QUIET_NUMBERS = (
    "growth_escalation_days",
    "growth_promise_days",
    "proposals_apart_days",
    "proposals_to_person_days",
)
"""When nothing is proposed, in words, and the numbers that it goes by."""


class HoldOff(Labelled):
    """Why nothing is proposed at an account now. What is wrong there comes before what was said there."""

    PAUSED = "paused", "somebody has paused it"
    POOR = "poor", "their health is poor"
    RED_PULSE = "red_pulse", "their last pulse was red"
    AT_RISK = "at_risk", "a renewal of theirs is at risk"
    PROMISE = "promise", "a promise to them is overdue"
    ESCALATION = "escalation", "something was escalated lately"
    PROPOSED = "proposed", "something was proposed to them lately"


class ProposalMoment(NamedTuple):
    """What counts against proposing anything at an account.

    `escalated_on`: the day a ticket or renewal was last escalated; of a ticket that still is, today. `proposed_on`: the
    day of the last proposal, of whichever kind, whatever came of it.
    """

    is_paused: bool = False
    is_poor: bool = False
    is_last_pulse_red: bool = False
    is_at_risk: bool = False
    has_overdue_promise: bool = False
    escalated_on: date | None = None
    proposed_on: date | None = None


def held_off(moment: ProposalMoment, today: date, escalation_days: int, apart_days: int) -> HoldOff | None:
    """Why nothing may be proposed at an account today; None when something may.

    An escalation counts on its day and on the `escalation_days` days after it; between two proposals lie `apart_days`
    days.
    """
    if moment.is_paused:
        return HoldOff.PAUSED
    if moment.is_poor:
        return HoldOff.POOR
    if moment.is_last_pulse_red:
        return HoldOff.RED_PULSE
    if moment.is_at_risk:
        return HoldOff.AT_RISK
    if moment.has_overdue_promise:
        return HoldOff.PROMISE
    if moment.escalated_on is not None and (today - moment.escalated_on).days <= escalation_days:
        return HoldOff.ESCALATION
    if moment.proposed_on is not None and (today - moment.proposed_on).days < apart_days:
        return HoldOff.PROPOSED
    return None


LONGEST = 2
"""How many times the days between two proposals to a person what is due waits at most for them."""


class ProposedTo(NamedTuple):
    """What of proposals somebody has had: days since the last that came to them directly, 0 for today.

    `has_touch`: a nurture touch came today, to them or to an account's channel, where it interrupts nobody.
    """

    days: int | None = None
    has_touch: bool = False


NOTHING_TOLD, TOLD_NOW = ProposedTo(), ProposedTo(0)


def is_enough(told: ProposedTo, waited: int, apart: int) -> bool:
    """Whether somebody who was told so much hears of nothing more today; `waited`: since how many days it is due.

    Directly one comes in `apart` days. What has waited long comes nevertheless, one a day: who keeps a hundred
    accounts has more than one touch a week to make, and what is due is never lost.
    """
    if told.days is None:
        return False
    return told.days <= 0 or (told.days < apart and waited < LONGEST * apart)


def waited_since(days: int | None, apart: int) -> int:
    """Since how many days a suggestion is due, so many `days` after the last of its kind; None: there was none.

    No day was ever set for it: it counts as due from as long after the last one as anything waits at most.
    """
    return LONGEST * apart if days is None else max(0, days - LONGEST * apart)
