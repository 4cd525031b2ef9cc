"""Files that a person asked for: made and uploaded while nobody waits, and said if that fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from slack_sdk.errors import SlackApiError

from bot.slack.files import send_file, tell_alone
from handlers.inbound.request import Request

log = logging.getLogger(__name__)

ON_ITS_WAY = "The file is on its way: it comes as a direct message from me."
FAILED = "The file could not be sent. Please try again; if it happens again, tell an admin."
NO_SCOPE = "The file could not be sent: the app may not upload files yet. Ask an admin to install it again."


class NamedFile(NamedTuple):
    """A file as it is uploaded, with the line that stands above it."""

    name: str
    content: bytes
    comment: str


def send_later(request: Request, make: Callable[[], Sequence[NamedFile]]) -> str:
    """Have these files made and sent to whoever asked, in their direct messages; returns the answer for now.

    A restart in between loses them, and they are asked for again.
    """
    threading.Thread(target=_send, args=(request, make), name="files", daemon=True).start()
    return ON_ITS_WAY


def _send(request: Request, make: Callable[[], Sequence[NamedFile]]) -> None:
    try:
        for one in make():
            send_file(request.client, request.person.slack_id, *one)
    except SlackApiError as error:
        log.warning("a file could not be sent: %s", error.response.get("error"))
        _say(request, NO_SCOPE if error.response.get("error") == "missing_scope" else FAILED)
    except Exception:
        log.exception("a file could not be made")
        _say(request, FAILED)


def _say(request: Request, words: str) -> None:
    try:
        tell_alone(request.client, request.person.slack_id, words)
    except SlackApiError as error:
        log.warning("nor could that be said: %s", error.response.get("error"))
