"""Usage from CSV: added up by account, day or month and measure; the same file twice changes nothing."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db.work import Work
from bot.importing import ACCOUNTS, USAGE
from bot.models import Product, UsageFigure
from bot.usage import queries
from bot.usage.rules import Trend
from tests.factories import NOW, make_workspace
from tests.importing.conftest import Desk

COLUMNS = "usage_id,subscription_id,usage_date,feature_name,usage_count,usage_duration_secs,error_count,is_beta_feature"
RAVENSTACK = f"""{COLUMNS}
U-1,S-1,2026-02-03,feature_20,9,5004,0,False
U-2,S-1,2026-02-03,feature_7,4,1296,1,False
U-3,S-2,2026-02-03,feature_7,5,900,0,True
U-4,S-1,2026-02-04,feature_7,1,0,0,False
U-4,S-1,2026-02-04,feature_7,1,0,0,False
U-4,S-1,2026-02-04,feature_8,2,0,0,False
U-5,S-9,2026-02-04,feature_8,2,0,0,False
U-6,S-1,,feature_8,2,0,0,False
U-7,S-1,2026-02-04,feature_8,,,0,False
U-8,S-1,2029-02-04,feature_8,1,1,0,False
U-9,S-1,2026-02-04,feature_8,many,1,0,False
"""
VALUES = "Account ID,Date,Metric,Value"
Row = tuple[str, str, date, bool, float]


def figures(desk: Desk) -> list[Row]:
    """(measure, product, period, whether a month, amount) of all accounts."""
    with desk.db.reading() as session:
        rows = session.scalars(select(UsageFigure).where(UsageFigure.workspace_id == desk.workspace_id))
        return sorted((one.measure, one.product, one.period, one.is_month, one.amount) for one in rows)


def stocked(desk: Desk) -> Desk:
    """Two accounts; one has two subscriptions."""
    desk.accounts("Account ID,Name\nA-1,Acme\nA-2,Beta\n")
    desk.contracts(
        "Subscription ID,Account ID,Name,Start Date,End Date\n"
        "S-1,A-1,Robots,2025-01-01,2026-12-31\nS-2,A-1,Meters,2025-01-01,2026-12-31\n"
        "S-3,A-2,Robots,2025-01-01,2026-12-31\n"
    )
    return desk


def test_many_rows_a_day_and_feature_become_one_figure_a_day_of_each_measure_and_product(any_desk: Desk) -> None:
    summary = stocked(any_desk).bring(USAGE, RAVENSTACK)
    assert (summary.tally.created, summary.tally.rejected, summary.exit_code) == (5, 6, 1)
    assert summary.unused == ("feature_name", "error_count", "is_beta_feature")
    third, fourth = date(2026, 2, 3), date(2026, 2, 4)
    found = [
        ("hours", "Meters", third, False, 0.25),
        ("hours", "Robots", third, False, 1.75),
        ("hours", "Robots", fourth, False, 0.0),
        ("uses", "Meters", third, False, 5.0),
        ("uses", "Robots", third, False, 13.0),
        ("uses", "Robots", fourth, False, 3.0),
    ]
    assert figures(any_desk) == found
    rejected = any_desk.rejected()
    for why in (
        "Line 5 is the same row",
        "No contract is 'S-9'. Import contracts first.",
        "names no day and no month",
        "Write 0 where nothing was used",
        "2029-02-04 is still to come",
        "usage_count: 'many'",
    ):
        assert why in rejected
    again = any_desk.bring(USAGE, RAVENSTACK).tally
    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, 5, 6)
    assert figures(any_desk) == found


def test_what_a_file_says_of_a_day_takes_the_place_of_what_was_there_and_leaves_other_days(any_desk: Desk) -> None:
    stocked(any_desk).bring(USAGE, "Account,Date,Product,Logins\nAcme,2026-02-03,Robots,5\nAcme,2026-02-04,Robots,6\n")
    tally = any_desk.bring(
        USAGE, "Account,Date,Product,Logins\nAcme,2026-02-03,Meters,2\nBeta,2026-02-03,Robots,1\n"
    ).tally
    assert (tally.created, tally.updated, tally.unchanged) == (2, 0, 0)
    third, fourth = date(2026, 2, 3), date(2026, 2, 4)
    assert figures(any_desk) == [
        ("logins", "Meters", third, False, 2.0),
        ("logins", "Robots", third, False, 1.0),
        ("logins", "Robots", fourth, False, 6.0),
    ]
    tally = any_desk.bring(USAGE, "Account,Date,Product,Logins\nAcme,2026-02-04,Robots,9\n").tally
    assert (tally.created, tally.updated) == (0, 1)
    assert figures(any_desk)[-1][-1] == 9.0


def test_a_dry_run_says_the_same_and_writes_nothing(desk: Desk) -> None:
    tally = stocked(desk).bring(USAGE, RAVENSTACK, dry_run=True).tally
    assert (tally.created, tally.rejected) == (5, 6)
    assert figures(desk) == []


@pytest.mark.parametrize(
    ("header", "row", "kept"),
    [
        ("Customer;Monat;Aktive Nutzer", "Acme;03.2025;1.250", ("active users", "", date(2025, 3, 1), True, 1250)),
        ("Company,Month,MAU", "Acme,2025-03-01,12", ("active users", "", date(2025, 3, 1), True, 12)),
        ("Company,Period,DAU", "Acme,Mar 2025,12", ("active users", "", date(2025, 3, 1), True, 12)),
        ("Company,Period,Sessions", "Acme,2025-03-07,12", ("logins", "", date(2025, 3, 7), False, 12)),
        ("Tenant ID\tWeek\tAPI Requests", "A-1\t3/30/2025\t7", ("API calls", "", date(2025, 3, 30), False, 7)),
        (
            "Account ID,Date,Metric,Value",
            "A-1,2025-03-07,active_users,3",
            ("active users", "", date(2025, 3, 7), False, 3),
        ),
        (
            "Account ID,Date,Metric,Value",
            "A-1,2025-03-07,Reports_Sent,3",
            ("reports sent", "", date(2025, 3, 7), False, 3),
        ),
        (
            "Account ID,Date,Metric,Value",
            "A-1,2025-03-07,duration secs,1800",
            ("hours", "", date(2025, 3, 7), False, 0.5),
        ),
        ("Account ID,Date,Module,Count", "A-1,2025-03-07,Robots,3", ("uses", "Robots", date(2025, 3, 7), False, 3)),
        ("Account,Subscription ID,Date,Count", "Acme,,2025-03-07,3", ("uses", "", date(2025, 3, 7), False, 3)),
    ],
)
def test_headers_and_periods_are_read_as_exports_write_them(desk: Desk, header: str, row: str, kept: Row) -> None:
    assert stocked(desk).bring(USAGE, f"{header}\n{row}\n").exit_code == 0
    assert figures(desk) == [kept]


def test_a_row_of_one_account_and_anothers_contract_is_refused(desk: Desk) -> None:
    stocked(desk).bring(USAGE, "Account,Subscription,Date,Count\nBeta,S-1,2026-02-03,3\n")
    assert "The contract 'S-1' belongs to 'Acme', the row names 'Beta'" in desk.rejected()
    assert figures(desk) == []


def daily(rates: dict[str, tuple[float, float]], until: date, without: frozenset[date] = frozenset()) -> str:
    """Logins of each account day by day over half a year, its first and second quarter at these rates."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("Account", "Date", "Product", "Logins"))
    day, turn = date(2025, 9, 1), date(2025, 12, 1)
    while day <= until:
        if day not in without:
            writer.writerows((name, day, "Robots", pair[day >= turn]) for name, pair in rates.items())
        day += timedelta(days=1)
    return text.getvalue()


