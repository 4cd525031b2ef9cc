"""What the bot answers outside the Web API: in an acknowledgement, or later to a response_url."""

from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.initial import check_initial
from bot.sandbox.platform import Platform
from bot.sandbox.posting import post_as_bot, show_blocks
from bot.sandbox.strict.messages import check_message
from bot.sandbox.triggers import AnswerRight
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.messages import Message


def say(platform: Platform, right: AnswerRight, body: dict[str, Any]) -> Message | None:
    """Do what an answer asks: say something, replace or delete the message it answers. Raises SlackError."""
    channel = platform.world.channels[right.channel]
    original = channel.find(right.message_ts) if right.message_ts else None
    if body.get("delete_original"):
        _delete(platform, channel, original)
        return None
    if body.get("replace_original") and original:
        return _replace(platform, original, body)
    in_channel = body.get("response_type") == "in_channel"
    message, _ = post_as_bot(
        platform,
        channel,
        text=body.get("text") or "",
        blocks=body.get("blocks"),
        attachments=body.get("attachments"),
        thread_ts=body.get("thread_ts"),
        only_for=None if in_channel else right.user,
    )
    if in_channel:
        platform.events.message_posted(channel, message)
    return message


def say_at_once(platform: Platform, user: str, channel: Channel, body: Any) -> Message | None:
    """Show what the acknowledgement of a command carries, if anything. Raises SlackError."""
    answer = {"text": body} if isinstance(body, str) else body
    if not answer:
        return None
    return say(platform, AnswerRight(user, channel.id, platform.clock.now()), answer)


def _delete(platform: Platform, channel: Channel, original: Message | None) -> None:
    if original is None:
        raise SlackError("message_not_found")
    channel.remove(original)
    platform.changed(original)


def _replace(platform: Platform, original: Message, body: dict[str, Any]) -> Message:
    text, blocks, attachments = body.get("text") or "", body.get("blocks"), body.get("attachments")
    check_message(text, blocks, attachments=attachments)
    check_initial(platform.world, blocks or [], "/blocks", "invalid_blocks")
    original.text, original.attachments = text, attachments or []
    show_blocks(original, blocks or [])
    original.edited_ts = platform.world.stamp()
    platform.changed(original)
    return original
