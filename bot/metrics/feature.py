"""What metrics bring: the ledger is written whenever contracts are; and where one's own time went."""

from __future__ import annotations

from bot.accounts.events import ContractsWritten
from bot.metrics import ledger
from bot.registry import Feature
from bot.slack.commands import Command, More

FEATURE = Feature(
    commands=[
        Command(
            "/time",
            "Where your time went: touches by customer and purpose. Only you see it",
            "[team]",
            "/time",
            (More("/time team", "Where your team's time went, together."),),
            "; the team's for managers.",
        )
    ],
    listeners={ContractsWritten: [ledger.on_contracts_written]},
)
