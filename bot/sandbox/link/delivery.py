"""Hands requests to the bot: chooses the way, plays the faults, tries events again, writes the traffic."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from bot.sandbox.link.http_requests import HttpRequests
from bot.sandbox.link.outgoing import Outgoing, Reply, Retry, Transport
from bot.sandbox.link.sockets import Sockets
from bot.sandbox.platform import Platform

EVENT_RETRIES = (0.0, 60.0, 300.0)
"""Seconds before an event is tried again: at once, after one and after five minutes."""

REASONS = {"operation_timeout": "http_timeout", "http_service_error": "http_error"}


class Delivery:
    """The way to the bot. Lives on the server's event loop."""

    def __init__(
        self, platform: Platform, sockets: Sockets, requests: HttpRequests | None, retries: tuple[float, ...]
    ) -> None:
        self.sockets = sockets
        self._platform = platform
        self._requests = requests
        self._retries = retries
        self._running: set[asyncio.Task[Any]] = set()

    @property
    def transport(self) -> Transport | None:
        """The request URL when there is one, else Socket Mode when a bot has connected."""
        if self._requests:
            return self._requests
        return self.sockets if self.sockets.is_up else None

    @property
    def transport_name(self) -> str:
        """ "socket", "http" or "none"."""
        return self.transport.name if self.transport else "none"

    def use(self, requests: HttpRequests | None) -> None:
        """Go over this request URL from now on, or over Socket Mode."""
        if self._requests:
            self._requests.close()
        self._requests = requests

    async def deliver(self, outgoing: Outgoing, retry: Retry | None = None) -> Reply:
        """Hand over one request and wait for the bot. An armed deliver_twice sends it a second time at once."""
        transport = self.transport
        if transport is None:
            reply = Reply(None, problem="dispatch_failed")
            self._record(outgoing, reply, 0.0, "no bot is connected")
            return reply
        fault = self._platform.faults.take(outgoing.name, to_bot=True)
        if fault is None:
            return await self._attempt(transport, outgoing, retry, None)
        both = (
            self._attempt(transport, outgoing, retry, None),
            self._attempt(transport, outgoing, retry, fault.kind),
        )
        return (await asyncio.gather(*both))[0]

    async def deliver_event(self, outgoing: Outgoing) -> Reply:
        """Hand over an event; tried again at once when it fails, and then in the background."""
        reply = await self.deliver(outgoing)
        if reply.acked or self.transport is None:
            return reply
        for number, wait in enumerate(self._retries, start=1):
            if wait:
                self.start(self._retry_later(outgoing, number))
                return reply
            reply = await self.deliver(outgoing, Retry(number, _reason(reply)))
            if reply.acked:
                return reply
        return reply

    def start(self, work: Coroutine[Any, Any, Reply]) -> "asyncio.Task[Reply]":
        """Run something beside; it is kept until it ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def close(self) -> None:
        """Stop everything that is under way."""
        for task in list(self._running):
            task.cancel()
        await self.sockets.close()
        if self._requests:
            self._requests.close()

    async def _retry_later(self, outgoing: Outgoing, first: int) -> Reply:
        reply = Reply(None, problem="operation_timeout")
        for number, wait in list(enumerate(self._retries, start=1))[first - 1 :]:
            await asyncio.sleep(wait)
            reply = await self.deliver(outgoing, Retry(number, _reason(reply)))
            if reply.acked:
                break
        return reply

    async def _attempt(self, transport: Transport, outgoing: Outgoing, retry: Retry | None, fault: str | None) -> Reply:
        started = time.perf_counter()
        reply = await transport.send(outgoing, retry)
        self._record(outgoing, reply, (time.perf_counter() - started) * 1000, fault or reply.problem or None)
        return reply

    def _record(self, outgoing: Outgoing, reply: Reply, ms: float, fault: str | None) -> None:
        now = self._platform.clock.now()
        self._platform.traffic.record(
            now, "event", outgoing.name, outgoing.payload, reply.body, reply.status, ms, fault
        )


def _reason(reply: Reply) -> str:
    return REASONS.get(reply.problem, "connection_failed")
