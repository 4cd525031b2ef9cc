"""What nurture must know: whom to write to, which goals were served, what is told of a touch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from bot.accounts import contacts, customer_people
from bot.core.customer_people import PersonPart
from bot.core.person import Person
from bot.core.person_names import meant
from bot.db.scope import within
from bot.db.work import Work
from bot.insights import matching
from bot.insights.rules import ShareOfEar
from bot.models import (
    Account,
    CustomerPerson,
    Insight,
    Member,
    NurturePause,
    NurtureTouch,
    Touchpoint,
    Workspace,
)
from bot.nurture.facts import LastingPause, NurtureCard
from bot.nurture.rules import OPENING, first_contact
from bot.workspace import context

CONTACTS_OF = timedelta(days=730)
"""How far back somebody at the customer is looked for."""

WORDS_SHOWN = 600


@dataclass(frozen=True, slots=True)
class OpenTouch:
    """A proposal that waits for a person: of which account, since when."""

    id: int
    account_id: int
    account: str
    proposed_at: datetime


def contacts_at(work: Work, account_ids: Sequence[int]) -> Mapping[int, str]:
    """Whom to write to at each of these customers: its champion, else with whom the last touch was that names somebody
    who has not left.
    """
    found: dict[int, str] = {}
    left: set[int] = set()
    champions: dict[int, str] = {}
    people = work.session.execute(
        select(
            CustomerPerson.account_id,
            CustomerPerson.id,
            CustomerPerson.name,
            CustomerPerson.part,
            CustomerPerson.left_on,
        )
        .where(
            within(CustomerPerson.workspace_id, work.workspace_id),
            CustomerPerson.account_id.in_(account_ids),
            CustomerPerson.removed_at.is_(None),
        )
        .order_by(CustomerPerson.id)
    )
    for account_id, person_id, name, part, left_on in people:
        if left_on is not None:
            left.add(person_id)
        elif part == PersonPart.CHAMPION:
            champions[account_id] = name
    touches = work.session.execute(
        select(Touchpoint.account_id, Touchpoint.contact)
        .where(
            within(Touchpoint.workspace_id, work.workspace_id),
            Touchpoint.account_id.in_(account_ids),
            Touchpoint.at > work.now - CONTACTS_OF,
            Touchpoint.contact != "",
            Touchpoint.is_note.is_(False),
            Touchpoint.kind != "ticket",
            Touchpoint.deleted_at.is_(None),
        )
        .order_by(Touchpoint.at, Touchpoint.id)
    )
    known = customer_people.known(work, account_ids) if left else {}
    for account_id, contact in touches:
        name = first_contact(contact)
        # "Tom" means the one who has left, too.
        if not left.intersection(meant(name, known.get(account_id, []))[0]):
            found[account_id] = name
    return found | champions


def served_by(work: Work, account_ids: Sequence[int]) -> Mapping[int, Mapping[str, int]]:
    """How often each goal was served for these accounts, by touches that were sent."""
    rows = work.session.execute(
        select(NurtureTouch.account_id, NurtureTouch.goal, func.count())
        .where(
            within(NurtureTouch.workspace_id, work.workspace_id),
            NurtureTouch.account_id.in_(account_ids),
            NurtureTouch.state == "sent",
        )
        .group_by(NurtureTouch.account_id, NurtureTouch.goal)
    )
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for account_id, goal, count in rows:
        found[account_id][goal] = count
    return found


def last_proposed(work: Work, account_ids: Sequence[int]) -> Mapping[int, datetime]:
    """When something was last proposed for each of these accounts."""
    rows = work.session.execute(
        select(
            NurtureTouch.account_id,
            func.max(NurtureTouch.proposed_at, type_=NurtureTouch.proposed_at.type).label("at"),
        )
        .where(within(NurtureTouch.workspace_id, work.workspace_id), NurtureTouch.account_id.in_(account_ids))
        .group_by(NurtureTouch.account_id)
    )
    return {row.account_id: row.at for row in rows}


def openings(work: Work, member_ids: Sequence[int]) -> Mapping[int, str]:
    """How a touch begins for each of these people: their own opening, else the workspace's, else the usual one."""
    usual = work.session.scalars(select(Workspace.nurture_opening).where(Workspace.id == work.workspace_id)).one()
    rows = work.session.execute(work.select(Member.id, Member.nurture_opening).where(Member.id.in_(member_ids)))
    return {member_id: own or usual or OPENING for member_id, own in rows}


