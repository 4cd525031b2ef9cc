"""Alerts about renewals. Why one came is said by the card or the row that it is."""

from __future__ import annotations

from bot.slack.ids import ActionId
from bot.workspace.alerts import HAND_OVER, AlertKind, Remedy, Wrong


def _by_update(words: str) -> Remedy:
    return Remedy(words, "Update…", ActionId.UPDATE_RENEWAL)


RENEWAL = AlertKind(
    "renewal",
    wrong={
        Wrong.NOT_A_RENEWAL: _by_update("If nothing is to be renewed, mark it lost and say why: that ends it."),
        Wrong.WRONG_DATE: _by_update("Move the renewal date: all reminders are planned anew from it."),
        Wrong.WRONG_OWNER: HAND_OVER,
        Wrong.ALREADY_DONE: _by_update("Set its stage. A signed renewal asks only for invoice and payment."),
        Wrong.DUPLICATE: Remedy("Ask whoever imports the contracts to take one of the two out."),
        Wrong.OTHER: _by_update("If something in it has changed, update the renewal."),
    },
)
