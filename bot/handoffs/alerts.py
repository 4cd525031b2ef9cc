"""Alerts about handoffs."""

from __future__ import annotations

from bot.handoffs.job_kinds import ANNOUNCED
from bot.workspace.alerts import AlertKind, AlertRule, Remedy, Wrong

HANDOFF = AlertKind(
    "handoff",
    AlertRule(
        "A handoff is told to who gives and who receives it. While it waits, the receiver is reminded once; then giver "
        "and manager hear. Accepting, returning or withdrawing it stops that.",
        ("handoff_reminder_working_days", "handoff_late_working_days"),
    ),
    ANNOUNCED,
    wrong={
        Wrong.WRONG_OWNER: Remedy("Return it and say who should have it."),
        Wrong.ALREADY_DONE: Remedy("Accept it: that is all that is missing."),
        Wrong.OTHER: Remedy("Return it and say what is missing."),
    },
)
