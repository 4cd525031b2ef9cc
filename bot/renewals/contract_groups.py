"""Which contracts of an account renew together, and which of its renewals they already belong to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select

from bot.db.scope import one_of, within
from bot.db.work import Work
from bot.models import Account, Contract, Member, Renewal
from bot.renewals.rules.grouping import Group, Term, group
from bot.renewals.rules.stages import Stage
from bot.workspace import context
from bot.workspace.context import WorkspaceContext
from bot.workspace.hours import own_hours

_C, _A, _R = Contract.__table__.c, Account.__table__.c, Renewal.__table__.c
_OWNER = Member.__table__.alias("owner")
_O = _OWNER.c


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


class GroupedAccount(NamedTuple):
    """An account whose contracts are grouped; `zone`, `country` and `hours` are its owner's, if it has one."""

    tier: str
    is_active: bool
    zone: str | None
    country: str | None
    hours: str | None


class NewRenewal(NamedTuple):
    """A renewal to be made, with the columns in which renewals differ, and the contracts that are in it."""

    account_id: int
    values: dict[str, Any]
    contract_ids: tuple[int, ...]


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
    """What one chunk of accounts comes to, and these `accounts`. `links` are (contract id, renewal id or None).

    `unbound` are accounts with a running contract that takes part in no renewal.
    """

    accounts: Mapping[int, GroupedAccount] = field(default_factory=dict)
    new: list[NewRenewal] = field(default_factory=list)
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
    plan = GroupPlan(_accounts(work, account_ids))
    for account_id in plan.accounts:
        if account_id in contracts or account_id in renewals:
            _plan_account(ws, plan, account_id, contracts.get(account_id, []), renewals.get(account_id, {}))
    return plan


def _plan_account(
    ws: WorkspaceContext,
    plan: GroupPlan,
    account_id: int,
    contracts: Sequence[_Contract],
    renewals: Mapping[int, _Renewal],
) -> None:
    account = plan.accounts[account_id]
    policy = ws.policies.of(account.tier)
    running = {c.id: c for c in contracts if _takes_part(c, account, policy.min_ladder_months, renewals)}
    if any(c.id not in running and c.status == "active" and c.kind == "recurring" for c in contracts):
        plan.unbound.add(account_id)
    open_ones = {r.id for r in renewals.values() if _is_unsigned(r)}
    used: set[int] = set()
    if running:
        terms = [
            Term(c.id, c.deadline, c.renewal_date, c.value, c.currency)
            for c in running.values()
            if c.deadline and c.renewal_date
        ]
        for together in group(terms, policy.group_within_days):
            members = [running[i] for i in together.contract_ids]
            match = _match(members, open_ones - used)
            values = _values(together, members)
            if match is None:
                plan.new.append(NewRenewal(account_id, values, together.contract_ids))
                continue
            used.add(match)
            _change(plan, renewals[match], values)
            _regroup(plan, match, members)
    _let_go(plan, contracts, running, open_ones - used, used)


def _takes_part(c: _Contract, account: GroupedAccount, least_months: int, renewals: Mapping[int, _Renewal]) -> bool:
    is_running = c.kind == "recurring" and c.status == "active" and account.is_active
    if not is_running or c.deadline is None or c.renewal_date is None or c.term_months < least_months:
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


def _accounts(work: Work, account_ids: Sequence[int]) -> dict[int, GroupedAccount]:
    rows = work.session.execute(
        select(_A.id, _A.tier, _A.is_active, _O.timezone, _O.country, own_hours(_O))
        .select_from(Account.__table__)
        .outerjoin(_OWNER, (_O.id == _A.owner_id) & _O.is_outsider.is_(False))
        .where(within(_A.workspace_id, work.workspace_id), one_of(work.session, _A.id, account_ids))
        .order_by(_A.id)
    )
    return {account_id: GroupedAccount(*account) for account_id, *account in rows}


def _contracts(work: Work, account_ids: Sequence[int]) -> dict[int, list[_Contract]]:
    rows = work.session.execute(
        select(*(_C[name] for name in _Contract._fields)).where(
            within(_C.workspace_id, work.workspace_id), one_of(work.session, _C.account_id, account_ids)
        )
    )
    by_account: dict[int, list[_Contract]] = defaultdict(list)
    for row in rows:
        by_account[row[1]].append(_Contract._make(row))
    return by_account


def _renewals(work: Work, account_ids: Sequence[int]) -> dict[int, dict[int, _Renewal]]:
    rows = work.session.execute(
        select(*(_R[name] for name in _Renewal._fields)).where(
            within(_R.workspace_id, work.workspace_id), one_of(work.session, _R.account_id, account_ids)
        )
    )
    by_account: dict[int, dict[int, _Renewal]] = defaultdict(dict)
    for row in rows:
        by_account[row[1]][row[0]] = _Renewal._make(row)
    return by_account
