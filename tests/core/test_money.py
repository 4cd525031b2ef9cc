from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.money import CURRENCIES, MarkGuess, Money, currency_of, differ, packed, parse_amount, total, unpacked

amounts = st.decimals(-(10**12), 10**12, places=2)
currencies = st.sampled_from(sorted(CURRENCIES))


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("2786", "2786", None),
        ("0", "0", None),
        ("-0", "0", None),
        ("1,234.56", "1234.56", None),
        ("1.234,56", "1234.56", None),
        ("1 234,56", "1234.56", None),
        ("1\u00a0234,56 €", "1234.56", "EUR"),
        ("1\u202f234\u202f567,5", "1234567.5", None),
        ("1'234.50", "1234.50", None),
        ("CHF 1’234.-", "1234", "CHF"),
        ("Fr. 250.00", "250.00", "CHF"),
        ("CHF 1234. -", "1234", "CHF"),
        ("1234.-", "1234", None),
        ("1,234", "1234", None),
        ("1.234", "1234", None),
        ("1.234.567", "1234567", None),
        ("1,234,567.8", "1234567.8", None),
        ("12,34,567.00", "1234567.00", None),
        ("₹1,20,000", "120000", "INR"),
        ("0.234", "0.234", None),
        ("1234.567", "1234.567", None),
        ("12,5", "12.5", None),
        (".5", "0.5", None),
        ("5.", "5", None),
        ("$1,234.00", "1234.00", "USD"),
        ("US$ 10", "10", "USD"),
        ("A$10", "10", "AUD"),
        ("£99.99", "99.99", "GBP"),
        ("¥5000", "5000", "JPY"),
        ("1234 USD", "1234", "USD"),
        ("eur 5", "5", "EUR"),
        ("$5 USD", "5", "USD"),
        ("(1,234)", "-1234", None),
        ("($1,234.50)", "-1234.50", "USD"),
        ("$(5)", "-5", "USD"),
        ("-5", "-5", None),
        ("−5", "-5", None),
        ("5-", "-5", None),
        ("-€5", "-5", "EUR"),
        ("€-5", "-5", "EUR"),
        ("+5", "5", None),
        ("+ 5", "5", None),
        ("5 -", "-5", None),
        ("- 5", "-5", None),
        ("EUR -5", "-5", "EUR"),
        ("-5 EUR", "-5", "EUR"),
        ("5 EUR-", "-5", "EUR"),
        ("(EUR 5)", "-5", "EUR"),
        ("( 5 )", "-5", None),
        ("CHF 5 Fr.", "5", "CHF"),
        ("1234,567", "1234.567", None),
        ("012.345", "12.345", None),
        ("123.456", "123456", None),
        ("1'234'567", "1234567", None),
        ("1,234.500", "1234.500", None),
        ("KWD 1234.567", "1234.567", "KWD"),
        ("KWD 1,234", "1234", "KWD"),
        ("1234", "1234", None),
    ],
)
def test_amounts_are_read_as_crms_write_them(text: str, amount: str, currency: str | None) -> None:
    read = parse_amount(text)
    assert read == (Decimal(amount), currency)
    assert not (read[0].is_zero() and read[0].is_signed())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not an amount"),
        ("n/a", "not an amount"),
        ("NaN", "not an amount"),
        ("12k", "in full"),
        ("1.2M", "in full"),
        ("1e5", "in full"),
        ("1.5E+05", "in full"),
        ("15%", "in full"),
        ("12,34,56", "thousands marks"),
        ("1,2345,678", "thousands marks"),
        ("1.234,567.89", "marks"),
        ("1,23.456,7", "marks"),
        ("12 34", "thousands marks"),
        ("1.5 000", "follows the decimals"),
        ("--5", "not|minus"),
        ("(-5)", "more than one minus"),
        ("-5-", "more than one minus"),
        ("5 XQZ", "not a currency"),
        ("USD 5 EUR", "two currencies"),
        ("100 kr", "SEK, NOK or DKK"),
        ("KWD 1.234", "two ways"),
        ("10-20", "currency|amount"),
        ("about 5", "not a currency"),
        ("X 5", "not a currency"),
        ("5 X", "not a currency"),
        ("- X 5", "not a currency"),
        ("5 %", "in full"),
        ("1 2.345", "thousands marks"),
    ],
)
def test_what_is_no_clear_amount_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_amount(text)


@given(amounts, currencies)
def test_money_that_is_written_is_read_back(amount: Decimal, currency: str) -> None:
    assert parse_amount(str(Money(amount, currency))) == (amount, currency)


@given(amounts, st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("\u00a0", ","), ("", ".")]))
def test_every_way_to_write_the_thousands_means_the_same(amount: Decimal, marks: tuple[str, str]) -> None:
    thousands, decimal = marks
    text = f"{amount:,.2f}".translate({ord(","): thousands, ord("."): decimal})
    assert parse_amount(text)[0] == amount


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        amount, _ = parse_amount(text)
    except ValueError as refused:
        assert str(refused)
    else:
        assert amount.is_finite()


