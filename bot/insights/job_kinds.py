"""Kinds of job about insights."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class InsightJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    TRIGGER = "trigger_event"


ANNOUNCED: Mapping[str, str] = {InsightJob.TRIGGER: "Something of their own comes up"}
"""How an account's story announces it."""
