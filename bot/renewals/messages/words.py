"""What a renewal's card, its thread and its form say in the same words: what was signed, and its buttons."""

from __future__ import annotations

from collections.abc import Mapping

import slackblocks as kit
from slackblocks.elements import Element

from bot.core.money import differ
from bot.renewals.rules.stages import Button, label
from bot.slack import blocks, text
from bot.slack.ids import ActionId

ACTIONS = {
    Button.CLAIM: ActionId.CLAIM_RENEWAL,
    Button.UPDATE: ActionId.UPDATE_RENEWAL,
    Button.SNOOZE: ActionId.SNOOZE_RENEWAL,
    Button.INVOICED: ActionId.INVOICE_RENEWAL,
    Button.PAID: ActionId.PAY_RENEWAL,
    Button.UNDO: ActionId.UNDO_PAID,
}


def renewal_button(
    kind: Button, renewal_id: int, account: str, is_primary: bool = False, place: int | None = None
) -> Element:
    """A button of a renewal. Paid asks first, since it closes the card."""
    action_id = ACTIONS[kind] if place is None else f"{ACTIONS[kind]}:{place}"
    style = "primary" if is_primary else None
    if kind is not Button.PAID:
        return blocks.button(label(kind), action_id, renewal_id, style)
    sure = kit.ConfirmationDialogue(
        "Is it paid?",
        f"{text.plain(account, 60)}: this closes the card, and the contracts go on to their next term. "
        "It can be undone for a day.",
        "Yes, it is paid",
        "Not yet",
    )
    words = kit.Text(label(kind), type_=kit.TextType.PLAINTEXT, emoji=True)
    return kit.Button(words, action_id=action_id, value=str(renewal_id), style=style, confirm=sure)  # type: ignore[arg-type]


def final_value(final: Mapping[str, str], before: Mapping[str, str]) -> str:
    """ "£48,000.50, was £54,500 (a year)"; without what it was before when that was the same, or is not known."""
    if not before or not differ(final, before):
        return f"{text.moneys(final)} a year"
    return f"{text.moneys(final)}, was {text.moneys(before)} (a year)"


def new_term(starts: str, ends: str, months: int | None, as_of: str, bold: str = "") -> str:
    """ "The new term begins Fri 6 Feb and runs to Sun 6 Feb 2028 (12 months)"; began, once it has."""
    verb = "begins" if starts > as_of else "began"
    length = f" ({text.count(months, 'month')})" if months else ""
    return f"The new term {verb} {bold}{text.day(starts, as_of)}{bold} and runs to {text.day(ends, as_of)}{length}"
