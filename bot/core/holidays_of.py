"""Weekends and public holidays by country code, quick to ask a hundred thousand times."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

import holidays
from holidays.registry import COUNTRIES

from bot.core.calendar import SATURDAY_SUNDAY, DaysOff

SUNDAY_ALONE = frozenset({6})
"""Where the law names Sunday alone, offices are closed on Saturday all the same; nobody is disturbed on it."""


class CountryDaysOff(DaysOff):
    """The days off of one country. The library's own container takes microseconds for each question."""

    def __init__(self, country: str) -> None:
        week = frozenset(holidays.country_holidays(country).weekend)
        super().__init__(weekend=SATURDAY_SUNDAY if week <= SUNDAY_ALONE else week)
        self._country = country
        self._years: dict[int, frozenset[date]] = {}

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        year = self._years.get(day.year)
        if year is None:
            year = self._years[day.year] = frozenset(holidays.country_holidays(self._country, years=day.year))
        return day in year


NO_DAYS_OFF = DaysOff()


def holidays_of(country: str) -> DaysOff:
    """The days off of a country ("DE"); weekends alone when the code is empty or the library does not know it."""
    return _of_code(country.strip().upper())


def choices() -> tuple[str, ...]:
    """The codes of all countries whose days off are known, in the order of the alphabet."""
    return tuple(sorted(code for code in _known() if len(code) == 2))


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    # By the library's list: to ask the library itself loads a module for each country, a third of a second of them.
    return frozenset(code for _, *codes in COUNTRIES.values() for code in codes if code.isupper() and len(code) <= 3)


@cache
def _of_code(code: str) -> DaysOff:
    # Kept for good, since each is its own key where days are remembered; there are as many as there are countries.
    return CountryDaysOff(code) if code in _known() else NO_DAYS_OFF
