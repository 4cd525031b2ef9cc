import pytest

from bot.importing.rules.booleans import parse_flag


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
