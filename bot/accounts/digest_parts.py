"""Parts of a person's digest: each feature brings its own, one line of names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.db.work import Work
    from bot.workspace.members import MemberView


@dataclass(frozen=True, slots=True)
class DigestLine:
    """What waits of one kind: its place among the others, the names of some, and how many there are in all."""

    place: int
    title: str
    names: tuple[str, ...]
    count: int


DigestPart = Callable[["Work", "MemberView"], DigestLine]
"""What waits of this kind for whose digest it is; a line without names is left out."""

PARTS: list[DigestPart] = []
"""bot/features.py fills it."""
