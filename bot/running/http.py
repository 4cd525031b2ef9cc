"""HTTP: granian serves Bolt's WSGI adapter, and two small pages for whoever watches the process."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterable
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from slack_bolt.adapter.wsgi import SlackRequestHandler

from bot.app import Bot, build
from bot.environment import settings_here
from bot.errors import Refused
from bot.manifest import EVENTS_PATH
from bot.roster import read_roster_if_empty
from bot.running import logs
from bot.settings import Settings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

Wsgi = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]

LARGEST_BODY = 1_000_000
"""Bytes. Slack's largest request, a view of 250 KB in a form, stays far below."""

# Its lines go through our own handler, so that they have the same form; at INFO it only narrates its start.
GRANIAN_LOGS: dict[str, Any] = {
    "loggers": {
        "_granian": {"handlers": [], "level": "WARNING", "propagate": True},
        "granian.access": {"handlers": [], "level": "WARNING", "propagate": True},
    }
}

STOP_WITHIN = 20
"""Seconds that a stopping process gives to the request and the send in flight."""


def wsgi(bot: Bot) -> Wsgi:
    """Slack's requests, /healthz (this process is up) and /readyz (it can do its work)."""
    slack = SlackRequestHandler(bot.bolt, path=EVENTS_PATH)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":
            return _plain(start_response, "200 OK", "up")
        if path == "/readyz":
            missing = bot.not_ready()
            return _plain(start_response, "503 Service Unavailable" if missing else "200 OK", missing or "ready")
        if not _length(environ) <= LARGEST_BODY:
            return _plain(start_response, "413 Content Too Large", "This is no request of Slack's.")
        try:
            return slack(environ, start_response)
        except UnicodeDecodeError:
            return _plain(start_response, "400 Bad Request", "The body is not UTF-8.")

    return answer


def worker() -> Wsgi:
    """Build the bot inside granian's worker process and start its heartbeats; they stop when the process ends."""
    settings = settings_here()
    logs.set_up(settings)
    bot = build(settings)
    read_roster_if_empty(bot)
    bot.start()
    # The worker leaves by multiprocessing's exit, which runs no atexit function; this is its own way to say goodbye.
    Finalize(None, bot.stop, exitpriority=100)
    log.info("Serving HTTP on %s:%s.", settings.host, settings.port)
    return wsgi(bot)


def serve(settings: Settings, threads: int) -> None:
    """Serve until SIGTERM or SIGINT; the request and the send in flight are finished first.

    Raises Refused when the address cannot be listened on.
    """
    _require_free(settings.host, int(settings.port))
    Granian(
        "bot.running.http:worker",
        address=settings.host,
        port=int(settings.port),
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=threads,
        workers_kill_timeout=STOP_WITHIN,
        log_level=LogLevels.warning,
        log_dictconfig=GRANIAN_LOGS,
    ).serve()


def _require_free(host: str, port: int) -> None:
    # The server's own complaint about a taken port is a native backtrace.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise Refused(f"Cannot listen on {host}:{port} ({error.strerror}). Set HOST or PORT.") from None


def _length(environ: WSGIEnvironment) -> int:
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else LARGEST_BODY + 1


def _plain(start_response: StartResponse, status: str, text: str) -> list[bytes]:
    body = text.encode()
    start_response(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]
