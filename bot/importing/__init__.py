"""Data in: accounts, contracts, touchpoints and tickets from files, as CRMs and helpdesks export them."""

from bot.importing.accounts import ACCOUNTS
from bot.importing.batches import NO_WORKSPACE, Kind, import_file
from bot.importing.contracts import CONTRACTS
from bot.importing.summary import Options, Plan, Planned, Summary, Tally
from bot.importing.touches import TICKETS, TOUCHPOINTS

__all__ = [
    "ACCOUNTS",
    "CONTRACTS",
    "NO_WORKSPACE",
    "TICKETS",
    "TOUCHPOINTS",
    "Kind",
    "Options",
    "Plan",
    "Planned",
    "Summary",
    "Tally",
    "import_file",
]
