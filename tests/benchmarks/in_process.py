"""Where the time of a request goes: the same requests through the same WSGI app, without a server, under cProfile."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from bot.app import build
from bot.running.http import wsgi
from bot.settings import Settings
from tests.benchmarks.load import Load, request
from tests.benchmarks.measuring import profile

NUMBER = 500


def profile_requests(name: str, environ: Mapping[str, str], load: Load) -> None:
    """Keep the profile of many such requests, after one that warms up."""
    bot = build(Settings.from_env(environ))
    app = wsgi(bot)

    def send(number: int) -> None:
        body, headers = request(load, number)
        given = {f"HTTP_{key.upper().replace('-', '_')}": value for key, value in headers.items()}
        basic = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/slack/events",
            "QUERY_STRING": "",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": headers["Content-Type"],
            "wsgi.input": io.BytesIO(body),
        }
        b"".join(app({**given, **basic}, lambda *_: None))  # type: ignore[arg-type]

    try:
        send(0)
        profile(name, lambda: _all(send))
    finally:
        bot.stop()


def _all(send: Callable[[int], None]) -> None:
    for number in range(1, NUMBER):
        send(number)
