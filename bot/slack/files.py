"""A file for one person: uploaded in three steps, and shown in their direct messages with the bot."""

from __future__ import annotations

from slack_sdk import WebClient

from bot.slack.sender import said_aside

TIMEOUT = 60


def send_file(of: WebClient, user: str, name: str, content: bytes, comment: str) -> None:
    """Upload `content` and share it with a person alone. Raises SlackApiError with what Slack said."""
    client = _patient(of)
    client.files_upload_v2(
        channel=_direct(client, user), filename=name, title=name, content=content, initial_comment=comment
    )


def tell_alone(of: WebClient, user: str, words: str) -> None:
    """Say something in a person's direct messages that is no post of ours."""
    client = _patient(of)
    client.chat_postMessage(channel=_direct(client, user), **said_aside(words))


def _direct(client: WebClient, user: str) -> str:
    return str(client.conversations_open(users=user)["channel"]["id"])


def _patient(of: WebClient) -> WebClient:
    """Nobody waits for a file at the other end of a request."""
    return WebClient(token=of.token, base_url=of.base_url, timeout=TIMEOUT, retry_handlers=[])
