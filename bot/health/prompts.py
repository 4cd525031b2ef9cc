"""Prompts for health checks: asked for at the tier's cadence and when a pulse went red, and answered by a check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update

from bot.accounts import contacts
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.core.person import Person
from bot.db.scope import among, within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.health.facts import HealthPrompt
from bot.health.job_kinds import HealthJob
from bot.health.rules.checks import Check, Scale, average, next_ask
from bot.models import CheckPrompt, HealthCheck, Member, Post, PulseAnswer, PulseRound
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.posts.queries import StoredPost
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

RED = "red_pulse"
CADENCE = ""
"""The dedupe key of the job that asks at the tier's cadence; the others bear their round's number."""

ASKED_FOR = timedelta(days=7)
"""How long a prompt that nobody has answered yet is reason enough not to post another one."""

RED_FOR = timedelta(days=3)
"""How long after a round closed red it still is a reason to ask."""


def prompt_page(work: Work, account_ids: Sequence[int]) -> None:
    """A page of the nightly pass: every active account has its next prompt on the agenda, and red pulses theirs."""
    planned = {job.subject_id for job in _pending(work, account_ids)}
    missing = [account_id for account_id in account_ids if account_id not in planned]
    _plan(work, missing, last_asked(work, missing))
    plan_after_red(work, account_ids)


def replan(work: Work, account_id: int, asked_at: datetime | None = None) -> date:
    """A check was recorded or corrected: the next prompt counts from there, or from one that still stands.

    `asked_at` is when that one was posted. Returns the day.
    """
    (day,) = _plan(work, [account_id], {account_id: asked_at} if asked_at else {})
    return day


def replan_page(work: Work, account_ids: Sequence[int]) -> None:
    """The cadence may have changed: what is planned for these accounts is planned anew by the new one.

    An account that knows neither a check nor a prompt keeps its place in the spread while it lies within the cadence.
    """
    ws = context.of(work)
    asked_at = last_asked(work, account_ids)
    counted = {*asked_at, *latest_checks(work, account_ids)}
    due_at = {job.subject_id: job.due_at for job in _pending(work, account_ids) if job.dedupe_key == CADENCE}
    kept = contacts.load(work, list(due_at))
    moved = [
        account.id
        for account in kept.values()
        if account.id in counted
        or due_at[account.id] > work.now + timedelta(days=ws.policies.of(account.tier).health_every_days + 1)
    ]
    _plan(work, moved, asked_at)


def plan_after_red(work: Work, account_ids: Sequence[int]) -> None:
    """Ask for a check of these accounts where a pulse has just closed with a red answer; once for each round."""
    ws = context.of(work)
    red = work.rows(_CLOSED_RED, ids=list(account_ids), since=work.now - RED_FOR, now=work.now).all()
    if not red:
        return
    kept = contacts.load(work, [row.account_id for row in red])
    jobs = []
    for row in red:
        account = kept[row.account_id]
        facts = {
            "why": RED,
            # Only a talk after the red answer can have been about it.
            "since": row.answered_at.isoformat(),
            "pulse_on": str(account.today(ws, row.closed_at)),
        }
        hours = account.hours(ws, ws.policies.of(account.tier).alert_time)
        at = hours.next_open(work.now)
        if _asked_already(work, row.id, account.owner_slack):
            # The round's own message asks the same people that day, for a next step or a check.
            at = max(at, hours.next_morning(row.closed_at))
        jobs.append(Job(HealthJob.CHECK_DUE, f"account:{account.id}", f"pulse:{row.id}", at, 100, facts))
    agenda_jobs.schedule(work, jobs)
    work.session.execute(
        update(PulseRound)
        .where(within(PulseRound.workspace_id, work.workspace_id), PulseRound.id.in_([row.id for row in red]))
        .values(check_asked_at=work.now)
        .execution_options(synchronize_session=False)
    )


_P, _A = PulseRound.__table__.c, PulseAnswer.__table__.c
_CLOSED_RED = (
    select(
        _P.id,
        _P.account_id,
        _P.closed_at,
        func.max(_A.answered_at, type_=_A.answered_at.type).label("answered_at"),
    )
    .join_from(PulseRound.__table__, PulseAnswer.__table__, _A.round_id == _P.id)
    .where(
        within(_P.workspace_id, bindparam("of")),
        among(_P.account_id),
        _P.closed_at.between(bindparam("since"), bindparam("now")),
        _P.check_asked_at.is_(None),
        _A.colour == "red",
    )
    .group_by(_P.id, _P.account_id, _P.closed_at)
)


def _asked_already(work: Work, round_id: int, owner: str | None) -> bool:
    """Whether the round's outcome was told, with its question for a next step."""
    key = f"pulse:{round_id}:summary"
    told = work.select(Post.id).where(Post.key.in_([key, f"{key}:{owner}"]))
    return work.session.scalar(told.limit(1)) is not None


