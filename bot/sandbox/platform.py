"""Slack as one thing: the world, its clock, its rules and its way to the bot. Every room is handed this."""

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.clock import SandboxClock
from bot.sandbox.explore import Explore
from bot.sandbox.faults import Faults
from bot.sandbox.limits import Meter
from bot.sandbox.live import Live
from bot.sandbox.manifest import Manifest
from bot.sandbox.traffic import Traffic
from bot.sandbox.triggers import Permissions
from bot.sandbox.world.messages import Message
from bot.sandbox.world.workspace import World

if TYPE_CHECKING:  # the link is handed the platform, and the platform holds the link
    from bot.sandbox.link.delivery import Delivery
    from bot.sandbox.link.events import Events


@dataclass(frozen=True)
class Credentials:
    """The secrets of the sandbox's app, new at each start. They open nothing but the sandbox."""

    bot_token: str = field(default_factory=lambda: f"xoxb-sandbox-{secrets.token_hex(12)}")
    app_token: str = field(default_factory=lambda: f"xapp-1-sandbox-{secrets.token_hex(12)}")
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12))


@dataclass
class Platform:
    """What the rooms share. Changed on the server's event loop only."""

    world: World
    clock: SandboxClock
    manifest: Manifest
    meter: Meter
    faults: Faults
    traffic: Traffic
    live: Live
    permissions: Permissions
    explore: Explore
    first_look: dict[str, str] = field(default_factory=dict)
    """Who ("as") sees what ("at") when the page is opened for the first time."""
    refusal: str = ""
    """Why the bot token is good no more: token_revoked, or account_inactive once the app is taken out."""
    credentials: Credentials = field(default_factory=Credentials)
    delivery: "Delivery" = field(init=False)
    events: "Events" = field(init=False)

    def changed(self, message: Message) -> None:
        """Tell the pages that this message is new or different."""
        self.live.tell("message", channel=message.channel, user=message.only_for)
