"""Finding the channel, the message or the person a call names, with the errors Slack has for each."""

from bot.sandbox.errors import SlackError
from bot.sandbox.platform import Platform
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.methods import need_scope
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.messages import Message
from bot.sandbox.world.people import User

SCOPE_STEMS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def visible_channel(platform: Platform, channel_id: str) -> Channel:
    """A channel the bot can see. Raises channel_not_found (also for a private one it is not in)."""
    channel = platform.world.channels.get(channel_id)
    hidden = channel is None or (
        (channel.is_private or channel.is_mpim) and platform.world.bot.id not in channel.members
    )
    if channel is None or hidden:
        raise SlackError("channel_not_found")
    return channel


def scoped_channel(platform: Platform, arguments: Arguments, action: str) -> Channel:
    """The channel a reading call names. Raises channel_not_found or missing_scope (`action`: read or history)."""
    channel = visible_channel(platform, arguments.required("channel"))
    need_scope(platform, f"{SCOPE_STEMS[channel.kind]}:{action}")
    return channel


def readable_channel(platform: Platform, arguments: Arguments) -> Channel:
    """A channel whose history the bot may read. Raises not_in_channel too."""
    channel = scoped_channel(platform, arguments, "history")
    if platform.world.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def writable_channel(platform: Platform, arguments: Arguments) -> Channel:
    """A channel the bot may post to; a person's id means their direct message.

    Raises channel_not_found, not_in_channel, is_archived.
    """
    wanted = arguments.required("channel")
    person = platform.world.users.get(wanted)
    if person and person.is_person and not person.deleted:
        return platform.world.direct(wanted)
    channel = visible_channel(platform, wanted)
    if channel.is_archived:
        raise SlackError("is_archived")
    if platform.world.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def own_message(platform: Platform, channel: Channel, ts: str, refusal: str) -> Message:
    """A message the bot wrote. Raises message_not_found, or `refusal` when somebody else wrote it."""
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.user != platform.world.bot.id:
        raise SlackError(refusal)
    return message


def thread_parent(channel: Channel, thread_ts: str) -> str | None:
    """The ts of the thread to reply in; a reply's own ts means its parent. Raises thread_not_found."""
    if not thread_ts:
        return None
    message = channel.find(thread_ts)
    if message is None:
        raise SlackError("thread_not_found")
    return message.thread_ts or message.ts


def person_named(platform: Platform, user_id: str) -> User:
    """A person. Raises user_not_found."""
    user = platform.world.users.get(user_id)
    if user is None:
        raise SlackError("user_not_found")
    return user
