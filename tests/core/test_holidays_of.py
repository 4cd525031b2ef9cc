"""Days off by country."""

from __future__ import annotations

from datetime import date

from bot.core.calendar import SATURDAY_SUNDAY
from bot.core.holidays_of import choices, holidays_of


def test_the_countries_to_choose_from_are_codes_of_two_letters_in_order() -> None:
    codes = choices()
    assert {"DE", "FR", "SA", "US"} < set(codes)
    assert list(codes) == sorted(codes) and all(len(code) == 2 for code in codes)


def test_a_countrys_holidays_and_weekend_count_and_an_unknown_one_has_weekends_alone() -> None:
    germany, saudi = holidays_of(" de "), holidays_of("SA")
    assert date(2026, 10, 3) in germany and date(2026, 10, 2) not in germany and date(2025, 10, 3) in germany
    assert "2026-10-03" not in germany
    assert germany.weekend == SATURDAY_SUNDAY
    assert saudi.weekend == {4, 5}
    assert holidays_of("IN").weekend == SATURDAY_SUNDAY, "the law names Sunday alone"
    assert holidays_of("XX") is holidays_of("") and date(2026, 12, 25) not in holidays_of("XX")
    assert holidays_of("DE") is germany
