"""What Slack sends, handed to whoever handles it: a dictionary behind Bolt, whose cost grows with every listener.

Nothing is acknowledged before it is done, so that a failure reaches the person while their words are still there.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from bot.core import time_left
from bot.db.engine import Database
from bot.errors import Refused
from bot.slack.commands import prefixed, takes_sentences
from bot.slack.ids import ShortcutId, ViewId
from bot.slack.message import Message
from bot.slack.returned_words import with_words
from handlers.inbound import identity, responses
from handlers.inbound.debounce import Debouncer
from handlers.inbound.installed_team import is_ours
from handlers.inbound.payloads import Kind, Payload, event_receipt, kind_of, read_payload
from handlers.inbound.request import AlreadyDone, Request, Response, SlackEvent

log = logging.getLogger(__name__)

Handler = Callable[[Request], Response]
Listener = Callable[[SlackEvent], None]
SHORT = 4
"""Words of a command that names an account and no more."""

PATIENCE = 2.5
"""Seconds after which Slack, which waits for three, may not hear an acknowledgement any more."""

OTHER_WORKSPACE = "This bot works for another workspace. Nothing was stored."
BY_EVENT = frozenset(("reaction_added", "reaction_removed"))
"""Events by which a person changes something of ours, as by a request."""


class Router:
    """Who handles what. `team_id` and `workspace_id` name the one workspace this app is installed in."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        workspace_id: int,
        team_id: str,
        nudge: Callable[[], None] = lambda: None,
        base_url: str = "",
        prefix: str = "",
    ) -> None:
        self._db = db
        self._clock = clock
        self._workspace_id = workspace_id
        self._team_id = team_id
        self._nudge = nudge
        self._base_url = base_url
        self._prefix = prefix
        self._handlers: dict[tuple[Kind, str], Handler] = {}
        self._listeners: dict[str, Listener] = {}
        self._after: list[Debouncer] = []

    def command(self, id: str, handler: Handler) -> None:
        """Let `handler` answer a slash command."""
        self._add(Kind.COMMAND, id, handler)

    def action(self, id: str, handler: Handler) -> None:
        """Let `handler` answer a button or a select."""
        self._add(Kind.ACTION, id, handler)

    def submit(self, id: ViewId, handler: Handler) -> None:
        """Let `handler` take a submitted modal."""
        self._add(Kind.SUBMIT, id, handler)

    def options(self, id: str, handler: Handler) -> None:
        """Let `handler` offer choices for a select with a search."""
        self._add(Kind.OPTIONS, id, handler)

    def shortcut(self, id: ShortcutId, handler: Handler) -> None:
        """Let `handler` answer a global or message shortcut."""
        self._add(Kind.SHORTCUT, id, handler)

    def event(self, type: str, listener: Listener) -> None:
        """Let `listener` hear an event."""
        if type in self._listeners:
            raise ValueError(f"two listeners for the event {type}")
        self._listeners[type] = listener

    def after_changes(self, act: Callable[[Request], None]) -> None:
        """Let `act` be called, a moment later, for each person whose request changed something."""
        self._after.append(Debouncer(act))

    def registered(self, kind: Kind) -> frozenset[str]:
        """The ids of one kind that somebody handles; the manifest is held against them."""
        return frozenset(id for known, id in self._handlers if known is kind)

    def events(self) -> frozenset[str]:
        """The events that somebody hears."""
        return frozenset(self._listeners)

    def attach(self, app: App) -> None:
        """Let Bolt hand everything to this router: what nobody handles too, or Slack would send it again and again."""
        app.use(_BeforeListeners(self))

    def _add(self, kind: Kind, id: str, handler: Handler) -> None:
        if (kind, str(id)) in self._handlers:
            raise ValueError(f"two handlers for the {kind} {id}")
        self._handlers[kind, str(id)] = handler

    def answer(self, kind: Kind, body: Mapping[str, Any], client: WebClient) -> dict[str, Any]:
        """Have a payload handled; returns what to acknowledge it with, as Bolt's ack takes it."""
        if not is_ours(body, self._team_id):
            log.warning("A %s of another workspace was refused.", kind)
            return _refuse_workspace(kind, body)
        writes = self._db.writes
        said = self._handle(kind, body, client)
        if kind is Kind.COMMAND and said and _is_late():
            said = responses.say_late(said, body)
        self._nudge_after(writes)
        return said

    def _handle(self, kind: Kind, body: Mapping[str, Any], client: WebClient) -> dict[str, Any]:
        try:
            incoming = read_payload(kind, body, self._prefix)
        except (KeyError, IndexError, TypeError, AttributeError):
            # What older apps get (buttons of attachments, dialogs) is nothing of ours: acknowledged, or it comes again.
            log.warning("a payload of the type %s is nothing this bot shows", body.get("type", kind))
            return {"options": []} if kind is Kind.OPTIONS else {}
        handler = self._handlers.get((kind, incoming.id))
        if handler is None:
            if kind is not Kind.CLOSE and not _is_a_link(incoming):
                log.warning("nobody handles the %s %s", kind, incoming.id)
            return {"options": []} if kind is Kind.OPTIONS else {}
        request: Request | None = None
        writes = self._db.writes
        try:
            now = self._clock()
            person = identity.person_of(self._db, client, self._workspace_id, incoming.user, now)
            if person is None:
                return self._turn_away(incoming, body, client)
            request = Request(
                workspace_id=self._workspace_id,
                person=person,
                now=now,
                db=self._db,
                client=client,
                body=body,
                receipt=incoming.receipt,
                channel=incoming.channel,
                text=incoming.text,
                action=incoming.action,
                base_url=self._base_url,
                prefix=self._prefix,
            )
            answer = prefixed(handler(request), self._prefix)
            try:
                ack = responses.deliver(request, incoming, answer)
            except Refused as refused:
                return self._fail(request, incoming, refused, body, client)
            ack = responses.with_all_words(incoming, answer, ack, body)
            if self._db.writes != writes:
                for one in self._after:
                    one.changed(request)
            return ack
        except AlreadyDone:
            return {}
        except Refused as refused:
            refused = prefixed(refused, self._prefix)
            if request is None:
                return self._fail(request, incoming, refused, body, client)
            return self._refuse(request, incoming, refused, body, client)
        except Exception as error:
            reference = secrets.token_hex(4)
            log.exception(
                "the %s %s failed, reference %s", kind, incoming.id, reference, extra={"reference": reference}
            )
            return self._fail(request, incoming, Refused(_failed(error, reference)), body, client)

    def _fail(
        self,
        request: Request | None,
        incoming: Payload,
        refused: Refused,
        body: Mapping[str, Any],
        client: WebClient,
    ) -> dict[str, Any]:
        """Something did not work, and the person's words were not stored: they get them back.

        What is said here says nothing of the team, and needs no database, which may be what failed.
        """
        if request is not None and request.stored:
            if incoming.kind is Kind.SUBMIT:
                return {}
            return responses.give_back(incoming, Message(responses.STORED), body, client, _is_too_late(refused))
        ack = responses.refuse(incoming, refused, body)
        if ack is not None:
            return ack
        message = with_words(refused.message, responses.typed_command(incoming, body))
        if request is None or incoming.kind is Kind.COMMAND:
            return responses.give_back(incoming, message, body, client, _is_too_late(refused))
        return self._say(request, incoming, message, body, client)

    def _refuse(
        self,
        request: Request,
        incoming: Payload,
        refused: Refused,
        body: Mapping[str, Any],
        client: WebClient,
    ) -> dict[str, Any]:
        ack = responses.refuse(incoming, refused, body)
        if ack is not None:
            return ack
        typed = responses.typed_command(incoming, body)
        # An account's name is typed again soon; a sentence is not.
        is_short = not takes_sentences(incoming.id) and len(typed.split()) <= SHORT
        message = with_words(responses.safe(refused.message), "" if is_short else typed)
        return self._say(request, incoming, message, body, client)

    def _say(
        self, request: Request, incoming: Payload, message: Message, body: Mapping[str, Any], client: WebClient
    ) -> dict[str, Any]:
        try:
            return responses.reply(request, incoming, message)
        except Exception:
            # The database may be what failed: then the words go the one way that needs none.
            log.exception("an answer could not be given")
            return responses.give_back(incoming, message, body, client, is_late=False)

    def _turn_away(self, incoming: Payload, body: Mapping[str, Any], client: WebClient) -> dict[str, Any]:
        ack = responses.refuse(incoming, Refused(identity.REFUSAL), body)
        return ack if ack is not None else responses.ephemeral(incoming, identity.REFUSAL, client)

    def hear(self, body: Mapping[str, Any], client: WebClient, bot_user_id: str) -> None:
        """Have an event heard. What is raised here leaves it unacknowledged, and Slack sends it again."""
        if not is_ours(body, self._team_id):
            log.warning("An event of another workspace was refused.")
            # As taken: Slack would send it again, and stop sending any to an app that refuses many.
            return
        event = body.get("event") or {}
        listener = self._listeners.get(str(event.get("type", "")))
        if listener is None:
            return
        writes = self._db.writes
        heard = SlackEvent(
            workspace_id=self._workspace_id,
            team_id=self._team_id,
            bot_user_id=bot_user_id,
            now=self._clock(),
            db=self._db,
            client=client,
            event=event,
            receipt=event_receipt(body),
            base_url=self._base_url,
            prefix=self._prefix,
        )
        listener(heard)
        if self._db.writes != writes and event.get("type") in BY_EVENT:
            self._after_event(heard)
        self._nudge_after(writes)

    def _after_event(self, heard: SlackEvent) -> None:
        slack_id = str(heard.event.get("user") or "")
        try:
            person = identity.person_of(heard.db, heard.client, heard.workspace_id, slack_id, heard.now)
        except Refused:
            return
        if person is not None:
            request = Request(
                heard.workspace_id,
                person,
                heard.now,
                heard.db,
                heard.client,
                heard.event,
                heard.receipt,
                base_url=heard.base_url,
                prefix=heard.prefix,
            )
            for one in self._after:
                one.changed(request)

    def _nudge_after(self, writes: int) -> None:
        """Have it delivered soon, if anything was written since: to look for nothing would slow the next request."""
        if self._db.writes != writes:
            self._nudge()


