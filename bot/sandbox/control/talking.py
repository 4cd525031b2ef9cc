"""What people say: messages, links, slash commands, reactions."""

import html
import logging
import re
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.control.given import Given, heard
from bot.sandbox.errors import ControlError, SlackError
from bot.sandbox.link import payloads
from bot.sandbox.link.answers import say_at_once
from bot.sandbox.link.outgoing import Reply
from bot.sandbox.platform import Platform
from bot.sandbox.posting import tell_as_slackbot
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.messages import Message
from bot.sandbox.world.people import User

log = logging.getLogger("bot.sandbox")

BARE_LINK = re.compile(r"(?<![<|])https?://(?:(?!&[lg]t;)[^\s<>|])+")
WRAPPED_LINK = re.compile(r"<(https?://[^\s<>|]+)(?:\|[^>]*)?>")
ENTITY_OR_SIGN = re.compile(
    r"<(?:@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|!(?:channel|here|everyone|subteam\^\w+|date\^[^<>|]+)|(?:https?://|mailto:|tel:)[^\s<>|]+)(?:\|[^<>]*)?>"
    r"|&(?:amp|lt|gt);|[&<>]"
)
SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
MENTION = re.compile(r"(?<![\w<])@([\w.-]*\w)")
CHANNEL_NAME = re.compile(r"(?<![\w<])#([\w-]+)")


async def message(given: Given) -> dict[str, Any]:
    """Somebody writes in a channel or a thread."""
    user, channel = given.place()
    return {"ts": (await _write(given, user, channel, given.required("text"))).ts}


async def link(given: Given) -> dict[str, Any]:
    """Somebody posts a link."""
    user, channel = given.place()
    return {"ts": (await _write(given, user, channel, given.required("url"))).ts}


async def _write(given: Given, user: User, channel: Channel, text: str) -> Message:
    platform = given.platform
    if channel.is_archived:
        raise ControlError(f"#{channel.name} is archived; nobody can write in it.")
    thread_ts = _thread(channel, given.text("thread_ts"))
    written = with_ids(platform, BARE_LINK.sub(lambda found: f"<{found[0]}>", escaped(text)))
    posted = Message(platform.world.stamp(), channel.id, user.id, written, thread_ts=thread_ts)
    posted.links = [html.unescape(address) for address in WRAPPED_LINK.findall(written)]
    channel.add(posted)
    platform.changed(posted)
    told = platform.events.message_posted(channel, posted)
    links = [{"domain": urlsplit(url).hostname or "", "url": url} for url in posted.links]
    if wanted := [one for one in links if platform.manifest.unfurls(one["domain"])]:
        told += platform.events.links_posted(channel, posted, wanted)
    await heard(told)
    return posted


def _thread(channel: Channel, ts: str) -> str | None:
    """The thread to write in: there are none inside threads, so a reply's own ts means its parent's."""
    if not ts:
        return None
    found = channel.messages.get(ts)
    if found is None:
        raise ControlError(f"There is no message {ts} to reply to.", 404)
    return found.thread_ts or found.ts


def escaped(text: str) -> str:
    """Text as Slack's client sends what was typed: `&`, `<` and `>` escaped, entities that are ones left alone."""
    return ENTITY_OR_SIGN.sub(lambda found: SIGNS.get(found[0], found[0]), text)


def with_ids(platform: Platform, text: str, *, named: bool = False) -> str:
    """Text with @name and #channel as Slack sends them; `named` adds the name, as in escaped commands."""
    people = {user.name: user.id for user in platform.world.users.values()}
    rooms = {channel.name: channel.id for channel in platform.world.channels.values() if not channel.is_im}

    def person(found: re.Match[str]) -> str:
        user = people.get(found[1])
        return f"<@{user}{'|' + found[1] if named else ''}>" if user else found[0]

    def room(found: re.Match[str]) -> str:
        channel = rooms.get(found[1])
        return f"<#{channel}{'|' + found[1] if named else ''}>" if channel else found[0]

    return CHANNEL_NAME.sub(room, MENTION.sub(person, text))


async def command(given: Given) -> dict[str, Any]:
    """Somebody uses a slash command."""
    platform = given.platform
    user, channel = given.place()
    name = "/" + given.required("command").lstrip("/")
    known = platform.manifest.command(name)
    if known is None:
        raise ControlError(f"{name} is not a command of this app; GET /control/state lists them.", 404)
    text = with_ids(platform, given.text("text"), named=True) if known.should_escape else given.text("text")
    reply = await platform.delivery.deliver(payloads.command(platform, user, channel, name, text))
    if not reply.acked:
        tell_as_slackbot(platform, channel, user.id, f'{name} failed with the error "{reply.problem}"')
        return {"ok": False, "status": reply.status, "error": reply.problem, "response": None}
    return {"ok": True, "status": reply.status, "response": _answered(platform, user, channel, name, reply)}


def _answered(platform: Platform, user: User, channel: Channel, name: str, reply: Reply) -> str | None:
    try:
        said = say_at_once(platform, user.id, channel, reply.body)
    except SlackError as refusal:
        log.error("The answer to %s is not one Slack would show: %s", name, refusal.body())
        tell_as_slackbot(platform, channel, user.id, f'{name} failed with the error "{refusal.code}"')
        return None
    return said.text if said else None


async def reaction(given: Given) -> dict[str, Any]:
    """Somebody gives a reaction, or takes it back."""
    user, channel = given.place()
    target = given.message(user, channel)
    name, present = given.required("name").strip(":"), given.flag("present")
    givers = target.reactions.setdefault(name, [])
    if present == (user.id in givers):
        return {"ok": True}
    if present:
        givers.append(user.id)
    else:
        givers.remove(user.id)
    if not givers:
        del target.reactions[name]
    given.platform.changed(target)
    await heard(given.platform.events.reaction_changed(channel, target, user.id, name, present=present))
    return {"ok": True}
