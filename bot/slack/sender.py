"""The one way out to Slack: one call each, no retries, a class for every end it can come to.

Whether a call may be made now is asked of the limits beforehand; here it is only counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack.limits import POST, Limits
from bot.slack.outcomes import DONE, UNREADABLE, Outcome, Status, outcome_of

TIMEOUT = 10
"""Seconds after which an answer is no longer waited for."""

ANSWER_TIMEOUT = 2
"""The same for what is asked while a person waits: Slack gives us three seconds in all."""

EVENT_TYPE = "perennial_post"
MARKED_BLOCK = "perennial-"
"""How the id of a marked block begins. Metadata is shown to those alone who may read it; the blocks always are."""

ASIDE = "aside"
SECTION_LENGTH = 3000
HEAVY_BLOCKS = frozenset({"data_visualization", "data_table", "table"})
PAGE = 200
MOST_PAGES = 20
LOOK_BACK = timedelta(minutes=2)
"""How far the time at which a post was tried may be off: Slack's clock is known to a second or two."""
LOOK_AHEAD = timedelta(hours=1)
"""How long after it was claimed a post may have been accepted; a worker that slept longer cleans up after itself."""

Clock = Callable[[], datetime]


class StoredMessage(Protocol):
    """What a renderer makes of facts."""

    @property
    def text(self) -> str: ...
    @property
    def blocks(self) -> list[dict[str, Any]]: ...
    @property
    def unfurl(self) -> bool: ...


Render = Callable[[str, Mapping[str, Any]], StoredMessage]
"""(kind, facts) → the message."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How a post ended, and the `ts` it has if it did."""

    outcome: Outcome
    ts: str | None = None


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """How a search ended, and every `ts`, oldest first, at which the message stands."""

    outcome: Outcome
    stamps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """How any other call ended, and what Slack said."""

    outcome: Outcome
    data: Mapping[str, Any]


def sending_client(token: str, base_url: str) -> WebClient:
    """A client for the sender: without the retries that post twice, and with an end to waiting."""
    return WebClient(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[])


def answering_client(of: WebClient) -> WebClient:
    """The same workspace's client for handlers, which gives up while the person can still be told."""
    return WebClient(token=of.token, base_url=of.base_url, timeout=ANSWER_TIMEOUT, retry_handlers=[])


