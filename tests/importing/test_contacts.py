"""A CRM's contacts out of its export: who there is at a customer, and what of a file was refused."""

from __future__ import annotations

from datetime import date
from hashlib import blake2b

import pytest
from sqlalchemy import select

from bot import people
from bot.accounts import customer_people
from bot.db.work import Work
from bot.errors import Refused
from bot.importing import CONTACTS, TOUCHPOINTS
from bot.models import CustomerPerson, FollowUp, Member, Workspace
from bot.people.removal import RemovedThere
from tests.factories import NOW, make_account, make_member
from tests.importing.conftest import Desk

HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Job Title,Associated Company IDs (Primary),Associated Company (Primary),"
    "Buying Role,Lead Status\n"
    "501,Ruth,Okafor,ruth@acme.example,CFO,A-1,Acme Robotics,DECISION_MAKER,\n"
    "502,Tom,Hale,tom@acme.example,Head of Production,A-1,Acme Robotics,CHAMPION;INFLUENCER,Open\n"
    "503,Ana,Sá,,,A-1,Acme Robotics,Wizard,\n"
)
SALESFORCE = (
    "Contact ID;Salutation;First Name;Last Name;Title;Account Name;Email;Role\n"
    "003A;Dr.;Ruth;Okafor;CFO;ACME Robotics, Inc.;ruth@acme.example;Economic Buyer\n"
    "003B;;;;;Acme Robotics;;\n"
    "003C;;Lena;Voss;;Nobody Ltd;lena@nobody.example;\n"
    "003D;;Tom;Hale;;Acme Robotics;tom at acme;User\n"
)


def seed(desk: Desk, name: str = "Acme Robotics", external_id: str = "A-1") -> int:
    with desk.db.transaction() as session:
        workspace = session.get_one(Workspace, desk.workspace_id)
        owner = session.scalars(select(Member)).first() or make_member(session, workspace, "Dana")
        return make_account(session, workspace, name, external_id=external_id, owner_id=owner.id).id


def rows(desk: Desk) -> list[CustomerPerson]:
    with desk.db.reading() as session:
        return list(session.scalars(select(CustomerPerson).order_by(CustomerPerson.id)))


def steps(desk: Desk) -> list[FollowUp]:
    with desk.db.reading() as session:
        return list(session.scalars(select(FollowUp).order_by(FollowUp.id)))


def test_a_hubspot_export_comes_in_without_an_option_on_both_databases(any_desk: Desk) -> None:
    account_id = seed(any_desk)
    summary = any_desk.bring(CONTACTS, HUBSPOT)
    assert (summary.exit_code, summary.tally.created) == (0, 3)
    assert summary.unknown == ("Lead Status",) and dict(summary.tally.parts) == {"Wizard": 1}
    ruth, tom, ana = rows(any_desk)
    assert {one.account_id for one in (ruth, tom, ana)} == {account_id}
    assert (ruth.name, ruth.title, ruth.email, ruth.part) == ("Ruth Okafor", "CFO", "ruth@acme.example", "decider")
    assert (tom.part, ana.part, ana.email) == ("champion", "", "")
    again = any_desk.bring(CONTACTS, HUBSPOT)
    assert (again.tally.unchanged, again.tally.created, again.tally.updated) == (3, 0, 0)


def test_what_cannot_be_used_is_kept_apart_with_its_reason(desk: Desk) -> None:
    seed(desk)
    summary = desk.bring(CONTACTS, SALESFORCE)
    assert (summary.exit_code, summary.tally.created, summary.tally.rejected) == (1, 1, 3)
    kept = desk.rejected()
    assert "The contact has no name. Give it one." in kept
    assert "No account is 'Nobody Ltd'. Import accounts first." in kept
    assert "'tom at acme' is no e-mail address. Correct it, or leave it empty." in kept
    assert "lena@nobody.example" in kept
    (ruth,) = rows(desk)
    assert (ruth.part, ruth.external_id) == ("decider", "003A")


def test_a_file_without_a_column_for_names_is_refused_by_what_it_has(desk: Desk) -> None:
    seed(desk)
    with pytest.raises(Refused, match=r"no column for the last name \(last_name\) or the whole name \(full_name\)"):
        desk.bring(CONTACTS, "Account Name,Email\nAcme Robotics,a@b.example\n")


