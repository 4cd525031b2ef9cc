"""What a header says about the numbers below it, beside their name: cents, thousands, a currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.core.money import CURRENCIES, currency_of

_BRACKETS = re.compile(r"\s*[(\[{]([^()\[\]{}]*)[)\]}]\s*$")
_TAIL = re.compile(r"^(.*?)(?:[\s_-]+(?:in|en|em|als)[\s_]+|[\s_-]+|,\s*)((?:[\w€£¥$%']+[\s_]?){1,2})$", re.IGNORECASE)
_CENTS = frozenset((
    "cent", "cents", "ct", "cts", "penny", "pence", "p", "øre", "öre", "centimes", "centimos", "céntimos",
    "centavos", "minor", "minorunits", "minorunit", "smallestunit", "smallestcurrencyunit", "rappen", "grosz",
))  # fmt: skip
_THOUSANDS = frozenset((
    "k", "thousand", "thousands", "000", "000s", "1000", "1000s", "inthousands", "thsd", "tsd", "tausend",
    "milliers", "miles", "migliaia", "mil", "duizend", "x1000",
))  # fmt: skip
_MILLIONS = frozenset((
    "m", "mm", "mn", "mio", "mln", "million", "millions", "inmillions", "millionen", "millones", "milioni",
    "miljoen",
))  # fmt: skip
_WORDS = {"dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP",
          "yen": "JPY"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeaderUnit:
    """One of a column's numbers is `scale` of the amount's own; `currency` is the one named. `words` as the header."""

    scale: Decimal = Decimal(1)
    currency: str | None = None
    words: str = ""


def unit_of(header: str) -> tuple[str, HeaderUnit] | None:
    """A header's own name, and the unit it names: "MRR (cents)", "ARR in TEUR", "amount_cents", "TCV [k€]".

    None where it names none. A word in brackets that is no unit ("converted") is no unit.
    """
    found = _last_unit(header)
    if found is None:
        return None
    name, unit = found
    if before := _last_unit(name):  # "Contract Value USD (thousands)"
        name, other = before
        unit = HeaderUnit(unit.scale * other.scale, unit.currency or other.currency, f"{other.words} {unit.words}")
    return name, unit


def _last_unit(header: str) -> tuple[str, HeaderUnit] | None:
    text = header.strip()
    if found := _BRACKETS.search(text):
        unit = _unit(found[1])
        return (text[: found.start()], unit) if unit else None
    tail = _TAIL.match(text)
    unit = _unit(tail[2]) if tail else None
    if tail and unit and tail[1].strip():
        return tail[1], unit
    unit = _unit(text[-1]) if text[-1:] in tuple("€£¥") and text[:-1] else None
    return (text[:-1], unit) if unit else None


def _unit(words: str) -> HeaderUnit | None:
    text = words.strip().casefold().replace("’", "'").replace("'", "")
    for prefix in ("in ", "in_", "as "):
        text = text.removeprefix(prefix)
    joined = re.sub(r"[\s_,.-]", "", text)
    if scale := _scale(joined):
        return HeaderUnit(scale, None, words.strip())
    if code := _currency(joined):
        return HeaderUnit(Decimal(1), code, words.strip())
    # "k€", "€000", "USD thousands", "T€", "TEUR", "Mio. EUR", "EUR cents"
    for at in range(1, len(joined)):
        one, other = joined[:at], joined[at:]
        for amount, money in ((one, other), (other, one)):
            scale = Decimal(1000) if amount == "t" else _scale(amount)
            code = _currency(money)
            if scale and code:
                return HeaderUnit(scale, code, words.strip())
    return None


def _scale(word: str) -> Decimal | None:
    if word in _CENTS:
        return Decimal("0.01")
    if word in _THOUSANDS:
        return Decimal(1000)
    return Decimal(1_000_000) if word in _MILLIONS else None


def _currency(word: str) -> str | None:
    if word in _WORDS:
        return _WORDS[word]
    if word.upper() in CURRENCIES:
        return word.upper()
    try:
        return None if word.isalnum() else currency_of(word)
    except ValueError:
        return None
