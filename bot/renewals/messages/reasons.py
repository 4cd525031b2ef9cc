"""Why a card came, how to change that, and when the next word will come."""

from __future__ import annotations

from datetime import date

from bot.renewals.facts import RenewalCard
from bot.renewals.job_kinds import DECLARED, RenewalJob
from bot.renewals.rules.stages import Stage, is_unsigned
from bot.slack import text
from bot.workspace.alerts import AlertRule

_ROUTES = {
    "route": "It is posted here because the account has no channel of its own.",
    "owner": "You get it here because the account has no channel, and you own it.",
    "fallback": "It is posted here because the account has no channel, no route and no owner.",
    "shared": "You get it here because the channel it belongs in is shared with another company.",
    "guest": "You get it here because a guest reads the channel it belongs in.",
    "unreachable": "You get it here because the channel it belongs in cannot be written to.",
    "stand_in": "You get it here because its owner is away.",
    "chosen": "You get it here because you chose direct messages in My settings, in my Home tab.",
}


def why_here(card: RenewalCard) -> str:
    """Why this card came, and what stops it."""
    if card.outcome:
        return "This card is closed. Nothing more comes from it."
    if card.why == "overdue":
        has = "is today" if card.renewal_date == card.as_of else "has passed"
        return f"This came because the renewal date {has} and nothing is signed. An update stops it."
    if card.why == "unpaid":
        how = "renewed itself" if card.renewed == "itself" else "is signed"
        return f"This came because it {how} and is not paid. It stops when it is marked paid."
    if not is_unsigned(Stage(card.stage)):
        return f"It {'renewed itself' if card.renewed == 'itself' else 'is signed'}, and stays here until it is paid."
    if card.why_rung is not None:
        return _reminder(card, card.why_rung)
    return "This came because the deadline is near."


def why_rule(card: RenewalCard) -> AlertRule:
    """What made the card come, and the numbers it goes by."""
    why = f"{why_here(card)} {_ROUTES.get(card.routed, '')}".strip()
    if card.outcome:
        return AlertRule(why)
    if card.why == "overdue":
        return AlertRule(why, ("overdue_days", "overdue_every_days"))
    if card.why == "unpaid":
        return AlertRule(why, ("unpaid_after_days",))
    if not is_unsigned(Stage(card.stage)):
        return AlertRule(why, ("money_reminder_working_days", "unpaid_after_days"))
    stops = f"Reminders for {card.tier} accounts come until it is signed; one that somebody has just updated is spared."
    return AlertRule(f"{why} {stops}", ("rungs", "claimed_quiet_days", "alert_time"))


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
        return "Nothing more is planned."
    about = DECLARED[RenewalJob(card.next_kind)].card if card.next_kind else ""
    return f"Next reminder {text.day(card.next_at, card.as_of)}{f' {about}' if about else ''}."
