"""Processes that a test run has started and that live on after it: they fail the run, whoever started them.

Found as children, and by a mark that every process inherits with its environment: a server that becomes a daemon is
nobody's child any more.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import psutil
import pytest

from tests.forked import SERVER

MARK = "PERENNIAL_TEST_RUN"
GOING = 10
"""Seconds that processes get which are about to end, as the workers of xdist are."""

OWN = ("multiprocessing.resource_tracker", SERVER)
"""What Python itself keeps until this very process ends."""

LEFT = pytest.StashKey[list[str]]()


def mark(config: pytest.Config) -> None:
    """Mark this run, before it starts anything; xdist's workers inherit the mark."""
    if not hasattr(config, "workerinput"):
        os.environ[MARK] = uuid.uuid4().hex


def check(session: pytest.Session) -> None:
    """Fail the run when a process of its own is still there, name it, and end it. Call it when all else is over."""
    if hasattr(session.config, "workerinput"):
        return
    _, alive = psutil.wait_procs(list(_ours()), timeout=GOING)
    session.config.stash[LEFT] = [_told(process) for process in alive]
    if alive and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    for process in alive:
        try:
            process.kill()
        except psutil.Error:
            continue


def report(reporter: pytest.TerminalReporter) -> None:
    """Say what was left behind, if anything was."""
    left = reporter.config.stash.get(LEFT, [])
    if left:
        reporter.section("processes left behind", red=True)
        for one in left:
            reporter.line(one)


def _ours() -> Iterator[psutil.Process]:
    me = psutil.Process()
    children = {child.pid for child in me.children(recursive=True)}
    for process in psutil.process_iter():
        try:
            if process.pid == me.pid or process.status() == psutil.STATUS_ZOMBIE:
                continue
            is_ours = process.pid in children or process.environ().get(MARK) == os.environ[MARK]
            if is_ours and not _is_pythons_own(process):
                yield process
        except (psutil.Error, OSError):
            # It ended while it was looked at, or is somebody else's.
            continue


def _is_pythons_own(process: psutil.Process) -> bool:
    command = " ".join(process.cmdline())
    # What is begun from the fork server has its command line, and is ours.
    begun_from = " ".join(process.parent().cmdline()) if process.parent() else ""
    return any(name in command for name in OWN) and not (SERVER in command and SERVER in begun_from)


def _told(process: psutil.Process) -> str:
    try:
        return f"{process.pid}: {' '.join(process.cmdline())[:200]}"
    except psutil.Error:
        return f"{process.pid}: it has just ended, later than {GOING} s after the tests"
