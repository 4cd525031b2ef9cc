"""docs/screen-words.md explains each sign and each term once, and every sign that a message may show."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
SIGN = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u23f3\u26d4\u26aa\u26ab]")
NO_SIGNS = {"⚡", "✓", "✗", "✔", "☑", "✘", "☐"}
"""Marks of the README and the command line, and what a table that is read in may have in a cell."""


def first_cells() -> list[str]:
    lines = (ROOT / "docs/screen-words.md").read_text(encoding="utf-8").splitlines()
    cells = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    return [cell for cell in cells if cell not in ("sign", "on screen")]


def test_each_sign_and_each_term_stands_once() -> None:
    terms = [term for cell in first_cells() for term in re.split(r", (?=[A-Z])", cell)]
    assert [term for term, times in Counter(terms).items() if times > 1] == []


def test_every_sign_of_a_message_is_explained() -> None:
    explained = {sign for cell in first_cells() for sign in SIGN.findall(cell)}
    shown = {
        sign
        for path in (ROOT / "bot").rglob("*.py")
        if not {"demo", "sandbox"} & set(path.parts)
        for sign in SIGN.findall(path.read_text(encoding="utf-8"))
    }
    assert shown - explained - NO_SIGNS == set()
