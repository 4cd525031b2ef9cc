"""Kinds of job that look after the workspace as a whole; none of them is announced on an account's story."""

from __future__ import annotations

from enum import StrEnum


class UpkeepJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    NIGHTLY = "nightly"
    REPLAN = "replan"
    PRUNE = "prune"
    UNHEARD = "unheard"
    RETURNED = "returned"
