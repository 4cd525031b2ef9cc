"""Suggestions to an owner to ask somebody, when the moment is right: one a fortnight, no person twice in a pause."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, exists, func, insert, or_, select, update

from bot.accounts import contacts, customer_people, proposing
from bot.accounts.contacts import AccountContacts
from bot.accounts.people_facts import PersonView
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.core.customer_people import PersonPart
from bot.core.policy import Tier
from bot.core.proposing import NOTHING_TOLD, ProposedTo, is_enough, waited_since
from bot.db.scope import among, is_row, lock, within
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
BEFORE_NURTURE = 250
"""Of what would be proposed to one person on a morning what is rarer comes first."""

ASKED, NOT_NOW = "asked", "not_now"
_PREFERRED = (PersonPart.CHAMPION, PersonPart.DECIDER, PersonPart.USER, PersonPart.BUDGET)


def plan_hints(work: Work, account_ids: Sequence[int]) -> None:
    """Of a page of accounts, have those looked at on their owner's morning at which asking may be right.

    Left out, before anything else is read: accounts without a good sign, without anybody to ask, at which nothing may
    be proposed now, or whose owner has had a suggestion lately.
    """
    ws = context.of(work)
    told = _told_owners_accounts(work, account_ids, ws)
    likely = [one for one in _likely(work, account_ids) if one not in told]
    quiet = proposing.held_off_of(work, likely)
    found = contacts.load(work, [one for one in likely if one not in quiet])
    if not found:
        return
    shares = touch_shares(work, {one.id: one.owner_id for one in found.values()})
    known = moments(work, list(found), shares)
    wanted = []
    for account in found.values():
        policy = ws.policies.of(account.tier)
        if not may_ask(known[account.id], PersonMoment(), account.today(ws, work.now), limits_of(policy)):
            hours = account.hours(ws, policy.alert_time)
            at = hours.next_open(work.now)
            wanted.append(Job(ReferralJob.HINT, f"account:{account.id}", "", at, BEFORE_NURTURE))
    jobs.schedule(work, wanted, keep=True)


def run_hints(work: Work, rows: Sequence[DueJob]) -> None:
    """Suggest to each owner the one account where somebody may be asked now; the others wait for another night.

    So do those of owners who are not there: what is right today may be wrong when they are back.
    """
    ws = context.of(work)
    ids = [row.subject_id for row in rows]
    told = _told_owners_accounts(work, ids, ws)
    quiet = proposing.held_off_of(work, [one for one in ids if one not in told])
    found = {
        account.id: account
        for account in contacts.load(work, [one for one in ids if one not in told and one not in quiet]).values()
        if account.owner_id is not None
        and account.is_active
        and account.hours(ws).is_open(work.now)
        and not account.is_owner_away(account.today(ws, work.now))
    }
    owners = {one.owner_id for one in found.values() if one.owner_id is not None}
    told_to, last = proposing.told(work, owners), _last_told(work, owners)
    found = {account.id: account for account in found.values() if not _is_enough(ws, account, told_to, last)}
    shares = touch_shares(work, {one.id: one.owner_id for one in found.values()})
    known = moments(work, list(found), shares)
    people = customer_people.of_accounts(work, list(found))
    numbers = [one.id for several in people.values() for one in several]
    days = asked_days(work, numbers)
    hinted = _last_hinted(work, numbers)
    chosen: dict[int, tuple[AccountContacts, PersonView]] = {}
    for account_id in sorted(people):
        account = found[account_id]
        if account.owner_id in chosen:
            continue
        limits = limits_of(ws.policies.of(account.tier))
        person = _whom(
            [one for one in people[account_id] if not _is_recent(hinted.get(one.id), work.now, limits)],
            days,
            known[account_id],
            account.today(ws, work.now),
            limits,
        )
        if person is not None:
            chosen[account.owner_id or 0] = (account, person)
    _suggest(work, ws, list(chosen.values()), known)


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
        outgoing.put(work, [post.saying(facts)])


def reopen(work: Work, person_id: int, asked_at: datetime) -> None:
    """They were not asked after all: the suggestion that was answered by it waits again."""
    again = (
        update(ReferralHint)
        .where(within(ReferralHint.workspace_id, work.workspace_id), ReferralHint.person_id == person_id)
        .where(ReferralHint.answer == ASKED, ReferralHint.answered_at == asked_at)
        .values(answer="", answered_at=None)
        .returning(ReferralHint.id)
    )
    numbers = work.session.scalars(again.execution_options(synchronize_session=False)).all()
    outgoing.put(
        work,
        [
            post.saying({**post.facts, "answer": "", "answered_on": ""})
            for post in posts.by_keys(work, [_key(number) for number in numbers])
        ],
    )


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
    given = {"least": least, "today": today, "since": since, "paused": paused}
    return list(work.rows(_LIKELY, ids=list(account_ids), **given).scalars())


# Built once: every night asks these of each page of accounts.
_A, _H, _R = Account.__table__.c, ReferralHint.__table__.c, Referral.__table__.c
_P, _G, _S, _C = (model.__table__.c for model in (PulseRound, PulseAnswer, AccountHealth, CustomerPerson))
_HEARD = (
    select(_P.account_id)
    .join_from(PulseRound.__table__, PulseAnswer.__table__, _G.round_id == _P.id)
    .where(
        within(_P.workspace_id, bindparam("of")),
        among(_P.account_id),
        _P.closed_at.is_not(None),
        _G.colour == "green",
        _G.heard_on >= bindparam("since"),
    )
)
_WELL = select(_S.account_id).where(
    within(_S.workspace_id, bindparam("of")), among(_S.account_id), _S.score >= bindparam("least")
)
_KNOWN = select(_C.account_id).where(
    within(_C.workspace_id, bindparam("of")),
    among(_C.account_id),
    _C.removed_at.is_(None),
    or_(_C.left_on.is_(None), _C.left_on > bindparam("today")),
    _C.part != PersonPart.BLOCKER,
    ~exists().where(within(_H.workspace_id, bindparam("of")), _H.person_id == _C.id, _H.at > bindparam("paused")),
    ~exists().where(
        within(_R.workspace_id, bindparam("of")),
        _R.person_id == _C.id,
        func.coalesce(_R.asked_at, _R.given_at) > bindparam("paused"),
    ),
)
_LIKELY = select(_A.id).where(
    within(_A.workspace_id, bindparam("of")),
    among(_A.id),
    _A.owner_id.is_not(None),
    _A.id.in_(_KNOWN),
    or_(_A.id.in_(_HEARD), _A.id.in_(_WELL)),
)
_TOLD = (
    select(_A.id, _A.tier, _H.at)
    .join_from(Account.__table__, ReferralHint.__table__, _H.member_id == _A.owner_id)
    .where(
        within(_A.workspace_id, bindparam("of")),
        _H.workspace_id == bindparam("of"),
        _H.at > bindparam("since"),
        among(_A.id),
    )
)


def _told_owners_accounts(work: Work, account_ids: Sequence[int], ws: WorkspaceContext) -> frozenset[int]:
    """Those of these accounts whose owner has had a suggestion too lately for another one."""
    longest = max(ws.policies.of(tier).referral_hint_days for tier in Tier)
    rows = work.rows(_TOLD, ids=list(account_ids), since=work.now - timedelta(days=longest))
    return frozenset(
        account_id
        for account_id, tier, at in rows
        if work.now < at + timedelta(days=ws.policies.of(tier).referral_hint_days)
    )


def _last_told(work: Work, owner_ids: Collection[int]) -> dict[int, int]:
    """Owner → days since their last suggestion."""
    rows = work.session.execute(
        work.select(ReferralHint.member_id, func.max(ReferralHint.at, type_=ReferralHint.at.type))
        .where(ReferralHint.member_id.in_(owner_ids), ReferralHint.at > work.now - proposing.YEAR)
        .group_by(ReferralHint.member_id)
    )
    return {row[0]: (work.now - row[1]).days for row in rows}


def _is_enough(
    ws: WorkspaceContext, account: AccountContacts, told: Mapping[int, ProposedTo], last: Mapping[int, int]
) -> bool:
    """Whether the owner has had enough of proposals to hear of this one."""
    owner_id = account.owner_id or 0
    apart = ws.policies.of(account.tier).proposals_to_person_days
    return is_enough(told.get(owner_id, NOTHING_TOLD), waited_since(last.get(owner_id), apart), apart)


def _whom(
    people: Sequence[PersonView],
    days: Mapping[int, Sequence[date]],
    moment: AccountMoment,
    today: date,
    limits: ReferralLimits,
) -> PersonView | None:
    """Whom of an account to suggest: who may be asked; a champion, and who was met last, before others."""
    free = [
        one
        for one in people
        if one.part is not PersonPart.BLOCKER
        and not may_ask(moment, PersonMoment(tuple(days.get(one.id, ())), one.left_on), today, limits)
    ]
    return min(free, key=_preference, default=None)


def _preference(one: PersonView) -> tuple[int, float, int]:
    place = _PREFERRED.index(one.part) if one.part in _PREFERRED else len(_PREFERRED)
    return place, -(one.met_at.timestamp() if one.met_at else 0.0), one.id


def _is_recent(hinted_at: datetime | None, now: datetime, limits: ReferralLimits) -> bool:
    """Whether somebody was suggested within a pause."""
    return hinted_at is not None and hinted_at > now - timedelta(days=limits.pause_days)


def _last_hinted(work: Work, person_ids: Collection[int]) -> dict[int, datetime]:
    """Person → when they were last suggested."""
    rows = work.session.execute(
        select(ReferralHint.person_id, func.max(ReferralHint.at, type_=ReferralHint.at.type))
        .where(within(ReferralHint.workspace_id, work.workspace_id), ReferralHint.person_id.in_(person_ids))
        .group_by(ReferralHint.person_id)
    )
    return {row[0]: row[1] for row in rows}


def _suggest(
    work: Work,
    ws: WorkspaceContext,
    chosen: Sequence[tuple[AccountContacts, PersonView]],
    known: Mapping[int, AccountMoment],
) -> None:
    if not chosen:
        return
    table = ReferralHint.__table__
    rows = [
        {
            "workspace_id": work.workspace_id,
            "account_id": account.id,
            "person_id": person.id,
            "member_id": account.owner_id,
            "at": work.now,
            "answer": "",
        }
        for account, person in chosen
    ]
    inserted = insert(table).returning(table.c.id, sort_by_parameter_order=True)  # type: ignore[arg-type]
    numbers = list(work.session.execute(inserted, rows).scalars())
    wanted = []
    for hint_id, (account, person) in zip(numbers, chosen, strict=True):
        moment, today = known[account.id], account.today(ws, work.now)
        limits = limits_of(ws.policies.of(account.tier))
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
        wanted.append(OutgoingPost(_key(hint_id), KIND, line.to_facts(), recipient=account.owner_slack))
    outgoing.put(work, wanted)


def _key(hint_id: int) -> str:
    return f"referral_hint:{hint_id}"
