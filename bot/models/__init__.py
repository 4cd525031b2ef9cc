"""All tables, one file a noun family."""

from bot.models.account import Account, Contract, Event, Teammate
from bot.models.loop import AgendaRow, Post
from bot.models.renewal import Renewal
from bot.models.workspace import Channel, Lease, Member, Receipt, Route, Workspace

__all__ = [
    "Account",
    "AgendaRow",
    "Channel",
    "Contract",
    "Event",
    "Lease",
    "Member",
    "Post",
    "Receipt",
    "Renewal",
    "Route",
    "Teammate",
    "Workspace",
]
