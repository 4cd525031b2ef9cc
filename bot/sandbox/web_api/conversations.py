"""conversations.*: channels, who is in them and what was said there."""

import base64
import binascii
from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.platform import Platform
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.methods import method, need_scope
from bot.sandbox.web_api.places import (
    SCOPE_STEMS,
    person_named,
    readable_channel,
    scoped_channel,
    visible_channel,
)
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.messages import Message


def page_of(everything: list[Any], arguments: Arguments, default: int) -> tuple[list[Any], str]:
    """One page of a list and the cursor of the next ("" at the end). Raises invalid_cursor."""
    limit = arguments.number("limit", default, 1000)
    start = 0
    if arguments.paging:
        limit = 0 if arguments.paging == "empty_page" else max(1, min(limit, len(everything)) // 2)
    if cursor := arguments.text("cursor"):
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except (binascii.Error, ValueError):
            raise SlackError("invalid_cursor") from None
    end = start + limit
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(everything) else ""
    return everything[start:end], following


def _with_cursor(answer: dict[str, Any], cursor: str) -> dict[str, Any]:
    return {**answer, "response_metadata": {"next_cursor": cursor}}


@method("conversations.info")
def info(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """One conversation."""
    channel = scoped_channel(platform, arguments, "read")
    answer = channel.payload(platform.world.id, platform.world.bot.id)
    if not arguments.flag("include_num_members"):
        answer.pop("num_members", None)
    return {"ok": True, "channel": answer}


@method("conversations.list")
def list_channels(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """The conversations the bot can see, of the types asked for; each type needs its own scope."""
    kinds = arguments.text("types", "public_channel").replace(" ", "").split(",")
    for kind in kinds:
        if kind not in SCOPE_STEMS:
            raise SlackError("invalid_types")
        need_scope(platform, f"{SCOPE_STEMS[kind]}:read")
    bot = platform.world.bot.id
    skip_archived = arguments.flag("exclude_archived")
    of_kind = [channel for channel in platform.world.channels.values() if channel.kind in kinds]
    page, cursor = page_of(of_kind, arguments, 100)
    # As in Slack, what the bot may not see and what is archived is left out of a page that was already cut.
    shown = [
        channel.payload(platform.world.id, bot)
        for channel in page
        if (channel.kind == "public_channel" or bot in channel.members) and not (skip_archived and channel.is_archived)
    ]
    return _with_cursor({"ok": True, "channels": shown}, cursor)


@method("conversations.members")
def members(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Who is in a conversation."""
    channel = scoped_channel(platform, arguments, "read")
    page, cursor = page_of(channel.members, arguments, 100)
    return _with_cursor({"ok": True, "members": page}, cursor)


@method("conversations.open", "im:write")
def open_direct(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """The bot's direct message with one person."""
    users = arguments.text("users").replace(" ", "").split(",")
    if len(users) != 1:
        need_scope(platform, "mpim:write")
        raise SlackError("method_not_supported_for_channel_type")
    if not person_named(platform, users[0]).is_person:
        raise SlackError("cannot_dm_bot")
    already = "D" + users[0][1:] in platform.world.channels
    channel = platform.world.direct(users[0])
    answer: dict[str, Any] = {"ok": True, "channel": {"id": channel.id}}
    if arguments.flag("return_im"):
        answer["channel"] = channel.payload(platform.world.id, platform.world.bot.id)
    return answer | ({"no_op": True, "already_open": True} if already else {})


@method("conversations.join", "channels:join")
def join(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Join a public channel."""
    channel = visible_channel(platform, arguments.required("channel"))
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.kind != "public_channel":
        raise SlackError("method_not_supported_for_channel_type")
    bot = platform.world.bot.id
    if bot not in channel.members:
        channel.members.append(bot)
        platform.events.member_changed(channel, bot, present=True)
        platform.live.tell("state")
    return {"ok": True, "channel": channel.payload(platform.world.id, bot)}


@method("conversations.history")
def history(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """What was said in a channel, newest first; replies are read with conversations.replies."""
    channel = readable_channel(platform, arguments)
    stamps = _between(channel, channel.top_level, arguments)
    page, cursor = page_of(stamps[::-1], arguments, 100)
    return _messages(platform, [channel.messages[ts] for ts in page], cursor, arguments)


@method("conversations.replies")
def replies(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """A thread, its parent first, then the replies from old to new."""
    channel = readable_channel(platform, arguments)
    ts = arguments.required("ts")
    message = channel.messages.get(ts)
    if message is None:
        return _thread_of_the_gone(platform, channel, ts, arguments)
    parent = channel.messages.get(message.thread_ts) if message.thread_ts else message
    if parent is None:
        raise SlackError("thread_not_found")
    page, cursor = page_of(_between(channel, parent.replies, arguments), arguments, 1000)
    return _messages(platform, [parent, *(channel.messages[ts] for ts in page)], cursor, arguments)


def _thread_of_the_gone(platform: Platform, channel: Channel, ts: str, arguments: Arguments) -> dict[str, Any]:
    """A thread whose parent was deleted: Slack keeps a tombstone in its place as long as there are replies."""
    stamps = channel.replies_to(ts)
    if not stamps:
        raise SlackError("thread_not_found")
    page, cursor = page_of(_between(channel, stamps, arguments), arguments, 1000)
    answer = _messages(platform, [channel.messages[one] for one in page], cursor, arguments)
    tombstone = {
        "type": "message",
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "text": "This message was deleted.",
        "ts": ts,
        "thread_ts": ts,
        "hidden": True,
        "reply_count": len(stamps),
    }
    return {**answer, "messages": [tombstone, *answer["messages"]]}


def _between(channel: Channel, stamps: list[str], arguments: Arguments) -> list[str]:
    oldest, latest = arguments.text("oldest"), arguments.text("latest")
    return channel.between(stamps, _as_stamp(oldest), _as_stamp(latest), inclusive=arguments.flag("inclusive"))


def _as_stamp(given: str) -> str:
    """A time in seconds, however precise, in the form of a message's ts."""
    if given in ("", "0"):
        return ""
    whole, _, fraction = given.partition(".")
    if not whole.isdecimal() or (fraction and not fraction.isdecimal()):
        raise SlackError("invalid_ts_oldest")
    return f"{whole}.{fraction[:6]:0<6}"


def _messages(platform: Platform, messages: list[Message], cursor: str, arguments: Arguments) -> dict[str, Any]:
    # Slack says that the scope lets an app read metadata; whether its own is shown without it is not documented.
    with_metadata = arguments.flag("include_all_metadata") and platform.manifest.allows("metadata.message:read")
    answer: dict[str, Any] = {
        "ok": True,
        "messages": [platform.world.message_payload(one, with_metadata=with_metadata) for one in messages],
        "has_more": bool(cursor),
    }
    return _with_cursor(answer, cursor) if cursor else answer
