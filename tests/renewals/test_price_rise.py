"""Agreed price rises: read as contracts word them, and stored in words that are read again."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.core.durations import Unit
from bot.core.notice import NoticePeriod
from bot.renewals.rules.price_rise import PriceRise, read_price_rise, stored_price_rise


@pytest.mark.parametrize(
    ("text", "rise"),
    [
        ("3%", PriceRise(Decimal(3))),
        ("3,5 % p.a.", PriceRise(Decimal("3.5"))),
        ("5", PriceRise(Decimal(5))),
        ("0.03", PriceRise(Decimal(3))),
        ("€500", PriceRise(amount=Decimal(500), currency="EUR")),
        ("1,200 USD per year", PriceRise(amount=Decimal(1200), currency="USD")),
        ("1,200 USD PER YEAR", PriceRise(amount=Decimal(1200), currency="USD")),
        ("CPI", PriceRise(index="CPI")),
        ("CPI + 2%, max 5%", PriceRise(Decimal(2), index="CPI", cap=Decimal(5))),
        ("RPI capped at 6 %", PriceRise(index="RPI", cap=Decimal(6))),
        ("VPI, höchstens 4 %", PriceRise(index="VPI", cap=Decimal(4))),
        ("lesser of CPI and 5%", PriceRise(index="CPI", cap=Decimal(5))),
        ("3 %, notice 60 days", PriceRise(Decimal(3), notice=NoticePeriod(60))),
        ("4% with 3 months' written notice", PriceRise(Decimal(4), notice=NoticePeriod(3, Unit.MONTH))),
        ("up to 7%", PriceRise(cap=Decimal(7))),
    ],
)
def test_a_price_rise_is_read_as_contracts_word_it(text: str, rise: PriceRise) -> None:
    assert read_price_rise(text) == rise
    announced = PriceRise(rise.percent, rise.amount, rise.currency, rise.index, rise.cap, NoticePeriod(3, Unit.MONTH))
    assert stored_price_rise(str(rise)) == rise
    assert stored_price_rise(str(announced)) == announced


@pytest.mark.parametrize("text", ["none", "0%", "0", "flat"])
def test_no_price_rise_is_none(text: str) -> None:
    assert read_price_rise(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "banana",
        "the greater of 3% or CPI",
        "500%",
        "101%",
        "at most 101%",
        "1% 2% 3%",
        "-5%",
        "3% + EUR 500",
        "EUR 500 + CPI",
        "5% discount",
        "7% capped at CPI",
    ],
)
def test_a_price_rise_that_nobody_can_read_for_certain_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Write it like") as refused:
        read_price_rise(text)
    assert str(refused.value) == (f"{text!r} is not a price rise. Write it like 3%, EUR 500 or CPI + 2%, at most 5%.")


@pytest.mark.parametrize(
    ("rise", "words"),
    [
        (PriceRise(Decimal("3.50")), "3.5%"),
        (PriceRise(Decimal(10)), "10%"),
        (PriceRise(amount=Decimal(500), currency="EUR"), "EUR 500"),
        (PriceRise(amount=Decimal(500)), "500"),
        (PriceRise(cap=Decimal(7)), "at most 7%"),
        (PriceRise(Decimal(2), index="CPI", cap=Decimal(5)), "CPI + 2%, at most 5%"),
        (PriceRise(Decimal(2), notice=NoticePeriod(3, Unit.MONTH)), "2%, announced 3 months before"),
    ],
)
def test_a_price_rise_in_words(rise: PriceRise, words: str) -> None:
    assert str(rise) == words


@pytest.mark.parametrize(
    ("text", "rise"),
    [
        ("EUR 500 per annum", PriceRise(amount=Decimal(500), currency="EUR")),
        ("EUR 500 / yr", PriceRise(amount=Decimal(500), currency="EUR")),
        ("+ EUR 500 p.a.", PriceRise(amount=Decimal(500), currency="EUR")),
        ("1", PriceRise(Decimal(1))),
        ("1.5", PriceRise(Decimal("1.5"))),
        ("3 PERCENT", PriceRise(Decimal(3))),
        ("CPI 2026", PriceRise(index="CPI")),
        ("3% (2026)", PriceRise(Decimal(3))),
        ("100%", PriceRise(Decimal(100))),
        ("3% or 4%", PriceRise(Decimal(4))),
        ("5% cap", PriceRise(cap=Decimal(5))),
        ("CPI (max. 5%)", PriceRise(index="CPI", cap=Decimal(5))),
        ("3% (notice period: 60 days)", PriceRise(Decimal(3), notice=NoticePeriod(60))),
        ("Inflation", PriceRise(index="CPI")),
        ("indexed", PriceRise(index="index")),
        ("No Increase", None),
        ("0.0 %", None),
    ],
)
def test_other_ways_to_word_a_price_rise(text: str, rise: PriceRise | None) -> None:
    assert read_price_rise(text) == rise


def test_what_is_no_price_rise_is_not_read_from_the_store() -> None:
    with pytest.raises(ValueError, match="'none' is not a price rise"):
        stored_price_rise("none")
