"""Kinds of job about handoffs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class HandoffJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    REMINDER = "handoff_reminder"
    LATE = "handoff_late"


ANNOUNCED: Mapping[str, str] = {
    HandoffJob.REMINDER: "Reminder of the handoff, if it still waits by then",
    HandoffJob.LATE: "Escalation, if the handoff still waits by then",
}
"""How an account's story announces those that say something to its team, after a day."""
