"""The story of accounts: who was a customer on a day, in which segment and tier; through imports, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, text

from bot import story
from bot.accounts.account_states import active_on, in_segment_on, standing_on
from bot.accounts.events import AccountsWritten
from bot.core import events
from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from bot.metrics import habits, on_time
from bot.metrics.figures import figures
from bot.metrics.rules.account_story import (
    AccountStory,
    CustomerStanding,
    account_on,
    account_rows,
    account_story_now,
)
from bot.metrics.rules.rates import Rates
from bot.models import Account, AccountStanding
from bot.story.messages.card import past_message
from tests.factories import NOW, TODAY, make_account, make_contract, make_workspace
from tests.importing.conftest import Desk

DAY = timedelta(days=1)
BEGAN = date(2024, 5, 1)
ACCOUNTS = """id,name,segment,tier,churned
A1,Acme,Retail,Mid-Market,no
A2,Birch,Retail,SMB,no
A3,Cedar,Health,Enterprise,no
"""
CONTRACTS = """contract_id,account_id,account_name,start_date,end_date,ARR,currency
C1,A1,Acme,2024-05-01,2027-04-30,100,EUR
C2,A2,Birch,2024-05-01,2027-04-30,10,EUR
C3,A3,Cedar,2024-05-01,2027-04-30,1000,EUR
"""
LATER = """id,name,segment,tier,churned
A1,Acme,Health,Enterprise,no
A2,Birch,Retail,SMB,yes
A3,Cedar,Health,Enterprise,no
"""
GONE = "contract_id,account_id,start_date,end_date,ARR,currency,status\nC2,A2,2024-05-01,2026-04-30,10,EUR,ended\n"
MOVED = date(2026, 5, 4)

standings = st.builds(
    CustomerStanding,
    is_active=st.booleans(),
    segment=st.sampled_from(["", "Retail", "Health"]),
    tier=st.sampled_from(["mid", "small"]),
)
steps = st.lists(st.tuples(st.integers(0, 3), standings), min_size=1, max_size=6)


def written(told: AccountStory, now: CustomerStanding, begins: date, today: date, is_new: bool) -> AccountStory:
    """The story with what is added to it."""
    return dict(told) | dict(account_rows(told, account_story_now(told, now, begins, today, is_new)))


@given(steps, st.integers(0, 400))
def test_a_story_ends_as_the_account_stands_and_news_changes_nothing_of_what_was_before(
    history: list[tuple[int, CustomerStanding]], older: int
) -> None:
    told: AccountStory = {}
    today, first = TODAY, None
    for days, now in history:
        today += days * DAY
        first = first or today
        before, told = told, written(told, now, TODAY - older * DAY, today, is_new=today == first)
        assert account_on(told, today) == now
        assert account_rows(told, account_story_now(told, now, TODAY - older * DAY, today, today == first)) == []
        if today > first:
            for day in before:
                was, still = account_on(before, day), account_on(told, day)
                assert was is not None and still is not None
                if day < today:
                    assert (was.is_active, was.tier) == (still.is_active, still.tier)
                    assert was.segment in ("", still.segment)
    assert min(told) == TODAY - older * DAY


@given(st.permutations([0, 1, 2]), standings)
def test_what_came_on_the_first_day_came_in_no_order(order: list[int], last: CustomerStanding) -> None:
    """Contracts that make an account begin it earlier; whichever file was first, it always was what the day made it."""
    told: AccountStory = {}
    for place in order:
        begins = BEGAN if place != order[0] else TODAY
        told = written(told, CustomerStanding(True, "", "mid") if place != order[-1] else last, begins, TODAY, True)
    assert {account_on(told, day) for day in (BEGAN, BEGAN + DAY, TODAY)} == {last}
    assert account_on(told, BEGAN - DAY) is None


def test_a_segment_that_is_learnt_at_last_is_no_move() -> None:
    unknown = CustomerStanding(True, "", "mid")
    told = written({BEGAN: unknown}, CustomerStanding(True, "Retail", "small"), BEGAN, TODAY, is_new=False)
    assert told == {BEGAN: CustomerStanding(True, "Retail", "mid"), TODAY: CustomerStanding(True, "Retail", "small")}


@pytest.fixture
def lived(any_desk: Desk) -> Desk:
    """Acme goes from Retail to Health and up a tier on 4 May, and Birch is a customer no more."""
    any_desk.accounts(ACCOUNTS)
    any_desk.contracts(CONTRACTS)
    any_desk.now = datetime(2026, 5, 4, 9, tzinfo=UTC)
    any_desk.contracts(GONE)
    any_desk.accounts(LATER)
    any_desk.now = datetime(2026, 6, 8, 9, tzinfo=UTC)
    return any_desk


def told_of(desk: Desk, day: date, segment: str | None) -> dict[str, tuple[str, str]]:
    """Each figure's value and what it is made of."""
    with Work.reading(desk.db, desk.workspace_id, desk.now) as work:
        return {line.name: (line.value, line.more) for line in figures(work, day, Rates("EUR"), segment)}