def test_an_odd_file_a_byte_order_mark_windows_letters_and_the_same_contact_twice(desk: Desk) -> None:
    seed(desk)
    text = "Vorname;Nachname;Firma;E-Mail\nJörg;Müller;Acme Robotics;\nJörg;Müller;Acme Robotics;\n=cmd;;;\n"
    summary = desk.bring(CONTACTS, text.encode("windows-1252"))
    assert summary.tally.created == 1 and summary.tally.rejected == 2
    assert "Line 2 is the same contact. Keep one of them." in desk.rejected()
    assert rows(desk)[0].name == "Jörg Müller"


def test_who_was_written_down_by_hand_is_found_by_name_or_address_and_keeps_what_the_file_leaves_blank(
    any_desk: Desk,
) -> None:
    account_id = seed(any_desk)
    with Work.writing(any_desk.db, any_desk.workspace_id, NOW) as work:
        people.add(work, account_id, people.PersonEntry("Okafor, Dr. Ruth", title="Finance chief"), None)
        people.add(work, account_id, people.PersonEntry("T. Hale", email="TOM@acme.example"), None)
    news = HUBSPOT.replace(",CFO,", ",,")
    summary = any_desk.bring(CONTACTS, news)
    assert (summary.tally.created, summary.tally.updated) == (1, 2)
    ruth, tom, _ = rows(any_desk)
    assert (ruth.title, ruth.external_id, ruth.email) == ("Finance chief", "501", "ruth@acme.example")
    assert (tom.external_id, tom.name) == ("502", "Tom Hale")


def test_what_a_person_changed_in_slack_stays_until_the_file_changes(desk: Desk) -> None:
    seed(desk)
    desk.bring(CONTACTS, HUBSPOT)
    ruth = rows(desk)[0]
    with Work.writing(desk.db, desk.workspace_id, NOW) as work:
        entry = people.PersonEntry("Ruth Okafor", title="Chief of everything", email=ruth.email)
        people.edit(work, ruth.id, entry, rows(desk)[0].created_by_id or 1)
    desk.bring(CONTACTS, HUBSPOT)
    assert rows(desk)[0].title == "Chief of everything"
    desk.bring(CONTACTS, HUBSPOT.replace(",CFO,", ",CEO,"))
    assert rows(desk)[0].title == "CEO"


def test_a_champion_whom_the_file_calls_gone_leaves_and_the_owner_gets_a_step(any_desk: Desk) -> None:
    account_id = seed(any_desk)
    any_desk.bring(CONTACTS, HUBSPOT)
    gone = HUBSPOT.replace("Lead Status", "No Longer at Company").replace("INFLUENCER,Open", "INFLUENCER,yes")
    assert any_desk.bring(CONTACTS, gone).tally.updated == 1
    assert rows(any_desk)[1].left_on == NOW.date()
    (step,) = steps(any_desk)
    assert step.account_id == account_id and (step.due_on - NOW.date()).days <= 14
    assert step.words == "Tom Hale (champion) has left. Find out who takes over, and meet them."
    assert any_desk.bring(CONTACTS, gone).tally.unchanged == 3 and len(steps(any_desk)) == 1


def test_who_goes_to_another_customer_is_gone_here_and_new_there(desk: Desk) -> None:
    seed(desk)
    there = seed(desk, "Brightwater", "A-2")
    desk.bring(CONTACTS, HUBSPOT)
    moved = HUBSPOT.replace("CFO,A-1,Acme Robotics", "CFO,A-2,Brightwater")
    assert desk.bring(CONTACTS, moved).tally.updated == 1
    found = {(one.account_id == there, one.external_id, one.left_on) for one in rows(desk) if one.name == "Ruth Okafor"}
    assert found == {(False, None, NOW.date()), (True, "501", None)}
    assert desk.bring(CONTACTS, moved).tally.unchanged == 3


def test_who_was_removed_for_good_does_not_come_back(any_desk: Desk) -> None:
    seed(any_desk)
    any_desk.bring(CONTACTS, HUBSPOT)
    with Work.writing(any_desk.db, any_desk.workspace_id, NOW) as work:
        people.remove_for_good(work, rows(any_desk)[0].id, 1)
    for text in (HUBSPOT, HUBSPOT.replace("501,", ","), HUBSPOT.replace("501,", "777,")):
        summary = any_desk.bring(CONTACTS, text)
        assert (summary.tally.removed, summary.tally.created) == (1, 0)
    assert "ruth" not in repr([vars(one) for one in rows(any_desk)]).casefold()


