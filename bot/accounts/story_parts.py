"""Lines of an account's story that a feature brings: what is to do, how the account is, or a detail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Select

    from bot.db.work import Work


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line: `words` are mrkdwn, with all that people typed escaped; `title` stands before them, in bold.

    It stands among what is to do when somebody has to act on it (`is_to_do`), below the score when it tells how the
    account is (`is_of_health`), else among the details.
    """

    words: str
    is_to_do: bool = False
    title: str = ""
    is_of_health: bool = False


@dataclass(frozen=True, slots=True)
class StoryPart:
    """A feature's lines: `tell` gives those about the account of a number; there may be none, and there are few.

    `rows` select the `account_id` of the rows of which it tells: where an account has none, it is not asked.
    """

    tell: Callable[[Work, int], Sequence[StoryLine]]
    rows: tuple[Select[Any], ...]


PARTS: list[StoryPart] = []
"""The lines of all features: `story` of every feature, in their order."""
