from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.rules.dates import (
    AmbiguousDates,
    DateOrder,
    OrderGuess,
    UnreadableDates,
    day_number,
    parse_date,
    parse_month,
    timestamp,
)
from tests.strategies import days

DMY, MDY, YMD = DateOrder.DMY, DateOrder.MDY, DateOrder.YMD
FORMATS = {DMY: "%d-%m-%Y", MDY: "%m/%d/%Y", YMD: "%Y-%m-%d"}


def reads(value: str, order: DateOrder) -> bool:
    with suppress(ValueError):
        return bool(parse_date(value, order))
    return False


def column_order(values: Iterable[str]) -> DateOrder:
    """The one order in which a column is written."""
    guess = OrderGuess()
    for value in values:
        guess.see(value)
    return guess.order()


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2025-03-04", DMY, date(2025, 3, 4)),
        ("2025-03-04", MDY, date(2025, 3, 4)),
        ("2025-03-04T23:30:00Z", YMD, date(2025, 3, 4)),
        ("2025-03-04T23:30:00.123+02:00", YMD, date(2025, 3, 4)),
        ("2025-03-04 23:30", YMD, date(2025, 3, 4)),
        ("2025/3/4", YMD, date(2025, 3, 4)),
        ("20250304", MDY, date(2025, 3, 4)),
        ("23-12-2023", DMY, date(2023, 12, 23)),
        ("23.12.2023", DMY, date(2023, 12, 23)),
        ("12/23/2023", MDY, date(2023, 12, 23)),
        ("12/23/2023 12:00 AM", MDY, date(2023, 12, 23)),
        ("4/3/2025", DMY, date(2025, 3, 4)),
        ("4/3/2025", MDY, date(2025, 4, 3)),
        ("04.03.25", DMY, date(2025, 3, 4)),
        ("25-03-04", YMD, date(2025, 3, 4)),
        ("3 Mar 2025", MDY, date(2025, 3, 3)),
        ("3-Mar-25", YMD, date(2025, 3, 3)),
        ("Mar 3, 2025", DMY, date(2025, 3, 3)),
        ("March 3rd, 2025", DMY, date(2025, 3, 3)),
        ("Sept 30 2025", DMY, date(2025, 9, 30)),
        ("Mon, 3 Mar 2025 10:00:00 GMT", DMY, date(2025, 3, 3)),
        (" 29/02/2024 ", DMY, date(2024, 2, 29)),
    ],
)
def test_dates_are_read_as_files_write_them(text: str, order: DateOrder, expected: date) -> None:
    assert parse_date(text, order) == expected


@pytest.mark.parametrize(
    ("text", "order", "words"),
    [
        ("45000", YMD, "day number"),
        ("45000.0", YMD, "day number"),
        ("23-12-2023", MDY, "month first"),
        ("12/23/2023", DMY, "day first"),
        ("29-02-2025", DMY, "no date"),
        ("2025-13-01", YMD, "no date"),
        ("9999-12-31", YMD, "between 1900 and 2199"),
        ("0000-00-00", YMD, "no date"),
        ("3 Foo 2025", DMY, "no date"),
        ("tomorrow", DMY, "2025-03-31"),
        ("", DMY, "2025-03-31"),
        ("1/2-2025", DMY, "no date"),
        ("1/2/025", DMY, "no date"),
    ],
)
def test_what_is_no_date_is_refused_with_what_to_write(text: str, order: DateOrder, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_date(text, order)


@pytest.mark.parametrize(
    ("value", "orders"),
    [
        ("2025-03-04", {DMY, MDY, YMD}),
        ("3 Mar 2025", {DMY, MDY, YMD}),
        ("04-03-2025", {DMY, MDY}),
        ("23-12-2023", {DMY}),
        ("12-23-2023", {MDY}),
        ("25-03-04", {DMY, YMD}),
        ("99-12-31", {YMD}),
        ("TBD", set()),
        ("45000", set()),
    ],
)
def test_a_value_says_which_orders_it_allows(value: str, orders: set[DateOrder]) -> None:
    assert {order for order in DateOrder if reads(value, order)} == orders


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["04-03-2025", "23-12-2023"], DMY),
        (["04-03-2025", "12-23-2023"], MDY),
        (["2025-03-04", "", "3 Mar 2025"], YMD),
        (["2025-03-04", "23-12-2023"], DMY),
        (["04-03-2025", "TBD", "23-12-2023"], DMY),
        (["05/05/2025", "01/01/2025"], DMY),
        ([], YMD),
        (["  "], YMD),
    ],
)
def test_a_column_tells_its_order(values: list[str], order: DateOrder) -> None:
    assert column_order(values) is order


