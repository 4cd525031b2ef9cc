"""Data in: accounts, contracts, contacts, touchpoints, tickets, insights and usage from files."""

from bot.importing.accounts import ACCOUNTS
from bot.importing.batches import NO_WORKSPACE, ImportKind, import_file
from bot.importing.contracts import CONTRACTS
from bot.importing.insights import INSIGHTS
from bot.importing.people import CONTACTS
from bot.importing.summary import ImportOptions, PlanAccounts, PlannedRenewals, Summary, Tally
from bot.importing.touches import TICKETS, TOUCHPOINTS
from bot.importing.usage import USAGE

__all__ = [
    "ACCOUNTS",
    "CONTACTS",
    "CONTRACTS",
    "INSIGHTS",
    "NO_WORKSPACE",
    "TICKETS",
    "TOUCHPOINTS",
    "USAGE",
    "ImportKind",
    "ImportOptions",
    "PlanAccounts",
    "PlannedRenewals",
    "Summary",
    "Tally",
    "import_file",
]
