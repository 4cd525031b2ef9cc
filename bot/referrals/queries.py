"""Referrals as they stand: one, an account's, those without thanks; and whom of an account one may ask."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from bot.accounts import contacts, customer_people, permissions
from bot.accounts import search as account_search
from bot.accounts.contacts import AccountContacts
from bot.accounts.figure_facts import WINDOW_MONTHS, FigureLine, FigureWindow
from bot.accounts.figure_parts import Among, condition
from bot.accounts.people_facts import PersonView
from bot.core.calendar import local_date, local_moment
from bot.core.months import shifted
from bot.db.scope import within
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Account, CustomerPerson, Member, Referral
from bot.referrals.facts import WORDS_KEPT, AskablePerson, ReferralLine, ReferralList
from bot.referrals.messages import referral_lines
from bot.referrals.moment import asked_days, limits_of, moments, touch_shares
from bot.referrals.rules import (
    OF_PERSON,
    AccountMoment,
    Bar,
    PersonMoment,
    ReferralLimits,
    bars_of_account,
    free_from,
    may_ask,
)
from bot.workspace import context
from bot.workspace.members import MemberView

GONE = "That is no longer there. Look with `/referral`."
PEOPLE_SHOWN = 15
REFERRALS_SHOWN = 5
REMOVED = "Somebody (removed)"


@dataclass(frozen=True, slots=True)
class KnownReferral:
    """One referral as it stands, with the names of ours who asked, wrote it down and thanked."""

    id: int
    account_id: int
    account: str
    person_id: int
    person: str
    asked_at: datetime | None
    asked_by: str
    given_at: datetime | None
    given_by: str
    given_by_slack: str
    named: str
    company: str
    words: str
    thanked_at: datetime | None
    thanked_by: str

    @property
    def step(self) -> str:
        """How far it has come: asked, given or thanked."""
        return "thanked" if self.thanked_at else "given" if self.given_at else "asked"

    @property
    def is_unthanked(self) -> bool:
        """Whether they named somebody and nobody has said thank you."""
        return self.given_at is not None and self.thanked_at is None


def read(work: Work, referral_id: int) -> KnownReferral:
    """One referral. Raises Refused when this workspace has none of that number."""
    found = _referrals(work, Referral.id == referral_id, 1)
    if not found:
        raise Refused(GONE)
    return found[0]


def require_given(work: Work, referral_id: int) -> KnownReferral:
    """One referral by which somebody was named. Raises Refused when there is none of that number."""
    found = read(work, referral_id)
    if found.given_at is None:
        raise Refused(GONE)
    return found


def several(work: Work, ids: Sequence[int]) -> dict[int, KnownReferral]:
    """These referrals, by number; those that are gone are left out."""
    return {one.id: one for one in _referrals(work, Referral.id.in_(ids), len(ids))}


def of_account(work: Work, account_id: int, most: int = REFERRALS_SHOWN) -> list[KnownReferral]:
    """An account's newest referrals, those without thanks first."""
    return _referrals(work, Referral.account_id == account_id, most)


def counts(work: Work, account_id: int) -> tuple[int, int, int]:
    """How often an account was asked, gave, and was thanked."""
    row = work.session.execute(
        select(func.count(Referral.asked_at), func.count(Referral.given_at), func.count(Referral.thanked_at)).where(
            within(Referral.workspace_id, work.workspace_id), Referral.account_id == account_id
        )
    ).one()
    return row[0], row[1], row[2]


def counts_in_window(work: Work, day: date, among: Among = None) -> tuple[int, int, int]:
    """Over the twelve months up to a day, as of then: asked; given; of those given, thanked. Source: referrals."""
    zone = context.of(work).zone
    since = local_moment(shifted(day, -WINDOW_MONTHS) + timedelta(days=1), time(), zone)
    until = local_moment(day + timedelta(days=1), time(), zone)
    inside = condition(work, Referral.account_id, among)

    def count(at: ColumnElement[datetime | None], *more: ColumnElement[bool]) -> int:
        found = (
            select(func.count())
            .select_from(Referral)
            .where(Referral.workspace_id == work.workspace_id, at >= since, at < until, *inside, *more)
        )
        return int(work.session.scalar(found) or 0)

    given_at: ColumnElement[datetime | None] = Referral.__table__.c.given_at
    thanked = Referral.thanked_at.is_not(None) & (Referral.thanked_at < until)
    return count(Referral.__table__.c.asked_at), count(given_at), count(given_at, thanked)


def referral_figures(work: Work, window: FigureWindow, among: Among) -> list[FigureLine]:
    """The same as lines among the figures."""
    return referral_lines(str(window), *counts_in_window(work, window.day, among))