@given(st.lists(st.builds(Money, amounts, currencies), max_size=30))
def test_sums_are_kept_apart_by_currency(moneys: list[Money]) -> None:
    sums = total(moneys)
    assert set(sums) == {money.currency for money in moneys}
    for currency, amount in sums.items():
        assert amount == sum((m.amount for m in moneys if m.currency == currency), Decimal(0))


def test_a_currency_is_a_code_a_sign_or_refused() -> None:
    assert [currency_of(text) for text in ("usd", " € ", "zł", "US $")] == ["USD", "EUR", "PLN", "USD"]
    with pytest.raises(ValueError, match="EUR or USD"):
        currency_of("gold")
    with pytest.raises(ValueError, match="EUR or USD"):
        Money(Decimal(1), "eur")


def guessed(*values: str) -> MarkGuess:
    """What a column's amounts tell of its marks."""
    guess = MarkGuess()
    for value in values:
        guess.see(value)
    return guess


@pytest.mark.parametrize(
    ("values", "decimal"),
    [
        ([], ""),
        (["12", "none", ".", "a,b"], ""),
        (["12", "99.95", "7"], "."),
        (["1.500.000,5"], ","),
        (["1.5,000.5"], ""),
        (["５．５"], "."),
        (["1.234"], ""),
        (["99.95"], "."),
        (["99,95"], ","),
        (["1.2345", "12,5"], "?"),
        (["1.500,00"], ","),
        (["1,500.00"], "."),
        (["1.500.000"], ","),
        (["1,500,000"], "."),
        (["1,500.000.000"], ""),
        (["0.234"], "."),
        (["1234.567"], "."),
        (["123.567"], ""),
        (["123.567 "], ""),
        (["1'234.5"], "."),
        (["５.５"], "."),
        (["7,"], ""),
        (["EUR 1.500,"], ""),
        (["1.5", "2.5"], "."),
    ],
)
def test_a_columns_amounts_show_which_mark_stands_before_the_decimals(values: list[str], decimal: str) -> None:
    assert guessed(*values).decimal == decimal


def test_the_first_amount_that_can_be_read_in_two_ways_is_kept() -> None:
    assert guessed("5", "99.95").unclear == ""
    assert guessed(" 1.234 ", "5.678", "1.5").unclear == "1.234"


@pytest.mark.parametrize(
    ("text", "decimal", "amount"),
    [
        ("1.234", ",", "1234"),
        ("1,234", ",", "1.234"),
        ("1.234", ".", "1.234"),
        ("1,234.5", ".", "1234.5"),
        ("5,", ",", "5"),
        ("1 234", ",", "1234"),
        ("12", ".", "12"),
    ],
)
def test_where_the_columns_mark_is_known_an_amount_has_one_reading(text: str, decimal: str, amount: str) -> None:
    assert parse_amount(text, decimal) == (Decimal(amount), None)


@pytest.mark.parametrize(("text", "decimal"), [("1,234.5", ","), ("1.5.5", ".")])
def test_an_amount_in_the_other_writing_is_refused_with_the_columns_mark(text: str, decimal: str) -> None:
    with pytest.raises(ValueError, match=f"has '[{decimal}]' before the decimals") as refused:
        parse_amount(text, decimal)
    assert repr(text) in str(refused.value)


def test_amounts_in_several_currencies_are_one_text_and_come_back() -> None:
    values = {"GBP": Decimal("48000.50"), "EUR": Decimal("12000.00")}
    assert packed(values) == "EUR 12000.00;GBP 48000.50"
    assert unpacked(packed(values)) == {"EUR": "12000.00", "GBP": "48000.50"}
    assert unpacked("") == {}


def test_the_same_money_written_otherwise_is_no_difference() -> None:
    assert not differ({"EUR": "48000"}, {"EUR": Decimal("48000.00")})
    assert differ({"EUR": "48000"}, {"EUR": "48001"})
    assert differ({"EUR": "48000"}, {"USD": "48000"})
    assert differ({"EUR": "1"}, {})


def test_a_plain_number_is_read_by_its_columns_mark_too() -> None:
    assert parse_amount("1.5", ".") == parse_amount("1.5") == (Decimal("1.5"), None)
    with pytest.raises(ValueError, match="thousands marks do not fit"):
        parse_amount("1.5", ",")


def test_money_is_written_with_cents_where_it_has_any() -> None:
    assert str(Money(Decimal("1234.50"), "EUR")) == "EUR 1,234.50"
    assert str(Money(Decimal(1234), "EUR")) == "EUR 1,234"


@pytest.mark.parametrize("unit", ["k", "m", "Mn", "Mio", "bn", "B", "%", "e5"])
def test_a_shortened_number_is_refused(unit: str) -> None:
    with pytest.raises(ValueError, match="shortened"):
        parse_amount(f"12 {unit}")