def test_a_column_that_reads_both_ways_is_never_guessed() -> None:
    with pytest.raises(AmbiguousDates, match=r"04-03-2025.*day first and month first.*--dates dmy\|mdy"):
        column_order(["01-01-2025", "04-03-2025", "12-11-2025"])
    with pytest.raises(AmbiguousDates, match="day first and year first"):
        column_order(["23.12.24", "24.12.24"])


def test_a_column_in_two_orders_is_refused_with_both_values() -> None:
    with pytest.raises(UnreadableDates, match="'23-12-2023' and '12-23-2023'"):
        column_order(["23-12-2023", "01-02-2023", "12-23-2023"])


def test_a_column_without_any_date_is_refused() -> None:
    with pytest.raises(UnreadableDates, match="TBD"):
        column_order(["TBD", "later"])


@given(st.lists(days, min_size=1), st.sampled_from(DateOrder))
def test_a_column_is_read_back_as_written_or_refused(column: list[date], order: DateOrder) -> None:
    written = [day.strftime(FORMATS[order]) for day in column]
    assert [parse_date(value, order) for value in written] == column
    try:
        found = column_order(written)
    except AmbiguousDates:
        assert order is not YMD
        assert all(day.day <= 12 for day in column)
    else:
        assert [parse_date(value, found) for value in written] == column


@given(st.permutations(["04-03-2025", "05-06-2025", "23-12-2023", "", "TBD", "2025-01-02"]))
def test_the_order_is_found_wherever_in_the_column_it_shows(values: list[str]) -> None:
    guess = OrderGuess()
    for value in values:
        guess.see(value)
    assert guess.order() is DMY


@given(st.text(max_size=20), st.sampled_from(DateOrder))
def test_any_text_is_read_or_refused_in_words(text: str, order: DateOrder) -> None:
    try:
        assert 1900 <= parse_date(text, order).year <= 2199
    except ValueError as refused:
        assert "Write" in str(refused) or "Format" in str(refused)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (" 46447 ", date(2027, 3, 1)),
        ("46447.75", date(2027, 3, 1)),
        ("32874", date(1990, 1, 1)),
        ("32873", None),
        ("73050", date(2099, 12, 31)),
        ("73051", None),
        ("1772409600", date(2026, 3, 2)),
        ("1772409600000", date(2026, 3, 2)),
        ("1772409600.0", date(2026, 3, 2)),
        ("1772409601", None),
        ("1772413200", None),
        ("4644", None),
        ("", None),
    ],
)
def test_a_number_is_a_day_when_a_spreadsheet_or_a_midnight_wrote_it(text: str, day: date | None) -> None:
    assert day_number(text) == day


def test_a_timestamp_is_a_moment_in_utc() -> None:
    moment = datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert timestamp(" 1772413200 ") == timestamp("1772413200999") == moment
    assert timestamp("1772413200") == moment and str(timestamp("1772413200")).endswith("+00:00")
    assert timestamp("177241320") is None


@pytest.mark.parametrize(("text", "year"), [("1900-01-01", 1900), ("2199-12-31", 2199), ("1. Januar 1900", 1900)])
def test_the_first_and_the_last_year_are_read(text: str, year: int) -> None:
    assert parse_date(text, YMD).year == year


@pytest.mark.parametrize(
    "text", ["3. März 2027", "Wed, 3 March 2027", "2027. március 3.", "3 de marzo de 2027", "11 March 2027"]
)
def test_a_month_in_words_stands_beside_a_day_and_a_year(text: str) -> None:
    assert parse_date(text, YMD) == date(2027, 3, 11 if text.startswith("11") else 3)


