"""The workspace as a whole: everything that exists in it, and the few changes everything else is made of."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.clock import SandboxClock
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.messages import Message
from bot.sandbox.world.people import User
from bot.sandbox.world.views import Views


@dataclass
class StoredFile:
    """An uploaded file: announced, then filled, then shared."""

    id: str
    name: str
    announced_size: int
    content: bytes = b""
    title: str = ""


@dataclass
class World:
    """All state of the workspace. Only the server's event loop changes it, so it needs no lock."""

    clock: SandboxClock
    id: str
    name: str
    domain: str
    base_url: str
    app_id: str
    bot: User
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, StoredFile] = field(default_factory=dict)
    views: Views = field(default_factory=Views)
    last_stamp: int = 0

    def stamp(self) -> str:
        """A new message timestamp: the clock's, and never one that was there before."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self.last_stamp = max(now, self.last_stamp + 1)
        return f"{self.last_stamp // 1_000_000}.{self.last_stamp % 1_000_000:06d}"

    def direct(self, user_id: str) -> Channel:
        """The bot's direct message with a person; made when it is not there yet."""
        channel_id = "D" + user_id[1:]
        if channel_id not in self.channels:
            self.channels[channel_id] = Channel(
                id=channel_id,
                name=self.users[user_id].name,
                members=[user_id, self.bot.id],
                im_user=user_id,
                created=int(self.clock.now().timestamp()),
            )
        return self.channels[channel_id]

    def permalink(self, message: Message) -> str:
        """The address of a message, in Slack's form."""
        address = f"{self.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
        return f"{address}?thread_ts={message.thread_ts}&cid={message.channel}" if message.thread_ts else address

    def author(self, message: Message) -> str:
        """The name to show beside a message."""
        user = self.users.get(message.user)
        return user.real_name if user else message.user

    def message_payload(self, message: Message, *, with_metadata: bool = False) -> dict[str, Any]:
        """A message as the Web API shows it."""
        return message.payload(self.id, self.app_id, with_metadata=with_metadata)

    def file_payload(self, stored: StoredFile) -> dict[str, Any]:
        """A file as the Web API shows it."""
        address = f"{self.base_url}/files/{stored.id}/{stored.name}"
        return {
            "id": stored.id,
            "name": stored.name,
            "title": stored.title or stored.name,
            "filetype": stored.name.rpartition(".")[2],
            "size": len(stored.content),
            "url_private": address,
            "url_private_download": address,
            "permalink": address,
        }


def new_id(prefix: str) -> str:
    """A fresh opaque id such as F7C9E6679AB."""
    return prefix + uuid.uuid4().hex[:10].upper()
