"""The demo and the sandbox as processes of their own, each ended with Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
from datetime import date
from pathlib import Path

from bot.demo.morning import working_morning
from tests.forked import Program
from tests.running.asking import until

DAY = os.environ.get("DEMO_DAY", "2026-11-30")
"""The day on which the demos of the tests begin, so that they are the same on every day; `make soak` has them begin on
others."""
BEGAN = working_morning(date.fromisoformat(DAY)).date()
"""The first of their days."""

DEMO = ("demo", "--no-open", "--port", "0", "--day", DAY)
"""What starts a demo on that day."""

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


class Page:
    """A program that has a page: the demo, or the sandbox alone."""

    def __init__(self, *arguments: str, cwd: Path, out: Path) -> None:
        """Starts `python -m bot …` and returns when it has said where its page is."""
        self._out = out
        self._program = Program("bot", *arguments, cwd=cwd, env=os.environ, out=out)
        try:
            until(lambda: ADDRESS.search(self._said()) or self._program.poll() is not None, "it says where its page is")
            found = ADDRESS.search(self._said())
            assert found, f"it did not start: {self._said()}"
        except BaseException:
            self._program.kill()
            raise
        self.url = found[0]

    def end(self) -> str:
        """Press Ctrl-C; returns all that it said, and fails when that was an error or it did not end well."""
        self._program.send_signal(signal.SIGINT)
        try:
            code = self._program.wait(30)
        finally:
            self._program.kill()
        said = self._said()
        assert code == 0, said
        assert "Traceback" not in said, said
        return said

    def kill(self) -> None:
        """End it at once."""
        self._program.kill()

    def _said(self) -> str:
        return self._out.read_text()
