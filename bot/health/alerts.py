"""Alerts about health: a check is due, a score fell. Each is dismissed as one about health."""

from __future__ import annotations

from bot.health.job_kinds import ANNOUNCED, HealthJob
from bot.workspace.alerts import HAND_OVER, AlertKind, AlertRule, Remedy, Wrong

HEALTH = AlertKind(
    "health",
    AlertRule(
        "A health check is due some time after the last one. It is asked for once, until one is recorded.",
        ("health_every_days",),
    ),
    ANNOUNCED,
    wrong={
        Wrong.TOO_OFTEN: Remedy("A manager can set how often a health check comes."),
        Wrong.WRONG_OWNER: HAND_OVER,
        Wrong.ALREADY_DONE: Remedy("Record the check with the day of the talk: that stops it."),
        Wrong.OTHER: Remedy("The account's story says what the score is made of."),
    },
)

HEALTH_RED = AlertKind(
    "health_red",
    AlertRule(
        "Somebody answered in a pulse that the account is in danger, so a health check is asked for now.",
        ("health_every_days",),
    ),
    ANNOUNCED,
)

SCORE = AlertKind(
    "score",
    AlertRule(
        "The health score fell far in a short time, or into a worse band. The owner is told.",
        ("score_fall", "score_fall_days", "bands", "decider_days"),
    ),
    {HealthJob.SCORE_ALERT: "The owner is told how far the score fell", **ANNOUNCED},
)
