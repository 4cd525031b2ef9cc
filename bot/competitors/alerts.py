"""Alerts about competitors' claims."""

from __future__ import annotations

from bot.competitors.job_kinds import ANNOUNCED
from bot.workspace.alerts import AlertKind, AlertRule

CLAIM = AlertKind(
    "claim",
    AlertRule(
        "Somebody wrote down what a competitor claims. The account's team reads it once; if it has no answer after a "
        "few working days, the owner's manager hears. An answer stops that.",
        ("claim_answer_working_days",),
    ),
    ANNOUNCED,
)
