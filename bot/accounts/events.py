"""Events about accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountLearned:
    """Something was learnt about these accounts, by the member `by_id` where one person entered it."""

    account_ids: Sequence[int]
    by_id: int | None = None