def open_of(work: Work, member_id: int, limit: int = 200) -> list[OpenTouch]:
    """The proposals that wait for one person, the oldest first; not those of accounts that are paused."""
    is_paused = exists().where(
        within(NurturePause.workspace_id, work.workspace_id),
        NurturePause.account_id == NurtureTouch.account_id,
        NurturePause.ended_at.is_(None),
    )
    rows = work.session.execute(
        work.select(NurtureTouch.id, NurtureTouch.account_id, Account.name, NurtureTouch.proposed_at)
        .join(Account, Account.id == NurtureTouch.account_id)
        .where(NurtureTouch.member_id == member_id, NurtureTouch.state == "open", Account.is_active.is_(True))
        .where(~is_paused)
        .order_by(NurtureTouch.proposed_at, NurtureTouch.id)
        .limit(limit)
    )
    return [OpenTouch(*row) for row in rows]


def lasting_pauses(work: Work, account_ids: Collection[int]) -> Mapping[int, LastingPause]:
    """Account → its pause that lasts; those that are not paused are left out."""
    rows = work.session.execute(
        select(NurturePause, Member.slack_id, Member.name)
        .join(Member, Member.id == NurturePause.paused_by_id)
        .where(
            within(NurturePause.workspace_id, work.workspace_id),
            NurturePause.account_id.in_(account_ids),
            NurturePause.ended_at.is_(None),
        )
    )
    return {
        one.account_id: LastingPause(one.id, Person(slack_id, name), str(one.until or ""), one.reason)
        for one, slack_id, name in rows
    }


def cards(work: Work, touch_ids: Sequence[int]) -> Mapping[int, NurtureCard]:
    """What there is to say of these touches as they stand, in the days of each account's owner."""
    ws = context.of(work)
    closer, answerer = aliased(Member), aliased(Member)
    rows = work.session.execute(
        work.select(NurtureTouch, Insight, closer, answerer)
        .join(Insight, Insight.id == NurtureTouch.insight_id)
        .outerjoin(closer, closer.id == NurtureTouch.closed_by_id)
        .outerjoin(answerer, answerer.id == NurtureTouch.answered_by_id)
        .where(NurtureTouch.id.in_(touch_ids))
    ).all()
    ids = [touch.account_id for touch, *_ in rows]
    kept, ears, paused = contacts.load(work, ids), matching.ears_of(work, ids), lasting_pauses(work, ids)
    found = {}
    for touch, insight, by, answered_by in rows:
        account = kept[touch.account_id]
        hours, ear = account.hours(ws), ears.get(account.id, ShareOfEar())
        found[touch.id] = NurtureCard(
            touch_id=touch.id,
            account_id=account.id,
            account=account.name,
            as_of=str(hours.day(work.now)),
            goal=touch.goal,
            kind=insight.kind,
            insight=insight.words[:WORDS_SHOWN],
            opening=touch.opening,
            url=insight.url,
            offer=insight.offer,
            day=_iso(insight.valid_until),
            fits=touch.fits,
            is_about_us=insight.is_about_us,
            is_retired=insight.retired_at is not None,
            own=ear.own,
            told=ear.told,
            state=touch.state,
            reason=touch.reason,
            by=Person(by.slack_id, by.name) if by else None,
            on=_iso(hours.day(touch.closed_at)) if touch.closed_at else None,
            answer=touch.answer,
            attendance=touch.attendance,
            said=touch.said[:WORDS_SHOWN],
            heard_from=touch.heard_from,
            answered_by=Person(answered_by.slack_id, answered_by.name) if answered_by else None,
            answered_on=_iso(hours.day(touch.answered_at)) if touch.answered_at else None,
            pause=paused.get(account.id) if touch.state == "open" else None,
        )
    return found


def _iso(day: date | None) -> str | None:
    return str(day) if day else None
