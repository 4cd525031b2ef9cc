"""Accounts in: made, brought up to date, left alone."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.accounts import search as account_search
from bot.db.work import Work
from bot.health.jobs import score_page
from bot.health.stored import AT_ONCE
from bot.importing import Summary
from bot.models import Account, AccountHealth, Member, Teammate, Workspace
from tests.factories import NOW, make_account, make_channel, make_contract, make_member, make_workspace
from tests.importing.conftest import Desk

FILE = "Account ID,Account Name,Plan Tier,Industry,Country\nA1,Acme Inc.,Enterprise,Food,Germany\nA2,Beta,Basic,,US\n"


def counts(summary: Summary) -> tuple[int, int, int, int]:
    tally = summary.tally
    return tally.created, tally.updated, tally.unchanged, tally.rejected


def test_the_same_file_twice_changes_nothing(any_desk: Desk) -> None:
    assert counts(any_desk.accounts(FILE)) == (2, 0, 0, 0)
    assert counts(any_desk.accounts(FILE)) == (0, 0, 2, 0)
    acme = any_desk.account("Acme Inc.")
    assert (acme.name_key, acme.tier, acme.industry, acme.country) == ("acme", "enterprise", "Food", "DE")
    assert acme.is_active


def test_a_changed_file_changes_what_it_changes(any_desk: Desk) -> None:
    any_desk.accounts(FILE)
    assert counts(any_desk.accounts(FILE.replace("Food", "Retail"))) == (0, 1, 1, 0)
    assert any_desk.account("Acme Inc.").industry == "Retail"


def test_who_is_of_another_tier_is_scored_by_its_numbers_in_the_next_night(any_desk: Desk) -> None:
    any_desk.accounts(FILE)
    with Work.writing(any_desk.db, any_desk.workspace_id, NOW) as work:
        score_page(work, list(work.session.scalars(select(Account.id))))
    any_desk.accounts(FILE.replace("Enterprise", "Basic").replace(",US", ",FR"))
    with any_desk.db.reading() as session:
        due = select(AccountHealth.account_id).where(AccountHealth.next_change_on == AT_ONCE)
        assert list(session.scalars(due)) == [any_desk.account("Acme Inc.").id]


def test_a_blank_cell_and_a_missing_column_wipe_nothing_out(desk: Desk) -> None:
    desk.accounts(FILE)
    desk.accounts("Account ID,Account Name,Industry\nA1,Acme Inc.,\n")
    acme = desk.account("Acme Inc.")
    assert (acme.tier, acme.industry) == ("enterprise", "Food")


def test_without_an_id_the_name_says_which_account_it_is(any_desk: Desk) -> None:
    any_desk.accounts("Customer,Industry\nAcme Inc.,Food\n")
    assert counts(any_desk.accounts('Customer,Industry\n"ACME, Inc",Retail\n')) == (0, 1, 0, 0)
    assert any_desk.account("ACME, Inc").industry == "Retail"


def test_an_account_first_known_by_name_takes_the_id_of_a_later_file(any_desk: Desk) -> None:
    any_desk.accounts("Customer\nAcme Inc.\n")
    assert counts(any_desk.accounts(FILE)) == (1, 1, 0, 0)
    assert any_desk.account("Acme Inc.").external_id == "A1"


def test_two_companies_of_one_name_stay_two_when_their_ids_differ(desk: Desk) -> None:
    assert counts(desk.accounts("Account ID,Account Name\nA1,Acme\nA2,Acme\n")) == (2, 0, 0, 0)
    assert counts(desk.accounts("Customer\nAcme\n")) == (0, 0, 0, 1)
    assert "2 accounts are called 'Acme'" in desk.rejected()


def test_the_same_account_twice_in_one_file_is_taken_once(desk: Desk) -> None:
    assert counts(desk.accounts("Account ID,Account Name\nA1,Acme\nA1,Acme Two\n")) == (1, 0, 0, 1)
    assert "Line 2 is the same account" in desk.rejected()
    assert counts(desk.accounts("Account ID,Account Name\nA1,Acme\nA1,Acme Two\n")) == (0, 0, 1, 1)


def test_the_same_account_in_two_batches_is_taken_once(desk: Desk) -> None:
    rows = "".join(f"A{n},Company {n}\n" for n in range(1200))
    assert counts(desk.accounts(f"Account ID,Account Name\n{rows}A7,Again\n")) == (1200, 0, 0, 1)
    assert "Line 9 is the same account" in desk.rejected()


def test_a_row_without_a_name_is_rejected_with_its_cells(desk: Desk) -> None:
    assert counts(desk.accounts("Account ID,Account Name,Extra\nA1,,x\nA2,Beta,\n")) == (1, 0, 0, 1)
    assert desk.rejected() == "Account ID,Account Name,Extra,why\nA1,,x,Line 2: The account has no name. Give it one.\n"


def test_a_name_too_long_for_the_database_is_rejected(any_desk: Desk) -> None:
    assert counts(any_desk.accounts(f"Account ID,Account Name\nA1,{'x' * 300}\n{'y' * 101},Beta\nA3,C\0D\n")) == (
        0,
        0,
        0,
        3,
    )


def test_owners_are_found_by_email_name_or_slack_id(any_desk: Desk) -> None:
    with any_desk.db.transaction() as session:
        workspace = session.get_one(Workspace, any_desk.workspace_id)
        dana = make_member(session, workspace, "Dana Ruiz", email="dana@us.example", slack_id="U0DANA1")
        lee = make_member(session, workspace, "Lee", email="lee@us.example")
        make_member(session, workspace, "Guest", email="guest@x.example", is_outsider=True)
    summary = any_desk.accounts(
        "Account ID,Account Name,Owner,Support Lead,Manager\n"
        "A1,One,DANA@us.example,@lee,\nA2,Two,@Dana Ruiz,,lee@us.example\nA3,Three,<@U0DANA1>,,\nA4,Four,Nobody,,\n"
        "A5,Five,guest@x.example,,\n"
    )
    assert counts(summary) == (5, 0, 0, 0)
    assert summary.tally.people == {"Nobody": 1, "guest@x.example": 1}
    assert [any_desk.account(name).owner_id for name in ("One", "Two", "Three", "Four", "Five")] == [dana.id] * 3 + [
        None,
        None,
    ]
    with any_desk.db.reading() as session:
        team = session.execute(select(Teammate.member_id, Teammate.role).join(Account).where(Account.name == "One"))
        assert {tuple(row) for row in team} == {(dana.id, "owner"), (lee.id, "support_lead")}
        assert session.get_one(Member, dana.id).manager_id == lee.id


def test_an_owner_who_is_known_later_is_taken_by_the_same_file(desk: Desk) -> None:
    text = "Account ID,Account Name,Owner\nA1,Acme,dana@us.example\n"
    desk.accounts(text)
    with desk.db.transaction() as session:
        dana = make_member(session, session.get_one(Workspace, desk.workspace_id), email="dana@us.example")
    assert counts(desk.accounts(text)) == (0, 1, 0, 0)
    assert desk.account("Acme").owner_id == dana.id


def test_an_account_handed_over_in_slack_is_not_handed_back_by_a_file(desk: Desk) -> None:
    text = "Account ID,Account Name,Owner,Industry\nA1,Acme,dana@us.example,Food\n"
    with desk.db.transaction() as session:
        workspace = session.get_one(Workspace, desk.workspace_id)
        make_member(session, workspace, email="dana@us.example")
        lee = make_member(session, workspace, "Lee", email="lee@us.example")
    desk.accounts(text)
    with desk.db.transaction() as session:
        session.scalars(select(Account)).one().owner_id = lee.id
    desk.accounts(text.replace("Food", "Retail"))
    acme = desk.account("Acme")
    assert (acme.owner_id, acme.industry) == (lee.id, "Retail")


def test_channels_are_found_by_name_and_unknown_ones_are_named(desk: Desk) -> None:
    with desk.db.transaction() as session:
        make_channel(session, session.get_one(Workspace, desk.workspace_id), "C0ACME", name="acct-acme")
    summary = desk.accounts("Account ID,Name,Slack Channel\nA1,One,#acct-acme\nA2,Two,C0123ABC\nA3,Three,#nowhere\n")
    assert [desk.account(name).channel for name in ("One", "Two", "Three")] == ["C0ACME", "C0123ABC", None]
    assert summary.tally.channels == {"#nowhere": 1}


def test_a_churned_account_rests_unless_a_contract_of_it_runs(desk: Desk) -> None:
    with desk.db.transaction() as session:
        workspace = session.get_one(Workspace, desk.workspace_id)
        make_contract(session, make_account(session, workspace, "Runs", external_id="A1"))
        make_account(session, workspace, "Gone", external_id="A2")
    summary = desk.accounts("Account ID,Name,Churned\nA1,Runs,yes\nA2,Gone,yes\n")
    assert summary.tally.ended == 2
    assert (desk.account("Runs").is_active, desk.account("Gone").is_active) == (True, False)
    desk.contracts("Contract ID,Account ID,End Date\nC1,A2,2026-12-31\n")
    assert desk.account("Gone").is_active


def test_unknown_columns_are_named_and_mapped_ones_are_read(desk: Desk) -> None:
    assert desk.accounts("Account ID,Konto,Name,Branche\nA1,x,Acme,Food\n").unknown == ("Konto", "Branche")
    summary = desk.accounts("Account ID,Konto,Name,Branche\nA1,x,Acme,Food\n", mapping={"Branche": "industry"})
    assert summary.unknown == ("Konto",)
    assert desk.account("Acme").industry == "Food"


def test_a_dry_run_tells_all_and_writes_nothing(desk: Desk) -> None:
    text = FILE + "A3,,,,\n"
    assert counts(desk.accounts(text, dry_run=True)) == (2, 0, 0, 1)
    with desk.db.reading() as session:
        assert session.scalar(select(func.count(Account.id))) == 0
    assert [path.name for path in desk.folder.glob("*.rejected.csv")] == []


def test_another_workspace_s_accounts_are_not_touched(desk: Desk) -> None:
    with desk.db.transaction() as session:
        other = make_account(session, make_workspace(session), "Acme Inc.", external_id="A1", industry="Steel")
    assert counts(desk.accounts(FILE)) == (2, 0, 0, 0)
    with desk.db.reading() as session:
        assert session.get_one(Account, other.id).industry == "Steel"


def test_aliases_find_their_account_as_soon_as_they_are_imported(any_desk: Desk) -> None:
    def found(typed: str) -> list[str]:
        with Work.reading(any_desk.db, any_desk.workspace_id, NOW) as work:
            return [one.name for one in account_search.find_accounts(work, typed)]

    any_desk.accounts("Account ID,Account Name,Aliases\nA1,Acme Inc.,Robots United; Metal Men\nA2,Beta,\n")
    assert found("metal men") == ["Acme Inc."] and found("robots") == ["Acme Inc."]
    any_desk.accounts("Account ID,Account Name,Aliases\nA1,Acme Inc.,Iron Women\nA2,Beta,Metal Men\n")
    assert found("iron women") == ["Acme Inc."] and found("metal men") == ["Beta"] and found("robots") == []


def test_an_alias_of_an_account_without_an_id_finds_it_too(any_desk: Desk) -> None:
    any_desk.accounts("Customer,Aliases\nAcme Inc.,Robots United\n")
    with Work.reading(any_desk.db, any_desk.workspace_id, NOW) as work:
        assert account_search.find_accounts(work, "robots united")[0].name == "Acme Inc."
