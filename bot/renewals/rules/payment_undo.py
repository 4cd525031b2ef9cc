"""A payment recorded by mistake can be taken back for a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.renewals.rules.stages import Stage

BEFORE = "before_paid"
"""In the facts of a paid renewal: how everything stood before."""

UNDO_FOR = timedelta(days=1)


def may_undo(stage: str, facts: Mapping[str, Any], paid_at: datetime | None, now: datetime) -> bool:
    """Whether a payment can still be taken back: for a day after it was recorded."""
    return stage == Stage.PAID and BEFORE in facts and paid_at is not None and now - paid_at < UNDO_FOR
