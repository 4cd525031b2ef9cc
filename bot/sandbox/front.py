"""What every answer of the sandbox goes through: it is dated by the workspace's clock, and control may open later."""

import asyncio
from collections.abc import Callable
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.clock import SandboxClock

CONTROL = "/control/"
LOOK_EVERY = 0.02


class Front:
    """The app behind it, whose answers carry the workspace's time as Slack's carry Slack's."""

    def __init__(self, app: ASGIApp, clock: SandboxClock, is_open: Callable[[], bool]) -> None:
        """While `is_open` says no, whoever uses the control API or its page waits for the answer."""
        self._app = app
        self._clock = clock
        self._is_open = is_open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(self._clock.now(), usegmt=True).encode()
                message = {**message, "headers": [*message.get("headers", ()), (b"date", date)]}
            await send(message)

        while (scope["path"] == "/" or scope["path"].startswith(CONTROL)) and not self._is_open():
            await asyncio.sleep(LOOK_EVERY)
        await self._app(scope, receive, dated)
