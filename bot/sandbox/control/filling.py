"""Filling in a modal, with what Slack's own client refuses before it asks the app."""

import re
from typing import Any

from bot.sandbox.errors import ControlError
from bot.sandbox.world.fields import Block, Element, State, entered_state, find_element, is_empty
from bot.sandbox.world.views import View

REQUIRED = "Please complete this required field."
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def fill(blocks: list[Block], state: State, values: dict[str, dict[str, Any]]) -> None:
    """Enter `values[block_id][action_id]` into a view's or a message's state; what is not named stays as it is.

    Raises ControlError for a field or an option that is not there, and for a value that no such field can hold.
    """
    for block_id, fields in values.items():
        for action_id, given in fields.items():
            match = find_element(blocks, action_id, block_id)
            if match is None or action_id not in state.get(block_id, {}):
                known = ", ".join(f"{b}/{a}" for b, inside in state.items() for a in inside)
                raise ControlError(f"There is no field {block_id}/{action_id} here. There are: {known}.")
            state[block_id][action_id] = entered(match[1], given)


def entered(element: Element, given: Any) -> dict[str, Any]:
    """The state of a field in which somebody entered `given`. Raises ControlError when it cannot hold that."""
    try:
        return entered_state(element, given)
    except LookupError as missing:
        raise ControlError(str(missing.args[0])) from None
    except (TypeError, ValueError, AttributeError):
        raise ControlError(f"The field {element['action_id']} cannot hold {given!r}.") from None


def refused_fields(view: View) -> dict[str, str]:
    """For each input block that cannot be submitted like this, what Slack's client says under it."""
    errors = {}
    for block in view.content["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = view.values[block["block_id"]][element["action_id"]]
        if is_empty(state):
            if not block.get("optional"):
                errors[block["block_id"]] = REQUIRED
        elif problem := _refused_text(element, state.get("value")):
            errors[block["block_id"]] = problem
    return errors


def _refused_text(element: Element, text: str | None) -> str | None:
    if text is None:
        return None
    kind = element["type"]
    if len(text) > element.get("max_length", 3000):
        return f"Must be less than {element.get('max_length', 3000) + 1} characters."
    if len(text) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    if kind == "email_text_input" and not EMAIL.fullmatch(text):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not text.startswith(("http://", "https://")):
        return "Please enter a valid URL."
    return _refused_number(element, text) if kind == "number_input" else None


def _refused_number(element: Element, text: str) -> str | None:
    if not NUMBER.fullmatch(text):
        return "Please enter a number."
    if "." in text and not element["is_decimal_allowed"]:
        return "Please enter a whole number."
    if "min_value" in element and float(text) < float(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and float(text) > float(element["max_value"]):
        return f"Must be at most {element['max_value']}."
    return None
