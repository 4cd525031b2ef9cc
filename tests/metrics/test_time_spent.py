"""Where time goes: who is new, the end of a quarter, and counts by hand, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.figure_facts import InSegment
from bot.core.months import month_end
from bot.db.engine import Database
from bot.db.work import Work
from bot.metrics import time_spent
from bot.metrics.messages_time import own_answer, time_lines
from bot.metrics.rules.time_spent import CustomerAge, TimeSpent, customer_age, is_quarter_end, weekly_pace
from bot.models import ContractState
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
        "At the end of a quarter: 0.5 touches a week in its last two weeks, 2.3 in the other weeks: 79 % fewer."
        in own_answer(spent).text
    )
    assert (pace.at_end, round(pace.otherwise, 4), round(pace.change, 2)) == (0.5, 2.3333, -78.57)


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
        mine = time_spent.own_time(work, dana, DAY)
        assert (mine.touches, mine.people) == (5, 1)
        assert mine.by_purpose == {"renewal": 2, "nurture": 1, "": 2}
        assert mine.by_age == {EXISTING: 2, NEW: 2, UNKNOWN: 1}
        assert mine.counts == {
            ("renewal", EXISTING): 2,
            ("nurture", NEW): 1,
            ("", NEW): 1,
            ("", UNKNOWN): 1,
        }
        assert time_spent.own_time(work, lee, DAY).by_purpose == {"support": 1}


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
