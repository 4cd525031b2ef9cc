"""What came of a call to Slack: yes, a definite no of some class, or nobody knows."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError


class Status(StrEnum):
    """The classes. Each asks for another next step."""

    DONE = "done"
    LATER = "later"
    """Not done, try again: `retry_after` seconds if Slack said so."""
    UNKNOWN = "unknown"
    """It may have been done: look before doing it again."""
    UNREACHABLE = "unreachable"
    """Not done: this place cannot be written to."""
    NOT_MEMBER = "not_member"
    """Not done: the bot is not in the channel; it can join a public one."""
    BAD_BLOCKS = "bad_blocks"
    """Not done: Slack does not take these blocks; without charts and tables it may."""
    GONE = "gone"
    """The message or the thread is not there any more."""
    REFUSED = "refused"
    """Not done, and never will be as it stands."""
    STOPPED = "stopped"
    """Not done, and nothing else will be: the token or its scopes are wrong."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended. `code` is Slack's error or the kind of failure, `reason` a sentence for an admin."""

    end: Status
    code: str = ""
    reason: str = ""
    retry_after: float | None = None
    answered: bool = True
    """Whether Slack answered at all; without an answer it may still be at work."""


DONE = Outcome(Status.DONE)
UNREADABLE = Outcome(
    Status.UNKNOWN,
    "unreadable",
    "Slack does not show whether it was sent. Add the scope metadata.message:read and install the app again.",
)
"""A message of ours stands there whose mark Slack hides. It may be the one looked for, so that one waits."""

REASONS: Mapping[str, tuple[Status, str]] = {
    "ratelimited": (Status.LATER, "Slack asked the bot to slow down."),
    "rate_limited": (Status.LATER, "Slack asked the bot to slow down."),
    "message_limit_exceeded": (Status.LATER, "The workspace has reached Slack's limit of messages."),
    "service_unavailable": (Status.LATER, "Slack is not available."),
    "request_timeout": (Status.LATER, "Slack did not get the whole request."),
    "team_added_to_org": (Status.LATER, "The workspace is being moved to an organisation."),
    "internal_error": (Status.UNKNOWN, "Slack had an error of its own."),
    "fatal_error": (Status.UNKNOWN, "Slack had an error of its own."),
    "channel_not_found": (
        Status.UNREACHABLE,
        "The channel is gone, or the bot is not in it. Invite the bot, or give the account another channel.",
    ),
    "is_archived": (Status.UNREACHABLE, "The channel is archived. Give the account another channel."),
    "restricted_action": (Status.UNREACHABLE, "Only some people may post in the channel. Let the bot post there."),
    "restricted_action_read_only_channel": (Status.UNREACHABLE, "The channel is read-only. Let the bot post there."),
    "restricted_action_thread_only_channel": (Status.UNREACHABLE, "The channel takes threads only."),
    "restricted_action_thread_locked": (Status.UNREACHABLE, "The thread is locked."),
    "restricted_action_non_threadable_channel": (Status.UNREACHABLE, "The channel takes no threads."),
    "method_not_supported_for_channel_type": (
        Status.UNREACHABLE,
        "The channel is private and the bot is not in it. Invite the bot.",
    ),
    "user_not_found": (Status.UNREACHABLE, "The person is not in the workspace any more."),
    "user_disabled": (Status.UNREACHABLE, "The person's account is closed."),
    "user_not_visible": (Status.UNREACHABLE, "The bot may not see this person."),
    "cannot_dm_bot": (Status.UNREACHABLE, "A bot cannot be sent a direct message."),
    "messages_tab_disabled": (
        Status.UNREACHABLE,
        "The app takes no direct messages. Turn on the Messages tab in the app's settings.",
    ),
    "not_in_channel": (Status.NOT_MEMBER, "The bot is not in the channel. Invite the bot."),
    "invalid_blocks": (Status.BAD_BLOCKS, "Slack does not take the layout of this message."),
    "invalid_blocks_format": (Status.BAD_BLOCKS, "Slack does not take the layout of this message."),
    "invalid_attachments": (Status.BAD_BLOCKS, "Slack does not take the layout of this message."),
    "only_one_table_allowed": (Status.BAD_BLOCKS, "Slack takes one table in a message."),
    "msg_blocks_too_long": (Status.BAD_BLOCKS, "The message is too long."),
    "message_not_found": (Status.GONE, "The message was deleted in Slack."),
    "cannot_find_message": (Status.GONE, "The message was deleted in Slack."),
    "thread_not_found": (Status.GONE, "The thread was deleted in Slack."),
    "cannot_reply_to_message": (Status.GONE, "The message cannot be replied to any more."),
    "msg_too_long": (Status.REFUSED, "The message is too long."),
    "no_text": (Status.REFUSED, "The message is empty."),
    "invalid_auth": (
        Status.STOPPED,
        "Slack does not accept the bot token. Install the app again and set the new token.",
    ),
    "not_authed": (Status.STOPPED, "There is no bot token. Set SLACK_BOT_TOKEN."),
    "account_inactive": (Status.STOPPED, "The app was removed from the workspace. Install it again."),
    "token_revoked": (Status.STOPPED, "The bot token was revoked. Install the app again and set the new token."),
    "token_expired": (Status.STOPPED, "The bot token has expired. Install the app again and set the new token."),
}
"""Slack's errors, the class of each, and what to tell an admin."""

