"""What commands begin and end with: a database whose schema is the right one, and the signal to stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bot.db import schema
from bot.db.engine import Database
from bot.settings import Settings, settings_here

ENDING = (signal.SIGTERM, signal.SIGINT)
"""The signals that ask the process to end."""


@contextmanager
def open_database(settings: Settings | None = None, any_schema: bool = False) -> Iterator[Database]:
    """The database of the settings, closed afterwards.

    Raises Refused, unless `any_schema`, when its schema is not this version's.
    """
    db = Database((settings or settings_here()).database_url)
    try:
        if not any_schema:
            schema.require_current(db)
        yield db
    finally:
        db.close()


class Stop:
    """Whether the process is to end: asked by a signal, or by any thread.

    An Event would not do, nor anything else with a lock. Comes the signal while the main thread is just about to wait,
    Python's handler either needs a lock that this very thread holds, or is not run at all, since the thread that is to
    run it sleeps by then. So the signal itself writes into a pipe, and the main thread reads from it.
    """

    def __init__(self) -> None:
        self._asked, self._asks = os.pipe()
        os.set_blocking(self._asks, False)

    def set(self) -> None:
        """Ask for the end; asked twice is asked once."""
        # A full pipe says all that there is to say.
        with suppress(BlockingIOError):
            os.write(self._asks, b"!")

    def wait(self) -> None:
        """Return when it has been asked for."""
        os.read(self._asked, 1)

    def by_signals(self) -> None:
        """Let Ctrl-C and SIGTERM ask for it; a second one ends the process at once. For the main thread alone."""
        signal.set_wakeup_fd(self._asks, warn_on_full_buffer=False)
        for name in ENDING:
            signal.signal(name, _end_at_once_next_time)


def stop_signal() -> Stop:
    """What is set by Ctrl-C or SIGTERM; a second one ends the process at once."""
    stop = Stop()
    stop.by_signals()
    return stop


def _end_at_once_next_time(*_: object) -> None:
    for name in ENDING:
        signal.signal(name, signal.SIG_DFL)
