"""All tables, one file a noun family."""

from bot.models.account import Account, AccountAlias, Contract, Event, Teammate
from bot.models.agenda import AgendaRow, Post, PostDoubt
from bot.models.handoff import Handoff
from bot.models.learning import (
    AccountHealth,
    FollowUp,
    HealthCheck,
    Insight,
    Plan,
    PulseAnswer,
    PulseRound,
    ScorePoint,
    Touchpoint,
)
from bot.models.renewal import Renewal
from bot.models.workspace import Channel, Lease, Member, PassedOn, Receipt, Route, Workspace

__all__ = [
    "Account",
    "AccountAlias",
    "AccountHealth",
    "AgendaRow",
    "Channel",
    "Contract",
    "Event",
    "FollowUp",
    "Handoff",
    "HealthCheck",
    "Insight",
    "Lease",
    "Member",
    "PassedOn",
    "Plan",
    "Post",
    "PostDoubt",
    "PulseAnswer",
    "PulseRound",
    "Receipt",
    "Renewal",
    "Route",
    "ScorePoint",
    "Teammate",
    "Touchpoint",
    "Workspace",
]