def whole(desk: Desk, name: str, now: datetime = NOW) -> list[Trend]:
    """The trends of all that an account uses."""
    with Work.reading(desk.db, desk.workspace_id, now) as work:
        return queries.as_a_whole(queries.trends_of(work, [desk.account(name).id]).get(desk.account(name).id, []))


def test_the_last_three_full_months_are_compared_with_the_three_before(any_desk: Desk) -> None:
    stocked(any_desk)
    with any_desk.db.transaction() as session:
        sold = Product(workspace_id=any_desk.workspace_id, name="Robots", name_key="robots", created_at=NOW)
        session.add(sold)
        session.flush()
        number = sold.id
    february = date(2026, 2, 28)
    text = daily({"Acme": (50, 62), "Beta": (10, 7)}, date(2026, 3, 1))
    any_desk.bring(USAGE, text)
    assert whole(any_desk, "Acme") == [Trend("logins", 24, february)]
    assert whole(any_desk, "Beta") == [Trend("logins", -30, february)]
    with Work.reading(any_desk.db, any_desk.workspace_id, NOW) as work:
        acme = any_desk.account("Acme").id
        assert Trend("logins", 24, february, number) in queries.trends_of(work, [acme])[acme]
        assert set(queries.grown(work, 20, NOW.date())) == {acme}
        assert queries.grown(work, 25, NOW.date()) == {}
        assert queries.grown(work, 20, february + timedelta(days=76)) == {}
    any_desk.bring(USAGE, text)
    assert whole(any_desk, "Acme") == [Trend("logins", 24, february)], "the same file twice"


