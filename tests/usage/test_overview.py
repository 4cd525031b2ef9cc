"""What an overview tells of usage, against a count in plain Python, on both databases."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.accounts.overview_facts import Listing, OverviewSection
from bot.accounts.overview_parts import OverviewLook
from bot.core.months import month_end, shifted
from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Account, UsageFigure, Workspace
from bot.usage import figures, overview, queries
from bot.usage.rules import NEWS_DAYS, due_figures, may_be_due
from tests.factories import make_account, make_contract, make_member, make_workspace

TODAY = date(2026, 3, 12)
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
FEBRUARY = date(2026, 2, 1)
MONTHS = [shifted(FEBRUARY, -ago) for ago in range(5, -1, -1)]


class Book:
    """A workspace with accounts of Dana's, and figures of what they use."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.transaction() as session:
            workspace = make_workspace(session)
            self.workspace, self.owner = workspace.id, make_member(session, workspace, "Dana").id

    def account(self, name: str, monthly: dict[str, list[int]], months: list[date] = MONTHS, **values: Any) -> int:
        """An account with figures of so many months from the first of `months` on."""
        with self.db.transaction() as session:
            workspace = session.get_one(Workspace, self.workspace)
            account = make_account(session, workspace, name, owner_id=self.owner, **values)
            for measure, amounts in monthly.items():
                for month, amount in zip(months, amounts, strict=False):
                    session.add(figure(account, measure, month, amount))
            return account.id

    def compare(self) -> None:
        """As an import does when it has written its figures."""
        with Work.writing(self.db, self.workspace, NOW) as work:
            ids = list(work.session.scalars(work.select(Account.id)))
            measures = set(work.session.scalars(work.select(UsageFigure.measure)))
            figures.compare(work, ids, figures.reaches(work, measures))

    def look(self, *ids: int) -> OverviewLook:
        own = (Account.workspace_id == self.workspace, Account.is_active.is_(True))
        return OverviewLook((*own, Account.id.in_(ids)) if ids else own, TODAY, "UTC")

    def tell(self, *ids: int) -> tuple[OverviewSection, OverviewSection]:
        with Work.reading(self.db, self.workspace, NOW) as work:
            look = self.look(*ids)
            return overview.tell_fallen(work, look), overview.tell_stopped(work, look)

    def lists(self, limit: int = 50, offset: int = 0) -> tuple[Listing, Listing]:
        with Work.reading(self.db, self.workspace, NOW) as work:
            look = self.look()
            fallen = overview.list_fallen(work, look, offset, limit)
            return fallen, overview.list_stopped(work, look, offset, limit)


def figure(account: Account, measure: str, period: date, amount: float, is_month: bool = True) -> UsageFigure:
    return UsageFigure(
        workspace_id=account.workspace_id,
        account_id=account.id,
        product="",
        measure=measure,
        period=period,
        is_month=is_month,
        amount=amount,
    )


@pytest.fixture
def book(any_db: Database) -> Book:
    return Book(any_db)


def test_the_deepest_falls_are_named_and_the_rest_is_counted(book: Book) -> None:
    for number, now in enumerate((80, 60, 40, 20, 81)):
        book.account(f"Account {number}", {"logins": [100] * 3 + [now] * 3})
    book.account("Grown", {"logins": [100] * 3 + [200] * 3})
    book.account("Faults", {"errors": [100] * 3 + [10] * 3})
    book.account("Left", {"logins": [100] * 3 + [0] * 3}, is_active=False)
    book.compare()
    fallen, stopped = book.tell()
    assert fallen.after == (
        "Usage fell against the quarter before at *4 accounts*: Account 3 by 80 % (logins), Account 2 by 60 % "
        "(logins), Account 1 by 40 % (logins) and 1 more",
    )
    assert fallen.listed and not stopped.after and not stopped.listed
    listed, _ = book.lists()
    assert [row.account for row in listed.rows] == ["Account 3", "Account 2", "Account 1", "Account 0"]
    assert listed.rows[0].owner == "Dana" and listed.rows[0].why.startswith("Usage is down 80 % since December")
    page, _ = book.lists(limit=1, offset=2)
    assert (page.total, [row.account for row in page.rows]) == (4, ["Account 1"])