@pytest.mark.parametrize("text", ["foo 3 March 2027", "3 March", "3 March April 2027", "123 March 2027"])
def test_a_month_beside_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text, YMD)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("jueves, 11 de marzo de 2027", date(2027, 3, 11)),
        ("2027. május 5.", date(2027, 5, 5)),
        ("3. März 2027", date(2027, 3, 3)),
        ("3. März 27", date(2027, 3, 3)),
        ("2027 März 3", date(2027, 3, 3)),
        ("März 3, 2027", date(2027, 3, 3)),
        ("令和9年3月4日", date(2027, 3, 4)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("2027年3月4日", date(2027, 3, 4)),
        ("2027년 3월 4일", date(2027, 3, 4)),
        ("Mon Mar 3 10:00:00 GMT 2025", date(2025, 3, 3)),
        ("Mar 3 10:00 2025", date(2025, 3, 3)),
        ("2025 Mar 3", date(2025, 3, 3)),
        ("2025-Mar-03", date(2025, 3, 3)),
        ("20250304T1200Z", date(2025, 3, 4)),
        ("2025-03-04 (local)", date(2025, 3, 4)),
        ("2025‐03–04", date(2025, 3, 4)),
        ("\u200e2025-03-04\u200f", date(2025, 3, 4)),
        ("２０２５-03-04", date(2025, 3, 4)),
        ("3 December 99", date(2099, 12, 3)),
        ("march 3 2025", date(2025, 3, 3)),
        ("thursday 11 march 2027", date(2027, 3, 11)),
    ],
)
def test_a_date_that_is_clear_by_itself_is_the_same_in_every_order(text: str, day: date) -> None:
    assert [parse_date(text, order) for order in DateOrder] == [day] * 3


@pytest.mark.parametrize(
    "text",
    [
        "März 3 27", "27 März 3", "3 März 027", "3 4 März 2027", "3 März", "2027 März 2028", "3 März April 2027",
        "3 März 2027 foo", "31 February 2027", "2027-00-10", "1.2.3", "123.4.2025", "1/2/25/3", "31 Dec 1899",
        "2200-01-01", "12345", "1.2", "3 März 2027" + 50 * " x",
    ],
)  # fmt: skip
def test_what_is_no_clear_date_is_none(text: str) -> None:
    assert not any(reads(text, order) for order in DateOrder)


@pytest.mark.parametrize(
    ("text", "order", "words"),
    [
        ("45000", YMD, "'45000' is a spreadsheet's day number. Format the column as a date and export again."),
        ("23-12-2023", MDY, "'23-12-2023' is no date when read month first. Write it like 2025-03-31."),
        ("12/23/2023", DMY, "'12/23/2023' is no date when read day first. Write it like 2025-03-31."),
        ("1/2/2023", YMD, "'1/2/2023' is no date when read year first. Write it like 2025-03-31."),
        ("soon", YMD, "'soon' is no date between 1900 and 2199. Write it like 2025-03-31."),
    ],
)
def test_a_refusal_says_what_is_wrong_to_the_word(text: str, order: DateOrder, words: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_date(text, order)
    assert str(refused.value) == words


def test_a_day_number_is_a_date_where_numbers_are_days() -> None:
    assert parse_date("46447", DMY, numbers=True) == date(2027, 3, 1)
    assert parse_date("2027-03-02", DMY, numbers=True) == date(2027, 3, 2)
    with pytest.raises(ValueError, match="day number"):
        parse_date("99999", DMY, numbers=True)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            ["23-12-2023", "01-02-2023", "12-23-2023", "30-12-2023"],
            "No single order reads both '23-12-2023' and '12-23-2023'. "
            "Write all dates in one order, best as 2025-03-31.",
        ),
        (["TBD", "later"], "'TBD' is no date. Write dates like 2025-03-31."),
        (
            ["01-01-2025", "04-03-2025", "05-06-2025"],
            "'04-03-2025' and the rest of its column can be read day first and month first. "
            "Say which with --dates dmy|mdy.",
        ),
    ],
)
def test_a_column_is_refused_to_the_word(values: list[str], words: str) -> None:
    with pytest.raises(ValueError) as refused:
        column_order(values)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-03", date(2026, 3, 1)),
        ("2026/3", date(2026, 3, 1)),
        ("202603", date(2026, 3, 1)),
        ("03.2026", date(2026, 3, 1)),
        ("2026-M03", date(2026, 3, 1)),
        ("2026年3月", date(2026, 3, 1)),
        ("March 2026", date(2026, 3, 1)),
        ("Mar-26", date(2026, 3, 1)),
        ("März 2026", date(2026, 3, 1)),
        ("2026 Sept.", date(2026, 9, 1)),
        ("Mar 26", None),
        ("2026-13", None),
        ("2026-03-01", None),
        ("46447", None),
        ("1 Mar 2026", None),
        ("20260301", None),
        ("Q1 2026", None),
        ("", None),
    ],
)
def test_a_month_without_a_day(text: str, month: date | None) -> None:
    assert parse_month(text) == month
