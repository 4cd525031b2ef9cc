"""What a peer that sends half, too much or nothing can do to the HTTP server: nothing to the others."""

import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection

import pytest

from bot.errors import Refused
from bot.running import server
from bot.running.server import QUICK, HttpRunner, listen
from tests.running.asking import fetch, until

THREADS = 4
READ_WITHIN = 0.3
HALF = {
    "head": b"POST /x HTTP/1.1\r\nHost: bot",
    "head without a first line": b"P",
    "body": b"POST /x HTTP/1.1\r\nContent-Length: 1000\r\n\r\nabc",
    "declared length never sent": b"POST /x HTTP/1.1\r\nContent-Length: 1000\r\n\r\n",
    "chunk": b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    "chunk size": b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5",
    "promise to go on": b"POST /x HTTP/1.1\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
    "next request": b"POST /x HTTP/1.1\r\nContent-Length: 1\r\n\r\nxPOST /x HT",
    "nothing": b"",
}


class Served:
    """A server whose app answers at once, but for /slow, which waits until it is let go."""

    def __init__(self, read_within=READ_WITHIN):
        self.gate = threading.Event()
        self.died = threading.Event()
        sockets = listen("127.0.0.1", 0)
        self.port = sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.runner = HttpRunner(
            sockets, self.app, THREADS, {"/healthz": QUICK}, on_death=self.died.set, read_within=read_within
        )
        self.runner.open()

    def app(self, environ, start_response):
        if environ["PATH_INFO"] == "/slow":
            self.gate.wait(20)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("200 OK", [("Content-Length", "2")])
        return [b"%02d" % (len(body) % 100)]

    def peer(self, sent=b""):
        """A connection that has sent so much."""
        made = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        made.sendall(sent)
        return made

    def is_fine(self):
        """Whether a whole request and the health page are answered."""
        return fetch(f"{self.url}/x", b"abc") == (200, "03") and fetch(f"{self.url}/healthz")[0] == 200


@contextmanager
def serving(**more):
    served = Served(**more)
    try:
        yield served
    finally:
        served.gate.set()
        served.runner.finish(5)
    assert not served.died.is_set()


@pytest.fixture(scope="module")
def served():
    with serving() as one:
        yield one


def end_of(peer):
    """All that is still said to a peer until it is hung up on."""
    said = b""
    try:
        while more := peer.recv(65536):
            said += more
    except ConnectionResetError:
        pass
    return said


def test_half_sent_requests_keep_nobody_waiting_and_are_given_up(served):
    with ExitStack() as peers:
        waiting = {half: [peers.enter_context(served.peer(HALF[half])) for _ in range(THREADS + 1)] for half in HALF}
        began = time.monotonic()
        assert served.is_fine()
        for half in HALF.keys() - {"nothing"}:
            for peer in waiting[half]:
                end_of(peer)
            assert time.monotonic() - began < 5, half
        assert served.is_fine()


def test_a_body_that_trickles_in_is_given_up_although_it_never_falls_silent(served):
    with served.peer(b"POST /x HTTP/1.1\r\nContent-Length: 100000\r\n\r\n") as peer:

        def cut():
            try:
                peer.sendall(b"x")
            except OSError:
                return True
            return False

        until(cut, "it is cut off")


def test_more_idle_connections_than_are_kept_lock_nobody_out(served):
    with ExitStack() as peers:
        for _ in range(server.MOST_CONNECTIONS * 2):
            peers.enter_context(served.peer())
        assert served.is_fine()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /x HTTP/1.1\r\nContent-Length: 1000001\r\n\r\n" + b"x" * 1_000_001, 413),
        (b"POST /x HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n" + b"x" * 10_000, 413),
        (b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"ffff\r\n" + b"x" * 65535 + b"\r\n") * 17, 413),
        (b"POST /x HTTP/1.1\r\nCookie: " + b"x" * 100_000 + b"\r\n\r\n", 431),
        (b"POST /x HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(9999)) + b"\r\n", 431),
        (b"POST /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"POST /x HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
    ],
)
def test_what_is_too_large_or_no_http_is_refused_and_its_peer_gets_to_read_why(served, caplog, sent, status):
    with served.peer(sent) as peer:
        assert end_of(peer).split(b" ")[1] == b"%d" % status
    assert [line for line in caplog.messages if "refused" in line] == [
        line for line in caplog.messages if f": {status} " in line
    ]
    assert len([line for line in caplog.messages if "refused" in line]) == 1
    assert served.is_fine()


def test_requests_sent_without_waiting_for_answers_are_answered_in_order(served):
    sent = b"".join(b"POST /x HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % n + b"x" * n for n in range(1, 60))
    with served.peer(sent + b"GET /x HTTP/1.1\r\nConnection: close\r\n\r\n") as peer:
        said = end_of(peer)
    assert [part[:2] for part in said.split(b"\r\n\r\n")[1:]] == [b"%02d" % n for n in range(1, 60)] + [b"00"]


def test_a_kept_connection_serves_one_request_after_the_other(served):
    peer = HTTPConnection("127.0.0.1", served.port, timeout=10)
    peer.connect()
    kept = peer.sock
    for body in (b"", b"a", b"ab"):
        peer.request("POST", "/x", body)
        assert peer.getresponse().read() == b"%02d" % len(body)
        assert peer.sock is kept
    peer.close()


def test_health_is_answered_while_every_thread_is_busy_and_asked_to_stop_all_are_answered(caplog):
    with serving(read_within=5) as served, ExitStack() as peers:
        busy = [peers.enter_context(served.peer(b"GET /slow HTTP/1.1\r\n\r\n")) for _ in range(THREADS * 2)]
        half = peers.enter_context(served.peer(HALF["body"]))
        assert fetch(f"{served.url}/healthz")[0] == 200
        threading.Timer(0.3, served.gate.set).start()
        began = time.monotonic()
        served.runner.finish(10)
        assert time.monotonic() - began < 5
        assert all(end_of(peer).startswith(b"HTTP/1.1 200") for peer in busy)
        assert end_of(half) == b""
        assert fetch(f"{served.url}/healthz")[0] == 0


def test_a_taken_port_is_said_in_one_line_and_free_again_as_soon_as_it_is_let_go():
    (first,) = listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    with pytest.raises(Refused, match=rf"Cannot listen on 127.0.0.1:{port} \(Address already in use\)"):
        listen("127.0.0.1", port)
    with socket.create_connection(("127.0.0.1", port)):
        first.accept()[0].close()
    first.close()
    for one in listen("127.0.0.1", port):
        one.close()


@pytest.mark.parametrize("host", ["nowhere.invalid", "127.0.0.1:3000", "http://127.0.0.1", "300.1.1.1", "a" * 300])
def test_a_host_that_is_no_address_is_named(host):
    with pytest.raises(Refused, match=r"HOST|Cannot listen"):
        listen(host, 0)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(Refused, match=r"Cannot listen on 192\.0\.2\.1:3000"):
        listen("192.0.2.1", 3000)


def test_a_name_with_several_addresses_is_listened_on_at_those_that_are_there():
    sockets = listen("localhost", 0)
    assert sockets
    for one in sockets:
        one.close()
