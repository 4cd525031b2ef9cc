"""What happens at a customer: written down with why it matters to them, told ahead of its day, each year if yearly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, or_, update

from bot.accounts import contacts
from bot.accounts import search as account_search
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.person import Person
from bot.db.scope import is_row
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.insights.facts import NewTrigger, TriggerEntry, TriggerNotice
from bot.insights.job_kinds import InsightJob
from bot.insights.rules import ENDED, MOVED, TriggerKind, next_occurrence
from bot.models import Account, Member, TriggerEvent
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.workspace import context
from bot.workspace.members import MemberView

KIND = "trigger_notice"
GONE = "That is no longer on the list. Look at the others with `/insight list`."


def add(work: Work, new: NewTrigger, by_id: int) -> int:
    """Write it down and plan when its team is told; returns its number. Raises FieldErrors (kind, on, matters)."""
    account_search.require_account(work, new.account_id)
    table = TriggerEvent.__table__
    values = _checked(work, new) | {"workspace_id": work.workspace_id, "by_id": by_id, "created_at": work.now}
    added = insert(table).values(values).returning(table.c.id)  # type: ignore[arg-type]
    number = int(work.session.execute(added).scalar_one())
    _plan(work, number, new)
    return number


def edit(work: Work, number: int, new: NewTrigger, by: MemberView) -> None:
    """Correct it; what is planned moves with its day, and what its team was told shows it as it is now.

    One that another account's team was told of is off that account's list, and is written down anew at the right one.
    Raises FieldErrors as `add` does, Refused when it is gone.
    """
    was = read(work, number)
    if was is None:
        raise Refused(GONE)
    values = _checked(work, new)
    if new.account_id != was.said.account_id and posts.by_prefix(work, _key(number, "")):
        add(work, new, by.id)
        end(work, number, by.name)
        return
    work.session.execute(update(TriggerEvent).where(is_row(TriggerEvent, work.workspace_id, number)).values(values))
    _plan(work, number, new)
    today = context.of(work).hours.day(work.now)
    on = str(next_occurrence(new.on, new.is_yearly, today) or new.on)
    said = _said(values["kind"], values["matters"], values["words"], values["prepare"])

    def changed(notice: TriggerNotice) -> TriggerNotice:
        return _changed(notice, replace(notice, **said, is_yearly=new.is_yearly), on, by.name)

    _show(work, was, changed)


def end(work: Work, number: int, by: str) -> None:
    """Take it off the list: nobody is told of it any more. The timeline keeps it. `by` is a name."""
    was = read(work, number)
    if was is None:
        raise Refused(GONE)
    row = update(TriggerEvent).where(is_row(TriggerEvent, work.workspace_id, number))
    work.session.execute(row.values(ended_at=work.now))
    agenda_jobs.cancel(work, [InsightJob.TRIGGER], [f"trigger:{number}"])
    _show(work, was, lambda notice: replace(notice, outcome=ENDED, ended_by=by))


def read(work: Work, number: int) -> TriggerEntry | None:
    """The one of this number; None when it was taken off the list."""
    found = _entries(work, 1, TriggerEvent.id == number)
    return found[0] if found else None


def ahead(work: Work, limit: int) -> list[TriggerEntry]:
    """What happens at active accounts from today on, the soonest first; of those that come each year the next time."""
    today = context.of(work).hours.day(work.now)
    known = _entries(work, 1000, or_(TriggerEvent.is_yearly, TriggerEvent.on_day >= today), Account.is_active)
    return sorted(known, key=lambda one: (one.next_on, one.id))[:limit]


def run_triggers(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell the teams of what comes up, at work; what comes each year is planned for the next one."""
    ws = context.of(work)
    found = {
        event.id: (event, writer)
        for event, writer in work.session.execute(
            work.select(TriggerEvent, Member)
            .outerjoin(Member, Member.id == TriggerEvent.by_id)
            .where(TriggerEvent.id.in_([row.subject_id for row in rows]), TriggerEvent.ended_at.is_(None))
        )
    }
    kept = contacts.load(work, [event.account_id for event, _ in found.values()])
    wanted: list[OutgoingPost] = []
    later: list[DueJob] = []
    for row in rows:
        event, writer = found.get(row.subject_id, (None, None))
        account = kept.get(event.account_id) if event else None
        if event is None or account is None or not account.is_active:
            continue
        policy = ws.policies.of(account.tier)
        hours = account.hours(ws, policy.alert_time)
        if not hours.is_open(work.now):
            later.append(row.moved_to(hours.next_open(work.now)))
            continue
        today = account.today(ws, work.now)
        on = next_occurrence(event.on_day, event.is_yearly, today)
        if on is None:
            continue
        if on - timedelta(days=policy.trigger_lead_days) > today:
            # Nothing ran until this year's day had passed: the next one is told in its own time.
            later.append(row.moved_to(hours.morning(on - timedelta(days=policy.trigger_lead_days))))
            continue
        to = account.destination(ws)
        is_there = to.channel is not None and not account.is_owner_away(today)
        notice = TriggerNotice(
            trigger_id=event.id,
            account_id=account.id,
            account=account.name,
            **_said(event.kind, event.matters, event.words, event.prepare),
            on=str(on),
            as_of=str(today),
            is_yearly=event.is_yearly,
            mention=account.owner_slack if is_there else None,
            by=Person(writer.slack_id, writer.name) if writer else None,
            routed=to.routed,
        )
        key, facts = _key(event.id, str(on)), notice.to_facts()
        if told := account.post(ws, key, KIND, facts):
            wanted.append(told)
        following = next_occurrence(event.on_day, event.is_yearly, on + timedelta(days=1))
        if following is not None:
            later.append(row.moved_to(hours.morning(following - timedelta(days=policy.trigger_lead_days))))
    outgoing.put(work, wanted, is_once=True)
    agenda_jobs.reschedule(work, later)


