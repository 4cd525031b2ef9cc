"""The proof sheet: its figures counted by hand, and nothing of a single customer in it, whatever they are called."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.accounts.events import ContractsWritten
from bot.core import events
from bot.db.engine import Database
from bot.db.work import Work
from bot.metrics.rules.rates import Rates
from bot.models import Account, Contract, ContractState, Member, PulseRound, Touchpoint, Workspace
from bot.proof.facts import FEWEST, ProofSheet
from bot.proof.markdown import TOO_FEW, markdown, number
from bot.proof.picture import picture
from bot.proof.rules import average, is_enough, months_until, total_of
from bot.proof.sheet import proof_sheet
from tests.factories import make_account, make_contract, make_member, make_renewal, make_teammate, make_workspace
from tests.scenes.learning import make_check, make_promise, make_round, make_touch

DAY = date(2026, 6, 30)
MONTHS = 12


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def kept_customers(db: Database, how_many: int, tier: str = "enterprise") -> int:
    """So many customers of a year, with what each of them got. Gives the workspace's number."""
    with db.transaction() as session:
        workspace = make_workspace(session, currency="EUR")
        owner = make_member(session, workspace, "Wilhelmina Featherstone")
        for place in range(how_many):
            account = make_account(session, workspace, f"Customer {place}", tier=tier, owner_id=owner.id)
            make_teammate(session, account, owner)
            work = Work(session, workspace.id, at(2025, 1, 1))
            contract = make_contract(
                session, account, date(2027, 1, 1), start_date=date(2025, 1, 1), value=Decimal(1000)
            )
            events.publish(work, ContractsWritten([contract.id], "imported"))
            make_renewal(session, account, date(2026, 5, 31))
            if place % 2 == 0:
                make_touch(session, account, at(2026, 3, 1), contact="Zacharias Vandermolen")  # 91 days ahead
            make_touch(session, account, at(2026, 6, 1))
            make_touch(session, account, at(2026, 6, 2))
            make_touch(session, account, at(2026, 6, 3), is_note=True)
            make_touch(session, account, at(2026, 6, 3), kind="ticket")
            make_touch(session, account, at(2026, 6, 3), deleted_at=at(2026, 6, 4))
            make_check(session, account, at(2026, 4, 1))
            make_promise(session, account, "kept", at(2026, 2, 1), date(2026, 2, 1))
            make_promise(session, account, "broken" if place == 0 else "dropped", at(2026, 2, 1), date(2026, 2, 1))
            session.get_one(PulseRound, make_round(session, account, 80, at(2026, 5, 1))).heard = 2
        return workspace.id


def sheet_of(db: Database, workspace_id: int, day: date = DAY) -> ProofSheet:
    with Work.reading(db, workspace_id, at(2026, 7, 1)) as work:
        return proof_sheet(work, day, Rates("EUR"))


def figures(sheet: ProofSheet) -> dict[str, str]:
    return {one.name: one.value for one in sheet.figures}


def test_the_figures_are_those_that_one_counts_by_hand(any_db: Database) -> None:
    sheet = sheet_of(any_db, kept_customers(any_db, 6))
    assert figures(sheet) == {
        "Net revenue retention": "100.0 %",
        "Gross revenue retention": "100.0 %",
        "Renewals first touched at least 60 days ahead": "50.0 %",
        "Pulses heard from a customer, a quarter": "0.50",
        "Promises kept": "85.7 %",  # 6 of 7: those that were dropped are out
        # Every 30 days since they came on 2 March: of four, the one that fell due at the end of June was met.
        "In touch on time": "25.0 %",
    }
    enterprise, mid, small = sheet.tiers
    assert enterprise.months[0].first == date(2025, 7, 1)
    by_month = {month.first: (month.touches, month.heard, month.reviews) for month in enterprise.months}
    assert by_month[date(2026, 6, 1)] == (2.0, 0.0, 0.0)
    assert by_month[date(2026, 3, 1)] == (0.5, 0.0, 0.0)
    assert by_month[date(2026, 5, 1)] == (0.0, 2.0, 0.0)
    assert by_month[date(2026, 4, 1)] == (0.0, 0.0, 1.0)
    assert {month.touches for month in (*mid.months, *small.months)} == {None}
    assert (sheet.since, sheet.day) == (date(2025, 7, 1), DAY)


@pytest.mark.parametrize(("customers", "is_shown"), [(FEWEST - 1, False), (FEWEST, True)])
def test_what_fewer_than_five_customers_stand_behind_is_not_shown(db: Database, customers: int, is_shown: bool) -> None:
    sheet = sheet_of(db, kept_customers(db, customers))
    assert {bool(value) for value in figures(sheet).values()} == {is_shown}
    assert all((month.touches is not None) is is_shown for month in sheet.tiers[0].months)
    words = markdown(sheet)
    assert "100.0 %" in words if is_shown else "%" not in words.partition("## In figures")[2]
    assert TOO_FEW in words and TOO_FEW in picture(sheet)


