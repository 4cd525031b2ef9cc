"""From contracts to renewals and to the first job about each: after an import, and after a term has rolled.

Works on a thousand accounts with a handful of statements, and changes nothing where nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, update

from bot.agenda import jobs
from bot.db.bulk import fresh_ids, run_many
from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import Contract, Renewal
from bot.renewals import idle, schedule, view
from bot.renewals.batch import RenewalBatch
from bot.renewals.contract_groups import GroupedAccount, GroupPlan, NewRenewal, match
from bot.renewals.job_kinds import RenewalJob
from bot.renewals.line_codes import Line
from bot.renewals.reviews import plan_reviews
from bot.renewals.rules.stages import Stage
from bot.renewals.schedule import NewTerm
from bot.renewals.view import RenewalView
from bot.workspace import context
from bot.workspace.context import WorkspaceContext
from bot.workspace.retention import plan_prune

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Planned:
    """How many renewals planning made, changed, and ended because no running contract was left in them."""

    created: int = 0
    changed: int = 0
    ended: int = 0

    def __add__(self, other: Planned) -> Planned:
        return Planned(self.created + other.created, self.changed + other.changed, self.ended + other.ended)


def plan_accounts(work: Work, account_ids: Iterable[int]) -> Planned:
    """Bring the renewals of these accounts in step with their running recurring contracts.

    Contracts with a term too short for a ladder, one-off ones and those of inactive accounts get no renewal. A renewal
    that is signed keeps its contracts until they roll; what was lost comes back only with a later renewal date.
    """
    ids = sorted(set(account_ids))
    total = Planned()
    for start in range(0, len(ids), CHUNK):
        total += _plan_chunk(work, ids[start : start + CHUNK])
    if total.created:
        plan_prune(work)
    return total


def _plan_chunk(work: Work, account_ids: Sequence[int]) -> Planned:
    plan = match(work, account_ids)
    new_ids = _insert(work, plan)
    links = [(contract, made) for made, new in zip(new_ids, plan.new, strict=True) for contract in new.contract_ids]
    _link(work, [*plan.links, *links])
    _announce(work, plan, new_ids)
    if plan.unbound:
        plan_reviews(work, sorted(plan.unbound))
    return Planned(len(plan.new), len(plan.changed), len(plan.ended))


def _insert(work: Work, plan: GroupPlan) -> list[int]:
    if not plan.new:
        return []
    same: dict[str, Any] = {
        "workspace_id": work.workspace_id,
        "stage": Stage.UPCOMING,
        "stage_at": work.now,
        "created_at": work.now,
        "forecast_reason": "",
        "snooze_reason": "",
        "lost_words": "",
        "is_kept_silent": False,
        "escalation_round": 0,
        "renewed_by_itself": False,
    }
    ids = fresh_ids(work.session, Renewal, len(plan.new))
    rows = [
        {**same, "id": renewal_id, "account_id": new.account_id, **new.values}
        for renewal_id, new in zip(ids, plan.new, strict=True)
    ]
    run_many(work.session, _INSERT, rows)
    return ids


def _link(work: Work, links: Sequence[tuple[int, int | None]]) -> None:
    rows = [{"of": work.workspace_id, "contract": contract, "renewal": renewal} for contract, renewal in links]
    run_many(work.session, _LINK, rows)


_INSERT = insert(Renewal.__table__)  # type: ignore[arg-type]
_LINK = (
    update(Contract.__table__)  # type: ignore[arg-type]
    .where(is_row(Contract.__table__.c, bindparam("of"), bindparam("contract")))
    .values(renewal_id=bindparam("renewal"))
)


def _announce(work: Work, plan: GroupPlan, new_ids: Sequence[int]) -> None:
    """Plan the first jobs of new renewals, plan moved ones anew, and let cards show what changed."""
    ws = context.of(work)
    moved = [r for r, changes in plan.changed.items() if changes.keys() & {"deadline", "renewal_date", "term_months"}]
    jobs.cancel(work, schedule.LADDER, _subjects(moved))
    jobs.cancel(work, {*schedule.LADDER, RenewalJob.SNOOZE_END}, _subjects(plan.ended))
    batch = RenewalBatch(work)
    for renewal_id, new in zip(new_ids, plan.new, strict=True):
        term = _new_term(ws, renewal_id, new, plan.accounts[new.account_id])
        batch.schedule(schedule.first_reminder(ws, term, work.now))
        batch.schedule(schedule.term_end(ws, term))
    touched = {*plan.changed, *plan.regrouped, *plan.ended}
    for renewal_id, s in view.load(work, sorted(touched)).items() if touched else ():
        if renewal_id in plan.ended:
            _end(batch, s, plan.ended[renewal_id])
            continue
        if renewal_id in plan.changed:
            s = batch.change(s, **plan.changed[renewal_id])
        if renewal_id in plan.changed and renewal_id in moved:
            s = restart_ladder(batch, s)
        if s.carded_at is not None:
            batch.refresh_card(s)
    batch.write()


def _new_term(ws: WorkspaceContext, renewal_id: int, new: NewRenewal, account: GroupedAccount) -> NewTerm:
    hours = ws.alert_hours(account.tier, account.zone, account.country, account.hours)
    dates = new.values["deadline"], new.values["renewal_date"], new.values["term_months"]
    return NewTerm(f"renewal:{renewal_id}", *dates, account.tier, hours)


def _end(batch: RenewalBatch, s: RenewalView, outcome: str) -> None:
    s = batch.change(s, closed_at=batch.now, outcome=outcome, snoozed_until=None)
    batch.event(s, "ended", {"outcome": outcome})
    if s.carded_at is not None:
        s = batch.refresh_card(s)
        batch.post_in_thread(s, Line.ENDED, outcome, {"outcome": outcome})


def _subjects(renewal_ids: Iterable[int]) -> list[str]:
    return [f"renewal:{renewal_id}" for renewal_id in renewal_ids]


def replan_page(work: Work, account_ids: Sequence[int]) -> None:
    """Group and plan these accounts by the numbers of today, and begin the ladders of open renewals anew."""
    plan_accounts(work, account_ids)
    ids = work.session.scalars(
        work.select(Renewal.id).where(Renewal.account_id.in_(account_ids), Renewal.closed_at.is_(None))
    ).all()
    ws = context.of(work)
    open_ones = [s for s in view.load(work, ids).values() if s.is_unsigned]
    jobs.cancel(work, [RenewalJob.RUNG], [s.subject for s in open_ones])
    first = [job for s in open_ones if (job := schedule.first_reminder(ws, s, work.now)) is not None]
    jobs.schedule(work, first)


def restart_ladder(batch: RenewalBatch, s: RenewalView) -> RenewalView:
    """Plan anew the ladder of a renewal whose deadline has moved, or that is open once more.

    What was said for an old deadline is not held against a later one. The caller has cancelled what was scheduled
    before (`schedule.LADDER`).
    """
    ws, now = batch.ws, batch.now
    reached = schedule.rung_reached(ws, s, s.today(ws, now))
    if s.rung is not None:
        s = batch.change(s, rung=None if reached is None else max(s.rung, reached))
    if s.snoozed_until is not None and s.snoozed_until > s.deadline:
        s = batch.change(s, snoozed_until=None)
    batch.schedule(schedule.first_reminder(ws, s, now))
    batch.schedule(schedule.term_end(ws, s))
    if idle.is_begun(s):
        idle.watch_silence(batch, s)
    if s.carded_at is not None:
        batch.schedule(schedule.refresh(ws, s, now))
    return s
