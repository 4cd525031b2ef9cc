"""The agenda of nurture: each account's next touch, spread over the quarter, and one a day at most for its owner.

One that waits for its reader, who has had a proposal lately, keeps its place: the next is planned from its first day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update

from bot.accounts import contacts, proposing
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.proposing import LOOK_AGAIN, NOTHING_TOLD, HoldOff, ProposedTo, is_enough
from bot.db.scope import within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.insights import matching
from bot.insights.facts import told
from bot.insights.rules import Goal, LibraryInsight, Listener, choose, fits
from bot.models import InsightUse, NurtureTouch
from bot.nurture import queries, show
from bot.nurture.job_kinds import NurtureJob
from bot.nurture.rules import EMPTY_AGAIN, TouchState, filled, turn_of
from bot.pulses.rules import place_in_cycle
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

WORKING_DAYS_IN_A_WEEK = 5

AT_A_TIME = 25
"""Accounts for which something is chosen in one transaction; the others have their turn in the next. A library of a
thousand is held against each of them, in about 4 ms."""

SINCE = "since"
"""The fact of a job that waits for its reader: the day on which it was due."""

Proposal = tuple[AccountContacts, Goal, LibraryInsight, Listener]


def plan_page(work: Work, account_ids: Sequence[int]) -> None:
    """Every active account that is not paused has its next touch on the agenda: a page of the nightly pass."""
    left = {job.subject_id for job in _pending(work, account_ids)} | queries.lasting_pauses(work, account_ids).keys()
    _plan(work, [account_id for account_id in account_ids if account_id not in left])


def replan_page(work: Work, account_ids: Sequence[int]) -> None:
    """The rhythm may have changed: what lies further ahead than the new one allows is planned anew."""
    ws = context.of(work)
    due_at = {job.subject_id: job.due_at for job in _pending(work, account_ids)}
    proposed = queries.last_proposed(work, list(due_at))
    kept = contacts.load(work, list(due_at))
    moved = [
        account.id
        for account in kept.values()
        if account.id in proposed
        or due_at[account.id] > work.now + timedelta(days=ws.policies.of(account.tier).nurture_every_days + 1)
    ]
    _plan(work, moved)


def run_nurture(work: Work, rows: Sequence[DueJob]) -> None:
    """Propose what is due, to owners who are at work and have not had enough; what must wait comes later."""
    ws = context.of(work)
    kept = contacts.load(work, [row.subject_id for row in rows])
    active = {id: account for id, account in kept.items() if account.is_active}
    waits = proposing.held_off_of(work, active)
    told = proposing.told(work, {one.owner_id for one in active.values() if one.owner_id is not None})
    later: list[DueJob] = []
    crowded: defaultdict[int, int] = defaultdict(int)
    chosen: dict[int, DueJob] = {}
    for row in sorted(rows, key=lambda row: (row.facts.get(SINCE, str(row.due_at.date())), row.due_at, row.id)):
        account = active.get(row.subject_id)
        if account is None or waits.get(account.id) is HoldOff.PAUSED:
            # The end of the pause plans it anew.
            continue
        hours = account.hours(ws, ws.policies.of(account.tier).alert_time)
        today = hours.day(work.now)
        if not hours.is_open(work.now):
            later.append(row.moved_to(hours.next_open(work.now)))
        elif account.id in waits:
            later.append(row.moved_to(hours.next_morning(work.now, LOOK_AGAIN), facts={}))
        elif account.owner_id is None:
            later.append(row.moved_to(hours.next_morning(work.now, LOOK_AGAIN)))
        elif account.is_owner_away(today):
            assert account.owner_away is not None
            later.append(row.moved_to(hours.morning(account.owner_away + timedelta(days=1))))
        elif _is_enough(ws, account, told.get(account.owner_id, NOTHING_TOLD), _since(row, today), today):
            crowded[account.owner_id] += 1
            at = hours.next_morning(work.now, crowded[account.owner_id])
            later.append(row.moved_to(at, facts={SINCE: str(_since(row, today))}))
        elif len(chosen) == AT_A_TIME:
            later.append(row.moved_to(work.now))
        else:
            before = told.get(account.owner_id, NOTHING_TOLD)
            told[account.owner_id] = before._replace(has_touch=True)
            chosen[account.id] = row
    proposals = _choose(work, {id: active[id] for id in chosen})
    _propose(work, proposals)
    proposed = {account.id for account, *_ in proposals}
    for account_id, row in chosen.items():
        account = active[account_id]
        hours = account.hours(ws, ws.policies.of(account.tier).alert_time)
        if account_id in proposed:
            every, today = ws.policies.of(account.tier).nurture_every_days, hours.day(work.now)
            # However long it waited, half of the time at least lies between two.
            waited = min((today - _since(row, today)).days, every // 2)
            later.append(row.moved_to(hours.morning(today + timedelta(days=every - waited)), facts={}))
        else:
            later.append(row.moved_to(hours.next_morning(work.now, EMPTY_AGAIN), facts={}))
    agenda_jobs.reschedule(work, later)


def _since(row: DueJob, today: date) -> date:
    """The day on which a touch was due before it waited for its reader."""
    return date.fromisoformat(row.facts[SINCE]) if SINCE in row.facts else today


def _is_enough(ws: WorkspaceContext, account: AccountContacts, told: ProposedTo, since: date, today: date) -> bool:
    """Whether this touch waits for its reader: one a day, and directly no more of any kind than the rule lets come."""
    if told.has_touch or account.destination(ws).channel is not None:
        return told.has_touch
    return is_enough(told, (today - since).days, ws.policies.of(account.tier).proposals_to_person_days)


def plan_anew(work: Work, account_id: int) -> None:
    """The next touch of this account by its own rhythm, whatever was planned for it until now."""
    _plan(work, [account_id])


def plan_again(work: Work, account_id: int) -> date:
    """The next touch of this account, whose moment was a bad one, comes after the policy's days; returns the day."""
    ws = context.of(work)
    account = contacts.load(work, [account_id])[account_id]
    policy = ws.policies.of(account.tier)
    hours = account.hours(ws, policy.alert_time)
    day = hours.working_days_after(hours.day(work.now) + timedelta(days=policy.nurture_again_days), 0)
    agenda_jobs.schedule(work, [Job(NurtureJob.TOUCH, f"account:{account_id}", "", hours.morning(day), 300)])
    return day


