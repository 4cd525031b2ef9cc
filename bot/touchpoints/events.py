"""Events about contacts with a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CustomerContacted:
    """Someone was in touch with the customer at that moment; an internal note is no contact.

    `by_id`: the member who entered it, where what follows is no news to them.
    """

    account_id: int
    at: datetime
    by_id: int | None = None


@dataclass(frozen=True, slots=True)
class ContactTakenBack:
    """What was entered as a contact at that moment was deleted, or has become something else."""

    account_id: int
    at: datetime
    by_id: int | None = None
