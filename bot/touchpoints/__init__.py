"""Touchpoints: what anyone in the company learnt from a contact with a customer, written down in five seconds."""

from bot.touchpoints.edit_touch import Changed, delete, edit, hand_over, undo, undoable
from bot.touchpoints.log_touch import Logged, New, log
from bot.touchpoints.permissions import require_author
from bot.touchpoints.queries import Touch, by_source, of_account, read

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
