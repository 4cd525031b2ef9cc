"""A score that fell is told to the owner, once per fall, at work; one that has recovered by then stays untold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.accounts import contacts, customer_people
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.db.scope import within
from bot.db.work import Work
from bot.health import stored
from bot.health.compute import Computed
from bot.health.facts import HealthAlert
from bot.health.job_kinds import HealthJob
from bot.health.rules.score import band
from bot.health.rules.score_history import Alert, is_recovered
from bot.health.rules.score_words import band_name, input_name, newest_words, reason, summary_words, without_points
from bot.health.stored import StoredScore
from bot.models import Member
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.workspace import context, presence
from bot.workspace.context import WorkspaceContext
from bot.workspace.presence import Passed


def plan_alerts(
    work: Work,
    rescored: Sequence[Computed],
    authors: Mapping[int, int] | None = None,
) -> None:
    """Plan to tell of the falls among these accounts when their owners are at work.

    `authors` are the members who entered what a score fell by, by account: nobody is told what they just did.
    """
    ws = context.of(work)
    falls = {one.account_id: one.fall for one in rescored if one.fall is not None}
    if not falls:
        return
    kept = contacts.load(work, list(falls))
    did = _slack_ids(work, authors or {})
    jobs = [
        Job(
            HealthJob.SCORE_ALERT,
            f"account:{account_id}",
            f"{falls[account_id].since}>{falls[account_id].score}@{account.today(ws, work.now)}",
            account.hours(ws, ws.policies.of(account.tier).alert_time).next_open(work.now),
            facts={"before": falls[account_id].before, "since": str(falls[account_id].since)},
        )
        for account_id, account in kept.items()
        if account.is_active and not _is_reader(ws, account, did.get(account_id), work.now)
    ]
    agenda_jobs.schedule(work, jobs)


def _slack_ids(work: Work, authors: Mapping[int, int]) -> dict[int, str]:
    if not authors:
        return {}
    rows = work.session.execute(
        select(Member.id, Member.slack_id).where(
            within(Member.workspace_id, work.workspace_id), Member.id.in_(set(authors.values()))
        )
    )
    by_id = {row.id: row.slack_id for row in rows}
    return {account_id: by_id[member_id] for account_id, member_id in authors.items() if member_id in by_id}


def _is_reader(ws: WorkspaceContext, account: AccountContacts, slack_id: str | None, now: datetime) -> bool:
    to = _reader(ws, account, now)
    return slack_id is not None and to is not None and to.get("recipient") == slack_id


def run_score_alert(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell the owner; while the owner is away, the manager; an account without an owner tells it where it speaks."""
    ws = context.of(work)
    ids = [row.subject_id for row in rows]
    kept, stood = contacts.load(work, ids), stored.load(work, ids)
    people = customer_people.concerns_in_words(work, ids)
    wanted: list[OutgoingPost] = []
    later: list[DueJob] = []
    passed: list[Passed] = []
    settled: dict[int, Alert | None] = {}
    for row in _deepest(rows):
        account, row_now = kept.get(row.subject_id), stood.get(row.subject_id)
        if account is None or row_now is None or not account.is_active:
            continue
        policy, today = ws.policies.of(account.tier), account.today(ws, work.now)
        if row_now.score is None or is_recovered(row.facts["before"], row_now.score, policy):
            settled[account.id] = None
            continue
        hours = account.hours(ws, policy.alert_time)
        if not hours.is_open(work.now):
            later.append(row.moved_to(hours.next_open(work.now)))
            continue
        alert, back_on = _alert(ws, account, row_now, row, work.now), account.owner_away
        alert = replace(alert, reasons=(*alert.reasons, *map(without_points, people.get(account.id, ()))))
        to = _reader(ws, account, work.now)
        if to is None and back_on is not None:
            later.append(row.moved_to(hours.morning(back_on + timedelta(days=1))))
        elif to is not None:
            key = f"health:{account.id}:alert:{row.dedupe_key}"
            wanted.append(OutgoingPost(key, "health_alert", alert.to_facts(), to.get("channel"), to.get("recipient")))
            if account.is_owner_away(today) and account.owner_id is not None:
                hears = ws.people.named(to["recipient"], work.now)
                passed.append(
                    Passed(
                        account.owner_id, account.id, "health_alert", to["recipient"] or "", hears.name if hears else ""
                    )
                )
            settled[account.id] = Alert(local_date(work.now, ws.zone), row_now.score)
    outgoing.put(work, wanted)
    presence.pass_on(work, passed)
    agenda_jobs.reschedule(work, later)
    stored.set_alerts(work, settled)


def _deepest(rows: Sequence[DueJob]) -> list[DueJob]:
    """Of several falls of one account that waited for the same morning, the one from the highest score tells it all."""
    by_account: dict[int, DueJob] = {}
    for row in sorted(rows, key=lambda row: (row.facts["before"], row.id)):
        by_account[row.subject_id] = row
    return list(by_account.values())


def _reader(ws: WorkspaceContext, account: AccountContacts, now: datetime) -> dict[str, str | None] | None:
    if account.owner_slack and not account.is_owner_away(account.today(ws, now)):
        return {"recipient": account.owner_slack}
    if account.owner_slack:
        found = ws.people.first_awake(account.owner_id, account.id, now)
        return {"recipient": found.slack_id} if found else None
    to = account.destination(ws)
    return {"channel": to.channel} if to.channel else None


def _alert(
    ws: WorkspaceContext, account: AccountContacts, stood: StoredScore, row: DueJob, now: datetime
) -> HealthAlert:
    policy, today = ws.policies.of(account.tier), account.today(ws, now)
    score = stored.score_of(stood, today, policy)
    assert score.score is not None
    return HealthAlert(
        account_id=account.id,
        account=account.name,
        score=score.score,
        before=row.facts["before"],
        since=row.facts["since"],
        as_of=str(today),
        band=band_name(band(score.score, policy)),
        summary=summary_words(score.score, stored.change_of(stood, today, policy), score.confidence),
        ages=newest_words(score.parts),
        reasons=tuple(reason(part, policy) for part in score.reasons(policy.score_reasons)),
        missing=tuple(input_name(name) for name in score.missing),
        bands=policy.bands,
        fall=policy.score_fall,
        fall_days=policy.score_fall_days,
        instead_of=(account.owner_name or "") if account.is_owner_away(today) else "",
        away_until=str(account.owner_away) if account.is_owner_away(today) else "",
    )
