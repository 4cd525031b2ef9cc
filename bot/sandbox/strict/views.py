"""What Slack refuses in a modal or a Home tab."""

import json
from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.strict.blocks import HOME_BLOCKS, MODAL_BLOCKS, check_together
from bot.sandbox.strict.composition import plain
from bot.sandbox.strict.shapes import Check, flag, note, one_of, shape, string

VIEW_BYTES = 250_000
SHARED: dict[str, Check] = {
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
MODAL = shape(
    {"title": plain(24), "blocks": MODAL_BLOCKS},
    {
        **SHARED,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
HOME = shape({"blocks": HOME_BLOCKS}, SHARED)
VIEW = {"modal": one_of({"modal": MODAL}), "home": one_of({"home": HOME})}


def check_view(view: Any, kind: str) -> None:
    """Raise invalid_arguments (each wrong path named) or view_too_large; `kind` is "modal" or "home"."""
    findings: list[str] = []
    VIEW[kind](view, "/view", findings)
    if not findings:
        check_together(view["blocks"], "/view/blocks", findings)
        has_input = any(block["type"] == "input" for block in view["blocks"])
        if kind == "modal" and has_input and "submit" not in view:
            note(findings, "/view", "missing required field: submit (the modal has input blocks)")
    if findings:
        raise SlackError("invalid_arguments", response_metadata={"messages": findings})
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackError("view_too_large")
