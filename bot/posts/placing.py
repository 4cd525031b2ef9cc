"""Messages as their readers want them: not outside their hours nor while they are away, and reminders directly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.db.work import Work
from bot.posts import kinds
from bot.posts.audience import concerns_nobody, is_told_back
from bot.workspace import channels, preferences
from bot.workspace import hours as workspace_hours

ANSWER, LINE, REMINDER = "answer", "story_line", "reminder"
"""An answer to what someone has just asked waits for nothing; a line that mentions someone may go to them directly."""


@dataclass(frozen=True, slots=True)
class OutgoingPost:
    """A message as it should be now. The same key is the same message: wanting it again updates it in place.

    `channel` (Slack channel) or `recipient` (Slack user, by DM) says where. `owner` is the Slack user who is told
    instead when the channel is shared with another company, or cannot be reached. `thread_of` is the parent's key;
    `thread_ts` is somebody's message in `channel`, when the parent is no post of ours. `by` is the person (Slack id)
    whose act it answers: where they read it alone, it comes at once, whatever the hour; or, for news, who knows it.
    `instead` is wanted in its place where the channel is known to be closed to it.
    """

    key: str
    kind: str
    facts: Mapping[str, Any]
    channel: str | None = None
    recipient: str | None = None
    owner: str | None = None
    thread_of: str | None = None
    thread_ts: str | None = None
    by: str | None = None
    instead: OutgoingPost | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A message, and the moment before which it is not sent; `twin_to` is told the same directly, from `twin_at` on."""

    post: OutgoingPost
    at: datetime
    twin_to: str | None = None
    twin_at: datetime | None = None


def placed(work: Work, wanted: Sequence[OutgoingPost]) -> list[Placed]:
    """The same messages, those to people at the moment they may be sent, and reminders where their readers want them.

    Somebody who wants reminders directly is not mentioned in the channel as well: nothing is said to them twice. News
    that would reach nobody but who made it is left out.
    """
    closed = channels.closed_to_us(work) if any(_may_move(w) for w in wanted) else frozenset()
    wanted = [w.instead if w.instead is not None and w.channel in closed else w for w in wanted]
    moved = [w.channel in closed and _may_move(w) for w in wanted]
    kept = [(w, is_moved) for w, is_moved in zip(wanted, moved, strict=True) if not _is_needless(w, is_moved)]
    readers = [_reader(w, is_moved) for w, is_moved in kept]
    hours = workspace_hours.of_people(work, {to for to in readers if to})
    if not hours:
        return [Placed(w, work.now) for w, _ in kept]
    named = {to for (w, _), to in zip(kept, readers, strict=True) if to and w.recipient is None}
    direct = preferences.by_dm(work, named) if named else frozenset()
    found: list[Placed] = []
    for (w, is_moved), reader in zip(kept, readers, strict=True):
        if reader is None or reader not in hours:
            found.append(Placed(w, work.now))
        elif is_moved or w.recipient is not None:
            found.append(Placed(w, hours[reader].next_open(work.now)))
        elif reader in direct:
            unnamed = replace(w, facts={**w.facts, "mention": None})
            found.append(Placed(unnamed, work.now, reader, hours[reader].next_open(work.now)))
        else:
            found.append(Placed(w, work.now))
    return found


def _may_move(w: OutgoingPost) -> bool:
    """Whether this is told to people directly if its channel takes no message of ours."""
    return w.channel is not None and w.recipient is None and w.kind != ANSWER


def _is_needless(w: OutgoingPost, is_moved: bool) -> bool:
    if not kinds.of(w.kind).is_news(w.facts):
        return False
    about = kinds.about(w.kind, w.facts, w.owner, w.by, w.recipient)
    return is_told_back(about) or (is_moved and concerns_nobody(about))


def _reader(w: OutgoingPost, is_moved: bool) -> str | None:
    """Who reads it alone and may have to be waited for; nobody for what answers their own act."""
    if w.kind == ANSWER:
        return None
    if is_moved and kinds.of(w.kind).copies(w.facts):
        # Not the owner alone is told instead, so it is not for their hours to say when.
        return None
    to = w.owner if is_moved else w.recipient or (w.facts.get("mention") if w.kind == LINE else None)
    return None if to == w.by else to


def as_twin(key: str, facts: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """(kind, facts) of a line as whom it names reads it directly."""
    number = key.split(":")[1] if key.startswith("renewal:") else "0"
    return REMINDER, {"line": {**facts, "mention": None}, "renewal_id": int(number)}
