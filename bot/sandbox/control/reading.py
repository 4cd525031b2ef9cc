"""What can be looked at: the workspace, a channel as one person sees it, views, traffic."""

from typing import Any

from bot.sandbox.control.given import Given
from bot.sandbox.explore import Deed
from bot.sandbox.link.payloads import view_payload
from bot.sandbox.platform import Platform
from bot.sandbox.world.views import View


def state(given: Given, *, driven: bool) -> dict[str, Any]:
    """The workspace: people, channels, what the app offers, and the time."""
    platform = given.platform
    world, manifest = platform.world, platform.manifest
    return {
        "workspace": {"id": world.id, "name": world.name},
        "now": platform.clock.now().isoformat(),
        "transport": platform.delivery.transport_name,
        "driven": driven,
        "first_look": platform.first_look,
        "bot": {"user_id": world.bot.id, "name": world.bot.real_name},
        "users": [user.summary() for user in world.users.values() if user.is_person],
        "channels": [channel.summary() for channel in world.channels.values()],
        "commands": [
            {"command": one.name, "description": one.description, "usage_hint": one.usage_hint}
            for one in manifest.commands.values()
        ],
        "shortcuts": [
            {
                "name": one.name,
                "type": one.kind,
                "callback_id": one.callback_id,
                "description": one.description,
            }
            for one in manifest.shortcuts
        ],
    }


def messages(given: Given) -> list[dict[str, Any]]:
    """What a person sees in a channel: messages, replies and their own ephemeral ones, oldest first."""
    world = given.platform.world
    user, channel = given.place()
    given.platform.explore.happened(Deed("look", user=user.id, channel=channel.id))
    own = [message for message in channel.ephemerals.values() if message.only_for == user.id]
    everything = sorted([*channel.messages.values(), *own], key=lambda message: message.ts)
    limit = given.whole("limit", 200)
    return [message.seen(world.author(message), world.permalink(message)) for message in everything[-limit:]]


def view(given: Given) -> dict[str, Any] | None:
    """The modal a person sees on top."""
    return view_seen(given.platform, given.platform.world.views.top(given.user().id))


def home(given: Given) -> dict[str, Any] | None:
    """The Home tab published for a person."""
    return view_seen(given.platform, given.platform.world.views.home(given.user().id))


def view_seen(platform: Platform, view: View | None) -> dict[str, Any] | None:
    """A view with the errors shown in it."""
    return {**view_payload(platform, view), "errors": view.errors} if view else None


def traffic(given: Given) -> list[dict[str, Any]]:
    """What went between Slack and the bot, after number `after`."""
    return given.platform.traffic.after(given.whole("after", 0), given.whole("limit", 200))


def explore(given: Given) -> list[dict[str, Any]]:
    """The things to try, and which of them are done."""
    return given.platform.explore.seen()
