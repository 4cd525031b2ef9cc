"""Which contracts of an account renew together, and which of its renewals they already belong to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select

from bot.db.work import Work
from bot.models import Account, Contract, Renewal
from bot.renewals.rules.grouping import Group, Term, group
from bot.renewals.rules.stages import Stage
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

_C, _A, _R = Contract.__table__.c, Account.__table__.c, Renewal.__table__.c


class _Contract(NamedTuple):
    id: int
    account_id: int
    renewal_id: int | None
    kind: str
    status: str
    deadline: date | None
    renewal_date: date | None
    term_months: int
    auto_renew: bool
    value: Decimal | None
    currency: str | None
    tier: str
    is_active: bool


class _Renewal(NamedTuple):
    id: int
    account_id: int
    stage: str
    closed_at: datetime | None
    lost_until: date | None
    deadline: date
    renewal_date: date
    term_months: int
    auto_renew: bool
    values: Mapping[str, str]
    unknown_values: int


@dataclass(slots=True)
class GroupPlan:
    """What one chunk of accounts comes to. `links` are (contract id, renewal id or None).

    `unbound` are accounts with a running contract that takes part in no renewal.
    """

    new: list[tuple[int, dict[str, Any], tuple[int, ...]]] = field(default_factory=list)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)
    links: list[tuple[int, int | None]] = field(default_factory=list)
    regrouped: set[int] = field(default_factory=set)
    unbound: set[int] = field(default_factory=set)


def match(work: Work, account_ids: Sequence[int]) -> GroupPlan:
    """What these accounts' renewals should be, beside what they are. Reads only."""
    ws = context.of(work)
    contracts = _contracts(work, account_ids)
    renewals = _renewals(work, account_ids)
    plan = GroupPlan()
    for account_id in account_ids:
        if account_id in contracts or account_id in renewals:
            _plan_account(ws, plan, contracts.get(account_id, []), renewals.get(account_id, {}))
    return plan


def _plan_account(
    ws: WorkspaceContext, plan: GroupPlan, contracts: Sequence[_Contract], renewals: Mapping[int, _Renewal]
) -> None:
    running = {c.id: c for c in contracts if _takes_part(ws, c, renewals)}
    if any(c.id not in running and c.status == "active" and c.kind == "recurring" for c in contracts):
        plan.unbound.add(contracts[0].account_id)
    open_ones = {r.id for r in renewals.values() if _is_unsigned(r)}
    used: set[int] = set()
    if running:
        within = ws.policies.of(contracts[0].tier).group_within_days
        terms = [
            Term(c.id, c.deadline, c.renewal_date, c.value, c.currency)
            for c in running.values()
            if c.deadline and c.renewal_date
        ]
        for together in group(terms, within):
            members = [running[i] for i in together.contract_ids]
            match = _match(members, open_ones - used)
            values = _values(together, members)
            if match is None:
                account_id = members[0].account_id
                plan.new.append((account_id, values, together.contract_ids))
                continue
            used.add(match)
            _change(plan, renewals[match], values)
            _regroup(plan, match, members)
    _let_go(plan, contracts, running, open_ones - used, used)


def _takes_part(ws: WorkspaceContext, c: _Contract, renewals: Mapping[int, _Renewal]) -> bool:
    if c.kind != "recurring" or c.status != "active" or not c.is_active or c.deadline is None or c.renewal_date is None:
        return False
    if c.term_months < ws.policies.of(c.tier).min_ladder_months:
        return False
    linked = renewals.get(c.renewal_id) if c.renewal_id else None
    if linked is None or _is_unsigned(linked):
        return True
    if linked.closed_at is None:
        return False
    return linked.lost_until is None or c.renewal_date > linked.lost_until


def _is_unsigned(renewal: _Renewal) -> bool:
    return renewal.closed_at is None and renewal.stage not in (Stage.SIGNED, Stage.INVOICED)


def _match(members: Sequence[_Contract], free: set[int]) -> int | None:
    votes = Counter(c.renewal_id for c in members if c.renewal_id in free)
    return min(votes, key=lambda renewal: (-votes[renewal], renewal or 0)) if votes else None


def _values(together: Group, members: Sequence[_Contract]) -> dict[str, Any]:
    return {
        "deadline": together.deadline,
        "renewal_date": together.renewal_date,
        # A group renews by itself only when all of it does; else someone has to sign something.
        "auto_renew": all(c.auto_renew for c in members),
        "term_months": min(c.term_months for c in members),
        "values": {money.currency: str(money.amount) for money in together.values},
        "unknown_values": together.unvalued,
    }


def _change(plan: GroupPlan, renewal: _Renewal, values: Mapping[str, Any]) -> None:
    changes = {name: value for name, value in values.items() if getattr(renewal, name) != value}
    if changes:
        plan.changed[renewal.id] = changes


def _regroup(plan: GroupPlan, renewal_id: int, members: Sequence[_Contract]) -> None:
    moved = [(c.id, renewal_id) for c in members if c.renewal_id != renewal_id]
    if moved:
        plan.links.extend(moved)
        plan.regrouped.add(renewal_id)


def _let_go(
    plan: GroupPlan, contracts: Sequence[_Contract], running: Mapping[int, _Contract], over: set[int], kept: set[int]
) -> None:
    for c in contracts:
        if c.id not in running and c.renewal_id in kept:
            plan.links.append((c.id, None))
            plan.regrouped.add(c.renewal_id)
    merged = {c.renewal_id for c in running.values()}
    plan.ended.update({renewal: "merged" if renewal in merged else "ended" for renewal in over})


def _contracts(work: Work, account_ids: Sequence[int]) -> dict[int, list[_Contract]]:
    rows = work.session.execute(
        select(
            *(_C[name] for name in _Contract._fields[: _Contract._fields.index("tier")]),
            _A.tier,
            _A.is_active,
        )
        .join_from(Contract.__table__, Account.__table__, _A.id == _C.account_id)
        .where(_C.workspace_id == work.workspace_id, _C.account_id.in_(account_ids))
    )
    by_account: dict[int, list[_Contract]] = defaultdict(list)
    for row in rows:
        by_account[row[1]].append(_Contract._make(row))
    return by_account


def _renewals(work: Work, account_ids: Sequence[int]) -> dict[int, dict[int, _Renewal]]:
    rows = work.session.execute(
        select(*(_R[name] for name in _Renewal._fields)).where(
            _R.workspace_id == work.workspace_id, _R.account_id.in_(account_ids)
        )
    )
    by_account: dict[int, dict[int, _Renewal]] = defaultdict(dict)
    for row in rows:
        by_account[row[1]][row[0]] = _Renewal._make(row)
    return by_account
