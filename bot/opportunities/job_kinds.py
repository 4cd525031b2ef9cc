"""Kinds of job about growth; none of them is announced on an account's story."""

from __future__ import annotations

from enum import StrEnum


class GrowthJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    LOOK = "growth_look"
