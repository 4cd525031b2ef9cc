"""Alerts about pulses: the question, its reminder, a red answer, a next step that is missing."""

from __future__ import annotations

from bot.pulses.job_kinds import ANNOUNCED, PulseJob
from bot.workspace.alerts import HAND_OVER, AlertKind, AlertRule, Remedy, Wrong

_COMING = {**ANNOUNCED, PulseJob.RED: "The owner's manager hears of the red answer"}

PULSE = AlertKind(
    "pulse",
    AlertRule(
        "Everyone who keeps an account is asked from time to time how it is doing. Nobody sees an answer before all "
        "are in or the round closes.",
        ("pulse_every_days", "pulse_open_working_days", "pulse_time"),
    ),
    _COMING,
    wrong={
        Wrong.TOO_OFTEN: Remedy("A manager can set how often a pulse comes."),
        Wrong.WRONG_OWNER: HAND_OVER,
        Wrong.ALREADY_DONE: Remedy("One press on the pulse's card answers it."),
        Wrong.OTHER: Remedy("The pulse stays open until its day; nobody has to answer."),
    },
)

PULSE_REMINDER = AlertKind(
    "pulse_reminder",
    AlertRule(
        "You keep the account, its pulse is open, and your answer is missing. You are reminded once a round, about "
        "once a week of all rounds that wait; of a question that came as a direct message, on the last morning.",
        ("pulse_reminder_working_days", "pulse_open_working_days"),
    ),
    _COMING,
)

PULSE_RED = AlertKind(
    "pulse_red",
    AlertRule(
        "Somebody answered that the account is in danger. Its owner reads that at once, the owner's manager on the "
        "next working morning.",
    ),
    _COMING,
)

PULSE_STEP = AlertKind(
    "pulse_step",
    AlertRule(
        "The pulse showed danger, or two very different views, and nobody wrote down a next step. A next step, a touch "
        "or a health check stops it.",
        ("pulse_untouched_working_days",),
    ),
    _COMING,
)
