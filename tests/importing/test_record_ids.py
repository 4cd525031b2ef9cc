"""Ids of records: as CRMs give them, and as spreadsheets change them."""

from __future__ import annotations

import pytest

from bot.importing.rules.record_ids import clean_id, loose_id, other_forms, several_ids

SHORT, LONG = "001D000000IqhSL", "001D000000IqhSLIAZ"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" ACME-12a ", "ACME-12a"),
        ("'1001", "1001"),
        ("''1001 ", "1001"),
        ("'AC1", "AC1"),
        ("0042", "0042"),
        ("1001.0", "1001"),
        ("1001,00", "1001"),
        ("1001.5", "1001.5"),
        ("1,001", "1001"),
        ("1,001,222", "1001222"),
        ("1\u00a0001", "1001"),
        ("1\u202f001", "1001"),
        ("10,01", "10,01"),
        (LONG, LONG),
        ("8f14e45f-ceea-467f-a0e0-000000000000", "8f14e45f-ceea-467f-a0e0-000000000000"),
        ("000000000000001AAA", "000000000000001AAA"),
        ("000000000000000AAB", "000000000000000AAB"),
        ("a b", "a b"),
        ("X 1", "X 1"),
        ("000X", "000X"),
        ("{000}X", "{000}X"),
    ],
)
def test_an_id_is_kept_without_what_a_spreadsheet_added(text: str, kept: str) -> None:
    assert clean_id(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "'", "0", "0000", "0.0", "000,00", "NULL", "--None--", "-1", "---", "#N/A",
        "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}",
        "000000000000000AAA", "000000000000000aaa",
    ],
)  # fmt: skip
def test_what_is_no_id_is_none(text: str) -> None:
    assert clean_id(text) is None


@pytest.mark.parametrize("text", ["1.2E+11", "1,23456E+17", "-1e-5", " 9E+3 "])
def test_a_shortened_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="shortened") as refused:
        clean_id(text)
    assert str(refused.value).startswith(f"{text.strip()!r} is an id")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("A1", ("A1",)),
        (" A1; A2 |A3,A1\nA4;", ("A1", "A2", "A3", "A4")),
        ("1,001", ("1,001",)),
        ("1001,0", ("1001,0",)),
        ("Acme 1, Inc", ("Acme 1, Inc",)),
        ("Acme, Inc", ("Acme, Inc",)),
    ],
)
def test_a_cell_may_list_several_ids(text: str, ids: tuple[str, ...]) -> None:
    assert several_ids(text) == ids


def test_what_stays_of_an_id_that_was_changed() -> None:
    assert [loose_id(text) for text in ("0042", "420", LONG, SHORT)] == ["42", "420", SHORT, SHORT]
    assert loose_id("001D000000IqhSLAAA") == "001D000000IqhSLAAA", "these are no letters of that id"
    assert loose_id("A0042") == "A0042"


@pytest.mark.parametrize(
    ("text", "padded", "forms"),
    [
        ("42", (), ["42.0"]),
        ("0042", (), ["42", "42.0"]),
        ("42", (2, 3, 5), ["42.0", "042", "00042"]),
        ("042", (2, 3, 4), ["42", "42.0", "0042"]),
        ("00AZ000000aZzA0", (), ["00AZ000000aZzA0MAK"]),
        (SHORT, (), [LONG]),
        (LONG, (), [SHORT, LONG]),
        (LONG.lower(), (), []),
        (f"{SHORT}iaz", (), [SHORT, LONG]),
        (f"{SHORT}AAA", (), []),
        ("A1", (2,), []),
    ],
)
def test_how_else_an_id_is_written(text: str, padded: tuple[int, ...], forms: list[str]) -> None:
    assert list(other_forms(text, padded)) == forms
