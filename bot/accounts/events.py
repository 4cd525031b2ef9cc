"""Events about accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class AccountLearned:
    """Something was learnt about these accounts, by the member `by_id` where one person entered it."""

    account_ids: Sequence[int]
    by_id: int | None = None


@dataclass(frozen=True, slots=True)
class PeopleThereChanged:
    """Somebody at this customer has left, or is there again: what was sent and names them says so."""

    account_id: int


@dataclass(frozen=True, slots=True)
class AccountsWritten:
    """Whether these accounts are customers, their segment, tier or first day was written in this transaction.

    Their story gets what is different now. `cause` is one of metrics.rules.account_story.AccountCause.
    """

    account_ids: Sequence[int]
    cause: str


@dataclass(frozen=True, slots=True)
class ContractsWritten:
    """The rows of these contracts were written in this transaction; the ledger adds what is different now.

    `cause` is one of metrics.rules.contract_story.Cause. `days`: contract → the day from which it is so, where whoever
    wrote it knows better than the cause: the first day of the term that a contract went on to. `new`: the rows, by
    column, of other contracts that nobody had written before.
    """

    contract_ids: Sequence[int]
    cause: str
    days: Mapping[int, date] = field(default_factory=dict)
    new: Sequence[Mapping[str, Any]] = ()
