"""blocks.validate: what would be refused of blocks, a message or a view, without showing it to anyone."""

import re
from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.initial import check_initial
from bot.sandbox.platform import Platform
from bot.sandbox.strict.messages import check_blocks, check_message
from bot.sandbox.strict.views import VIEW, check_view
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.methods import method

FORMS = ("blocks", "message", "view")
FINDING = re.compile(r"\[ERROR\] (.*) \[json-pointer:(.*)\]", re.DOTALL)
ONE_OF = "must provide exactly one of `blocks`, `view`, or `message`"


@method("blocks.validate")
def validate(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Check exactly one of the three, as strictly as if it were sent; each error says where it is and what is wrong."""
    given = [name for name in FORMS if name in arguments]
    if len(given) != 1:
        raise SlackError("invalid_arguments", response_metadata={"messages": [ONE_OF]})
    (form,) = given
    value = arguments.structure(form)
    try:
        _check(form, value)
        blocks = value if form == "blocks" else value.get("blocks") or []
        check_initial(platform.world, blocks, "/blocks" if form != "view" else "/view/blocks", "invalid")
    except SlackError as refusal:
        raise SlackError(f"invalid_{form}", errors=_errors(form, refusal)) from None
    return {"ok": True}


def _check(form: str, value: Any) -> None:
    if form == "blocks":
        check_blocks(value)
    elif not isinstance(value, dict):
        raise _finding("must provide an object", f"/{form}")
    elif form == "message":
        check_message(str(value.get("text") or ""), value.get("blocks"), attachments=value.get("attachments"))
    elif value.get("type") not in VIEW:
        raise _finding(f"unsupported type: {value.get('type')}", "/view/type")
    else:
        check_view(value, value["type"])


def _finding(words: str, pointer: str) -> SlackError:
    return SlackError("invalid", errors=[f"[ERROR] {words} [json-pointer:{pointer}]"])


def _errors(form: str, refusal: SlackError) -> list[dict[str, str]]:
    found = refusal.details.get("errors") or refusal.details.get("response_metadata", {}).get("messages", [])
    errors = []
    for finding in found:
        match = FINDING.fullmatch(finding)
        words, pointer = (match[1], match[2]) if match else (finding, "")
        # A pointer begins at what was given; in a message the blocks are one of its parts.
        inside = pointer if form == "message" else pointer.removeprefix(f"/{form}")
        errors.append({"code": "failed_constraint", "message": words, "pointer": inside})
    return errors or [{"code": refusal.code, "message": refusal.code, "pointer": "" if form == "blocks" else "/blocks"}]
