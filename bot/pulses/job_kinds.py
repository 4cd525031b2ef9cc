"""Kinds of job about pulses."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class PulseJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    ROUND = "pulse_round"
    REMINDER = "pulse_reminder"
    CLOSE = "pulse_close"
    RED = "pulse_red"
    UNTOUCHED = "pulse_untouched"
    ASK = "pulse_ask"


ANNOUNCED: Mapping[str, str] = {
    PulseJob.ROUND: "A pulse round begins",
    PulseJob.REMINDER: "Reminder of the pulse",
    PulseJob.CLOSE: "The pulse round closes",
    PulseJob.UNTOUCHED: "Escalation, if the pulse has no next step by then",
}
"""How an account's story announces those that say something to its team, after a day."""