def test_figures_of_a_day_are_of_those_who_were_in_the_segment_then(lived: Desk) -> None:
    kept = "Gross revenue retention"
    before, after, today = MOVED - DAY, MOVED, lived.now.date()
    assert told_of(lived, date(2026, 4, 29), "retail")[kept] == ("100.00 %", "110 of 110")
    assert told_of(lived, before, "Retail")[kept] == ("90.91 %", "100 of 110")
    assert told_of(lived, after, "Retail")[kept] == ("0.00 %", "0 of 10")
    assert told_of(lived, before, "Health")[kept] == ("100.00 %", "1,000 of 1,000")
    assert told_of(lived, today, "Health")[kept] == ("100.00 %", "1,100 of 1,100")
    assert told_of(lived, BEGAN - DAY, "Retail")[kept][0] == "none"


def test_active_accounts_are_those_of_the_day(lived: Desk) -> None:
    with Work.reading(lived.db, lived.workspace_id, lived.now) as work:
        days = (BEGAN - DAY, BEGAN, MOVED - DAY, MOVED, lived.now.date())
        assert [habits.pulse_habits(work, day).accounts for day in days] == [0, 3, 3, 2, 2]
        assert [habits.team_habits(work, day).accounts for day in days] == [0, 3, 3, 2, 2]
        # From 2 March, when they came in, every 60 (mid), 90 (small), 30 days (enterprise): Cedar on 1 April; Acme and
        # Cedar on 1 May; from 4 May on Acme goes by its new tier, and Birch by none: 1 April, 1 May and 31 May, twice.
        days = (date(2026, 4, 29), MOVED - DAY, MOVED, lived.now.date())
        assert [on_time.touch_rate(work, day)[0] for day in days] == [1, 3, 4, 6]
    for day in (BEGAN - DAY, MOVED, TODAY):
        assert told_of(lived, day, None), "whatever the day, there is an answer"


def test_as_of_today_the_accounts_are_as_they_stand(lived: Desk) -> None:
    today = lived.now.date()
    with Work.reading(lived.db, lived.workspace_id, lived.now) as work:
        accounts = work.session.scalars(work.select(Account)).all()
        active = set(work.session.scalars(select(AccountStanding.account_id).where(*active_on(work, today))))
        assert active == {one.id for one in accounts if one.is_active} and len(active) == 2
        for segment in ("Retail", "Health", "Other"):
            found = set(work.session.scalars(in_segment_on(work, segment.upper(), today)))
            assert found == {one.id for one in accounts if one.segment == segment}
        for one in accounts:
            then = standing_on(work, one.id, today)
            assert then is not None and (then.is_active, then.segment, then.tier) == (
                one.is_active,
                one.segment,
                one.tier,
            )


def test_files_of_the_first_day_tell_the_same_story_in_any_order(any_desk: Desk) -> None:
    with any_desk.db.transaction() as session:
        other = Desk(any_desk.db, make_workspace(session, currency="EUR").id, any_desk.folder)
    any_desk.accounts(ACCOUNTS)
    any_desk.contracts(CONTRACTS)
    other.contracts(CONTRACTS)
    other.accounts(ACCOUNTS)
    for desk in (any_desk, other):
        assert stories(desk) == {
            name: {BEGAN: standing, TODAY: standing}
            for name, standing in (
                ("Acme", (True, "Retail", "mid")),
                ("Birch", (True, "Retail", "small")),
                ("Cedar", (True, "Health", "enterprise")),
            )
        }


def stories(desk: Desk) -> dict[str, dict[date, Any]]:
    """Each account's standing on the days on which its story may change; only what is said of those days counts."""
    with Work.reading(desk.db, desk.workspace_id, desk.now) as work:
        found: dict[str, dict[date, Any]] = {}
        for account in work.session.scalars(work.select(Account)):
            assert standing_on(work, account.id, BEGAN - DAY) is None
            for day in (BEGAN, TODAY):
                then = standing_on(work, account.id, day)
                assert then is not None
                found.setdefault(account.name, {})[day] = (then.is_active, then.segment, then.tier)
        return found


