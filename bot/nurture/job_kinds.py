"""Kinds of job about nurture."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class NurtureJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    TOUCH = "nurture_touch"


ANNOUNCED: Mapping[str, str] = {NurtureJob.TOUCH: "Something worth telling them is proposed"}
"""How an account's story announces it."""
