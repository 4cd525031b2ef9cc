"""Facts: what a message must show, as plain values that fit in JSON; the one codec for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

import msgspec

Shape = TypeVar("Shape")


class Facts:
    """What one kind of post carries. A subclass is a frozen dataclass of JSON values and of dataclasses of such."""

    __slots__ = ()

    def to_facts(self) -> dict[str, Any]:
        """As JSON values."""
        facts: dict[str, Any] = msgspec.to_builtins(self)
        return facts

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """Back from JSON; what it does not know (written by another version) is left out.

        Raises msgspec.ValidationError, with the path of the field, for values of another type.
        """
        return decode(cls, facts)


def encode(value: object) -> Any:
    """Dataclasses, days and choices, or lists of them, as JSON values."""
    return msgspec.to_builtins(value)


def decode(shape: type[Shape], facts: Mapping[str, Any]) -> Shape:
    """JSON values as a dataclass; raises msgspec.ValidationError where they are of another type."""
    return msgspec.convert(facts, shape)