def without_heavy_blocks(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks without charts and tables, whose numbers are in the text as well; what is folded lies open."""
    light: list[dict[str, Any]] = []
    for block in blocks:
        if block.get("type") == "container":
            light += block["child_blocks"]
        elif block.get("type") not in HEAVY_BLOCKS:
            light.append(block)
    return light


class Sender:
    """Calls for one workspace, counted against its limits by the clock at the end of each answer.

    Each answer says what time it is at Slack, whose clock stamps the messages; ours may be wrong by hours.
    """

    def __init__(self, client: WebClient, limits: Limits, clock: Clock) -> None:
        """`clock` must go on evenly and never back, whatever it shows.

        Raises ValueError for a client that retries by itself: its second try may be a second message.
        """
        if client.retry_handlers:
            raise ValueError("The sender's client must not retry: make it with sending_client().")
        self._client = client
        self._limits = limits
        self._clock = clock
        self._ahead: timedelta | None = None

    def slack_now(self) -> datetime | None:
        """The time by Slack's clock, to a second or two; None when it was not heard yet, though asked."""
        if self._ahead is None:
            self._call("auth.test", {})
        return None if self._ahead is None else self._clock() + self._ahead

    def post(self, channel: str, thread_ts: str | None, message: StoredMessage, mark: str, plain: bool = False) -> Sent:
        """Post a message that carries `mark`, by which it can be found again; `plain` leaves charts and tables out."""
        arguments = {
            **_marked(_shown(message, plain), mark),
            "channel": channel,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": mark}},
            "unfurl_links": message.unfurl,
            "unfurl_media": message.unfurl,
        }
        if thread_ts:
            arguments["thread_ts"] = thread_ts
        answer = self._call(POST, arguments, channel)
        if answer.outcome.end is not Status.DONE:
            return Sent(answer.outcome)
        return Sent(DONE, str(answer.data["ts"]))

    def change(self, channel: str, ts: str, message: StoredMessage, mark: str, plain: bool = False) -> Outcome:
        """Show a message as it is now; it keeps its `mark`."""
        arguments = {**_marked(_shown(message, plain), mark), "channel": channel, "ts": ts}
        return self._call("chat.update", arguments).outcome

    def delete(self, channel: str, ts: str) -> Outcome:
        """Take a message away; one that is gone already counts as done."""
        outcome = self._call("chat.delete", {"channel": channel, "ts": ts}).outcome
        return DONE if outcome.end is Status.GONE else outcome

    def empty_previews(
        self, channel: str, ts: str, urls: Iterable[str], blocks: Sequence[Mapping[str, Any]]
    ) -> Outcome:
        """Show `blocks` in place of the previews of somebody's links; a message that is gone counts as done."""
        arguments = {"channel": channel, "ts": ts, "unfurls": {url: {"blocks": list(blocks)} for url in urls}}
        outcome = self._call(UNFURL, arguments).outcome
        return DONE if outcome.end is Status.GONE else outcome

    def find(self, channel: str, thread_ts: str | None, mark: str, attempted_at: datetime) -> FoundMessage:
        """Look for a message by its mark, among what was said when it was tried, by Slack's clock.

        A thread that is gone holds nothing. Where a message of ours stands whose mark Slack does not show, nobody knows
        whether it is this one: the outcome is then UNREADABLE.
        """
        stamps: list[str] = []
        unreadable: list[Mapping[str, Any]] = []
        for answer in self._pages(channel, thread_ts, attempted_at):
            if answer.outcome.end is Status.GONE:
                break
            if answer.outcome.end is not Status.DONE:
                return FoundMessage(answer.outcome)
            for said in answer.data.get("messages", []):
                found = _mark_of(said)
                if found == mark:
                    stamps.append(str(said["ts"]))
                elif found is None and _is_somebodys_post(said) and said.get("ts") != thread_ts:
                    unreadable.append(said)
        if not stamps and unreadable:
            me = self._call("auth.test", {})
            if me.outcome.end is not Status.DONE:
                return FoundMessage(me.outcome)
            if any(said["bot_id"] == me.data.get("bot_id") for said in unreadable):
                return FoundMessage(UNREADABLE)
        return FoundMessage(DONE, tuple(sorted(set(stamps), key=float)))

    def open_direct(self, person: str) -> ApiAnswer:
        """The channel of the direct messages with a person, under `channel.id`."""
        return self._call("conversations.open", {"users": person})

    def channel_info(self, channel: str) -> ApiAnswer:
        """The conversation object, under `channel`."""
        return self._call("conversations.info", {"channel": channel, "include_num_members": True})

    def channel_page(self, cursor: str) -> ApiAnswer:
        """A page of all channels the bot can see, under `channels`."""
        arguments = {"types": "public_channel,private_channel", "limit": 999, "exclude_archived": False}
        return self._call("conversations.list", {**arguments, **({"cursor": cursor} if cursor else {})})

    def members_page(self, channel: str, cursor: str) -> ApiAnswer:
        """A page of the ids of who is in a channel, under `members`."""
        arguments = {"channel": channel, "limit": 999}
        return self._call("conversations.members", {**arguments, **({"cursor": cursor} if cursor else {})})

    def person_info(self, slack_id: str) -> ApiAnswer:
        """The user object, under `user`."""
        return self._call("users.info", {"user": slack_id})

    def people_page(self, cursor: str) -> ApiAnswer:
        """A page of everybody in the workspace, under `members`."""
        return self._call("users.list", {"limit": 999, **({"cursor": cursor} if cursor else {})})

    def join(self, channel: str) -> Outcome:
        """Join a public channel."""
        return self._call("conversations.join", {"channel": channel}).outcome

    def _pages(self, channel: str, thread_ts: str | None, attempted_at: datetime) -> Iterator[ApiAnswer]:
        method = "conversations.replies" if thread_ts else "conversations.history"
        arguments: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{(attempted_at - LOOK_BACK).timestamp():.6f}",
            "latest": f"{(attempted_at + LOOK_AHEAD).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": PAGE,
        }
        if thread_ts:
            arguments["ts"] = thread_ts
        for _ in range(MOST_PAGES):
            answer = self._call(method, arguments)
            yield answer
            cursor = (answer.data.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            arguments["cursor"] = cursor

    def _call(self, method: str, arguments: dict[str, Any], channel: str | None = None) -> ApiAnswer:
        try:
            response = (
                self._client.api_call(method, json=arguments) if method in AS_JSON else self._get(method, arguments)
            )
        except Exception as error:
            outcome = outcome_of(error)
            ended_at = self._clock()
            self._limits.count(method, ended_at, channel)
            if isinstance(error, SlackApiError):
                self._learn_time(getattr(error.response, "headers", None) or {})
            if outcome.end is Status.LATER and outcome.retry_after is not None:
                self._limits.block(method, ended_at + timedelta(seconds=outcome.retry_after))
            return ApiAnswer(outcome, {})
        self._limits.count(method, self._clock(), channel)
        self._learn_time(response.headers)
        return ApiAnswer(DONE, response.data if isinstance(response.data, dict) else {})

    def _learn_time(self, headers: Mapping[str, Any]) -> None:
        date = next((value for name, value in headers.items() if name.lower() == "date"), None)
        try:
            at = parsedate_to_datetime(date[0] if isinstance(date, list) else str(date))
        except ValueError:
            return
        self._ahead = (at if at.tzinfo else at.replace(tzinfo=UTC)) - self._clock()

    def _get(self, method: str, arguments: dict[str, Any]) -> SlackResponse:
        return self._client.api_call(method, http_verb="GET", params=arguments)


UNFURL = "chat.unfurl"
AS_JSON = frozenset({POST, UNFURL, "chat.update", "chat.delete", "conversations.open", "conversations.join"})
"""Methods that take JSON; the reading ones take parameters."""


def _shown(message: StoredMessage, plain: bool) -> dict[str, Any]:
    blocks = without_heavy_blocks(message.blocks) if plain else message.blocks
    return {"text": message.text, "blocks": blocks} if blocks else {"text": message.text}


def _marked(shown: dict[str, Any], mark: str) -> dict[str, Any]:
    """The message with its mark on the first block; one that has no blocks says its text in one."""
    blocks = list(shown.get("blocks") or [])
    if not blocks:
        if len(shown["text"]) > SECTION_LENGTH:
            return shown
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": shown["text"]}}]
    return {**shown, "blocks": [{**blocks[0], "block_id": MARKED_BLOCK + mark}, *blocks[1:]]}


def _is_somebodys_post(said: Mapping[str, Any]) -> bool:
    """Whether an app said it; "was added to the channel" and the like Slack says in an app's name."""
    return bool(said.get("bot_id")) and said.get("subtype") in (None, "bot_message")


def said_aside(words: str) -> dict[str, Any]:
    """Words that are no post, as arguments of a message: with a mark of their own, so that none takes them for one."""
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": ASIDE}}
    return {**_marked({"text": words}, ASIDE), "metadata": metadata}


def _mark_of(said: Mapping[str, Any]) -> str | None:
    metadata = said.get("metadata") or {}
    if metadata.get("event_type") == EVENT_TYPE and "key" in (metadata.get("event_payload") or {}):
        return str(metadata["event_payload"]["key"])
    ids = [str(block.get("block_id") or "") for block in said.get("blocks") or []]
    return next((one.removeprefix(MARKED_BLOCK) for one in ids if one.startswith(MARKED_BLOCK)), None)
