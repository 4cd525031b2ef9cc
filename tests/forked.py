"""Programs of ours as processes of their own, begun from one process that has read their modules already.

Reading them takes a program a second or two, and hundreds are started in a run. Folder, environment, streams, signals
and how it ends are as when it is started from a shell; that it can be, tests/cli/test_starting.py shows.
"""

from __future__ import annotations

import atexit
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path

SERVER = "multiprocessing.forkserver"
"""Stands in the command line of the process that they are begun from, and in theirs."""

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["bot.cli", "tests.delivery.worker"])


class Program:
    """`python -m module arguments`, to be waited for, asked to end and killed as a Popen is."""

    def __init__(
        self, module: str, *arguments: str, cwd: Path, env: Mapping[str, str], out: Path, err: Path | None = None
    ) -> None:
        """`out` and `err`: the files to which it writes, behind what is there; without `err` both go to `out`."""
        for path in (out, err or out):
            # There at once, for whoever looks in before it has begun to write.
            with path.open("a"):
                pass
        streams = (str(out), str(err or out))
        self._process = _CONTEXT.Process(target=_become, args=(module, arguments, str(cwd), dict(env), streams))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Its exit code, below zero when a signal ended it; None while it lives."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended. Raises TimeoutExpired after so many seconds."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(str(self._process), timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def _become(module: str, arguments: tuple[str, ...], cwd: str, env: dict[str, str], streams: tuple[str, str]) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    for stream, number, path in zip((sys.stdout, sys.stderr), (1, 2), streams, strict=True):
        written = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(written, number)
        os.close(written)
        stream.reconfigure(line_buffering=True)
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        # A process of multiprocessing leaves these out.
        atexit._run_exitfuncs()
