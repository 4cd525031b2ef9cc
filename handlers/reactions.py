"""A reaction logs the message it is given to, without any form; taken back within minutes, it undoes that."""

from __future__ import annotations

import logging

from bot import follow_ups, touchpoints
from bot.accounts import search as account_search
from bot.core.calendar import local_date
from bot.posts import private_replies
from bot.slack.message import Message
from bot.touchpoints import NewTouchpoint, queries
from bot.touchpoints import settings as touchpoint_settings
from bot.touchpoints.messages import no_contact, which_account_of_message
from bot.touchpoints.rules.line import TouchKind, Via, parse_line
from bot.workspace import processed_requests
from bot.workspace.members import MemberView
from handlers.inbound import identity, slack_message
from handlers.inbound.request import SlackEvent
from handlers.inbound.router import Router
from handlers.inbound.slack_message import SlackMessage

log = logging.getLogger(__name__)


def register(router: Router) -> None:
    """Tell the router what is heard here."""
    router.event("reaction_added", hear_added)
    router.event("reaction_removed", hear_removed)


def hear_added(heard: SlackEvent) -> None:
    """Log the message as it stands: its own words, time and author. What is logged already stays as it is."""
    person, channel, ts = _meant(heard)
    if person is None or heard.event.get("item_user") == heard.bot_user_id:
        return
    with heard.reading() as work:
        if touchpoints.by_source(work, queries.message_key(channel, ts)) is not None:
            return
        account = account_search.account_of_channel(work, channel)
    message = slack_message.fetch(heard.client, channel, ts)
    # Events come in any order: of a reaction that was given and taken back, the taking may have come first.
    if message is None or not slack_message.has_reaction(message, str(heard.event["reaction"]), person.slack_id):
        return
    seen = slack_message.look(heard.db, heard.client, heard.workspace_id, channel, message, heard.now)
    if seen.unfit:
        _ask(heard, person, seen, no_contact(seen.writer, seen.unfit, channel, ts, is_marked=True))
        return
    if account is None:
        _ask(heard, person, seen, which_account_of_message(channel, ts))
        return
    new = _new(account.id, account.name, person, seen, heard)
    with heard.transaction() as work:
        if processed_requests.claim_once(work, _key(heard)):
            touchpoints.log(work, new)


def hear_removed(heard: SlackEvent) -> None:
    """Undo what this very reaction has logged, as long as the policy allows; another's reaction keeps it, as theirs."""
    person, channel, ts = _meant(heard)
    if person is None:
        return
    key = queries.message_key(channel, ts)
    with heard.reading() as work:
        touch = touchpoints.undoable(work, key, person.id)
    other = _other(heard, person, channel, ts) if touch is not None else None
    with heard.transaction() as work:
        if not processed_requests.claim_once(work, _key(heard)):
            return
        if touch is not None and other is not None:
            touchpoints.hand_over(work, touch.id, other.id)
        elif (undone := touchpoints.undo(work, key, person.id)) is not None:
            follow_ups.drop_open(work, f"touchpoint:{undone}", person.id)


def _other(heard: SlackEvent, person: MemberView, channel: str, ts: str) -> MemberView | None:
    """Somebody else of the team whose reaction still stands."""
    message = slack_message.fetch(heard.client, channel, ts)
    name = str(heard.event["reaction"])
    for slack_id in slack_message.reacted(message, name) if message is not None else ():
        if slack_id not in (person.slack_id, heard.bot_user_id):
            other = identity.person_of(heard.db, heard.client, heard.workspace_id, slack_id, heard.now)
            if other is not None:
                return other
    return None


def _meant(heard: SlackEvent) -> tuple[MemberView | None, str, str]:
    """Who gave or took the reaction that logs, and of which message; nobody when it means nothing to us."""
    item = heard.event.get("item") or {}
    channel, ts = str(item.get("channel") or ""), str(item.get("ts") or "")
    with heard.reading() as work:
        is_meant = touchpoint_settings.read(work).is_meant(str(heard.event.get("reaction") or ""))
    if not is_meant or item.get("type") != "message" or not channel or channel.startswith("D"):
        return None, channel, ts
    slack_id = str(heard.event.get("user") or "")
    return identity.person_of(heard.db, heard.client, heard.workspace_id, slack_id, heard.now), channel, ts


def _new(account_id: int, account: str, person: MemberView, seen: SlackMessage, heard: SlackEvent) -> NewTouchpoint:
    said = parse_line(seen.words, local_date(seen.at, person.timezone), account)
    return NewTouchpoint(
        account_id=account_id,
        at=seen.at,
        logged_by_id=person.id,
        by_id=seen.author.id if seen.author else None,
        # A stranger who writes in Slack is the customer, and that is a chat.
        kind=said.kind or (TouchKind.CHAT if seen.stranger else ""),
        contact=said.contact or seen.stranger,
        purpose=said.purpose,
        mood=said.mood,
        words=seen.words,
        via=Via.REACTION,
        source_key=seen.key,
        permalink=seen.permalink,
        channel=seen.channel,
        thread_ts=seen.thread_ts,
    )


def _ask(heard: SlackEvent, person: MemberView, seen: SlackMessage, question: Message) -> None:
    facts = {"text": question.text, "blocks": question.blocks}
    with heard.transaction() as work:
        private_replies.reply_privately(work, person.slack_id, f"touch:{seen.channel}:{seen.ts}", facts)


def _key(heard: SlackEvent) -> str:
    """By what this giving or taking is known, even when it comes again under another event id."""
    event, item = heard.event, heard.event["item"]
    return f"{event['type']}:{item['channel']}:{item['ts']}:{event['user']}:{event.get('event_ts', '')}"
