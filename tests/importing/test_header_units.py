"""The unit that an amount's header names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.importing.rules.header_units import HeaderUnit, unit_of

ONE, CENT, THOUSAND, MILLION = Decimal(1), Decimal("0.01"), Decimal(1000), Decimal(1_000_000)


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("MRR (cents)", "MRR", HeaderUnit(CENT, None, "cents")),
        ("amount_cents", "amount", HeaderUnit(CENT, None, "cents")),
        ("ARR in TEUR", "ARR", HeaderUnit(THOUSAND, "EUR", "TEUR")),
        ("TCV [k€]", "TCV", HeaderUnit(THOUSAND, "EUR", "k€")),
        ("Value (T€)", "Value", HeaderUnit(THOUSAND, "EUR", "T€")),
        ("Value (€T)", "Value", HeaderUnit(THOUSAND, "EUR", "€T")),
        ("Value (€000)", "Value", HeaderUnit(THOUSAND, "EUR", "€000")),
        ("Value (€'000)", "Value", HeaderUnit(THOUSAND, "EUR", "€'000")),
        ("Wert (Mio. EUR)", "Wert", HeaderUnit(MILLION, "EUR", "Mio. EUR")),
        ("Wert (Tsd.)", "Wert", HeaderUnit(THOUSAND, None, "Tsd.")),
        ("Wert [US$]", "Wert", HeaderUnit(ONE, "USD", "US$")),
        ("Value (as EUR)", "Value", HeaderUnit(ONE, "EUR", "as EUR")),
        ("Value (in EUR)", "Value", HeaderUnit(ONE, "EUR", "in EUR")),
        ("ARR €", "ARR", HeaderUnit(ONE, "EUR", "€")),
        ("ARR_usd", "ARR", HeaderUnit(ONE, "USD", "usd")),
        ("Value (¥)", "Value", HeaderUnit(ONE, "JPY", "¥")),
    ],
)
def test_a_header_names_a_currency_a_scale_or_both(header: str, name: str, unit: HeaderUnit) -> None:
    found = unit_of(header)
    assert found is not None and (found[0].strip(), found[1]) == (name, unit)


@pytest.mark.parametrize(
    "header", ["", "ARR", "ARR (converted)", "ARR (foo bar)", "€", "Value (Pfund)", "Value (rs)", "Value (ft)"]
)
def test_another_header_names_none(header: str) -> None:
    assert unit_of(header) is None
