"""All tables, one file a noun family."""

from bot.models.account import Account, AccountAlias, Contract, Event, Teammate
from bot.models.account_standing import AccountStanding
from bot.models.agenda import JobRow
from bot.models.autopsy import Autopsy, AutopsyAnswer
from bot.models.competitor import CompetitorClaim
from bot.models.customer_person import CustomerPerson, DecisionStep, PersonMet
from bot.models.digest import DigestSetup, SentLine, SentOverview
from bot.models.feedback import Dismissal
from bot.models.follow_up import FollowUp
from bot.models.forecast import ForecastCall, ForecastKey
from bot.models.handoff import Handoff
from bot.models.health import AccountHealth, CheckPrompt, HealthCheck, ScorePoint
from bot.models.insight import Insight
from bot.models.ledger import ContractState
from bot.models.nurture import InsightUse, NurturePause, NurtureTouch, TriggerEvent
from bot.models.opportunity import GrowthProposal, NotEligible, Opportunity, Product
from bot.models.plan import Plan
from bot.models.post import Delivery, DeliveryDoubt, Post
from bot.models.pulse import PulseAnswer, PulseRound
from bot.models.referral import Referral, ReferralHint
from bot.models.renewal import Escalation, EscalationNotice, Renewal
from bot.models.requalification import Requalification
from bot.models.setting_change import SettingChange
from bot.models.touchpoint import Touchpoint
from bot.models.usage import UsageFigure, UsageTrend
from bot.models.workspace import Channel, Lease, Member, PassedOn, Receipt, Route, Workspace

__all__ = [
    "Account",
    "AccountAlias",
    "AccountHealth",
    "AccountStanding",
    "Autopsy",
    "AutopsyAnswer",
    "Channel",
    "CheckPrompt",
    "CompetitorClaim",
    "Contract",
    "ContractState",
    "CustomerPerson",
    "DecisionStep",
    "Delivery",
    "DeliveryDoubt",
    "DigestSetup",
    "Dismissal",
    "Escalation",
    "EscalationNotice",
    "Event",
    "FollowUp",
    "ForecastCall",
    "ForecastKey",
    "GrowthProposal",
    "Handoff",
    "HealthCheck",
    "Insight",
    "InsightUse",
    "JobRow",
    "Lease",
    "Member",
    "NotEligible",
    "NurturePause",
    "NurtureTouch",
    "Opportunity",
    "PassedOn",
    "PersonMet",
    "Plan",
    "Post",
    "Product",
    "PulseAnswer",
    "PulseRound",
    "Receipt",
    "Referral",
    "ReferralHint",
    "Renewal",
    "Requalification",
    "Route",
    "ScorePoint",
    "SentLine",
    "SentOverview",
    "SettingChange",
    "Teammate",
    "Touchpoint",
    "TriggerEvent",
    "UsageFigure",
    "UsageTrend",
    "Workspace",
]
