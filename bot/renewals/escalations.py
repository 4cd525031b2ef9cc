"""Escalations: one message a person and morning, with a row for each renewal that needs them.

What is told apart from a card waits here for its reader's message. The first of a day comes as soon as they may be
spoken to; what is due after it comes with the next working morning's. A row that somebody settles meanwhile says so,
in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete, select, update

from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.absence import Colleague
from bot.core.hours import still_away
from bot.core.person import Person
from bot.db.scope import within
from bot.db.work import Work
from bot.errors import Refused
from bot.models import EscalationNotice
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.renewals import view
from bot.renewals.facts import EscalationList, EscalationRow, RenewalQuestion
from bot.renewals.job_kinds import RenewalJob
from bot.renewals.line_codes import Line, NoticeCode
from bot.renewals.rules.escalation import is_overdue, worst_first
from bot.renewals.rules.stages import Forecast, Stage
from bot.renewals.view import RenewalView, silence
from bot.workspace import context, presence
from bot.workspace.context import WorkspaceContext
from bot.workspace.presence import Passed

KIND, QUESTION = "escalations", "renewal_question"
_OPEN_AGAIN = (Line.RELEASED, Line.PAID_UNDONE)
_SETTLED_FOR = timedelta(days=1)
"""So long after a message its rows still say what became of them."""


def due_for(workspace_id: int, to: str, now: datetime) -> Job:
    """The job that tells this person or channel what waits for them, after all else that is due now."""
    return Job(RenewalJob.ESCALATION, f"workspace:{workspace_id}", to, now, 2000)


def run_escalations(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell each of these readers, at most once a day, which renewals need them."""
    ws = context.of(work)
    for row in rows:
        to = row.dedupe_key
        reader = ws.people.named(to, work.now)
        if reader is not None and not reader.is_there and (found := ws.people.in_line(to, work.now)):
            _pass_on(work, reader, found)
            continue
        hours = reader.hours if reader else ws.hours
        key = f"{KIND}:{to}:{hours.day(work.now)}"
        if not hours.is_open(work.now):
            jobs.reschedule(work, [row.moved_to(hours.next_open(work.now))])
        elif outgoing.exists(work, key):
            jobs.reschedule(work, [row.moved_to(hours.next_morning(work.now))])
        else:
            _tell(work, to, key)


def _pass_on(work: Work, reader: Colleague, found: Colleague) -> None:
    """Their reader went away before the morning came: who stands in reads what waits, and they on their return."""
    waiting = _waiting(work, reader.slack_id)
    states = view.load(work, [one.renewal_id for one in waiting], locked=False)
    passed = [
        Passed(reader.id, states[one.renewal_id].account_id, one.code, found.slack_id, found.name) for one in waiting
    ]
    presence.pass_on(work, passed)
    for one in waiting:
        one.told_to = found.slack_id
        one.details = {**one.details, "instead_of": reader.name, "away_until": str(reader.away_until)}
    jobs.schedule(work, [due_for(work.workspace_id, found.slack_id, work.now)], keep=True)


def _waiting(work: Work, to: str) -> list[EscalationNotice]:
    waiting = select(EscalationNotice).where(
        within(EscalationNotice.workspace_id, work.workspace_id),
        EscalationNotice.told_to == to,
        EscalationNotice.post_key.is_(None),
    )
    return list(work.session.scalars(waiting.order_by(EscalationNotice.id)))


