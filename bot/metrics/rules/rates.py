"""Rates of currencies, each with the day from which it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.core.money import CURRENCIES

_WRITTEN = re.compile(r"([A-Za-z]{3})\s*=\s*(\d{1,9}(?:\.\d{1,9})?)\s*@\s*(\d{4}-\d\d-\d\d)")
HOW = "Write rates as USD=0.90@2025-06-30: what one USD is worth in the currency of the report from that day on."


@dataclass(frozen=True, slots=True)
class Rates:
    """What one of a currency is worth in `currency`: (code, day, rate), in any order."""

    currency: str
    known: tuple[tuple[str, date, float], ...] = ()

    def on(self, day: date, currencies: Iterable[str]) -> dict[str, float] | None:
        """Currency → the last rate known on a day; None when one of them has none: then nothing may be added."""
        found = {self.currency: 1.0}
        for code, _, rate in sorted(one for one in self.known if one[1] <= day):
            found.setdefault(code, rate)
            found[code] = rate if code != self.currency else 1.0
        wanted = set(currencies)
        return {code: found[code] for code in wanted} if wanted <= found.keys() else None


def read_rates(written: str, currency: str) -> Rates:
    """Rates as they are written, with commas or spaces between. ValueError says how to write them."""
    rest = _WRITTEN.sub("", written)
    if rest.strip(" ,;\n"):
        raise ValueError(f"{rest.strip(' ,;')!r} is not a rate. {HOW}")
    known: dict[tuple[str, date], float] = {}
    for code, rate, day in _WRITTEN.findall(written):
        if code.upper() not in CURRENCIES or float(rate) <= 0:
            raise ValueError(f"{code}={rate} is not a rate. {HOW}")
        one = (code.upper(), _day(day))
        if known.setdefault(one, float(rate)) != float(rate):
            raise ValueError(f"{code.upper()} has two rates from {day} on. Keep one of them.")
    return Rates(currency, tuple((code, day, rate) for (code, day), rate in known.items()))


def written(rates: Rates) -> str:
    """Rates as `read_rates` reads them, by currency and day."""
    shown = (f"{code}={_plain(rate)}@{day}" for code, day, rate in sorted(rates.known))
    return ", ".join(shown)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{written} is not a day. {HOW}") from None


def _plain(rate: float) -> str:
    whole, _, part = f"{rate:.9f}".partition(".")
    return f"{whole}.{part.rstrip('0'):0<2}"