LAYOUT = re.compile("(^|_)blocks?(_|$)|attachment|table|chart|visuali[sz]ation|invalid_arguments")
"""Slack documents few of the errors it answers to a layout that it does not take. People report others, which all name
the part; trying again without charts and tables does no harm."""


def outcome_of(error: Exception) -> Outcome:
    """The class of what a Web API call raised. What is not certainly a no is unknown."""
    if isinstance(error, SlackApiError):
        return _of_answer(error)
    if isinstance(error, SlackClientError):
        return Outcome(Status.REFUSED, "client_error", "The message could not be put into a request.")
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ConnectionRefusedError | socket.gaierror):
        return Outcome(Status.LATER, "no_connection", "Slack cannot be reached.", answered=False)
    return Outcome(Status.UNKNOWN, "no_answer", "The connection broke before Slack answered.", answered=False)


def _of_answer(error: SlackApiError) -> Outcome:
    answer: Any = error.response
    status = int(_part(answer, "status_code", "status") or 200)
    data = answer.data if hasattr(answer, "data") else answer
    code = str(data.get("error") or "") if isinstance(data, Mapping) else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return Outcome(Status.LATER, "ratelimited", REASONS["ratelimited"][1], _retry_after(answer))
    if code == "missing_scope":
        needed = str(data.get("needed") or "?")
        return Outcome(Status.STOPPED, code, f"The app lacks the scope {needed}. Add it and install the app again.")
    if code in REASONS and status < 500:
        end, reason = REASONS[code]
        return Outcome(end, code, reason)
    # Whatever a broken answer says, the call may have gone through.
    if status >= 500 or not code:
        return Outcome(Status.UNKNOWN, f"http_{status}", "Slack had an error of its own.")
    if LAYOUT.search(code):
        return Outcome(Status.BAD_BLOCKS, code, f"Slack does not take the layout of this message: {code}.")
    return Outcome(Status.REFUSED, code, f"Slack refused the message: {code}.")


def _retry_after(answer: Any) -> float:
    headers: Mapping[str, Any] = _part(answer, "headers", "headers") or {}
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                return max(1.0, float(value[0] if isinstance(value, list) else value))
            except ValueError:
                break
    return 1.0


def _part(answer: Any, attribute: str, key: str) -> Any:
    if isinstance(answer, Mapping):
        return answer.get(key)
    return getattr(answer, attribute, None)
