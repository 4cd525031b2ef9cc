"""What the proof sheet brings: a command by which a manager gets it as files."""

from __future__ import annotations

from bot.registry import Feature
from bot.slack.commands import Command

FEATURE = Feature(
    commands=[
        Command(
            "/proof",
            "Get a sheet for prospects: how customers are kept, in figures and as a year's calendar, with no name",
            "[day]",
            "/proof 30 June",
            beside="; for managers.",
        )
    ]
)
