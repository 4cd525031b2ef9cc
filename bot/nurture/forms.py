"""The forms of nurture: the customer's words, how touches begin, and an account's pause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.accounts.forms import WhoAtCustomer, WhoDraft, read_who, who_fields
from bot.nurture.facts import LastingPause
from bot.nurture.messages import pause_words
from bot.nurture.rules import OPENING, OPENING_LENGTH, REASON_LENGTH, NurtureAnswer
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields
from bot.slack.ids import ActionId, ViewId


def said_form(
    account: str, touch_id: int, answer: str, said: str, account_id: int = 0, who: WhoDraft | None = None
) -> dict[str, Any]:
    """What the customer answered, who of them, and in which words."""
    fields = [
        blocks.section(f"What did *{text.name(account)}* say to it?", block_id="about"),
        form.select(
            "answer",
            "They",
            [(one.label, one.value) for one in NurtureAnswer],
            answer or None,
            "Empty all of it, and they have not answered yet." if answer or said else "",
        ),
        *who_fields("Who answered?", who or WhoDraft(), account_id),
        form.words("said", "In their words", said, lines=True),
    ]
    return form.modal(ViewId.SAY_NURTURE, "Their answer", fields, "Save", str(touch_id))


def read_said(view: Mapping[str, Any]) -> tuple[int, NurtureAnswer | None, str, WhoAtCustomer]:
    """(touch, answer, words, who of them); with nothing in it they have not answered."""
    fields = Fields(view)
    answer, said = fields.one_of("answer", NurtureAnswer), fields.text("said")
    who = read_who(fields)
    fields.check()
    return _number(view), answer, said, who


def opening_form(touch_id: int, opening: str, manages: bool) -> dict[str, Any]:
    """How touches begin; a manager may write it for everyone."""
    about = (
        "How your touches begin. {contact} becomes the person's name, {account} the customer's, {insight} what is "
        "told, with its link."
    )
    fields = [
        blocks.section(text.ours(about), block_id="about"),
        form.words(
            "opening",
            "Opening",
            opening,
            "Empty: the usual one.",
            lines=True,
            most=OPENING_LENGTH,
        ),
        *([form.tick("for_all", "For whom?", "For everyone who has none of their own")] if manages else []),
    ]
    return form.modal(ViewId.OPENING_NURTURE, "How touches begin", fields, "Save", str(touch_id))


def read_opening(view: Mapping[str, Any]) -> tuple[int, str, bool]:
    """(touch, opening, for all); the usual opening counts as none of one's own."""
    fields = Fields(view)
    opening = fields.text("opening")
    return _number(view), "" if opening == OPENING else opening, fields.is_ticked("for_all")


def pause_form(account: str, account_id: int, there: LastingPause | None, as_of: str) -> dict[str, Any]:
    """Propose nothing at an account for a while; for one that is paused, what holds, and a way to end it."""
    about = f"While *{text.name(account)}* is paused, nothing is proposed to them. Pulses and renewals go on."
    fields = [
        blocks.section(about, block_id="about"),
        *([_as_it_is(there, as_of)] if there else []),
        form.day("until", "Until", (there.until or None) if there else None, "Empty: until somebody ends it."),
        form.words("reason", "Why?", there.reason if there else "", optional=False, lines=True, most=REASON_LENGTH),
    ]
    return form.modal(ViewId.PAUSE_ACCOUNT, "Pause proposals", fields, "Save", str(account_id))


def _as_it_is(there: LastingPause, as_of: str) -> KitBlock:
    return blocks.section(
        f"{pause_words(there, as_of)}.", blocks.button("End the pause", ActionId.END_PAUSE, there.pause_id)
    )


def read_pause(view: Mapping[str, Any]) -> tuple[int, date | None, str]:
    """(account, until, reason)."""
    fields = Fields(view)
    return _number(view), fields.day("until"), fields.text("reason")


def _number(view: Mapping[str, Any]) -> int:
    number = str(view.get("private_metadata") or "")
    return int(number) if number.isdecimal() and len(number) < 18 else 0