def replan_page(work: Work, account_ids: Sequence[int]) -> None:
    """The lead time may have changed: what is planned for these accounts is planned anew by the new one."""
    today = context.of(work).hours.day(work.now)
    known = _entries(
        work,
        len(account_ids) * 20,
        TriggerEvent.account_id.in_(account_ids),
        or_(TriggerEvent.is_yearly, TriggerEvent.on_day >= today),
    )
    planned = agenda_jobs.pending_for(work, [f"trigger:{one.id}" for one in known], [InsightJob.TRIGGER])
    waiting = {job.subject_id for job in planned}
    for one in known:
        # What was told for this time already has no open job, unless it comes again.
        if one.id in waiting:
            _plan(work, one.id, one.said, one.next_on if one.said.is_yearly else None)


def _show(work: Work, was: TriggerEntry, changed: Callable[[TriggerNotice], TriggerNotice]) -> None:
    """Let what was told of an event be `changed`; of one that comes each year, what is still to come."""
    today = str(context.of(work).hours.day(work.now))
    wanted = []
    for post in posts.by_prefix(work, _key(was.id, "")):
        before = TriggerNotice.from_facts(post.facts)
        after = changed(before)
        if after != before and (before.on >= today or not was.said.is_yearly):
            wanted.append(post.saying(after.to_facts()))
    outgoing.put(work, wanted)


def _changed(notice: TriggerNotice, said: TriggerNotice, on: str, by: str) -> TriggerNotice:
    """A notice that says what is `said` now, of an event that happens on its day or on another, `on`."""
    is_moved = notice.on != on
    now = replace(said, outcome=MOVED if is_moved else "", moved_to=on if is_moved else "")
    return notice if now == notice else replace(now, changed_by=by)


def _said(kind: str, matters: str, words: str, prepare: str) -> dict[str, Any]:
    """What a notice carries of what was written down."""
    return {"kind": kind, "matters": matters[:600], "words": words[:300], "prepare": prepare[:600]}


def _key(number: int, on: str) -> str:
    return f"trigger:{number}:{on}"


def _checked(work: Work, new: NewTrigger) -> dict[str, Any]:
    errors: dict[str, str] = {}
    if new.kind not in set(TriggerKind):
        errors["what"] = "Choose what happens."
    if not new.matters.strip():
        errors["matters"] = "Say why it matters to them. That is what makes a message welcome."
    if new.kind == TriggerKind.OTHER and not new.words.strip():
        errors["details"] = "Say in a few words what happens."
    if not new.is_yearly and new.on < context.of(work).hours.day(work.now) - timedelta(days=1):
        errors["on"] = "That day has passed. Choose a later one, or say that it comes each year."
    if errors:
        raise FieldErrors(errors)
    return {
        "account_id": new.account_id,
        "kind": new.kind,
        "on_day": new.on,
        "matters": new.matters.strip(),
        "words": new.words.strip(),
        "prepare": new.prepare.strip(),
        "is_yearly": new.is_yearly,
    }


def _plan(work: Work, number: int, new: NewTrigger, since: date | None = None) -> None:
    ws = context.of(work)
    account = contacts.load(work, [new.account_id])[new.account_id]
    policy = ws.policies.of(account.tier)
    hours = account.hours(ws, policy.alert_time)
    on = next_occurrence(new.on, new.is_yearly, since or account.today(ws, work.now))
    if on is None:
        agenda_jobs.cancel(work, [InsightJob.TRIGGER], [f"trigger:{number}"])
        return
    at = max(hours.morning(on - timedelta(days=policy.trigger_lead_days)), hours.next_open(work.now))
    agenda_jobs.schedule(work, [Job(InsightJob.TRIGGER, f"trigger:{number}", "", at, 100)])


def _entries(work: Work, limit: int, *conditions: Any) -> list[TriggerEntry]:
    today = context.of(work).hours.day(work.now)
    rows = work.session.execute(
        work.select(TriggerEvent, Account.name)
        .join(Account, Account.id == TriggerEvent.account_id)
        .where(TriggerEvent.ended_at.is_(None), *conditions)
        .order_by(TriggerEvent.on_day, TriggerEvent.id)
        .limit(limit)
    )
    return [
        TriggerEntry(
            one.id,
            name,
            NewTrigger(one.account_id, one.kind, one.on_day, one.matters, one.words, one.prepare, one.is_yearly),
            next_occurrence(one.on_day, one.is_yearly, today) or one.on_day,
        )
        for one, name in rows
    ]
