"""Alerts about what happens at a customer."""

from __future__ import annotations

from bot.insights.job_kinds import ANNOUNCED
from bot.workspace.alerts import HAND_OVER, AlertKind, AlertRule, Remedy, Wrong

TRIGGER = AlertKind(
    "trigger",
    AlertRule(
        "Somebody wrote down what happens at this customer, and on which day. Its team is told ahead of that day, once "
        "for each time it happens.",
        ("trigger_lead_days",),
    ),
    ANNOUNCED,
    wrong={
        Wrong.WRONG_DATE: Remedy("Write the right day in `/insight list`."),
        Wrong.WRONG_OWNER: HAND_OVER,
        Wrong.ALREADY_DONE: Remedy("If it comes again each year, leave it; else take it off the list."),
        Wrong.OTHER: Remedy("Change it in `/insight list`."),
    },
)
