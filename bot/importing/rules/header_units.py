"""What a header says about the numbers below it, beside their name: cents, thousands, a currency.

A unit stands at the header's end, or before its name: words of a scale and of a currency, in any order, in brackets or
not. A word that may as well be a name or plain English is none: "K value", "Value (Ron)", "Mike's value".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.core.money import CURRENCIES, currency_of

_THOUSAND = Decimal(1000)
_CENTS = frozenset((
    "cent", "cents", "ct", "cts", "penny", "pence", "p", "øre", "öre", "centimes", "centimos", "céntimos",
    "centavos", "minor", "minorunits", "minorunit", "smallestunit", "smallestcurrencyunit", "rappen", "grosz",
))  # fmt: skip
_THOUSANDS = frozenset((
    "k", "thousand", "thousands", "000", "000s", "1000", "1000s", "thsd", "tsd", "tausend", "tausende", "milliers",
    "miles", "migliaia", "mil", "milhares", "duizend", "duizenden", "x1000",
))  # fmt: skip
_MILLIONS = frozenset((
    "m", "mm", "mn", "mio", "mln", "million", "millions", "millionen", "millones", "milhões", "milioni", "miljoen",
    "miljoenen",
))  # fmt: skip
_UNSURE = frozenset(("p", "1000", "1000s"))
"""A scale only in brackets, behind "in", or beside a currency: "Price 1000" may be the price of a thousand."""
_NEXT_TO_A_CURRENCY = frozenset(("t",))
"""Thousands in TEUR, T€ and "T USD"; alone a letter."""
_JOINING = frozenset(("in", "of", "as", "en", "em", "als", "de", "di", "von"))

_WORDS = {"dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP",
          "yen": "JPY"}  # fmt: skip
_IN_ANY_CASE = frozenset((
    "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "AUD", "CAD", "NZD", "SGD", "HKD", "SEK", "NOK", "DKK", "PLN",
    "CZK", "HUF", "BRL", "MXN", "ZAR", "ILS", "AED", "KRW",
))  # fmt: skip
"""Codes that are no word of any language, so that small letters mean them as well."""
_GROWN_TOGETHER = frozenset(("EUR", "USD", "GBP", "CHF", "JPY", "SEK", "NOK", "DKK", "PLN"))
"""Codes that are read behind a letter in any case: keur, TEUR. "Maud" is not a million Australian dollars."""
_WORDS_TOO = frozenset(("ALL", "BAM", "BOB", "CUP", "GEL", "MAD", "MOP", "PEN", "RON", "SOS", "TOP", "TRY"))
"""Codes that are words as well: no codes in a header that is all capitals."""

_PART = re.compile(
    r"(?<![^\W_])(?:minor|smallest(?:[\s_-]*currency)?)[\s_-]*units?(?![^\W_])"
    r"|[€£¥$]?\s?1[.,' ]000s?(?!\w)|[^\s_,;:|/()\[\]{}–—-]+",
    re.IGNORECASE,
)
_SIGNS = frozenset("€£¥")
_HUMP = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])")
_OPEN_BRACKET = re.compile(r"[(\[{]([^()\[\]{}]*)$")
_EDGES = " \t_,;:|/()[]{}–—-"


@dataclass(frozen=True, slots=True)
class HeaderUnit:
    """One of a column's numbers is `scale` of the amount's own; `currency` is the one named. `words` as the header."""

    scale: Decimal = Decimal(1)
    currency: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class _HeaderPart:
    """A piece of a header and its place there; of a piece that names a unit, its scale, its currency, or both."""

    text: str
    start: int
    scale: Decimal | None = None
    currency: str | None = None

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def key(self) -> str:
        return _key(self.text)

    @property
    def is_unit(self) -> bool:
        return self.scale is not None or self.currency is not None

    @property
    def is_joining(self) -> bool:
        return self.key in _JOINING

    @property
    def is_plain_currency(self) -> bool:
        """Whether it is a sign, or a code in capitals, as nobody writes a word."""
        return self.currency is not None and (not self.text.isalpha() or self.currency in self.text)


def unit_of(header: str) -> tuple[str, HeaderUnit] | None:
    """A header's own name, and the unit it names: "MRR (cents)", "ARR in TEUR", "Value, thousands of USD", "€ ARR".

    None where it names none, or two that differ. A word in brackets that is no unit ("converted") is no unit.
    """
    parts = _parts(header)
    if last := _run(reversed(parts)):
        return _named(header, header[: last[-1].start], last[::-1])
    first = _run(parts)
    if any(part.is_plain_currency for part in first):
        return _named(header, header[first[-1].end :], first)
    return None


def _run(parts: Iterable[_HeaderPart]) -> list[_HeaderPart]:
    """The pieces from one end of a header as far as they name a unit, with the words that join them."""
    found: list[_HeaderPart] = []
    for part in parts:
        if not (part.is_unit or part.key in _NEXT_TO_A_CURRENCY or (part.is_joining and found)):
            break
        found.append(part)
    return found


def _named(header: str, name: str, run: Sequence[_HeaderPart]) -> tuple[str, HeaderUnit] | None:
    units = [part for part in run if not part.is_joining]
    currencies = {part.currency for part in units if part.currency}
    scales = {_THOUSAND if part.key in _NEXT_TO_A_CURRENCY else part.scale for part in units} - {None}
    opened = _OPEN_BRACKET.search(name)
    is_alone = any(part.key in _NEXT_TO_A_CURRENCY for part in units) and not currencies
    is_unsure = {part.key for part in run} <= _UNSURE and opened is None
    name = name.strip(_EDGES) if opened is None or not opened[1].strip() else ""
    if not name or is_alone or is_unsure or len(currencies) > 1 or len(scales) > 1:
        return None
    words = re.sub(r"[()\[\]{}\s]+", " ", header[units[0].start : units[-1].end]).strip()
    return name, HeaderUnit(next(iter(scales), None) or Decimal(1), next(iter(currencies), None), words)


def _parts(header: str) -> list[_HeaderPart]:
    """The pieces of a header: apart by blanks, brackets and signs, and where a capital follows a small letter."""
    has_small = any(map(str.islower, header))
    return [part for found in _PART.finditer(header) for part in _apart(found[0], found.start(), has_small)]


def _apart(text: str, start: int, has_small: bool) -> Iterator[_HeaderPart]:
    scale, currency = _unit(text, has_small)
    if scale is None and currency is None:
        # "amountCents", "ARR€"
        at = len(text) - 1 if text[-1] in _SIGNS else max((hump.start() for hump in _HUMP.finditer(text)), default=0)
        if at:
            yield from _apart(text[:at], start, has_small)
            yield from _apart(text[at:], start + at, has_small)
            return
    yield _HeaderPart(text, start, scale, currency)


def _unit(text: str, has_small: bool) -> tuple[Decimal | None, str | None]:
    """The scale and the currency that one word names: "k", "USD", "k€", "€000", "TEUR", "T€"."""
    word = re.sub(r"^d['’]|['’]|\.$|[\s_,-]", "", text)
    scale, currency = _scale(word), _currency(word, has_small)
    if scale is not None or currency is not None:
        return scale, currency
    for at in range(1, len(word)):
        for amount, money in ((word[:at], word[at:]), (word[at:], word[:at])):
            scale = _THOUSAND if amount.casefold() in _NEXT_TO_A_CURRENCY else _scale(amount.strip("."))
            currency = _currency(money, has_small)
            if scale is not None and currency is not None and _grow_together(amount, money):
                return scale, currency
    return None, None


def _grow_together(amount: str, money: str) -> bool:
    if not money.isalpha() or money.upper() in _GROWN_TOGETHER:
        return True
    return money.isupper() and not amount.isupper()


def _scale(word: str) -> Decimal | None:
    key = _key(word)
    if key in _CENTS:
        return Decimal("0.01")
    if key in _THOUSANDS:
        return _THOUSAND
    return Decimal(1_000_000) if key in _MILLIONS else None


def _currency(word: str, has_small: bool) -> str | None:
    """The currency of a sign, a word, or a code; a code that may be a word must be written as no word is."""
    code = word.upper()
    if word.casefold() in _WORDS:
        return _WORDS[word.casefold()]
    if code in CURRENCIES:
        is_meant = code in _IN_ANY_CASE or (word == code and (has_small or code not in _WORDS_TOO))
        return code if is_meant else None
    try:
        return None if word.isascii() and word.isalnum() else currency_of(word)
    except ValueError:
        return None


def _key(text: str) -> str:
    return re.sub(r"[\s_.,'’-]", "", text).casefold()
