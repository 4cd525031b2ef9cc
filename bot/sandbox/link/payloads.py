"""The bodies of what Slack sends for commands, buttons, modals and shortcuts."""

import time
from typing import Any

from bot.sandbox.link.outgoing import COMMANDS, INTERACTIVE, Outgoing
from bot.sandbox.platform import Platform
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.messages import Message
from bot.sandbox.world.people import User
from bot.sandbox.world.views import View


def action_time() -> str:
    """When something was pressed, in Slack's form."""
    return f"{time.time():.6f}"


def channel_name(channel: Channel) -> str:
    """The name payloads give a channel; private ones are not named."""
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def answer_url(platform: Platform, user: User, channel: Channel, message: Message | None = None) -> str:
    """A new response_url for this person in this channel."""
    key = platform.permissions.new_answer(user.id, channel.id, message.ts if message else None)
    return f"{platform.world.base_url}/actions/{key}"


def view_payload(platform: Platform, view: View) -> dict[str, Any]:
    """A view with the state of its fields."""
    world = platform.world
    return view.payload(world.id, world.app_id, world.bot.bot_id or "")


def command(platform: Platform, user: User, channel: Channel, name: str, text: str) -> Outgoing:
    """A slash command."""
    world = platform.world
    return Outgoing(
        COMMANDS,
        name,
        {
            "token": platform.credentials.verification_token,
            "team_id": world.id,
            "team_domain": world.domain,
            "channel_id": channel.id,
            "channel_name": channel_name(channel),
            "user_id": user.id,
            "user_name": user.name,
            "command": name,
            "text": text,
            "api_app_id": world.app_id,
            "is_enterprise_install": "false",
            "response_url": answer_url(platform, user, channel),
            "trigger_id": platform.permissions.new_trigger(user.id),
        },
    )


def _interactive(platform: Platform, kind: str, user: User, **more: Any) -> Outgoing:
    world = platform.world
    payload = {
        "type": kind,
        "token": platform.credentials.verification_token,
        "api_app_id": world.app_id,
        "team": {"id": world.id, "domain": world.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "enterprise": None,
        "is_enterprise_install": False,
        **more,
    }
    return Outgoing(INTERACTIVE, kind, payload)


def message_action(
    platform: Platform, user: User, channel: Channel, message: Message, action: dict[str, Any]
) -> Outgoing:
    """A press on an element of a message. An ephemeral message is not in the payload, as in Slack."""
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    shown = {} if message.only_for else {"message": platform.world.message_payload(message)}
    return _interactive(
        platform,
        "block_actions",
        user,
        container=container,
        trigger_id=platform.permissions.new_trigger(user.id),
        channel={"id": channel.id, "name": channel_name(channel)},
        state={"values": message.state},
        response_url=answer_url(platform, user, channel, message),
        actions=[action],
        **shown,
    )


def unfurl_action(
    platform: Platform, user: User, channel: Channel, message: Message, url: str, action: dict[str, Any]
) -> Outgoing:
    """A press on an element of a link's preview: the attachment is told, and the message around it is not."""
    number = list(message.unfurls).index(url) + 1
    known = {"id": number, "is_app_unfurl": True, "app_unfurl_url": url, "from_url": url}
    container: dict[str, Any] = {
        "type": "message_attachment",
        "message_ts": message.ts,
        "attachment_id": number,
        "channel_id": channel.id,
        "is_ephemeral": False,
        "is_app_unfurl": True,
        "app_unfurl_url": url,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    return _interactive(
        platform,
        "block_actions",
        user,
        container=container,
        trigger_id=platform.permissions.new_trigger(user.id),
        channel={"id": channel.id, "name": channel_name(channel)},
        app_unfurl={**message.unfurls[url], **known, "bot_id": platform.world.bot.bot_id},
        response_url=answer_url(platform, user, channel, message),
        actions=[action],
    )


def view_action(platform: Platform, user: User, view: View, action: dict[str, Any]) -> Outgoing:
    """A press on an element of a modal or of the Home tab."""
    return _interactive(
        platform,
        "block_actions",
        user,
        container={"type": "view", "view_id": view.id},
        trigger_id=platform.permissions.new_trigger(user.id),
        view=view_payload(platform, view),
        actions=[action],
    )


def submission(platform: Platform, user: User, view: View) -> Outgoing:
    """The submit button of a modal."""
    return _interactive(
        platform,
        "view_submission",
        user,
        trigger_id=platform.permissions.new_trigger(user.id),
        view=view_payload(platform, view),
        response_urls=[],
    )


def closing(platform: Platform, user: User, view: View, *, cleared: bool = False) -> Outgoing:
    """A modal closed without submitting."""
    return _interactive(platform, "view_closed", user, view=view_payload(platform, view), is_cleared=cleared)


def suggestion(
    platform: Platform, user: User, place: dict[str, Any], action_id: str, block_id: str, typed: str
) -> Outgoing:
    """What somebody typed into a select with external data; `place` is its view, or its message and channel."""
    return _interactive(
        platform,
        "block_suggestion",
        user,
        action_id=action_id,
        block_id=block_id,
        value=typed,
        **place,
    )


def global_shortcut(platform: Platform, user: User, callback_id: str) -> Outgoing:
    """A shortcut from anywhere."""
    return _interactive(
        platform,
        "shortcut",
        user,
        callback_id=callback_id,
        action_ts=action_time(),
        trigger_id=platform.permissions.new_trigger(user.id),
    )


def message_shortcut(platform: Platform, user: User, channel: Channel, message: Message, callback_id: str) -> Outgoing:
    """A shortcut from a message's menu."""
    return _interactive(
        platform,
        "message_action",
        user,
        callback_id=callback_id,
        action_ts=action_time(),
        trigger_id=platform.permissions.new_trigger(user.id),
        channel={"id": channel.id, "name": channel_name(channel)},
        message_ts=message.ts,
        message=platform.world.message_payload(message),
        response_url=answer_url(platform, user, channel, message),
    )
