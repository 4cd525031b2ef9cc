"""Terms, notice and price rises of a file: read as the contract words them, on 28 November 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.core.durations import Unit
from bot.core.notice import NoticePeriod, PeriodEnd
from bot.importing.contract_status import ContractTerms
from bot.models import Contract, Workspace
from tests.factories import make_account, make_member
from tests.importing.conftest import Desk
from tests.importing.test_accounts import counts

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.now = NOW
    return desk


def notice_of(contract: Contract) -> NoticePeriod:
    return NoticePeriod.of(contract.notice_days, contract.notice)


@pytest.mark.parametrize(
    ("words", "period", "deadline"),
    [
        ("3 months", NoticePeriod(3, Unit.MONTH), date(2027, 2, 28)),
        ("3 Monate", NoticePeriod(3, Unit.MONTH), date(2027, 2, 28)),
        ("1 quarter", NoticePeriod(1, Unit.QUARTER), date(2027, 2, 28)),
        ("90", NoticePeriod(90), date(2027, 3, 2)),
        ("P2W", NoticePeriod(2, Unit.WEEK), date(2027, 5, 17)),
        ("6 weeks to the end of the quarter", NoticePeriod(6, Unit.WEEK, PeriodEnd.QUARTER), date(2027, 2, 17)),
    ],
)
def test_notice_keeps_its_unit_and_is_counted_on_the_calendar(
    desk: Desk, words: str, period: NoticePeriod, deadline: date
) -> None:
    text = f"Contract Number,Account Name,Start Date,End Date,Notice Period\nN-1,Aa,2026-06-01,2027-05-31,{words}\n"
    desk.contracts(text)
    contract = desk.contract("N-1")
    assert (notice_of(contract), contract.deadline) == (period, deadline)
    assert counts(desk.contracts(text)) == (0, 0, 1, 0)


def test_working_days_leave_out_the_holidays_and_the_weekend_of_the_accounts_country(desk: Desk) -> None:
    desk.accounts("Account ID,Account Name,Country\nA1,Acme,DE\nA2,Beta,SA\n")
    desk.contracts(
        "Contract ID,Account ID,End Date,Notice Period\nK1,A1,2027-01-04,5 working days\nK2,A2,2027-01-04,5 workdays\n"
    )
    # In Germany 1 January is none; in Saudi Arabia people rest on Friday and Saturday, and work on Sunday.
    assert [desk.contract(k).deadline for k in ("K1", "K2")] == [date(2026, 12, 24), date(2026, 12, 28)]


def test_a_first_and_a_renewal_term_are_two(desk: Desk) -> None:
    header = "Contract Number,Account Name,Start Date,End Date,Contract Term,Renewal Term,Auto Renew,Contract Value\n"
    desk.contracts(f"{header}K-1,Nordlicht,2020-08-01,2023-07-31,36,12,Yes,36000\n")
    contract = desk.contract("K-1")
    assert (contract.renewal_date, contract.term_months) == (date(2027, 7, 31), 12)
    assert (contract.first_term_months, contract.renewal_term_months, contract.value) == (36, 12, Decimal(12000))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Initial Term (months)", "Renewal Term (months)"),
        ("Mindestlaufzeit", "Verlängerung"),
        ("Durée initiale", "Reconduction"),
        ("Plazo inicial", "Prórroga"),
    ],
)
def test_both_terms_are_known_by_their_headers(desk: Desk, first: str, second: str) -> None:
    desk.contracts(f"Contract ID,Account Name,Start Date,{first},{second}\nK1,Aa,2025-02-01,24,6\n")
    contract = desk.contract("K1")
    assert (contract.first_term_months, contract.renewal_term_months) == (24, 6)
    assert (contract.renewal_date, contract.term_months) == (date(2027, 2, 1), 24)


def test_a_renewal_term_alone_leaves_the_first_to_the_dates(desk: Desk) -> None:
    desk.contracts(
        "Contract Number,Account Name,Start Date,End Date,Renewal Term,Contract Value\n"
        "K-2,Westhafen,2024-08-01,2027-07-31,12,90000\n"
    )
    contract = desk.contract("K-2")
    assert (contract.first_term_months, contract.renewal_term_months, contract.value) == (36, 12, Decimal(30000))


def test_a_first_term_alone_renews_for_a_year_as_assumed_and_the_summary_says_so(desk: Desk) -> None:
    summary = desk.contracts("Contract ID,Account Name,Start Date,Term\nK1,Aa,2020-03-01,36\n")
    assert desk.contract("K1").renewal_date == date(2027, 3, 1)
    assert summary.tally.assumed_terms == 1


@pytest.mark.parametrize(
    ("dates", "stated", "months", "renewal", "value"),
    [
        ("2025-01-01,2025-12-31", "11", 12, date(2026, 12, 31), 12000),
        ("2026-01-01,2026-06-30", "5", 6, date(2026, 12, 31), 24000),
        ("2026-03-01,2027-02-28", "13", 12, date(2027, 2, 28), 12000),
    ],
)
def test_the_dates_are_right_where_a_stated_term_is_a_month_off(
    desk: Desk, dates: str, stated: str, months: int, renewal: date, value: int
) -> None:
    header = "Id,Account Name,StartDate,EndDate,ContractTerm,Contract Value,Auto Renew\n"
    summary = desk.contracts(f"{header}Q,Aa,{dates},{stated},12000,Yes\n")
    contract = desk.contract("Q")
    assert (contract.first_term_months, contract.renewal_date, contract.value) == (months, renewal, Decimal(value))
    assert not summary.tally.readings


def test_a_larger_contradiction_is_named(desk: Desk) -> None:
    summary = desk.contracts("Id,Account Name,StartDate,EndDate,ContractTerm\nQ,Aa,2026-01-01,2026-12-31,24\n")
    assert dict(summary.tally.readings) == {"a term of 24 months where the dates span 12: 24 months counted": 1}


@pytest.mark.parametrize(
    ("start", "end", "renewal"),
    [
        ("2025-01-01", "2025-06-30", date(2026, 12, 31)),
        ("2026-04-01", "2026-06-30", date(2026, 12, 31)),
        ("2026-01-01", "2026-02-28", date(2026, 12, 31)),
        ("2023-03-01", "2024-02-29", date(2027, 2, 28)),
        ("", "2026-06-30", date(2027, 6, 30)),
    ],
)
def test_month_ends_stay_month_ends(desk: Desk, start: str, end: str, renewal: date) -> None:
    desk.contracts(f"Contract Number,Account Name,Start Date,End Date,Auto Renew\nD,Aa,{start},{end},Yes\n")
    assert desk.contract("D").renewal_date == renewal


@pytest.mark.parametrize("column", ["Renewal Date", "Next Renewal Date", "End Date", "Expiry Date"])
@pytest.mark.parametrize("amount", ["Total Contract Value", "TCV", "Gesamtvertragswert"])
def test_a_total_value_is_the_terms_whatever_the_dates_column_is_called(desk: Desk, column: str, amount: str) -> None:
    desk.contracts(f"Contract ID,Account Name,Contract Start,{column},{amount}\nK1,Acme,2025-01-01,2028-01-01,90000\n")
    assert (desk.contract("K1").value, desk.contract("K1").term_months) == (Decimal(30000), 36)


@pytest.mark.parametrize(
    ("header", "cell", "months"), [("Term (years)", "3", 36), ("Laufzeit (Monate)", "24", 24), ("Term", "P1Y", 12)]
)
def test_the_unit_of_a_term_is_read_off_its_header_or_its_cell(desk: Desk, header: str, cell: str, months: int) -> None:
    desk.contracts(f"Contract ID,Account Name,Start Date,{header}\nK1,Aa,2026-05-31,{cell}\n")
    assert desk.contract("K1").first_term_months == months


@pytest.mark.parametrize("mapping", [None, {"Frist (Monate)": "notice_days"}])
def test_the_unit_of_notice_is_read_off_its_header_mapped_or_not(desk: Desk, mapping: dict[str, str] | None) -> None:
    desk.contracts("Contract ID,Account Name,End Date,Frist (Monate)\nK1,Aa,2027-05-31,3\n", mapping=mapping or {})
    assert desk.contract("K1").deadline == date(2027, 2, 28)


def test_the_summary_says_how_unclear_notice_was_read(desk: Desk) -> None:
    summary = desk.contracts("Contract ID,Account Name,End Date,Notice Period\nK1,Aa,2027-05-31,3\n")
    assert dict(summary.tally.readings) == {"notice read as 3 months": 1}
    assert desk.contract("K1").deadline == date(2027, 2, 28)


def test_a_price_rise_comes_in_with_its_cap_and_its_own_notice_and_a_blank_cell_keeps_it(desk: Desk) -> None:
    header = "Contract ID,Account Name,End Date,Price Increase,Price Increase Cap,Price Increase Notice\n"
    desk.contracts(f"{header}K1,Aa,2027-05-31,CPI + 1%,5%,60 days\n")
    assert desk.contract("K1").price_rise == "CPI + 1%, at most 5%, announced 60 days before"
    assert counts(desk.contracts(f"{header}K1,Aa,2027-06-30,,,\n")) == (0, 1, 0, 0)
    assert desk.contract("K1").price_rise == "CPI + 1%, at most 5%, announced 60 days before"
    summary = desk.contracts(f"{header}K2,Aa,2027-05-31,as agreed,,\n")
    assert (counts(summary), list(summary.tally.readings)) == ((1, 0, 0, 0), ["price rise 'as agreed' not read"])


def test_three_months_that_came_in_as_days_are_mended_by_the_same_file(desk: Desk) -> None:
    text = "Contract ID,Account Name,Start Date,End Date,Notice Period\nK1,Aa,2026-06-01,2027-05-31,3 months\n"
    desk.contracts(text)
    with desk.db.transaction() as session:
        contract = session.merge(desk.contract("K1"))
        older = ContractTerms(
            False, "recurring", date(2026, 6, 1), date(2027, 5, 31), None, None, None, 90, None, False, False
        )
        contract.notice_days, contract.notice, contract.deadline = 90, None, date(2027, 3, 2)
        contract.row_digest = older.digest + contract.row_digest[20:]
    assert counts(desk.contracts(text)) == (0, 1, 0, 0)
    assert (desk.contract("K1").notice, desk.contract("K1").deadline) == ("3 months", date(2027, 2, 28))


def test_a_contract_stands_on_the_day_where_its_owner_is(desk: Desk) -> None:
    desk.now = datetime(2026, 12, 1, 1, tzinfo=UTC)
    with desk.db.transaction() as session:
        workspace = session.get(Workspace, desk.workspace_id)
        assert workspace is not None
        for name, zone in (("West", "America/Los_Angeles"), ("East", "Asia/Tokyo")):
            make_account(session, workspace, name=name, owner_id=make_member(session, workspace, timezone=zone).id)
    desk.contracts(
        "Contract ID,Account Name,Start Date,End Date,Auto Renew\n"
        "W,West,2025-12-01,2026-11-30,yes\nE,East,2025-12-01,2026-11-30,yes\n"
    )
    # At one in the morning in London it is still 30 November in Los Angeles.
    assert desk.contract("W").renewal_date == date(2026, 11, 30)
    assert desk.contract("E").renewal_date == date(2027, 11, 30)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("End Date", "evergreen"),
        ("End Date", "12/31/9999"),
        ("Term", "Evergreen"),
        ("Contract Type", "Evergreen"),
        ("Evergreen", "yes"),
    ],
)
def test_a_contract_that_has_no_end_and_no_term_has_no_renewal_date(desk: Desk, column: str, cell: str) -> None:
    desk.contracts(f"Contract ID,Account Name,Start Date,{column}\nK1,Aa,2025-03-01,{cell}\n")
    contract = desk.contract("K1")
    assert (contract.status, contract.renewal_date, contract.is_evergreen) == ("active", None, True)


def test_a_cancel_by_date_of_whole_months_is_not_late_in_later_terms(desk: Desk) -> None:
    text = "Contract ID,Account Name,End Date,Cancel By,Auto Renew,Term\nK1,Aa,{},2027-03-31,yes,6\n"
    desk.contracts(text.format("2027-06-30"))
    assert desk.contract("K1").deadline == date(2027, 3, 31)
    assert notice_of(desk.contract("K1")).before(date(2027, 12, 31), True) <= date(2027, 9, 30)
    assert notice_of(desk.contract("K1")).before(date(2027, 12, 31), True) >= date(2027, 9, 30) - timedelta(days=3)
