"""Kinds of files that came in wrong: each is read as it was meant, asked about, or said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.errors import Refused
from bot.importing import ACCOUNTS, CONTRACTS, TICKETS, TOUCHPOINTS
from bot.models import Account, Touchpoint
from tests.importing.conftest import Desk


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    return desk


def names(desk: Desk) -> set[str]:
    with desk.db.reading() as session:
        return set(session.scalars(select(Account.name).where(Account.is_active.is_(True))))


def touches(desk: Desk) -> list[Touchpoint]:
    with desk.db.reading() as session:
        live = select(Touchpoint).where(Touchpoint.deleted_at.is_(None))
        return list(session.scalars(live.order_by(Touchpoint.source_key)))


@pytest.mark.parametrize(
    "text",
    [
        "Organization - ID,Organization - Name,Organization - Label\n17,Acme,Customer\n18,Bright,Prospect\n",
        "Firmenname,Typ,Inhaber\nAcme,Customer,Owner\nBright,Prospect,Dana\n",
        "Firma\nCustomer\nBright\n",
        "Titre;Nom;Pays\nCompany;Dupont;FR\nAcme;Owner;FR\n",
    ],
)
def test_a_row_of_data_never_becomes_the_header(desk: Desk, text: str) -> None:
    with pytest.raises(Refused, match="no column for the account's name") as refused:
        desk.accounts(text)
    assert text.split("\n")[0].replace(";", ", ").replace(",", ", ").replace("  ", " ") in str(refused.value)
    assert names(desk) == set()


def test_a_mapped_column_finds_its_header_and_an_empty_mapping_leaves_one_out(desk: Desk) -> None:
    text = "Firmenname,Typ,Inhaber,Segment\nAcme,Customer,Owner,Big\nBright,Prospect,Dana,Small\n"
    summary = desk.accounts(text, mapping={"Firmenname": "name", "Segment": ""})
    assert (names(desk), summary.ignored) == ({"Acme", "Bright"}, ("Segment",))
    assert desk.account("Acme").segment == ""


@pytest.mark.parametrize(
    "null", ["000000000000000AAA", "0", "-1", "none", "00000000-0000-0000-0000-000000000000", "NULL", "0.0", "nan"]
)
def test_a_null_id_joins_no_customers(desk: Desk, null: str) -> None:
    desk.contracts(f"Id,AccountId,Account Name,EndDate\nK1,{null},Acme,2027-03-01\nK2,{null},Bright,2027-03-01\n")
    assert names(desk) == {"Acme", "Bright"}


def test_an_id_that_contradicts_its_name_is_rejected_and_a_new_name_is_said(desk: Desk) -> None:
    desk.accounts("Id,Name\n1,Acme\n2,Bright\n")
    summary = desk.contracts("Id,AccountId,Account Name,EndDate\nK1,1,Bright,2027-03-01\nK2,2,Brightwater,2027-03-01\n")
    assert "The id '1' is 'Acme', the name 'Bright' another account" in desk.rejected()
    assert list(summary.tally.renamed) == ["2 is Bright, the file says Brightwater"]


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("000123", "123"),
        ("123", "000123"),
        ("1001", "1001.0"),
        ("1002", '"1,002"'),
        ("1001", "'1001"),
        ("00042", '"=""42"""'),
        ("001D000000IRFma", "001D000000IRFmaIAH"),
        ("001D000000IRFmaIAH", "001D000000IRFma"),
    ],
)
def test_an_id_that_a_spreadsheet_or_an_export_changed_is_the_same(desk: Desk, stored: str, written: str) -> None:
    desk.accounts(f"Account ID,Account Name\n{stored},Acme\n")
    desk.contracts(f"Contract ID,Account ID,Account Name,End Date\nK1,{written},Acme,2027-03-01\n")
    again = desk.accounts(f"Account ID,Account Name\n{written},Acme\n")
    assert (again.tally.created, desk.account("Acme").external_id) == (0, stored)