def run_health_due(work: Work, rows: Sequence[DueJob]) -> None:
    """Ask for a check where there is still a reason to; at work, and plan the next time."""
    ws = context.of(work)
    ids = [row.subject_id for row in rows]
    kept, checks = contacts.load(work, ids), latest_checks(work, ids)
    asked_at = last_asked(work, ids)
    wanted: list[OutgoingPost] = []
    later: list[DueJob] = []
    waiting: set[int] = set()
    for row in sorted(rows, key=lambda row: row.facts.get("why") != RED):
        account, last = kept.get(row.subject_id), checks.get(row.subject_id)
        if account is None or not account.is_active:
            continue
        policy = ws.policies.of(account.tier)
        if not _is_wanted(row, last, asked_at.get(account.id), policy.health_every_days, work.now):
            continue
        if account.hours(ws, policy.alert_time).is_open(work.now):
            wanted.extend(_wanted(ws, account, row, last, work.now))
            asked_at[account.id] = work.now
        else:
            later.append(row.moved_to(account.hours(ws, policy.alert_time).next_open(work.now)))
            waiting.add(account.id)
    outgoing.put(work, wanted)
    _remember(work, wanted)
    agenda_jobs.reschedule(work, later)
    following = [a.id for a in kept.values() if a.is_active and a.id not in waiting]
    _plan(work, following, asked_at, days_ahead=1)


def _plan(
    work: Work,
    account_ids: Sequence[int],
    asked_at: Mapping[int, datetime],
    days_ahead: int = 0,
) -> list[date]:
    """Plan when a check is asked for next, that many days ahead or more; returns these days."""
    ws = context.of(work)
    if not account_ids:
        return []
    kept = contacts.load(work, account_ids)
    checks = latest_checks(work, account_ids)
    jobs, days = [], []
    for account in kept.values():
        policy = ws.policies.of(account.tier)
        hours = account.hours(ws, policy.alert_time)
        last, asked = checks.get(account.id), asked_at.get(account.id)
        today = account.today(ws, work.now)
        day = next_ask(
            hours.day(last.at) if last else None,
            hours.day(asked) if asked else None,
            today,
            policy.health_every_days,
            account.id,
        )
        day = max(day, today + timedelta(days=days_ahead))
        days.append(hours.working_days_after(day, 0))
        at = hours.morning(days[-1])
        jobs.append(Job(HealthJob.CHECK_DUE, f"account:{account.id}", CADENCE, at, 100, {"why": "cadence"}))
    agenda_jobs.schedule(work, jobs)
    return days


def _pending(work: Work, account_ids: Sequence[int]) -> list[DueJob]:
    subjects = [f"account:{account_id}" for account_id in account_ids]
    return agenda_jobs.pending_for(work, subjects, [HealthJob.CHECK_DUE])


def _remember(work: Work, asked: Sequence[OutgoingPost]) -> None:
    rows = [
        {
            "workspace_id": work.workspace_id,
            "account_id": int(one.facts["account_id"]),
            "post_key": one.key,
            "asked_at": work.now,
        }
        for one in asked
    ]
    if rows:
        work.session.execute(insert_for(work.session, CheckPrompt.__table__).on_conflict_do_nothing(), rows)


def _is_wanted(row: DueJob, last: Any, asked_at: datetime | None, every_days: int, now: datetime) -> bool:
    if asked_at is not None and now - asked_at < ASKED_FOR and (last is None or last.at < asked_at):
        return False
    if last is None:
        return True
    if row.facts.get("why") == RED:
        return bool(last.at < datetime.fromisoformat(row.facts["since"]))
    return not is_recent(last.at, every_days, now)


