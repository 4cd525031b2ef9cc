"""What was entered in a modal, field by field. A field's block and action carry the same id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Self, TypeVar

from bot.errors import FieldErrors

Kind = TypeVar("Kind", bound=StrEnum)


MOST = 10**17
"""Above every row's number: the database takes no number that is much larger."""


def carried(view: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a modal carries of itself in its private_metadata; nothing where that is no object. Data from outside."""
    try:
        given = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def row_number(value: object) -> int:
    """A carried value as a row's number; 0, which no row has, where it is none."""
    return value if type(value) is int and 0 < value < MOST else 0


@dataclass(frozen=True, slots=True)
class Reference:
    """What a modal is about, carried in its private_metadata. Data from outside: rights are checked again."""

    renewal_id: int = 0
    account_id: int = 0

    def to_metadata(self) -> str:
        """As text for private_metadata."""
        return json.dumps({"renewal_id": self.renewal_id, "account_id": self.account_id})

    @classmethod
    def from_view(cls, view: Mapping[str, Any]) -> Self:
        """The reference of a modal; zeros, which no row has, when it carries none."""
        given = carried(view)
        return cls(**{name: row_number(given.get(name)) for name in cls.__dataclass_fields__})


@dataclass(slots=True)
class Fields:
    """Reads fields and collects what is wrong with them, so that a person sees all of it at once."""

    view: Mapping[str, Any]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was written, without spaces around; empty when nothing was."""
        return str(self._state(name).get("value") or "").strip()

    def choice(self, name: str) -> str | None:
        """The value of the chosen option."""
        chosen = self._state(name).get("selected_option") or {}
        value = chosen.get("value")
        return str(value) if value else None

    def choices(self, name: str) -> tuple[str, ...]:
        """The values of all chosen options."""
        chosen = self._state(name).get("selected_options") or []
        return tuple(str(one["value"]) for one in chosen if one.get("value"))

    def one_of(self, name: str, kind: type[Kind]) -> Kind | None:
        """The chosen option as one of a closed list."""
        value = self.choice(name)
        return next((one for one in kind if one.value == value), None)

    def day(self, name: str) -> date | None:
        """The chosen day."""
        chosen = self._state(name).get("selected_date")
        return date.fromisoformat(chosen) if chosen else None

    def moment(self, name: str) -> datetime | None:
        """The chosen moment, in UTC."""
        chosen = self._state(name).get("selected_date_time")
        return datetime.fromtimestamp(int(chosen), UTC) if chosen else None

    def is_ticked(self, name: str) -> bool:
        """Whether the one thing was ticked."""
        return bool(self._state(name).get("selected_options"))

    def person(self, name: str) -> str | None:
        """The Slack id of the chosen person."""
        return self._state(name).get("selected_user") or None

    def channel(self, name: str) -> str | None:
        """The Slack id of the chosen channel."""
        state = self._state(name)
        return state.get("selected_conversation") or state.get("selected_channel") or None

    def number(self, name: str) -> int:
        """The chosen option's value as a row's number, 0 when there is none."""
        value = self.choice(name) or ""
        return int(value) if value.isdecimal() and len(value) < 18 else 0

    def is_changed(self, name: str) -> bool:
        """Whether the field says something else than when the modal was shown."""
        return _said(self._state(name)) != _said(self._shown(name))

    def names(self) -> list[str]:
        """The fields there are, in their order."""
        return [str(b["block_id"]) for b in self.view.get("blocks") or () if b.get("type") == "input"]

    def said(self, name: str) -> str:
        """What a field holds, as text: its words, the value of its choice, or its day."""
        return next((part for part in _said(self._state(name)) if part), "")

    def shown_text(self, name: str) -> str:
        """The words with which a field was shown."""
        return str(self._shown(name).get("value") or "").strip()

    def refuse(self, name: str, words: str) -> None:
        """Say beside a field what is wrong with it; the first thing said stands."""
        self.errors.setdefault(name, words)

    def check(self) -> None:
        """Raises FieldErrors when anything was refused."""
        if self.errors:
            raise FieldErrors(self.errors)

    def _shown(self, name: str) -> Mapping[str, Any]:
        element: Mapping[str, Any]
        for block in self.view.get("blocks") or []:
            if block.get("block_id") == name:
                element = block.get("element") or {}
                return {
                    "value": element.get("initial_value"),
                    "selected_option": element.get("initial_option"),
                    "selected_date": element.get("initial_date"),
                }
        return {}

    def _state(self, name: str) -> Mapping[str, Any]:
        blocks = (self.view.get("state") or {}).get("values") or {}
        state: Mapping[str, Any] = (blocks.get(name) or {}).get(name) or {}
        return state


def _said(state: Mapping[str, Any]) -> tuple[str, str, str]:
    words = str(state.get("value") or "").strip()
    return words, str((state.get("selected_option") or {}).get("value") or ""), str(state.get("selected_date") or "")
