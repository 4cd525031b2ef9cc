"""Why a renewal needs somebody, as an overview sorts them: each for one reason, the worst."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Need(StrEnum):
    """What sort of thing a line about a renewal asks."""

    OVERDUE = "overdue"
    ESCALATED = "escalated"
    UNCLAIMED = "unclaimed"
    UNPAID = "unpaid"
    AT_RISK = "at_risk"


KINDS: Mapping[Need, tuple[str, str]] = {
    Need.OVERDUE: ("renewal is overdue", "renewals are overdue"),
    Need.ESCALATED: ("escalated renewal still has no update", "escalated renewals still have no update"),
    Need.UNCLAIMED: ("renewal has nobody on it", "renewals have nobody on them"),
    Need.UNPAID: ("renewal is signed and not paid", "renewals are signed and not paid"),
}
"""Those that need somebody, the worst first, in words for one and for several."""
