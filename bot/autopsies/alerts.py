"""Alerts about renewals that were lost or shrank. One is dismissed as its renewal is."""

from __future__ import annotations

from bot.workspace.alerts import AlertKind, AlertRule

AUTOPSY = AlertKind(
    "autopsy",
    AlertRule(
        "A renewal was lost, or signed for at least a third less a year. What came in the 12 months before is laid out "
        "once, where the account speaks and for the owner's manager, and both are asked what would have helped. "
        "Undoing the loss withdraws it.",
        ("touch_every_days",),
    ),
)
