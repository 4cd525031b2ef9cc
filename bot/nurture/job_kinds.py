"""Kinds of job about nurture."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class NurtureJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    TOUCH = "nurture_touch"
    PAUSE_ENDS = "nurture_pause_ends"


ANNOUNCED: Mapping[str, str] = {
    NurtureJob.TOUCH: "Something worth telling them is proposed",
    NurtureJob.PAUSE_ENDS: "The pause of proposals ends",
}
"""How an account's story announces them."""
