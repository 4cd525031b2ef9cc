"""The ledger: its sum is what its last word says, whatever happened; filled by the migration from what is there."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.db import schema
from bot.db.engine import Database
from bot.metrics.rules.contract_story import Cause, LedgerState, Now, entries, on_day, story_now
from bot.models import ContractState
from tests.factories import make_account, make_contract, make_workspace

DAY = date(2025, 1, 1)
days = st.integers(-400, 800).map(lambda n: DAY + timedelta(days=n))
states = st.builds(
    LedgerState,
    account_id=st.sampled_from([1, 2]),
    kind=st.sampled_from(["recurring", "one_off"]),
    status=st.sampled_from(["active", "active", "ended", "trial"]),
    value=st.sampled_from([None, Decimal(0), Decimal(100), Decimal("130.50")]),
    currency=st.sampled_from(["EUR", "USD"]),
    term_months=st.just(12),
    ends_on=st.none() | days,
)
steps = st.tuples(st.sampled_from(Cause), states, st.none() | days, st.booleans(), days, st.none() | days)


@given(st.lists(steps, max_size=6), days)
def test_what_the_ledger_added_up_to_a_day_is_what_it_says_of_that_day(history, asked):
    told, sums = {}, {}
    for cause, state, start, is_last_day, today, day in history:
        true = story_now(told, Now(state, start, is_last_day), cause, today, day)
        for entry in entries(told, true):
            told[entry.day] = entry.state
            if entry.day <= asked:
                key = entry.state.account_id, entry.state.currency
                sums[key] = sums.get(key, Decimal(0)) + entry.change
        assert entries(told, true) == []
    said = on_day(told, asked)
    expected = {(said.account_id, said.currency): said.recurring} if said is not None and said.recurring else {}
    assert {key: amount for key, amount in sums.items() if amount} == expected


def test_a_start_that_is_corrected_moves_the_story_and_keeps_what_was_thought():
    state = LedgerState(1, "recurring", "active", Decimal(100), "EUR", 12, date(2026, 1, 1))
    told = story_now({}, Now(state, date(2025, 1, 1), False), Cause.IMPORTED, DAY)
    true = story_now(told, Now(state, date(2025, 3, 1), False), Cause.IMPORTED, DAY)
    added = [(entry.day, entry.state.status, entry.change) for entry in entries(told, true)]
    assert added == [(date(2025, 1, 1), "none", -100), (date(2025, 3, 1), "active", 100)]


@pytest.mark.parametrize("which", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_migration_tells_what_contracts_say_of_their_own_past(which, request, tmp_path):
    url = request.getfixturevalue("empty_postgres_url") if which == "postgresql" else f"sqlite:///{tmp_path / 'e.db'}"
    db = Database(url)
    schema.upgrade(db)
    with db.transaction() as session:
        account = make_account(session, make_workspace(session))
        known = {"created_at": datetime(2026, 1, 1, tzinfo=UTC), "start_date": date(2025, 1, 1)}
        make_contract(session, account, date(2027, 1, 1), **known)
        make_contract(session, account, date(2025, 12, 31), status="ended", is_last_day=True, **known)
        make_contract(session, account, date(2027, 1, 1), status="trial", **known | {"start_date": None})
    schema.downgrade(db, "0015")
    schema.upgrade(db)
    with db.reading() as session:
        rows = session.scalars(select(ContractState).order_by(ContractState.id)).all()
        told = [(row.contract_id, row.effective_on, row.status, row.change) for row in rows]
    db.close()
    assert told == [
        (1, date(2025, 1, 1), "active", 12000),
        (2, date(2025, 1, 1), "active", 12000),
        (2, date(2026, 1, 1), "ended", -12000),
        (3, date(2026, 1, 1), "trial", 0),
    ]
