"""What commands begin and end with: a database whose schema is the right one, and the signal to stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from bot.db import schema
from bot.db.engine import Database
from bot.settings import Settings, settings_here


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
    """Whether the process is to end: asked by any thread, and by a handler of signals at any moment.

    An Event would not do. A handler runs in the main thread between any two steps of it; comes the signal while that
    thread is just about to wait, it holds the event's lock, and the handler waits for it for ever. A SimpleQueue takes
    what is put into it without one.
    """

    def __init__(self) -> None:
        self._asked: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Ask for the end; asked twice is asked once."""
        self._asked.put(None)

    def wait(self) -> None:
        """Return when it has been asked for: one thread waits, once."""
        self._asked.get()


def stop_signal() -> Stop:
    """What is set by Ctrl-C or SIGTERM; a second one ends the process at once."""
    asked = Stop()

    def ask(*_: object) -> None:
        asked.set()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, ask)
    return asked
