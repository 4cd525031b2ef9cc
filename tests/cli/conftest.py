"""The command line as people use it: a process of its own, in a folder of its own."""

import os
import subprocess
import sys

import pytest

OURS = ("SLACK_", "DATABASE_URL", "HOST", "PORT", "TIMEZONE", "LOG_")


@pytest.fixture
def run_bot(tmp_path):
    """Runs `python -m bot …` with these settings and no others; its folder is the test's own."""

    def run(*arguments, **settings):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=tmp_path,
            env={**kept, "COLUMNS": "200", **settings},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run