def referral_list(work: Work, account_id: int, reader: MemberView) -> ReferralList:
    """Whom of an account the reader may ask, and why not the others. Raises Refused when there is no such account."""
    account = account_search.require_account(work, account_id)
    known = contacts.load(work, [account.id])[account.id]
    policy = context.of(work).policies.of(known.tier)
    limits = limits_of(policy)
    today = local_date(work.now, reader.timezone)
    share = touch_shares(work, {account.id: reader.id}).get(account.id)
    moment = moments(work, [account.id], {account.id: share} if share else {})[account.id]
    people = customer_people.of_account(work, account.id)
    days = asked_days(work, [one.id for one in people])
    asked, given, thanked = counts(work, account.id)
    return ReferralList(
        account_id=account.id,
        account=account.name,
        as_of=str(today),
        bars=tuple(str(bar) for bar in bars_of_account(moment, today, limits)),
        unpaid=moment.unpaid,
        overdue_promises=moment.overdue_promises,
        touches=moment.touches,
        near=moment.near,
        touches_of="you" if share and share.is_own else "the team",
        score=moment.score,
        green_on=str(moment.green_heard_on or ""),
        trouble_on=str(moment.trouble_on or ""),
        green_days=limits.green_days,
        quiet_days=limits.quiet_days,
        least_score=limits.score,
        near_percent=limits.near_percent,
        near_days=limits.near_days,
        pause_days=limits.pause_days,
        people=tuple(_askable(one, days.get(one.id, []), today, limits) for one in people[:PEOPLE_SHOWN]),
        people_count=len(people),
        referrals=tuple(line_of(work, one, reader.timezone) for one in of_account(work, account.id)),
        asked=asked,
        given=given,
        thanked=thanked,
        may_change=permissions.may_act(work, reader, account.id),
    )


def bars(work: Work, person: PersonView, by: MemberView) -> tuple[Bar, ...]:
    """Every reason for which this one of ours is not to ask this person now."""
    known = contacts.load(work, [person.account_id])[person.account_id]
    limits = limits_of(context.of(work).policies.of(known.tier))
    shares = touch_shares(work, {person.account_id: by.id})
    moment = moments(work, [person.account_id], shares)[person.account_id]
    days = asked_days(work, [person.id]).get(person.id, [])
    today = local_date(work.now, by.timezone)
    return may_ask(moment, PersonMoment(tuple(days), person.left_on), today, limits)


def line_of(
    work: Work, one: KnownReferral, zone: str, as_of: str = "", account: AccountContacts | None = None
) -> ReferralLine:
    """A referral as messages and forms tell it, on the days of a zone. `account`: where it has been read already."""
    tier = (account or contacts.load(work, [one.account_id])[one.account_id]).tier

    def day(at: datetime | None) -> str:
        return str(local_date(at, zone)) if at else ""

    return ReferralLine(
        referral_id=one.id,
        account_id=one.account_id,
        account=one.account,
        person=one.person or REMOVED,
        as_of=as_of or str(local_date(work.now, zone)),
        asked_on=day(one.asked_at),
        asked_by=one.asked_by,
        given_on=day(one.given_at),
        given_by=one.given_by,
        named=one.named,
        company=one.company,
        words=one.words[:WORDS_KEPT],
        thanked_on=day(one.thanked_at),
        thanked_by=one.thanked_by,
        working_days=context.of(work).policies.of(tier).referral_thank_working_days,
    )


def _askable(one: PersonView, days: Collection[date], today: date, limits: ReferralLimits) -> AskablePerson:
    person = PersonMoment(tuple(days), one.left_on)
    # The account's own reasons stand once, above its people.
    own = [bar for bar in may_ask(AccountMoment(), person, today, limits) if bar in OF_PERSON]
    return AskablePerson(
        one.id,
        one.name,
        one.title,
        one.part.label if one.part else "",
        tuple(str(bar) for bar in own),
        str(free_from(person, today, limits) or ""),
        str(one.left_on or ""),
    )


def _referrals(work: Work, which: ColumnElement[bool], most: int) -> list[KnownReferral]:
    asked_by, given_by, thanked_by = aliased(Member), aliased(Member), aliased(Member)
    is_settled = or_(Referral.given_at.is_(None), Referral.thanked_at.is_not(None))
    rows = work.session.execute(
        select(
            Referral,
            Account.name,
            CustomerPerson.name,
            asked_by.name,
            given_by.name,
            given_by.slack_id,
            thanked_by.name,
        )
        .join(Account, Account.id == Referral.account_id)
        .join(CustomerPerson, CustomerPerson.id == Referral.person_id)
        .outerjoin(asked_by, asked_by.id == Referral.asked_by_id)
        .outerjoin(given_by, given_by.id == Referral.given_by_id)
        .outerjoin(thanked_by, thanked_by.id == Referral.thanked_by_id)
        .where(within(Referral.workspace_id, work.workspace_id), which)
        .order_by(is_settled, Referral.id.desc())
        .limit(most)
    )
    return [
        KnownReferral(
            one.id,
            one.account_id,
            account,
            one.person_id,
            person,
            one.asked_at,
            asked or "",
            one.given_at,
            given or "",
            given_slack or "",
            one.named,
            one.company,
            one.words,
            one.thanked_at,
            thanked or "",
        )
        for one, account, person, asked, given, given_slack, thanked in rows
    ]
