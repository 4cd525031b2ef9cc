"""Whose a reason of a pulse was to change, by the same grouping as reasons for losing (renewals.rules.stages)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.renewals.rules.stages import Whose

OF_PULSES: Mapping[str, Whose] = {
    "Support experience": Whose.OURS,
    "Slow answers from us": Whose.OURS,
    "Staff change on our side": Whose.OURS,
    "Broken promise": Whose.OURS,
    "Price": Whose.OURS,
    "Product gap": Whose.OURS,
    "Champion left": Whose.THEIRS,
    "They have no time": Whose.THEIRS,
    "Little used": Whose.OURS,
    "Looking at a competitor": Whose.OURS,
}
"""The usual reasons (health.rules.reasons.REASONS)."""

_BY_KEY = {reason.casefold(): whose for reason, whose in OF_PULSES.items()}


def whose_reason(reason: str) -> Whose:
    """Whose a reason was to change; of one that a workspace wrote itself that is not known."""
    return _BY_KEY.get(reason.casefold(), Whose.UNKNOWN)
