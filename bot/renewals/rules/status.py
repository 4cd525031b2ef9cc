"""How a renewal stands, in one sign and one word: the same on its card, in its story and wherever it is listed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from bot.renewals.rules.stages import Forecast, Stage, is_unsigned


class RenewalStatus(StrEnum):
    """How it stands, most urgent first among those that are still open."""

    OVERDUE = "overdue"
    AT_RISK = "at_risk"
    SNOOZED = "snoozed"
    NEEDS_SOMEONE = "needs_someone"
    ON_TRACK = "on_track"
    AHEAD = "ahead"
    SIGNED = "signed"
    INVOICED = "invoiced"
    PAID = "paid"
    LOST = "lost"
    MERGED = "merged"
    ENDED = "ended"


_SHOWN: Mapping[RenewalStatus, tuple[str, str]] = {
    RenewalStatus.OVERDUE: ("🔴", "overdue"),
    RenewalStatus.AT_RISK: ("🔴", "at risk"),
    RenewalStatus.SNOOZED: ("💤", "snoozed"),
    RenewalStatus.NEEDS_SOMEONE: ("🟡", "needs someone"),
    RenewalStatus.ON_TRACK: ("🟢", "on track"),
    RenewalStatus.AHEAD: ("", "not due yet"),
    RenewalStatus.SIGNED: ("✍️", "signed"),
    RenewalStatus.INVOICED: ("🧾", "invoiced"),
    RenewalStatus.PAID: ("✅", "paid"),
    RenewalStatus.LOST: ("⚫", "lost"),
    RenewalStatus.MERGED: ("", "renews with others"),
    RenewalStatus.ENDED: ("", "ended"),
}

_SETTLED = {Stage.SIGNED: RenewalStatus.SIGNED, Stage.INVOICED: RenewalStatus.INVOICED}
_OUTCOMES = {
    "won": RenewalStatus.PAID,
    "lost": RenewalStatus.LOST,
    "merged": RenewalStatus.MERGED,
    "ended": RenewalStatus.ENDED,
}


def sign(status: RenewalStatus) -> str:
    """Its sign, which never stands without its word; empty where nothing is left to look at."""
    return _SHOWN[status][0]


def word(status: RenewalStatus) -> str:
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
) -> RenewalStatus:
    """How a renewal stands on a day. `outcome`: won, lost, merged or ended once it is over, else None.

    Overdue comes before at risk, since it is later; a risk comes before a snooze, since red does not wait.
    """
    if outcome is not None:
        return _OUTCOMES[outcome]
    if stage is Stage.LOST:
        return RenewalStatus.LOST
    if stage in _SETTLED:
        return _SETTLED[stage]
    if is_unsigned(stage) and not auto_renew and renewal_date < today:
        return RenewalStatus.OVERDUE
    if forecast == Forecast.AT_RISK:
        return RenewalStatus.AT_RISK
    if is_snoozed:
        return RenewalStatus.SNOOZED
    return RenewalStatus.ON_TRACK if is_claimed else RenewalStatus.NEEDS_SOMEONE