def test_a_lapse_of_the_file_is_no_fall_and_a_month_that_is_missing_says_nothing(desk: Desk) -> None:
    stocked(desk)
    lapse = frozenset(date(2026, 1, 5) + timedelta(days=n) for n in range(20))
    desk.bring(USAGE, daily({"Acme": (50, 50), "Beta": (10, 7)}, date(2026, 2, 28), lapse))
    assert [one.change for one in whole(desk, "Acme")] == [0]
    assert [one.change for one in whole(desk, "Beta")] == [-30]
    # A month that has not reached its end is not full: January's end is as far as it goes.
    desk.now = datetime(2026, 2, 20, 9, tzinfo=UTC)
    desk.bring(USAGE, daily({"Beta": (10, 7)}, date(2026, 2, 19)).replace("2026-01-", "2025-01-"))
    assert whole(desk, "Beta") == []


def test_a_months_own_figures_go_before_those_of_its_days(desk: Desk) -> None:
    stocked(desk).bring(USAGE, daily({"Acme": (50, 62)}, date(2026, 2, 28)))
    months = "".join(
        f"Acme,{m},{n}\n"
        for m, n in zip(
            ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"), (100, 100, 100, 50, 50, 50), strict=True
        )
    )
    desk.bring(USAGE, f"Account,Month,Logins\n{months}")
    assert whole(desk, "Acme") == [Trend("logins", -50, date(2026, 2, 28))]


def test_a_book_of_usage_comes_in_a_piece_at_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.importing.usage.PIECE", 50)
    monkeypatch.setattr("bot.importing.usage.ACCOUNTS", 2)
    names = [f"Account {n}" for n in range(7)]
    desk.bring(ACCOUNTS, "Name\n" + "\n".join(names))
    tally = desk.bring(USAGE, daily({name: (10.0, 10.0 + n) for n, name in enumerate(names)}, date(2026, 2, 28))).tally
    assert tally.created == 7 * 181 == len(figures(desk))
    assert [whole(desk, name)[0].change for name in names] == [10 * n for n in range(7)]


def test_another_workspaces_usage_is_not_read(desk: Desk, tmp_path: Path) -> None:
    with desk.db.transaction() as session:
        workspace_id = make_workspace(session).id
    other = stocked(Desk(desk.db, workspace_id, tmp_path))
    other.bring(USAGE, daily({"Acme": (50, 62)}, date(2026, 2, 28)))
    assert figures(desk) == []
    with Work.reading(desk.db, desk.workspace_id, NOW) as work:
        assert queries.grown(work, 1, NOW.date()) == {}