def test_each_tier_falls_by_its_own_number(book: Book) -> None:
    with book.db.transaction() as session:
        session.get_one(Workspace, book.workspace).policy = {"enterprise": {"usage_fall_percent": 5}}
    book.account("Large", {"logins": [100] * 3 + [94] * 3}, tier="enterprise")
    book.account("Small", {"logins": [100] * 3 + [94] * 3}, tier="small")
    book.compare()
    [row] = book.lists()[0].rows
    assert row.account == "Large"


def test_figures_that_stopped_are_named_beside_how_many_still_come(book: Book) -> None:
    for number in range(5):
        book.account(f"Steady {number}", {"logins": [100] * 6})
    book.account("Gone", {"logins": [100] * 5})
    book.account("Long gone", {"logins": [100] * 1})
    book.account("Zero", {"logins": [100] * 3 + [0] * 3})
    book.account("Before", {"logins": [100]}, [shifted(FEBRUARY, -6)])
    book.account("Never", {})
    book.account("No errors any more", {"errors": [9] * 3, "logins": [100] * 6})
    book.account("Other measure", {"logins": [100] * 3, "hours": [100] * 6})
    book.compare()
    fallen, stopped = book.tell()
    assert fallen.after == ("Usage fell against the quarter before at *1 account*: Zero by 100 % (logins)",), (
        "nothing used is no lack of figures"
    )
    assert stopped.after == (
        "Figures of usage come no more from *2 of 10 accounts*: Gone (until Sat 31 Jan) and Long gone (until Tue 30 "
        "Sep 2025). They may use it no more, or the file lacks them",
    )
    assert [(row.account, row.why) for row in book.lists()[1].rows] == [
        ("Gone", "No figures of usage since 2026-01-31"),
        ("Long gone", "No figures of usage since 2025-09-30"),
    ]


def test_of_who_is_no_customer_any_more_nobody_waits_for_figures(book: Book) -> None:
    book.account("Steady", {"logins": [100] * 6})
    left = book.account("Left", {"logins": [100] * 3}, is_active=False)
    with Work.reading(book.db, book.workspace, NOW) as work:
        assert queries.stopped(work, left, TODAY) is None
        assert not overview.list_stopped(work, book.look(), 0, 10).rows


def test_where_nobodys_figures_come_any_more_no_account_is_blamed(book: Book) -> None:
    old = [shifted(one, -6) for one in MONTHS]
    for name in ("One", "Two"):
        book.account(name, {"logins": [100] * (6 if name == "One" else 3)}, old)
    book.compare()
    assert [one.after for one in book.tell()] == [(), ()]


def test_what_an_overview_does_not_look_over_is_in_no_line_and_no_count(book: Book) -> None:
    mine = book.account("Mine", {"logins": [100] * 6})
    book.account("Theirs", {"logins": [100] * 3 + [10] * 3})
    book.account("Theirs too", {"logins": [100] * 3})
    other = Book(book.db)
    other.account("Elsewhere", {"logins": [100] * 3 + [10] * 3})
    book.compare()
    other.compare()
    assert [one.after for one in book.tell(mine)] == [(), ()]
    assert "Elsewhere" not in str(book.tell()) and "Elsewhere" in str(other.tell())


def test_of_figures_that_stopped_the_largest_is_named_first(book: Book) -> None:
    book.account("Steady", {"logins": [100] * 6})
    paid = {
        "Atlas": ("900", "EUR"),
        "Brook": ("5000", "EUR"),
        "Cole": None,
        "Dale": ("70", "USD"),
        "Elm": ("20", "USD"),
    }
    for name, pays in paid.items():
        account_id = book.account(name, {"logins": [100] * 5})
        with book.db.transaction() as session:
            for value, currency in [pays] if pays else []:
                account = session.get_one(Account, account_id)
                make_contract(session, account, value=Decimal(value), currency=currency)
    book.compare()
    [line] = book.tell()[1].after
    assert (
        "*5 of 6 accounts*: Brook (until Sat 31 Jan), Dale (until Sat 31 Jan), Atlas (until Sat 31 Jan) and 2" in line
    )
    listed = [(row.account, row.worth) for row in book.lists()[1].rows]
    assert listed == [
        ("Brook", "€5,000"),
        ("Dale", "$70"),
        ("Atlas", "€900"),
        ("Elm", "$20"),
        ("Cole", "value not known"),
    ]


