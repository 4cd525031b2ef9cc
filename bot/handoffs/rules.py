"""Handoffs: sales → support or support → sales. Until the receiver accepts, the giver keeps the account."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from enum import StrEnum

from bot.core.calendar import NO_HOLIDAYS, add_working_days
from bot.core.labelled import Labelled
from bot.core.policy import Policy


class Direction(Labelled):
    """Who hands over to whom."""

    TO_SUPPORT = "to_support", "sales → support"
    TO_SALES = "to_sales", "support → sales"


class State(StrEnum):
    """How far a handoff is: a waiting one is settled once, in one of three ways."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


_BECOMES = {Direction.TO_SUPPORT: "support_lead", Direction.TO_SALES: "owner"}


def label(direction: str) -> str:
    """The direction in words, as in "sales → support"."""
    return Direction(direction).label


def ended(state: str) -> str:
    """What someone did who settled it, as in "Dana withdrew it"."""
    return "withdrew" if state == State.WITHDRAWN else state


def becomes(direction: str) -> str:
    """The role on the account that the receiver has once they have accepted."""
    return _BECOMES[Direction(direction)]


def usual_direction(role: str) -> Direction:
    """The way in which someone with this role hands over, unless they say otherwise."""
    return Direction.TO_SALES if role == "support" else Direction.TO_SUPPORT


def may_settle(member_id: int, manages: bool, giver_id: int, receiver_id: int) -> bool:
    """Whether someone may accept or return: the receiver, and any manager but the one who gives it away."""
    return member_id == receiver_id or (manages and member_id != giver_id)


def reminded_on(given_on: date, policy: Policy, holidays: Container[date] = NO_HOLIDAYS) -> date:
    """The day on which the receiver of a handoff that still waits is reminded."""
    return add_working_days(given_on, policy.handoff_reminder_working_days, holidays)


def late_on(given_on: date, policy: Policy, holidays: Container[date] = NO_HOLIDAYS) -> date:
    """The day on which the giver and their manager are told that it still waits."""
    return add_working_days(reminded_on(given_on, policy, holidays), policy.handoff_late_working_days, holidays)
