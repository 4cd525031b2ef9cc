"""How an answer reaches the person: modal, field error, words only they see, or a direct message."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.errors import FieldErrors, Refused
from bot.posts import private_replies
from bot.slack import text
from bot.slack.form import refused_view
from bot.slack.message import Message
from bot.slack.outcomes import Outcome, Status, outcome_of
from bot.slack.returned_words import with_words
from bot.slack.sender import said_aside, without_heavy_blocks
from handlers.inbound import identity
from handlers.inbound.payloads import Kind, Payload
from handlers.inbound.request import CloseAllModals, ModalMode, OpenModal, Options, RefreshModal, Request, Response

log = logging.getLogger(__name__)

LATE_TIMEOUT = 5
Ack = dict[str, Any]
"""What is handed to Bolt's ack()."""

TOO_LATE = "Slack waits three seconds for a form, and they had passed. Nothing was changed. Please press it again."
NOT_THIS_TIME = "Slack would not open the form this time. Nothing was changed. Please try again."
TOO_MANY = "Slack is busy and would not open the form. Nothing was changed. Please try again in {wait}."
NO_ANSWER = "Slack gave no answer, so the form may be missing. Nothing was changed. Please try again in a minute."
FULL = "Three forms are open already, and Slack takes no more. Close one, then try again. Nothing was changed."
CHANGED = "This form was closed or has changed meanwhile. Nothing was changed. Please open it again."
NO_FORM = {
    "expired_trigger_id": TOO_LATE,
    "trigger_expired": TOO_LATE,
    "exchanged_trigger_id": NOT_THIS_TIME,
    "trigger_exchanged": NOT_THIS_TIME,
    "invalid_trigger_id": NOT_THIS_TIME,
    "invalid_trigger": NOT_THIS_TIME,
    "push_limit_reached": FULL,
    "hash_conflict": CHANGED,
    "not_found": CHANGED,
    "view_not_found": CHANGED,
}
"""Why Slack shows no form, each in words for the person."""

CHOSEN_BEFORE = frozenset(
    f"initial_{what}{several}" for what in ("user", "channel", "conversation") for several in ("", "s")
)
STORED = "It is stored. Only the answer could not be shown, so there is nothing to send again."
FORM_LENGTH = 2900
"""What a form's field holds of a long line, somewhat less than Slack's 3,000 characters."""

LONGER = "The form may not hold all of your words, so here they are."
ELSEWHERE = "I've answered in our direct messages."


def deliver(request: Request, incoming: Payload, answer: Response) -> Ack:
    """Bring the answer to the person; what is left is for the acknowledgement."""
    if isinstance(answer, Options):
        return {"options": answer.options}
    if isinstance(answer, CloseAllModals):
        return {"response_action": "clear"}
    if isinstance(answer, RefreshModal):
        _refresh(request, answer)
        return {}
    if isinstance(answer, OpenModal):
        return _show(request, incoming, answer)
    if answer is None:
        return {"options": []} if incoming.kind is Kind.OPTIONS else {}
    return reply(request, incoming, answer if isinstance(answer, Message) else Message(answer))


def reply(request: Request, incoming: Payload, message: Message) -> Ack:
    """Words for this person alone: where they are, if only the team reads there; else in a direct message."""
    place = (request.db, request.client, request.workspace_id, request.person, request.channel, request.now)
    if not identity.is_private_place(*place):
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


def refuse(incoming: Payload, refused: Refused, body: Mapping[str, Any]) -> Ack | None:
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


def ephemeral(incoming: Payload, words: str, client: WebClient) -> Ack:
    """Words that say nothing of the team, for this person's eyes, without asking the database."""
    if incoming.kind is Kind.COMMAND:
        return {"response_type": "ephemeral", "text": words}
    try:
        if incoming.channel:
            client.chat_postEphemeral(channel=incoming.channel, user=incoming.user, text=words)
    except (SlackApiError, OSError) as error:
        log.info("a refusal could not be shown: %s", type(error).__name__)
    return {}


def typed_command(incoming: Payload, body: Mapping[str, Any]) -> str:
    """The command as it was typed; empty for what is no command, or says nothing."""
    is_worded = incoming.kind is Kind.COMMAND and incoming.text
    # As Slack hands it over: our own reading leaves out the blanks around it.
    return f"{body['command']} {str(body.get('text') or '').strip()}" if is_worded else ""


def give_back(incoming: Payload, message: Message, body: Mapping[str, Any], client: WebClient, is_late: bool) -> Ack:
    """Words that say nothing of the team, and what this person typed, without asking the database.

    `is_late`: Slack may have stopped waiting for the acknowledgement, so they go where a command may be answered for
    half an hour.
    """
    if incoming.kind is not Kind.COMMAND:
        _tell_anyhow(incoming, message.text, client)
        return {}
    ack = {"response_type": "ephemeral", "text": message.text, **_blocks(message)}
    return say_late(ack, body) if is_late else ack