def _tell(work: Work, to: str, key: str) -> None:
    ws = context.of(work)
    waiting = _waiting(work, to)
    states = view.load(work, sorted({one.renewal_id for one in waiting}))
    due: dict[int, list[EscalationNotice]] = {}
    for one in waiting:
        s = states[one.renewal_id]
        if STILL[NoticeCode(one.code)](ws, s, {**one.details, "slot": one.slot}, work.now):
            due.setdefault(s.id, []).append(one)
    told = [one.id for ones in due.values() for one in ones]
    _forget(work, [one.id for one in waiting if one.id not in told])
    if not told:
        return
    work.session.execute(
        update(EscalationNotice)
        .where(EscalationNotice.workspace_id == work.workspace_id, EscalationNotice.id.in_(told))
        .values(post_key=key, told_at=work.now)
    )
    rows = sorted((_row(ws, states[i], ones, work.now) for i, ones in due.items()), key=worst_first)
    worst = states[rows[0].renewal_id]
    is_person = to.startswith(("U", "W"))
    facts = EscalationList.of(str(worst.today(ws, work.now)), to, rows).to_facts()
    channel, recipient = (None, to) if is_person else (to, None)
    # Should the channel be closed to it, who answers for the worst of them reads it alone.
    instead = worst.manager.slack_id if worst.manager else worst.owner_slack
    outgoing.put(work, [OutgoingPost(key, KIND, facts, channel, recipient, instead)])


def _forget(work: Work, ids: Sequence[int]) -> None:
    if ids:
        work.session.execute(
            delete(EscalationNotice).where(
                EscalationNotice.workspace_id == work.workspace_id, EscalationNotice.id.in_(ids)
            )
        )


def _row(ws: WorkspaceContext, s: RenewalView, notices: Sequence[EscalationNotice], now: datetime) -> EscalationRow:
    details: dict[str, str] = {}
    for one in notices:
        details |= one.details
    today = s.today(ws, now)
    away = still_away(s.owner.away_until, today) if s.owner else None
    return EscalationRow(
        renewal_id=s.id,
        account_id=s.account_id,
        account=s.account,
        stage=s.stage,
        deadline=str(s.deadline),
        renewal_date=str(s.renewal_date),
        auto_renew=s.auto_renew,
        codes=tuple(dict.fromkeys(one.code for one in notices)),
        details=details,
        values=dict(s.final_values or s.values),
        unknown_values=0 if s.final_values else s.unknown_values,
        is_at_risk=s.forecast == Forecast.AT_RISK,
        is_overdue=is_overdue(Stage(s.stage), s.auto_renew, s.renewal_date, today),
        owner=s.owner.person if s.owner else None,
        owner_away=str(away) if away else None,
        claimed_by=s.claimer.person if s.claimer else None,
    )


def settle(work: Work, acts: Mapping[int, tuple[Line, Person]]) -> None:
    """Let the messages of the last day say what somebody did about these renewals, in the place of what they asked.

    What was let go, or is owed again, asks anew.
    """
    _change_rows(work, {renewal_id: partial(_settled, code, by.name) for renewal_id, (code, by) in acts.items()})


def _settled(code: Line, by: str, row: EscalationRow) -> EscalationRow:
    """The row after an act; a forecast that is kept answers what was asked of the forecast, and nothing else."""
    others = tuple(one for one in row.codes if one != NoticeCode.FORECAST)
    if code is Line.CALL_KEPT and others:
        return replace(row, codes=others)
    return replace(row, settled="" if code in _OPEN_AGAIN else code.value, settled_by=by)


def forget_told(work: Work) -> None:
    """Keep no row longer than its message says what became of it; what was told stands in the story."""
    told = (EscalationNotice.workspace_id == work.workspace_id, EscalationNotice.told_at <= work.now - _SETTLED_FOR)
    work.session.execute(delete(EscalationNotice).where(*told))


