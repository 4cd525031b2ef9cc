"""People at a customer as plain values: one of them, whom a form names, and a contact in which somebody was met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.core.customer_people import PersonPart


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody at a customer. `met_at` is the last contact with them, None where none is known, as `part` is."""

    id: int
    account_id: int
    account: str
    name: str
    title: str
    email: str
    part: PersonPart | None
    since: date | None
    left_on: date | None
    met_at: datetime | None
    created_at: datetime
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """A contact in which somebody of an account may have been met: `typed` names them, `picked` are those chosen."""

    account_id: int
    source: str
    at: datetime
    typed: str
    picked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedThere:
    """Who at the customer a form names: as a line keeps it, and those of the list that were chosen."""

    contact: str = ""
    picked: tuple[int, ...] = ()
