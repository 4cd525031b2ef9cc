"""chat.*: posting, changing and deleting messages."""

import re
from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.initial import check_initial
from bot.sandbox.platform import Platform
from bot.sandbox.posting import post_as_bot, show_blocks
from bot.sandbox.strict.messages import check_blocks, check_message, check_metadata
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.methods import method
from bot.sandbox.web_api.places import (
    own_message,
    person_named,
    thread_parent,
    visible_channel,
    writable_channel,
)
from bot.sandbox.world.fields import name_everything

STAMP = re.compile(r"\d+\.\d{6}")


def _warned(answer: dict[str, Any], warnings: list[str]) -> dict[str, Any]:
    if warnings:
        answer["warning"] = ",".join(warnings)
        answer["response_metadata"] = {"warnings": warnings}
    return answer


def _thread(arguments: Arguments) -> str:
    thread_ts = arguments.text("thread_ts")
    if thread_ts and not STAMP.fullmatch(thread_ts):
        raise SlackError("invalid_thread_ts")
    return thread_ts


@method("chat.postMessage", "chat:write")
def post_message(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Post to a channel or, given a person's id, to their direct message. At most one a second per channel."""
    channel = writable_channel(platform, arguments)
    parent = thread_parent(channel, _thread(arguments))
    platform.meter.check_post(channel.id, platform.clock.now())
    message, warnings = post_as_bot(
        platform,
        channel,
        text=arguments.text("text"),
        blocks=arguments.structure("blocks"),
        attachments=arguments.structure("attachments"),
        thread_ts=parent,
        metadata=arguments.structure("metadata"),
    )
    platform.meter.count_post(channel.id, platform.clock.now())
    platform.events.message_posted(channel, message)
    shown = platform.world.message_payload(message, with_metadata=True)
    return _warned({"ok": True, "channel": channel.id, "ts": message.ts, "message": shown}, warnings)


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Show a message to one member of a channel."""
    channel = writable_channel(platform, arguments)
    user = person_named(platform, arguments.required("user"))
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    message, warnings = post_as_bot(
        platform,
        channel,
        text=arguments.text("text"),
        blocks=arguments.structure("blocks"),
        attachments=arguments.structure("attachments"),
        thread_ts=_thread(arguments) or None,
        only_for=user.id,
    )
    return _warned({"ok": True, "message_ts": message.ts}, warnings)


@method("chat.update", "chat:write")
def update(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Change a message of the bot. Text alone drops the blocks; metadata stays unless given."""
    channel = writable_channel(platform, arguments)
    message = own_message(platform, channel, arguments.required("ts"), "cant_update_message")
    text, blocks = arguments.text("text"), arguments.structure("blocks")
    metadata = arguments.structure("metadata")
    attachments = arguments.structure("attachments")
    check_message(text, blocks, attachments=attachments, update=True)
    check_initial(platform.world, blocks or [], "/blocks", "invalid_blocks")
    if metadata:
        check_metadata(metadata)
    message.text = text
    show_blocks(message, blocks or [])
    if attachments is not None:
        message.attachments = attachments
    if metadata is not None:
        message.metadata = metadata or None
    message.edited_ts = platform.world.stamp()
    platform.changed(message)
    shown = platform.world.message_payload(message, with_metadata=True)
    answer = {"ok": True, "channel": channel.id, "ts": message.ts, "text": text, "message": shown}
    return _warned(answer, ["missing_text_in_message"] if blocks and not text else [])


@method("chat.delete", "chat:write")
def delete(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Delete a message of the bot."""
    channel = writable_channel(platform, arguments)
    message = own_message(platform, channel, arguments.required("ts"), "cant_delete_message")
    channel.remove(message)
    platform.changed(message)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


@method("chat.getPermalink")
def get_permalink(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """The address of a message."""
    channel = visible_channel(platform, arguments.required("channel"))
    message = channel.messages.get(arguments.required("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    return {"ok": True, "channel": channel.id, "permalink": platform.world.permalink(message)}


@method("chat.unfurl", "links:write")
def unfurl(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Add previews to the links of a message. Only links that were really posted can be unfurled."""
    channel = visible_channel(platform, arguments.required("channel"))
    message = channel.messages.get(arguments.required("ts"))
    if message is None:
        raise SlackError("cannot_find_message")
    unfurls = arguments.structure("unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise SlackError("missing_unfurls")
    for url, preview in unfurls.items():
        if url not in message.links:
            raise SlackError("cannot_unfurl_url")
        if not isinstance(preview, dict):
            raise SlackError("invalid_unfurls_format")
        if preview.get("blocks"):
            check_blocks(preview["blocks"], f"/unfurls/{url}/blocks")
    message.unfurls |= {
        url: {**preview, "blocks": name_everything(preview.get("blocks") or [])} for url, preview in unfurls.items()
    }
    platform.changed(message)
    return {"ok": True}
