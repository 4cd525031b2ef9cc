"""From contracts to renewals and to the first thought about each: after an import, and after a term has rolled.

Works on a thousand accounts with a handful of statements, and changes nothing where nothing has changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from bot.models import Account, AgendaRow, Contract, Renewal
from bot.rules.grouping import Group, Term, group
from bot.rules.stages import Stage
from bot.rules.story import Line
from bot.services.fresh_ids import fresh_ids
from bot.services.pruning import plan_prune
from bot.services.renewals import office as offices
from bot.services.renewals import schedule, state
from bot.services.renewals.batch import Batch
from bot.services.renewals.office import Office
from bot.services.renewals.replanning import begin_again
from bot.services.renewals.state import State

CHUNK = 1000

_C, _A, _R = Contract.__table__.c, Account.__table__.c, Renewal.__table__.c


@dataclass(frozen=True, slots=True)
class Planned:
    """How many renewals planning made, changed, and ended because no running contract was left in them."""

    created: int = 0
    changed: int = 0
    ended: int = 0

    def __add__(self, other: Planned) -> Planned:
        return Planned(self.created + other.created, self.changed + other.changed, self.ended + other.ended)


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
    facts: Mapping[str, Any]
    deadline: date
    renewal_date: date
    term_months: int
    auto_renew: bool
    values: Mapping[str, str]


@dataclass(slots=True)
class _Plan:
    """What one chunk of accounts comes to. `links` are (contract id, renewal id or None)."""

    new: list[tuple[int, dict[str, Any], tuple[int, ...]]] = field(default_factory=list)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)
    links: list[tuple[int, int | None]] = field(default_factory=list)
    regrouped: set[int] = field(default_factory=set)


def plan_accounts(session: Session, workspace_id: int, account_ids: Iterable[int], now: datetime) -> Planned:
    """Bring the renewals of these accounts in step with their running recurring contracts.

    Contracts with a term too short for a ladder, one-off ones and those of inactive accounts get no renewal. A renewal
    that is signed keeps its contracts until they roll; what was lost comes back only with a later renewal date.
    """
    office = offices.load(session, workspace_id)
    ids = sorted(set(account_ids))
    total = Planned()
    for start in range(0, len(ids), CHUNK):
        total += _plan_chunk(session, office, ids[start : start + CHUNK], now)
    if total.created:
        plan_prune(session, workspace_id, now)
    return total


def _plan_chunk(session: Session, office: Office, account_ids: Sequence[int], now: datetime) -> Planned:
    contracts = _contracts(session, office.workspace_id, account_ids)
    renewals = _renewals(session, office.workspace_id, account_ids)
    plan = _Plan()
    for account_id in account_ids:
        if account_id in contracts or account_id in renewals:
            _plan_account(office, plan, contracts.get(account_id, []), renewals.get(account_id, {}))
    new_ids = _insert(session, office.workspace_id, plan, now)
    links = [(contract, renewal) for renewal, new in zip(new_ids, plan.new, strict=True) for contract in new[2]]
    _link(session, [*plan.links, *links])
    _announce(session, office, plan, new_ids, now)
    return Planned(len(plan.new), len(plan.changed), len(plan.ended))


def _plan_account(
    office: Office, plan: _Plan, contracts: Sequence[_Contract], renewals: Mapping[int, _Renewal]
) -> None:
    running = {c.id: c for c in contracts if _takes_part(office, c, renewals)}
    open_ones = {r.id for r in renewals.values() if _is_unsigned(r)}
    used: set[int] = set()
    if running:
        within = office.policies.of(contracts[0].tier).group_within_days
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


def _takes_part(office: Office, c: _Contract, renewals: Mapping[int, _Renewal]) -> bool:
    if c.kind != "recurring" or c.status != "active" or not c.is_active or c.deadline is None or c.renewal_date is None:
        return False
    if c.term_months < office.policies.of(c.tier).min_ladder_months:
        return False
    linked = renewals.get(c.renewal_id) if c.renewal_id else None
    if linked is None or _is_unsigned(linked):
        return True
    if linked.closed_at is None:
        return False
    until = linked.facts.get("until")
    return until is None or str(c.renewal_date) > until


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
        "unknown": together.unvalued,
    }


def _change(plan: _Plan, renewal: _Renewal, values: Mapping[str, Any]) -> None:
    before = {**renewal._asdict(), "unknown": renewal.facts.get("unknown", 0)}
    changes = {name: value for name, value in values.items() if before[name] != value}
    if changes:
        plan.changed[renewal.id] = changes


def _regroup(plan: _Plan, renewal_id: int, members: Sequence[_Contract]) -> None:
    moved = [(c.id, renewal_id) for c in members if c.renewal_id != renewal_id]
    if moved:
        plan.links.extend(moved)
        plan.regrouped.add(renewal_id)


def _let_go(
    plan: _Plan, contracts: Sequence[_Contract], running: Mapping[int, _Contract], over: set[int], kept: set[int]
) -> None:
    for c in contracts:
        if c.id not in running and c.renewal_id in kept:
            plan.links.append((c.id, None))
            plan.regrouped.add(c.renewal_id)
    merged = {c.renewal_id for c in running.values()}
    plan.ended.update({renewal: "merged" if renewal in merged else "ended" for renewal in over})


def _contracts(session: Session, workspace_id: int, account_ids: Sequence[int]) -> dict[int, list[_Contract]]:
    rows = session.execute(
        select(
            *(_C[name] for name in _Contract._fields[: _Contract._fields.index("tier")]),
            _A.tier,
            _A.is_active,
        )
        .join_from(Contract.__table__, Account.__table__, _A.id == _C.account_id)
        .where(_C.workspace_id == workspace_id, _C.account_id.in_(account_ids))
    )
    by_account: dict[int, list[_Contract]] = defaultdict(list)
    for row in rows:
        by_account[row[1]].append(_Contract._make(row))
    return by_account


def _renewals(session: Session, workspace_id: int, account_ids: Sequence[int]) -> dict[int, dict[int, _Renewal]]:
    rows = session.execute(
        select(*(_R[name] for name in _Renewal._fields)).where(
            _R.workspace_id == workspace_id, _R.account_id.in_(account_ids)
        )
    )
    by_account: dict[int, dict[int, _Renewal]] = defaultdict(dict)
    for row in rows:
        by_account[row[1]][row[0]] = _Renewal._make(row)
    return by_account


def _insert(session: Session, workspace_id: int, plan: _Plan, now: datetime) -> list[int]:
    if not plan.new:
        return []
    same: dict[str, Any] = {
        "workspace_id": workspace_id,
        "stage": Stage.UPCOMING,
        "stage_at": now,
        "created_at": now,
        "forecast_reason": "",
        "snooze_reason": "",
        "lost_words": "",
    }
    ids = fresh_ids(session, Renewal, len(plan.new))
    rows = [
        {**same, "id": renewal_id, "account_id": account_id, **_stored(values, {})}
        for renewal_id, (account_id, values, _) in zip(ids, plan.new, strict=True)
    ]
    session.connection().execute(insert(Renewal.__table__), rows)  # type: ignore[arg-type]
    return ids


def _stored(values: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: value for name, value in values.items() if name != "unknown"}
    return {**columns, "facts": {**facts, "unknown": values.get("unknown", facts.get("unknown", 0))}}


def _link(session: Session, links: Sequence[tuple[int, int | None]]) -> None:
    if links:
        table = Contract.__table__
        session.connection().execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("contract"))
            .values(renewal_id=bindparam("renewal")),
            [{"contract": contract, "renewal": renewal} for contract, renewal in links],
        )


def _announce(session: Session, office: Office, plan: _Plan, new_ids: Sequence[int], now: datetime) -> None:
    """Plan the first thoughts of new renewals, plan moved ones anew, and let cards show what changed."""
    moved = [r for r, changes in plan.changed.items() if changes.keys() & {"deadline", "renewal_date", "term_months"}]
    _drop(session, office.workspace_id, moved, schedule.LADDER)
    _drop(session, office.workspace_id, list(plan.ended), (*schedule.LADDER, "snooze_end"))
    touched = {*new_ids, *plan.changed, *plan.regrouped, *plan.ended}
    states = state.load(session, office.workspace_id, sorted(touched))
    batch = Batch(office, now)
    for renewal_id, s in states.items():
        if renewal_id in plan.ended:
            _end(batch, s, plan.ended[renewal_id])
            continue
        if renewal_id in plan.changed:
            s = batch.change(s, **_stored(plan.changed[renewal_id], s.facts))
        if renewal_id in plan.changed and renewal_id in moved:
            s = begin_again(batch, s)
        elif renewal_id not in plan.changed and renewal_id not in plan.regrouped:
            batch.think(schedule.first_word(office, s, now))
            batch.think(schedule.term_end(office, s))
        if s.carded_at is not None:
            batch.card(s)
    batch.write(session)


def _end(batch: Batch, s: State, outcome: str) -> None:
    s = batch.change(s, closed_at=batch.now, outcome=outcome, snoozed_until=None)
    batch.event(s, "ended", {"outcome": outcome})
    if s.carded_at is not None:
        s = batch.card(s)
        batch.line(s, Line.ENDED, outcome, {"outcome": outcome})


def _drop(session: Session, workspace_id: int, renewal_ids: Sequence[int], kinds: Sequence[str]) -> None:
    if renewal_ids:
        session.execute(
            delete(AgendaRow).where(
                AgendaRow.workspace_id == workspace_id,
                AgendaRow.subject.in_([f"renewal:{renewal_id}" for renewal_id in renewal_ids]),
                AgendaRow.kind.in_(kinds),
                AgendaRow.handled_at.is_(None),
            )
        )
