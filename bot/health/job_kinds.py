"""Kinds of job about health."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class HealthJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    CHECK_DUE = "health_due"
    SCORE = "score"
    SCORE_ALERT = "score_alert"
    SCORE_NIGHT = "score_night"


ANNOUNCED: Mapping[str, str] = {
    HealthJob.CHECK_DUE: "A health check is asked for",
}
"""How an account's story announces those that say something to its team, after a day."""
