from __future__ import annotations

import pytest

from bot.importing.rules.spreadsheets import is_error, plain_cell, safe_cell, safe_row


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_what_a_spreadsheet_would_run_is_kept_a_text_and_comes_back(begins: str) -> None:
    typed = f"{begins}1+1"
    assert safe_cell(typed) == f"'{typed}"
    assert plain_cell(safe_cell(typed)) == typed


@pytest.mark.parametrize("typed", ["", "Acme", "1-1", "a=b", "'quoted'"])
def test_other_cells_stay_as_they_are(typed: str) -> None:
    assert plain_cell(safe_cell(typed)) == safe_cell(typed) == typed


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="0042"', "0042"),
        ('="a ""b"" c"', 'a "b" c'),
        ('="two\nlines"', "two\nlines"),
        ('=""', ""),
        ('="1"+1', '="1"+1'),
        ("=1+1", "=1+1"),
    ],
)
def test_a_formula_that_only_keeps_a_text_a_text_is_that_text(cell: str, text: str) -> None:
    assert plain_cell(cell) == text


def test_a_row_is_kept_cell_by_cell() -> None:
    assert safe_row(["=1", "a"]) == ["'=1", "a"]


def test_what_a_failed_formula_shows_is_an_error() -> None:
    assert all(map(is_error, ["#VALUE!", " #N/A ", "#ref!", "Err:502", "########"]))
    assert not any(map(is_error, ["", "#1", "VALUE!", "#VALUE! 5"]))
