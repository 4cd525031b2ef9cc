"""Queries on posts: what features ask of the messages that they wanted before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Executable, Table, bindparam, func, select

from bot.db.upsert import dialect_of
from bot.db.work import Work
from bot.models import Delivery, Post
from bot.models.post import DeliveryRole
from bot.posts.placing import OutgoingPost

_P, _D = cast(Table, Post.__table__).c, cast(Table, Delivery.__table__).c


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A message as it is wanted: what, for whom, and where it is at home. `ts`: where it stands, once it does.

    `error`: why the last attempt failed, `reroute_reason` why its owner is told directly instead of its channel.
    """

    key: str
    kind: str
    facts: Mapping[str, Any]
    owner: str | None
    thread_of: str | None
    thread_ts: str | None
    created_at: datetime
    channel: str | None
    recipient: str | None
    ts: str | None
    state: str
    sent_at: datetime | None = None
    error: str | None = None
    reroute_reason: str | None = None

    def saying(self, facts: Mapping[str, Any]) -> OutgoingPost:
        """The same message, as it is to be now."""
        return OutgoingPost(
            self.key,
            self.kind,
            facts,
            self.channel,
            self.recipient,
            self.owner,
            self.thread_of,
            thread_ts=self.thread_ts,
        )

    @property
    def is_gone(self) -> bool:
        """Whether it was given up or taken back, and stands nowhere."""
        return self.state in ("dead", "withdrawn")


def by_keys(work: Work, keys: Collection[str], locked: bool = False) -> list[StoredPost]:
    """Those of these messages that were ever wanted, oldest first. `locked`: nobody else changes them meanwhile."""
    if not keys:
        return []
    return _read(work, _BY_KEYS_LOCKED if locked else _BY_KEYS, keys=list(keys))


def by_prefix(work: Work, prefix: str) -> list[StoredPost]:
    """The messages whose key begins so, oldest first."""
    query = _STORED.where(_P.key.startswith(prefix, autoescape=True))
    if dialect_of(work.session) == "sqlite":
        # SQLite compares a beginning with every key there is, unless it is told between which two it stands; and to
        # have them in order without sorting it would rather walk all messages.
        query = query.where(_P.key >= prefix, _P.key < prefix[:-1] + chr(ord(prefix[-1]) + 1))
        query = query.order_by(None).order_by(_P.id + 0)
    return _read(work, query)


def existing(work: Work, keys: Collection[str]) -> set[str]:
    """Those of these keys that are a message's."""
    if not keys:
        return set()
    return set(work.rows(_EXISTING, keys=list(keys)).scalars())


def unsent(work: Work, keys: Collection[str]) -> set[str]:
    """The keys of those of these messages that do not stand in Slack yet, or not any more."""
    return {one.key for one in by_keys(work, keys) if one.ts is None}


def homes_since(work: Work, kind: str, since: datetime) -> list[tuple[str, datetime]]:
    """The channel, else the person, of each message of this kind that was first wanted after `since`, and when."""
    rows = work.session.execute(
        select(func.coalesce(_D.channel, _D.recipient), _P.created_at)
        .join(Delivery.__table__, (_D.post_id == _P.id) & (_D.role == DeliveryRole.HOME))
        .where(_P.workspace_id == work.workspace_id, _P.kind == kind, _P.created_at > since)
    )
    return [(place, at) for place, at in rows if place is not None]


_OF_POST = (_P.key, _P.kind, _P.facts, _P.owner, _P.thread_of, _P.thread_ts, _P.created_at)
_STORED = (
    select(*_OF_POST, _D.channel, _D.recipient, _D.ts, _D.state, _D.sent_at, _D.error, _D.reroute_reason)
    .join(Delivery.__table__, (_D.post_id == _P.id) & (_D.role == DeliveryRole.HOME))
    .where(_P.workspace_id == bindparam("of"))
    .order_by(_P.id)
)
_OF_KEYS = _P.key.in_(bindparam("keys", expanding=True))
_BY_KEYS = _STORED.where(_OF_KEYS)
_BY_KEYS_LOCKED = _BY_KEYS.with_for_update(of=Post.__table__)
_EXISTING = select(_P.key).where(_P.workspace_id == bindparam("of"), _OF_KEYS)


def _read(work: Work, statement: Executable, **given: Any) -> list[StoredPost]:
    return [StoredPost(**row._mapping) for row in work.rows(statement, **given)]
