"""What metrics bring: the ledger is written whenever contracts are."""

from __future__ import annotations

from bot.accounts.events import ContractsWritten
from bot.accounts.overview_parts import OverviewPart
from bot.metrics import ledger, overview
from bot.registry import Feature

FEATURE = Feature(
    overview=[OverviewPart(overview.SECTION, 90, overview.tell, overview.listing, only_leadership=True)],
    listeners={ContractsWritten: [ledger.on_contracts_written]},
)