def ask(work: Work, renewal_id: int, by: Person) -> str:
    """Ask who is on a renewal, else its owner, what is next; gives their name. Twice on one day is once.

    Raises Refused when there is nobody to ask, when they are away, or when it is the asker's own.
    """
    s = view.load(work, [renewal_id], locked=False).get(renewal_id)
    if s is None:
        raise Refused("This renewal is not there any more. Use /renewal to find the account's current one.")
    whom = s.claimer or s.owner
    if whom is None:
        raise Refused(f"Nobody is on {s.account}'s renewal, and the account has no owner. Assign it instead.")
    ws = context.of(work)
    today = s.today(ws, work.now)
    if whom.slack_id == by.slack_id:
        raise Refused(f"{s.account}'s renewal is yours. Update it, or hand the account over.")
    if (away := still_away(whom.away_until, today)) is not None:
        raise Refused(f"{whom.name} is away until {away:%-d %B}. Assign the account to somebody who is there.")
    facts = RenewalQuestion(str(today), by, _row(ws, s, (), work.now)).to_facts()
    key = f"{QUESTION}:{s.id}:{by.slack_id}:{whom.slack_id}:{today}"
    question = OutgoingPost(key, QUESTION, facts, recipient=whom.slack_id)
    outgoing.put(work, [question], is_once=True)
    _change_rows(work, {s.id: lambda row: replace(row, asked_by=by.name, asked_whom=whom.name)})
    return whom.name


def _change_rows(work: Work, changes: Mapping[int, Callable[[EscalationRow], EscalationRow]]) -> None:
    keys = select(EscalationNotice.post_key).where(
        within(EscalationNotice.workspace_id, work.workspace_id),
        EscalationNotice.renewal_id.in_(list(changes)),
        EscalationNotice.told_at > work.now - _SETTLED_FOR,
    )
    changed = []
    for post in posts.by_keys(work, [key for key in work.session.scalars(keys) if key]):
        told = EscalationList.from_facts(post.facts)
        rows = tuple(changes[row.renewal_id](row) if row.renewal_id in changes else row for row in told.rows)
        if rows != told.rows:
            changed.append(post.saying(replace(told, rows=rows).to_facts()))
    outgoing.put(work, changed)


Kept = Mapping[str, Any]


def _is_unclaimed(ws: WorkspaceContext, s: RenewalView, kept: Kept, now: datetime) -> bool:
    return s.is_unsigned and s.claimed_by_id is None and s.snoozed_until is None


def _is_stuck(ws: WorkspaceContext, s: RenewalView, kept: Kept, now: datetime) -> bool:
    return s.is_unsigned and s.stage == kept["stage"] and s.snoozed_until is None


def _is_still_overdue(ws: WorkspaceContext, s: RenewalView, kept: Kept, now: datetime) -> bool:
    today = s.today(ws, now)
    return s.is_unsigned and is_overdue(Stage(s.stage), s.auto_renew, s.renewal_date, today)


def _is_unpaid(ws: WorkspaceContext, s: RenewalView, kept: Kept, now: datetime) -> bool:
    return s.closed_at is None and s.stage in (Stage.SIGNED, Stage.INVOICED)


def _is_at_risk(ws: WorkspaceContext, s: RenewalView, kept: Kept, now: datetime) -> bool:
    return s.is_unsigned and s.forecast == Forecast.AT_RISK


def _is_quiet(ws: WorkspaceContext, s: RenewalView, kept: Kept, now: datetime) -> bool:
    return s.is_unsigned and silence(s) == kept["slot"]


def _is_called_so(ws: WorkspaceContext, s: RenewalView, kept: Kept, now: datetime) -> bool:
    return s.is_unsigned and s.forecast == kept["slot"].partition(":")[0]


STILL: Mapping[NoticeCode, Callable[[WorkspaceContext, RenewalView, Kept, datetime], bool]] = {
    NoticeCode.UNCLAIMED: _is_unclaimed,
    NoticeCode.STUCK: _is_stuck,
    NoticeCode.OVERDUE: _is_still_overdue,
    NoticeCode.UNPAID: _is_unpaid,
    NoticeCode.AT_RISK: _is_at_risk,
    NoticeCode.QUIET: _is_quiet,
    NoticeCode.FORECAST: _is_called_so,
}
"""Whether the reason to tell somebody still stands when their morning comes."""