def test_another_customer_of_the_same_name_is_made_and_said_and_a_shortened_id_refused(desk: Desk) -> None:
    desk.accounts("Account ID,Account Name\nA1,Acme\n")
    summary = desk.contracts("Contract ID,Account ID,Account Name,End Date\nK1,A2,Acme,2027-03-01\n")
    assert list(summary.tally.same_names) == ["Acme"]
    assert desk.accounts("Record ID,Company name\n1.23457E+11,Cedar\n1,23E+11,Delta\n").exit_code == 2


def test_an_id_goes_before_a_number_and_what_came_in_by_the_number_is_the_same_account(desk: Desk) -> None:
    desk.accounts("AccountNumber,Name\nCD1,Acme\n")
    summary = desk.accounts("Id,Name,AccountNumber\n001A,Acme,CD1\n001B,Bright,CD2\n")
    assert (summary.tally.created, desk.account("Acme").external_id) == (1, "001A")
    assert dict(summary.words)["accounts known by"].startswith("Id; AccountNumber is there too")
    assert desk.contracts("Id,AccountId,EndDate\nK1,001A,2027-03-01\nK2,001B,2027-03-01\n").tally.created == 2


@pytest.mark.parametrize(
    ("headers", "cells", "value"),
    [
        ("Amount Currency,Amount", "JPY,1200000", (Decimal(1200000), "JPY")),
        ("ARR,ARR Currency,Currency", "12000,GBP,USD", (Decimal(12000), "GBP")),
        ("Betrag Währung,Value", "CHF,12000", (Decimal(12000), "CHF")),
        ("MRR (cents)", "120000", (Decimal(14400), "EUR")),
        ("amount_cents,Currency", "120000,JPY", (Decimal(120000), "JPY")),
        ("ARR ($k)", "12.5", (Decimal(12500), "USD")),
        ("ARR in TEUR", "12", (Decimal(12000), "EUR")),
        ("Contract Value USD (thousands)", "12.5", (Decimal(12500), "USD")),
        ('"Value, thousands of USD"', "12.5", (Decimal(12500), "USD")),
        ("Betrag in TEUR,Currency", "12,USD", (Decimal(12000), "EUR")),
        ("Amount (USD),Currency", "500,EUR", (Decimal(500), "USD")),
    ],
)
def test_currency_columns_and_units_of_headers_belong_to_their_amount(
    desk: Desk, headers: str, cells: str, value: tuple[Decimal, str]
) -> None:
    desk.contracts(f"Contract ID,Customer,End Date,{headers}\nK1,Acme,2027-03-01,{cells}\n")
    contract = desk.contract("K1")
    assert (contract.value, contract.currency) == value


@pytest.mark.parametrize(
    ("amounts", "stated", "values"),
    [
        (["1.234", "99.95"], None, ["1.23", "99.95"]),
        (["1.234", '"1.500,00"'], None, ["1234", "1500"]),
        (["1.234", "7"], None, ["1234", "7"]),
        (["1.234", "7"], ".", ["1.23", "7"]),
        (["1.234", "7.5", '"7,5"'], None, [None, "7.5", "7.5"]),
    ],
)
def test_the_mark_before_decimals_is_its_columns(
    desk: Desk, amounts: list[str], stated: str | None, values: list[str | None]
) -> None:
    rows = "".join(f"K{n},C{n},2027-03-01,{amount}\n" for n, amount in enumerate(amounts))
    summary = desk.contracts(f"Contract ID,Customer,End Date,ARR\n{rows}", decimal=stated)
    found = {contract.external_id: contract.value for contract in desk.all_contracts()}
    assert [found.get(f"K{n}") for n in range(len(values))] == [v if v is None else Decimal(v) for v in values]
    assert ("amounts read as" in dict(summary.words)) is (stated is None and None not in values)


