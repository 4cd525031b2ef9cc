"""Names of people as they are typed: one key for each, and who of those who are known is meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_TITLES = frozenset(("dr", "prof", "mr", "mrs", "ms", "miss", "mx", "herr", "frau", "mme", "mlle", "sir", "ing", "mag"))
_APART = re.compile(r"\s*(?:[,;/|&+\n]|\b(?:and|und|et|with)\b)\s*", re.IGNORECASE)
_ASIDE = re.compile(r"\([^)]*\)|<[^>]*>|\[[^\]]*\]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile(r"['’`´]")
_NOT_LETTERS = re.compile(r"[^\w\s]|[_\d]")
MOST_NAMES = 20

MOST_FORMER = 10

Known = tuple[int, str]
"""A person's number, and the key of their name, or of one that they had before."""


def person_key(name: str) -> str:
    """A name for comparing: no case, accents, titles or order ("Okafor, Dr. Ruth" and "ruth okafor" are one).

    Empty for what holds no letter.
    """
    return " ".join(sorted(_words(name)))


def names_in(typed: str) -> list[str]:
    """The names that a field holds, in their order: apart by commas, semicolons, slashes, "and"."""
    parts = (" ".join(part.split()) for part in _APART.split(_ASIDE.sub(" ", typed)))
    return list(dict.fromkeys(part for part in parts if person_key(part)))[:MOST_NAMES]


def with_former(former: str, was: str, now: str) -> str:
    """The keys of names that somebody had before, a line each, the last first, when the key `was` becomes `now`."""
    keys = [key for key in dict.fromkeys((was, *former.splitlines())) if key and key != now]
    return "\n".join(keys[:MOST_FORMER])


def meant(typed: str, known: Sequence[Known]) -> tuple[list[int], list[str]]:
    """Whom of the `known` a field names, and the names that mean none of them, both in the order typed.

    A whole name means whoever has it; a part of one ("Ruth") means the only one who has it. What two people may be
    called means neither, and is no new name either.
    """
    found, unclear = _one(typed, known)
    if found is not None:
        return [found], []
    if unclear:
        return [], []
    people: list[int] = []
    others: list[str] = []
    for name in names_in(typed):
        found, unclear = _one(name, known)
        if found is not None:
            people.append(found)
        elif not unclear:
            others.append(name)
    return list(dict.fromkeys(people)), others


def unclear_in(typed: str, known: Sequence[Known]) -> tuple[str, list[int]]:
    """The first name in a field that several of the `known` may have, and who they are; "" and nobody for none."""
    if _one(typed, known)[0] is None:
        for name in names_in(typed):
            several = _called(name, known)
            if len(several) > 1:
                return name, several
    return "", []


def besides(typed: str, name: str) -> str:
    """What a field names besides somebody who is chosen: of "Ruth, Tom" it is "Tom" beside Ruth Okafor."""
    if is_part_of(typed, name):
        return ""
    names = names_in(typed)
    others = [one for one in names if not is_part_of(one, name)]
    return typed if len(others) == len(names) else ", ".join(others)


def is_part_of(typed: str, name: str) -> bool:
    """Whether what was typed is a name, or a part of it: "Ruth" of "Ruth Okafor"."""
    words = set(person_key(typed).split())
    return bool(words) and words <= set(person_key(name).split())


def _one(name: str, known: Sequence[Known]) -> tuple[int | None, bool]:
    """The one whom a name means, and whether several may be meant."""
    same = _called(name, known)
    return (same[0], False) if len(same) == 1 else (None, len(same) > 1)


def _called(name: str, known: Sequence[Known]) -> list[int]:
    """All whom a name may mean: those who have it, else those of whose name it is a part."""
    key = person_key(name)
    if not key:
        return []
    same = dict.fromkeys(number for number, whole in known if whole == key)
    if not same:
        words = set(key.split())
        same = dict.fromkeys(number for number, whole in known if words < set(whole.split()))
    return list(same)


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", folded)))
    words = _NOT_LETTERS.sub(" ", _APOSTROPHES.sub("", _ASIDE.sub(" ", plain))).split()
    return [word for word in words if word not in _TITLES] or words
