"""Whose a reason for leaving was to change: ours, theirs, or nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.renewals.rules.stages import LostReason


class Whose(StrEnum):
    """Who could have changed it."""

    OURS = "ours"
    THEIRS = "theirs"
    NOBODYS = "nobody's"
    UNKNOWN = "not known"


WHOSE: Mapping[LostReason, Whose] = {
    LostReason.PRICE: Whose.OURS,
    LostReason.COMPETITOR: Whose.OURS,
    LostReason.PRODUCT_GAP: Whose.OURS,
    LostReason.LOW_USE: Whose.OURS,
    LostReason.SUPPORT_EXPERIENCE: Whose.OURS,
    LostReason.BROKEN_PROMISE: Whose.OURS,
    LostReason.NO_ANSWER: Whose.OURS,
    LostReason.CHAMPION_LEFT: Whose.THEIRS,
    LostReason.BUDGET_CUT: Whose.THEIRS,
    LostReason.COMPANY_CHANGE: Whose.NOBODYS,
    LostReason.OTHER: Whose.UNKNOWN,
}
"""Who stops answering was not kept warm; whose budget is cut may not want to leave."""


def whose(reason: str) -> Whose:
    """Whose a stored reason was to change; one that an older version wrote is not known."""
    return WHOSE[LostReason(reason)] if reason in set(LostReason) else Whose.UNKNOWN