def test_what_its_system_has_deleted_is_not_imported_ends_here_and_comes_back(desk: Desk) -> None:
    accounts, contracts = "Id,IsDeleted,Name\nA,{},Acme\n", "Id,Archived,AccountId,EndDate\nK1,{},A,2027-03-01\n"
    tickets = "Ticket ID,Company,Created At,Spam\n1,Acme,2026-11-20,{}\n"
    assert desk.accounts(accounts.format("true")).tally.deleted == 1
    assert names(desk) == set()
    for kind, text in ((ACCOUNTS, accounts), (CONTRACTS, contracts), (TICKETS, tickets)):
        desk.bring(kind, text.format("false"))
    for kind, text in ((TICKETS, tickets), (CONTRACTS, contracts), (ACCOUNTS, accounts)):
        assert desk.bring(kind, text.format("2026-11-21")).tally.deleted == 1
    assert (names(desk), desk.contract("K1").status, touches(desk)) == (set(), "ended", [])
    desk.accounts(accounts.format("no"))
    desk.contracts(contracts.format("no"))
    assert (names(desk), desk.contract("K1").status) == ({"Acme"}, "active")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("gbk", "明亮水务"), ("shift_jis", "株式会社アクメ"), ("cp1251", "Ромашка Север"), ("cp1250", "Łódź Příbram"),
     ("cp1252", "Müller & Söhne"), ("mac_roman", "Zürich Käse"), ("cp1253", "Ελληνικά"), ("cp1254", "Şişecam"),
     ("euc_kr", "삼성전자")],
)  # fmt: skip
def test_a_name_in_another_code_page_is_read_right_or_asked_about(desk: Desk, encoding: str, name: str) -> None:
    content = f"Account Name\n{name}\n".encode(encoding)
    try:
        summary = desk.accounts(content)
    except Refused as refused:
        assert "--encoding" in str(refused) and name.split()[0] in str(refused)
    else:
        assert "a guess" in summary.encoding
        assert names(desk) == {name}
    desk.accounts(content, encoding=encoding)
    assert names(desk) == {name}


def test_lost_characters_are_refused_and_an_encoding_that_is_none_too(desk: Desk) -> None:
    summary = desk.accounts("Account Name\nM\ufffdller\nAcme\n")
    assert (names(desk), summary.tally.rejected) == ({"Acme"}, 1)
    assert desk.accounts("Account Name\nMüller\n", encoding="ascii").tally.rejected == 0
    with pytest.raises(Refused, match="nobody knows 'klingon'"):
        desk.accounts("Account Name\nAcme\n", encoding="klingon")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("3. März 2027", date(2027, 3, 3)),
        ("2027‑01‑05", date(2027, 1, 5)),
        ("2027年5月5日", date(2027, 5, 5)),
        ("Tue Oct 12 00:00:00 GMT 2027", date(2027, 10, 12)),
        ("Thu Mar 11 2027 17:24:25 GMT-0300 (Brasilia Standard Time)", date(2027, 3, 11)),
        ("Thu Mar 11 2027 00:00:00 GMT+0000 (UTC)", date(2027, 3, 11)),
        ("20/Nov/27 9:15 AM", date(2027, 11, 20)),
        ("46447", date(2027, 3, 1)),
        ("11 de marzo de 2027", date(2027, 3, 11)),
        ("1803859200000", date(2027, 3, 1)),
    ],
)
def test_dates_of_other_programs_and_languages_are_read(desk: Desk, written: str, day: date) -> None:
    summary = desk.contracts(f'Contract ID,Customer,End Date\nK1,Acme,"{written}"\nK2,Acme,someday\n')
    assert (desk.contract("K1").renewal_date, summary.tally.rejected) == (day, 1)
    assert ("day numbers read" in dict(summary.words)) is written.isdecimal()


@pytest.mark.parametrize(
    "none",
    ["0000-00-00", "1970-01-01", "1900-01-01", "01.01.1753", "1/0/1900", "0001-01-01T00:00:00", "30/12/1899", "0"],
)
def test_dates_that_mean_none_are_none(desk: Desk, none: str) -> None:
    desk.contracts(f"Contract ID,Customer,Start Date,End Date\nK1,Acme,2026-03-01,{none}\n")
    assert (desk.contract("K1").renewal_date, desk.contract("K1").status) == (date(2027, 3, 1), "active")


