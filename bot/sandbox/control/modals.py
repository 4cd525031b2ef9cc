"""Modals and the Home tab as a person uses them: submit, close, look."""

import logging
from typing import Any

from bot.sandbox.control.filling import fill, refused_fields
from bot.sandbox.control.given import Given, heard
from bot.sandbox.control.reading import view_seen
from bot.sandbox.errors import SlackError
from bot.sandbox.link import payloads
from bot.sandbox.platform import Platform
from bot.sandbox.web_api.views import checked_content
from bot.sandbox.world.views import View

log = logging.getLogger("bot.sandbox")


async def submit(given: Given) -> dict[str, Any]:
    """Somebody fills in the modal on top and submits it."""
    platform, user = given.platform, given.user()
    view = given.view(user)
    fill(view.content["blocks"], view.values, given.fields())
    if errors := refused_fields(view):
        return _show_errors(platform, view, errors)
    reply = await platform.delivery.deliver(payloads.submission(platform, user, view))
    if not reply.acked:
        return {"ok": False, "errors": {}, "error": reply.problem}
    body = reply.body if isinstance(reply.body, dict) else {}
    try:
        return _obey(platform, view, body)
    except SlackError as refusal:
        log.error("The answer to a submission is not one Slack accepts: %s", refusal.body())
        return {"ok": False, "errors": {}, "error": refusal.code, "details": refusal.details}


def _obey(platform: Platform, view: View, body: dict[str, Any]) -> dict[str, Any]:
    """Do what the app answered to a submission. Raises SlackError for an answer Slack would not accept."""
    views = platform.world.views
    action = body.get("response_action")
    if action == "errors":
        return _show_errors(platform, view, _known_errors(view, body.get("errors") or {}))
    if action == "update":
        view.show(checked_content(platform, body.get("view"), "modal", replaces=view))
    elif action == "push":
        if views.push(view.user, checked_content(platform, body.get("view"), "modal")) is None:
            raise SlackError("push_limit_reached")
    elif action == "clear":
        views.clear(view.user)
    elif action is None:
        views.close(view)
    else:
        raise SlackError("invalid_response_action")
    platform.live.tell("view", user=view.user)
    return {"ok": True, "response_action": action}


def _known_errors(view: View, errors: dict[str, str]) -> dict[str, str]:
    """The errors Slack can show. Raises SlackError when one is for something that is not an input block."""
    inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
    if not errors or not set(errors) <= inputs:
        raise SlackError("invalid_error_blocks", unknown=sorted(set(errors) - inputs))
    return errors


def _show_errors(platform: Platform, view: View, errors: dict[str, str]) -> dict[str, Any]:
    view.errors = errors
    platform.live.tell("view", user=view.user)
    return {"ok": False, "errors": errors}


async def close(given: Given) -> dict[str, Any]:
    """Somebody closes the modal on top without submitting it."""
    platform, user = given.platform, given.user()
    view = given.view(user)
    outgoing = payloads.closing(platform, user, view)
    if view.content.get("clear_on_close"):
        platform.world.views.clear(user.id)
    else:
        platform.world.views.close(view)
    platform.live.tell("view", user=user.id)
    if view.content.get("notify_on_close"):
        await platform.delivery.deliver(outgoing)
    return {"ok": True}


async def open_home(given: Given) -> dict[str, Any] | None:
    """Somebody looks at the Home tab: the bot hears of it first, and may publish."""
    platform, user = given.platform, given.user()
    views = platform.world.views
    current = views.home(user.id)
    await heard(platform.events.home_opened(user.id, payloads.view_payload(platform, current) if current else None))
    return view_seen(platform, views.home(user.id))
