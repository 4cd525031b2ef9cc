"""Where time goes: who is new, the end of a quarter, and counts by hand, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.accounts.figure_facts import FigureWindow, InSegment
from bot.core.months import month_end
from bot.db.engine import Database
from bot.db.work import Work
from bot.metrics import time_spent
from bot.metrics.feature import time_figures
from bot.metrics.messages_time import own_answer, time_lines
from bot.metrics.rules.time_spent import CustomerAge, TimeSpent, WeeklyPace, customer_age, is_quarter_end, weekly_pace
from bot.models import Account, Contract, ContractState
from bot.slack.sender import without_heavy_blocks
from tests.factories import make_account, make_contract, make_member, make_workspace
from tests.scenes.learning import make_touch

DAY = date(2026, 6, 30)
NEW, EXISTING, UNKNOWN = CustomerAge.NEW, CustomerAge.EXISTING, CustomerAge.UNKNOWN


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "has_undated", "age"),
    [
        (date(2025, 3, 2), False, EXISTING),
        (date(2025, 3, 3), False, NEW),  # the day before the first anniversary
        (date(2026, 9, 1), False, NEW),  # before their first contract
        (None, False, NEW),
        (None, True, UNKNOWN),
        (date(2026, 1, 1), True, UNKNOWN),  # an older contract may have begun earlier
        (date(2020, 1, 1), True, EXISTING),
    ],
)
def test_a_customer_is_new_until_the_first_anniversary(first: date | None, has_undated: bool, age: CustomerAge) -> None:
    assert customer_age(first, has_undated, date(2026, 3, 2)) is age


def test_the_end_of_a_quarter_is_its_last_fourteen_days() -> None:
    assert [is_quarter_end(date(2026, 3, day)) for day in (17, 18, 31)] == [False, True, True]
    assert not is_quarter_end(date(2026, 4, 1)) and not is_quarter_end(date(2026, 2, 28))
    ends = [day for n in range(365) if is_quarter_end(day := date(2026, 1, 1) + timedelta(days=n))]
    assert len(ends) == 56


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_day_is_at_a_quarters_end_when_a_new_quarter_begins_within_fourteen_days(on: date) -> None:
    ahead = [on + timedelta(days=n) for n in range(14)]
    assert is_quarter_end(on) == any(one.month % 3 == 0 and one == month_end(one.year, one.month) for one in ahead)


def test_the_pace_is_a_week_and_not_a_share() -> None:
    """From 1 July to 30 June: 56 days at quarters' ends, 309 others. 4 touches there, 103 elsewhere."""
    start, end = date(2025, 7, 1), DAY
    others = [on for n in range(365) if not is_quarter_end(on := start + timedelta(days=n))]
    touched = [date(2025, 9, 30), date(2025, 12, 20), date(2026, 3, 18), date(2026, 6, 30), *others[::3]]
    pace = weekly_pace(touched, start, end)
    assert pace is not None and pace.is_enough
    assert (pace.end_touches, pace.end_days, pace.other_touches, pace.other_days) == (4, 56, 103, 309)
    # 4 × 7 ÷ 56 and 103 × 7 ÷ 309; not 4 ÷ 107, nor 4 touches against 103.
    spent = TimeSpent(start, end, 2, {("", NEW): 107}, pace)
    assert (
        "At the end of a quarter: 0.50 touches a week in its last two weeks, 2.33 in the other weeks: 79 % fewer."
        in own_answer(spent).text
    )
    assert (pace.at_end, round(pace.otherwise, 4), round(pace.change, 2)) == (0.5, 2.3333, -78.57)


@pytest.mark.parametrize(
    ("end_touches", "other_touches", "said"),
    [
        (9, 39, "50 % more, which may be chance."),  # 9 of 48: 10 to 32 %, and 13 % of the days
        (30, 70, "179 % more."),  # 30 of 100: 22 to 40 %
        (0, 30, "100 % fewer."),  # 0 of 30: 0 to 11 %
        (0, 25, "too few to say"),
        (2, 28, "54 % fewer, which may be chance."),
    ],
)
def test_a_dip_that_a_few_touches_make_may_be_chance(end_touches: int, other_touches: int, said: str) -> None:
    pace = WeeklyPace(date(2026, 1, 4), end_touches, 42, other_touches, 273)
    spent = TimeSpent(date(2025, 7, 1), DAY, 1, {("", NEW): end_touches + other_touches}, pace)
    assert said in own_answer(spent).text


