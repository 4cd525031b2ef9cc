"""Why a card came, how to change that, and when the next word will come."""

from __future__ import annotations

from datetime import date

from bot.renewals.facts import RenewalCard
from bot.renewals.rules.job_kinds import DECLARED, RenewalJob
from bot.renewals.rules.stages import Stage, is_unsigned
from bot.slack import text

CHANGE = "Managers set the days: `/retention settings`."


def why_here(card: RenewalCard) -> str:
    """Why this card came, and how to change that."""
    if card.outcome:
        return "This card is closed. Nothing more comes from it."
    if card.why == "overdue":
        has = "is today" if card.renewal_date == card.as_of else "has passed"
        return f"This came because the renewal date {has} and nothing is signed. An update stops it. {CHANGE}"
    if card.why == "unpaid":
        how = "renewed itself" if card.renewed == "itself" else "is signed"
        return f"This came because it {how} and is not paid. It stops when it is marked paid. {CHANGE}"
    if not is_unsigned(Stage(card.stage)):
        return f"It {'renewed itself' if card.renewed == 'itself' else 'is signed'}, and stays here until it is paid."
    if card.why_rung is not None:
        return f"{_reminder(card, card.why_rung)} {CHANGE}"
    return f"This came because the deadline is near. {CHANGE}"


def _reminder(card: RenewalCard, rung: int) -> str:
    """The reminder it came as; late, as after a first import or a snooze, how many days were left instead."""
    came = date.fromisoformat(card.why_on) if card.why_on else None
    left = rung if came is None else (date.fromisoformat(card.deadline) - came).days
    if left >= rung:
        return f"This came as the reminder {text.count(rung, 'day')} before the deadline."
    if left > 0:
        return f"This came when {text.count(left, 'day')} {'was' if left == 1 else 'were'} left until the deadline."
    if left == 0:
        return "This came on the day of the deadline."
    return "This came because the renewal date is ahead, though the deadline had passed."


def next_word(card: RenewalCard) -> str:
    """When this will be heard of again, if nothing happens."""
    if card.outcome:
        return ""
    if not card.next_at:
        return "Nothing more is planned for it."
    about = DECLARED[RenewalJob(card.next_kind)].card if card.next_kind else ""
    return f"Next word: {text.day(card.next_at, card.as_of)}{', ' + about if about else ''}."
