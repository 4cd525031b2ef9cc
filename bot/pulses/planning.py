"""When each account is asked about next: at its tier's cadence, over the weekdays, a few a day for each owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select

from bot.accounts import contacts
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob, Job
from bot.db.scope import within
from bot.db.work import Work
from bot.models import PulseRound
from bot.pulses import capacity
from bot.pulses.capacity import Taken
from bot.pulses.job_kinds import PulseJob
from bot.pulses.rules import place_in_cycle
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

CHUNK = 1000
WORKING_DAYS_IN_A_WEEK = 5

SINCE = "since"
"""Among a job's facts: the day it was due first, once it has made room for others."""


class Last(NamedTuple):
    """The last round of an account."""

    opened_at: datetime
    closes_on: date


@dataclass(frozen=True, slots=True)
class PlannedRounds:
    """How many rounds were put on the agenda, and how many of them moved, since the cadence had changed."""

    planned: int
    moved: int


def plan_rounds(work: Work, account_ids: Iterable[int]) -> PlannedRounds:
    """See to it that each of these active accounts has its next round on the agenda, at its present cadence.

    Asked again it changes nothing. Within one call an owner gets no more rounds a day than the policy allows; where
    several calls come together on a day, `opening` moves what is too much.
    """
    ids = sorted(set(account_ids))
    done = [_plan_chunk(work, ids[at : at + CHUNK]) for at in range(0, len(ids), CHUNK)]
    return PlannedRounds(sum(one.planned for one in done), sum(one.moved for one in done))


def plan_page(work: Work, account_ids: Sequence[int]) -> None:
    """One page of the nightly pass."""
    plan_rounds(work, account_ids)


def following(
    ws: WorkspaceContext,
    account: AccountContacts,
    mates: Sequence[int],
    last: Last | None,
    taken: Taken,
    now: datetime,
) -> Job:
    """The job that opens an account's next round: after the last one by its cadence, never in the week after it.

    `mates` are the numbers of its team. An account that was never asked about gets a place in its first cycle that
    depends on its number alone.
    """
    policy, today = ws.policies.of(account.tier), account.today(ws, now)
    if last is None:
        days = max(1, policy.pulse_every_days * WORKING_DAYS_IN_A_WEEK // 7)
        days_ahead = 1 + place_in_cycle(account.id, days)
        day = account.hours(ws).working_days_after(today, days_ahead)
        return on_free_day(ws, account, mates, day, taken, now)
    tomorrow = today + timedelta(days=1)
    earliest = max(last.closes_on + timedelta(days=policy.pulse_gap_days), tomorrow)
    due = max(account.today(ws, last.opened_at) + timedelta(days=policy.pulse_every_days), earliest)
    return on_day(ws, account, mates, capacity.spread_day(ws, account, mates, due, earliest, taken), taken, now)


def on_free_day(
    ws: WorkspaceContext,
    account: AccountContacts,
    mates: Sequence[int],
    day: date,
    taken: Taken,
    now: datetime,
    since: date | None = None,
) -> Job:
    """The round on `day` or on the first working day after it on which its people have room; takes it."""
    return on_day(ws, account, mates, capacity.free_day(ws, account, mates, day, taken), taken, now, since)


def on_day(
    ws: WorkspaceContext,
    account: AccountContacts,
    mates: Sequence[int],
    day: date,
    taken: Taken,
    now: datetime,
    since: date | None = None,
) -> Job:
    """The round on this very day; takes it. `since` is the day it was due first, when it makes room for others."""
    taken.add({account.owner_id, *mates}, day)
    at = account.hours(ws, ws.policies.of(account.tier).pulse_time).morning(day)
    return job(ws, account, at, since)


def job(ws: WorkspaceContext, account: AccountContacts, at: datetime, since: date | None = None) -> Job:
    """The account's next round, at this moment."""
    facts = {**_facts(ws, account), **({SINCE: str(since)} if since else {})}
    return Job(PulseJob.ROUND, f"account:{account.id}", "", at, 50, facts)


def due_since(ws: WorkspaceContext, account: AccountContacts, row: DueJob) -> date:
    """The day on which the round of this job was due first."""
    since = row.facts.get(SINCE)
    return date.fromisoformat(since) if since else account.today(ws, row.due_at)


def last_rounds(work: Work, account_ids: Sequence[int]) -> dict[int, Last]:
    """The last round of each account that had one."""
    rows: Iterable[Any] = work.session.execute(
        select(
            PulseRound.account_id,
            func.max(PulseRound.opened_at, type_=PulseRound.opened_at.type).label("opened_at"),
            func.max(PulseRound.closes_on).label("closes_on"),
        )
        .where(within(PulseRound.workspace_id, work.workspace_id), PulseRound.account_id.in_(account_ids))
        .group_by(PulseRound.account_id)
    )
    return {row.account_id: Last(row.opened_at, row.closes_on) for row in rows}


def _plan_chunk(work: Work, account_ids: Sequence[int]) -> PlannedRounds:
    ws = context.of(work)
    accounts = contacts.load(work, account_ids)
    planned = _planned(work, account_ids)
    active = {id: account for id, account in accounts.items() if account.is_active}
    moved = [id for id, facts in planned.items() if id not in active or _is_outdated(facts, _facts(ws, active[id]))]
    missing = [id for id in active if id not in planned or id in moved]
    gone = [f"account:{id}" for id in moved if id not in active]
    agenda_jobs.cancel(work, [PulseJob.ROUND], gone)
    if missing:
        last = last_rounds(work, missing)
        taken = Taken()
        # Whom else it asks is looked at on the morning itself: an import plans thousands.
        jobs = [following(ws, active[id], (), last.get(id), taken, work.now) for id in missing]
        agenda_jobs.schedule(work, jobs)
    return PlannedRounds(len(missing), len(moved))


def _planned(work: Work, account_ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    subjects = [f"account:{account_id}" for account_id in account_ids]
    pending = agenda_jobs.pending_for(work, subjects, [PulseJob.ROUND])
    return {job.subject_id: job.facts for job in pending}


def _facts(ws: WorkspaceContext, account: AccountContacts) -> dict[str, Any]:
    # What the moment was reckoned from: when one of them changes, the night reckons it anew.
    policy = ws.policies.of(account.tier)
    at = (f"{policy.pulse_time:%H:%M}", account.hours(ws).zone, account.owner_hours)
    return {"every": policy.pulse_every_days, "at": " ".join(part for part in at if part)}


def _is_outdated(planned: Mapping[str, Any], reckoned: Mapping[str, Any]) -> bool:
    return any(planned.get(name) != value for name, value in reckoned.items())
