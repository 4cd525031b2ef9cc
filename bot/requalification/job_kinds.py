"""Kinds of job about one-off work."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RequalifyJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    ASK = "one_off_ask"


ANNOUNCED: Mapping[str, str] = {RequalifyJob.ASK: "The owner is asked what has changed since the one-off work"}
"""How an account's story announces those that say something to its team, after a day."""
