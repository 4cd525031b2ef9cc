"""HTTP: what Slack sends is let in through one door, and two small pages are there for whoever watches the process."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from slack_bolt.request import BoltRequest

from bot.app import Bot
from bot.core import time_left
from bot.manifest import EVENTS_PATH
from bot.running.server import BEGAN, LARGEST_BODY, QUICK, WAITING, Wsgi

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

HEALTH, READY = "/healthz", "/readyz"
APART = {HEALTH: QUICK, READY: WAITING}
"""The pages that are answered while every thread for Slack's requests is busy."""

OLDEST_SIGNATURE = 300
"""Seconds after which a signature is no longer believed, as Slack advises: it could be somebody's copy."""

STATUS = {
    200: "200 OK",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    413: "413 Content Too Large",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}


def wsgi(bot: Bot) -> Wsgi:
    """Slack's requests, /healthz (this process is up) and /readyz (it can do its work)."""
    secret = bot.settings.signing_secret.encode()

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path in APART:
            if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
                return _refused(start_response, 405, "A page was asked for by another method than GET.", "GET, HEAD")
            missing = bot.not_ready() if path == READY else ""
            words = missing or ("ready" if path == READY else "up")
            said = _plain(start_response, 503 if missing else 200, words)
            return said if environ["REQUEST_METHOD"] == "GET" else []
        if path != EVENTS_PATH:
            return _refused(start_response, 404, "There is no such page.")
        if environ["REQUEST_METHOD"] != "POST":
            return _refused(start_response, 405, "Slack sends its requests by POST.", "POST")
        length = _length(environ)
        if length > LARGEST_BODY:
            return _refused(start_response, 413, "A body is larger than any request of Slack's.")
        body = environ["wsgi.input"].read(length)
        try:
            words = body.decode()
        except UnicodeDecodeError:
            return _refused(start_response, 400, "A body is not UTF-8.")
        reason = _signature_trouble(secret, environ, body)
        if reason:
            return _refused(start_response, 401, reason)
        with time_left.answering(environ.get(BEGAN)):
            return _let_in(bot, environ, words, start_response)

    return answer


def _let_in(bot: Bot, environ: WSGIEnvironment, words: str, start_response: StartResponse) -> Iterable[bytes]:
    try:
        request = BoltRequest(body=words, query=environ.get("QUERY_STRING", ""), headers=_headers(environ))
    except Exception as error:
        # Bolt reads the body as the payloads it knows, and fails in many ways on what is none of them.
        return _refused(start_response, 400, f"A body is no request of Slack's ({type(error).__name__}).")
    if not _is_a_payload(request.body):
        return _refused(start_response, 400, "A body is no request of Slack's.")
    answered = bot.bolt.dispatch(request)
    said = (answered.body or "").encode()
    headers = [(name, value) for name, value in answered.first_headers().items() if name.lower() != "content-length"]
    headers.append(("Content-Length", str(len(said))))
    start_response(STATUS.get(answered.status) or f"{answered.status} Answered", headers)
    return [said]


def _is_a_payload(body: object) -> bool:
    # A form of any words is a dictionary too; each kind that Slack sends has one of these.
    if not isinstance(body, dict) or body.keys().isdisjoint(("type", "command", "token", "ssl_check")):
        return False
    return body.get("type") != "event_callback" or isinstance(body.get("event"), dict)


def _signature_trouble(secret: bytes, environ: WSGIEnvironment, body: bytes) -> str:
    """Why it is not believed that Slack sent this; empty when it is."""
    stamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
    given = environ.get("HTTP_X_SLACK_SIGNATURE", "")
    if not given:
        return "A request has no signature."
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 15):
        return "A request has no timestamp to its signature."
    # As Slack's servers see it: the time of the sandbox's people, which can be moved, plays no part.
    if abs(time.time() - int(stamp)) > OLDEST_SIGNATURE:
        return "A request has an old signature."
    right = "v0=" + hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), given.encode()):
        return "A request has a wrong signature."
    return ""


def _headers(environ: WSGIEnvironment) -> dict[str, str | Sequence[str]]:
    found: dict[str, str | Sequence[str]] = {
        name[5:].lower().replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")
    }
    if "CONTENT_TYPE" in environ:
        found["content-type"] = environ["CONTENT_TYPE"]
    return found


def _length(environ: WSGIEnvironment) -> int:
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else LARGEST_BODY + 1


def _refused(start_response: StartResponse, status: int, reason: str, allow: str = "") -> list[bytes]:
    """One line in the log, without a word of what was sent."""
    log.warning("An HTTP request was refused: %d. %s", status, reason)
    return _plain(start_response, status, reason, allow)


def _plain(start_response: StartResponse, status: int, text: str, allow: str = "") -> list[bytes]:
    body = text.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    if allow:
        headers.append(("Allow", allow))
    start_response(STATUS[status], headers)
    return [body]
