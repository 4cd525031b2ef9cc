"""Data in: accounts, contracts, touchpoints and tickets from files, as CRMs and helpdesks export them."""

from bot.services.importing.accounts import ACCOUNTS
from bot.services.importing.batches import NO_WORKSPACE, Kind, import_file
from bot.services.importing.contracts import CONTRACTS
from bot.services.importing.summary import Options, Plan, Planned, Summary, Tally
from bot.services.importing.touches import TICKETS, TOUCHPOINTS

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
