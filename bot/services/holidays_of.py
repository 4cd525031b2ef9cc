"""Public holidays by country code, quick to ask a hundred thousand times."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays


class PublicHolidays:
    """The public holidays of one country. The library's own container takes microseconds for each question."""

    def __init__(self, country: str) -> None:
        self._country = country
        self._years: dict[int, frozenset[date]] = {}

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        year = self._years.get(day.year)
        if year is None:
            year = self._years[day.year] = frozenset(holidays.country_holidays(self._country, years=day.year))
        return day in year


@lru_cache(maxsize=300)
def holidays_of(country: str) -> PublicHolidays | frozenset[date]:
    """The public holidays of a country ("DE"); none when the code is empty or the library does not know it."""
    code = country.strip().upper()
    known = holidays.list_supported_countries()
    return PublicHolidays(code) if code in known else frozenset()


@lru_cache(maxsize=300)
def weekend_of(country: str) -> frozenset[int]:
    """The days of the week on which a country rests (Monday is 0): Saturday and Sunday where it is not known."""
    code = country.strip().upper()
    if code not in holidays.list_supported_countries():
        return frozenset({5, 6})
    return frozenset(holidays.country_holidays(code).weekend)
