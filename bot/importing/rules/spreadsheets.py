"""What spreadsheets do to cells: formulas they would run, errors they leave behind, marks that keep a text a text."""

from __future__ import annotations

import re
from collections.abc import Iterable

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ERROR = re.compile(r"#[\w¡/.]+[!?]|#N/[AV]|#NV|#SPILL|#CALC|Err:\d{3}|#########*", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)


def safe_cell(text: str) -> str:
    """The cell for a file that a spreadsheet may open: what it would run as a formula has an apostrophe in front."""
    return f"'{text}" if text.startswith(_RUNS) else text


def safe_row(cells: Iterable[str]) -> list[str]:
    """`safe_cell` for each cell."""
    return [safe_cell(cell) for cell in cells]


def plain_cell(text: str) -> str:
    """The cell as it was before `safe_cell`, or before ="…" was put around it to keep it a text."""
    if text.startswith("'") and text[1:].startswith(_RUNS):
        return text[1:]
    if text.startswith('="') and (found := _FORMULA_TEXT.fullmatch(text)):
        return found[1].replace('""', '"')
    return text


def is_error(text: str) -> bool:
    """Whether the cell holds what a spreadsheet shows for a formula that failed: #VALUE!, #REF!, #BEZUG!, Err:502."""
    return _ERROR.fullmatch(text.strip()) is not None
