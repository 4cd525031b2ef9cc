"""Delivery tokens: what a message carries so that it can be found again, and that says nothing to who reads it."""

from __future__ import annotations

from hashlib import sha256

from bot.posts.queue import DuePost


def delivery_token(workspace_id: int, due: DuePost) -> str:
    """The token of a delivery."""
    return token(workspace_id, due.id, due.key)


def token(workspace_id: int, delivery_id: int, key: str) -> str:
    """The same for a delivery of this number, of the post of this key."""
    return sha256(f"{workspace_id}/{delivery_id}/{key}".encode()).hexdigest()[:32]
