"""The yearly look at contracts that have no end and so no renewal: nothing else would ever ask about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from bot.accounts import contacts
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.core.notice import NoticePeriod
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Account, Contract
from bot.posts import outgoing
from bot.posts.notices import Notice as NoticeFacts
from bot.posts.outgoing import OutgoingPost
from bot.renewals import card
from bot.renewals.job_kinds import RenewalJob
from bot.renewals.line_codes import NoticeCode as NoticeCode
from bot.renewals.rules.terms import next_renewal
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

_YEAR = 12
_URGENCY = 500


class Evergreen(NamedTuple):
    """A running contract without a renewal of its own."""

    id: int
    account_id: int
    name: str
    start_date: date | None
    term_months: int
    is_evergreen: bool
    renewal_date: date | None
    auto_renew: bool
    notice_days: int
    notice: str | None
    value: Decimal | None
    currency: str | None
    created_at: datetime


def evergreens(work: Work, account_ids: Sequence[int]) -> list[Evergreen]:
    """The contracts of these active accounts that nothing else asks about.

    They have no renewal date, or renew by themselves in terms that are too short for a ladder, such as a month.
    """
    ws = context.of(work)
    rows = work.session.execute(_select(work.workspace_id).where(Contract.account_id.in_(account_ids)))
    return [Evergreen._make(row[:-1]) for row in rows if _is_evergreen(ws, row)]


def _select(workspace_id: int) -> Select[Any]:
    return (
        select(*(getattr(Contract, name) for name in Evergreen._fields), Account.tier)
        .join(Account, Account.id == Contract.account_id)
        .where(
            within(Contract.workspace_id, workspace_id),
            Contract.status == "active",
            Contract.kind == "recurring",
            Contract.renewal_id.is_(None),
            Account.is_active.is_(True),
        )
        .order_by(Contract.id)
    )


def _is_evergreen(ws: WorkspaceContext, row: Any) -> bool:
    if row.is_evergreen or row.renewal_date is None:
        return True
    return bool(row.auto_renew and row.term_months < ws.policies.of(row.tier).min_ladder_months)


def plan_reviews(work: Work, account_ids: Sequence[int]) -> None:
    """Put the next yearly review of each such contract on the agenda; what was planned before stays."""
    ws = context.of(work)
    found = evergreens(work, account_ids)
    if found:
        kept = contacts.load(work, sorted({c.account_id for c in found}))
        jobs = [_job(ws, kept[c.account_id], c, work.now) for c in found if c.account_id in kept]
        agenda_jobs.schedule(work, agenda_jobs.missing(work, jobs))


def review_page(work: Work, account_ids: Sequence[int]) -> None:
    """A page of the nightly pass: contracts that came before there were reviews get theirs."""
    plan_reviews(work, account_ids)


def run_review(work: Work, rows: Sequence[DueJob]) -> None:
    """A review is due: where the account speaks it is said which contract runs on, and the next one is planned."""
    ws = context.of(work)
    contracts = work.session.execute(
        _select(work.workspace_id).where(Contract.id.in_([row.subject_id for row in rows]))
    )
    found = {row.id: Evergreen._make(row[:-1]) for row in contracts if _is_evergreen(ws, row)}
    kept = contacts.load(work, sorted({c.account_id for c in found.values()}))
    jobs: list[Job] = []
    later: list[DueJob] = []
    wanted: list[OutgoingPost] = []
    for row in rows:
        contract = found.get(row.subject_id)
        account = kept.get(contract.account_id) if contract else None
        if contract is None or account is None or not account.is_active:
            continue
        at = account.hours(ws, ws.policies.of(account.tier).alert_time).next_open(work.now)
        if at > work.now:
            later.append(row.moved_to(at))
            continue
        wanted.extend(_wanted(ws, account, contract, row, work.now))
        jobs.append(_job(ws, account, contract, work.now))
    outgoing.put(work, wanted)
    agenda_jobs.reschedule(work, later)
    agenda_jobs.schedule(work, jobs)


def review_day(contract: Evergreen, today: date, zone: str) -> date:
    """The next yearly review after `today`: on the day on which the contract began, or else came to be known."""
    return next_renewal(contract.start_date or local_date(contract.created_at, zone), _YEAR, today)


def _job(ws: WorkspaceContext, account: AccountContacts, contract: Evergreen, now: datetime) -> Job:
    hours = account.hours(ws, ws.policies.of(account.tier).alert_time)
    day = review_day(contract, hours.day(now), hours.zone)
    return Job(RenewalJob.CONTRACT_REVIEW, f"contract:{contract.id}", str(day), hours.morning(day), _URGENCY)


def _wanted(
    ws: WorkspaceContext, account: AccountContacts, contract: Evergreen, row: DueJob, now: datetime
) -> Iterable[OutgoingPost]:
    today = account.today(ws, now)
    notice = NoticePeriod.of(contract.notice_days, contract.notice)
    details = {
        "as_of": str(today),
        "contract": contract.name,
        "began": str(contract.start_date or ""),
        "value": card.amount(contract.value) or "",
        "currency": contract.currency or "",
        "notice": str(notice) if notice else "",
        "next_review": str(review_day(contract, today, account.hours(ws).zone)),
        "owner": account.owner_name or "",
    }
    facts = NoticeFacts(NoticeCode.EVERGREEN, account.name, None, account.id, details).to_facts()
    key = f"notice:{NoticeCode.EVERGREEN}:contract:{contract.id}:{row.dedupe_key}"
    told = account.post(ws, key, "notice", facts)
    return [told] if told else []
