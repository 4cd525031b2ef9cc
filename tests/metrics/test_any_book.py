"""Whatever is imported, in whatever order: the bridge adds up, GRR stays under 100 %, and a split changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.db.work import Work
from bot.metrics.retention import retention
from bot.metrics.rules.rates import read_rates
from bot.metrics.rules.retention_bridge import CohortRetention
from tests.factories import NOW, make_workspace
from tests.importing.conftest import Desk

DAY = date(2026, 2, 15)
RATES = read_rates("USD=0.90@2024-01-01, USD=0.80@2026-01-01", "EUR")
HEADER = "subscription_id,account_id,start_date,end_date,arr_amount,currency,is_trial,churn_flag,billing_frequency\n"


@dataclass(frozen=True)
class Line:
    """A contract as a file has it, of one of four accounts; without an end it renews."""

    number: int
    account: int
    start: date
    end: date | None
    amount: int
    currency: str = "EUR"
    is_trial: bool = False

    def row(self) -> str:
        ends = f"{self.end},{self.amount},{self.currency},{self.is_trial},True" if self.end else ""
        runs = f",{self.amount},{self.currency},{self.is_trial},False"
        return f"S-{self.number},A-{self.account},{self.start},{ends or runs},annual\n"


starts = st.integers(0, 900).map(lambda days: DAY - timedelta(days=days))
lines = st.builds(
    Line,
    number=st.just(0),
    account=st.integers(1, 4),
    start=starts,
    end=st.none(),
    amount=st.integers(1, 50).map(lambda n: n * 100),
    currency=st.sampled_from(["EUR", "EUR", "USD"]),
    is_trial=st.sampled_from([False, False, False, True]),
)
ended = st.builds(
    lambda line, days: replace(line, end=min(line.start + timedelta(days=days), DAY)), lines, st.integers(1, 800)
)
books = st.lists(lines | ended, min_size=1, max_size=8).map(
    lambda found: [replace(line, number=n) for n, line in enumerate(found)]
)


def imported(desk: Desk, files: list[list[Line]]) -> list[CohortRetention]:
    """What retention says of a workspace of its own, into which these files came one after the other."""
    with desk.db.transaction() as session:
        own = replace(desk, workspace_id=make_workspace(session, currency="EUR").id)
    own.accounts("account_id,account_name\n" + "".join(f"A-{n},Company {n}\n" for n in range(1, 5)))
    for rows in files:
        if rows:
            assert own.contracts(HEADER + "".join(line.row() for line in rows)).exit_code == 0
    with Work.reading(desk.db, own.workspace_id, NOW) as work:
        return retention(work, DAY, RATES)


@settings(max_examples=25)
@given(books)
def test_the_bridge_adds_up_and_gross_retention_stays_under_a_hundred(desk: Desk, book: list[Line]) -> None:
    for one in imported(desk, [book]):
        bridge = one.then + one.expansion + one.rise + one.contraction + one.churn
        assert bridge == pytest.approx(one.now, abs=0.01)
        assert one.kept <= one.then + 0.001 and one.kept <= one.now + 0.001
        assert one.grr is None or (0 <= one.grr <= 100 + 1e-9 and one.nrr is not None and one.nrr >= one.grr - 1e-9)
        assert one.expansion >= -0.001 and one.contraction <= 0.001 and one.churn <= 0.001
        assert 0 <= one.accounts_now <= one.accounts <= 4


@settings(max_examples=20)
@given(books, st.randoms(use_true_random=False), st.integers(0, 8))
def test_the_order_of_import_does_not_matter(desk: Desk, book: list[Line], chance: object, cut: int) -> None:
    shuffled = list(book)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert imported(desk, [shuffled[:cut], shuffled[cut:]]) == imported(desk, [book])


@settings(max_examples=20)
@given(books, st.integers(1, 99))
def test_a_contract_split_in_two_changes_nothing(desk: Desk, book: list[Line], percent: int) -> None:
    first, *others = book
    part = first.amount * percent // 100 or 1
    halves = [replace(first, amount=part), replace(first, number=900, amount=first.amount - part)]
    assert imported(desk, [[*halves, *others]]) == imported(desk, [book])