def _plan(work: Work, account_ids: Sequence[int]) -> None:
    if not account_ids:
        return
    ws = context.of(work)
    proposed = queries.last_proposed(work, account_ids)
    jobs = [
        _job(ws, account, proposed.get(account.id), work.now) for account in contacts.load(work, account_ids).values()
    ]
    agenda_jobs.schedule(work, jobs)


def _job(ws: WorkspaceContext, account: AccountContacts, proposed_at: datetime | None, now: datetime) -> Job:
    policy = ws.policies.of(account.tier)
    hours = account.hours(ws, policy.alert_time)
    today = hours.day(now)
    if proposed_at is None:
        days = max(1, policy.nurture_every_days * WORKING_DAYS_IN_A_WEEK // 7)
        day = hours.working_days_after(today, 1 + place_in_cycle(account.id, days))
    else:
        due = hours.day(proposed_at) + timedelta(days=policy.nurture_every_days)
        day = max(due, today + timedelta(days=1))
    return Job(NurtureJob.TOUCH, f"account:{account.id}", "", hours.morning(day), 300)


def _pending(work: Work, account_ids: Sequence[int]) -> list[DueJob]:
    subjects = [f"account:{account_id}" for account_id in account_ids]
    return agenda_jobs.pending_for(work, subjects, [NurtureJob.TOUCH])


def _choose(work: Work, accounts: Mapping[int, AccountContacts]) -> list[Proposal]:
    library = matching.library(work) if accounts else ()
    if not library:
        return []
    ids = list(accounts)
    served = queries.served_by(work, ids)
    found = []
    # The open one is about to lapse: it is told no more, and does not count.
    _lapse(work, ids)
    for account_id, listener in matching.listeners(work, ids).items():
        match = choose(library, listener, turn_of(served, account_id))
        if match is not None:
            found.append((accounts[account_id], *match, listener))
    return found


def _lapse(work: Work, account_ids: Sequence[int]) -> None:
    """Nobody answered the proposal before; the next one takes its place."""
    mine = (
        within(NurtureTouch.workspace_id, work.workspace_id),
        NurtureTouch.account_id.in_(account_ids),
        NurtureTouch.state == TouchState.OPEN,
    )
    ids = work.session.scalars(select(NurtureTouch.id).where(*mine)).all()
    if ids:
        work.session.execute(
            update(NurtureTouch)
            .where(within(NurtureTouch.workspace_id, work.workspace_id), NurtureTouch.id.in_(ids))
            .values(state=TouchState.LAPSED.value, closed_at=work.now)
            .execution_options(synchronize_session=False)
        )
        show.update(work, ids)


def _propose(work: Work, proposals: Sequence[Proposal]) -> None:
    if not proposals:
        return
    accounts = [account for account, *_ in proposals]
    names = queries.contacts_at(work, [account.id for account in accounts])
    words = queries.openings(work, [account.owner_id for account in accounts if account.owner_id is not None])
    touches = [
        {
            "workspace_id": work.workspace_id,
            "account_id": account.id,
            "member_id": account.owner_id,
            "insight_id": insight.number,
            "goal": goal.value,
            "opening": filled(
                words[account.owner_id or 0], names.get(account.id, ""), account.name, told(insight.words, insight.url)
            ),
            "contact": names.get(account.id, ""),
            "fits": fits(insight, listener),
            "state": TouchState.OPEN.value,
            "reason": "",
            "proposed_at": work.now,
            "answer": "",
            "attendance": "",
            "said": "",
        }
        for account, goal, insight, listener in proposals
    ]
    table = NurtureTouch.__table__
    inserted = insert(table).returning(table.c.id, sort_by_parameter_order=True)  # type: ignore[arg-type]
    ids = list(work.session.execute(inserted, touches).scalars())
    uses = [
        {
            "workspace_id": work.workspace_id,
            "account_id": touch["account_id"],
            "insight_id": touch["insight_id"],
            "at": work.now,
        }
        for touch in touches
    ]
    work.session.execute(insert_for(work.session, InsightUse.__table__), uses)
    show.first(work, dict(zip(ids, accounts, strict=True)))
