"""What Slack refuses in a message as a whole."""

from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.strict.blocks import MESSAGE_BLOCKS, check_together, text_characters

POST_TEXT = 40_000
UPDATE_TEXT = 4_000
ATTACHMENTS = 100
ALL_BLOCK_TEXT = 10_000
"""Slack documents no figure and refuses from about 11,000 on; the sandbox refuses where it stops being safe."""


def check_message(
    text: str,
    blocks: Any,
    *,
    attachments: Any = None,
    files: list[Any] | None = None,
    update: bool = False,
) -> None:
    """Raise the SlackError that Slack would answer to a message of this text, these blocks, attachments and files.

    Raises no_text, msg_too_long (updates only: a longer post is cut), invalid_blocks, msg_blocks_too_long,
    invalid_arguments (attachments that are none), too_many_attachments.
    """
    if not (text or blocks or attachments or files):
        raise SlackError("no_text")
    if update and len(text) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    if blocks:
        check_blocks(blocks)
    if attachments:
        _check_attachments(attachments)


def _check_attachments(attachments: Any) -> None:
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        finding = "[ERROR] must provide an array of objects [json-pointer:/attachments]"
        raise SlackError("invalid_arguments", response_metadata={"messages": [finding]})
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for index, attachment in enumerate(attachments):
        if attachment.get("blocks"):
            check_blocks(attachment["blocks"], f"/attachments/{index}/blocks")


def check_blocks(blocks: Any, path: str = "/blocks") -> None:
    """Raise invalid_blocks, naming each path that is wrong, or msg_blocks_too_long."""
    findings: list[str] = []
    MESSAGE_BLOCKS(blocks, path, findings)
    if not findings:
        check_together(blocks, path, findings)
    if findings:
        raise SlackError("invalid_blocks", errors=findings, response_metadata={"messages": findings})
    if text_characters(blocks) > ALL_BLOCK_TEXT:
        raise SlackError("msg_blocks_too_long")


def check_metadata(metadata: Any) -> None:
    """Raise invalid_metadata_format unless it is an event_type with an event_payload."""
    good = (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    )
    if not good:
        raise SlackError("invalid_metadata_format")
