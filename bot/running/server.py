"""The HTTP server: waitress in this very process, with bounds on what half a request may cost.

waitress reads requests whole in a loop of its own before a thread is taken, so whoever sends half of one keeps nobody
waiting. What it lacks is added here: it drops those who are silent, but not those who send a byte now and then; when it
is full it takes nobody in; and a health page would wait behind everything else.
"""

from __future__ import annotations

import errno
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from bot.errors import Refused

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

Wsgi = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]

BEGAN = "perennial.began"
"""Where the WSGI environment says at which moment (monotonic) the first byte of the request was read."""

LARGEST_BODY = 1_000_000
"""Bytes. Slack's largest request, a view of 250 KB in a form, stays far below."""

LARGEST_HEAD = 32_000
"""Bytes of first line and headers. Slack's are about 600; a proxy adds cookies and traces."""

READ_WITHIN = 5
"""Seconds from the first byte of a request to its last. Slack itself waits for an answer only three."""

FIRST_BYTE_WITHIN = 10
"""Seconds that a connection may be there without having asked for anything."""

NEXT_WITHIN = 90
"""Seconds until the next request over a kept connection. Proxies keep theirs for a minute and should give up first."""

TAKEN_WITHIN = 10
"""Seconds in which an answer must be taken. It lies in the kernel's buffer unless the peer reads nothing at all."""

LINGER = 2
"""Seconds in which what a refused peer goes on sending is thrown away, so that it gets to read why."""

MOST_CONNECTIONS = 200
"""Beyond this the one that has waited longest for the rest of its request makes room for the new one."""

BACKLOG = 1024
LOOK_EVERY = 0.5
CROWD_TOLD_EVERY = 60
QUICK, WAITING = "quick", "waiting"
NOT_HERE = frozenset((errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT))

LAST_CHANCE = 1
"""Seconds that half a request may still take to come in when the process is asked to end."""


class _Request(HTTPRequestParser):  # type: ignore[misc]
    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.began = monotonic()


class _Task(WSGITask):  # type: ignore[misc]
    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[BEGAN] = self.request.began
        return environ


class _Connection(HTTPChannel):  # type: ignore[misc]
    """One peer. All but `service` runs in the loop's thread."""

    parser_class = _Request
    task_class = _Task
    request: _Request | None
    requests: list[_Request]
    close_when_flushed: bool

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.waits_since = monotonic()
        self.has_asked = False
        self._lingers_until: float | None = None
        self._is_refused = False

    @property
    def is_idle(self) -> bool:
        """Whether it neither waits for an answer nor is in the middle of sending anything."""
        return not self.requests and self.request is None and not self.total_outbufs_len

    @property
    def oldest_wait(self) -> float:
        """Since when (monotonic) we wait for the rest of its request."""
        return self.waits_since if self.request is None else self.request.began

    def too_long(self, now: float, read_within: float) -> str:
        """What this peer takes too long for; empty while it does not."""
        if self._lingers_until is not None:
            return "to stop sending" if now > self._lingers_until else ""
        if self.requests:
            return ""
        if self.total_outbufs_len:
            return "to take its answer" if now - self.waits_since > TAKEN_WITHIN else ""
        if self.request is not None:
            return "to send its request" if now - self.request.began > read_within else ""
        patience = NEXT_WITHIN if self.has_asked else FIRST_BYTE_WITHIN
        return "to ask for anything" if now - self.waits_since > patience else ""

    def give_up(self) -> None:
        """Close it at the loop's next turn: closed here, its number could be another connection's in this very turn."""
        self.will_close = True
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def service(self) -> None:
        """Answer one request, in a thread of the dispatcher."""
        error = self.requests[0].error
        if error is not None:
            self._is_refused = True
            log.warning("An HTTP request was refused: %d %s.", error.code, error.reason)
        self.has_asked = True
        super().service()
        self.waits_since = monotonic()

    def handle_read(self) -> None:
        """Read what has come; after a refusal, throw it away."""
        if self._lingers_until is None:
            super().handle_read()
            return
        try:
            is_over = not self.socket.recv(65536)
        except OSError:
            is_over = True
        if is_over:
            self.handle_close()

    def handle_write(self) -> None:
        """Send what is to be sent; a refused peer is not cut off before it could read why."""
        if not (self._is_refused and self.close_when_flushed) or self.will_close:
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.will_close:
            self.handle_close()
        elif not self.total_outbufs_len:
            self.close_when_flushed = False
            self._lingers_until = monotonic() + LINGER
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)


