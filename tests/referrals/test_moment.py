"""What speaks for and against asking, read out of rows and counted by hand, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.accounts.figure_facts import InSegment
from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Account, AccountHealth, CustomerPerson, Member, PulseAnswer, Referral, ReferralHint
from bot.referrals import hints
from bot.referrals.moment import TouchShare, asked_days, moments, touch_shares
from bot.referrals.queries import counts_in_window
from bot.referrals.rules import AccountMoment
from tests.factories import (
    NOW,
    TODAY,
    make_account,
    make_member,
    make_renewal,
    make_teammate,
    make_workspace,
)
from tests.scenes.learning import days_ago, make_promise, make_round, make_ticket, make_touch


class Book:
    """One account of Dana's, with Lee on its team, in a workspace beside another one."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.workspace = make_workspace(session)
        self.dana, self.lee = make_member(session, self.workspace), make_member(session, self.workspace, "Lee")
        self.acme = make_account(session, self.workspace, "Acme", owner_id=self.dana.id, segment="Retail")
        make_teammate(session, self.acme, self.lee, "support_lead")
        self.work = Work(session, self.workspace.id, NOW)

    def answered(self, colour: str, days: int, heard: int | None = None, closed: bool = True) -> None:
        round_id = make_round(self.session, self.acme, 80, days_ago(days) if closed else None)
        answer = PulseAnswer(
            workspace_id=self.workspace.id,
            round_id=round_id,
            member_id=self.dana.id,
            colour=colour,
            answered_at=days_ago(days),
            heard_on=days_ago(heard).date() if heard is not None else None,
        )
        self.session.add(answer)
        self.session.flush()

    def person(self, name: str = "Ruben", account: Account | None = None, **values: object) -> CustomerPerson:
        account = account or self.acme
        found = CustomerPerson(
            **{
                "workspace_id": self.workspace.id,
                "account_id": account.id,
                "name": name,
                "name_key": name.casefold(),
                "part": "",
                "created_at": NOW,
                **values,
            }
        )
        self.session.add(found)
        self.session.flush()
        return found

    def moment(self) -> AccountMoment:
        return moments(self.work, [self.acme.id], {})[self.acme.id]

    def share(self, asker: Member | None) -> TouchShare:
        found = touch_shares(self.work, {self.acme.id: asker.id if asker else None})
        return found.get(self.acme.id, TouchShare())


@pytest.fixture
def book(any_db: Database) -> Iterator[Book]:
    with any_db.transaction() as session:
        yield Book(session)


def day(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_only_what_was_heard_in_a_closed_round_is_green(book: Book) -> None:
    book.answered("green", 2)  # an impression
    assert book.moment().green_heard_on is None
    book.answered("green", 9, heard=10)
    book.answered("green", 1, heard=1, closed=False)  # nobody has read it yet
    assert book.moment() == AccountMoment(green_heard_on=day(10))


def test_trouble_is_the_last_bad_sign_and_an_open_one_is_of_today(book: Book) -> None:
    book.answered("yellow", 40)
    assert book.moment().trouble_on == day(40)
    make_ticket(book.session, book.acme, days_ago(50), priority="urgent", closed_at=days_ago(30))
    make_ticket(book.session, book.acme, days_ago(3), priority="high")
    make_ticket(book.session, book.acme, days_ago(2), priority="urgent", deleted_at=days_ago(1))
    assert book.moment().trouble_on == day(30)
    make_ticket(book.session, book.acme, days_ago(300), escalated=True)  # never closed, and long past
    assert book.moment().trouble_on == day(30)
    make_ticket(book.session, book.acme, days_ago(20), escalated=True)
    assert book.moment().trouble_on == TODAY


def test_what_is_unpaid_and_overdue_is_counted(book: Book) -> None:
    make_renewal(book.session, book.acme, day(-10))
    make_renewal(book.session, book.acme, day(-20), signed_at=days_ago(1), stage="signed")
    make_renewal(book.session, book.acme, day(1))
    make_renewal(book.session, book.acme, day(5), stage="paid", paid_at=days_ago(1), closed_at=days_ago(1))
    make_promise(book.session, book.acme, None, due=day(1))
    make_promise(book.session, book.acme, None, due=TODAY)
    make_promise(book.session, book.acme, "broken", due=day(9))
    found = book.moment()
    assert (found.unpaid, found.overdue_promises) == (2, 1)


def test_the_share_is_the_askers_own_and_the_teams_where_they_have_none(book: Book) -> None:
    make_renewal(book.session, book.acme, day(100), outcome="won", closed_at=days_ago(90))
    stranger = make_member(book.session, book.workspace, "Stranger")
    for by, days in ((book.dana, 100), (book.dana, 160), (book.dana, 161), (book.lee, 99), (stranger, 5)):
        make_touch(book.session, book.acme, days_ago(days), by_id=by.id)
    make_touch(book.session, book.acme, days_ago(110), by_id=book.dana.id, is_note=True)
    make_touch(book.session, book.acme, days_ago(366), by_id=book.dana.id)
    assert book.share(book.dana) == TouchShare(3, 2, True)
    assert book.share(book.lee) == TouchShare(1, 0, True)
    new = make_member(book.session, book.workspace, "New")
    # The team's, and not of everybody who ever wrote something down: 3 of Dana's and 1 of Lee's.
    assert book.share(new) == TouchShare(4, 2, False)
    assert book.share(stranger) == TouchShare(1, 0, True)


def test_a_suggestion_is_only_looked_at_where_somebody_is_free_to_be_asked(book: Book) -> None:
    book.session.add(
        AccountHealth(workspace_id=book.workspace.id, account_id=book.acme.id, score=85, computed_at=NOW, inputs={})
    )
    book.person("Gone", left_on=TODAY)
    book.person("Blocker", part="blocker")
    assert hints._likely(book.work, [book.acme.id]) == []
    ruben = book.person()
    assert hints._likely(book.work, [book.acme.id]) == [book.acme.id]
    base = {"workspace_id": book.workspace.id, "account_id": book.acme.id, "person_id": ruben.id}
    hint = ReferralHint(**base, member_id=book.dana.id, at=days_ago(178))
    book.session.add(hint)
    book.session.flush()
    assert hints._likely(book.work, [book.acme.id]) == []
    hint.at = days_ago(181)
    book.session.flush()
    assert hints._likely(book.work, [book.acme.id]) == [book.acme.id]
    book.session.add(Referral(**base, given_at=days_ago(20), created_at=NOW))
    book.session.flush()
    assert hints._likely(book.work, [book.acme.id]) == []
    assert asked_days(book.work, [ruben.id]) == {ruben.id: [day(20)]}


def test_referrals_are_counted_by_the_day_of_each_step(book: Book) -> None:
    ruben = book.person()
    base = {"workspace_id": book.workspace.id, "account_id": book.acme.id, "person_id": ruben.id, "created_at": NOW}
    for asked, given, thanked in ((400, 10, 5), (30, 20, None), (20, None, None), (None, 1, 0), (500, 400, 3)):
        moment = {
            name: days_ago(days)
            for name, days in (("asked_at", asked), ("given_at", given), ("thanked_at", thanked))
            if days is not None
        }
        book.session.add(Referral(**base, **moment))
    book.session.flush()
    assert counts_in_window(book.work, TODAY) == (2, 3, 2)
    assert counts_in_window(book.work, TODAY, InSegment("retail", TODAY)) == (2, 3, 2)
    assert counts_in_window(book.work, TODAY, InSegment("other", TODAY)) == (0, 0, 0)
    assert counts_in_window(book.work, day(6)) == (2, 2, 0)
