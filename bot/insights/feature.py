"""What insights bring: a command to write one down."""

from __future__ import annotations

from bot.registry import Feature
from bot.slack.commands import Command
from bot.slack.ids import CommandId

FEATURE = Feature(
    commands=[
        Command(
            CommandId.INSIGHT,
            "Add something worth telling customers, with nothing to sell.",
            "[words and link]",
            "/insight New study on downtime https://example.com/study",
        )
    ],
)
