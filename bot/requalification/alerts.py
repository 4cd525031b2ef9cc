"""Alerts about one-off work that was delivered."""

from __future__ import annotations

from bot.core.proposing import QUIET, QUIET_NUMBERS
from bot.requalification.job_kinds import ANNOUNCED
from bot.workspace.alerts import HAND_OVER, AlertKind, AlertRule, Remedy, Wrong

ONE_OFF = AlertKind(
    "one_off",
    AlertRule(
        "You own the account, and one-off work was delivered there. It has no renewal, so you are asked a few times "
        f"what has changed. An answer stops that, and so does a contract that renews. {QUIET}",
        ("requalify_days", *QUIET_NUMBERS),
    ),
    ANNOUNCED,
    wrong={
        Wrong.WRONG_OWNER: HAND_OVER,
        Wrong.ALREADY_DONE: Remedy("Answer it: need, not now or gone ends it."),
        Wrong.TOO_OFTEN: Remedy("A manager can set on which days it is asked."),
        Wrong.OTHER: Remedy("Answer it: need, not now or gone ends it."),
    },
)
