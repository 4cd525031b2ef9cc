"""How a renewal stands, in one sign and one word: the same on its card, in its story and wherever it is listed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from bot.renewals.rules.stages import Forecast, Stage, is_unsigned


class Status(StrEnum):
    """How it stands, most urgent first among those that are still open."""

    OVERDUE = "overdue"
    AT_RISK = "at_risk"
    SNOOZED = "snoozed"
    NEEDS_SOMEONE = "needs_someone"
    ON_TRACK = "on_track"
    SIGNED = "signed"
    INVOICED = "invoiced"
    PAID = "paid"
    LOST = "lost"
    MERGED = "merged"
    ENDED = "ended"


_SHOWN: Mapping[Status, tuple[str, str]] = {
    Status.OVERDUE: ("🔴", "overdue"),
    Status.AT_RISK: ("🔴", "at risk"),
    Status.SNOOZED: ("💤", "snoozed"),
    Status.NEEDS_SOMEONE: ("🟡", "needs someone"),
    Status.ON_TRACK: ("🟢", "on track"),
    Status.SIGNED: ("✍️", "signed"),
    Status.INVOICED: ("🧾", "invoiced"),
    Status.PAID: ("✅", "paid"),
    Status.LOST: ("⚫", "lost"),
    Status.MERGED: ("", "renews with others"),
    Status.ENDED: ("", "ended"),
}

_SETTLED = {Stage.SIGNED: Status.SIGNED, Stage.INVOICED: Status.INVOICED}
_OUTCOMES = {"won": Status.PAID, "lost": Status.LOST, "merged": Status.MERGED, "ended": Status.ENDED}


def sign(status: Status) -> str:
    """Its sign, which never stands without its word; empty where nothing is left to look at."""
    return _SHOWN[status][0]


def word(status: Status) -> str:
    """The word beside the sign."""
    return _SHOWN[status][1]


def status_of(
    stage: Stage,
    outcome: str | None,
    forecast: str | None,
    is_claimed: bool,
    is_snoozed: bool,
    renewal_date: date,
    auto_renew: bool,
    today: date,
) -> Status:
    """How a renewal stands on a day. `outcome`: won, lost, merged or ended once it is over, else None.

    Overdue comes before at risk, since it is later; a risk comes before a snooze, since red does not wait.
    """
    if outcome is not None:
        return _OUTCOMES[outcome]
    if stage is Stage.LOST:
        return Status.LOST
    if stage in _SETTLED:
        return _SETTLED[stage]
    if is_unsigned(stage) and not auto_renew and renewal_date < today:
        return Status.OVERDUE
    if forecast == Forecast.AT_RISK:
        return Status.AT_RISK
    if is_snoozed:
        return Status.SNOOZED
    return Status.ON_TRACK if is_claimed else Status.NEEDS_SOMEONE
