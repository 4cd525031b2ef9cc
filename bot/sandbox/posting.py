"""What the bot says: one place makes its messages, for the Web API, for answers to commands and for response_urls."""

from typing import Any

from bot.sandbox.initial import check_initial
from bot.sandbox.platform import Platform
from bot.sandbox.strict.messages import POST_TEXT, check_message, check_metadata
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.fields import initial_state, name_everything
from bot.sandbox.world.messages import Message

MISSING_TEXT = "missing_text_in_message"
CUT = "message_truncated"


def post_as_bot(
    platform: Platform,
    channel: Channel,
    *,
    text: str,
    blocks: list[Any] | None = None,
    attachments: list[Any] | None = None,
    thread_ts: str | None = None,
    metadata: Any = None,
    only_for: str | None = None,
    files: list[dict[str, Any]] | None = None,
) -> tuple[Message, list[str]]:
    """Check and post a message of the bot; returns it and Slack's warnings. Raises SlackError."""
    check_message(text, blocks, attachments=attachments, files=files)
    check_initial(platform.world, blocks or [], "/blocks", "invalid_blocks")
    if metadata:
        check_metadata(metadata)
    warnings = [CUT] if len(text) > POST_TEXT else []
    if blocks and not text:
        warnings.append(MISSING_TEXT)
    message = Message(
        ts=platform.world.stamp(),
        channel=channel.id,
        user=platform.world.bot.id,
        text=text[:POST_TEXT],
        bot_id=platform.world.bot.bot_id,
        attachments=attachments or [],
        thread_ts=thread_ts,
        metadata=metadata or None,
        only_for=only_for,
        files=files or [],
    )
    show_blocks(message, blocks or [])
    channel.add(message)
    platform.changed(message)
    return message, warnings


def show_blocks(message: Message, blocks: list[Any]) -> None:
    """Give a message these blocks, with an id on everything, and the initial state of its fields."""
    message.blocks = name_everything(blocks)
    message.state = initial_state(message.blocks)


def tell_as_slackbot(platform: Platform, channel: Channel, user: str, text: str) -> Message:
    """What Slack itself tells one person, for example that the app did not answer."""
    message = Message(ts=platform.world.stamp(), channel=channel.id, user="USLACKBOT", text=text, only_for=user)
    channel.add(message)
    platform.changed(message)
    return message
