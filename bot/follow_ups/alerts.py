"""Alerts about follow-ups and promises."""

from __future__ import annotations

from bot.follow_ups.job_kinds import ANNOUNCED
from bot.workspace.alerts import AlertKind, AlertRule

FOLLOW_UP = AlertKind(
    "follow_up",
    AlertRule(
        "Something is to be done for the account by a day. Whoever is to do it hears of it when a colleague writes it "
        "down for them and on the morning of that day; of what nobody is to do yet, the account's owner hears. A "
        "promise that nobody called kept by the end of its day counts as broken, which the account's owner hears too.",
    ),
    ANNOUNCED,
)

SOMEBODY_LEFT = AlertRule(
    "A champion or decider has left the customer. The account's owner finds out who takes over, within some days; "
    "without an owner, whoever wrote down that they left.",
    ("takes_over_days",),
)
"""Behind a follow-up that stands there because of that."""
