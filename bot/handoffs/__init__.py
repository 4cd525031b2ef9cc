"""An account goes from sales to support, or back: given with a package, accepted or returned with the gaps named."""

from bot.handoffs.close import accept, require_settler, send_back
from bot.handoffs.create import hand_over, withdraw
from bot.handoffs.notify import remind_now
from bot.handoffs.queries import HandoffView, last_accepted, last_of, last_returned, read, waiting_for, waiting_of
from bot.handoffs.schedule import asked_after

__all__ = [
    "HandoffView",
    "accept",
    "asked_after",
    "hand_over",
    "last_accepted",
    "last_of",
    "last_returned",
    "read",
    "remind_now",
    "require_settler",
    "send_back",
    "waiting_for",
    "waiting_of",
    "withdraw",
]
