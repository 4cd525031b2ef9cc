"""One-off work on the agenda: at night, whatever was delivered and has no questions yet gets them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from bot.accounts import contacts
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs
from bot.agenda.jobs import Job
from bot.db.bulk import run_many
from bot.db.scope import within
from bot.db.upsert import dialect_of, insert_into
from bot.db.work import Work
from bot.models import Contract, Requalification
from bot.requalification.job_kinds import RequalifyJob
from bot.requalification.rules import STOPPED, planned
from bot.workspace import context

LATEST = 1095
"""The most days after delivery on which anybody may be asked: what was delivered longer ago is not looked at."""


_R = Requalification.__table__.c
_MOVE = (
    update(Requalification.__table__)  # type: ignore[arg-type]
    .where(_R.id == bindparam("number"), _R.workspace_id == bindparam("of"))
    .values(due_on=bindparam("day"))
)


class _Delivered(NamedTuple):
    id: int
    account_id: int
    on: date


def plan(work: Work, account_ids: Sequence[int]) -> None:
    """Plan the questions about these accounts' one-off work; a new day of delivery moves those that are still to come.

    An account that has a contract which renews is left alone: its renewal asks.
    """
    ws = context.of(work)
    delivered = _delivered(work, account_ids)
    if not delivered:
        return
    renews = renewing(work, sorted({one.account_id for one in delivered}))
    stop(work, [one.id for one in delivered if one.account_id in renews])
    delivered = [one for one in delivered if one.account_id not in renews]
    kept = contacts.load(work, sorted({one.account_id for one in delivered}))
    there = _there(work, [one.id for one in delivered])
    wanted: list[Job] = []
    new, moved = [], []
    for one in delivered:
        account = kept[one.account_id]
        days = ws.policies.of(account.tier).requalify_days
        for after, day in planned(one.on, days, account.today(ws, work.now)).items():
            known = there.get((one.id, after))
            if known is None:
                new.append(_row(work, one.account_id, one.id, after, day))
            elif known[1] or known[2] == day:
                continue
            else:
                moved.append({"of": work.workspace_id, "number": known[0], "day": day})
            wanted.append(job(work, account, one.id, after, day))
    _insert(work, new)
    run_many(work.session, _MOVE, moved)
    jobs.schedule(work, wanted)


def add(work: Work, account_id: int, contract_id: int, after: int, day: date) -> None:
    """One more question, so many days after delivery; one that is there already stays."""
    _insert(work, [_row(work, account_id, contract_id, after, day)])


def _row(work: Work, account_id: int, contract_id: int, after: int, day: date) -> dict[str, Any]:
    return {
        "workspace_id": work.workspace_id,
        "account_id": account_id,
        "contract_id": contract_id,
        "days": after,
        "due_on": day,
        "outcome": "",
        "changed": "",
        "problem": "",
        "owner_there": "",
        "sponsor_there": "",
        "contact": "",
    }


def _insert(work: Work, rows: list[dict[str, Any]]) -> None:
    run_many(work.session, _new(dialect_of(work.session)), rows)


@cache
def _new(dialect: str) -> Any:
    insert = insert_into(Requalification.__table__, dialect)
    return insert.on_conflict_do_nothing(index_elements=["contract_id", "days"])


def job(work: Work, account: AccountContacts, contract_id: int, after: int, day: date) -> Job:
    """The question on the agenda: in the morning of its day, where the owner is."""
    ws = context.of(work)
    hours = account.hours(ws, ws.policies.of(account.tier).alert_time)
    return Job(RequalifyJob.ASK, subject(contract_id), str(after), hours.morning(day), 60)


def subject(contract_id: int) -> str:
    """One-off work on the agenda."""
    return f"one_off:{contract_id}"


def renewing(work: Work, account_ids: Sequence[int]) -> set[int]:
    """Those of these accounts that have a running contract which renews."""
    rows = select(Contract.account_id).where(
        within(Contract.workspace_id, work.workspace_id),
        Contract.account_id.in_(account_ids),
        Contract.kind == "recurring",
        Contract.status == "active",
    )
    return set(work.session.scalars(rows))


def stop(work: Work, contract_ids: Sequence[int]) -> None:
    """Nobody is asked about these contracts any more."""
    if not contract_ids:
        return
    work.session.execute(
        update(Requalification)
        .where(
            within(Requalification.workspace_id, work.workspace_id),
            Requalification.contract_id.in_(contract_ids),
            Requalification.outcome == "",
        )
        .values(outcome=STOPPED)
        .execution_options(synchronize_session=False)
    )
    jobs.cancel(work, [RequalifyJob.ASK], [subject(one) for one in contract_ids])


def _delivered(work: Work, account_ids: Sequence[int]) -> list[_Delivered]:
    rows = work.session.execute(
        select(Contract.id, Contract.account_id, Contract.renewal_date).where(
            within(Contract.workspace_id, work.workspace_id),
            Contract.account_id.in_(account_ids),
            Contract.kind == "one_off",
            Contract.status != "trial",
            Contract.renewal_date.is_not(None),
            Contract.renewal_date > work.now.date() - timedelta(days=LATEST),
        )
    )
    return [_Delivered(one.id, one.account_id, one.renewal_date) for one in rows]


def _there(work: Work, contract_ids: Sequence[int]) -> dict[tuple[int, int], tuple[int, bool, date]]:
    """(contract, days) → number, whether it was asked, answered or stopped, and its day."""
    rows = work.session.execute(
        select(Requalification).where(
            within(Requalification.workspace_id, work.workspace_id), Requalification.contract_id.in_(contract_ids)
        )
    ).scalars()
    return {
        (one.contract_id, one.days): (one.id, one.asked_at is not None or one.outcome != "", one.due_on) for one in rows
    }
