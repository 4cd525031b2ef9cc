"""Lines of an account's story that a feature brings: what it adds to what is to do, or to the details."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.db.work import Work


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line: `words` are mrkdwn, with all that people typed escaped. `is_to_do`: somebody has to act on it."""

    words: str
    is_to_do: bool = False


StoryPart = Callable[["Work", int], Sequence[StoryLine]]
"""A feature's lines about the account of this number; there may be none, and there are few."""

PARTS: list[StoryPart] = []
"""The lines of all features: `story` of every feature, in their order."""
