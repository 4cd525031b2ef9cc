"""Lets go of a database that does not answer: each loan of a connection has its limit, watched by one thread.

By a client's means alone, since a server that hangs keeps no promise to end a statement in time, and a proxy that pools
transactions refuses settings at the start of a session. The server is asked to cancel first, so that no lock stays
behind; then the connection is cut.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

log = logging.getLogger(__name__)

LOOK_EVERY = 0.05
"""Seconds between two looks. A limit is met by so much at worst; waking the thread at each loan would cost more."""

CANCEL_WITHIN = 0.2
"""Seconds that the server gets to cancel a statement before the connection is cut."""

IDLE_LOOKS = 200
"""Looks at nothing after which the thread ends; the next loan starts another."""


@dataclass(slots=True, eq=False)
class Loan:
    """One connection in somebody's hands. `is_over`: it was let go of, and must not be lent again."""

    connection: Any
    until: float
    is_over: bool = False


class Watch:
    """Knows all loans with a limit, of every database of this process."""

    def __init__(self) -> None:
        self._loans: dict[int, Loan] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def lend(self, connection: Any, seconds: float) -> None:
        """This connection is to be back within so many seconds."""
        self._loans[id(connection)] = Loan(connection, monotonic() + seconds)
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._look, name="database-watch", daemon=True)
                    self._thread.start()

    def give_back(self, connection: Any) -> bool:
        """It is back; False when it was let go of in the meantime, and cannot be used any more."""
        loan = self._loans.pop(id(connection), None)
        if loan is None:
            return True
        if loan.is_over:
            with self._lock:
                # Whoever is just cutting it has done so when this is ours.
                return False
        return True

    def _look(self) -> None:
        pause = threading.Event()
        idle = 0
        while True:
            pause.wait(LOOK_EVERY)
            now = monotonic()
            late = [loan for loan in list(self._loans.values()) if now > loan.until and not loan.is_over]
            for loan in late:
                loan.is_over = True
                # Each by a thread of its own: what hangs here must not keep the others waiting.
                threading.Thread(target=self._let_go, args=(loan,), name="database-let-go", daemon=True).start()
            idle = 0 if self._loans else idle + 1
            if idle >= IDLE_LOOKS:
                with self._lock:
                    if not self._loans:
                        self._thread = None
                        return

    def _let_go(self, loan: Loan) -> None:
        log.warning("The database took too long; what was asked of it is given up.")
        interrupt: Callable[[], None] | None = getattr(loan.connection, "interrupt", None)
        pause = threading.Event()
        if interrupt is not None:
            # It ends the statement that runs; between two there is none, and the next must not run on.
            while self._is_out(loan):
                with suppress(Exception):
                    interrupt()
                pause.wait(0.02)
            return
        until = monotonic() + CANCEL_WITHIN
        with suppress(Exception):
            loan.connection.cancel_safe(timeout=CANCEL_WITHIN)
        while monotonic() < until and self._is_out(loan):
            pause.wait(0.02)
        with self._lock, suppress(Exception):
            if self._is_out(loan):
                _cut(loan.connection)

    def _is_out(self, loan: Loan) -> bool:
        return self._loans.get(id(loan.connection)) is loan


def _cut(connection: Any) -> None:
    # psycopg waits for its socket to become readable; shut down it does, and what was asked fails.
    with socket.socket(fileno=socket.dup(connection.fileno())) as same:
        same.shutdown(socket.SHUT_RDWR)


WATCH = Watch()
