"""Ids of records as CRMs give them and as spreadsheets change them: what is one, and which two are the same."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_USUAL = re.compile(r"[A-Za-z]{1,8}[-_]?[0-9]+[A-Za-z0-9]*")
_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE][+-]\d+")
_DECIMALS = re.compile(r"(\d+)[.,]0{1,6}")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:\u00a0\d{3}|\u202f\d{3})+")
_NULL_WORDS = frozenset((
    "null", "(null)", "<null>", "[null]", "none", "(none)", "--none--", "- none -", "nil", "undefined", "nan", "na",
    "n/a", "#n/a", "n.a.", "(blank)", "(blanks)", "(empty)", "(no value)", "no value", "[object object]", "false",
    "true", "-1",
))  # fmt: skip
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SALESFORCE = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_SALESFORCE_LENGTH = 15
_FILLER = "0"
_APART = re.compile(r"\s*[;|,\n]\s*")


def clean_id(text: str) -> str | None:
    """The id in a cell, without what a spreadsheet adds to numbers: '1001, 1001.0 and 1,001 are 1001.

    None for what is no id: blank, null, -1, zeros only (a nil UUID, Salesforce's 000000000000000AAA). ValueError for
    1.2E+11, of which the spreadsheet has kept only the first figures.
    """
    word = text.strip()
    if _USUAL.fullmatch(word):
        return word
    word = word.lstrip("'").strip()
    if not word:
        return None
    if word.isdecimal():
        return None if _is_zeros(word) else word
    if _SHORTENED.fullmatch(word):
        raise ValueError(
            f"{text.strip()!r} is an id that a spreadsheet has shortened; its last figures are gone. Export it again, "
            "and import that file as it is, or format the column as text before saving."
        )
    if word.casefold() in _NULL_WORDS or not any(map(str.isalnum, word)) or _is_nil(word):
        return None
    if found := _DECIMALS.fullmatch(word):
        return None if _is_zeros(found[1]) else found[1]
    if _GROUPED.fullmatch(word):
        return re.sub(r"\D", "", word)
    return word


def several_ids(text: str) -> tuple[str, ...]:
    """The ids of a cell that lists them, apart by ; | , or line breaks; each once. Words apart by a comma are one."""
    word = text.strip()
    if _GROUPED.fullmatch(word) or _DECIMALS.fullmatch(word):
        return (word,)
    parts = tuple(dict.fromkeys(part for part in _APART.split(word) if part))
    return parts if all(any(map(str.isdigit, part)) for part in parts) else (word,)


def loose_id(text: str) -> str:
    """What stays of an id when a spreadsheet or an export has changed it: no zeros in front, 15 of 18 characters.

    Two ids with the same are one only where nothing else, such as a name, says otherwise.
    """
    if text.isdecimal():
        return text.lstrip(_FILLER)
    short = text[:_SALESFORCE_LENGTH]
    return short if len(text) == len(short) + 3 and _long_form(short) == text else text


def other_forms(text: str, padded: Collection[int] = ()) -> Iterator[str]:
    """How else the same id may be written. `padded`: the lengths of the ids with zeros in front that there are."""
    if text.isdecimal():
        bare = text.lstrip(_FILLER)
        if bare != text:
            yield bare
        yield f"{bare}.0"
        yield from (bare.zfill(length) for length in padded if len(bare) < length != len(text))
    elif _SALESFORCE.fullmatch(text):
        short = text[:_SALESFORCE_LENGTH]
        long = _long_form(short)
        if len(text) == len(short):
            yield long
        elif long == text or long.upper() == text.upper():
            yield from (short, long)


def _long_form(short: str) -> str:
    """Salesforce's 18 characters for 15: each of the last three tells which of five letters are capitals."""
    parts = (short[at : at + 5] for at in (0, 5, 10))
    return short + "".join(
        _LETTERS[sum(1 << bit for bit, letter in enumerate(part) if "A" <= letter <= "Z")] for part in parts
    )


def _is_nil(word: str) -> bool:
    figures = word.replace("-", "").strip("{}")
    if _is_zeros(figures):
        return True
    return _is_zeros(figures[:_SALESFORCE_LENGTH]) and figures[_SALESFORCE_LENGTH:].upper() == "AAA"


def _is_zeros(figures: str) -> bool:
    return set(figures) <= {"0"}
