"""Whose holidays and weekend count for a person: those of the country they chose, else of their time zone's."""

from __future__ import annotations

from functools import lru_cache

from babel.core import Locale, get_global

NOWHERE = frozenset({"", "001", "ZZ"})
"""Territories of CLDR that are no country, such as that of UTC."""

CLOCKS = frozenset({"CET", "EET", "MET", "WET", "EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"})
"""Zones named for a clock that several countries keep; CLDR gives each to one of them."""


@lru_cache(maxsize=1024)
def country_of_zone(zone: str) -> str:
    """The country (ISO code, "DE") that a time zone ("Europe/Berlin") lies in; empty when it names none, as UTC does.

    From CLDR's territories, which Babel carries; old names of zones ("Asia/Calcutta") are known too.
    """
    if zone in CLOCKS:
        return ""
    territories = get_global("zone_territories")
    found = territories.get(zone) or territories.get(get_global("zone_aliases").get(zone, ""), "")
    return "" if found in NOWHERE else str(found)


def code_of(text: str) -> str:
    """The ISO code that a person means by a code or an English name; what nobody knows comes back in capitals."""
    written = " ".join(text.split())
    return _by_name().get(written.casefold(), written.upper()[:8])


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {
        name.casefold(): code for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()
    }


def country_of(chosen: str | None, zone: str | None, otherwise: str = "") -> str:
    """The country that counts for a person: `chosen` in their settings, else their zone's, else `otherwise`."""
    return (chosen or "").strip().upper() or country_of_zone(zone or "") or otherwise.strip().upper()
