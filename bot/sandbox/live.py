"""Tells open pages what changed, as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator

KEEP_ALIVE_SECONDS = 15.0


class Live:
    """The pages that listen. Everything here happens on the server's event loop."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[str | None]] = set()

    def tell(self, kind: str, *, channel: str | None = None, user: str | None = None) -> None:
        """Tell every page that something of `kind` changed: message, view, home, state, traffic, clock or explore."""
        if not self._listeners:
            return
        change = {"kind": kind, "channel": channel, "user": user}
        line = json.dumps({key: value for key, value in change.items() if value is not None})
        for listener in self._listeners:
            listener.put_nowait(line)

    async def stream(self) -> AsyncIterator[str]:
        """The changes from now on, as an event stream; ends when the server stops."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield ": here\n\n"
            while True:
                try:
                    line = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if line is None:
                    return
                yield f"data: {line}\n\n"
        finally:
            self._listeners.discard(queue)

    def stop(self) -> None:
        """End every stream."""
        for listener in self._listeners:
            listener.put_nowait(None)
