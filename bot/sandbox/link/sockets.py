"""Socket Mode: the bot connects to Slack, and every request is an envelope it must acknowledge."""

import asyncio
import json
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.link.outgoing import ACK_SECONDS, EVENTS, Outgoing, Reply, Retry
from bot.sandbox.link.wire import Wire

TRIES_ON_LOST_CONNECTION = 3


class ConnectionLost(Exception):
    """The connection went away before the bot acknowledged."""


@dataclass(eq=False)
class Connection:
    """One open connection and the envelopes that wait for its acknowledgement."""

    socket: WebSocket
    wire: Wire
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    is_dead: bool = False
    """Whether nothing gets through any more, in either direction, although nobody has hung up."""


class Sockets:
    """All connections of the app; envelopes go to them in turn."""

    name = "socket"

    def __init__(self, base_url: str, app_id: str) -> None:
        self._address = base_url.replace("http://", "ws://", 1) + "/socket/"
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._open: list[Connection] = []
        self._turn = 0
        self._cuts_left = 0
        self._seen_one = False
        self._arrived = asyncio.Event()

    @property
    def is_up(self) -> bool:
        """Whether a bot has connected; one that is just reconnecting counts."""
        return self._seen_one

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def new_address(self) -> str:
        """An address that is good for one connection."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return self._address + ticket

    async def serve(self, socket: WebSocket) -> None:
        """Hold one connection until either side ends it."""
        ticket = socket.path_params["ticket"]
        if ticket not in self._tickets:
            await socket.close(1008)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = Connection(socket, Wire(socket.scope["sandbox.socket"]))
        await socket.send_text(json.dumps(self._hello()))
        if self._cuts_left > 0:
            self._cuts_left -= 1
            await _hang_up(socket, 1001)
            return
        self._bury_dead()
        self._open.append(connection)
        self._seen_one = True
        self._arrived.set()
        try:
            await self._listen(connection)
        finally:
            self._lose(connection)

    async def send(self, outgoing: Outgoing, retry: Retry | None) -> Reply:
        """Send an envelope; when its connection is lost before the ack, send it again on another."""
        envelope = {
            "envelope_id": str(uuid.uuid4()),
            "type": outgoing.kind,
            "payload": outgoing.payload,
            "accepts_response_payload": outgoing.takes_answer,
        }
        if outgoing.kind == EVENTS:
            envelope |= {
                "retry_attempt": retry.number if retry else 0,
                "retry_reason": retry.reason if retry else "",
            }
        for _ in range(TRIES_ON_LOST_CONNECTION):
            connection = await self._next_connection()
            if connection is None:
                return Reply(None, problem="dispatch_failed")
            try:
                answer = await self._exchange(connection, envelope)
            except ConnectionLost:
                continue
            except TimeoutError:
                return Reply(None, problem="operation_timeout")
            return Reply(200, answer if outgoing.takes_answer else None)
        return Reply(None, problem="dispatch_failed")

    async def cut(self, times: int) -> None:
        """Cut every open connection now, and the next `times - 1` as soon as they have said hello."""
        self._cuts_left = max(0, times - 1)
        self._bury_dead()
        for connection in list(self._open):
            self._lose(connection)
            await _hang_up(connection.socket, 1001)

    def reset(self) -> None:
        """Break every open connection as a broken network does: by a TCP reset, without a goodbye."""
        for connection in list(self._open):
            self._lose(connection)
            connection.wire.reset()

    def black_hole(self) -> None:
        """From now on nothing gets through on the open connections, and neither side is told.

        Slack finds that out when the bot comes back on a new one.
        """
        for connection in self._open:
            connection.is_dead = True
            connection.wire.go_deaf()

    def swallow_pongs(self, times: int) -> None:
        """Leave the next pings of each open connection unanswered."""
        for connection in self._open:
            connection.wire.swallow_pongs(times)

    async def refresh(self) -> None:
        """Ask every connection to be made anew, as Slack does every hour or so."""
        for connection in [one for one in self._open if not one.is_dead]:
            with suppress(RuntimeError, WebSocketDisconnect):
                await connection.socket.send_text(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    async def close(self) -> None:
        """End every connection."""
        self._bury_dead()
        for connection in list(self._open):
            self._lose(connection)
            await _hang_up(connection.socket, 1000)

    async def _listen(self, connection: Connection) -> None:
        while True:
            try:
                message = json.loads(await connection.socket.receive_text())
            except (WebSocketDisconnect, ValueError, RuntimeError):
                return
            waiting = connection.waiting.get(message.get("envelope_id", ""))
            if waiting and not waiting.done():
                waiting.set_result(message.get("payload"))

    async def _exchange(self, connection: Connection, envelope: dict[str, Any]) -> Any:
        acknowledged = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = acknowledged
        try:
            if not connection.is_dead:
                await connection.socket.send_text(json.dumps(envelope))
            return await asyncio.wait_for(acknowledged, ACK_SECONDS)
        except (RuntimeError, WebSocketDisconnect) as gone:
            raise ConnectionLost from gone
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)

    async def _next_connection(self) -> Connection | None:
        if not self._open and self._seen_one:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), ACK_SECONDS)
            except TimeoutError:
                return None
        if not self._open:
            return None
        self._turn += 1
        return self._open[self._turn % len(self._open)]

    def _bury_dead(self) -> None:
        for connection in [one for one in self._open if one.is_dead]:
            self._lose(connection)
            connection.wire.reset()

    def _lose(self, connection: Connection) -> None:
        if connection in self._open:
            self._open.remove(connection)
        for waiting in connection.waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionLost())

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 3600},
        }


async def _hang_up(socket: WebSocket, code: int) -> None:
    """Close a connection, unless the other side has just closed it."""
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code)