def _wanted(
    ws: WorkspaceContext, account: AccountContacts, row: DueJob, last: Any, now: datetime
) -> list[OutgoingPost]:
    to, today = account.destination(ws), account.today(ws, now)
    owner = Person(account.owner_slack, account.owner_name or "") if account.owner_slack else None
    is_there = owner is not None and to.channel is not None and not account.is_owner_away(today)
    why = row.facts.get("why", "cadence")
    facts = HealthPrompt(
        account_id=account.id,
        account=account.name,
        why=why if why == RED or last else "never",
        as_of=str(today),
        cadence=ws.policies.of(account.tier).health_every_days,
        mention=owner.slack_id if owner and is_there else None,
        owner=owner,
        pulse_on=row.facts.get("pulse_on"),
        since=row.facts.get("since"),
        routed=to.routed,
        **(last_facts(last, account.hours(ws).zone) if last else {}),
    )
    key = f"health:{account.id}:prompt:{row.dedupe_key or today}"
    told = account.post(ws, key, "health_prompt", facts.to_facts())
    return [told] if told else []


def latest_checks(work: Work, account_ids: Sequence[int]) -> dict[int, Any]:
    """Each account's last check that was not replaced: its id, moment, author's name (`by`) and scales."""
    rows = work.session.execute(
        select(
            HealthCheck.id,
            HealthCheck.account_id,
            HealthCheck.at,
            Member.name.label("by"),
            *(getattr(HealthCheck, scale) for scale in Scale),
        )
        .outerjoin(Member, Member.id == HealthCheck.by_id)
        .where(
            within(HealthCheck.workspace_id, work.workspace_id),
            HealthCheck.account_id.in_(account_ids),
            HealthCheck.replaced_at.is_(None),
        )
        .order_by(HealthCheck.at, HealthCheck.id)
    )
    return {row.account_id: row for row in rows}


def last_asked(work: Work, account_ids: Sequence[int]) -> dict[int, datetime]:
    """When a check was last asked for, for the accounts for which one was in the last half year."""
    rows = work.session.execute(
        select(
            CheckPrompt.account_id, func.max(CheckPrompt.asked_at, type_=CheckPrompt.asked_at.type).label("asked_at")
        )
        .where(within(CheckPrompt.workspace_id, work.workspace_id), CheckPrompt.account_id.in_(account_ids))
        .group_by(CheckPrompt.account_id)
    )
    return {row.account_id: row.asked_at for row in rows}


def prompts(work: Work, account_id: int) -> list[StoredPost]:
    """The prompts of an account in the last half year, as far as they are still kept, oldest first."""
    asked = work.select(CheckPrompt.post_key).where(CheckPrompt.account_id == account_id)
    return posts.by_keys(work, work.session.scalars(asked).all())


def is_recent(at: datetime, every_days: int, now: datetime) -> bool:
    """Whether a talk is so young that no other is asked for yet."""
    # A day less: what was recorded in the evening is asked for on a morning.
    return now - at < timedelta(days=every_days - 1)


def last_facts(last: Any, zone: str) -> dict[str, Any]:
    """What a prompt says of the last check."""
    return {
        "last_on": str(local_date(last.at, zone)),
        "last_average": average({scale: getattr(last, scale) for scale in Scale}),
        "last_by": last.by or "",
    }


def answered(work: Work, check: Check) -> None:
    """A check was recorded or corrected: the next prompt counts from there, and what it answers says so.

    A prompt for which the talk is too old goes on asking; it only names this check as the last one.
    """
    ws = context.of(work)
    account = contacts.load(work, [check.account_id])[check.account_id]
    every = ws.policies.of(account.tier).health_every_days
    standing = [p for p in prompts(work, account.id) if not p.facts.get("done_by")]
    left = [post for post in standing if not _is_answered(post, check, every, work.now)]
    next_on = replan(work, account.id, left[-1].created_at if left else None)
    by = {"slack_id": check.by.slack_id, "name": check.by.name, "role": ""}
    done = {"done_by": by, "done_on": str(check.on), "next_on": str(next_on)}
    told = last_facts(latest_checks(work, [account.id])[account.id], account.hours(ws).zone)
    wanted = [
        post.saying({**post.facts, **facts})
        for post, facts in [(post, told if post in left else done) for post in standing]
    ]
    outgoing.put(work, wanted)


def _is_answered(post: StoredPost, check: Check, every_days: int, now: datetime) -> bool:
    if post.facts.get("since"):
        return check.at >= datetime.fromisoformat(post.facts["since"])
    return is_recent(check.at, every_days, now)
