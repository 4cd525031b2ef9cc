"""Cells into values."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.durations import Unit
from bot.core.money import parse_amount
from bot.core.notice import NoticePeriod
from bot.importing import cells
from bot.importing.rules.dates import DateOrder


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("30", NoticePeriod(30)),
        ("60 days", NoticePeriod(60)),
        ("90d", NoticePeriod(90)),
        ("3 months", NoticePeriod(3, Unit.MONTH)),
        ("2 weeks", NoticePeriod(2, Unit.WEEK)),
        ("1 year", NoticePeriod(1, Unit.YEAR)),
        ("30.0", NoticePeriod(30)),
        ("0", NoticePeriod(0)),
        ("30 days prior", NoticePeriod(30)),
        ("60-day", NoticePeriod(60)),
        ("3 Monate", NoticePeriod(3, Unit.MONTH)),
    ],
)
def test_a_notice_period_keeps_its_unit(text: str, period: NoticePeriod) -> None:
    assert cells.notice(text).notice == period


@pytest.mark.parametrize("text", ["soon", "-3", "9999", "30 apples"])
def test_what_is_no_notice_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="notice period"):
        cells.notice(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Cancelled", "ended"),
        ("EXPIRED", "ended"),
        ("Closed Lost", "ended"),
        ("Free trial", "trial"),
        ("Active", "active"),
        ("Closed Won", "active"),
        ("Prospecting", "Prospecting"),
    ],
)
def test_a_status_is_active_ended_or_trial_and_other_words_stay_as_they_are(text: str, meant: str) -> None:
    assert cells.status(text) == meant


@pytest.mark.parametrize(("text", "kind"), [("One-off", "one_off"), ("one time", "one_off"), ("no", "one_off")])
def test_what_does_not_recur_is_one_off(text: str, kind: str) -> None:
    assert cells.kind(text) == kind
    assert cells.kind("Subscription") == "recurring"


@pytest.mark.parametrize(("text", "code"), [("de", "DE"), ("Germany", "DE"), ("USA", "US"), ("Atlantis", None)])
def test_a_country_is_a_code_or_a_name(text: str, code: str | None) -> None:
    assert cells.country(text) == (text, code)


@given(st.from_regex(r"[0-9]{1,9}(\.[0-9]{1,2})?|[0-9]{1,3}(,[0-9]{3}){1,3}\.[0-9]{2}", fullmatch=True))
def test_plain_numbers_are_read_as_the_rules_read_them(text: str) -> None:
    assert cells.amount(text) == parse_amount(text)


@pytest.mark.parametrize("text", ["-5", "(5.00)", "9999999999999"])
def test_an_amount_that_nothing_costs_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="out of range"):
        cells.amount(text)


def test_a_sign_beside_an_amount_says_its_currency() -> None:
    assert cells.money("1.234,50 €") == (Decimal("1234.50"), "EUR")
    assert cells.money("  ") is None


def test_names_are_split_at_semicolons_before_commas() -> None:
    assert cells.names("Acme, Inc; ACME East") == ("Acme, Inc", "ACME East")
    assert cells.names("Acme, Beta,,Acme") == ("Acme", "Beta")


def test_a_row_that_cannot_be_read_names_every_column_at_fault() -> None:
    readers = {"value": cells.money, "auto_renew": cells.flag}
    reader = cells.RowReader(readers, {"value": 0, "auto_renew": 1}, ["Amount", "Auto?"])
    with pytest.raises(ValueError, match=r"Amount: '12k'.* Auto\?: 'perhaps'"):
        reader.read(["12k", "perhaps"])


@pytest.mark.parametrize("text", ["", "NULL", "n/a", "-", " $ -   ", "#N/A", "none"])
def test_cells_that_carry_nothing_say_nothing(text: str) -> None:
    readers = (cells.day(DateOrder.YMD), cells.money, cells.months, cells.remembered(cells.notice))
    assert [read(text) for read in readers] == [None] * 4


def test_long_text_is_cut_and_a_long_id_is_refused() -> None:
    assert cells.words(10)("a " * 10) == "a a a a a…"
    with pytest.raises(ValueError, match="Shorten it"):
        cells.identity(10)("a" * 11)


@pytest.mark.parametrize("text", ["12/31/9999", "Evergreen", "9999-12-31"])
def test_an_end_that_never_comes_is_no_end(text: str) -> None:
    assert cells.end_day(DateOrder.MDY)(text) is None


@pytest.mark.parametrize(
    ("text", "seats"),
    [("14", 14), ("1,200", 1200), ("12.0", 12), ("25 seats", 25), ("3 Users", 3), ("unlimited", None), ("-4", None)],
)
def test_seats_are_read_and_what_is_no_count_costs_no_row(text: str, seats: int | None) -> None:
    assert cells.seats(text) == seats
