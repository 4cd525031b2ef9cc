"""The command line as people use it: a process of its own, in a folder of its own."""

import os
import subprocess

import pytest

from tests.forked import Program

OURS = ("SLACK_", "DATABASE_URL", "HOST", "PORT", "TIMEZONE", "LOG_")


@pytest.fixture
def run_bot(tmp_path, tmp_path_factory):
    """Runs `python -m bot …` with these settings and no others; its folder is the test's own."""

    def run(*arguments, **settings):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        env = {**kept, "COLUMNS": "200", **settings}
        streams = tmp_path_factory.mktemp("said")
        out, err = streams / "out", streams / "err"
        program = Program("bot", *arguments, cwd=tmp_path, env=env, out=out, err=err)
        try:
            code = program.wait(60)
        finally:
            program.kill()
        return subprocess.CompletedProcess(arguments, code, out.read_text(), err.read_text())

    return run
