"""The events Slack tells the bot about, those only to which its manifest subscribes."""

import asyncio
from typing import Any

from bot.sandbox.link.outgoing import EVENTS, Outgoing, Reply
from bot.sandbox.platform import Platform
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.messages import Message
from bot.sandbox.world.people import User
from bot.sandbox.world.workspace import new_id

Told = list[asyncio.Task[Reply]]
CHANNEL_TYPES = {"channels": "channel", "groups": "group", "im": "im", "mpim": "mpim"}


class Events:
    """Each verb tells the bot of one thing that happened and returns the deliveries under way."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def message_posted(self, channel: Channel, message: Message) -> Told:
        """A message in a channel the bot is in; with app_mention when it names the bot."""
        world = self._platform.world
        if message.only_for or world.bot.id not in channel.members:
            return []
        event = {
            **world.message_payload(message),
            "channel": channel.id,
            "channel_type": CHANNEL_TYPES[channel.event_kind],
            "event_ts": message.ts,
        }
        told = self._tell(f"message.{channel.event_kind}", event, channel)
        if f"<@{world.bot.id}>" in message.text and message.user != world.bot.id:
            told += self._tell("app_mention", {**event, "type": "app_mention"}, channel)
        return told

    def links_posted(self, channel: Channel, message: Message, links: list[dict[str, str]]) -> Told:
        """Links to domains the app unfurls; `links` are {"domain", "url"}."""
        event: dict[str, Any] = {
            "type": "link_shared",
            "channel": channel.id,
            "user": message.user,
            "is_bot_user_member": self._platform.world.bot.id in channel.members,
            "message_ts": message.ts,
            "unfurl_id": new_id("UF"),
            "source": "conversations_history",
            "links": links,
            "event_ts": self._stamp(),
        }
        if message.thread_ts:
            event["thread_ts"] = message.thread_ts
        return self._tell("link_shared", event, channel)

    def reaction_changed(self, channel: Channel, message: Message, user: str, name: str, *, present: bool) -> Told:
        """A reaction given or taken back, in a channel the bot is in."""
        if self._platform.world.bot.id not in channel.members:
            return []
        kind = "reaction_added" if present else "reaction_removed"
        event = {
            "type": kind,
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": channel.id, "ts": message.ts},
            "item_user": message.user,
            "event_ts": self._stamp(),
        }
        return self._tell(kind, event, channel)

    def member_changed(self, channel: Channel, user: str, *, present: bool) -> Told:
        """Somebody, or the bot, joined or left a channel."""
        kind = "member_joined_channel" if present else "member_left_channel"
        event = {
            "type": kind,
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self._platform.world.id,
            "event_ts": self._stamp(),
        }
        return self._tell(kind, event, channel)

    def sharing_changed(self, channel: Channel, team: str) -> Told:
        """A channel is now, or no longer, shared with another company."""
        more: dict[str, Any]
        if channel.is_ext_shared:
            kind, more = "channel_shared", {"connected_team_id": team}
        else:
            kind, more = (
                "channel_unshared",
                {"previously_connected_team_id": team, "is_ext_shared": False},
            )
        event = {"type": kind, "channel": channel.id, "event_ts": self._stamp(), **more}
        return self._tell(kind, event, channel)

    def archiving_changed(self, channel: Channel, user: str) -> Told:
        """A channel was archived or brought back."""
        stem = "group" if channel.is_private else "channel"
        kind = f"{stem}_archive" if channel.is_archived else f"{stem}_unarchive"
        event = {"type": kind, "channel": channel.id, "user": user, "event_ts": self._stamp()}
        return self._tell(kind, event, channel)

    def renamed(self, channel: Channel) -> Told:
        """A channel has another name."""
        kind = "group_rename" if channel.is_private else "channel_rename"
        named = {"id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": channel.created}
        whole = {**named, "is_channel": not channel.is_private, "is_mpim": False}
        return self._tell(kind, {"type": kind, "channel": whole, "event_ts": self._stamp()}, channel)

    def person_changed(self, user: User) -> Told:
        """Something about somebody changed: name, zone, role, or that they are still there."""
        now, with_email = self._platform.clock.now(), self._platform.manifest.allows("users:read.email")
        shown = user.payload(now, with_email=with_email)
        event = {"type": "user_change", "user": shown, "cache_ts": int(now.timestamp()), "event_ts": self._stamp()}
        return self._tell("user_change", event, None)

    def tokens_revoked(self) -> Told:
        """Somebody took the bot's token back."""
        tokens = {"oauth": [], "bot": [self._platform.world.bot.id]}
        return self._tell(
            "tokens_revoked", {"type": "tokens_revoked", "tokens": tokens, "event_ts": self._stamp()}, None
        )

    def uninstalled(self) -> Told:
        """The app was taken out of the workspace."""
        return self._tell("app_uninstalled", {"type": "app_uninstalled", "event_ts": self._stamp()}, None)

    def home_opened(self, user: str, view: dict[str, Any] | None) -> Told:
        """Somebody looks at the app's Home tab."""
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user,
            "channel": self._platform.world.direct(user).id,
            "tab": "home",
            "event_ts": self._stamp(),
        }
        if view:
            event["view"] = view
        return self._tell("app_home_opened", event, None)

    def _stamp(self) -> str:
        return self._platform.world.stamp()

    def _tell(self, subscription: str, event: dict[str, Any], channel: Channel | None) -> Told:
        platform = self._platform
        if platform.delivery.transport is None or not platform.manifest.hears(subscription):
            return []
        world = platform.world
        payload = {
            "token": platform.credentials.verification_token,
            "team_id": world.id,
            "context_team_id": world.id,
            "api_app_id": world.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(platform.clock.now().timestamp()),
            "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": world.id,
                    "user_id": world.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
        }
        outgoing = Outgoing(EVENTS, event["type"], payload)
        return [platform.delivery.start(platform.delivery.deliver_event(outgoing))]
