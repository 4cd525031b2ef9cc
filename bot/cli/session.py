"""What commands begin and end with: a database whose schema is the right one, and the signal to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

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


def stop_signal() -> threading.Event:
    """An event that is set by Ctrl-C or SIGTERM; a second one ends the process at once."""
    asked = threading.Event()

    def ask(*_: object) -> None:
        asked.set()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, ask)
    return asked
