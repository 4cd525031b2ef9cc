"""The unit that an amount's header names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.importing.rules.columns import CONTRACT_FIELDS, match_headers
from bot.importing.rules.header_units import HeaderUnit, unit_of

ONE, CENT, THOUSAND, MILLION = Decimal(1), Decimal("0.01"), Decimal(1000), Decimal(1_000_000)


@pytest.mark.parametrize(
    ("header", "name", "scale", "currency", "words"),
    [
        # A scale alone.
        ("MRR (cents)", "MRR", CENT, None, "cents"),
        ("amount_cents", "amount", CENT, None, "cents"),
        ("amountCents", "amount", CENT, None, "Cents"),
        ("Amount (minor units)", "Amount", CENT, None, "minor units"),
        ("amount_minor_unit", "amount", CENT, None, "minor_unit"),
        ("Amount (smallest currency unit)", "Amount", CENT, None, "smallest currency unit"),
        ("Amount (smallest unit)", "Amount", CENT, None, "smallest unit"),
        ("Amount in p", "Amount", CENT, None, "p"),
        ("Amount (p)", "Amount", CENT, None, "p"),
        ("ARR k", "ARR", THOUSAND, None, "k"),
        ("ARR (K)", "ARR", THOUSAND, None, "K"),
        ("Wert (Tsd.)", "Wert", THOUSAND, None, "Tsd."),
        ("Value (000s)", "Value", THOUSAND, None, "000s"),
        ("Value ('000)", "Value", THOUSAND, None, "'000"),
        ("Value (1000)", "Value", THOUSAND, None, "1000"),
        ("Value in 1,000", "Value", THOUSAND, None, "1,000"),
        ("Value (in thousands)", "Value", THOUSAND, None, "thousands"),
        ("ARR - millions", "ARR", MILLION, None, "millions"),
        # A currency alone.
        ("Wert [US$]", "Wert", ONE, "USD", "US$"),
        ("Value (as EUR)", "Value", ONE, "EUR", "EUR"),
        ("Value in EUR", "Value", ONE, "EUR", "EUR"),
        ("ARR €", "ARR", ONE, "EUR", "€"),
        ("ARR€", "ARR", ONE, "EUR", "€"),
        ("ARR_usd", "ARR", ONE, "USD", "usd"),
        ("mrrUSD", "mrr", ONE, "USD", "USD"),
        ("Value (¥)", "Value", ONE, "JPY", "¥"),
        ("Value (zł)", "Value", ONE, "PLN", "zł"),
        ("Value (RON)", "Value", ONE, "RON", "RON"),
        ("Value (EUR, €)", "Value", ONE, "EUR", "EUR, €"),
        ("Value (dollars)", "Value", ONE, "USD", "dollars"),
        # Both, in any order, in brackets or not.
        ("Contract Value USD (thousands)", "Contract Value", THOUSAND, "USD", "USD thousands"),
        ("Contract Value (thousands) USD", "Contract Value", THOUSAND, "USD", "thousands USD"),
        ("Contract Value (USD) [k]", "Contract Value", THOUSAND, "USD", "USD k"),
        ("Contract value - USD thousands", "Contract value", THOUSAND, "USD", "USD thousands"),
        ("ARR (EUR k)", "ARR", THOUSAND, "EUR", "EUR k"),
        ("Amount (k USD)", "Amount", THOUSAND, "USD", "k USD"),
        ("Value, thousands of USD", "Value", THOUSAND, "USD", "thousands of USD"),
        ("Value (USD, millions)", "Value", MILLION, "USD", "USD, millions"),
        ("Value (USD cents)", "Value", CENT, "USD", "USD cents"),
        ("MRR in k€", "MRR", THOUSAND, "EUR", "k€"),
        ("TCV $k", "TCV", THOUSAND, "USD", "$k"),
        ("TCV [k€]", "TCV", THOUSAND, "EUR", "k€"),
        ("ARR (US$m)", "ARR", MILLION, "USD", "US$m"),
        ("ARR in TEUR", "ARR", THOUSAND, "EUR", "TEUR"),
        ("Betrag in TEUR", "Betrag", THOUSAND, "EUR", "TEUR"),
        ("Betrag (T€)", "Betrag", THOUSAND, "EUR", "T€"),
        ("Betrag T €", "Betrag", THOUSAND, "EUR", "T €"),
        ("Value (€T)", "Value", THOUSAND, "EUR", "€T"),
        ("Value (€000)", "Value", THOUSAND, "EUR", "€000"),
        ("Value (€'000)", "Value", THOUSAND, "EUR", "€'000"),
        ("Value USD’000", "Value", THOUSAND, "USD", "USD’000"),
        ("Value (€ 1.000)", "Value", THOUSAND, "EUR", "€ 1.000"),
        ("Value (EUR 1000)", "Value", THOUSAND, "EUR", "EUR 1000"),
        ("Wert (Mio. EUR)", "Wert", MILLION, "EUR", "Mio. EUR"),
        ("arr_keur", "arr", THOUSAND, "EUR", "keur"),
        ("VALUE (KEUR)", "VALUE", THOUSAND, "EUR", "KEUR"),
        ("Value (kINR)", "Value", THOUSAND, "INR", "kINR"),
        ("Value (thousands, k USD)", "Value", THOUSAND, "USD", "thousands, k USD"),
        ("Montant en milliers d'euros", "Montant", THOUSAND, "EUR", "milliers d'euros"),
        ("Valor en miles de euros", "Valor", THOUSAND, "EUR", "miles de euros"),
        ("Bedrag in duizenden euro's", "Bedrag", THOUSAND, "EUR", "duizenden euro's"),
        # Before the name.
        ("USD Amount", "Amount", ONE, "USD", "USD"),
        ("€ ARR", "ARR", ONE, "EUR", "€"),
        ("k€ MRR", "MRR", THOUSAND, "EUR", "k€"),
        ("Thousands of USD: contract value", "contract value", THOUSAND, "USD", "Thousands of USD"),
    ],
)
def test_a_header_names_a_currency_a_scale_or_both(
    header: str, name: str, scale: Decimal, currency: str | None, words: str
) -> None:
    assert unit_of(header) == (name, HeaderUnit(scale, currency, words))


@pytest.mark.parametrize(
    "header",
    [
        *("", "ARR", "€", "k", "USD", "in USD", "(USD)", "thousands", "Total", "Amount of", "Value in", "Value T"),
        *("ARR (converted)", "ARR (foo bar)", "ARR (net, EUR)", "Value (Pfund)", "Value (rs)", "Value (ft)"),
        # Names, letters and plain words.
        *("K Value", "M value", "T Mobile value", "Mike's value", "Mars value", "MARS VALUE", "Maud value", "p value"),
        *("Value (T)", "Value (Ron)", "Value (Bob)", "Value (Maud)", "Value (mall)", "Amount (all)", "VALUE (ALL)"),
        *("Top value", "TOP VALUE", "Pen value", "Cent value", "Thousand Oaks value", "Value p", "Price 1000"),
        # Two that differ, and what is an amount for something.
        *("Value (USD/EUR)", "Value (USD or EUR)", "Value (k, m)", "Value USD/month", "Value (€ 1,500)", "Value USD %"),
    ],
)
def test_another_header_names_none(header: str) -> None:
    assert unit_of(header) is None


@pytest.mark.parametrize(
    ("header", "field", "scale", "currency"),
    [
        ("Contract Value USD (thousands)", "value", THOUSAND, "USD"),
        ("Betrag in TEUR", "value", THOUSAND, "EUR"),
        ("ARR (EUR k)", "annual_value", THOUSAND, "EUR"),
        ("MRR in k€", "monthly_value", THOUSAND, "EUR"),
    ],
)
def test_a_column_is_found_by_its_name_beside_the_unit(header: str, field: str, scale: Decimal, currency: str) -> None:
    matched = match_headers(["Account", header], CONTRACT_FIELDS)
    assert matched.columns[field] == 1
    unit = matched.units[field]
    assert (unit.scale, unit.currency) == (scale, currency)
