"""The arguments of one Web API call, wherever the client put them: query, form or JSON body."""

import json
from typing import Any

from bot.sandbox.errors import SlackError


def invalid(text: str) -> SlackError:
    """The error for an argument that is missing or makes no sense."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {text}"]})


class Arguments:
    """Typed access to the arguments; forms carry everything as text, structures as JSON text."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.paging = ""
        """ "short_page" or "empty_page", when the page of a list is to be so, with more behind it."""

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A string; `default` when it is missing."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """A string that must be there. Raises invalid_arguments."""
        value = self.text(name)
        if not value:
            raise invalid(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean: true, "true", 1 or "1"."""
        value = self.values.get(name)
        return default if value is None else value in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`. Raises invalid_arguments."""
        value = self.values.get(name)
        if value in (None, ""):
            return default
        if not str(value).isdecimal() or int(value) < 1:
            raise invalid(f"must be a positive number [json-pointer:/{name}]")
        return min(int(value), most)

    def structure(self, name: str) -> Any:
        """A list or an object, given as such or as JSON text; None when missing. Raises invalid_arguments."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            code = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
            raise SlackError(code) from None
