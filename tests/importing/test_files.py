"""Files as CRMs and spreadsheets really write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Refused
from bot.importing.files import Notes, Table, open_table, require
from bot.importing.rules.columns import ACCOUNT_FIELDS

ROWS = [["Account ID", "Account Name", "Industry"], ["A1", "Zürich, Käse & Söhne", "Food; fine"], ["A2", "Łódź", ""]]
LATIN = [ROWS[0], ROWS[1], ["A2", "Málaga", ""]]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


def written(rows: list[list[str]], delimiter: str) -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',;\t"\n') else text

    return "".join(delimiter.join(map(cell, row)) + "\r\n" for row in rows)


def table(folder: Path, content: bytes, **mapping: str) -> Table:
    path = folder / "export.csv"
    path.write_bytes(content)
    return open_table(path, ACCOUNT_FIELDS, mapping)


def cells(found: Table) -> list[list[str]]:
    return [cells for _, cells, why in found.rows() if not why]


def complaints(found: Table) -> list[tuple[int, str]]:
    return [(line, why) for line, _, why in found.rows() if why]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_and_delimiter_reads_alike(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = LATIN if encoding == "cp1252" else ROWS
    found = table(tmp_path, written(rows, delimiter).encode(encoding))
    assert found.delimiter == delimiter
    assert list(found.headers) == rows[0]
    assert cells(found) == rows[1:]


def test_a_byte_that_is_not_utf_8_is_found_however_late_it_comes(tmp_path: Path) -> None:
    content = b"Account Name\n" + b"Plain name\n" * 200_000 + "Café\n".encode("cp1252")
    assert cells(table(tmp_path, content))[-1] == ["Café"]


def test_one_bad_byte_costs_its_row_and_not_the_encoding(tmp_path: Path) -> None:
    content = "Account Name\nMüller\nÉcole\n".encode() + b"Caf\xe9\n"
    found = table(tmp_path, content)
    assert (cells(found), found.reading) == ([["Müller"], ["École"]], "UTF-8")
    (line, row, why) = next(record for record in found.rows() if record[2])
    assert (line, row) == (4, ["Café"]) and "not UTF-8" in why


def test_a_row_whose_last_empty_cells_are_missing_is_used_when_it_has_what_is_needed(tmp_path: Path) -> None:
    found = require(table(tmp_path, b"Account ID,Account Name,Industry\nA1,Acme\nA2\n"), [["name"]])
    assert cells(found) == [["A1", "Acme", ""]]
    assert complaints(found) == [(3, "The row is short: it has 1 of 3 cells. Add what is missing.")]


def test_a_cell_may_hold_quotes_delimiters_and_line_breaks(tmp_path: Path) -> None:
    found = table(tmp_path, b'Account ID,Account Name\nA1,"Acme ""East"",\nnorth"\nA2,Beta\n')
    assert cells(found) == [["A1", 'Acme "East",\nnorth'], ["A2", "Beta"]]
    assert [line for line, _, _ in found.rows()] == [2, 4]


def test_a_delimiter_inside_quotes_does_not_mislead(tmp_path: Path) -> None:
    found = table(tmp_path, b'"Account Name";"Industry"\n"a, b, c, d";"e, f"\n"g, h, i, j";"k, l"\n')
    assert found.delimiter == ";"


def test_the_header_is_found_below_a_report_title(tmp_path: Path) -> None:
    found = table(tmp_path, b"All accounts,,\nExported by Dana,,\n\nAccount ID,Account Name,Industry\nA1,Acme,Food\n")
    assert found.columns == {"external_id": 0, "name": 1, "industry": 2}
    assert cells(found) == [["A1", "Acme", "Food"]]


def test_a_line_that_declares_the_separator_is_obeyed(tmp_path: Path) -> None:
    found = table(tmp_path, b"sep=;\r\nAccount ID;Account Name\r\nA1;Acme, Inc\r\n")
    assert (found.delimiter, cells(found)) == (";", [["A1", "Acme, Inc"]])


def test_rows_of_another_width_come_with_the_reason(tmp_path: Path) -> None:
    found = table(tmp_path, b"Account ID,Account Name\nA1,Acme\nA2\nA3,Beta,more\nA4,Gamma,,\n\n,\n")
    assert cells(found) == [["A1", "Acme"], ["A4", "Gamma"]]
    assert [line for line, _ in complaints(found)] == [3, 4]
    assert "3 cells" in complaints(found)[1][1]


def test_an_unclosed_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    found = table(tmp_path, b'Account ID,Account Name\nA1,"never closed\nA2,Beta\nA3,Gamma\n')
    assert cells(found) == [["A2", "Beta"], ["A3", "Gamma"]]
    assert [line for line, _ in complaints(found)] == [2]
    assert next(row for _, row, why in found.rows() if why) == ["A1", '"never closed']


def test_a_quote_unclosed_in_a_long_file_gives_back_what_it_swallowed(tmp_path: Path) -> None:
    rows = "".join(f"A{n},Company number {n}\n" for n in range(20_000))
    found = table(tmp_path, f'Account ID,Account Name\nX,"open\n{rows}'.encode())
    assert len(cells(found)) == 20_000
    assert [line for line, _ in complaints(found)] == [2]


@pytest.mark.parametrize("length", [10_001, 200_000])
def test_a_cell_of_a_novel_s_length_is_shortened_and_counted(tmp_path: Path, length: int) -> None:
    found, notes = table(tmp_path, b"Account ID,Account Name\nA1," + b"x" * length + b"\nA2,Beta\n"), Notes()
    rows = [cells for _, cells, why in found.rows(notes=notes) if not why]
    assert ([len(name) for _, name in rows], rows[0][1][-1]) == ([10_000, 4], "…")
    assert dict(notes.shortened) == {1: 1}


def test_a_forgotten_quote_that_a_later_one_closes_costs_its_own_row_only(tmp_path: Path) -> None:
    rows = "".join(f"A{n},Company number {n}\n" for n in range(1_000))
    found = table(tmp_path, f'Account ID,Account Name\nX,"open\n{rows}Y,size 5"\n'.encode())
    assert len(cells(found)) == 1_001
    assert [line for line, _ in complaints(found)] == [2]


def test_old_line_ends_and_a_missing_last_one_are_fine(tmp_path: Path) -> None:
    assert cells(table(tmp_path, b"Account ID,Account Name\rA1,Acme\rA2,Beta")) == [["A1", "Acme"], ["A2", "Beta"]]


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Refused, match=r"empty|no header"):
        table(tmp_path, content)


def test_a_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Save it as CSV"):
        table(tmp_path, b"PK\x03\x04 and so on")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        open_table(tmp_path / "nope.csv", ACCOUNT_FIELDS, {})


def test_a_mapping_to_nowhere_is_refused_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Its columns are: Account ID, Konto"):
        table(tmp_path, b"Account ID,Konto\nA1,Acme\n", Name="name")
    assert table(tmp_path, b"Account ID,Konto\nA1,Acme\n", Konto="name").columns["name"] == 1
