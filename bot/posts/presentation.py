"""Presentation: what of a post is shown at one of its places, as (kind, facts) for a renderer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.models.post import DeliveryRole
from bot.posts import kinds, relocate
from bot.posts.placing import as_twin
from bot.posts.queue import DuePost
from bot.posts.records import Claim


def shown_at(due: DuePost, claim: Claim) -> tuple[str, Mapping[str, Any]]:
    """The message itself where it belongs; to its owner, why it comes to them; else what the place's role asks for."""
    if due.role == DeliveryRole.FORMER:
        return relocate.KIND, relocate.moved_facts(claim.kind, claim.facts, due.moved_to)
    if due.role == DeliveryRole.TWIN:
        return as_twin(due.key, claim.facts)
    if due.reroute_reason and due.recipient:
        return claim.kind, kinds.of(claim.kind).as_routed(claim.facts, due.reroute_reason)
    return claim.kind, claim.facts
