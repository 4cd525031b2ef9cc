"""What metrics bring: the ledger is written whenever contracts are."""

from __future__ import annotations

from bot.accounts.events import ContractsWritten
from bot.metrics import ledger
from bot.registry import Feature

FEATURE = Feature(listeners={ContractsWritten: [ledger.on_contracts_written]})
