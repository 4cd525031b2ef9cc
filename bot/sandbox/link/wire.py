"""What lies under a Socket Mode connection, to be broken as networks break: reset, deaf, or slow to answer a ping.

ASGI has no words for that. uvicorn's send is a method of the object that holds the transport and answers pings. Should
that change, the tests of the socket faults fail with an AttributeError in the server.
"""

import socket
import struct
from typing import Any

LINGER_NOT = struct.pack("ii", 1, 0)
"""Close at once and forget what is still to be sent: TCP says that with a reset."""


class Wire:
    """One connection's transport. `protocol` is uvicorn's own object for it."""

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self._answer_ping = protocol.handle_ping
        self._to_swallow = 0
        protocol.handle_ping = self._hear_ping

    def reset(self) -> None:
        """Hang up without a word of the protocol."""
        transport = self._protocol.transport
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        transport.abort()

    def go_deaf(self) -> None:
        """Take in nothing any more, so that no ping is answered either."""
        self._protocol.stop_keepalive()
        self._protocol.data_received = _ignore

    def swallow_pongs(self, times: int) -> None:
        """Answer none of the next pings."""
        self._to_swallow = times

    def _hear_ping(self) -> None:
        if self._to_swallow <= 0:
            self._answer_ping()
            return
        self._to_swallow -= 1
        self._protocol.conn.data_to_send()


def _ignore(data: bytes) -> None:
    """Let what arrives be as if it never had."""
