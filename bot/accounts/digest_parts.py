"""Parts of a person's digest: each feature brings its own, one line of names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.workspace.members import MemberView


@dataclass(frozen=True, slots=True)
class DigestLine:
    """What waits of one kind: its place among the others, the names of some, and how many there are in all."""

    place: int
    title: str
    names: tuple[str, ...]
    count: int


DigestPart = Callable[["Session", int, "MemberView", datetime], DigestLine]
"""(session, workspace id, whose digest, now): what waits for them of this kind; a line without names is left out."""

PARTS: list[DigestPart] = []
"""bot/features.py fills it."""