def test_a_currency_that_few_pay_in_is_not_even_named(db: Database) -> None:
    workspace_id = kept_customers(db, 6)
    with db.transaction() as session:
        account = make_account(session, session.get_one(Workspace, workspace_id), "Fjord")
        contract = make_contract(session, account, start_date=date(2025, 1, 1), currency="NOK")
        events.publish(Work(session, workspace_id, at(2025, 1, 1)), ContractsWritten([contract.id], "imported"))
    sheet = sheet_of(db, workspace_id)
    assert "NOK" not in markdown(sheet) + picture(sheet)
    assert figures(sheet)["Net revenue retention"] == "100.0 %"


ORDINARY = ("Promises", "Touches", "a", "customer", "The", "Mid", "Enterprise", "12", "100.0 %", "Jun", "EUR", "us")
names = st.one_of(
    st.sampled_from(ORDINARY),
    st.text(min_size=1, max_size=40),
    st.builds(lambda one, two: f"{one} {two}", st.sampled_from(ORDINARY), st.sampled_from(ORDINARY)),
    st.sampled_from(("| Figure |", "<script>alert(1)</script>", "]]>", "&amp;", "# Heading", "Acme", "Acme Robotics")),
)


@pytest.fixture
def six(db: Database) -> tuple[Database, int, str, str]:
    """Six customers, and the sheet as it is with the names they began with."""
    workspace_id = kept_customers(db, 6)
    sheet = sheet_of(db, workspace_id)
    return db, workspace_id, markdown(sheet), picture(sheet)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(names, min_size=6, max_size=6), names, st.integers(2, 10**5))
def test_neither_names_nor_people_nor_amounts_change_a_letter_of_it(
    six: tuple[Database, int, str, str], called: list[str], person: str, times: int
) -> None:
    """What does not depend on them cannot give them away, even where a name is a word that the sheet has anyway."""
    db, workspace_id, before, drawn = six
    with db.transaction() as session:
        accounts = session.query(Account).filter_by(workspace_id=workspace_id).order_by(Account.id)
        for account, name in zip(accounts, called, strict=True):
            account.name, account.segment, account.industry = name, name, name
        for member in session.query(Member).filter_by(workspace_id=workspace_id):
            member.name = person
        for touch in session.query(Touchpoint).filter_by(workspace_id=workspace_id):
            touch.contact, touch.words = person, person
        for contract in session.query(Contract).filter_by(workspace_id=workspace_id):
            contract.value, contract.name = Decimal(times), person
        for state in session.query(ContractState).filter_by(workspace_id=workspace_id):
            state.value, state.change = Decimal(times), Decimal(times)
    sheet = sheet_of(db, workspace_id)
    assert (markdown(sheet), picture(sheet)) == (before, drawn)


def test_the_names_of_the_book_are_in_neither(six: tuple[Database, int, str, str]) -> None:
    _, _, words, drawn = six
    for name in ("Wilhelmina", "Featherstone", "Zacharias", "Vandermolen", "Customer 0", "Customer 5", "1000", "1,000"):
        assert name not in words and name not in drawn


def test_the_picture_is_well_formed_and_tells_what_the_sheet_tells(six: tuple[Database, int, str, str]) -> None:
    _, _, words, drawn = six
    root = ET.fromstring(drawn)
    said = [element.text for element in root.iter() if element.text and element.text.strip()]
    for value in ("100.0 %", "50.0 %", "85.7 %", "0.50"):
        assert value in said and f"| {value} |" in words
    assert "Jul" in said and "Touches: 4.5 a year" not in said and "Touches: 2.5 a year" in said


def test_every_row_of_the_calendar_is_as_wide_as_its_head(six: tuple[Database, int, str, str]) -> None:
    table = [line for line in six[2].splitlines() if line.startswith("| Touches") or line.startswith("|  |")]
    assert len(table) == 2 and {line.count("|") for line in table} == {MONTHS + 3}


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_calendar_has_twelve_whole_months_that_are_over(day: date) -> None:
    months = months_until(day)
    assert len(set(months)) == MONTHS and list(months) == sorted(months)
    assert all(one.day == 1 for one in months)
    after = (months[-1] + timedelta(days=32)).replace(day=1)
    assert after <= day + timedelta(days=1) and day - after < timedelta(days=31)


@given(st.integers(0, 10**6), st.integers(0, 50))
def test_an_average_is_there_only_where_enough_are_behind_it_and_is_never_shown_as_none(
    total: int, accounts: int
) -> None:
    found = average(total, accounts)
    assert (found is None) == (accounts < FEWEST) == (not is_enough(accounts))
    if found:
        assert number(found) != "0.0"
    assert total_of([found, None]) is None
