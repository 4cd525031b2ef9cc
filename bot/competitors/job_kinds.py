"""Kinds of job about competitors' claims."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class CompetitorJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    UNANSWERED = "claim_unanswered"


ANNOUNCED: Mapping[str, str] = {
    CompetitorJob.UNANSWERED: "The owner's manager hears of a competitor's claim, if nobody answers it by then",
}
"""How an account's story announces those that say something to its team, after a day."""
