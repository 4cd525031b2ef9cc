"""Alerts about growth: what an account may need besides."""

from __future__ import annotations

from bot.core.proposing import QUIET, QUIET_NUMBERS
from bot.workspace.alerts import HAND_OVER, AlertKind, AlertRule, Remedy, Wrong

GROWTH = AlertKind(
    "growth",
    AlertRule(
        "You own the account, and something speaks for more: it is well and its seats or its usage grow, or customers "
        f"like it have a product that it has not. You get one such proposal a week at most. {QUIET}",
        (
            "growth_score",
            "growth_score_days",
            "growth_seat_days",
            "growth_usage_percent",
            "growth_peer_percent",
            "growth_again_days",
            *QUIET_NUMBERS,
        ),
    ),
    wrong={
        Wrong.WRONG_OWNER: HAND_OVER,
        Wrong.ALREADY_DONE: Remedy("Write the opportunity down: what is open is not proposed."),
        Wrong.TOO_OFTEN: Remedy("One a week comes at most. Not eligible, with a reason, stops it for good."),
        Wrong.OTHER: Remedy("Not eligible, with a reason, stops it for good; not now, for some months."),
    },
)
