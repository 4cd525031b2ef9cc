"""The one question of an autopsy: what would have helped?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.autopsies.messages import QUESTION
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields
from bot.slack.ids import ViewId


def help_form(account: str, autopsy_id: int, words: str = "") -> dict[str, Any]:
    """The question, with what this person said before."""
    intro = (
        f"*{text.name(account)}*: what would have helped to keep all of it? Something that somebody could have known, "
        "had or done. Its team reads your answer, with your name."
    )
    fields = [
        blocks.section(intro, block_id="intro"),
        form.words("words", QUESTION, words, "It stands on the autopsy and in the timeline.", False, lines=True),
    ]
    return form.modal(ViewId.AUTOPSY_HELP, QUESTION, fields, "Save", str(autopsy_id))


def read_help(view: Mapping[str, Any]) -> tuple[int, str]:
    """(number of the autopsy, what was written); 0, which no row has, where the form names none."""
    return read_number(view), Fields(view).text("words")


def read_number(view: Mapping[str, Any]) -> int:
    """Which autopsy a modal is about. Data from outside: who may see it is checked again."""
    given = str(view.get("private_metadata") or "")
    return int(given) if given.isdecimal() and len(given) < 18 else 0
