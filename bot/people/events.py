"""Events about people at a customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.person_names import Known


@dataclass(frozen=True, slots=True)
class PersonRemoved:
    """Somebody is removed for good: what names them is to be blanked. `known` are those whom names there may mean."""

    account_id: int
    person_id: int
    known: Sequence[Known]


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """Somebody has left the customer: what is still to be said to them is for somebody else. `known` as above."""

    account_id: int
    person_id: int
    known: Sequence[Known]
