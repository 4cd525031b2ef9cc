"""Messages this worker sent after it had lost its lease: taken away again if another worker's stand in their place."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.db.engine import Database
from bot.posts import records as post_records
from bot.slack.outcomes import Status
from bot.slack.sender import Sender

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stray:
    """A message of ours at `channel`, `ts` that no row knows of, as far as we know."""

    post_id: int
    channel: str
    ts: str


class Strays:
    """Kept in memory, until it is known which message the post's row stands by."""

    def __init__(self, db: Database, workspace_id: int, sender: Sender) -> None:
        self._db = db
        self._workspace_id = workspace_id
        self._sender = sender
        self._known: list[Stray] = []

    def __len__(self) -> int:
        return len(self._known)

    def add(self, stray: Stray) -> None:
        """Remember a message that may stand twice."""
        log.info("post %s: sent to %s, but the lease was lost before it was recorded", stray.post_id, stray.channel)
        self._known.append(stray)

    def settle(self) -> None:
        """Take away what stands twice; needs no lease, since it touches our own message only.

        A row that knows no message yet may still adopt ours, so it is left for later.
        """
        for stray in list(self._known):
            with self._db.reading() as session:
                ts, state = post_records.standing(session, self._workspace_id, stray.post_id)
            if ts is None and state != "dead":
                continue
            if ts != stray.ts and self._sender.delete(stray.channel, stray.ts).end in (Status.LATER, Status.UNKNOWN):
                continue
            self._known.remove(stray)