def test_lines_of_a_report_are_no_accounts_and_are_said(desk: Desk) -> None:
    text = (
        "Account Name,ARR,Country\nAcme,12,DE\nTotal SA,5,FR\nSubtotal,12,\nBright &amp; Rowe,8,DE\n"
        "Account Name,ARR,Country\nGrand Total (3),25,\n\nRenewals report\n"
        "Copyright (c) 2000-2026 salesforce.com\nConfidential Information - Do Not Distribute\nMy Company GmbH\n"
    )
    summary = desk.accounts(text)
    assert (names(desk), summary.exit_code) == ({"Acme", "Total SA", "Bright & Rowe"}, 0)
    assert summary.left_out[0] == 7
    assert "Grand Total (3)" in summary.left_out[1]


@pytest.mark.parametrize("cell", ["#VALUE!", "#NAME?", "#DIV/0!", "FALSE", "Acme;Bright", "(none)", "---", "#BEZUG!"])
def test_what_is_no_name_makes_no_account(desk: Desk, cell: str) -> None:
    assert desk.accounts(f"Account ID,Account Name\n1,{cell}\n").exit_code == 2
    assert names(desk) == set()


def test_of_several_accounts_in_a_cell_the_primary_one_counts_or_the_row_is_rejected(desk: Desk) -> None:
    desk.accounts("Record ID,Company name\n11,Acme\n12,Bright\n")
    ids = "Record ID,Associated Company IDs,Associated Company,Associated Company (Primary),End Date\n"
    summary = desk.contracts(ids + "501,11;12,Acme;Bright,Bright,2027-03-01\n502,11;12,Acme;Bright,,2027-03-01\n")
    assert (summary.tally.created, summary.tally.rejected) == (1, 1)
    assert desk.contract("501").account_id == desk.account("Bright").id
    assert names(desk) == {"Acme", "Bright"}


def test_an_alias_names_its_account_in_a_file_of_contracts(desk: Desk) -> None:
    desk.accounts("Account ID,Account Name,Aliases\nA1,Acme,ACME East; Acme Nord\n")
    desk.contracts("Contract ID,Customer,End Date\nK1,Acme Nord,2027-03-01\nK2,ACME EAST,2027-03-01\n")
    assert names(desk) == {"Acme"}


def test_a_changed_plan_without_ids_is_the_same_contract(desk: Desk) -> None:
    file = "Customer,Start Date,Plan\nAcme,2026-03-01,{}\n"
    desk.contracts(file.format("Basic"))
    summary = desk.contracts(file.format("Pro"))
    assert ([contract.name for contract in desk.all_contracts()], summary.tally.updated) == (["Pro"], 1)
    desk.contracts(file.format("Pro") + "Acme,2026-03-01,Basic\n")
    assert [contract.name for contract in desk.all_contracts()] == ["Pro", "Basic"]


def test_numbers_as_priority_are_asked_about_said_or_known_by_the_helpdesk(desk: Desk) -> None:
    desk.accounts("Account Name\nAcme\n")
    rows = "1,Acme,5,1,2026-11-02\n2,Acme,2,4,2026-11-20\n"
    bare = f"id,company_name,status,priority,created_at\n{rows}"
    with pytest.raises(Refused, match="--urgent 1 or --urgent 4"):
        desk.bring(TICKETS, bare)
    desk.bring(TICKETS, bare, urgent=1)
    assert [touch.priority for touch in touches(desk)] == ["urgent", "low"]
    summary = desk.bring(TICKETS, bare, urgent=4, closed=frozenset({"5"}))
    assert [(touch.priority, touch.closed_at is None) for touch in touches(desk)] == [("low", False), ("urgent", True)]
    assert list(summary.tally.statuses) == ["2"]
    known = "id,company_name,status,priority,created_at,responder_id,fr_due_by\n3,Acme,5,4,2026-11-02,9,2026-11-03\n"
    summary = desk.bring(TICKETS, known)
    assert (touches(desk)[2].priority, touches(desk)[2].closed_at is None) == ("urgent", False)
    assert "Freshdesk" in dict(summary.words)["priorities read as"]


