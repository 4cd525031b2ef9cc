"""Dismiss: wrong…: what is wrong, by one press; then the receipt, with the step that helps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields
from bot.slack.ids import ActionId, ViewId, numbered
from bot.workspace.alerts import AlertReference, Wrong

WORDS = 500


def dismissal_form(account: str, alert: AlertReference) -> dict[str, Any]:
    """A button for each way in which it can be wrong, and room for any other; words typed go with a button too."""
    buttons = [
        blocks.button(wrong.label, numbered(ActionId.DISMISS_AS, place), f"{wrong} {alert}")
        for place, wrong in enumerate(alert.about.wrong)
        if wrong is not Wrong.OTHER
    ]
    parts = [
        blocks.section(f"What is wrong with this alert about *{text.name(account)}*? One press is enough."),
        blocks.actions(*buttons),
        form.words("words", "Or in your words", optional=False, most=WORDS),
    ]
    return form.modal(ViewId.DISMISS, "Dismiss: wrong…", parts, "Send", str(alert))


def read_reason(value: str) -> tuple[AlertReference | None, Wrong | None]:
    """Which alert a pressed button stands for, and what is wrong with it."""
    wrong, _, alert = value.partition(" ")
    return AlertReference.read(alert), Wrong(wrong) if wrong in set(Wrong) else None


def read_alert(view: Mapping[str, Any]) -> AlertReference | None:
    """Which alert the form is about."""
    return AlertReference.read(str(view.get("private_metadata") or ""))


def read_words(view: Mapping[str, Any]) -> str:
    """What was typed in it."""
    return Fields(view).text("words")[:WORDS]


def receipt_view(account: str, alert: AlertReference, wrong: Wrong, words: str) -> dict[str, Any]:
    """What was kept, what happens now, and the step that helps."""
    remedy = alert.about.wrong[wrong]
    said = f": “{text.typed(words, WORDS)}”" if words else ""
    parts = [
        blocks.section(f"*{text.name(account)}*: kept as *{wrong.label.lower()}*{said}."),
        blocks.section(
            f"{remedy.words} Until then its alerts go on as planned. Managers read what was dismissed "
            "in the settings, with your name."
        ),
    ]
    if remedy.button:
        number = alert.account_id if remedy.is_of_account else alert.number
        parts.append(blocks.actions(blocks.button(remedy.button, remedy.action, number)))
    return form.modal(ViewId.DISMISS, "Dismissed", parts)
