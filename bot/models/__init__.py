"""All tables, one file a noun family."""

from bot.models.account import Account, AccountAlias, Contract, Event, Teammate
from bot.models.agenda import JobRow
from bot.models.feedback import Dismissal
from bot.models.handoff import Handoff
from bot.models.learning import (
    AccountHealth,
    CheckPrompt,
    FollowUp,
    HealthCheck,
    Insight,
    Plan,
    PulseAnswer,
    PulseRound,
    ScorePoint,
    Touchpoint,
)
from bot.models.ledger import ContractState
from bot.models.post import Delivery, DeliveryDoubt, Post
from bot.models.renewal import Escalation, EscalationNotice, Renewal
from bot.models.setting_change import SettingChange
from bot.models.workspace import Channel, Lease, Member, PassedOn, Receipt, Route, Workspace

__all__ = [
    "Account",
    "AccountAlias",
    "AccountHealth",
    "Channel",
    "CheckPrompt",
    "Contract",
    "ContractState",
    "Delivery",
    "DeliveryDoubt",
    "Dismissal",
    "Escalation",
    "EscalationNotice",
    "Event",
    "FollowUp",
    "Handoff",
    "HealthCheck",
    "Insight",
    "JobRow",
    "Lease",
    "Member",
    "PassedOn",
    "Plan",
    "Post",
    "PulseAnswer",
    "PulseRound",
    "Receipt",
    "Renewal",
    "Route",
    "ScorePoint",
    "SettingChange",
    "Teammate",
    "Touchpoint",
    "Workspace",
]
