"""Who somebody is, and what they may do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.accounts import permissions as account_permissions
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import NotForYou, Refused
from bot.workspace import members, processed_requests
from tests.factories import NOW, make_account, make_member, make_renewal, make_teammate, make_workspace

PLAIN = {"id": "U1", "real_name": "Dana", "tz": "Europe/Berlin", "profile": {"email": "dana@x.example"}}


def test_a_colleague_is_a_rep_and_a_slack_admin_an_admin(any_db: Database) -> None:
    with any_db.transaction() as session:
        ws = make_workspace(session, team_id="T1")
        dana = members.remember(Work(session, ws.id, NOW), {**PLAIN, "team_id": "T1"})
        boss = members.remember(
            Work(session, ws.id, NOW), {"id": "U2", "name": "boss", "team_id": "T1", "is_owner": True}
        )
    assert (dana.role, dana.name, dana.timezone, dana.is_outsider) == ("rep", "Dana", "Europe/Berlin", False)
    assert (boss.role, boss.name) == ("admin", "boss")
    assert dana.is_fresh(NOW + timedelta(hours=23)) and not dana.is_fresh(NOW + timedelta(hours=24))


@pytest.mark.parametrize(
    "flag",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"is_bot": True},
        {"deleted": True},
        {"team_id": "T2"},
        {"team_id": ""},
        {"id": "USLACKBOT", "is_bot": False},
        {"is_workflow_bot": True},
        {"profile": {"real_name": "Zapier", "bot_id": "B1"}},
    ],
)
def test_guests_strangers_bots_and_people_of_another_team_are_outsiders(db: Database, flag: dict) -> None:
    with db.transaction() as session:
        ws = make_workspace(session, team_id="T1")
        assert members.remember(Work(session, ws.id, NOW), {**PLAIN, "team_id": "T1", **flag}).is_outsider


def test_someone_of_the_same_company_on_a_grid_is_no_outsider(db: Database) -> None:
    with db.transaction() as session:
        ws = make_workspace(session, team_id="T1")
        user = {**PLAIN, "team_id": "E1", "enterprise_user": {"teams": ["T1", "T9"]}}
        assert not members.remember(Work(session, ws.id, NOW), user).is_outsider


def test_a_colleague_who_becomes_a_guest_may_act_no_more(db: Database) -> None:
    with db.transaction() as session:
        ws = make_workspace(session, team_id="T1")
        dana = members.remember(Work(session, ws.id, NOW), {**PLAIN, "team_id": "T1"})
        account = make_account(session, ws, owner_id=dana.id)
        assert account_permissions.may_act(Work(session, ws.id, NOW), dana, account.id)
        guest = members.remember(Work(session, ws.id, NOW), {**PLAIN, "team_id": "T1", "is_restricted": True})
        assert guest.id == dana.id and not account_permissions.may_act(Work(session, ws.id, NOW), guest, account.id)


def test_a_role_that_was_given_stays_when_slack_is_asked_again(db: Database) -> None:
    with db.transaction() as session:
        ws = make_workspace(session, team_id="T1")
        user = {**PLAIN, "team_id": "T1", "is_admin": True}
        members.remember(Work(session, ws.id, NOW), user)
        members.set_role(Work(session, ws.id, NOW), "U1", "support")
        again = members.remember(Work(session, ws.id, NOW), user)
    assert (again.role, again.department) == ("support", "support")


def test_the_mail_address_is_kept_when_slack_does_not_show_it(db: Database) -> None:
    with db.transaction() as session:
        ws = make_workspace(session, team_id="T1")
        members.remember(Work(session, ws.id, NOW), {**PLAIN, "team_id": "T1"})
        members.remember(Work(session, ws.id, NOW), {"id": "U1", "name": "dana", "team_id": "T1"})
        row = session.get_one(members.Member, members.find(Work(session, ws.id, NOW), "U1").id)
        assert row.email == "dana@x.example"


def test_a_role_is_refused_for_nobody_for_outsiders_and_when_it_is_none(db: Database) -> None:
    with db.transaction() as session:
        ws = make_workspace(session)
        make_member(session, ws, slack_id="U1")
        make_member(session, ws, slack_id="U2", is_outsider=True)
        for slack_id, role in (("U1", "king"), ("U9", "rep"), ("U2", "rep")):
            with pytest.raises(Refused):
                members.set_role(Work(session, ws.id, NOW), slack_id, role)
        with pytest.raises(Refused, match="own manager"):
            members.set_role(Work(session, ws.id, NOW), "U1", "rep", manager="U1")


def test_the_team_the_owner_and_managers_may_act_and_others_learn_whom_to_ask(any_db: Database) -> None:
    with any_db.transaction() as session:
        ws = make_workspace(session)
        owner, lead = make_member(session, ws, "Dana"), make_member(session, ws, "Priya")
        boss, other = make_member(session, ws, "Helen", role="manager"), make_member(session, ws, "Marco")
        acme = make_account(session, ws, "Acme", owner_id=owner.id)
        make_teammate(session, acme, lead, "support_lead")
        renewal = make_renewal(session, acme)
        known = {m.name: members.by_id(Work(session, ws.id, NOW), m.id) for m in (owner, lead, boss, other)}
        allowed = {
            name for name, p in known.items() if account_permissions.may_act(Work(session, ws.id, NOW), p, acme.id)
        }
        assert allowed == {"Dana", "Priya", "Helen"}
        with pytest.raises(NotForYou, match=r"Only Acme's team can do that: Dana \(owner\), Priya \(support lead\)"):
            account_permissions.require_renewal(Work(session, ws.id, NOW), known["Marco"], renewal.id)


def test_another_workspaces_account_and_renewal_are_not_there(any_db: Database) -> None:
    with any_db.transaction() as session:
        mine, theirs = make_workspace(session), make_workspace(session)
        boss = members.by_id(Work(session, mine.id, NOW), make_member(session, mine, role="admin").id)
        account = make_account(session, theirs, "Secret Customer")
        renewal = make_renewal(session, account)
        assert not account_permissions.may_act(Work(session, mine.id, NOW), boss, account.id)
        for refused in (
            lambda: account_permissions.require_team(Work(session, mine.id, NOW), boss, account.id),
            lambda: account_permissions.require_renewal(Work(session, mine.id, NOW), boss, renewal.id),
        ):
            with pytest.raises(NotForYou) as told:
                refused()
            assert "Secret" not in told.value.message


def test_a_request_is_new_once_and_again_after_a_transaction_that_failed(any_db: Database) -> None:
    with any_db.transaction() as session:
        ws = make_workspace(session)
    with pytest.raises(ZeroDivisionError), Work.writing(any_db, ws.id, NOW) as work:
        assert processed_requests.claim_once(work, "view:V1")
        raise ZeroDivisionError
    with Work.writing(any_db, ws.id, NOW) as work:
        assert processed_requests.claim_once(work, "view:V1")
        assert not processed_requests.claim_once(work, "view:V1")
        assert processed_requests.claim_once(work, "x" * 400)
        assert not processed_requests.claim_once(work, "x" * 400)
