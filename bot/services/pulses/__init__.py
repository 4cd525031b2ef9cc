"""Pulses: a light, frequent question to an account's team, all year; a round closes and is summarised."""

from bot.services.pulses.answering import account_of, answer, say_how_known
from bot.services.pulses.coverage import coverage
from bot.services.pulses.opening import start
from bot.services.pulses.planning import Planned, plan_rounds
from bot.services.pulses.reading import Waiting, asked_why, card, place_of, running_of, waiting_for
from bot.services.pulses.stepping import take_step

__all__ = [
    "Planned",
    "Waiting",
    "account_of",
    "answer",
    "asked_why",
    "card",
    "coverage",
    "place_of",
    "plan_rounds",
    "running_of",
    "say_how_known",
    "start",
    "take_step",
    "waiting_for",
]
