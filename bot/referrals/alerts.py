"""Alerts about referrals: a good moment to ask, and thanks that are due."""

from __future__ import annotations

from bot.core.proposing import QUIET, QUIET_NUMBERS
from bot.referrals.job_kinds import ANNOUNCED
from bot.workspace.alerts import HAND_OVER, AlertKind, AlertRule, Remedy, Wrong

REFERRAL = AlertKind(
    "referral",
    AlertRule(
        "You keep the account, and this is a good moment: a green pulse was heard from the customer, or its health is "
        "high and it has been quiet; nothing is unpaid, no promise is overdue, and touches do not come only before "
        f"deadlines. The same person is suggested again after the pause at the earliest. {QUIET}",
        (
            "referral_green_days",
            "referral_score",
            "referral_quiet_days",
            "referral_near_percent",
            "referral_near_days",
            "referral_hint_days",
            "referral_pause_days",
            *QUIET_NUMBERS,
        ),
    ),
    wrong={
        Wrong.TOO_OFTEN: Remedy("A manager can set how often a suggestion comes."),
        Wrong.WRONG_OWNER: HAND_OVER,
        Wrong.ALREADY_DONE: Remedy("Press Asked or Thanked, in the message or in `/referral`."),
        Wrong.OTHER: Remedy("Not now takes the suggestion off your hands."),
    },
)

REFERRAL_THANKS = AlertKind(
    "referral_thanks",
    AlertRule(
        "Somebody at the customer named somebody to us, and nobody has said thank you. You are reminded once. Thanked "
        "stops it.",
        ("referral_thank_working_days",),
    ),
    ANNOUNCED,
)