class _BeforeListeners(Middleware):
    """Answers what Bolt has let in before it looks for a listener.

    For each listener it asks, Bolt puts together all that a listener may want to know: a quarter of what it costs with
    one listener, and again as much with every one of another kind.
    """

    def __init__(self, router: Router) -> None:
        self._router = router

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]) -> BoltResponse | None:
        """Bolt's way in. What is of no kind that Slack sends us goes on to Bolt, which says so."""
        context = req.context
        kind = kind_of(req.body)
        if kind is not None:
            return context.ack(**self._router.answer(kind, req.body, context.client))
        if req.body.get("type") == "event_callback":
            self._router.hear(req.body, context.client, context.bot_user_id or "")
            return context.ack()
        return next()


def _refuse_workspace(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    if kind is Kind.COMMAND:
        return {"response_type": "ephemeral", "text": OTHER_WORKSPACE}
    if kind is Kind.SUBMIT:
        # The form stays open, with the words in it.
        return {
            "response_action": "errors",
            "errors": responses.field_errors(Refused(OTHER_WORKSPACE), body["view"]),
        }
    return {"options": []} if kind is Kind.OPTIONS else {}


def _failed(error: Exception, reference: str) -> str:
    if isinstance(error, SQLAlchemyError):
        return f"The database does not answer just now, so nothing was stored. {_LATER.format(reference)}"
    return (
        "Something went wrong on our side. Please try again. "
        f"If it happens again, give an admin this reference: {reference}."
    )


_LATER = "Please try again in a minute. If it happens again, give an admin this reference: {}."


def _is_late() -> bool:
    """Whether Slack may have stopped waiting. What a request waited for its thread counts too."""
    return time_left.waited() > PATIENCE


def _is_too_late(refused: Refused) -> bool:
    """Whether Slack says of the form that it has stopped waiting."""
    return refused.message == responses.TOO_LATE


def _is_a_link(incoming: Payload) -> bool:
    return bool(incoming.action.get("url"))


__all__ = ["Handler", "Listener", "Router"]
