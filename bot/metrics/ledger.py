"""The ledger of contracts: written in the transaction that writes a contract, and asked what was so on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import insert, select

from bot.accounts.events import ContractsWritten
from bot.core.calendar import local_date
from bot.db.bulk import run_many
from bot.db.scope import one_of, within
from bot.db.work import Work
from bot.metrics.rules.contract_story import Cause, LedgerState, Now, Story, entries, on_day, story_now
from bot.models import Contract, ContractState
from bot.renewals.rules.price_rise import stored_price_rise
from bot.renewals.rules.terms import is_end_inclusive
from bot.workspace import context

_REMEMBERED = 4096
_STATE = ("account_id", "kind", "status", "value", "currency", "term_months", "ends_on")
# Columns of the tables rather than of the classes: the ORM's own loading costs as much again as the query.
_C, _S = Contract.__table__.c, ContractState.__table__.c
# Thousands of contracts share their dates.
_ends_last = lru_cache(_REMEMBERED)(is_end_inclusive)
_INSERT = insert(ContractState.__table__)  # type: ignore[arg-type]


def on_contracts_written(work: Work, event: ContractsWritten) -> None:
    """Add to the ledger what is different of these contracts now: three statements, however many they are."""
    ids = sorted(set(event.contract_ids))
    if not ids and not event.new:
        return
    stories = _stories(work, ids) if ids else {}
    today, cause = local_date(work.now, context.of(work).zone), Cause(event.cause)
    same = {"workspace_id": work.workspace_id, "known_at": work.now, "cause": cause.value}
    rows: list[dict[str, Any]] = []
    for contract_id, now in (*(_as_they_stand(work, ids) if ids else ()), *_as_written(event.new)):
        told = stories.get(contract_id, {})
        true = story_now(told, now, cause, today, event.days.get(contract_id))
        for entry in entries(told, true, now.rise_percent):
            row: dict[str, Any] = dict(zip(_STATE, entry.state, strict=True))
            row |= same
            row["contract_id"], row["effective_on"] = contract_id, entry.day
            row["change"], row["agreed_rise"] = entry.change, entry.agreed_rise
            rows.append(row)
    run_many(work.session, _INSERT, rows)


def as_of(work: Work, contract_id: int, day: date, known_at: datetime | None = None) -> LedgerState | None:
    """What a contract was on a day, as it is known now, or as it was known at a moment; None when it was nothing."""
    return on_day(_stories(work, [contract_id], known_at).get(contract_id, {}), day)


def of_account(work: Work, account_id: int, day: date, known_at: datetime | None = None) -> list[LedgerState]:
    """What each of an account's contracts was on a day, as `as_of`; those that were nothing, or another's, left out."""
    ids = work.session.scalars(work.select(Contract.id).where(Contract.account_id == account_id)).all()
    told = (on_day(story, day) for story in _stories(work, ids, known_at).values())
    return [state for state in told if state is not None and state.account_id == account_id]


def _stories(work: Work, ids: Sequence[int], known_at: datetime | None = None) -> dict[int, Story]:
    told = (
        select(_S.contract_id, _S.effective_on, *(_S[name] for name in _STATE))
        .where(within(_S.workspace_id, work.workspace_id), one_of(work.session, _S.contract_id, ids))
        .order_by(_S.id)
    )
    if known_at is not None:
        told = told.where(_S.known_at <= known_at)
    stories: dict[int, dict[date, LedgerState]] = {}
    for contract_id, day, *state in work.session.execute(told):
        stories.setdefault(contract_id, {})[day] = LedgerState(*state)
    return dict(stories)


def _as_they_stand(work: Work, ids: Sequence[int]) -> list[tuple[int, Now]]:
    columns = (_C.renewal_date if name == "ends_on" else _C[name] for name in _STATE)
    rows = work.session.execute(
        select(_C.id, _C.start_date, _C.is_last_day, _C.price_rise, *columns)
        .where(within(_C.workspace_id, work.workspace_id), one_of(work.session, _C.id, ids))
        .order_by(_C.id)
    )
    return [
        (contract_id, _now(LedgerState(*values), start, is_last_day, rise))
        for contract_id, start, is_last_day, rise, *values in rows
    ]


def _as_written(new: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Now]]:
    for row in new:
        state = LedgerState(*(row["renewal_date" if name == "ends_on" else name] for name in _STATE))
        yield row["id"], _now(state, row["start_date"], row["is_last_day"], row["price_rise"])


def _now(state: LedgerState, start: date | None, is_last_day: bool, rise: str | None) -> Now:
    ends_last = state.ends_on is not None and _ends_last(start, state.ends_on, is_last_day)
    return Now(state, start, ends_last, _percent(rise))


def _percent(rise: str | None) -> Decimal | None:
    """The price rise that a contract agrees, where it is a percentage: an index is nothing that we know."""
    if not rise:
        return None
    agreed = stored_price_rise(rise)
    return agreed.percent if agreed.index is None else None