@pytest.mark.parametrize(("had", "says"), [("ruth@acme.example", ""), ("", "ruth@acme.example"), ("", "")])
def test_who_was_removed_is_known_by_the_name_where_one_of_both_e_mails_is_missing(
    desk: Desk, had: str, says: str
) -> None:
    account_id = seed(desk)
    with Work.writing(desk.db, desk.workspace_id, NOW) as work:
        people.remove_for_good(
            work, people.add(work, account_id, people.PersonEntry("Ruth Okafor", email=had), None), 1
        )
    file = f"Name,Account Name,Email\nRuth Okafor,Acme Robotics,{says}\n"
    assert (desk.bring(CONTACTS, file).tally.removed, len(rows(desk))) == (1, 1)
    # Another one of that name has an e-mail of their own.
    other = desk.bring(CONTACTS, "Name,Account Name,Email\nRuth Okafor,Acme Robotics,other@acme.example\n")
    assert other.tally.created == bool(had)


def test_who_was_removed_before_both_hashes_were_kept_stays_removed() -> None:
    kept = blake2b(b"ruth@acme.example", digest_size=20).hexdigest()
    assert RemovedThere([kept]).has("Ruth@acme.example", "R. Okafor")
    assert not RemovedThere([kept]).has("tom@acme.example", "Tom Hale") and not RemovedThere([]).has("", "")


def test_who_comes_back_to_a_customer_or_is_there_already_by_hand_is_one_person(any_desk: Desk) -> None:
    acme, bright = seed(any_desk), seed(any_desk, "Brightwater", "A-2")
    any_desk.bring(CONTACTS, HUBSPOT)
    with Work.writing(any_desk.db, any_desk.workspace_id, NOW) as work:
        people.add(work, bright, people.PersonEntry("Ruth Okafor", email="ruth@acme.example"), None)
    moved = HUBSPOT.replace("CFO,A-1,Acme Robotics", "CFO,A-2,Brightwater")
    assert any_desk.bring(CONTACTS, moved).tally.updated == 1

    def ruths() -> set[tuple[int, str | None, bool]]:
        named = [one for one in rows(any_desk) if one.name == "Ruth Okafor"]
        assert len(named) == 2
        return {(one.account_id, one.external_id, one.left_on is None) for one in named}

    assert ruths() == {(acme, None, False), (bright, "501", True)}
    any_desk.bring(CONTACTS, HUBSPOT)
    assert ruths() == {(acme, "501", True), (bright, None, False)}
    assert any_desk.bring(CONTACTS, HUBSPOT).tally.unchanged == 3


def test_who_a_file_called_gone_is_back_when_it_says_so_but_not_who_was_said_to_have_left_in_slack(
    any_desk: Desk,
) -> None:
    seed(any_desk)
    flagged = HUBSPOT.replace("Lead Status", "No Longer at Company").replace(",Open\n", ",{tom}\n")
    flagged = flagged.replace("DECISION_MAKER,\n", "DECISION_MAKER,{ruth}\n")
    any_desk.bring(CONTACTS, flagged.format(ruth="no", tom="no"))
    any_desk.bring(CONTACTS, flagged.format(ruth="no", tom="yes"))
    with Work.writing(any_desk.db, any_desk.workspace_id, NOW) as work:
        people.has_left(work, rows(any_desk)[0].id, NOW.date(), rows(any_desk)[0].created_by_id or 1)
    again = flagged.format(ruth="no", tom="no").replace("CFO", "CEO")
    assert any_desk.bring(CONTACTS, again).tally.updated == 2
    ruth, tom, _ = rows(any_desk)
    assert (ruth.title, ruth.left_on, tom.left_on) == ("CEO", NOW.date(), None)
    assert {step.words.split(" (")[0]: step.outcome for step in steps(any_desk)} == {
        "Tom Hale": "dropped",
        "Ruth Okafor": None,
    }


def test_two_records_of_one_person_are_one_and_the_id_that_is_left_after_a_merge_is_theirs(any_desk: Desk) -> None:
    seed(any_desk)
    header = "Contact ID,Name,Account Name,Email\n"
    one, two = "1,Ruth Okafor,Acme Robotics,ruth@acme.example\n", "2,Ruth Okafor,Acme Robotics,RUTH@acme.example\n"
    other = "3,Tom Hale,Acme Robotics,ruth@acme.example\n"
    summary = any_desk.bring(CONTACTS, header + one + two + other)
    assert (summary.tally.created, summary.tally.rejected) == (2, 1)
    assert "Line 2 is the same person under another id." in any_desk.rejected()
    assert any_desk.bring(CONTACTS, header + two + other).tally.created == 0
    assert [(one.name, one.external_id) for one in rows(any_desk)] == [("Ruth Okafor", "2"), ("Tom Hale", "3")]