def test_weeks_before_the_first_touch_say_nothing() -> None:
    pace = weekly_pace([date(2026, 6, 1), *[date(2026, 6, 20)] * 40], date(2025, 7, 1), DAY)
    assert pace is not None and pace.since == date(2026, 6, 1)
    assert (pace.end_days, pace.other_days) == (14, 16) and not pace.is_enough
    assert weekly_pace([], date(2025, 7, 1), DAY) is None


@pytest.fixture
def world(any_db: Database) -> tuple[Database, int, list[int]]:
    """An old customer, a new one and one whose contract has no start; Dana's five touches and Lee's one."""
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        dana, lee = make_member(session, workspace), make_member(session, workspace, "Lee")
        old, new, odd = (make_account(session, workspace, name, segment="Retail") for name in ("Old", "New", "Odd"))
        first = make_contract(session, old, start_date=date(2026, 1, 1))  # a later term; the ledger knows the first one
        make_contract(session, new, start_date=date(2026, 1, 1))
        make_contract(session, new, start_date=date(2019, 1, 1), status="trial")
        make_contract(session, odd, start_date=None)
        session.add(
            ContractState(
                workspace_id=workspace.id,
                contract_id=first.id,
                account_id=old.id,
                kind="recurring",
                status="active",
                term_months=12,
                effective_on=date(2022, 1, 1),
                known_at=at(2022, 1, 1),
                cause="imported",
                change=Decimal(0),
                agreed_rise=Decimal(0),
            )
        )
        for account, on, by, purpose in (
            (old, at(2026, 2, 1), dana, "renewal"),
            (old, at(2025, 7, 1), dana, "renewal"),
            (new, at(2026, 2, 2), dana, "nurture"),
            (new, at(2025, 12, 1), dana, ""),
            (odd, at(2026, 2, 3), dana, ""),
            (old, at(2026, 2, 4), lee, "support"),
            (old, at(2025, 6, 30), dana, "renewal"),  # the day before the window
        ):
            make_touch(session, account, on, by_id=by.id, purpose=purpose)
        make_touch(session, old, at(2026, 2, 5), by_id=dana.id, is_note=True)
        make_touch(session, old, at(2026, 2, 5), by_id=dana.id, deleted_at=at(2026, 2, 6))
        return any_db, workspace.id, [dana.id, lee.id]


def test_ones_own_touches_hold_nobody_elses(world: tuple[Database, int, list[int]]) -> None:
    db, workspace, (dana, lee) = world
    with Work.reading(db, workspace, at(2026, 7, 1)) as work:
        mine = time_spent.own_time(work, dana, DAY, "UTC")
        assert (mine.touches, mine.people) == (5, 1)
        assert mine.by_purpose == {"renewal": 2, "nurture": 1, "": 2}
        assert mine.by_age == {EXISTING: 2, NEW: 2, UNKNOWN: 1}
        assert mine.counts == {
            ("renewal", EXISTING): 2,
            ("nurture", NEW): 1,
            ("", NEW): 1,
            ("", UNKNOWN): 1,
        }
        assert time_spent.own_time(work, lee, DAY, "UTC").by_purpose == {"support": 1}


def test_ones_own_day_is_that_of_ones_own_calendar(any_db: Database) -> None:
    """In Auckland 30 June is over while it begins in Berlin; in New York it lasts until the next morning there."""
    with any_db.transaction() as session:
        workspace = make_workspace(session, timezone="Europe/Berlin")
        dana, lee = make_member(session, workspace), make_member(session, workspace, "Lee")
        account = make_account(session, workspace, "Acme")
        make_contract(session, account, start_date=date(2020, 1, 1))
        make_touch(session, account, datetime(2026, 6, 29, 21, tzinfo=UTC), by_id=dana.id)  # 30 June, 09:00 in Auckland
        make_touch(session, account, datetime(2026, 6, 30, 21, tzinfo=UTC), by_id=dana.id)  # 1 July, 09:00 in Auckland
        make_touch(session, account, datetime(2026, 7, 1, 0, tzinfo=UTC), by_id=lee.id)  # 30 June, 20:00 in New York
        workspace_id, people = workspace.id, [dana.id, lee.id]
    with Work.reading(any_db, workspace_id, datetime(2026, 7, 1, 1, tzinfo=UTC)) as work:
        auckland, newyork = "Pacific/Auckland", "America/New_York"
        assert time_spent.own_time(work, people[0], DAY, auckland).touches == 1
        july = time_spent.own_time(work, people[0], date(2026, 7, 1), auckland)
        assert july.pace is not None and (july.pace.end_touches, july.pace.other_touches) == (1, 1)
        assert time_spent.own_time(work, people[1], DAY, newyork).touches == 1, "what was logged today counts today"
        both = time_spent.team_time(work, people, DAY)
        assert (both.touches, both.people) == (2, 1), "a team has the workspace's calendar"


