"""What insights bring: a command to write one down."""

from __future__ import annotations

from bot.registry import Feature
from bot.slack.commands import Command

FEATURE = Feature(
    commands=[
        Command(
            "/insight",
            "Add something worth telling customers, with nothing to sell.",
            "[words and link]",
            "/insight New study on downtime https://example.com/study",
            takes_sentences=True,
        )
    ],
)
