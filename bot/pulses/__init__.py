"""Pulses: a light, frequent question to an account's team, all year; a round closes and is summarised."""

from bot.pulses.answers import account_of, answer, say_how_known
from bot.pulses.coverage_counts import coverage
from bot.pulses.facts import GivenAnswer
from bot.pulses.next_steps import take_step
from bot.pulses.open import start
from bot.pulses.planning import PlannedRounds, plan_rounds
from bot.pulses.queries import (
    Waiting,
    asked_why,
    card,
    count_waiting,
    place_of,
    red_accounts,
    running_of,
    waiting_for,
)

__all__ = [
    "GivenAnswer",
    "PlannedRounds",
    "Waiting",
    "account_of",
    "answer",
    "asked_why",
    "card",
    "count_waiting",
    "coverage",
    "place_of",
    "plan_rounds",
    "red_accounts",
    "running_of",
    "say_how_known",
    "start",
    "take_step",
    "waiting_for",
]
