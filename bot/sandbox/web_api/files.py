"""files.* and bookmarks.*: what hangs on a channel. Uploads go in three steps, as in Slack."""

from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.platform import Platform
from bot.sandbox.posting import post_as_bot
from bot.sandbox.web_api.arguments import Arguments, invalid
from bot.sandbox.web_api.methods import method
from bot.sandbox.web_api.places import thread_parent, visible_channel, writable_channel
from bot.sandbox.world.workspace import StoredFile, new_id


@method("files.getUploadURLExternal", "files:write")
def get_upload_url(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Announce a file; the content goes to the address in the answer."""
    name = arguments.required("filename")
    stored = StoredFile(new_id("F"), name, arguments.number("length", 0, 10**12))
    if not stored.announced_size:
        raise invalid("missing required field: length")
    platform.world.files[stored.id] = stored
    return {"ok": True, "file_id": stored.id, "upload_url": f"{platform.world.base_url}/upload/{stored.id}"}


@method("files.completeUploadExternal", "files:write")
def complete_upload(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Share uploaded files in a channel, or keep them private when none is named."""
    files = [_filled(platform, entry) for entry in arguments.structure("files") or []]
    if not files:
        raise invalid("missing required field: files")
    shown = [platform.world.file_payload(stored) for stored in files]
    if arguments.text("channel_id"):
        place = Arguments({"channel": arguments.text("channel_id")})
        channel = writable_channel(platform, place)
        message, _ = post_as_bot(
            platform,
            channel,
            text=arguments.text("initial_comment"),
            blocks=arguments.structure("blocks"),
            thread_ts=thread_parent(channel, arguments.text("thread_ts")),
            files=shown,
        )
        platform.events.message_posted(channel, message)
    return {"ok": True, "files": shown}


def _filled(platform: Platform, entry: Any) -> StoredFile:
    stored = platform.world.files.get(str(entry.get("id"))) if isinstance(entry, dict) else None
    if stored is None or not stored.content:
        raise SlackError("file_not_found")
    stored.title = entry.get("title") or stored.name
    return stored


@method("bookmarks.add", "bookmarks:write")
def add_bookmark(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Pin a link to the top of a channel."""
    channel = visible_channel(platform, arguments.required("channel_id"))
    if arguments.required("type") != "link":
        raise SlackError("invalid_bookmark_type")
    now = int(platform.clock.now().timestamp())
    bookmark = {
        "id": new_id("Bk"),
        "channel_id": channel.id,
        "title": arguments.required("title"),
        "link": arguments.required("link"),
        "emoji": arguments.text("emoji"),
        "type": "link",
        "date_created": now,
        "date_updated": now,
        "app_id": platform.world.app_id,
    }
    channel.bookmarks.append(bookmark)
    return {"ok": True, "bookmark": bookmark}


@method("bookmarks.list", "bookmarks:read")
def list_bookmarks(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """The links at the top of a channel."""
    channel = visible_channel(platform, arguments.required("channel_id"))
    return {"ok": True, "bookmarks": channel.bookmarks}