class _Server(TcpWSGIServer):  # type: ignore[misc]
    channel_class = _Connection
    active_channels: dict[int, _Connection]

    def __init__(
        self, *arguments: Any, apart: Callable[[_Request], ThreadedTaskDispatcher], read_within: float, **more: Any
    ) -> None:
        self._apart = apart
        self._read_within = read_within
        self._next_look = 0.0
        self._crowd_told = float("-inf")
        super().__init__(*arguments, **more)

    def add_task(self, task: Any) -> None:
        """Hand a whole request to the threads that are there for its kind."""
        self._apart(task.requests[0]).add_task(task)

    def readable(self) -> bool:
        """Whether to take new connections: always. Called at each turn, so it is also the moment to look around."""
        now = monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_EVERY
            self.give_up_on_the_slow(now, self._read_within)
        return bool(self.accepting)

    def handle_accept(self) -> None:
        """Take a new connection, and make room when there are too many."""
        super().handle_accept()
        if len(self.active_channels) <= MOST_CONNECTIONS:
            return
        waiting = [one for one in self.active_channels.values() if not one.requests and not one.will_close]
        if waiting:
            min(waiting, key=lambda one: one.oldest_wait).give_up()
        now = monotonic()
        if now - self._crowd_told > CROWD_TOLD_EVERY:
            self._crowd_told = now
            log.warning("More than %d connections: those that wait longest are closed.", MOST_CONNECTIONS)

    def handle_error(self) -> None:
        """A failed accept must not close the socket that listens."""
        log.exception("A connection could not be taken.")

    def stop_listening(self) -> None:
        """Take nobody in any more. The trigger stays: threads that still answer wake the loop by it."""
        self.accepting = False
        self.del_channel()
        self.socket.close()

    def give_up_on_the_slow(self, now: float, read_within: float) -> None:
        """Close the connections of peers that take too long."""
        for one in list(self.active_channels.values()):
            what = one.too_long(now, read_within)
            if what and not one.will_close:
                if one.request is not None:
                    log.warning("A connection was closed: it took too long %s.", what)
                one.give_up()


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on every address of `host`; raises Refused when there is none that can be had."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise Refused(f"HOST is {host!r}, which is no address of this machine. Give one such as 127.0.0.1.") from None
    sockets: list[socket.socket] = []
    reason = ""
    for family, kind, protocol, _, address in dict.fromkeys(found):
        one = None
        try:
            one = socket.socket(family, kind, protocol)
            # So that a bot that was killed can be started again at once; a living one still keeps the port to itself.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
            one.listen(BACKLOG)
        except OSError as error:
            if one is not None:
                one.close()
            # A name may stand for addresses this machine does not have; a taken port is one too many.
            reason = error.strerror or type(error).__name__
            if error.errno in NOT_HERE:
                continue
            break
        sockets.append(one)
    else:
        if sockets:
            return sockets
    for one in sockets:
        one.close()
    raise Refused(f"Cannot listen on {host}:{port} ({reason}). Set HOST or PORT.")


class HttpRunner:
    """Serves a WSGI app over listening sockets, until it is finished, or fails, which calls `on_death`."""

    def __init__(
        self,
        sockets: Iterable[socket.socket],
        app: Wsgi,
        threads: int,
        apart: Mapping[str, str],
        on_death: Callable[[], None],
        read_within: float = READ_WITHIN,
    ) -> None:
        """`apart`: paths that have threads of their own, so that they are answered while all others are busy: QUICK for
        those that answer at once, WAITING for those that may take seconds."""
        self._on_death = on_death
        self._ended = False
        self.has_failed = False
        self._map: dict[int, Any] = {}
        self._dispatchers = {"": _threads(threads), QUICK: _threads(1), WAITING: _threads(2)}
        adjustments = Adjustments(
            threads=threads,
            ident=None,
            clear_untrusted_proxy_headers=False,
            max_request_header_size=LARGEST_HEAD,
            # waitress refuses what reaches its limit, we what goes beyond ours.
            max_request_body_size=LARGEST_BODY + 1,
            inbuf_overflow=LARGEST_BODY + 1,
            log_socket_errors=False,
            asyncore_use_poll=True,
        )

        def dispatcher_of(request: _Request) -> ThreadedTaskDispatcher:
            kind = QUICK if request.error is not None else apart.get(request.path, "")
            return self._dispatchers[kind]

        self._servers = [
            _Server(
                app,
                self._map,
                True,
                one,
                dispatcher=self._dispatchers[""],
                adj=adjustments,
                sockinfo=(one.family, one.type, one.proto, one.getsockname()),
                bind_socket=False,
                apart=dispatcher_of,
                read_within=read_within,
            )
            for one in sockets
        ]
        self._loop = threading.Thread(target=self._run, name="http", daemon=True)

    def open(self) -> None:
        """Begin to take and answer requests."""
        self._loop.start()

    def finish(self, timeout: float) -> None:
        """Take nothing new, let what has come in whole be answered, for `timeout` seconds at most, and close."""
        until = monotonic() + timeout
        self._ended = True
        self._wake()
        self._loop.join(timeout)
        for dispatcher in self._dispatchers.values():
            dispatcher.shutdown(timeout=int(max(until - monotonic(), 0)))

    def _run(self) -> None:
        try:
            while not self._ended:
                wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
            for server in self._servers:
                server.stop_listening()
            while self._is_answering():
                wasyncore.loop(timeout=0.1, use_poll=True, map=self._map, count=1)
        except Exception:
            # Nobody would hear the bot's answers any more; whoever supervises it starts another.
            log.exception("The HTTP server failed.")
            self.has_failed = True
            self._on_death()

    def _is_answering(self) -> bool:
        for server in self._servers:
            server.give_up_on_the_slow(monotonic(), LAST_CHANCE)
            for one in list(server.active_channels.values()):
                if one.is_idle:
                    one.give_up()
        return any(server.active_channels for server in self._servers)

    def _wake(self) -> None:
        for server in self._servers:
            server.pull_trigger()


def _threads(count: int) -> ThreadedTaskDispatcher:
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(count)
    return dispatcher
