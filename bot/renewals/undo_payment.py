"""*Paid* pressed by mistake is taken back for a day: stage, reminders and the contracts' terms are as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bot.accounts.events import ContractsWritten
from bot.agenda import jobs
from bot.agenda.jobs import Job
from bot.core import events
from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.core.facts import Facts
from bot.db.bulk import run_many
from bot.db.scope import is_row
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Contract, Escalation, EscalationNotice, Event, JobRow, Renewal
from bot.renewals import rollover
from bot.renewals.actions_base import ActionResult, Actor, acting, opened
from bot.renewals.batch import RenewalBatch
from bot.renewals.job_kinds import RenewalJob
from bot.renewals.line_codes import Line
from bot.renewals.reconcile import plan_accounts
from bot.renewals.rules.stages import UNDO_FOR, Stage, may_undo
from bot.renewals.view import RenewalView

_SETTLED = ("renewal_date", "value", "currency")
"""What a file has not changed since a contract went on, where the payment that let it go on is taken back."""


@dataclass(frozen=True, slots=True)
class JustPaid:
    """A renewal whose payment can still be taken back."""

    renewal_id: int
    account: str
    renewal_date: date
    paid_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ContractTerm:
    """A contract in one of its terms: the columns that a payment moves, and that undoing it moves back."""

    id: int
    renewal_id: int | None
    renewal_date: date | None
    deadline: date | None
    value: Decimal | None
    currency: str | None
    term_months: int
    moved_by_id: int | None


@dataclass(frozen=True, slots=True)
class Rolled:
    """What a renewal kept of contracts whose next term had begun: its columns of these names."""

    rolled_contracts: Sequence[int] | None
    rolled_lines: Sequence[Mapping[str, Any]] | None
    contract_count: int | None
    next_renewal_date: date | None
    agreed_values: Mapping[str, str] | None
    unshared_values: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class BeforePayment(Facts):
    """How everything stood before a payment: `contracts` as (before, after) it, `jobs` that were open."""

    stage: str
    stage_at: datetime
    rolled: Rolled
    contracts: tuple[tuple[ContractTerm, ContractTerm], ...]
    jobs: tuple[Job, ...]


_COLUMNS = tuple(one.name for one in fields(ContractTerm))


def remembered(
    work: Work,
    batch: RenewalBatch,
    before: RenewalView,
    roll: Callable[[Work, RenewalBatch, RenewalView], RenewalView],
    s: RenewalView,
    who: Actor,
) -> RenewalView:
    """Let the contracts go on by `roll`, and keep how everything stood, `before` the payment and before that."""
    contracts = _contracts(work, s)
    jobs_open = tuple(
        Job(job.kind, job.subject, job.dedupe_key, job.due_at, job.urgency, job.facts)
        for job in jobs.pending_for(work, [s.subject])
    )
    s = roll(work, batch, s)
    after = _contracts_of(work, list(contracts))
    rolled = Rolled(*(getattr(before, one.name) for one in fields(Rolled)))
    pairs = tuple((term, after[contract]) for contract, term in contracts.items())
    kept = BeforePayment(before.stage, before.stage_at, rolled, pairs, jobs_open)
    work.session.execute(
        update(Renewal).where(is_row(Renewal, work.workspace_id, s.id)).values(before_payment=kept.to_facts())
    )
    return batch.change(s, paid_by=who.person.name)


def end_of_day(s: RenewalView, now: datetime) -> Job:
    """The moment from which the card offers no undoing any more."""
    return Job(RenewalJob.REFRESH, f"payment:{s.id}", "", now + UNDO_FOR, 1000)


def undo_paid(work: Work, renewal_id: int, by_id: int) -> ActionResult:
    """Take a payment back. Twice is once.

    The stage is what it was, its reminders are planned as they were, and its contracts are back in the term they were
    in, but for those that a file has changed since. Raises Refused when it was paid more than a day ago.
    """
    batch, s = opened(work, renewal_id)
    who = acting(work, by_id)
    if s.stage != Stage.PAID:
        return ActionResult(s.id, s.account_id, s.account, False)
    stored = work.session.scalar(select(Renewal.before_payment).where(is_row(Renewal, work.workspace_id, s.id)))
    if stored is None or not may_undo(s.stage, s.paid_by, s.paid_at, work.now):
        raise Refused(_too_late(batch, s))
    kept = BeforePayment.from_facts(stored)
    work.session.execute(update(Renewal).where(is_row(Renewal, work.workspace_id, s.id)).values(before_payment=None))
    _give_back(work, kept.contracts)
    _forget_next(work, s)
    jobs.cancel(work, [RenewalJob.REFRESH], [f"payment:{s.id}"])
    for job in kept.jobs:
        batch.schedule(replace(job, due_at=max(job.due_at, work.now)))
    s = batch.change(
        s,
        stage=kept.stage,
        stage_at=kept.stage_at,
        paid_at=None,
        paid_by=None,
        closed_at=None,
        outcome=None,
        touched_at=work.now,
        **{one.name: getattr(kept.rolled, one.name) for one in fields(Rolled)},
    )
    details = {"stage": s.stage}
    event = batch.record(s, Line.PAID_UNDONE, by_id, details)
    s = batch.refresh_card(s)
    batch.post_in_thread(s, Line.PAID_UNDONE, str(event), details, by=who.person)
    batch.write()
    plan_accounts(work, [s.account_id])
    return ActionResult(s.id, s.account_id, s.account, True)


def just_paid(work: Work, account_id: int, account: str) -> list[JustPaid]:
    """An account's renewals whose payment can still be taken back, the latest first."""
    rows = work.session.execute(
        work.select(Renewal.id, Renewal.renewal_date, Renewal.paid_at, Renewal.stage, Renewal.paid_by)
        .where(
            Renewal.account_id == account_id,
            Renewal.stage == Stage.PAID,
            Renewal.paid_at > work.now - UNDO_FOR,
        )
        .order_by(Renewal.paid_at.desc(), Renewal.id.desc())
    )
    return [
        JustPaid(row.id, account, row.renewal_date, row.paid_at, row.paid_by)
        for row in rows
        if row.paid_at is not None and may_undo(row.stage, row.paid_by, row.paid_at, work.now)
    ]


