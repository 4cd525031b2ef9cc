"""One message of a channel, as the Web API and as the control API show it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Message:
    """A message, a reply (`thread_ts` set) or an ephemeral one (`only_for` set)."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    bot_id: str | None = None
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    only_for: str | None = None
    edited_ts: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    unfurls: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    state: dict[str, dict[str, Any]] = field(default_factory=dict)

    def payload(self, team_id: str, app_id: str, *, with_metadata: bool = False) -> dict[str, Any]:
        """The message object of the Web API and of interaction payloads."""
        message: dict[str, Any] = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
            "team": team_id,
        }
        if self.bot_id:
            message |= {"bot_id": self.bot_id, "app_id": app_id}
        if self.blocks:
            message["blocks"] = self.blocks
        attached = [*self.attachments, *self.unfurls.values()]
        if attached:
            message["attachments"] = attached
        if self.thread_ts:
            message["thread_ts"] = self.thread_ts
        if self.replies:
            message |= {
                "thread_ts": self.ts,
                "reply_count": len(self.replies),
                "latest_reply": self.replies[-1],
            }
        if self.edited_ts:
            message["edited"] = {"user": self.user, "ts": self.edited_ts}
        if self.reactions:
            message["reactions"] = self.reaction_list()
        if self.files:
            message["files"] = self.files
        if with_metadata and self.metadata:
            message["metadata"] = self.metadata
        return message

    def reaction_list(self) -> list[dict[str, Any]]:
        """Reactions with who gave them."""
        return [{"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()]

    def seen(self, author: str, permalink: str) -> dict[str, Any]:
        """What a person sees, for the control API."""
        return {
            "ts": self.ts,
            "thread_ts": self.thread_ts,
            "user": self.user,
            "bot": self.bot_id is not None,
            "name": author,
            "text": self.text,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "ephemeral": self.only_for is not None,
            "edited": self.edited_ts is not None,
            "reactions": self.reaction_list(),
            "reply_count": len(self.replies),
            "metadata": self.metadata,
            "permalink": permalink,
            "unfurls": [{"url": url, **unfurl} for url, unfurl in self.unfurls.items()],
            "files": self.files,
        }
