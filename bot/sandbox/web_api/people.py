"""users.*, usergroups.*, team.*, auth.*: who is there and who the bot is."""

from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.platform import Platform
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.conversations import page_of
from bot.sandbox.web_api.methods import method
from bot.sandbox.web_api.places import person_named
from bot.sandbox.world.people import User


def _shown(platform: Platform, user: User) -> dict[str, Any]:
    with_email = platform.manifest.allows("users:read.email")
    return user.payload(platform.clock.now(), with_email=with_email)


@method("users.info", "users:read")
def info(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """One person; the email only with users:read.email."""
    return {"ok": True, "user": _shown(platform, person_named(platform, arguments.required("user")))}


@method("users.list", "users:read")
def list_users(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Everybody the workspace knows."""
    page, cursor = page_of(list(platform.world.users.values()), arguments, 1000)
    members = [_shown(platform, user) for user in page]
    return {"ok": True, "members": members, "response_metadata": {"next_cursor": cursor}}


@method("users.lookupByEmail", "users:read.email")
def lookup_by_email(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """The person with this address; strangers cannot be found so."""
    email = arguments.required("email").casefold()
    for user in platform.world.users.values():
        if user.email.casefold() == email and not user.is_outsider and not user.deleted:
            return {"ok": True, "user": _shown(platform, user)}
    raise SlackError("users_not_found")


@method("usergroups.list", "usergroups:read")
def list_groups(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """User groups, with their people when asked."""
    with_users = arguments.flag("include_users")
    groups = []
    for group in platform.world.usergroups:
        shown = {**group, "team_id": platform.world.id, "user_count": len(group.get("users", []))}
        if not with_users:
            shown.pop("users", None)
        groups.append(shown)
    return {"ok": True, "usergroups": groups}


@method("team.info", "team:read")
def team_info(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """The workspace."""
    world = platform.world
    team = {"id": world.id, "name": world.name, "domain": world.domain, "email_domain": "", "icon": {}}
    return {"ok": True, "team": team}


@method("auth.test")
def auth_test(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Who the token belongs to."""
    world = platform.world
    return {
        "ok": True,
        "url": world.base_url + "/",
        "team": world.name,
        "team_id": world.id,
        "user": world.bot.name,
        "user_id": world.bot.id,
        "bot_id": world.bot.bot_id,
        "app_id": world.app_id,
        "is_enterprise_install": False,
    }


@method("reactions.get", "reactions:read")
def reactions(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """The message that reactions were given to, with them."""
    channel = platform.world.channels.get(arguments.required("channel"))
    if channel is None:
        raise SlackError("channel_not_found")
    message = channel.messages.get(arguments.required("timestamp"))
    if message is None or platform.world.bot.id not in channel.members:
        raise SlackError("message_not_found")
    shown = platform.world.message_payload(message)
    return {"ok": True, "type": "message", "channel": channel.id, "message": shown}


@method("apps.connections.open", app_level=True)
def open_connection(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """A ticket for one Socket Mode connection."""
    return {"ok": True, "url": platform.delivery.sockets.new_address()}
