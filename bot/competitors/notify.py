"""Who is told of a claim: the account's team when it is heard, the owner's manager when nobody answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.accounts import contacts
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.competitors.facts import WORDS_KEPT, ClaimLine
from bot.competitors.job_kinds import CompetitorJob
from bot.competitors.queries import KnownClaim, several
from bot.core.calendar import local_date
from bot.core.person import Person
from bot.db.work import Work
from bot.models import CompetitorClaim
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.workspace import context, presence
from bot.workspace.context import WorkspaceContext
from bot.workspace.presence import Passed

KIND = "competitor_claim"


def tell(work: Work, claim: KnownClaim) -> None:
    """One line in the place where the account speaks, which later shows the answer."""
    ws = context.of(work)
    account = contacts.load(work, [claim.account_id])[claim.account_id]
    facts = line_of(work, claim, account=account).to_facts()
    if told := account.post(ws, _key(claim.id, "heard"), KIND, facts, by=claim.heard_by_slack):
        outgoing.put(work, [told])


def plan(work: Work, claim: KnownClaim) -> None:
    """Have the owner's manager told in a few working days, unless somebody answers first."""
    ws = context.of(work)
    account = contacts.load(work, [claim.account_id])[claim.account_id]
    hours = account.hours(ws, ws.policies.of(account.tier).alert_time)
    at = hours.morning(_hears_on(ws, account, claim))
    jobs.schedule(work, [Job(CompetitorJob.UNANSWERED, f"claim:{claim.id}", "", at, 40)])


def replan_page(work: Work, account_ids: Sequence[int]) -> None:
    """The days may have changed: claims of these accounts that wait for an answer are looked at by the new ones."""
    open_claims = work.select(CompetitorClaim.id).where(
        CompetitorClaim.account_id.in_(account_ids), CompetitorClaim.answer == ""
    )
    subjects = [f"claim:{number}" for number in work.session.scalars(open_claims)]
    # Of a claim whose manager was told there is no open job.
    waiting = jobs.pending_for(work, subjects, [CompetitorJob.UNANSWERED])
    for claim in several(work, [job.subject_id for job in waiting]).values():
        plan(work, claim)
        show(work, claim)


def cancel(work: Work, claim: KnownClaim) -> None:
    """It has an answer: nobody above need hear that it has none."""
    jobs.cancel(work, [CompetitorJob.UNANSWERED], [f"claim:{claim.id}"])


def show(work: Work, claim: KnownClaim, taken_back_by: str = "") -> None:
    """Let every message about the claim show it as it stands now, or who took it back."""
    account = contacts.load(work, [claim.account_id])[claim.account_id]
    there = posts.by_prefix(work, _key(claim.id, ""))
    changed = []
    for post in there:
        was = ClaimLine.from_facts(post.facts)
        line = replace(line_of(work, claim, was.why, was.as_of, account), taken_back_by=taken_back_by)
        changed.append(post.saying(line.to_facts()))
    outgoing.put(work, changed)


def run_unanswered(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell the owner's manager, or who is there in their place, of claims that still have no answer."""
    ws = context.of(work)
    known = several(work, [row.subject_id for row in rows])
    kept = contacts.load(work, [one.account_id for one in known.values()])
    wanted: list[OutgoingPost] = []
    later: list[DueJob] = []
    passed: list[Passed] = []
    for row in rows:
        claim = known.get(row.subject_id)
        account = kept.get(claim.account_id) if claim else None
        if claim is None or account is None or claim.answer or not account.is_active:
            continue
        hours = account.hours(ws, ws.policies.of(account.tier).alert_time).present()
        if not hours.is_open(work.now):
            later.append(row.moved_to(hours.next_open(work.now)))
            continue
        line = line_of(work, claim, "unanswered", account=account).to_facts()
        manager = ws.people.named(account.manager_slack, work.now)
        found = ws.people.in_line(account.manager_slack, work.now)
        if found is not None:
            wanted.append(OutgoingPost(_key(claim.id, found.slack_id), KIND, line, recipient=found.slack_id))
            if manager is not None and manager.id != found.id:
                passed.append(Passed(manager.id, account.id, KIND, found.slack_id, found.name))
        elif ws.leadership:
            wanted.append(OutgoingPost(_key(claim.id, ws.leadership), KIND, line, ws.leadership))
        else:
            readers = [one.slack_id for one in ws.people.admins(work.now)]
            wanted += [OutgoingPost(_key(claim.id, to), KIND, line, recipient=to) for to in readers]
    outgoing.put(work, wanted)
    presence.pass_on(work, passed)
    jobs.reschedule(work, later)


def line_of(
    work: Work, claim: KnownClaim, why: str = "heard", as_of: str = "", account: AccountContacts | None = None
) -> ClaimLine:
    """A claim as messages and forms tell it, as it stands now."""
    ws = context.of(work)
    account = account or contacts.load(work, [claim.account_id])[claim.account_id]
    manager = ws.people.named(account.manager_slack, work.now)
    policy = ws.policies.of(account.tier)
    hears = "" if claim.answer or why != "heard" else manager.name if manager else "the owner's manager"
    return ClaimLine(
        claim_id=claim.id,
        account_id=claim.account_id,
        account=claim.account,
        competitor=claim.competitor,
        words=claim.words[:WORDS_KEPT],
        as_of=as_of or str(account.today(ws, work.now)),
        heard_on=str(local_date(claim.heard_at, ws.zone)),
        heard_by=Person(claim.heard_by_slack, claim.heard_by),
        until=str(claim.until or ""),
        answer=claim.answer[:WORDS_KEPT],
        answered_by=claim.answered_by,
        answered_on=str(local_date(claim.answered_at, ws.zone)) if claim.answered_at else "",
        why=why,
        owner=account.owner_name or "",
        working_days=policy.claim_answer_working_days,
        hears=hears,
        hears_on=str(_hears_on(ws, account, claim)) if hears else "",
        contact=claim.contact,
    )


def _hears_on(ws: WorkspaceContext, account: AccountContacts, claim: KnownClaim) -> date:
    hours = account.hours(ws)
    days = ws.policies.of(account.tier).claim_answer_working_days
    return hours.working_days_after(hours.day(claim.heard_at), days)


def _key(claim_id: int, to: str) -> str:
    return f"claim:{claim_id}:{to}"
