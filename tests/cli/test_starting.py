"""How the process starts."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __main__


def test_what_was_imported_is_no_garbage_and_what_comes_later_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.unfreeze()
    seen: list[tuple[bool, bool]] = []
    monkeypatch.setattr("bot.cli.main", lambda: seen.append((gc.isenabled(), gc.get_freeze_count() > 0)))
    __main__.main()
    assert seen == [(True, True)]


@pytest.mark.slow
def test_from_a_shell_it_starts_by_its_name_and_ends_by_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot"]
    helped = subprocess.run([*command, "run", "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert helped.returncode == 0, helped.stderr
    assert "python -m bot run" in helped.stdout
    with subprocess.Popen([*command, "sandbox", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as it:
        assert it.stdout is not None
        try:
            said = it.stdout.readline()
            while said and "DATABASE_URL" not in said:
                said = it.stdout.readline()
            it.send_signal(signal.SIGINT)
            assert it.wait(30) == 0
        finally:
            it.kill()
