"""Why a card came, how to change that, and when the next word will come."""

from __future__ import annotations

from bot.rules.cards import RenewalCard
from bot.slack import text

CHANGE = "Managers change when cards come in `/retention settings`."


def why_here(card: RenewalCard) -> str:
    """Why this card came now, and how to change that."""
    if card.why == "overdue":
        return f"This came because the renewal date has passed and nothing is signed. Update it to stop it. {CHANGE}"
    if card.why == "unpaid":
        return f"This came because it is signed and not paid yet. Press Paid once it is. {CHANGE}"
    if card.why_rung is not None:
        return f"This came because at most {text.count(card.why_rung, 'day')} were left until the deadline. {CHANGE}"
    return f"This came because the deadline is near. {CHANGE}"


_NEXT = {
    "rung": "unless someone on it has updated it by then",
    "snooze_end": "when the snooze ends",
    "unclaimed": "if nobody is on it by then",
    "stuck": "if its stage has not moved by then",
    "overdue": "if nothing is signed by then",
    "term_end": "the day its term ends",
    "ask_invoiced": "if it is not invoiced by then",
    "ask_paid": "if it is not paid by then",
    "unpaid": "if it is not paid by then",
}


def next_word(card: RenewalCard) -> str:
    """When this will be heard of again, if nothing happens."""
    if card.outcome or not card.next_at:
        return "" if card.outcome else "Nothing more is planned for it."
    on = text.day(card.next_at, card.as_of)
    about = _NEXT.get(card.next_kind or "", "")
    return f"Next word: {on}{', ' + about if about else ''}."
