"""Alerts about nurture: something worth telling is proposed."""

from __future__ import annotations

from bot.nurture.job_kinds import ANNOUNCED
from bot.workspace.alerts import HAND_OVER, AlertKind, AlertRule, Remedy, Wrong

NURTURE = AlertKind(
    "nurture",
    AlertRule(
        "Each account hears something worth knowing from time to time, apart from any newsletter. It is proposed to "
        "the account's owner, one a day at most; never while the account is in danger or escalated, or a promise to "
        "it is overdue. Nothing is proposed for an account twice.",
        ("nurture_every_days", "nurture_own_one_in", "insight_fresh_days"),
    ),
    ANNOUNCED,
    wrong={
        Wrong.TOO_OFTEN: Remedy("A manager can set how often something is proposed for an account."),
        Wrong.WRONG_OWNER: HAND_OVER,
        Wrong.ALREADY_DONE: Remedy("Press Sent: it counts as a touch, and is never proposed to them again."),
        Wrong.OTHER: Remedy("Another proposes something else; Not now lets it rest."),
    },
)