def test_growth_is_not_told_of_figures_that_stopped(book: Book) -> None:
    """The account's own trend is as its last file left it."""
    grown = book.account("Grown", {"logins": [100] * 3 + [200] * 2}, [shifted(one, -1) for one in MONTHS])
    with book.db.transaction() as session:
        session.add(figure(session.get_one(Account, grown), "logins", shifted(FEBRUARY, -1), 200))
    with Work.writing(book.db, book.workspace, NOW) as work:
        figures.compare(work, [grown], figures.reaches(work, ["logins"]))
        assert list(queries.grown(work, 20, TODAY)) == [grown]
    book.account("Steady", {"logins": [100] * 6})
    with Work.reading(book.db, book.workspace, NOW) as work:
        assert not queries.grown(work, 20, TODAY)


@pytest.mark.parametrize("seed", range(6))
def test_who_stopped_is_who_has_figures_and_none_in_the_last_full_month(any_db: Database, seed: int) -> None:
    """By day and by month, of several measures, counted over the rows without any of our rules."""
    chance, book = random.Random(seed), Book(any_db)
    rows: dict[int, list[tuple[str, bool, date]]] = defaultdict(list)
    for number in range(25):
        account_id = book.account(f"Account {number:02}", {})
        for measure, is_month in chance.sample([("logins", False), ("hours", True), ("errors", False)], 2):
            last = TODAY - timedelta(days=chance.choice((1, 5, 20, 45, 70, 150, 300)))
            days = {last - timedelta(days=chance.randrange(90)) for _ in range(8)} | {last}
            rows[account_id] += sorted({(measure, is_month, one.replace(day=1) if is_month else one) for one in days})
    with any_db.transaction() as session:
        for account_id, some in rows.items():
            account = session.get_one(Account, account_id)
            session.add_all([figure(account, measure, on, 1, is_month) for measure, is_month, on in some])
    # March is not over: February is the last full month, if anything of March is there or February has reached its end.
    newest = {kind: max(on for some in rows.values() for *of, on in some if tuple(of) == kind)
              for kind in (("logins", False), ("hours", True))}  # fmt: skip
    assert all(on >= FEBRUARY for on in newest.values())
    full = {kind: FEBRUARY if on >= date(2026, 2, 28) or (kind[1] and on >= FEBRUARY) else date(2026, 1, 1)
            for kind, on in newest.items()}  # fmt: skip
    stopped = set()
    for account_id, some in rows.items():
        own = [(full[measure, is_month], on) for measure, is_month, on in some if measure != "errors"]
        if any(on >= shifted(due, -5) for due, on in own) and not any(on >= due for due, on in own):
            stopped.add(account_id)
    with Work.reading(any_db, book.workspace, NOW) as work:
        found = overview.list_stopped(work, book.look(), 0, 50)
        names = {work.session.get_one(Account, one).name for one in stopped}
        assert {row.account for row in found.rows} == names and found.total == len(names)
        for account_id in rows:
            assert (queries.stopped(work, account_id, TODAY) is not None) is (account_id in stopped)


def test_what_is_due_goes_by_the_last_full_month_of_all() -> None:
    due = due_figures("logins", False, date(2026, 3, 11), TODAY)
    assert due is not None and (due.since, due.due, due.reached) == (date(2025, 9, 1), FEBRUARY, date(2026, 3, 11))
    half = due_figures("logins", False, date(2026, 2, 27), TODAY)
    assert half is not None and half.due == date(2026, 1, 1), "February has not reached its end"
    running = due_figures("logins", True, date(2026, 3, 1), TODAY)
    assert running is not None and (running.due, running.reached) == (FEBRUARY, TODAY), "a month that is not over"
    assert due_figures("errors", False, date(2026, 3, 11), TODAY) is None
    long_ago = TODAY - timedelta(days=NEWS_DAYS + 40)
    assert due_figures("logins", False, long_ago, TODAY) is None
    for is_month in (False, True):
        for days in range(1, 200):
            on = TODAY - timedelta(days=days)
            first = on.replace(day=1) if is_month else on
            if first >= FEBRUARY:
                assert not may_be_due(first, is_month, TODAY), "one look at an account's own figures is enough"
    assert month_end(2026, 2) == date(2026, 2, 28)
