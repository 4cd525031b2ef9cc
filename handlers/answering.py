"""How an answer reaches the person: modal, field error, words only they see, or a direct message."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import FieldErrors, Refused
from bot.services import answers
from bot.slack import text
from bot.slack.forms.building import refused_view
from bot.slack.messages import Message
from bot.slack.sender import without_heavy_blocks
from handlers import guards
from handlers.reading_payloads import Incoming, Kind
from handlers.requests import Answer, Choices, CloseAll, How, Refresh, Request, Show

log = logging.getLogger(__name__)

Ack = dict[str, Any]
"""What is handed to Bolt's ack()."""

TOO_LATE = "Slack waits three seconds for a form, and they had passed. Nothing was changed. Please press it again."
ELSEWHERE = "I've answered in our direct messages."


def carry_out(request: Request, incoming: Incoming, answer: Answer) -> Ack:
    """Bring the answer to the person; what is left is for the acknowledgement."""
    if isinstance(answer, Choices):
        return {"options": answer.options}
    if isinstance(answer, CloseAll):
        return {"response_action": "clear"}
    if isinstance(answer, Refresh):
        _refresh(request, answer)
        return {}
    if isinstance(answer, Show):
        return _show(request, incoming, answer)
    if answer is None:
        return {"options": []} if incoming.kind is Kind.OPTIONS else {}
    return say(request, incoming, answer if isinstance(answer, Message) else Message(answer))


def say(request: Request, incoming: Incoming, message: Message) -> Ack:
    """Words for this person alone: where they are, if only the team reads there; else in a direct message."""
    place = (request.db, request.client, request.workspace_id, request.person, request.channel, request.now)
    if not guards.is_private_place(*place):
        _say_directly(request, message)
        return {"text": ELSEWHERE} if incoming.kind is Kind.COMMAND else {}
    light = Message(message.text, without_heavy_blocks(message.blocks))
    has_chart = light.blocks != message.blocks
    if incoming.kind is Kind.COMMAND:
        # Slack says nothing about an acknowledgement it cannot draw: a chart goes by a call that says so.
        if has_chart and _whisper_here(request, message):
            return {}
        return {"response_type": "ephemeral", "text": light.text, **_blocks(light)}
    if not _whisper_here(request, message) and not (has_chart and _whisper_here(request, light)):
        _say_directly(request, message)
    return {}


def _whisper_here(request: Request, message: Message) -> bool:
    """Words in the place itself, for this person alone; False when Slack did not take them."""
    thread = ((request.body.get("message") or {}).get("thread_ts")) or None
    try:
        request.client.chat_postEphemeral(
            channel=str(request.channel),
            user=request.person.slack_id,
            text=message.text,
            thread_ts=thread,
            **_blocks(message),
        )
    except (SlackApiError, OSError) as error:
        log.info("an ephemeral answer failed: %s", type(error).__name__)
        return False
    return True


def refuse(incoming: Incoming, refused: Refused, body: Mapping[str, Any]) -> Ack | None:
    """The acknowledgement that shows a refusal in the place itself; None where words must be said instead."""
    if incoming.kind is Kind.SUBMIT:
        errors = field_errors(refused, body["view"])
        # A form that only asks "sure?" has no field to stand beside: the words take its place.
        return {"response_action": "errors", "errors": errors} if errors else _in_its_place(refused, body["view"])
    if incoming.kind is Kind.OPTIONS:
        return {"options": []}
    if incoming.kind is Kind.CLOSE:
        return {}
    return None


def _in_its_place(refused: Refused, view: Mapping[str, Any]) -> Ack:
    title = str((view.get("title") or {}).get("text") or "Not done")
    return {"response_action": "update", "view": refused_view(title, safe(refused.message))}


def whisper(incoming: Incoming, words: str, client: WebClient) -> Ack:
    """Words that say nothing of the team, for this person's eyes, without asking the database."""
    if incoming.kind is Kind.COMMAND:
        return {"response_type": "ephemeral", "text": words}
    try:
        if incoming.channel:
            client.chat_postEphemeral(channel=incoming.channel, user=incoming.user, text=words)
    except (SlackApiError, OSError) as error:
        log.info("a refusal could not be shown: %s", type(error).__name__)
    return {}


def safe(words: str) -> str:
    """A sentence that may hold names, as message text: what people typed pings nobody."""
    return text.ours(words)


def field_errors(refused: Refused, view: Mapping[str, Any]) -> dict[str, str]:
    """Each sentence beside its field; one that has no field stands beside the first, so that the modal stays open."""
    inputs = [str(block["block_id"]) for block in view["blocks"] if block["type"] == "input"]
    given = refused.errors if isinstance(refused, FieldErrors) else {"": refused.message}
    shown = {block: words for block, words in given.items() if block in inputs}
    rest = [words for block, words in given.items() if block not in inputs]
    if rest and inputs:
        first = shown.get(inputs[0])
        shown[inputs[0]] = " ".join([*([first] if first else []), *rest])
    return shown


def _blocks(message: Message) -> dict[str, Any]:
    return {"blocks": message.blocks} if message.blocks else {}


def _show(request: Request, incoming: Incoming, show: Show) -> Ack:
    if incoming.kind is Kind.SUBMIT:
        return {"response_action": "update", "view": show.view}
    try:
        if show.how is How.UPDATE:
            request.client.views_update(view_id=request.view["id"], hash=request.view.get("hash"), view=show.view)
        elif show.how is How.PUSH:
            request.client.views_push(trigger_id=incoming.trigger_id, view=show.view)
        else:
            request.client.views_open(trigger_id=incoming.trigger_id, view=show.view)
    except SlackApiError as error:
        if error.response.get("error") in ("expired_trigger_id", "exchanged_trigger_id", "trigger_expired"):
            raise Refused(TOO_LATE) from error
        raise
    return {}


def _refresh(request: Request, answer: Refresh) -> None:
    # The change itself is done; an overview that cannot be drawn anew must not look like a failure.
    try:
        request.client.views_update(view_id=answer.view_id, view=answer.view)
    except (SlackApiError, OSError) as error:
        log.info("a modal could not be shown anew: %s", type(error).__name__)


def _say_directly(request: Request, message: Message) -> None:
    with request.db.transaction() as session:
        answers.tell(
            session,
            request.workspace_id,
            request.person.slack_id,
            request.receipt,
            {"text": message.text, "blocks": message.blocks},
            request.now,
        )