def test_words_for_a_tickets_end_are_known_and_others_said(desk: Desk) -> None:
    desk.accounts("Account Name\nAcme\n")
    words = [
        "Gelöst",
        "Archived",
        "Spam",
        "Won't fix",
        "Withdrawn",
        "Fermé",
        "已关闭",
        "解決済み",
        "Zamknięte",
        "Opgelost",
    ]
    still = ["Non résolu", "未解決", "In Bearbeitung", "Blorp"]
    rows = "".join(f"{n},Acme,2026-11-20,{word}\n" for n, word in enumerate(words + still, 10))
    summary = desk.bring(TICKETS, f"Ticket ID,Company,Created At,Status\n{rows}")
    assert [touch.closed_at is None for touch in touches(desk)] == [False] * len(words) + [True] * len(still)
    assert list(summary.tally.statuses) == ["Blorp"]


@pytest.mark.parametrize(
    ("header", "ratings", "meant"),
    [
        ("Satisfaction Rating", ["10", "3", "5", "9"], [5, 2, 3, 5]),
        ("CSAT", ["5", "1", "4", "great", "3"], [5, 1, 4, None, 3]),
        ("CSAT", ["90", "100", "20"], [5, 5, 1]),
        ("CSAT", ["103", "100", "-103"], [5, 3, 1]),
        ("CSAT", ["1", "0"], [5, 1]),
        ("CSAT", ["1", "2", "3", "4", "5", "5", "4", "3", "2", "9"], [1, 2, 3, 4, 5, 5, 4, 3, 2, None]),
    ],
)
def test_a_column_of_satisfaction_has_one_scale(
    desk: Desk, header: str, ratings: list[str], meant: list[int | None]
) -> None:
    desk.accounts("Account Name\nAcme\n")
    rows = "".join(f"{n + 10},Acme,2026-11-20,{rating}\n" for n, rating in enumerate(ratings))
    summary = desk.bring(TICKETS, f"Ticket ID,Company,Created At,{header}\n{rows}")
    assert ([touch.satisfaction for touch in touches(desk)], summary.exit_code) == (meant, 0)
    assert "satisfaction read as" in dict(summary.words)


def test_a_call_that_reached_nobody_is_no_touch(desk: Desk) -> None:
    desk.accounts("Account Name\nAcme\n")
    header = "Activity ID,Account Name,Date,Type,Status,Call Result,Subject\n"
    attempts = "1,Acme,2026-11-20,Call,No answer,,\n2,Acme,2026-11-20,Call,Completed,Left voicemail,\n"
    attempts += "3,Acme,2026-11-20,Call,,,Nicht erreicht\n"
    summary = desk.bring(TOUCHPOINTS, header + attempts + "4,Acme,2026-11-20,Call,Completed,Connected,Renewal\n")
    assert (summary.tally.attempts, [touch.source_key for touch in touches(desk)]) == (3, ["activity:4"])


@pytest.mark.parametrize("text", ["A|B|{}", "sep=|\r\nA|B|{}", "sep=^\r\nA^B^{}"])
def test_pipes_and_declared_separators_are_obeyed(desk: Desk, text: str) -> None:
    mark = "^" if "^" in text else "|"
    text = text.replace("A", "Contract ID").replace("B", "Customer").format("End Date")
    desk.contracts(f"{text}\r\n{mark.join(('K1', 'Acme', '2027-03-01'))}\r\n")
    assert desk.contract("K1").renewal_date == date(2027, 3, 1)


