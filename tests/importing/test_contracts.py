"""Contracts in: made, brought up to date, left alone, and their renewals planned."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from bot.errors import Refused
from bot.importing.rules.dates import DateOrder
from bot.models import Account, Contract, Renewal, Workspace
from tests.factories import make_member
from tests.importing.conftest import Desk
from tests.importing.test_accounts import counts

ACCOUNTS = "Account ID,Account Name,Currency\nA1,Acme,\nA2,Beta,CHF\n"
FILE = (
    "Contract ID,Account ID,Start Date,Contract End,ARR,Auto Renew,Notice Days\n"
    "C1,A1,2025-07-01,2026-06-30,12000,no,60\n"
    "C2,A2,2025-01-15,,$5000,yes,\n"
)


def test_the_same_file_twice_changes_nothing(any_desk: Desk) -> None:
    any_desk.accounts(ACCOUNTS)
    assert counts(any_desk.contracts(FILE)) == (2, 0, 0, 0)
    assert counts(any_desk.contracts(FILE)) == (0, 0, 2, 0)
    first, second = any_desk.contract("C1"), any_desk.contract("C2")
    assert (first.renewal_date, first.deadline) == (date(2026, 6, 30), date(2026, 5, 1))
    assert (first.value, first.currency, first.auto_renew, first.status) == (Decimal(12000), "EUR", False, "active")
    assert (second.renewal_date, second.term_months, second.auto_renew) == (date(2027, 1, 15), 12, True)
    assert (second.value, second.currency) == (Decimal(5000), "USD")


def test_the_same_file_a_year_later_still_changes_nothing(desk: Desk) -> None:
    desk.accounts(ACCOUNTS)
    desk.contracts(FILE)
    desk.now += timedelta(days=400)
    assert counts(desk.contracts(FILE)) == (0, 0, 2, 0)


def test_a_changed_file_changes_what_it_changes(any_desk: Desk) -> None:
    any_desk.accounts(ACCOUNTS)
    any_desk.contracts(FILE)
    summary = any_desk.contracts(FILE.replace("12000", "15000").replace("2026-06-30", "2026-09-30"))
    assert counts(summary) == (0, 1, 1, 0)
    changed = any_desk.contract("C1")
    assert (changed.value, changed.renewal_date, changed.deadline) == (
        Decimal(15000),
        date(2026, 9, 30),
        date(2026, 8, 1),
    )


def test_another_way_to_write_the_same_is_no_change(desk: Desk) -> None:
    desk.accounts(ACCOUNTS)
    desk.contracts(FILE)
    assert counts(desk.contracts(FILE.replace("12000", "EUR 12 000.00").replace("2026-06-30", "30 Jun 2026"))) == (
        0,
        0,
        2,
        0,
    )


def test_a_contract_that_is_gone_from_the_file_stays(desk: Desk) -> None:
    desk.accounts(ACCOUNTS)
    desk.contracts(FILE)
    desk.contracts("\n".join(FILE.splitlines()[:2]) + "\n")
    assert len(desk.all_contracts()) == 2


def test_a_renewal_that_a_person_moved_is_not_moved_back(any_desk: Desk) -> None:
    any_desk.accounts(ACCOUNTS)
    any_desk.contracts(FILE)
    with any_desk.db.transaction() as session:
        dana = make_member(session, session.get_one(Workspace, any_desk.workspace_id))
        contract = session.scalars(select(Contract).where(Contract.external_id == "C1")).one()
        contract.renewal_date, contract.deadline, contract.moved_by_id = date(2026, 8, 31), date(2026, 7, 2), dana.id
    any_desk.contracts(FILE.replace("12000", "13000"))
    any_desk.contracts(FILE.replace("12000", "14000").replace("no,60", "no,30"))
    moved = any_desk.contract("C1")
    assert (moved.renewal_date, moved.deadline, moved.value) == (date(2026, 8, 31), date(2026, 8, 1), Decimal(14000))


def test_what_the_bot_has_rolled_on_is_not_rolled_back_by_a_stale_file(desk: Desk) -> None:
    desk.accounts(ACCOUNTS)
    desk.contracts(FILE)
    with desk.db.transaction() as session:
        contract = session.scalars(select(Contract).where(Contract.external_id == "C1")).one()
        contract.renewal_date, contract.deadline = date(2027, 6, 30), date(2027, 5, 1)
    desk.now += timedelta(days=200)
    desk.contracts(FILE.replace("12000", "13000"))
    desk.contracts(FILE.replace("no,60", "no,30"))
    rolled = desk.contract("C1")
    assert (rolled.status, rolled.renewal_date, rolled.deadline) == ("active", date(2027, 6, 30), date(2027, 5, 31))
    desk.contracts(FILE.replace("2026-06-30", "2027-12-31"))
    assert desk.contract("C1").renewal_date == date(2027, 12, 31)


def test_a_moved_contract_that_the_file_calls_off_has_ended(desk: Desk) -> None:
    desk.accounts(ACCOUNTS)
    head = "Contract ID,Account ID,End Date,Churned\n"
    desk.contracts(f"{head}C1,A1,2026-12-31,no\n")
    with desk.db.transaction() as session:
        contract = session.scalars(select(Contract)).one()
        contract.moved_by_id = make_member(session, session.get_one(Workspace, desk.workspace_id)).id
    desk.contracts(f"{head}C1,A1,2026-12-31,yes\n")
    assert desk.contract("C1").status == "ended"


def test_trials_and_churned_ones_are_kept_and_are_not_active(desk: Desk) -> None:
    desk.accounts(ACCOUNTS)
    summary = desk.contracts(
        "Contract ID,Account ID,Start Date,End Date,Trial,Churned,Status,ARR\n"
        "C1,A1,2025-01-01,,yes,no,,0\nC2,A1,2025-01-01,2026-12-31,no,yes,,5\nC3,A1,2025-01-01,,,,Cancelled,5\n"
        "C4,A1,2024-01-01,2025-01-01,,,,5\nC5,A1,2025-01-01,,,,Active,7\n"
    )
    assert counts(summary) == (5, 0, 0, 0)
    assert (summary.tally.trials, summary.tally.ended, summary.tally.values) == (1, 3, {"EUR": Decimal(7)})
    assert [c.status for c in desk.all_contracts()] == ["trial", "ended", "ended", "ended", "active"]


def test_a_trial_that_was_won_becomes_active_and_a_lost_contract_ends(desk: Desk) -> None:
    desk.accounts(ACCOUNTS)
    head = "Contract ID,Account ID,End Date,Trial,Churned\n"
    desk.contracts(f"{head}C1,A1,2026-12-31,yes,no\nC2,A1,2026-12-31,no,no\n")
    assert counts(desk.contracts(f"{head}C1,A1,2026-12-31,no,no\nC2,A1,2026-12-31,no,yes\n")) == (0, 2, 0, 0)
    assert [c.status for c in desk.all_contracts()] == ["active", "ended"]


def test_renewals_are_planned_for_what_came_in_and_end_with_their_contracts(any_desk: Desk) -> None:
    any_desk.accounts(ACCOUNTS)
    assert any_desk.contracts(FILE).tally.renewals_created == 2
    summary = any_desk.contracts(FILE.replace("Notice Days", "Churned").replace("no,60", "no,yes"))
    assert (summary.tally.renewals_created, summary.tally.renewals_ended) == (0, 1)
    with any_desk.db.reading() as session:
        assert session.scalar(select(func.count(Renewal.id)).where(Renewal.closed_at.is_(None))) == 1


def test_an_account_nobody_knows_is_made_from_its_name(any_desk: Desk) -> None:
    text = 'Customer,Renewal Date,Amount\nAcme Inc.,2026-12-31,100\nBeta,2026-11-30,\n"ACME, Inc",2026-12-31,5\n'
    summary = any_desk.contracts(text)
    assert counts(summary) == (2, 0, 0, 1)
    assert summary.tally.accounts_created == 2
    assert "Line 2 is the same contract. Give contracts an id" in any_desk.rejected()
    assert counts(any_desk.contracts(text)) == (0, 0, 2, 1)
    assert any_desk.contracts(text).tally.accounts_created == 0


def test_an_account_nobody_can_know_is_rejected_with_what_to_do(desk: Desk) -> None:
    assert counts(desk.contracts("Contract ID,Account ID,End Date\nC1,A9,2026-12-31\nC2,,2026-12-31\n")) == (0, 0, 0, 2)
    assert "No account has the id 'A9'. Import accounts first" in desk.rejected()
    assert "The row names no account." in desk.rejected()


def test_an_account_made_by_name_takes_the_id_that_a_contract_brings(desk: Desk) -> None:
    desk.contracts("Customer,Contract ID,End Date\nAcme,C1,2026-12-31\n")
    desk.contracts("Account ID,Customer,Contract ID,End Date\nA1,Acme,C2,2026-12-31\nA2,Gamma,C3,2026-12-31\n")
    with desk.db.reading() as session:
        known = {tuple(row) for row in session.execute(select(Account.external_id, Account.name))}
        assert known == {("A1", "Acme"), ("A2", "Gamma")}


def test_without_an_id_account_start_and_name_say_which_contract_it_is(any_desk: Desk) -> None:
    head = "Customer,Product,Start Date,Renewal Date,Amount\n"
    any_desk.contracts(f"{head}Acme,Gold,2025-01-01,2026-12-31,100\nAcme,Silver,2025-01-01,2026-12-31,50\n")
    summary = any_desk.contracts(f"{head}Acme,gold,2025-01-01,2026-12-31,120\nAcme,Gold,2026-01-01,2026-12-31,1\n")
    assert counts(summary) == (1, 1, 0, 0)
    assert sorted(c.value for c in any_desk.all_contracts() if c.value) == [Decimal(1), Decimal(50), Decimal(120)]


def test_files_with_and_without_ids_mean_the_same_contracts(desk: Desk) -> None:
    with_ids = "Contract ID,Customer,Product,Start Date,Renewal Date\nC1,Acme,Gold,2025-01-01,2026-12-31\n"
    without = (
        "Customer,Product,Start Date,Renewal Date\nAcme,Gold,2025-01-01,2026-12-31\nBeta,Gold,2025-01-01,2026-12-31\n"
    )
    desk.contracts(with_ids)
    assert counts(desk.contracts(without)) == (1, 0, 1, 0)
    assert counts(desk.contracts(with_ids.replace("C1,Acme", "C2,Beta"))) == (0, 1, 0, 0)
    assert sorted(c.external_id for c in desk.all_contracts()) == ["C1", "C2"]


def test_amounts_are_kept_as_a_year_s_worth(desk: Desk) -> None:
    desk.accounts(ACCOUNTS)
    desk.contracts("Contract ID,Account ID,Start Date,Term,Total Contract Value,MRR\nC1,A1,2025-06-01,3 years,36000,\n")
    desk.contracts("Contract ID,Account ID,Start Date,MRR\nC2,A2,2025-06-01,100\nC3,A2,2025-06-01,\n")
    assert [(c.value, c.currency) for c in desk.all_contracts()] == [
        (Decimal(12000), "EUR"),
        (Decimal(1200), "CHF"),
        (None, None),
    ]


def test_the_stated_currency_goes_for_bare_amounts_of_accounts_without_one(desk: Desk) -> None:
    desk.accounts(ACCOUNTS)
    desk.contracts("Contract ID,Account ID,End Date,ARR\nC1,A1,2026-12-31,5\nC2,A2,2026-12-31,5\n", currency="GBP")
    assert [c.currency for c in desk.all_contracts()] == ["GBP", "CHF"]


def test_a_file_without_amounts_leaves_the_amounts_alone(desk: Desk) -> None:
    desk.accounts(ACCOUNTS)
    desk.contracts(FILE)
    assert counts(desk.contracts("Contract ID,Account ID,Contract End\nC1,A1,2026-07-31\n")) == (0, 1, 0, 0)
    assert (desk.contract("C1").value, desk.contract("C1").renewal_date) == (Decimal(12000), date(2026, 7, 31))


@pytest.mark.parametrize(
    ("dates", "order"),
    [(["23-12-2026", "01-02-2027"], DateOrder.DMY), (["12/23/2026", "02/01/2027"], DateOrder.MDY)],
)
def test_the_order_of_dates_is_read_off_the_whole_column(desk: Desk, dates: list[str], order: DateOrder) -> None:
    summary = desk.contracts("".join(["Customer,Renewal Date\n", f"Acme,{dates[1]}\n", f"Beta,{dates[0]}\n"]))
    assert summary.orders == {"end_date": order}
    assert [c.renewal_date for c in desk.all_contracts()] == [date(2027, 2, 1), date(2026, 12, 23)]


def test_dates_that_read_both_ways_are_refused_and_taken_as_stated(desk: Desk) -> None:
    text = "Customer,Renewal Date\nAcme,01/02/2027\nBeta,03/04/2027\n"
    with pytest.raises(Refused, match=r"'Renewal Date'.*--dates dmy\|mdy"):
        desk.contracts(text)
    assert desk.all_contracts() == []
    desk.contracts(text, dates=DateOrder.MDY)
    assert [c.renewal_date for c in desk.all_contracts()] == [date(2027, 1, 2), date(2027, 3, 4)]


def test_a_column_in_two_orders_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"'23-12-2026' and '12-23-2026'"):
        desk.contracts("Customer,Renewal Date\nAcme,23-12-2026\nBeta,12-23-2026\n")


def test_one_unreadable_date_costs_its_row_only(desk: Desk) -> None:
    summary = desk.contracts("Customer,Renewal Date\nAcme,2026-12-23\nBeta,soon\n")
    assert counts(summary) == (1, 0, 0, 1)
    assert "Line 3: Renewal Date: 'soon' is no date" in desk.rejected()


def test_a_file_without_what_is_needed_is_refused_with_its_columns(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"no column for the account's id \(account_external_id\) or.*Konto, Ende.*--map"):
        desk.contracts("Konto,Ende\nAcme,2026-12-23\n")
    desk.contracts("Konto,Ende\nAcme,2026-12-23\n", mapping={"Konto": "account_name", "Ende": "end_date"})
    assert len(desk.all_contracts()) == 1


def test_a_dry_run_tells_all_and_writes_nothing(any_desk: Desk) -> None:
    text = (
        "Customer,Contract ID,Renewal Date\nAcme,C1,2026-12-31\nAcme,C2,2026-12-31\nBeta,C3,never\nBeta,C1,2026-12-31\n"
    )
    summary = any_desk.contracts(text, dry_run=True)
    assert counts(summary) == (2, 0, 0, 2)
    assert summary.tally.accounts_created == 2
    assert any_desk.all_contracts() == []
    with any_desk.db.reading() as session:
        assert session.scalar(select(func.count(Account.id))) == 0


def test_a_dry_run_counts_an_account_of_many_batches_once(desk: Desk) -> None:
    rows = "".join(f"Acme,C{n},2026-12-31\n" for n in range(2500))
    assert desk.contracts(f"Customer,Contract ID,Renewal Date\n{rows}", dry_run=True).tally.accounts_created == 1


def test_a_rejected_file_can_be_mended_and_imported(desk: Desk) -> None:
    desk.contracts("Customer;Renewal Date;Amount\nAcme;2026-12-31;12k\n")
    mended = desk.rejected().replace("12k", "12000", 1)
    summary = desk.contracts(mended)
    assert (counts(summary), summary.unknown) == ((1, 0, 0, 0), ())


def test_cells_that_carry_nothing_cost_no_row(desk: Desk) -> None:
    summary = desk.contracts(
        "Contract ID,Account Name,Start Date,End Date,Amount,Notice Period,Billing,Auto Renew,Term,Description\n"
        "C1,Acme,2026-01-01,NULL,NULL,NULL,NULL,NULL,NULL,\n"
        f"C2,Beta,2026-01-01,2026-12-31, $ -   ,-,Invoice Plan,,N/A,{'word ' * 100}\n"
        "C3,Gamma,2026-01-01,12/31/9999,5,30 days prior,Annual Upfront,yes,Annual Prepaid,\n"
    )
    assert counts(summary) == (3, 0, 0, 0)
    assert [c.renewal_date for c in desk.all_contracts()] == [date(2027, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]


def test_a_billing_word_that_nobody_knows_costs_the_row_only_where_the_term_hangs_on_it(desk: Desk) -> None:
    summary = desk.contracts("Contract ID,Account Name,Start Date,Billing\nC1,Acme,2026-01-01,Invoice Plan\n")
    assert counts(summary) == (0, 0, 0, 1) and "'Invoice Plan' is not a term" in desk.rejected()
