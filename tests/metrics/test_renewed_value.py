"""Renewal rate by value, and promises by department: counted by hand, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.figure_facts import InSegment
from bot.db.engine import Database
from bot.db.work import Work
from bot.metrics.care import promises_due, renewed_value
from bot.metrics.messages import promise_lines, renewal_value_lines
from bot.metrics.rules.rates import Rates, read_rates, written
from bot.metrics.rules.renewed_value import DueTerm, RenewedValue, renewed
from bot.models import FollowUp
from tests.factories import NOW, make_account, make_member, make_renewal, make_workspace

DAY = date(2026, 6, 30)
START = date(2025, 6, 30)
WORDS = "12 months"
amounts = st.integers(0, 10**6)
terms = st.lists(
    st.builds(
        lambda due, final, signed, paid: DueTerm(
            {"EUR": str(due)}, None if final is None else {"EUR": str(final)}, signed or paid, paid
        ),
        amounts,
        st.none() | amounts,
        st.booleans(),
        st.booleans(),
    )
)


@given(terms)
def test_nothing_is_renewed_that_did_not_fall_due(known: list[DueTerm]) -> None:
    for one in renewed(known, Rates("EUR"), START):
        assert 0 <= one.paid <= one.signed <= one.due


def test_upsell_of_one_makes_up_for_no_loss_of_another() -> None:
    known = [
        DueTerm({"EUR": "100"}, {"EUR": "150"}, True, False),
        DueTerm({"EUR": "100"}, {"EUR": "60"}, True, True),
        DueTerm({"EUR": "100"}, None, False, False),
    ]
    assert renewed(known, Rates("EUR"), START) == [RenewedValue("EUR", 300, 160, 60)]


def test_currencies_are_added_at_the_rates_of_the_first_day_or_not_at_all() -> None:
    known = [
        DueTerm({"EUR": "100", "USD": "100"}, None, True, True),
        DueTerm({"USD": "100"}, {"EUR": "95"}, True, False),
    ]
    rates = read_rates("USD=0.90@2025-06-01, USD=0.50@2026-01-01", "EUR")
    assert renewed(known, rates, START) == [RenewedValue("EUR", 280, 280, 190)]
    apart = renewed(known, Rates("EUR"), START)
    assert apart == [RenewedValue("EUR", 100, 100, 100), RenewedValue("USD", 200, 100, 100)]
    assert renewed([], rates, START) == []


@given(st.dictionaries(st.tuples(st.sampled_from(["USD", "GBP"]), st.dates()), st.integers(1, 10**9), max_size=9))
def test_rates_are_read_as_they_were_written(kept: dict[tuple[str, date], int]) -> None:
    rates = Rates("EUR", tuple((code, day, amount / 1000) for (code, day), amount in kept.items()))
    assert sorted(read_rates(written(rates), "EUR").known) == sorted(rates.known)


def test_what_fell_due_is_read_by_its_date_and_lost_ones_count(any_db: Database) -> None:
    with any_db.transaction() as session:
        account = make_account(session, make_workspace(session), segment="Retail")
        paid = {"signed_at": NOW, "paid_at": NOW, "closed_at": NOW, "outcome": "won", "stage": "paid"}
        lost = {"signed_at": None, "closed_at": NOW, "outcome": "lost", "stage": "lost"}
        make_renewal(session, account, DAY, values={"EUR": "100"}, final_values={"EUR": "80"}, **paid)
        make_renewal(session, account, DAY, values={"EUR": "100"}, unknown_values=2, **lost)
        make_renewal(session, account, DAY, values={"EUR": "70"}, stage="signed", signed_at=NOW)
        make_renewal(session, account, START, values={"EUR": "900"}, **paid)
        make_renewal(session, account, date(2026, 7, 1), values={"EUR": "900"}, signed_at=NOW, stage="signed")
        make_renewal(session, account, DAY, values={"EUR": "900"}, closed_at=NOW, outcome="ended")
        workspace_id = account.workspace_id
    with Work.reading(any_db, workspace_id, NOW) as work:
        found = renewed_value(work, DAY, Rates("EUR"))
        assert found == ([RenewedValue("EUR", 270, 150, 80)], 2)
        assert renewed_value(work, DAY, Rates("EUR"), InSegment("nobody", DAY)) == ([], 0)
    lines = renewal_value_lines(WORDS, *found)
    assert [one.value for one in lines] == ["55.56 %", "29.63 %"]
    assert lines[0].more == "150 of 270 due, upsell left out; 2 contracts of no known value left out"
    assert [one.value for one in renewal_value_lines(WORDS, [], 0)] == ["none"]


def test_promises_are_told_by_the_department_of_their_owner(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        account = make_account(session, workspace)
        sales, support = (make_member(session, workspace, name, department=name) for name in ("sales", "support"))
        for owner, outcome in (
            (sales.id, "kept"),
            (sales.id, "broken"),
            (support.id, "kept"),
            (support.id, "dropped"),
            (None, None),
        ):
            session.add(
                FollowUp(
                    workspace_id=workspace.id,
                    account_id=account.id,
                    owner_id=owner,
                    words="Send it",
                    due_on=DAY,
                    is_promise=True,
                    outcome=outcome,
                    created_at=datetime(2026, 6, 1, tzinfo=UTC),
                )
            )
        workspace_id = workspace.id
    with Work.reading(any_db, workspace_id, NOW) as work:
        found = promises_due(work, DAY)
    assert found == [("", 1, 0), ("sales", 2, 1), ("support", 1, 1)]
    assert [(one.name, one.value) for one in promise_lines(WORDS, found)] == [
        ("Promises kept", "50.00 %"),
        ("Promises kept: without an owner", "0.00 %"),
        ("Promises kept: sales", "50.00 %"),
        ("Promises kept: support", "100.00 %"),
    ]
    assert [one.value for one in promise_lines(WORDS, [])] == ["none"]


@pytest.mark.parametrize("typed", ["USD=0@2025-06-30", "XXX=1@2025-06-30", "USD=1@2025-13-01"])
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="Write rates as"):
        read_rates(typed, "EUR")