def age_of(db: Database, workspace_id: int, on: datetime) -> CustomerAge:
    """How old the customer of the workspace's one touch was."""
    with Work.reading(db, workspace_id, on) as work:
        [(_, age)] = time_spent.all_time(work, on.date()).counts
        return age


def entry(account: Account, contract: Contract, effective: date, known: date, status: str = "active") -> ContractState:
    return ContractState(
        workspace_id=account.workspace_id,
        contract_id=contract.id,
        account_id=account.id,
        kind="recurring",
        status=status,
        term_months=12,
        effective_on=effective,
        known_at=at(known.year, known.month, known.day),
        cause="imported",
        change=Decimal(0),
        agreed_rise=Decimal(0),
    )


@pytest.mark.parametrize(
    ("start", "status", "told", "age"),
    [
        # Typed as 2019 and corrected: what the ledger once said of that day it does not say any more.
        ("2026-01-01", "active", [("2019-01-01", "active"), ("2019-01-01", "none"), ("2026-01-01", "active")], NEW),
        # A trial from 2024 on that became a contract in 2026; the row keeps the day on which the trial began.
        ("2024-01-01", "active", [("2024-01-01", "trial"), ("2026-01-01", "active")], NEW),
        ("2024-01-01", "trial", [("2024-01-01", "trial")], NEW),
        ("2024-01-01", "active", [("2024-01-01", "active")], EXISTING),
        ("2024-01-01", "active", [], EXISTING),
        ("2024-01-01", "ended", [("2024-01-01", "active"), ("2025-01-01", "ended")], EXISTING),
        (None, "active", [("2026-02-01", "active")], UNKNOWN),
    ],
)
def test_a_customer_begins_with_the_first_contract_as_the_ledger_knows_it_now(
    any_db: Database, start: str | None, status: str, told: list[tuple[str, str]], age: CustomerAge
) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        account = make_account(session, workspace, "Acme")
        contract = make_contract(
            session, account, start_date=date.fromisoformat(start) if start else None, status=status
        )
        for effective, said in told:
            session.add(entry(account, contract, date.fromisoformat(effective), DAY, said))
            session.flush()
        make_touch(session, account, at(2026, 6, 1))
        workspace_id = workspace.id
    assert age_of(any_db, workspace_id, at(2026, 6, 30)) is age


def test_where_no_contract_is_known_nobody_says_that_the_customer_is_new(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        make_touch(session, make_account(session, workspace, "Acme"), at(2026, 6, 1))
        workspace_id = workspace.id
    assert age_of(any_db, workspace_id, at(2026, 6, 30)) is UNKNOWN


def segments(session: Session, people: dict[str, list[int]]) -> int:
    """A workspace with a segment for each name, an account in it and a touch of each of these people, by number."""
    workspace = make_workspace(session)
    members = [make_member(session, workspace, f"Person {n}") for n in range(8)]
    for name, numbers in people.items():
        account = make_account(session, workspace, name or "None", segment=name or None)
        for number in numbers:
            make_touch(session, account, at(2026, 6, 1), by_id=members[number].id)
    return workspace.id


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ({"Retail": [0, 1, 2]}, True),
        ({"Retail": [0, 1, 2], "Banks": [3, 4, 5]}, True),
        ({"Retail": [0, 1, 2], "Banks": [3]}, False),  # everybody's less Retail's are one person's
        ({"Retail": [0, 1, 2], "": [3, 4]}, False),  # two in no segment: each would know the other's
        ({"Retail": [0, 1, 2], "Banks": [3], "Schools": [4, 5]}, True),  # three together, and nothing parts them
        ({"Retail": [0, 1, 2], "Banks": [0], "Schools": [1]}, False),
    ],
)
def test_what_a_segment_lacks_to_everybody_is_never_one_or_two_persons(
    any_db: Database, people: dict[str, list[int]], told: bool
) -> None:
    with any_db.transaction() as session:
        workspace_id = segments(session, people)
    window = FigureWindow(DAY)
    with Work.reading(any_db, workspace_id, at(2026, 7, 1)) as work:
        lines = time_figures(work, window, InSegment("retail", DAY))
        assert (lines[0].value != "none") is told
        assert told or (len(lines) == 1 and lines[0].more.startswith("Not told by segment"))
        everybody = {one for some in people.values() for one in some}
        assert (time_figures(work, window, None)[0].value != "none") is (len(everybody) >= 3)
        assert time_figures(work, window, InSegment("nowhere", DAY))[0].value == "none"


