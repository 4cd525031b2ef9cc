"""Pauses: somebody says "not now" for an account itself, until a day or until they end it: nothing is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import insert, update

from bot.accounts import contacts
from bot.accounts import search as account_search
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.person import Person
from bot.db.scope import is_row, lock
from bot.db.work import Work
from bot.errors import FieldErrors
from bot.models import Account, NurturePause, NurtureTouch
from bot.nurture import jobs, queries, show
from bot.nurture.facts import LastingPause, PauseNews
from bot.nurture.job_kinds import NurtureJob
from bot.nurture.rules import REASON_LENGTH
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.workspace import context
from bot.workspace.members import MemberView

KIND = "nurture_pause"


def account_of(work: Work, pause_id: int) -> int:
    """The account of a pause; 0, which none has, when there is no such pause."""
    return work.session.scalar(work.select(NurturePause.account_id).where(NurturePause.id == pause_id)) or 0


def pause(work: Work, account_id: int, until: date | None, reason: str, by: MemberView) -> None:
    """Propose nothing at this account until a day, or (None) until somebody ends it; a pause that lasts is changed.

    Raises FieldErrors (until, reason), Refused when the workspace has no such account.
    """
    account_search.require_account(work, account_id)
    lock(work, Account, [account_id])
    account = contacts.load(work, [account_id])[account_id]
    errors = {}
    if until is not None and until <= account.today(context.of(work), work.now):
        errors["until"] = "Choose a day that is still to come, or none: then it lasts until somebody ends it."
    if not reason.strip():
        errors["reason"] = "Write why, so that whoever looks later knows."
    if errors:
        raise FieldErrors(errors)
    values = {"until": until, "reason": reason.strip()[:REASON_LENGTH], "paused_by_id": by.id}
    there = queries.lasting_pauses(work, [account_id]).get(account_id)
    if there is None:
        new = {"workspace_id": work.workspace_id, "account_id": account_id, "paused_at": work.now, **values}
        work.session.execute(insert(NurturePause).values(new))
    elif (there.until, there.reason) == (str(until or ""), values["reason"]):
        return
    else:
        _set(work, there.pause_id, **values)
    agenda_jobs.cancel(work, [NurtureJob.TOUCH, NurtureJob.PAUSE_ENDS], [_subject(account_id)])
    if until is not None:
        agenda_jobs.schedule(work, [_ends(work, account, until)])
    _show_touch(work, account_id)
    there = queries.lasting_pauses(work, [account_id])[account_id]
    _tell(work, _news(work, account, there), [account.owner_slack], by)


def end(work: Work, pause_id: int, by: MemberView) -> None:
    """End a pause; one that has ended already stays as it is. Proposals come again by their own rhythm."""
    account_id = account_of(work, pause_id)
    lock(work, Account, [account_id])
    there = queries.lasting_pauses(work, [account_id]).get(account_id)
    if there is None or there.pause_id != pause_id:
        return
    _end(work, contacts.load(work, [account_id])[account_id], there, by)


def run_pause_ends(work: Work, rows: Sequence[DueJob]) -> None:
    """End the pauses whose day has come, and tell who keeps the account and who paused it; to an absent owner later."""
    ws = context.of(work)
    kept = contacts.load(work, [row.subject_id for row in rows])
    paused = queries.lasting_pauses(work, list(kept))
    later = []
    for row in rows:
        account, there = kept.get(row.subject_id), paused.get(row.subject_id)
        if account is None or there is None or not there.until:
            continue
        hours = account.hours(ws, ws.policies.of(account.tier).alert_time)
        if account.is_active and account.is_owner_away(hours.day(work.now)):
            assert account.owner_away is not None
            later.append(row.moved_to(hours.morning(account.owner_away + timedelta(days=1))))
        elif account.is_active and not hours.is_open(work.now):
            later.append(row.moved_to(hours.next_open(work.now)))
        else:
            _end(work, account, there, None)
    agenda_jobs.reschedule(work, later)


def _end(work: Work, account: AccountContacts, there: LastingPause, by: MemberView | None) -> None:
    _set(work, there.pause_id, ended_at=work.now, ended_by_id=by.id if by else None)
    if by is not None:
        agenda_jobs.cancel(work, [NurtureJob.PAUSE_ENDS], [_subject(account.id)])
    if account.is_active:
        jobs.plan_page(work, [account.id])
    _show_touch(work, account.id)
    begun = _news(work, account, there)
    over = replace(begun, ended_on=begun.as_of, ended_by=Person(by.slack_id, by.name) if by else None)
    # What was told of its beginning says that it is over, and offers nothing any more.
    said = [
        post.saying({**post.facts, "ended_on": over.ended_on, "ended_by": over.ended_by})
        for post in posts.by_prefix(work, _key(there.pause_id, "set", ""))
    ]
    outgoing.put(work, said)
    if account.is_active:
        _tell(work, over, [account.owner_slack, there.by.slack_id], by)


def _news(work: Work, account: AccountContacts, there: LastingPause) -> PauseNews:
    """A pause that lasts, as it is told today."""
    today = str(account.today(context.of(work), work.now))
    return PauseNews(there.pause_id, account.id, account.name, today, there.by, there.until, there.reason)


def _tell(work: Work, news: PauseNews, readers: Sequence[str | None], by: MemberView | None) -> None:
    """Tell these people directly of a pause, as far as they are of the team; never whoever did it."""
    ws = context.of(work)
    what = "end" if news.ended_on else "set"
    wanted = [
        OutgoingPost(_key(news.pause_id, what, one), KIND, news.to_facts(), recipient=one)
        for one in dict.fromkeys(readers)
        if one is not None and (by is None or one != by.slack_id) and ws.people.named(one, work.now) is not None
    ]
    outgoing.put(work, wanted)


def _show_touch(work: Work, account_id: int) -> None:
    """Let the account's open proposal show whether it is paused."""
    open_one = work.select(NurtureTouch.id).where(NurtureTouch.account_id == account_id, NurtureTouch.state == "open")
    show.update(work, list(work.session.scalars(open_one)))


def _ends(work: Work, account: AccountContacts, until: date) -> Job:
    ws = context.of(work)
    hours = account.hours(ws, ws.policies.of(account.tier).alert_time)
    return Job(NurtureJob.PAUSE_ENDS, _subject(account.id), "", hours.morning(until), 300)


def _subject(account_id: int) -> str:
    return f"account:{account_id}"


def _key(pause_id: int, what: str, to: str) -> str:
    return f"nurture_pause:{pause_id}:{what}:{to}"


def _set(work: Work, pause_id: int, **values: object) -> None:
    work.session.execute(
        update(NurturePause)
        .where(is_row(NurturePause, work.workspace_id, pause_id))
        .values(values)
        .execution_options(synchronize_session=False)
    )
