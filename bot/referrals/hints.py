"""Suggestions to an owner to ask somebody, when the moment is right: one a fortnight, no person twice in a pause."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, or_, select, update

from bot.accounts import contacts, customer_people
from bot.accounts.contacts import AccountContacts
from bot.accounts.people_facts import PersonView
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.core.customer_people import PersonPart
from bot.core.policy import Policy, Tier
from bot.db.scope import is_row, lock, within
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Account, AccountHealth, CustomerPerson, PulseAnswer, PulseRound, Referral, ReferralHint
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.referrals import asking
from bot.referrals.facts import HintLine
from bot.referrals.job_kinds import ReferralJob
from bot.referrals.moment import asked_days, limits_of, moments, touch_shares
from bot.referrals.queries import GONE
from bot.referrals.rules import AccountMoment, PersonMoment, ReferralLimits, may_ask, was_heard_green
from bot.workspace import context
from bot.workspace.context import WorkspaceContext
from bot.workspace.members import MemberView

KIND = "referral_hint"
ASKED, NOT_NOW = "asked", "not_now"
_PREFERRED = (PersonPart.CHAMPION, PersonPart.DECIDER, PersonPart.USER, PersonPart.BUDGET)


def plan_hints(work: Work, account_ids: Sequence[int]) -> None:
    """Of a page of accounts, have those looked at on their owner's morning at which asking may be right.

    Left out, before anything else is read: accounts without a good sign, without anybody to ask, or whose owner has had
    a suggestion lately.
    """
    ws = context.of(work)
    told = _told_owners_accounts(work, account_ids, ws)
    likely = [one for one in _likely(work, account_ids) if one not in told]
    found = contacts.load(work, likely)
    shares = touch_shares(work, {one.id: one.owner_id for one in found.values()})
    known = moments(work, likely, shares)
    wanted = []
    for account in found.values():
        policy = ws.policies.of(account.tier)
        if not may_ask(known[account.id], PersonMoment(), account.today(ws, work.now), limits_of(policy)):
            hours = account.hours(ws, policy.alert_time)
            at = hours.next_open(work.now)
            wanted.append(Job(ReferralJob.HINT, f"account:{account.id}", "", at, 900))
    jobs.schedule(work, wanted, keep=True)


def run_hints(work: Work, rows: Sequence[DueJob]) -> None:
    """Suggest to each owner the one account where somebody may be asked now; the others wait for another night."""
    ws = context.of(work)
    ids = [row.subject_id for row in rows]
    found = contacts.load(work, ids)
    told = _told_owners_accounts(work, ids, ws)
    shares = touch_shares(work, {one.id: one.owner_id for one in found.values()})
    known = moments(work, ids, shares)
    spoken_to: set[int] = set()
    for account_id in sorted(found):
        account = found[account_id]
        owner_id, policy = account.owner_id, ws.policies.of(account.tier)
        if owner_id is None or not account.is_active or account_id in told or owner_id in spoken_to:
            continue
        if not account.hours(ws).is_open(work.now):
            continue
        person = _whom(work, account, known[account_id], account.today(ws, work.now), policy)
        if person is not None:
            spoken_to.add(owner_id)
            _suggest(work, ws, account, person, known[account_id])


def answer(work: Work, hint_id: int, how: str, by: MemberView) -> None:
    """Asked, or Not now. Asked writes down that they were; a second answer changes nothing.

    Raises Refused when the suggestion is gone, or (Asked) when they are not to be asked any more.
    """
    lock(work, ReferralHint, [hint_id])
    _, person_id, answered = _read(work, hint_id)
    if answered:
        return
    if how == ASKED:
        asking.ask(work, person_id, by)
    work.session.execute(
        update(ReferralHint)
        .where(is_row(ReferralHint, work.workspace_id, hint_id))
        .values(answer=how, answered_at=work.now)
    )
    today = str(local_date(work.now, by.timezone))
    for post in posts.by_keys(work, [_key(hint_id)]):
        facts = {**post.facts, "answer": how, "answered_on": today}
        outgoing.put(work, [OutgoingPost(post.key, KIND, facts, post.channel, post.recipient)])


def account_of(work: Work, hint_id: int) -> int:
    """The account of a suggestion. Raises Refused when it is gone."""
    account_id, _, _ = _read(work, hint_id)
    return account_id


def _read(work: Work, hint_id: int) -> tuple[int, int, str]:
    """Account, person and answer of a suggestion."""
    row = work.session.execute(
        work.select(ReferralHint.account_id, ReferralHint.person_id, ReferralHint.answer).where(
            ReferralHint.id == hint_id
        )
    ).first()
    if row is None:
        raise Refused(GONE)
    return row[0], row[1], row[2]


def _likely(work: Work, account_ids: Sequence[int]) -> list[int]:
    """Those with an owner, somebody who is not in a pause, and high health or a green pulse that was heard lately.

    Tiers have numbers of their own, so the least strict of them count here; the rule looks at each account after.
    """
    ws = context.of(work)
    policies = [ws.policies.of(tier) for tier in Tier]
    least = min(policy.referral_score for policy in policies)
    today = local_date(work.now, ws.zone)
    since = today - timedelta(days=max(policy.referral_green_days for policy in policies))
    paused = work.now - timedelta(days=min(policy.referral_pause_days for policy in policies) - 1)
    heard = (
        select(PulseRound.account_id)
        .join(PulseAnswer, PulseAnswer.round_id == PulseRound.id)
        .where(
            within(PulseRound.workspace_id, work.workspace_id),
            PulseRound.account_id.in_(account_ids),
            PulseRound.closed_at.is_not(None),
            PulseAnswer.colour == "green",
            PulseAnswer.heard_on >= since,
        )
    )
    well = select(AccountHealth.account_id).where(
        within(AccountHealth.workspace_id, work.workspace_id),
        AccountHealth.account_id.in_(account_ids),
        AccountHealth.score >= least,
    )
    known = select(CustomerPerson.account_id).where(
        within(CustomerPerson.workspace_id, work.workspace_id),
        CustomerPerson.account_id.in_(account_ids),
        CustomerPerson.removed_at.is_(None),
        or_(CustomerPerson.left_on.is_(None), CustomerPerson.left_on > today),
        CustomerPerson.part != PersonPart.BLOCKER,
        CustomerPerson.id.not_in(work.select(ReferralHint.person_id).where(ReferralHint.at > paused)),
        CustomerPerson.id.not_in(
            work.select(Referral.person_id).where(func.coalesce(Referral.asked_at, Referral.given_at) > paused)
        ),
    )
    return list(
        work.session.scalars(
            select(Account.id).where(
                within(Account.workspace_id, work.workspace_id),
                Account.id.in_(account_ids),
                Account.owner_id.is_not(None),
                Account.id.in_(known),
                or_(Account.id.in_(heard), Account.id.in_(well)),
            )
        )
    )


def _told_owners_accounts(work: Work, account_ids: Sequence[int], ws: WorkspaceContext) -> frozenset[int]:
    """Those of these accounts whose owner has had a suggestion too lately for another one."""
    longest = max(ws.policies.of(tier).referral_hint_days for tier in Tier)
    rows = work.session.execute(
        select(Account.id, Account.tier, ReferralHint.at)
        .join(ReferralHint, ReferralHint.member_id == Account.owner_id)
        .where(
            within(Account.workspace_id, work.workspace_id),
            ReferralHint.workspace_id == work.workspace_id,
            ReferralHint.at > work.now - timedelta(days=longest),
            Account.id.in_(account_ids),
        )
    )
    return frozenset(
        account_id
        for account_id, tier, at in rows
        if work.now < at + timedelta(days=ws.policies.of(tier).referral_hint_days)
    )


def _whom(
    work: Work, account: AccountContacts, moment: AccountMoment, today: date, policy: Policy
) -> PersonView | None:
    """Whom of an account to suggest: who may be asked and was not suggested within a pause; a champion, and who was met
    last, before others."""
    limits = limits_of(policy)
    people = customer_people.of_account(work, account.id)
    days = asked_days(work, [one.id for one in people])
    hinted = _hinted_lately(work, [one.id for one in people], limits)
    free = [
        one
        for one in people
        if one.id not in hinted
        and one.part is not PersonPart.BLOCKER
        and not may_ask(moment, PersonMoment(tuple(days.get(one.id, ())), one.left_on), today, limits)
    ]
    return min(free, key=_preference, default=None)


def _preference(one: PersonView) -> tuple[int, float, int]:
    place = _PREFERRED.index(one.part) if one.part in _PREFERRED else len(_PREFERRED)
    return place, -(one.met_at.timestamp() if one.met_at else 0.0), one.id


def _hinted_lately(work: Work, person_ids: Collection[int], limits: ReferralLimits) -> frozenset[int]:
    since: datetime = work.now - timedelta(days=limits.pause_days)
    return frozenset(
        work.session.scalars(
            select(ReferralHint.person_id).where(
                within(ReferralHint.workspace_id, work.workspace_id),
                ReferralHint.person_id.in_(person_ids),
                ReferralHint.at > since,
            )
        )
    )


def _suggest(
    work: Work, ws: WorkspaceContext, account: AccountContacts, person: PersonView, moment: AccountMoment
) -> None:
    table, limits = ReferralHint.__table__, limits_of(ws.policies.of(account.tier))
    row: Mapping[str, object] = {
        "workspace_id": work.workspace_id,
        "account_id": account.id,
        "person_id": person.id,
        "member_id": account.owner_id,
        "at": work.now,
        "answer": "",
    }
    hint_id = int(work.session.execute(insert(table).values(row).returning(table.c.id)).scalar_one())  # type: ignore[arg-type]
    today = account.today(ws, work.now)
    heard = moment.green_heard_on if was_heard_green(moment, today, limits) else None
    line = HintLine(
        hint_id,
        account.id,
        account.name,
        person.id,
        person.name,
        person.title,
        str(today),
        str(heard or ""),
        moment.score or 0,
        limits.quiet_days,
        limits.pause_days,
    )
    outgoing.put(work, [OutgoingPost(_key(hint_id), KIND, line.to_facts(), recipient=account.owner_slack)])


def _key(hint_id: int) -> str:
    return f"referral_hint:{hint_id}"
