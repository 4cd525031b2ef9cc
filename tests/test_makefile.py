"""`make help` is made from the Makefile's own comments."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_help_names_everything_that_can_be_made() -> None:
    # Asked from within `make test`, make would name the folder that it enters and leaves.
    asked = ["make", "--no-print-directory", "help"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert names is not None
    assert [line.split()[0] for line in said.splitlines()] == names[1].split()
