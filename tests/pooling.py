"""A real PgBouncer in front of the tests' PostgreSQL, in transaction mode with fewer server processes than clients."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

SERVERS = 3
"""Server processes for everybody: with fewer of them than clients each transaction meets another one."""

PATIENCE = 10.0


def program() -> str | None:
    """Where PgBouncer is; Debian keeps it out of the path of ordinary users."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def pooled(url: str, folder: Path) -> Iterator[str]:
    """The address of the same database behind PgBouncer, as long as the block runs."""
    parsed = make_url(url)
    sockets, port = str(parsed.query["host"]), _free_port()
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"""[databases]
{parsed.database} = host={sockets} dbname={parsed.database} user={parsed.username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {SERVERS}
"""
    )
    # It refuses to run as root, and PostgreSQL's folder is its owner's alone: whoever owns that runs this as well.
    owner = Path(sockets).stat().st_uid
    is_other = os.geteuid() == 0 and owner != 0
    command = [program() or "pgbouncer", "-q", "/dev/stdin"]
    with settings.open("rb") as given, (folder / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=given, stdout=log, stderr=log, user=owner if is_other else None)
    try:
        _wait_for(port, process, folder / "pgbouncer.log")
        yield f"postgresql://{parsed.username}@127.0.0.1:{port}/{parsed.database}"
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise AssertionError(f"PgBouncer does not answer: {log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
