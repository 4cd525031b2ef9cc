"""*Paid* pressed by mistake is taken back for a day: stage, reminders and the contracts' terms are as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bot.agenda import jobs
from bot.agenda.jobs import Job
from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.db.bulk import run_many
from bot.db.scope import is_row
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Contract, Event, JobRow, Renewal
from bot.renewals import rollover
from bot.renewals.actions_base import ActionResult, Actor, acting, opened
from bot.renewals.batch import RenewalBatch
from bot.renewals.line_codes import Line
from bot.renewals.reconcile import plan_accounts
from bot.renewals.rules.job_kinds import RenewalJob
from bot.renewals.rules.stages import BEFORE, UNDO_FOR, Stage, may_undo
from bot.renewals.view import RenewalView

_RESTORED = ("renewal_id", "renewal_date", "deadline", "value", "currency", "term_months", "moved_by_id")

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
    waiting = _waiting(work, s)
    s = roll(work, batch, s)
    after = {row["id"]: row for row in _contracts_of(work, [row["id"] for row in contracts])}
    kept = {
        "by": who.person.name,
        "stage": before.stage,
        "stage_at": before.stage_at.isoformat(),
        "facts": {name: value for name, value in before.facts.items() if name != BEFORE},
        "contracts": [
            {"before": row, "after": {name: after[row["id"]][name] for name in (*_SETTLED, "deadline")}}
            for row in contracts
        ],
        "agenda": waiting,
    }
    return batch.change(s, facts={**s.facts, BEFORE: kept})


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
    if not may_undo(s.stage, s.facts, s.paid_at, work.now):
        raise Refused(_too_late(batch, s))
    kept = s.facts[BEFORE]
    _give_back(work, s, kept["contracts"])
    _forget_next(work, s)
    jobs.cancel(work, [RenewalJob.REFRESH], [f"payment:{s.id}"])
    for row in kept["agenda"]:
        due_at = datetime.fromisoformat(row["due_at"])
        key, urgency, facts = row["dedupe_key"], row["urgency"], row["facts"]
        batch.schedule(Job(row["kind"], s.subject, key, max(due_at, work.now), urgency, facts))
    s = batch.change(
        s,
        stage=kept["stage"],
        stage_at=datetime.fromisoformat(kept["stage_at"]),
        paid_at=None,
        closed_at=None,
        outcome=None,
        touched_at=work.now,
        facts=kept["facts"],
    )
    details = {"stage": s.stage}
    event = batch.record(work.session, s, Line.PAID_UNDONE, by_id, details)
    s = batch.card(s)
    batch.line(s, Line.PAID_UNDONE, str(event), details, by=who.person)
    batch.write(work.session)
    plan_accounts(work, [s.account_id])
    return ActionResult(s.id, s.account_id, s.account, True)


def just_paid(work: Work, account_id: int, account: str) -> list[JustPaid]:
    """An account's renewals whose payment can still be taken back, the latest first."""
    rows = work.session.execute(
        work.select(Renewal.id, Renewal.renewal_date, Renewal.paid_at, Renewal.stage, Renewal.facts)
        .where(
            Renewal.account_id == account_id,
            Renewal.stage == Stage.PAID,
            Renewal.paid_at > work.now - UNDO_FOR,
        )
        .order_by(Renewal.paid_at.desc(), Renewal.id.desc())
    )
    return [
        JustPaid(row.id, account, row.renewal_date, row.paid_at, row.facts[BEFORE]["by"])
        for row in rows
        if row.paid_at is not None and may_undo(row.stage, row.facts, row.paid_at, work.now)
    ]


def _too_late(batch: RenewalBatch, s: RenewalView) -> str:
    if s.paid_at is None:
        return f"{s.account}'s renewal was closed before payments could be taken back. It stays as it is."
    zone = s.hours(batch.office).zone
    on = spoken_day(local_date(s.paid_at, zone), local_date(batch.now, zone))
    return (
        f"{s.account}'s renewal was marked paid on {on}. That can be undone for one day, and it has passed. "
        "Its next term has a renewal of its own: write down there what is still owed."
    )


def _contracts(work: Work, s: RenewalView) -> list[dict[str, Any]]:
    """Its contracts: those that are still in it, and those that went on to their next term before it was paid."""
    linked = work.select(Contract.id).where(Contract.renewal_id == s.id)
    ids = [*work.session.scalars(linked), *s.facts.get("rolled", ())]
    return _contracts_of(work, ids)


def _contracts_of(work: Work, ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = work.session.execute(
        work.select(Contract.id, *(getattr(Contract, name) for name in _RESTORED))
        .where(Contract.id.in_(ids))
        .order_by(Contract.id)
    )
    return [{name: _flat(value) for name, value in row._mapping.items()} for row in rows]


def _waiting(work: Work, s: RenewalView) -> list[dict[str, Any]]:
    return [
        {
            "kind": job.kind,
            "dedupe_key": job.dedupe_key,
            "due_at": job.due_at.isoformat(),
            "urgency": job.urgency,
            "facts": dict(job.facts),
        }
        for job in jobs.pending_for(work, [s.subject])
    ]


def _give_back(work: Work, s: RenewalView, kept: Sequence[Mapping[str, Any]]) -> None:
    """Put the contracts back into the term they were in; one that a file has changed since keeps what the file says.

    A notice period that a file has given meanwhile counts for that term too.
    """
    now = {row["id"]: row for row in _contracts_of(work, [one["before"]["id"] for one in kept])}
    changes = []
    for one in kept:
        row, after = now.get(one["before"]["id"]), one["after"]
        if row is not None and all(row[name] == after[name] for name in _SETTLED):
            values = {name: _read(name, one["before"]) for name in _RESTORED}
            if row["deadline"] != after.get("deadline", row["deadline"]):
                for running in rollover.of_ids(work, [row["id"]]):
                    values["deadline"] = running.deadline_before(values["renewal_date"])
            changes.append(
                {
                    "of": work.workspace_id,
                    "contract": row["id"],
                    **{f"new_{name}": value for name, value in values.items()},
                }
            )
    run_many(work.session, _RESTORE, changes)


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
    work.session.execute(delete(Renewal).where(Renewal.workspace_id == work.workspace_id, Renewal.id.in_(ids)))


def _flat(value: Any) -> Any:
    return str(value) if isinstance(value, date | Decimal) else value


def _read(name: str, row: Mapping[str, Any]) -> Any:
    value = row[name]
    if value is None or name not in ("renewal_date", "deadline", "value"):
        return value
    return Decimal(value) if name == "value" else date.fromisoformat(value)


_RESTORE = (
    update(Contract.__table__)  # type: ignore[arg-type]
    .where(is_row(Contract.__table__.c, bindparam("of"), bindparam("contract")))
    .values({name: bindparam(f"new_{name}") for name in _RESTORED})
)
