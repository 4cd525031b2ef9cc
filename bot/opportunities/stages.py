"""Choices about opportunities: what kind, where it stands, where it came from, and why it was lost."""

from __future__ import annotations

from bot.core.labelled import Labelled


class GrowthKind(Labelled):
    """More of what an account has, or something that it has not."""

    UPSELL = "upsell", "Upsell: more of what they have"
    CROSS_SELL = "cross_sell", "Cross-sell: something they do not have"


class OpportunityStage(Labelled):
    """Where an opportunity stands."""

    SPOTTED = "spotted", "Spotted"
    QUALIFIED = "qualified", "Qualified"
    PROPOSED = "proposed", "Proposed"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class OpportunitySource(Labelled):
    """Where an opportunity came from."""

    SAID = "said", "They said so"
    PULSE = "pulse", "A pulse"
    HEALTH = "health", "A health check or the score"
    USAGE = "usage", "Usage or seats that grew"
    PEERS = "peers", "Customers like them have it"
    NURTURE = "nurture", "A nurture touch"
    SUPPORT = "support", "Support"
    RENEWAL = "renewal", "Talks about a renewal"


class OpportunityLost(Labelled):
    """Why an opportunity came to nothing."""

    NO_NEED = "no_need", "No need after all"
    NO_BUDGET = "no_budget", "No budget"
    PRICE = "price", "Price"
    COMPETITOR = "competitor", "They chose someone else"
    TIMING = "timing", "Not the right time"
    OTHER = "other", "Something else"


MAY_HAVE = "growth_may_have"
"""What it is to a timeline that an account may have a product after all."""

REMOVED = "growth_removed"
"""What it is to a timeline that an opportunity was written down by mistake."""

OVER = (OpportunityStage.WON, OpportunityStage.LOST)
"""Stages of what is decided."""
