"""Who is reminded of a referral that nobody said thank you for: the account's owner, or whoever wrote it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.accounts import contacts
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.db.work import Work
from bot.models import Referral
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.referrals.facts import ReferralLine
from bot.referrals.job_kinds import ReferralJob
from bot.referrals.queries import KnownReferral, line_of, several
from bot.workspace import context
from bot.workspace.members import MemberView

KIND = "referral_thanks"


def plan_thanks(work: Work, one: KnownReferral) -> None:
    """Have it brought up in a few working days, unless they are thanked before."""
    ws = context.of(work)
    account = contacts.load(work, [one.account_id])[one.account_id]
    policy = ws.policies.of(account.tier)
    hours = account.hours(ws, policy.alert_time)
    at = hours.next_morning(one.given_at or work.now, policy.referral_thank_working_days)
    jobs.schedule(work, [Job(ReferralJob.UNTHANKED, f"referral:{one.id}", "", at, 60)])


def replan_page(work: Work, account_ids: Sequence[int]) -> None:
    """The days may have changed: referrals at these accounts that still wait for thanks come up by the new ones."""
    unthanked = work.select(Referral.id).where(
        Referral.account_id.in_(account_ids), Referral.given_at.is_not(None), Referral.thanked_at.is_(None)
    )
    subjects = [f"referral:{number}" for number in work.session.scalars(unthanked)]
    # Of one that was brought up there is no open job.
    waiting = jobs.pending_for(work, subjects, [ReferralJob.UNTHANKED])
    for one in several(work, [job.subject_id for job in waiting]).values():
        plan_thanks(work, one)


def cancel_thanks(work: Work, referral_id: int) -> None:
    """They were thanked: nothing need be brought up."""
    jobs.cancel(work, [ReferralJob.UNTHANKED], [f"referral:{referral_id}"])


def run_unthanked(work: Work, rows: Sequence[DueJob]) -> None:
    """Remind of those that still have no thanks, once: the account's owner, else whoever wrote it down."""
    ws = context.of(work)
    known = several(work, [row.subject_id for row in rows])
    kept = contacts.load(work, [one.account_id for one in known.values()])
    wanted = []
    for row in rows:
        one = known.get(row.subject_id)
        account = kept.get(one.account_id) if one else None
        if one is None or account is None or not one.is_unthanked or not account.is_active:
            continue
        owner = ws.people.named(account.owner_slack, work.now)
        reader = owner or ws.people.named(one.given_by_slack, work.now)
        if reader is not None:
            line = line_of(work, one, account.hours(ws).zone, account=account)
            wanted.append(OutgoingPost(_key(one.id, reader.slack_id), KIND, line.to_facts(), recipient=reader.slack_id))
    outgoing.put(work, wanted, is_once=True)


def show(work: Work, one: KnownReferral) -> None:
    """Let the reminder, if there was one, show that they were thanked."""
    changed = []
    for post in posts.by_prefix(work, _key(one.id, "")):
        was = ReferralLine.from_facts(post.facts)
        line = line_of(work, one, context.of(work).zone, was.as_of)
        changed.append(post.saying(line.to_facts()))
    outgoing.put(work, changed)


def show_taken_back(work: Work, referral_id: int, by: MemberView) -> None:
    """Let the reminder, if there was one, say that they named nobody after all."""
    changed = []
    for post in posts.by_prefix(work, _key(referral_id, "")):
        line = replace(ReferralLine.from_facts(post.facts), taken_back_by=by.name)
        changed.append(post.saying(line.to_facts()))
    outgoing.put(work, changed)


def _key(referral_id: int, to: str) -> str:
    return f"referral:{referral_id}:{to}"
