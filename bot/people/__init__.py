"""People at the customer: written down, met, and gone; what is wrong with whom we know is said where it matters."""

from bot.people.removal import remove_for_good
from bot.people.service import GONE, PersonEntry, add, add_named, edit, has_left, is_back, require_person

__all__ = [
    "GONE",
    "PersonEntry",
    "add",
    "add_named",
    "edit",
    "has_left",
    "is_back",
    "remove_for_good",
    "require_person",
]
