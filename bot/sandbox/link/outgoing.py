"""What travels from Slack to the bot, and what comes back."""

from dataclasses import dataclass
from typing import Any, Protocol

ACK_SECONDS = 3.0
"""Slack waits this long for an acknowledgement; in real time, because the bot works in real time."""

EVENTS, COMMANDS, INTERACTIVE = "events_api", "slash_commands", "interactive"
ANSWERABLE = frozenset({"view_submission", "block_suggestion"})


@dataclass(frozen=True)
class Outgoing:
    """One request to the bot. `name` is the event's, the command's or the payload's own type."""

    kind: str
    name: str
    payload: dict[str, Any]

    @property
    def takes_answer(self) -> bool:
        """Whether the acknowledgement may carry something for Slack to do."""
        return self.kind == COMMANDS or self.name in ANSWERABLE


@dataclass(frozen=True)
class Retry:
    """The how-manieth try again this is, and why."""

    number: int
    reason: str


@dataclass(frozen=True)
class Reply:
    """What the bot made of it. `problem` is Slack's word when it did not acknowledge, else empty."""

    status: int | None
    body: Any = None
    problem: str = ""

    @property
    def acked(self) -> bool:
        """Whether the bot acknowledged in time."""
        return not self.problem


class Transport(Protocol):
    """A way to the bot."""

    name: str

    @property
    def is_up(self) -> bool:
        """Whether there is, or has been, a bot at the other end."""

    async def send(self, outgoing: Outgoing, retry: Retry | None) -> Reply:
        """Hand one request to the bot and wait for its acknowledgement."""
