"""Alerts about nurture: something worth telling is proposed."""

from __future__ import annotations

from bot.core.proposing import QUIET, QUIET_NUMBERS
from bot.nurture.job_kinds import ANNOUNCED
from bot.workspace.alerts import HAND_OVER, AlertKind, AlertRule, Remedy, Wrong

NURTURE = AlertKind(
    "nurture",
    AlertRule(
        "Each account hears something worth knowing from time to time, apart from any newsletter. It is proposed to "
        f"the account's owner, one a day at most. Nothing is proposed for an account twice. {QUIET}",
        ("nurture_every_days", "nurture_again_days", "nurture_own_one_in", "insight_fresh_days", *QUIET_NUMBERS),
    ),
    ANNOUNCED,
    wrong={
        Wrong.TOO_OFTEN: Remedy("A manager can set how often something is proposed for an account."),
        Wrong.WRONG_OWNER: HAND_OVER,
        Wrong.ALREADY_DONE: Remedy("Press Sent: it counts as a touch, and is never proposed to them again."),
        Wrong.OTHER: Remedy("Another proposes something else; Not now lets it rest."),
    },
)