def say_late(ack: Ack, body: Mapping[str, Any]) -> Ack:
    """A command's answer, given where it may be given for half an hour; what is left for the acknowledgement."""
    url = str(body.get("response_url") or "")
    if not url or not ack.get("text"):
        return ack
    try:
        answered = WebhookClient(url, timeout=LATE_TIMEOUT, retry_handlers=[]).send_dict(
            {"response_type": "ephemeral", **ack}
        )
    except (OSError, HTTPException) as error:
        log.info("a late answer could not be given: %s", type(error).__name__)
        return ack
    if answered.status_code == 200:
        return {}
    log.info("a late answer was not taken: %d", answered.status_code)
    return ack


def _tell_anyhow(incoming: Payload, words: str, client: WebClient) -> None:
    """In the place itself; where the bot cannot speak there, or there is none, in our direct messages."""
    try:
        if incoming.channel:
            client.chat_postEphemeral(channel=incoming.channel, user=incoming.user, text=words)
            return
    except (SlackApiError, OSError) as error:
        log.info("a refusal could not be shown: %s", type(error).__name__)
    try:
        client.chat_postMessage(channel=incoming.user, **said_aside(words))
    except (SlackApiError, OSError) as error:
        log.info("a refusal could not be said: %s", type(error).__name__)


def with_all_words(incoming: Payload, answer: Response, ack: Ack, body: Mapping[str, Any]) -> Ack:
    """The acknowledgement of a command that opened a form; words too long for the form come with it."""
    if not isinstance(answer, OpenModal) or incoming.kind is not Kind.COMMAND or len(incoming.text) <= FORM_LENGTH:
        return ack
    longer = with_words(LONGER, typed_command(incoming, body))
    return {"response_type": "ephemeral", "text": longer.text, **_blocks(longer)}


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


def _show(request: Request, incoming: Payload, show: OpenModal) -> Ack:
    if incoming.kind is Kind.SUBMIT:
        return {"response_action": "update", "view": show.view}
    try:
        try:
            _bring_up(request, incoming, show)
        except SlackApiError as error:
            bare = replace(show, view=_without_choices(show.view))
            if outcome_of(error).end is not Status.BAD_BLOCKS or bare == show:
                raise
            log.info("a form starts empty: Slack no longer knows a person or channel it was to start with")
            _bring_up(request, incoming, bare)
    except (SlackApiError, OSError, HTTPException) as error:
        words = _why_no_form(outcome_of(error))
        if words is None:
            raise
        log.info("a form was not opened: %s", outcome_of(error).code)
        raise Refused(words) from error
    return {}


def _bring_up(request: Request, incoming: Payload, show: OpenModal) -> None:
    if show.how is ModalMode.UPDATE:
        request.client.views_update(view_id=request.view["id"], hash=request.view.get("hash"), view=show.view)
    elif show.how is ModalMode.PUSH:
        request.client.views_push(trigger_id=incoming.trigger_id, view=show.view)
    else:
        request.client.views_open(trigger_id=incoming.trigger_id, view=show.view)


def _without_choices(part: Any) -> Any:
    """The view with no person and no channel chosen beforehand: one that is gone makes Slack refuse the whole form."""
    if isinstance(part, list):
        return [_without_choices(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {name: _without_choices(value) for name, value in part.items() if name not in CHOSEN_BEFORE}


def _why_no_form(outcome: Outcome) -> str | None:
    """What to tell the person whose form did not come up; None when the form itself is what Slack refuses."""
    if outcome.code in NO_FORM:
        return NO_FORM[outcome.code]
    if outcome.code == "ratelimited":
        return TOO_MANY.format(wait=text.count(max(1, round(outcome.retry_after or 1)), "second"))
    return NO_ANSWER if outcome.end in (Status.LATER, Status.UNKNOWN) else None


def _refresh(request: Request, answer: RefreshModal) -> None:
    # The change itself is done; an overview that cannot be drawn anew must not look like a failure.
    try:
        request.client.views_update(view_id=answer.view_id, view=answer.view)
    except (SlackApiError, OSError) as error:
        log.info("a modal could not be shown anew: %s", type(error).__name__)


def _say_directly(request: Request, message: Message) -> None:
    with request.transaction() as work:
        private_replies.reply_privately(
            work,
            request.person.slack_id,
            request.receipt,
            {"text": message.text, "blocks": message.blocks},
        )
