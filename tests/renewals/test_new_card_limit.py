"""Many renewals at once: no channel is flooded, the most urgent come first, and none is forgotten."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Account, Workspace
from bot.renewals.facts import RenewalCard
from bot.renewals.messages.reasons import why_here
from bot.renewals.reconcile import Planned, plan_accounts
from tests.factories import NOW, TODAY, make_account, make_contract, make_member, make_route, make_workspace
from tests.scenes.walking import said, tick, walk


def fill(db: Database, accounts: int, **account: object) -> int:
    """A workspace with so many accounts; the i-th renews in 20 + i days."""
    with db.transaction() as session:
        workspace = make_workspace(session)
        ids = []
        for i in range(accounts):
            one = make_account(session, workspace, f"Customer {i:03}", **account)
            make_contract(session, one, TODAY + timedelta(days=20 + i))
            ids.append(one.id)
        assert plan_accounts(Work(session, workspace.id, NOW), ids) == Planned(created=accounts)
        return workspace.id


def test_a_channel_gets_ten_new_cards_a_day_the_most_urgent_first(any_db: Database) -> None:
    workspace = fill(any_db, 35, channel="CALL")
    walk(any_db, workspace, NOW, NOW + timedelta(days=7))

    cards = said(any_db, workspace, "renewal_card")
    days = Counter(f"{c.at:%m-%d}" for c in cards)
    assert days == {"03-02": 10, "03-03": 10, "03-04": 10, "03-05": 5}
    assert [c.facts["account"] for c in cards] == [f"Customer {i:03}" for i in range(35)]


def test_channels_do_not_wait_for_each_other(db: Database) -> None:
    workspace = fill(db, 30)
    tick(db, workspace, NOW)
    assert len(said(db, workspace, "renewal_card")) == 30


def test_a_second_import_does_not_add_to_a_full_day(db: Database) -> None:
    workspace = fill(db, 15, channel="CALL")
    tick(db, workspace, NOW)
    with Work.writing(db, workspace, NOW) as work:
        row = work.session.get_one(Workspace, workspace)
        urgent = make_account(work.session, row, "Urgent", channel="CALL")
        make_contract(work.session, urgent, TODAY + timedelta(days=10))
        plan_accounts(work, [urgent.id])

    tick(db, workspace, NOW + timedelta(hours=2))
    assert len(said(db, workspace, "renewal_card")) == 10
    walk(db, workspace, NOW + timedelta(hours=2), NOW + timedelta(days=2))
    assert Counter(f"{c.at:%m-%d}" for c in said(db, workspace, "renewal_card")) == {"03-02": 10, "03-03": 6}


def test_the_limit_holds_for_one_persons_direct_messages_too(db: Database) -> None:
    with db.transaction() as session:
        workspace = make_workspace(session)
        owner = make_member(session, workspace)
        ids = []
        for i in range(12):
            one = make_account(session, workspace, channel=None, owner_id=owner.id)
            make_contract(session, one, TODAY + timedelta(days=20 + i))
            ids.append(one.id)
        plan_accounts(Work(session, workspace.id, NOW), ids)
    tick(db, workspace.id, NOW)
    assert {c.place for c in said(db, workspace.id)} == {owner.slack_id}
    assert len(said(db, workspace.id)) == 10


def test_what_ended_before_the_first_import_is_spread_too_and_its_card_says_it_alone(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session, leadership_channel="CLEAD")
        manager = make_member(session, workspace, "Mona", role="manager")
        owner = make_member(session, workspace, manager_id=manager.id)
        ids = []
        for i in range(25):
            one = make_account(session, workspace, f"Old {i:02}", channel="CALL", owner_id=owner.id)
            make_contract(session, one, TODAY - timedelta(days=9), auto_renew=i % 2 == 0)
            ids.append(one.id)
        plan_accounts(Work(session, workspace.id, NOW), ids)
    walk(any_db, workspace.id, NOW, NOW + timedelta(days=2, hours=3))
    cards = said(any_db, workspace.id, "renewal_card")
    assert Counter(f"{c.at:%m-%d}" for c in cards) == {"03-02": 10, "03-03": 10, "03-04": 5}
    first_day = [s for s in said(any_db, workspace.id) if s.at < NOW + timedelta(days=1)]
    assert {s.kind for s in first_day} == {"renewal_card"}
    # Two working days later nobody is on the first of them: from then on it goes as with any other.
    spoken = [s for s in said(any_db, workspace.id) if s.kind != "renewal_card"]
    assert {(f"{s.at:%m-%d}", s.code) for s in spoken} == {("03-04", "unclaimed")}


def test_an_overdue_renewal_with_nowhere_to_go_is_tried_again_every_day(db: Database) -> None:
    with db.transaction() as session:
        workspace = make_workspace(session)
        admin = make_member(session, workspace, "Ada", role="admin")
        account = make_account(session, workspace, channel=None)
        make_contract(session, account, TODAY - timedelta(days=3))
        plan_accounts(Work(session, workspace.id, NOW), [account.id])
    walk(db, workspace.id, NOW, NOW + timedelta(days=2))
    assert [(s.code, s.place) for s in said(db, workspace.id)] == [("nowhere", admin.slack_id)]
    with db.transaction() as session:
        session.get_one(Workspace, workspace.id).fallback_channel = "CFALL"
    walk(db, workspace.id, NOW + timedelta(days=2), NOW + timedelta(days=3))
    [card] = said(db, workspace.id, "renewal_card")
    assert (card.place, card.facts["why"]) == ("CFALL", "overdue")


def test_a_card_goes_to_the_channel_else_the_route_else_the_owner_else_the_fallback(db: Database) -> None:
    with db.transaction() as session:
        workspace = make_workspace(session, fallback_channel="CFALL")
        owner = make_member(session, workspace)
        stranger = make_member(session, workspace, is_outsider=True)
        make_route(session, workspace, "segment", "Retail", "CRETAIL")
        make_route(session, workspace, "tier", "enterprise", "CBIG")
        accounts = [
            make_account(session, workspace, "Own", channel="COWN", segment="retail"),
            make_account(session, workspace, "Segment", channel=None, segment="retail", owner_id=owner.id),
            make_account(session, workspace, "Tier", channel=None, tier="enterprise", owner_id=owner.id),
            make_account(session, workspace, "Owner", channel=None, owner_id=owner.id),
            make_account(session, workspace, "Guest", channel=None, owner_id=stranger.id),
            make_account(session, workspace, "Nobody", channel=None),
        ]
        for one in accounts:
            make_contract(session, one, TODAY + timedelta(days=50))
        plan_accounts(Work(session, workspace.id, NOW), [a.id for a in accounts])
    tick(db, workspace.id, NOW)
    assert {c.facts["account"]: (c.place, c.facts["routed"]) for c in said(db, workspace.id)} == {
        "Own": ("COWN", ""),
        "Segment": ("CRETAIL", "route"),
        "Tier": ("CBIG", "route"),
        "Owner": (owner.slack_id, "owner"),
        "Guest": ("CFALL", "fallback"),
        "Nobody": ("CFALL", "fallback"),
    }


def test_with_nowhere_to_go_admins_are_told_once_and_it_is_tried_again_every_day(db: Database) -> None:
    with db.transaction() as session:
        workspace = make_workspace(session)
        admin = make_member(session, workspace, "Ada", role="admin")
        ids = [make_account(session, workspace, f"Lost {i}", channel=None).id for i in range(3)]
        for one in ids:
            make_contract(session, session.get_one(Account, one), TODAY + timedelta(days=50))
        plan_accounts(Work(session, workspace.id, NOW), ids)
    walk(db, workspace.id, NOW, NOW + timedelta(days=3))
    assert [(s.kind, s.code, s.place) for s in said(db, workspace.id)] == [("notice", "nowhere", admin.slack_id)]

    with db.transaction() as session:
        session.get_one(Workspace, workspace.id).fallback_channel = "CFALL"
    walk(db, workspace.id, NOW + timedelta(days=3), NOW + timedelta(days=5))
    assert len(said(db, workspace.id, "renewal_card")) == 3


def test_two_workspaces_never_mix(any_db: Database) -> None:
    first, second = fill(any_db, 3, channel="CONE"), fill(any_db, 4, channel="CTWO")
    with Work.writing(any_db, first, NOW) as work:
        accounts = [a.id for a in work.session.query(Account).filter(Account.workspace_id == second)]
        assert plan_accounts(work, accounts) == Planned()
    walk(any_db, first, NOW, NOW + timedelta(days=10))
    assert {(s.place, s.kind) for s in said(any_db, first)} >= {("CONE", "renewal_card")}
    assert {s.place for s in said(any_db, first)} == {"CONE"}
    assert said(any_db, second) == []


@pytest.mark.parametrize(
    ("days", "notice_days", "why"),
    [
        (20, 0, "This came when 20 days were left until the deadline."),
        (20, 30, "though the deadline had passed."),
        (30, 0, "This came as the reminder 30 days before the deadline."),
    ],
)
def test_a_card_that_comes_late_says_so(db: Database, days: int, notice_days: int, why: str) -> None:
    with db.transaction() as session:
        workspace = make_workspace(session)
        account = make_account(session, workspace)
        make_contract(session, account, TODAY + timedelta(days=days), notice_days=notice_days)
        plan_accounts(Work(session, workspace.id, NOW), [account.id])
    tick(db, workspace.id, NOW)
    [card] = said(db, workspace.id, "renewal_card")
    assert why in why_here(RenewalCard.from_facts(card.facts))
