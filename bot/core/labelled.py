"""Choices that carry the words they have on screen: name, what tables keep, and words stand in one line."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A choice as tables keep it, with its words: `PRICE = "price", "Price"`.

    Raises TypeError for a member without words: nobody could read it.
    """

    label: str

    def __new__(cls, value: str, label: str = "", *beside: object) -> Self:
        """One member, `beside` being for its `__init__`; looking one up by its value does not come here."""
        if not label:
            raise TypeError(f"{cls.__name__} has {value!r} without its words on screen")
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