@pytest.mark.parametrize("value", ["=1+1", "+49 30 1", "-5", "@Dana", "\tx", "=HYPERLINK(1)", "'quoted'"])
def test_a_rejected_row_runs_nothing_in_a_spreadsheet_and_comes_back_as_it_was(desk: Desk, value: str) -> None:
    desk.accounts(f"Account ID,Account Name,Segment\nA1,,{value}\n")
    cell = desk.rejected().splitlines()[1].split(",")[2]
    assert cell == (value if value.startswith("'") else f"'{value}")
    again = desk.rejected().replace("A1,,", "A1,Acme,")
    assert desk.accounts(again).exit_code == 0
    assert desk.account("Acme").segment == value.strip()


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://desk.example/1?a=1&copy=2", True),
        ("javascript:alert(1)", False),
        ("<!channel>", False),
        ("x|y", False),
    ],
)
def test_only_a_web_address_is_kept_as_a_link(desk: Desk, link: str, kept: bool) -> None:
    desk.accounts("Account Name\nAcme\n")
    summary = desk.bring(TICKETS, f"Ticket ID,Company,Created At,URL\n1,Acme,2026-11-20,{link}\n")
    assert (touches(desk)[0].permalink, len(summary.tally.links)) == ((link, 0) if kept else ("", 1))


def test_an_outcome_says_whether_a_call_or_meeting_came_about(desk: Desk) -> None:
    desk.accounts("Account Name\nAcme\n")
    summary = desk.bring(
        TOUCHPOINTS,
        "Activity ID,Account Name,Date,Type,Outcome,Subject\n"
        "1,Acme,2026-11-20,Call,Connected,Renewal\n2,Acme,2026-11-20,Call,No Answer,Renewal\n"
        "3,Acme,2026-11-20,Meeting,No show,QBR\n4,Acme,2026-11-20,Meeting,Cancelled,QBR\n"
        "5,Acme,2026-11-20,Email,Bounced,Offer\n6,Acme,2026-11-20,Anruf,Nicht erreicht,Angebot\n",
    )
    assert [touch.source_key for touch in touches(desk)] == ["activity:1"]
    assert (summary.tally.created, touches(desk)[0].churn_word) == (1, "")


@pytest.mark.parametrize(("word", "status"), [("Void", "ended"), ("Beendet", "ended"), ("Résilié", "ended")])
def test_a_status_word_that_says_a_contract_is_over_ends_it(desk: Desk, word: str, status: str) -> None:
    desk.contracts(f"Id,Status,Account Name,End Date\nK1,{word},Acme,2027-03-01\n")
    assert desk.contract("K1").status == status


@pytest.mark.parametrize("word", ["Deleted", "Archived", "Gelöscht"])
def test_a_status_word_for_a_record_that_was_thrown_away_imports_nothing(desk: Desk, word: str) -> None:
    summary = desk.contracts(f"Id,Status,Account Name,End Date\nK1,{word},Acme,2027-03-01\n")
    assert (summary.tally.deleted, desk.all_contracts()) == (1, [])


def test_the_terms_of_a_subscription_tool_and_the_stages_of_deals_are_read(desk: Desk) -> None:
    desk.contracts(
        "Subscription Id,Customer Company,Status,MRR (in cents),Currency,Current Term Start,Current Term End\n"
        "S1,Acme,active,120000,EUR,2026-01-01 00:00:00,2027-01-01 00:00:00\n"
    )
    desk.contracts("Record ID,Deal Name,Deal Stage,Company,Contract end date\n7,Beta,Closed Lost,Beta,2027-01-04\n")
    assert (desk.contract("S1").renewal_date, desk.contract("S1").value) == (date(2027, 1, 1), Decimal(14400))
    assert desk.contract("7").status == "ended"


def test_a_unit_in_a_column_of_its_own_counts_for_the_number_beside_it(desk: Desk) -> None:
    desk.contracts(
        "Contract Number,Account Name,Start Date,Term,Term Unit,Notice Period,Notice Period Unit\n"
        "K1,Acme,2026-05-31,3,Years,10,Business Days\nK2,Beta,2026-05-31,12,,6,Weeks\n"
    )
    one, other = desk.contract("K1"), desk.contract("K2")
    assert (one.term_months, one.notice) == (36, "10 working days")
    assert (other.term_months, other.notice) == (12, "6 weeks")


def test_a_renewal_term_that_only_dates_leave_open_is_counted_as_assumed(desk: Desk) -> None:
    summary = desk.contracts(
        "Contract Number,Account Name,Start Date,End Date,Auto Renew\nK1,Acme,2026-01-01,2026-12-31,Yes\n"
    )
    assert summary.tally.assumed_terms == 1
