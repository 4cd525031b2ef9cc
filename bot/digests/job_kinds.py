"""Kinds of job about digests; a story does not announce them, since they are about a person."""

from __future__ import annotations

from enum import StrEnum


class DigestJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    DIGEST = "digest"
    SETTLE = "digest_settle"