def test_a_name_that_was_corrected_in_slack_or_by_a_file_makes_nobody_new(any_desk: Desk) -> None:
    account_id = seed(any_desk)
    file = "Name,Account Name,Title\nRuht Okafor,Acme Robotics,CFO\n"
    any_desk.bring(CONTACTS, file)
    with Work.writing(any_desk.db, any_desk.workspace_id, NOW) as work:
        people.edit(work, rows(any_desk)[0].id, people.PersonEntry("Ruth Okafor", "CFO"), 1)
    assert any_desk.bring(CONTACTS, file).tally.unchanged == 1
    any_desk.bring(CONTACTS, HUBSPOT)
    any_desk.bring(CONTACTS, HUBSPOT.replace("501,Ruth,Okafor", "501,Ruth,Hale"))
    assert [one.name for one in rows(any_desk)] == ["Ruth Hale", "Tom Hale", "Ana Sá"]
    with Work.reading(any_desk.db, any_desk.workspace_id, NOW) as work:
        for typed in ("Ruht Okafor", "Ruth Okafor", "Ruth"):
            assert customer_people.meant_by(work, account_id, typed) == ([rows(any_desk)[0].id], [])


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Person - ID,Person - Name,Person - Organization,Person - Organization ID,Person - Email - Work",
            "9,Ruth Okafor,Acme Robotics,A-1,ruth@acme.example",
        ),
        (
            "Record Id,First Name,Last Name,Account Name.id,Account Name,Email",
            '9,Ruth,Okafor,A-1,Acme Robotics,"ruth@acme.example; r2@acme.example"',
        ),
        (
            "(Do Not Modify) Contact,Full Name,Company Name,Email",
            "9,Ruth Okafor,Acme Robotics,mailto:ruth@acme.example",
        ),
        ("Contact ID,Name,Account Name,Email", '9,"Okafor, Ruth",Acme Robotics,"""Ruth, CFO"" <ruth@acme.example>"'),
    ],
)
def test_other_crms_columns_and_cells_with_more_than_an_address(desk: Desk, header: str, row: str) -> None:
    account_id = seed(desk)
    assert desk.bring(CONTACTS, f"{header}\n{row}\n").exit_code == 0
    (ruth,) = rows(desk)
    assert (ruth.account_id, ruth.external_id, ruth.name_key) == (account_id, "9", "okafor ruth")
    assert ruth.email == "ruth@acme.example"


def test_a_row_without_an_account_is_told_what_it_lacks(desk: Desk) -> None:
    seed(desk)
    desk.bring(CONTACTS, "Name,Account Name,Title\nRuth Okafor,,CFO\n")
    assert "The row names no account. Give the account's id or its name." in desk.rejected()


def test_names_in_activities_are_met_whichever_file_comes_first(any_desk: Desk) -> None:
    account_id = seed(any_desk)
    touches = (
        "Activity ID,Account ID,Date,Type,Contact Name\n"
        '1,A-1,2026-01-05,Call,Ruth Okafor\n2,A-1,2026-02-01,Meeting,"Tom Hale, Ana Sá"\n3,A-1,2026-02-09,Note,Ruth\n'
    )
    any_desk.bring(TOUCHPOINTS, touches)
    any_desk.bring(CONTACTS, HUBSPOT)
    more = touches.split("\n")[0] + "\n9,A-1,2026-02-20,Call,Okafor\n"
    any_desk.bring(TOUCHPOINTS, more)
    with Work.reading(any_desk.db, any_desk.workspace_id, NOW) as work:
        met = {one.name: one.met_at.date() for one in customer_people.of_account(work, account_id) if one.met_at}
    assert met == {
        "Ruth Okafor": date(2026, 2, 20),
        "Tom Hale": date(2026, 2, 1),
        "Ana Sá": date(2026, 2, 1),
    }


def test_a_dry_run_writes_nobody_down(desk: Desk) -> None:
    seed(desk)
    assert desk.bring(CONTACTS, HUBSPOT, dry_run=True).tally.created == 3
    assert rows(desk) == []
