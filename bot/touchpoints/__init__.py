"""Touchpoints: what anyone in the company learnt from a contact with a customer, written down in five seconds."""

from bot.touchpoints.edit_touch import TouchpointEdit, delete, edit, hand_over, undo, undoable
from bot.touchpoints.log_touch import Logged, NewTouchpoint, log
from bot.touchpoints.queries import Touch, by_source, of_account, read, require_author

__all__ = [
    "Logged",
    "NewTouchpoint",
    "Touch",
    "TouchpointEdit",
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
