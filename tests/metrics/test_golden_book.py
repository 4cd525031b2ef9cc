"""The golden book, computed by hand, and the wrong answers that it must kill."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.accounts.events import ContractsWritten
from bot.core import events
from bot.db.work import Work
from bot.metrics.messages import retention_lines
from bot.metrics.retention import retention
from bot.metrics.rules.rates import read_rates
from bot.models import Account, Contract, Workspace
from tests.factories import make_account, make_contract, make_workspace

START, DAY = date(2025, 6, 30), date(2026, 6, 30)
RATES = read_rates("USD=0.90@2025-06-01, USD=0.80@2026-06-01", "EUR")


def at(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class Book:
    """Contracts written one after the other, as imports and renewals write them."""

    def __init__(self, db):
        self.db = db
        with db.transaction() as session:
            self.workspace = make_workspace(session).id

    def sold(self, name, value, start, **values):
        with Work.writing(self.db, self.workspace, at(start)) as work:
            account = work.session.scalar(work.select(Account).where(Account.name == name))
            account = account or make_account(work.session, work.session.get(Workspace, self.workspace), name)
            values = {"renewal_date": date(2027, 1, 1), "start_date": start, "value": Decimal(value), **values}
            contract = make_contract(work.session, account, **values)
            events.publish(work, ContractsWritten([contract.id], "imported"))
            return contract.id

    def becomes(self, contract_id, day, cause="imported", **values):
        with Work.writing(self.db, self.workspace, at(day)) as work:
            contract = work.session.get(Contract, contract_id)
            for name, value in values.items():
                setattr(contract, name, value)
            work.session.flush()
            days = {contract_id: day} if cause == "rolled" else {}
            events.publish(work, ContractsWritten([contract_id], cause, days))

    def ended(self, contract_id, last):
        self.becomes(contract_id, last, status="ended", renewal_date=last, is_last_day=True)

    def retention(self, rates=RATES, **more):
        with Work.reading(self.db, self.workspace, at(DAY)) as work:
            return retention(work, DAY, rates, **more)


@pytest.fixture
def book(any_db):
    book = Book(any_db)
    early, middle = date(2024, 3, 1), date(2025, 12, 10)
    book.sold("A", 100, early)
    book.becomes(book.sold("B", 100, early), middle, value=Decimal(130))
    book.becomes(book.sold("C", 100, early), middle, value=Decimal(70))
    book.ended(book.sold("D", 100, early), middle)
    book.ended(book.sold("E", 100, early), date(2025, 9, 10))
    book.sold("E", 100, date(2026, 1, 10))
    book.sold("F", 60, early)
    book.ended(book.sold("F", 40, early), middle)
    book.sold("I", 100, early, currency="USD")
    book.becomes(
        book.sold("J", 100, early, price_rise="5%"), middle, "rolled", value=Decimal(105), renewal_date=date(2027, 2, 1)
    )
    book.sold("G", 200, middle)
    book.ended(book.sold("H", 50, early), date(2025, 3, 10))
    book.sold("H", 50, middle)
    book.becomes(book.sold("K", 100, middle), date(2026, 3, 10), value=Decimal(150))
    return book


def test_the_golden_book_comes_to_what_was_computed_by_hand(book):
    [found] = book.retention()
    assert (found.then, found.now, found.kept) == (790, 655, 620)
    assert round(found.nrr, 2) == 82.91
    assert round(found.nrr_without_rise, 2) == 82.28
    assert round(found.nrr_at_todays_rates, 2) == 81.65
    assert round(found.grr, 2) == 78.48
    assert (found.accounts_now, found.accounts) == (7, 8)


def test_none_of_the_wrong_answers_is_given(book):
    [found] = book.retention()
    assert round(found.nrr, 2) != 89.24, "K was won inside the window"
    assert round(found.grr, 2) != 82.91, "GRR is not the minimum of the sums"
    assert found.then == 790, "neither G nor H is in the cohort"
    assert found.churn == -100, "F still has a contract: its loss is contraction"
    assert found.contraction == -70


def test_the_bridge_leads_from_then_to_now(book):
    [found] = book.retention()
    assert (found.expansion, found.rise, found.fx) == (30, 5, -10)
    assert found.then + found.expansion + found.rise + found.contraction + found.churn == found.now
    assert (found.won_back, found.won) == (50, 350)


def test_five_points_more_are_worth_what_was_computed_by_hand(book):
    """The book is 655 + 50 + 350 = 1055, GRR 620 ÷ 790. A series q + … + q^5 is q (1 − q^5) ÷ (1 − q)."""
    [found] = book.retention()
    kept, better = 620 / 790, 659.5 / 790
    series = [q * (1 - q**5) / (1 - q) for q in (better, kept)]
    assert round(1055 * (series[0] - series[1]), 2) == 467.80
    line = keeping(found)
    assert line.value == "52.75"
    assert line.more == (
        "In a year: five points of the 1,055 that all accounts pay now. Over 5 years 467.80: 1,055 × (83.48 %^k − "
        "78.48 %^k), added up for k = 1 to 5; nothing else changes."
    )


def test_nobody_keeps_more_than_all(book):
    [found] = book.retention()
    near = keeping(replace(found, kept=found.then * 0.98))
    assert near.value == "21.10" and "2.00 points, up to all of the 1,055" in near.more and "100.00 %^k" in near.more
    none = keeping(replace(found, then=0, accounts=0))
    assert none.value == "none" and none.more.startswith("No account had recurring value in EUR on")
    whole = keeping(replace(found, kept=found.then))
    assert whole.value == "none" and whole.more == "Gross retention is 100 %: no more can be kept."


def keeping(found):
    return next(one for one in retention_lines(found) if one.name.startswith("Value of keeping"))


def test_without_a_rate_currencies_stand_apart_and_are_never_added(book):
    euro, dollar = book.retention(read_rates("", "EUR"))
    assert (euro.currency, euro.then, euro.now) == ("EUR", 700, 565)
    assert (dollar.currency, dollar.then, dollar.now, dollar.nrr) == ("USD", 100, 100, 100)


def test_a_contract_counts_on_its_last_day_and_has_gone_the_day_after(book):
    last = book.sold("Z", 10, date(2024, 1, 1))
    book.ended(last, DAY)
    [counted] = book.retention()
    assert counted.then == 800 and counted.now == 665


def test_a_split_contract_changes_nothing(book):
    [before] = book.retention()
    whole = book.sold("S", 90, date(2024, 1, 1))
    [with_one] = book.retention()
    book.becomes(whole, date(2026, 2, 1), value=Decimal(50))
    book.sold("S", 40, date(2026, 2, 1))
    [with_two] = book.retention()
    assert with_one == with_two and with_one.then == before.then + 90


def test_what_was_known_before_a_correction_can_still_be_asked(book):
    contract = book.sold("W", 100, date(2024, 1, 1))
    book.becomes(contract, date(2026, 1, 1), "rolled", value=Decimal(200), renewal_date=date(2027, 1, 1))
    book.becomes(contract, date(2026, 5, 1), "agreed", value=Decimal(150))
    [now], [then] = book.retention(), book.retention(known_at=at(date(2026, 4, 1)))
    assert then.now - now.now == 50