def test_all_together_are_figures_and_one_person_alone_is_none(world: tuple[Database, int, list[int]]) -> None:
    db, workspace, (dana, lee) = world
    with Work.reading(db, workspace, at(2026, 7, 1)) as work:
        both = time_spent.team_time(work, [dana, lee], DAY)
        assert both == time_spent.all_time(work, DAY, InSegment("retail", DAY)) and both.people == 2
        [few] = time_lines("12 months", both)
        assert few.value == "none" and "fewer than 3" in few.more, "either of two would read the other's"
        lines = {one.name: one.value for one in time_lines("12 months", replace(both, people=3))}
        assert lines["Touches with existing customers"] == "50 %"
        assert lines["Touches with new customers"] == "33 %"
        assert lines["Touches by purpose: renewal"] == "33 %" and lines["Touches by purpose: none given"] == "33 %"
        alone = time_spent.team_time(work, [lee], DAY)
        [line] = time_lines("12 months", alone)
        assert line.value == "none" and "fewer than 3" in line.more
        [line] = time_lines("12 months", time_spent.all_time(work, date(2020, 1, 1)))
        assert line.value == "none"


def test_the_field_is_beside_the_figures_and_says_what_it_counts() -> None:
    spent = TimeSpent(date(2025, 7, 1), DAY, 3, {("", NEW): 1, ("", EXISTING): 3}, None)
    field = next(one for one in time_lines("12 months", spent) if one.name == "The field")
    assert field.value == "18 % and 44 %" and "shares of companies, not of touches" in field.more


COUNTS = st.dictionaries(st.tuples(st.sampled_from(["", "renewal", "support"]), st.sampled_from(CustomerAge)),
                         st.integers(1, 999), min_size=1)  # fmt: skip


def whole(cell: str) -> int:
    return int(cell.replace(",", ""))


@given(COUNTS)
def test_the_table_adds_up_and_the_text_has_every_cell(counts: dict[tuple[str, CustomerAge], int]) -> None:
    shown = own_answer(TimeSpent(date(2025, 7, 1), DAY, 1, counts, None))
    [table] = [block for block in shown.blocks if block["type"] == "data_table"]
    head, *purposes, everything, share, field = [[cell["text"] for cell in row] for row in table["rows"]]
    assert len({len(row) for row in (head, *purposes, everything, share, field)}) == 1
    numbers = [[whole(cell) for cell in row[1:-1]] for row in purposes]
    assert [whole(cell) for cell in everything[1:-1]] == [sum(column) for column in zip(*numbers, strict=True)]
    assert everything[0] == f"All {sum(counts.values()):,}" and sum(map(sum, numbers)) == sum(counts.values())
    for name, *cells in purposes:
        assert f"{name.lower()} {' / '.join(cells)}" in shown.text
    assert field[:3] == ["The field", "18 %", "44 %"] and "18 % of companies" in shown.text


def test_where_tables_are_refused_what_stands_out_is_still_there() -> None:
    shown = own_answer(TimeSpent(date(2025, 7, 1), DAY, 1, {("renewal", EXISTING): 3, ("", NEW): 1}, None))
    light = without_heavy_blocks(shown.blocks)
    assert [block["type"] for block in light] == ["section", "context"]
    assert "existing 75 % (3) · new 25 % (1)" in light[0]["text"]["text"]
