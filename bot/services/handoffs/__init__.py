"""An account goes from sales to support, or back: given with a package, accepted or returned with the gaps named."""

from bot.services.handoffs.giving import hand_over, withdraw
from bot.services.handoffs.reading import Given, last_of, read, waiting_for, waiting_of
from bot.services.handoffs.schedule import asked_after
from bot.services.handoffs.settling import accept, require_settler, send_back

__all__ = [
    "Given",
    "accept",
    "asked_after",
    "hand_over",
    "last_of",
    "read",
    "require_settler",
    "send_back",
    "waiting_for",
    "waiting_of",
    "withdraw",
]
