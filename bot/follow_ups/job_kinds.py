"""Kinds of job about follow-ups."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class FollowUpJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    DUE = "follow_up_due"
    LATE = "promise_late"


ANNOUNCED: Mapping[str, str] = {
    FollowUpJob.DUE: "A follow-up is due",
    FollowUpJob.LATE: "A promise is broken, if it is not kept by then",
}
"""How an account's story announces those that say something to its team, after a day."""
