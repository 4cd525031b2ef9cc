import pytest

from bot.importing.rules.booleans import parse_flag, parse_removed


@pytest.mark.parametrize("text", ["yes", "Y", "TRUE", "true ", "1", "x", "ja", "✓", "１"])
def test_yes_is_read_as_spreadsheets_write_it(text: str) -> None:
    assert parse_flag(text) is True


@pytest.mark.parametrize("text", ["no", "N", "False", "0", "nein", "-"])
def test_no_is_read_as_spreadsheets_write_it(text: str) -> None:
    assert parse_flag(text) is False


@pytest.mark.parametrize("text", ["", "  ", "n/a", "NULL", "?"])
def test_a_cell_that_says_nothing_is_unknown_and_not_no(text: str) -> None:
    assert parse_flag(text) is None


@pytest.mark.parametrize("text", ["maybe", "2", "yes no"])
def test_a_word_that_is_neither_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="yes or no"):
        parse_flag(text)


@pytest.mark.parametrize(
    ("text", "removed"),
    [
        (" Deleted", True),
        ("GELÖSCHT", True),
        ("live", False),
        ("0000-00-00", False),
        ("yes", True),
        ("0", False),
        ("", None),
        ("2026-03-02 10:00", True),
        ("2.3.26", True),
        ("March 2026", True),
        ("1970-01-01T00:00:00Z", False),
        ("0001-01-01", False),
        ("0000-00-00 00:00:00", False),
        ("ＤＥＬＥＴＥＤ", True),
    ],
)
def test_a_cell_about_removal_says_yes_or_no_or_the_day(text: str, removed: bool | None) -> None:
    assert parse_removed(text) is removed


@pytest.mark.parametrize("text", ["perhaps", "12", "1.2"])
def test_another_word_about_removal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither yes nor no"):
        parse_removed(text)
