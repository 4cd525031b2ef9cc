"""Why a customer is not well: the usual reasons, and a workspace's own list of them."""

from __future__ import annotations

from collections.abc import Iterable

REASONS = (
    "Support experience",
    "Slow answers from us",
    "Staff change on our side",
    "Broken promise",
    "Price",
    "Product gap",
    "Champion left",
    "They have no time",
    "Little used",
    "Looking at a competitor",
)
"""Why an answer is not green, while a workspace has no list of its own. The first four are causes of our own."""

REASON_LENGTH = 70
"""So that a reason fits into a choice as it stands."""

REASONS_MOST = 50


def read_reasons(lines: Iterable[str]) -> tuple[str, ...]:
    """A workspace's own list, one reason a line; empty lines and repetitions are left out.

    Raises ValueError, saying what to write, for a reason that is too long or a list that has too many.
    """
    found: dict[str, str] = {}
    for line in lines:
        reason = " ".join(line.split())
        if len(reason) > REASON_LENGTH:
            raise ValueError(f"“{reason[:30]}…” is too long. Keep each reason within {REASON_LENGTH} characters.")
        if reason:
            found.setdefault(reason.casefold(), reason)
    if len(found) > REASONS_MOST:
        raise ValueError(f"These are {len(found)} reasons. Keep at most {REASONS_MOST}, one a line.")
    return tuple(found.values())
