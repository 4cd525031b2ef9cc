"""A round opens: when its day has come, or when someone starts one. Everyone on the team is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.accounts import contacts as owners
from bot.accounts import search as account_search
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob, Job
from bot.db.scope import lock
from bot.db.work import Work
from bot.errors import Refused
from bot.insights import matching
from bot.insights.rules import LibraryInsight
from bot.models import Account, PulseRound
from bot.posts import outgoing
from bot.pulses import capacity, planning, respondents, round_card, rounds
from bot.pulses.capacity import Taken
from bot.pulses.job_kinds import PulseJob
from bot.pulses.planning import Last
from bot.pulses.respondents import TeamMember
from bot.pulses.rounds import Round
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

NO_TEAM = "{} has nobody to ask: no owner, and nobody on its team. Give it an owner first."
ALL_AWAY = "Everyone who keeps {} is away today. Ask again when one of them is back."

AT_A_TIME = 50
"""Rounds that one transaction opens at most; the others have their turn in the next. A library of a thousand insights
is held against each of them, in about 4 ms."""


def start(work: Work, account_id: int, by_id: int | None) -> int:
    """Open a round for an account now, or give the one that runs. The next planned one counts from this one.

    Raises Refused when the account is gone, or when it has nobody who can be asked today.
    """
    # Two people may press at the same moment: the account's row lets one of them through first.
    lock(work, Account, [account_id])
    there = rounds.running(work, [account_id])
    if account_id in there:
        return there[account_id]
    account = owners.load(work, [account_id]).get(account_id)
    if account is None or not account.is_active:
        raise account_search.gone("/pulse")
    mates = respondents.of_accounts(work, [account_id]).get(account_id, ())
    if not mates:
        raise Refused(NO_TEAM.format(account.name))
    if all(mate.is_away(work.now) for mate in mates):
        raise Refused(ALL_AWAY.format(account.name))
    # What was planned for it takes up nobody's day any more.
    agenda_jobs.cancel(work, [PulseJob.ROUND], [f"account:{account_id}"])
    taken = capacity.planned_for(work, _people([account], {account_id: mates}))
    return _open(work, [(account, mates)], by_id, taken)[0]


def run_pulse_round(work: Work, rows: Sequence[DueJob]) -> None:
    """Open what is due, for whom it is working time, as far as its people's day has room; the rest comes later.

    Stays silent for an account that is no longer kept, that has a running round, or had one within the week.
    """
    ws = context.of(work)
    ids = sorted({row.subject_id for row in rows})
    kept = owners.load(work, ids)
    teams = respondents.of_accounts(work, ids)
    last = planning.last_rounds(work, ids)
    running = rounds.running(work, ids)
    people = _people(kept.values(), teams)
    taken = capacity.planned_for(work, people)
    today = capacity.opened_for(work, people)
    opening: list[tuple[AccountContacts, Sequence[TeamMember]]] = []
    later: list[Job] = []
    for account, row in _in_order(rows, kept):
        mates = teams.get(account.id, ())
        numbers, hours = _numbers(mates), account.hours(ws, ws.policies.of(account.tier).pulse_time)
        if account.id in running or _is_too_soon(ws, account, last.get(account.id), work.now):
            later.append(planning.following(ws, account, numbers, last[account.id], taken, work.now))
        elif not hours.is_open(work.now):
            later.append(planning.job(ws, account, hours.next_open(work.now)))
        elif all(mate.is_away(work.now) for mate in mates):
            day = _day_of_return(ws, account, mates, work.now)
            later.append(planning.on_free_day(ws, account, numbers, day, taken, work.now))
        elif len(opening) == AT_A_TIME:
            later.append(planning.job(ws, account, work.now))
        elif (moved := _moved(ws, account, row, mates, today, taken, work.now)) is not None:
            later.append(moved)
        else:
            today.add({account.owner_id, *numbers}, account.today(ws, work.now))
            opening.append((account, mates))
    agenda_jobs.schedule(work, later)
    if opening:
        _open(work, opening, None, taken)


def _moved(
    ws: WorkspaceContext,
    account: AccountContacts,
    row: DueJob,
    mates: Sequence[TeamMember],
    today: Taken,
    taken: Taken,
    now: datetime,
) -> Job | None:
    """The round on another day, when somebody has enough today; None when it opens now."""
    most, day = ws.policies.of(account.tier).pulses_per_owner_per_day, account.today(ws, now)
    numbers, since = _numbers(mates), planning.due_since(ws, account, row)
    if not today.have_room([account.owner_id], day, most):
        return planning.on_free_day(ws, account, numbers, day + timedelta(days=1), taken, now, since)
    if today.have_room([mate.id for mate in mates if not mate.is_away(now)], day, most):
        return None
    better = capacity.better_day(ws, account, numbers, since, day, taken)
    return planning.on_day(ws, account, numbers, better, taken, now, since) if better else None


def _open(
    work: Work,
    asked: Sequence[tuple[AccountContacts, Sequence[TeamMember]]],
    by_id: int | None,
    taken: Taken,
) -> list[int]:
    ws = context.of(work)
    picked = matching.picks(work, [account.id for account, _ in asked])
    new = [_row(work, account, mates, by_id, picked.get(account.id)) for account, mates in asked]
    table = PulseRound.__table__
    inserted = insert(table).returning(table.c.id, sort_by_parameter_order=True)  # type: ignore[arg-type]
    ids = list(work.session.execute(inserted, new).scalars())
    jobs: list[Job] = []
    for (account, mates), row, id in zip(asked, new, ids, strict=True):
        jobs += _jobs(ws, account, id, row["closes_on"], work.now)
        last = Last(work.now, row["closes_on"])
        jobs.append(planning.following(ws, account, _numbers(mates), last, taken, work.now))
    opened = list(rounds.load(work, ids).values())
    jobs += [asking for r in opened for asking in _on_return(ws, r, work.now)]
    agenda_jobs.schedule(work, jobs)
    outgoing.put(work, round_card.first_cards(work, opened))
    return ids


def _row(
    work: Work,
    account: AccountContacts,
    mates: Sequence[TeamMember],
    by_id: int | None,
    insight: LibraryInsight | None,
) -> dict[str, Any]:
    ws = context.of(work)
    hours, days = account.hours(ws), ws.policies.of(account.tier).pulse_open_working_days
    return {
        "workspace_id": work.workspace_id,
        "account_id": account.id,
        "opened_at": work.now,
        "opened_by_id": by_id,
        "closes_on": hours.working_days_after(hours.day(work.now), days),
        "asked": [mate.id for mate in mates],
        "insight_id": insight.number if insight else None,
    }


def _jobs(ws: WorkspaceContext, account: AccountContacts, round_id: int, closes_on: date, now: datetime) -> list[Job]:
    policy = ws.policies.of(account.tier)
    hours = account.hours(ws, policy.pulse_time)
    remind_on = hours.working_days_after(hours.day(now), policy.pulse_reminder_working_days)
    subject = f"pulse:{round_id}"
    jobs = [Job(PulseJob.CLOSE, subject, "", hours.morning(closes_on), 0)]
    if remind_on < closes_on:
        jobs.append(Job(PulseJob.REMINDER, subject, "all", hours.morning(remind_on), 10))
    return jobs


def reminder_of(r: Round, mate: TeamMember, at: datetime, was_absent: bool) -> list[Job]:
    """The job that reminds one person alone; none when the round closes that morning, or before."""
    if mate.day(at) >= r.closes_on:
        return []
    facts = {"member": mate.id, "absent": was_absent}
    return [Job(PulseJob.REMINDER, r.subject, str(mate.id), at, 10, facts)]


def _on_return(ws: WorkspaceContext, r: Round, now: datetime) -> list[Job]:
    """Who is away, or not at work while somebody starts it by hand, is asked by direct message when they are."""
    start = r.policy(ws).pulse_time
    absent = [mate for mate in r.silent if r.is_absent(mate, now)]
    return [one for mate in absent for one in reminder_of(r, mate, mate.next_at_work(now, start), True)]


def _is_too_soon(ws: WorkspaceContext, account: AccountContacts, last: Last | None, now: datetime) -> bool:
    if last is None:
        return False
    # A cadence may be shorter than the gap; what counts here is only that nobody is asked twice within a week.
    gap = ws.policies.of(account.tier).pulse_gap_days
    return account.today(ws, now) < last.closes_on + timedelta(days=gap)


def _day_of_return(ws: WorkspaceContext, account: AccountContacts, mates: Sequence[TeamMember], now: datetime) -> date:
    """The day after the first of them is back; without anyone, a week from now: somebody may have been named."""
    back = [mate.hours.away_until for mate in mates if mate.hours.away_until is not None]
    return min(back) + timedelta(days=1) if back else account.today(ws, now) + timedelta(days=7)


def _in_order(rows: Sequence[DueJob], kept: dict[int, AccountContacts]) -> list[tuple[AccountContacts, DueJob]]:
    """The active accounts of these rows, each once, those that have waited longest first."""
    first: dict[int, DueJob] = {}
    for row in sorted(rows, key=lambda row: (row.due_at, row.id)):
        first.setdefault(row.subject_id, row)
    return [(kept[id], row) for id, row in first.items() if id in kept and kept[id].is_active]


def _people(accounts: Iterable[AccountContacts], teams: Mapping[int, Sequence[TeamMember]]) -> list[int]:
    owners = {account.owner_id for account in accounts if account.owner_id is not None}
    return sorted(owners | {mate.id for mates in teams.values() for mate in mates})


def _numbers(mates: Sequence[TeamMember]) -> list[int]:
    return [mate.id for mate in mates]


__all__ = ["reminder_of", "run_pulse_round", "start"]
