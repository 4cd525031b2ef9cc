"""What comes next, in words: how kinds of job are announced, filled by bot/features.py."""

from __future__ import annotations

STORY: dict[str, str] = {}
"""Kind of job → how an account's story announces it, after a day. A kind that says nothing to the team is not there."""

WAIT_FOR_RETURN: dict[str, None] = {}
"""Kinds of job that may wait until somebody is back."""
