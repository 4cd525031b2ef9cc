"""Months by their names in the languages that CRMs are used in, out of the Unicode tables that Babel carries."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from babel import Locale

_LANGUAGES = (
    "de", "fr", "es", "pt", "it", "nl", "pl", "sv", "da", "nb", "fi", "cs", "sk", "hu", "ro", "tr", "ru", "uk",
    "be", "el", "hr", "sl", "sr_Latn", "bg", "mk", "lt", "lv", "et", "ca", "eu", "gl", "id", "ms", "is", "sq",
    "cy", "ga", "hy", "ka", "az", "kk",
)  # fmt: skip
_EXTRA = {"sept": 9, "maerz": 3, "maer": 3, "avr": 4, "agosto": 8, "févr": 2, "fevr": 2, "aout": 8, "fevrier": 2,
          "decembre": 12}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11,
          "xii": 12}  # fmt: skip
_PLAIN = re.compile(r"^(?:de |d['’])")


def month_named(word: str) -> int:
    """The month that a word means, 1–12; 0 where it means none, or different ones in different languages."""
    return _names().get(_key(word), 0)


def is_weekday(word: str) -> bool:
    """Whether a word is a day of the week, so that it may stand beside a date without changing it."""
    return _key(word) in _weekdays()


@cache
def _names() -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for locale in _locales():
        for number, name in _all_names(locale.months):
            found.setdefault(_key(name), set()).add(number)
    # "listopad" is November in Polish and October in Croatian: whose it is, no one can tell from a file.
    certain = {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1 and len(name) > 1}
    return _ROMAN | certain | _EXTRA


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(_key(name) for locale in _locales() for _, name in _all_names(locale.days))


def _locales() -> list[Locale]:
    return [Locale.parse(language) for language in ("en", *_LANGUAGES)]


def _all_names(tables: Any) -> list[tuple[int, str]]:
    return [
        (number, name)
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in tables[context][width].items()
    ]


def _key(word: str) -> str:
    return _PLAIN.sub("", word.casefold().strip(". "))