def _too_late(batch: RenewalBatch, s: RenewalView) -> str:
    if s.paid_at is None:
        return f"{s.account}'s renewal was closed before payments could be taken back. It stays as it is."
    zone = s.hours(batch.ws).zone
    on = spoken_day(local_date(s.paid_at, zone), local_date(batch.now, zone))
    return (
        f"{s.account}'s renewal was marked paid on {on}. That can be undone for one day, and it has passed. "
        "Its next term has a renewal of its own: write down there what is still owed."
    )


def _contracts(work: Work, s: RenewalView) -> dict[int, ContractTerm]:
    """Its contracts: those that are still in it, and those that went on to their next term before it was paid."""
    linked = work.select(Contract.id).where(Contract.renewal_id == s.id)
    return _contracts_of(work, [*work.session.scalars(linked), *(s.rolled_contracts or ())])


def _contracts_of(work: Work, ids: Sequence[int]) -> dict[int, ContractTerm]:
    rows = work.session.execute(
        select(*(getattr(Contract, name) for name in _COLUMNS))
        .where(Contract.workspace_id == work.workspace_id, Contract.id.in_(ids))
        .order_by(Contract.id)
    )
    return {row.id: ContractTerm(*row) for row in rows}


def _give_back(work: Work, kept: Sequence[tuple[ContractTerm, ContractTerm]]) -> None:
    """Put the contracts back into the term they were in; one that a file has changed since keeps what the file says.

    A notice period that a file has given meanwhile counts for that term too.
    """
    now = _contracts_of(work, [before.id for before, _ in kept])
    changes = []
    for before, after in kept:
        found = now.get(before.id)
        if found is not None and all(getattr(found, name) == getattr(after, name) for name in _SETTLED):
            values = {f"new_{name}": getattr(before, name) for name in _COLUMNS if name != "id"}
            if found.deadline != after.deadline and before.renewal_date is not None:
                for running in rollover.of_ids(work, [before.id]):
                    values["new_deadline"] = running.deadline_before(before.renewal_date)
            changes.append({"of": work.workspace_id, "contract": before.id, **values})
    run_many(work.session, _RESTORE, changes)
    events.publish(work, ContractsWritten([change["contract"] for change in changes], "undone"))


def _forget_next(work: Work, s: RenewalView) -> None:
    """Take the renewal of the next term away again, if nobody has seen or touched it and it has no contract left."""
    is_left = select(Contract.id).where(Contract.renewal_id == Renewal.id).exists()
    ids = work.session.scalars(
        work.select(Renewal.id).where(
            Renewal.account_id == s.account_id,
            Renewal.id > s.id,
            Renewal.created_at >= s.paid_at,
            Renewal.carded_at.is_(None),
            Renewal.touched_at.is_(None),
            Renewal.claimed_by_id.is_(None),
            ~is_left,
        )
    ).all()
    if not ids:
        return
    subjects = [f"renewal:{renewal_id}" for renewal_id in ids]
    of_these = (JobRow.workspace_id == work.workspace_id, JobRow.subject.in_(subjects))
    work.session.execute(delete(JobRow).where(*of_these))
    work.session.execute(delete(Event).where(Event.workspace_id == work.workspace_id, Event.renewal_id.in_(ids)))
    of_them = (Escalation.workspace_id == work.workspace_id, Escalation.renewal_id.in_(ids))
    work.session.execute(delete(Escalation).where(*of_them))
    told_of = (EscalationNotice.workspace_id == work.workspace_id, EscalationNotice.renewal_id.in_(ids))
    work.session.execute(delete(EscalationNotice).where(*told_of))
    work.session.execute(delete(Renewal).where(Renewal.workspace_id == work.workspace_id, Renewal.id.in_(ids)))


_RESTORE = (
    update(Contract.__table__)  # type: ignore[arg-type]
    .where(is_row(Contract.__table__.c, bindparam("of"), bindparam("contract")))
    .values({name: bindparam(f"new_{name}") for name in _COLUMNS if name != "id"})
)
