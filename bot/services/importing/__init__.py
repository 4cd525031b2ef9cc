"""Data in: accounts and contracts from files, as CRMs export them."""

from bot.services.importing.accounts import ACCOUNTS
from bot.services.importing.batches import NO_WORKSPACE, Kind, import_file
from bot.services.importing.contracts import CONTRACTS
from bot.services.importing.summary import Options, Plan, Planned, Summary, Tally

__all__ = [
    "ACCOUNTS",
    "CONTRACTS",
    "NO_WORKSPACE",
    "Kind",
    "Options",
    "Plan",
    "Planned",
    "Summary",
    "Tally",
    "import_file",
]
