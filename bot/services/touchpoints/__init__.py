"""Touchpoints: what anyone in the company learnt from a contact with a customer, written down in five seconds."""

from bot.services.touchpoints.changing import Changed, delete, edit, hand_over, undo, undoable
from bot.services.touchpoints.reading import Touch, by_source, of_account, read
from bot.services.touchpoints.recording import Logged, New, log
from bot.services.touchpoints.rights import require_author

__all__ = [
    "Changed",
    "Logged",
    "New",
    "Touch",
    "by_source",
    "delete",
    "edit",
    "hand_over",
    "log",
    "of_account",
    "read",
    "require_author",
    "undo",
    "undoable",
]
