"""Why a card came, how to change that, and when the next word will come."""

from __future__ import annotations

from bot.rules.cards import RenewalCard
from bot.slack import text

CHANGE = "Managers set the days: `/retention settings`."

_NEXT = {
    "rung": "unless someone on it has updated it shortly before",
    "snooze_end": "when the snooze ends",
    "unclaimed": "if nobody is on it by then",
    "overdue": "if nothing is signed by then",
    "term_end": "the day its term ends",
    "ask_invoiced": "if it is not invoiced by then",
    "ask_paid": "if it is not paid by then",
    "unpaid": "if it is not paid by then",
}


def why_here(card: RenewalCard) -> str:
    """Why this card came, and how to change that."""
    if card.outcome:
        return "This card is closed. Nothing more comes from it."
    if card.why == "overdue":
        has = "is today" if card.renewal_date == card.as_of else "has passed"
        return f"This came because the renewal date {has} and nothing is signed. An update stops it. {CHANGE}"
    if card.why == "unpaid":
        return f"This came because it is signed and not paid. Paid stops it. {CHANGE}"
    if card.why_rung is not None:
        return f"This came as the reminder {text.count(card.why_rung, 'day')} before the deadline. {CHANGE}"
    return f"This came because the deadline is near. {CHANGE}"


def next_word(card: RenewalCard) -> str:
    """When this will be heard of again, if nothing happens."""
    if card.outcome:
        return ""
    if not card.next_at:
        return "Nothing more is planned for it."
    about = _NEXT.get(card.next_kind or "", "")
    return f"Next word: {text.day(card.next_at, card.as_of)}{', ' + about if about else ''}."