def test_what_a_file_repeats_adds_nothing_and_what_a_crm_deletes_is_told(any_desk: Desk) -> None:
    any_desk.accounts(ACCOUNTS)
    assert len(rows_of(any_desk)) == 3
    any_desk.now += 30 * DAY
    any_desk.accounts(ACCOUNTS.replace("Acme", "Acme Robotics"))
    assert len(rows_of(any_desk)) == 3
    any_desk.accounts("id,name,deleted\nA3,Cedar,true\n")
    any_desk.now += 30 * DAY
    any_desk.contracts(CONTRACTS)
    told = [(row.effective_on, row.is_active, row.cause) for row in rows_of(any_desk) if row.tier == "enterprise"]
    assert told == [
        (TODAY, True, "imported"),
        (TODAY + 30 * DAY, False, "deleted"),
        (BEGAN, True, "imported"),
        (TODAY + 60 * DAY, True, "imported"),
    ]


def rows_of(desk: Desk) -> Sequence[AccountStanding]:
    with Work.reading(desk.db, desk.workspace_id, desk.now) as work:
        return work.session.scalars(work.select(AccountStanding).order_by(AccountStanding.id)).all()


def test_however_many_accounts_there_are_it_takes_three_statements(any_db: Database) -> None:
    with Work.writing(any_db, 1, NOW) as work:
        workspace = make_workspace(work.session)
        work = Work(work.session, workspace.id, NOW)
        ids = [make_account(work.session, workspace).id for _ in range(40)]
        work.session.execute(
            Account.__table__.update().where(Account.workspace_id == workspace.id).values(tier="small")
        )
        sent: list[str] = []
        event.listen(any_db.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
        events.publish(work, AccountsWritten(ids, "imported"))
        assert len([one for one in sent if "account" in one]) == 3
        assert len(work.session.scalars(work.select(AccountStanding.id)).all()) == 80


def test_the_card_of_a_past_day_tells_tier_and_segment_of_that_day(lived: Desk) -> None:
    acme, birch = lived.account("Acme").id, lived.account("Birch").id
    with Work.reading(lived.db, lived.workspace_id, lived.now) as work:
        before = past_message(story.card_on(work, acme, MOVED - DAY, "UTC")).text
        after = past_message(story.card_on(work, acme, MOVED, "UTC")).text
        gone = past_message(story.card_on(work, birch, MOVED, "UTC")).text
        early = past_message(story.card_on(work, acme, BEGAN - DAY, "UTC")).text
        unknown = story.card_on(work, acme, MOVED, "UTC", NOW - DAY)
    assert "Mid · Retail" in before and "Enterprise · Health" in after
    assert "tier" not in before and "Birch: no longer a customer" in gone
    assert "tier, segment and what was planned for later" in early
    assert "tier" in unknown.not_kept and unknown.segment == ""


@pytest.mark.parametrize("which", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_migration_tells_of_each_account_what_it_is_from_its_first_day(
    which: str, request: pytest.FixtureRequest, tmp_path: Any
) -> None:
    url = request.getfixturevalue("empty_postgres_url") if which == "postgresql" else f"sqlite:///{tmp_path / 'e.db'}"
    db = Database(url)
    schema.upgrade(db)
    with db.transaction() as session:
        workspace = make_workspace(session)
        old = make_account(session, workspace, segment="Retail", tier="small")
        make_account(session, workspace, is_active=False)
        for start in (date(2025, 3, 1), date(2024, 3, 1), None):
            make_contract(session, old, start_date=start)
    schema.downgrade(db, "0030")
    schema.upgrade(db)
    with db.reading() as session:
        rows = session.scalars(select(AccountStanding).order_by(AccountStanding.id)).all()
        told = [(row.effective_on, row.known_at, row.is_active, row.segment, row.tier, row.cause) for row in rows]
    db.close()
    assert told == [
        (date(2024, 3, 1), NOW, True, "Retail", "small", "imported"),
        (TODAY, NOW, False, "", "mid", "imported"),
    ]


def test_a_day_is_looked_up_in_an_index_and_the_segment_once_for_all_entries(desk: Desk) -> None:
    with Work.reading(desk.db, desk.workspace_id, desk.now) as work:
        found = in_segment_on(work, "Retail", TODAY).compile(
            work.session.connection(), compile_kwargs={"literal_binds": True}
        )
        whose = "workspace_id = 1 AND change <> 0 AND account_id IN"
        entries = f"SELECT sum(change) FROM contract_states WHERE {whose} ({found})"
        plan = [row[3] for row in work.session.execute(text(f"EXPLAIN QUERY PLAN {entries}"))]
    assert any("USING COVERING INDEX ix_account_states_day" in line for line in plan)
    assert any("INDEX ix_contract_states_valued" in line for line in plan), plan
