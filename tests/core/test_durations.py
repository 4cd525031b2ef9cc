"""Lengths of time: how texts are taken apart, what words count, and what ISO 8601 says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.core.durations import Length, Unit, folded, iso_length, number_of, tokens, unit_in_header, unit_of, word_set


@pytest.mark.parametrize(
    ("text", "plain", "parts"),
    [
        ("Élan  Ñ ß ø Ł", "elan n ss o l", ["elan", "n", "ss", "o", "l"]),
        ("Three (3) months", "three (3) months", ["3", "months"]),
        ("ninety days (90)", "ninety days (90)", ["90"]),
        ("90 (neunzig) Tage", "90 (neunzig) tage", ["90", "tage"]),
        ("two hundred days", "two hundred days", ["200", "days"]),
        ("a hundred and twenty days", "a hundred and twenty days", ["120", "days"]),
        ("Three hundred sixty-five days", "three hundred sixty-five days", ["365", "days"]),
        ("ninety days, forty-five days", "ninety days, forty-five days", ["90", "days", "45", "days"]),
        ("2 month(s)", "2 month(s)", ["2", "month"]),
        ("30 calendar days", "30 calendar days", ["30", "days"]),
        ("2,5 weeks", "2,5 weeks", ["2,5", "weeks"]),
        ("2.5 weeks", "2.5 weeks", ["2.5", "weeks"]),
        ("1 half-year", "1 half-year", ["1", "halbjahr"]),
        ("2 Fortnights", "2 fortnights", ["2", "fortnight"]),
        ("10 business days", "10 business days", ["10", "workdays"]),
    ],
)
def test_a_text_is_taken_apart_into_numbers_and_words(text: str, plain: str, parts: list[str]) -> None:
    assert folded(text) == plain
    assert tokens(text) == parts


def test_what_a_number_and_a_unit_mean() -> None:
    assert [number_of(one) for one in ("2,5", "2.5", "90", "three", "trenta", "foo")] == [
        Decimal("2.5"), Decimal("2.5"), 90, 3, 30, None,
    ]  # fmt: skip
    assert unit_of("halbjahr") == (Unit.MONTH, 6)
    assert unit_of("fortnight") == (Unit.WEEK, 2)
    assert unit_of("workdays") == (Unit.WORKING_DAY, 1)
    assert unit_of("foo") is None
    assert word_set("a  b a") == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P1Y", Length(Decimal(1), Unit.YEAR)),
        ("P1Y6M", Length(Decimal(18), Unit.MONTH)),
        ("P3M", Length(Decimal(3), Unit.MONTH)),
        ("p2w", Length(Decimal(2), Unit.WEEK)),
        ("P2W3D", Length(Decimal(17), Unit.DAY)),
        ("P14D", Length(Decimal(14), Unit.DAY)),
        ("P1DT5H", Length(Decimal(1), Unit.DAY)),
        ("P0D", Length(Decimal(0), Unit.WEEK)),
        ("P1M2W", None),
        ("P1M2D", None),
        ("P1Y2D", None),
        ("P1Y2W", None),
        ("PT5H", None),
        ("12", None),
    ],
)
def test_an_iso_length_is_read_when_it_does_not_mix_months_and_days(text: str, length: Length | None) -> None:
    assert iso_length(text) == length


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("notice_period_days", Unit.DAY),
        ("Term Weeks", Unit.WEEK),
        ("notice_business_days", Unit.WORKING_DAY),
        ("months (month)", Unit.MONTH),
        ("Notice (mo)", Unit.MONTH),
        ("Notice (m)", None),
        ("months or days", None),
        ("half-year term", None),
        ("half-year months", Unit.MONTH),
    ],
)
def test_a_header_names_one_unit_or_none(header: str, unit: Unit | None) -> None:
    assert unit_in_header(header) is unit
