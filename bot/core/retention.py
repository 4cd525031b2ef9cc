"""Retention: how long what the bot keeps of messages, scores and people stays, and when it is old enough to go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

LONGEST = 36_500
"""Days; as good as for ever."""

FORGOTTEN_NAME = "Someone who left"
"""What the story says in place of a name that is kept no longer."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days each is kept.

    `posts`: what the bot remembers of a message after it last changed; the message itself stays in Slack.
    `scores`: past days of a health score. `people`: name, e-mail and wishes of a person after they left the workspace.
    """

    posts: int = 730
    scores: int = 1095
    people: int = 730

    @classmethod
    def of(cls, kept: Mapping[str, int]) -> Retention:
        """From what a workspace keeps; a number that is not there has its default."""
        return cls(**{field.name: kept[field.name] for field in fields(cls) if field.name in kept})

    def as_kept(self) -> dict[str, int]:
        """The numbers by name, for the workspace's row."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def posts_before(self, now: datetime) -> datetime:
        """A message that changed last before this moment may go."""
        return now - timedelta(days=self.posts)

    def scores_before(self, today: date) -> date:
        """A score of a day before this one may go, when a later one stood on this day."""
        return today - timedelta(days=self.scores)

    def people_before(self, now: datetime) -> datetime:
        """A person who left before this moment is forgotten."""
        return now - timedelta(days=self.people)


LEAST = Retention(posts=180, scores=366, people=1)
"""Cards are looked up for half a year after a renewal, and a change of the score looks back a year at most."""
