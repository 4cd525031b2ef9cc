"""A channel or a direct message and what was said in it."""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.world.messages import Message


@dataclass
class Channel:
    """A conversation. For a direct message `im_user` is the person the bot talks to."""

    id: str
    name: str
    members: list[str]
    topic: str = ""
    is_private: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    """Whether another company was invited by Slack Connect and has not come yet."""
    is_mpim: bool = False
    """Whether this is a direct message of several people."""
    is_archived: bool = False
    im_user: str | None = None
    creator: str = ""
    created: int = 0
    connected_team_ids: list[str] = field(default_factory=list)
    bookmarks: list[dict[str, Any]] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    top_level: list[str] = field(default_factory=list)

    @property
    def is_im(self) -> bool:
        """Whether this is the bot's direct message with one person."""
        return self.im_user is not None

    @property
    def kind(self) -> str:
        """The conversation type as `conversations.list` names it."""
        if self.is_im or self.is_mpim:
            return "im" if self.is_im else "mpim"
        return "private_channel" if self.is_private else "public_channel"

    @property
    def event_kind(self) -> str:
        """The conversation type as message subscriptions name it: channels, groups, im or mpim."""
        return {"private_channel": "groups", "public_channel": "channels"}.get(self.kind, self.kind)

    def add(self, message: Message) -> None:
        """Keep a new message, under its parent when it is a reply."""
        if message.only_for:
            self.ephemerals[message.ts] = message
            return
        self.messages[message.ts] = message
        if message.thread_ts:
            self.messages[message.thread_ts].replies.append(message.ts)
        else:
            insort(self.top_level, message.ts)

    def find(self, ts: str) -> Message | None:
        """The message or the ephemeral message at `ts`."""
        return self.messages.get(ts) or self.ephemerals.get(ts)

    def replies_to(self, ts: str) -> list[str]:
        """The replies in the thread of a message, also when that message itself is gone, oldest first."""
        return sorted((one.ts for one in self.messages.values() if one.thread_ts == ts), key=float)

    def remove(self, message: Message) -> None:
        """Forget a message; replies of a removed parent stay, as in Slack."""
        if message.only_for:
            self.ephemerals.pop(message.ts, None)
            return
        self.messages.pop(message.ts, None)
        parent = self.messages.get(message.thread_ts) if message.thread_ts else None
        if parent and message.ts in parent.replies:
            parent.replies.remove(message.ts)
        if message.ts in self.top_level:
            self.top_level.remove(message.ts)

    def between(self, stamps: list[str], oldest: str, latest: str, inclusive: bool) -> list[str]:
        """Those of the ordered `stamps` that lie between two timestamps ("" is open), oldest first."""
        left, right = (bisect_left, bisect_right) if inclusive else (bisect_right, bisect_left)
        start = left(stamps, oldest) if oldest else 0
        end = right(stamps, latest) if latest else len(stamps)
        return stamps[start:end]

    def payload(self, team_id: str, bot_user: str) -> dict[str, Any]:
        """The conversation object of the Web API."""
        shared = {
            "id": self.id,
            "created": self.created,
            "is_im": self.is_im,
            "is_mpim": self.is_mpim,
            "is_org_shared": False,
            "is_archived": self.is_archived,
            "context_team_id": team_id,
        }
        if self.is_im:
            return {**shared, "user": self.im_user, "is_channel": False, "is_group": False, "is_private": True}
        return {
            **shared,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private and not self.is_mpim,
            "is_group": self.is_private,
            "is_private": self.is_private or self.is_mpim,
            "is_general": False,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_pending_ext_shared": self.is_pending_ext_shared,
            "pending_shared": self.connected_team_ids if self.is_pending_ext_shared else [],
            "shared_team_ids": [team_id, *(self.connected_team_ids if self.is_ext_shared else [])],
            "connected_team_ids": self.connected_team_ids if self.is_ext_shared else [],
            "is_member": bot_user in self.members,
            "creator": self.creator,
            "num_members": len(self.members),
            "topic": {"value": self.topic, "creator": self.creator, "last_set": self.created},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }

    def summary(self) -> dict[str, Any]:
        """What the control API tells about a channel."""
        return {
            "id": self.id,
            "name": self.name,
            "members": self.members,
            "is_ext_shared": self.is_ext_shared,
            "is_private": self.is_private or self.is_im or self.is_mpim,
            "is_mpim": self.is_mpim,
            "is_im": self.is_im,
            "is_archived": self.is_archived,
            "topic": self.topic,
        }
