"""The codes of story lines and notices: what each one's sentence may use from its details.

Services fill the details, messages make the sentence; all values are text, days are ISO days. Every line carries
`as_of`, the day on which it was true; one about a countdown also `days_left` as of then.
"""

from __future__ import annotations

from enum import StrEnum

ESCALATED = "escalated"
"""In the timeline, beside the lines of a thread: nobody acted, so somebody was told apart from it."""


class Line(StrEnum):
    """What happened to a renewal, told in its card's thread. `by` did it; without `by` nobody did, time passed."""

    RUNG = "rung"
    """A rung came: rung, days_left, deadline, as_of; `claimed` when someone is on it. Mentions them, else the owner."""
    CLAIMED = "claimed"
    TOOK_OVER = "took_over"
    """`from`: the name of the one who was on it, who is mentioned."""
    RELEASED = "released"
    UPDATED = "updated"
    """Of these, what changed: stage + stage_before, forecast + forecast_before + forecast_reason,
    proposed_value + proposed_currency, close_date, renewal_date + renewal_date_before. `cleared` names what was emptied
    (of forecast, proposed_value, close_date), with commas between."""
    SNOOZED = "snoozed"
    """until, reason."""
    WOKE = "woke"
    """The snooze ended: until, reason, days_left, deadline, as_of. Mentions who snoozed it."""
    UNCLAIMED = "unclaimed"
    """Nobody is on it: rung, days_left, deadline. Mentions the owner. I'm on it would have stopped it. `next` (a name)
    hears of it on `next_on`; neither is there when nobody does."""
    CLAIM_IDLE = "claim_idle"
    """Who is on it has done nothing for long: since, next_on (days), days_left, deadline. Mentions them."""
    FREED = "freed"
    """They did nothing after that either, so nobody is on it: from (a name), since, days_left, deadline."""
    OVERDUE = "overdue"
    """The renewal date has passed and nothing is signed: mark (days: 0, 7, 14, 44 …), renewal_date, as_of."""
    ROLLED = "rolled"
    """It renewed itself: renewal_date, next_renewal_date."""
    PARTED = "parted"
    """Some of its contracts renewed themselves and have a card of their own: contracts (names), renewal_date,
    next_renewal_date."""
    TERM_BEGAN = "term_began"
    """Signed before, and now the new term runs: renewal_date, next_renewal_date. `unshared` + `unshared_currency`: an
    agreed value that could not be shared out among its contracts."""
    SIGNED = "signed"
    """What was signed: `final` and `final_before` (amounts a year, packed), final_term_months, term_starts, term_ends.
    `UPDATED` and `WON` carry them too, when they were corrected, and at the end."""
    INVOICED = "invoiced"
    CALL_KEPT = "call_kept"
    """What was learnt or computed speaks against the forecast, and somebody keeps it: forecast, reason."""
    CALL_ASKED = "call_asked"
    """The forecast asks for more: forecast, ask (decision, plan), days_left, deadline, as_of. Mentions who is on it."""
    ASK_INVOICED = "ask_invoiced"
    """Signed on `since`, not invoiced as of `as_of`; `by_itself`: nobody signed, it renewed itself on `since`."""
    ASK_PAID = "ask_paid"
    """Invoiced on `since`, not paid as of `as_of`."""
    UNPAID = "unpaid"
    """Long after the renewal date and not paid: renewal_date, stage. Owner and manager are told apart from it."""
    PAID_UNDONE = "paid_undone"
    """Paid was pressed by mistake, or too early: stage, which it has again."""
    WON = "won"
    """Paid: next_renewal_date, when the contracts have a next term. `unshared` as for `TERM_BEGAN`."""
    LOST = "lost"
    """lost_reason, lost_words."""
    ENDED = "ended"
    """No running contract is left in it: outcome (ended, merged)."""


class NoticeCode(StrEnum):
    """What one person, or the leadership channel, is told apart from the card.

    Each carries as_of, owner and claimed_by (names, or empty), stage, stage_since, rung, deadline, days_left and
    renewal_date. `instead_of` names the one who would have been told, and is away until `away_until`. `missing`: there
    is no such one to tell (owner, manager or leadership).
    """

    UNCLAIMED = "unclaimed"
    """Claiming it would have stopped it."""
    STUCK = "stuck"
    """Its stage has not moved."""
    OVERDUE = "overdue"
    """The renewal date has come and nothing is signed."""
    UNPAID = "unpaid"
    AT_RISK = "at_risk"
    """Someone has just set its forecast to At risk: set_by (a name), reason."""
    QUIET = "quiet"
    """The deadline is near and nothing was updated for days: touched_on."""
    FORECAST = "forecast"
    """The forecast and the figures are apart, or it is older than what was learnt since, or a commit without evidence.
    forecast and computed (classes), called_by (a name, or empty), and in words: because, older, unproven."""
    OWNER_AWAY = "owner_away"
    """A reminder is due, its card is in the owner's direct messages, and they are away until `away_until`."""
    UNHEARD = "unheard"
    """To admins: nobody who would be told of this renewal is there; `away_until` of the owner, when they are away."""
    NOWHERE = "nowhere"
    """To admins, once: a card has no channel, no route, no owner and no fallback channel to go to."""
    EVERGREEN = "evergreen"
    """Once a year, where the account speaks: a contract has no end and no renewal. contract, began, value, currency,
    notice (words), next_review; what is not known is empty."""


IN_THE_MORNING = frozenset(
    (
        NoticeCode.UNCLAIMED,
        NoticeCode.STUCK,
        NoticeCode.OVERDUE,
        NoticeCode.UNPAID,
        NoticeCode.AT_RISK,
        NoticeCode.QUIET,
        NoticeCode.FORECAST,
    )
)
"""What stands in one message a person and morning (escalations.py); the others are messages of their own."""
