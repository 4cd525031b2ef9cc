"""What is known of opportunities, as plain values that fit in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bot.accounts.people_facts import NamedThere
from bot.core.facts import Facts
from bot.opportunities.stages import GrowthKind, OpportunityLost, OpportunitySource, OpportunityStage


@dataclass(frozen=True, slots=True)
class Signals(Facts):
    """What spoke for a proposal, as it stood then; a signal that did not speak is None or 0.

    `score` has been at least `score_least` for `score_days` days while seats grew from `seats_before` to `seats` in
    `seat_days` days, or while `usage_measure` (logins, hours, ...) was `usage_percent` up in the three months to
    `usage_ends_on`, an ISO day, against the three before. Of `peers` other accounts of `segment`, `peers_have` have
    the product.
    """

    score: int | None = None
    score_least: int = 0
    score_days: int = 0
    seats_before: int = 0
    seats: int = 0
    seat_days: int = 0
    usage_measure: str = ""
    usage_percent: int = 0
    usage_ends_on: str = ""
    peers: int = 0
    peers_have: int = 0
    segment: str = ""


@dataclass(frozen=True, slots=True)
class ProposalCard(Facts):
    """A proposal to the owner of an account. `answer` is empty while there is none; `again_on` follows not now."""

    proposal_id: int
    account_id: int
    account: str
    product_id: int
    product: str
    kind: str
    as_of: str
    signals: Signals = field(default_factory=Signals)
    answer: str = ""
    answered_by: str = ""
    reason: str = ""
    again_on: str = ""


@dataclass(frozen=True, slots=True)
class OpportunityRow:
    """One opportunity in a list; days are ISO days. `product` is empty for what is not in the list of products.

    `next_step` is what is to be done for it next, by `next_on`; empty where nothing is.
    """

    id: int
    kind: str
    product: str
    need: str
    budget: str
    value: str | None
    currency: str | None
    stage: str
    stage_on: str
    lost_reason: str
    source: str
    contact: str = ""
    next_step: str = ""
    next_on: str = ""


@dataclass(frozen=True, slots=True)
class WhitespaceRow:
    """How an account stands to one product: owned, pipeline, not_eligible (with its `reason`), or gap."""

    product_id: int
    product: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AccountGrowth:
    """What `/grow acme` shows: of `total` opportunities the first, the open ones before the others.

    `possible` is {currency: amount} of all that are open, so many as `live`; `unvalued` of them have no value.
    """

    account_id: int
    account: str
    as_of: str
    opportunities: tuple[OpportunityRow, ...] = ()
    whitespace: tuple[WhitespaceRow, ...] = ()
    possible: Mapping[str, str] = field(default_factory=dict)
    unvalued: int = 0
    held_off: str = ""
    live: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """How the accounts of a segment stand to one product: how many in each state. They add up to all of them."""

    product: str
    owned: int
    pipeline: int
    gap: int
    not_eligible: int


@dataclass(frozen=True, slots=True)
class SegmentGrowth:
    """What `/grow segment Retail` shows."""

    segment: str
    accounts: int
    as_of: str
    rows: tuple[SegmentRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Spotted:
    """An opportunity as somebody writes it down. `value` is a year's; `next_step` is to be done until `next_on`.

    `who` of the customer said what they need.
    """

    kind: GrowthKind
    need: str
    budget: str = ""
    product_id: int | None = None
    value: Decimal | None = None
    currency: str | None = None
    stage: OpportunityStage = OpportunityStage.SPOTTED
    lost_reason: OpportunityLost | None = None
    source: OpportunitySource = OpportunitySource.SAID
    next_step: str = ""
    next_on: date | None = None
    who: NamedThere = field(default_factory=NamedThere)
