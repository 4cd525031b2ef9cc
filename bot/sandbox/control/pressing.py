"""What people press: buttons, menus and pickers in messages, modals and the Home tab, and shortcuts."""

import logging
from typing import Any

from bot.sandbox.control.filling import entered, fill
from bot.sandbox.control.given import Given
from bot.sandbox.errors import ControlError
from bot.sandbox.link import payloads
from bot.sandbox.link.outgoing import COMMANDS, EVENTS, INTERACTIVE, Outgoing, Reply
from bot.sandbox.strict.composition import SELECT_GROUPS, SELECT_OPTIONS
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.fields import Block, Element, State, find_element
from bot.sandbox.world.messages import Message
from bot.sandbox.world.people import User

log = logging.getLogger("bot.sandbox")

KINDS = (INTERACTIVE, EVENTS, COMMANDS)


def found(given: Given, blocks: list[Block]) -> tuple[Block, Element]:
    """The block and the element a request names. Raises ControlError."""
    action_id = given.required("action_id")
    match = find_element(blocks, action_id, given.text("block_id") or None)
    if match is None:
        raise ControlError(f"Nothing here has the action_id {action_id!r}.", 404)
    return match


async def action(given: Given) -> dict[str, Any]:
    """Somebody presses or chooses something; a button's confirmation is taken as given.

    `values` is what they had typed until then: it stands in the state that the app is told with the press.
    """
    platform, user = given.platform, given.user()
    if given.text("view_id"):
        view = given.view(user)
        block, element = found(given, view.content["blocks"])
        fill(view.content["blocks"], view.values, given.fields())
        pressed = _pressed(given, block, element, view.values)
        return _told(await platform.delivery.deliver(payloads.view_action(platform, user, view, pressed)))
    user, channel = given.place()
    target = given.message(user, channel)
    if (unfurled := _in_unfurl(given, target)) is not None:
        return await _press_unfurl(given, user, channel, target, unfurled)
    block, element = found(given, target.blocks)
    fill(target.blocks, target.state, given.fields())
    pressed = _pressed(given, block, element, target.state)
    outgoing = payloads.message_action(platform, user, channel, target, pressed)
    return _told(await platform.delivery.deliver(outgoing))


def _in_unfurl(given: Given, target: Message) -> str | None:
    """The link under which the preview with this element stands; None when it is the message's own."""
    action_id, block_id = given.required("action_id"), given.text("block_id") or None
    if find_element(target.blocks, action_id, block_id) is not None:
        return None
    previews = ((url, preview.get("blocks") or []) for url, preview in target.unfurls.items())
    return next((url for url, blocks in previews if find_element(blocks, action_id, block_id)), None)


async def _press_unfurl(given: Given, user: User, channel: Channel, target: Message, url: str) -> dict[str, Any]:
    block, element = found(given, target.unfurls[url]["blocks"])
    pressed = _pressed(given, block, element, {})
    return _told(
        await given.platform.delivery.deliver(
            payloads.unfurl_action(given.platform, user, channel, target, url, pressed)
        )
    )


def _pressed(given: Given, block: Block, element: Element, state: State) -> dict[str, Any]:
    """The action as the payload carries it; what was chosen is kept in the state of the message or view."""
    named: dict[str, Any] = {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": payloads.action_time(),
    }
    if element["type"] in ("button", "workflow_button"):
        kept: dict[str, Any] = {key: element[key] for key in ("type", "text", "value", "style") if key in element}
        return {**named, **kept}
    chosen = entered(element, given.values)
    if element["type"] != "overflow":
        state.setdefault(block["block_id"], {})[element["action_id"]] = chosen
    return {**named, **chosen}


async def suggest(given: Given) -> dict[str, Any]:
    """Somebody types into a menu whose options the app provides."""
    platform, user = given.platform, given.user()
    place: dict[str, Any]
    if given.text("view_id"):
        view = given.view(user)
        block, element = found(given, view.content["blocks"])
        place = {
            "view": payloads.view_payload(platform, view),
            "container": {"type": "view", "view_id": view.id},
        }
    else:
        user, channel = given.place()
        target = given.message(user, channel)
        block, element = found(given, target.blocks)
        place = {
            "message": platform.world.message_payload(target),
            "channel": {"id": channel.id, "name": payloads.channel_name(channel)},
            "container": {"type": "message", "message_ts": target.ts, "channel_id": channel.id},
        }
    asked = payloads.suggestion(platform, user, place, element["action_id"], block["block_id"], given.text("value"))
    return _suggested(await platform.delivery.deliver(asked))


def _suggested(reply: Reply) -> dict[str, Any]:
    body = reply.body if isinstance(reply.body, dict) else {}
    answer: dict[str, Any] = {"options": body.get("options") or []}
    findings: list[str] = []
    if answer["options"]:
        SELECT_OPTIONS(answer["options"], "/options", findings)
    if groups := body.get("option_groups"):
        answer["option_groups"] = groups
        SELECT_GROUPS(groups, "/option_groups", findings)
    if findings:
        log.error("The options are not ones Slack would show: %s", "; ".join(findings))
        return {"options": [], "error": "invalid_options", "findings": findings}
    return answer if reply.acked else {**answer, "error": reply.problem}


async def shortcut(given: Given) -> dict[str, Any]:
    """Somebody uses a shortcut: a message's when `ts` is given, else a global one."""
    platform, user = given.platform, given.user()
    callback_id = given.required("callback_id")
    outgoing: Outgoing
    if given.text("ts"):
        user, channel = given.place()
        target = given.message(user, channel)
        outgoing = payloads.message_shortcut(platform, user, channel, target, callback_id)
    else:
        outgoing = payloads.global_shortcut(platform, user, callback_id)
    known = {one.callback_id for one in platform.manifest.shortcuts}
    if platform.manifest.given and callback_id not in known:
        raise ControlError(f"{callback_id!r} is not a shortcut of this app; GET /control/state lists them.", 404)
    return _told(await platform.delivery.deliver(outgoing))


async def payload(given: Given) -> dict[str, Any]:
    """Slack sends the bot what is given, as it is: what older apps get, or what no page here can cause."""
    kind, body = given.text("kind", INTERACTIVE), given.values.get("payload")
    if kind not in KINDS or not isinstance(body, dict):
        raise ControlError(f"Give a payload, an object, and as kind one of: {', '.join(KINDS)}.")
    platform = given.platform
    whole = {"token": platform.credentials.verification_token, "team_id": platform.world.id, **body}
    return _told(await platform.delivery.deliver(Outgoing(kind, str(body.get("type", kind)), whole)))


def _told(reply: Reply) -> dict[str, Any]:
    answer: dict[str, Any] = {"ok": reply.acked, "status": reply.status}
    return answer if reply.acked else {**answer, "error": reply.problem}
