"""Whitespace of a public book against plain SQL that shares nothing with ours; the whole book where it is at hand.

RavenStack is a fully synthetic data set by River @ Rivalytics, free to use with this credit. The excerpt has sixteen of
its accounts with their subscriptions. An account's industry stands in for its segment, a subscription's plan for the
product.
"""

from __future__ import annotations

import csv
import os
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from bot.db.engine import Database
from bot.db.work import Work
from bot.importing import ACCOUNTS, CONTRACTS
from bot.models import Account
from bot.opportunities import pipeline, products, queries
from bot.opportunities.facts import Spotted
from bot.opportunities.stages import GrowthKind
from bot.workspace import members
from tests.factories import NOW, make_member, make_workspace
from tests.importing.conftest import Desk

HERE = Path(__file__).parent
EXCERPT = (HERE / "ravenstack_accounts.csv", HERE / "ravenstack_subscriptions.csv")
DATA = Path(os.environ.get("PERENNIAL_DATA") or HERE.parents[2] / "shared" / "data") / "ravenstack"
WHOLE = (DATA / "accounts.csv", DATA / "subscriptions.csv")
BOOKS = [EXCERPT, *([WHOLE] if WHOLE[0].exists() else [])]
# "Plan" is sold and no subscription is called so; "Pro" must not be found in another word.
SOLD = ("BASIC", "pro", "Enterprise", "Plan")

PLAIN = """
SELECT a.industry, p.name, a.account_id,
    CASE
        WHEN EXISTS (SELECT 1 FROM subscriptions s WHERE s.account_id = a.account_id AND lower(s.plan_tier) = p.name
                     AND s.is_trial = 'FALSE' AND s.churn_flag = 'FALSE') THEN 'owned'
        WHEN EXISTS (SELECT 1 FROM opened o WHERE o.account_id = a.account_id AND o.product = p.name) THEN 'pipeline'
        WHEN EXISTS (SELECT 1 FROM refused r WHERE r.account_id = a.account_id AND r.product = p.name)
            THEN 'not_eligible'
        ELSE 'gap'
    END
FROM accounts a CROSS JOIN sold p
"""


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def said(accounts: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What people opened and refused: (account, product), of every third and every fifth account."""
    ids = [row["account_id"] for row in rows_of(accounts)]
    return (
        [(one, product) for one in ids[::3] for product in ("enterprise", "plan")],
        [(one, product) for one in ids[::5] for product in ("basic", "plan")],
    )


def by_plain_sql(accounts: Path, subscriptions: Path) -> dict[tuple[str, str], str]:
    """(account, product) → state; and no line of ours is asked."""
    opened, refused = said(accounts)
    with closing(sqlite3.connect(":memory:")) as plain:
        for name, rows in (("accounts", rows_of(accounts)), ("subscriptions", rows_of(subscriptions))):
            plain.execute(f"CREATE TABLE {name} ({', '.join(rows[0])})")
            marks = ", ".join("?" * len(rows[0]))
            plain.executemany(f"INSERT INTO {name} VALUES ({marks})", [tuple(row.values()) for row in rows])
        for name, pairs in (("opened", opened), ("refused", refused)):
            plain.execute(f"CREATE TABLE {name} (account_id, product)")
            plain.executemany(f"INSERT INTO {name} VALUES (?, ?)", pairs)
        plain.execute("CREATE TABLE sold (name)")
        plain.executemany("INSERT INTO sold VALUES (?)", [(name.lower(),) for name in SOLD])
        return {(account, product): state for _, product, account, state in plain.execute(PLAIN)}


@pytest.mark.parametrize("book", BOOKS, ids=["excerpt", "whole"][: len(BOOKS)])
def test_every_account_and_every_segment_stands_as_plain_sql_says(
    any_db: Database, tmp_path: Path, book: tuple[Path, Path]
) -> None:
    accounts, subscriptions = book
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        make_member(session, workspace, "Dana", slack_id="UDANA", role="manager")
        workspace_id = workspace.id
    desk = Desk(any_db, workspace_id, tmp_path)
    assert desk.bring_file(ACCOUNTS, accounts, mapping={"industry": "segment"}).exit_code == 0
    assert desk.bring_file(CONTRACTS, subscriptions).exit_code == 0
    with Work.writing(any_db, workspace_id, NOW) as work:
        products.add(work, SOLD)
        number = {name.lower(): product for product, name in products.sold(work).items()}
        ids = {row.external_id: row.id for row in work.session.execute(work.select(Account.id, Account.external_id))}
        dana = members.find(work, "UDANA")
        assert dana is not None
        opened, refused = said(accounts)
        for account, product in opened:
            pipeline.add(work, ids[account], Spotted(GrowthKind.CROSS_SELL, "More", product_id=number[product]), dana)
        for account, product in refused:
            pipeline.refuse(work, ids[account], number[product], "No", dana)
    plain = by_plain_sql(accounts, subscriptions)
    segment_of = {row["account_id"]: row["industry"] for row in rows_of(accounts)}
    with Work.reading(any_db, workspace_id, NOW) as work:
        active = dict(work.session.execute(work.select(Account.external_id, Account.is_active)).all())
        found = queries.states_of(work, list(ids.values()), products.sold(work))
        ours = {
            (account, name): found[account_id][product]
            for account, account_id in ids.items()
            for name, product in number.items()
        }
        assert ours == plain
        assert set(plain.values()) == {"owned", "pipeline", "not_eligible", "gap"}
        for segment in set(segment_of.values()):
            counts = Counter(
                (product, state)
                for (account, product), state in plain.items()
                if segment_of[account] == segment and active[account]
            )
            for row in queries.segment_growth(work, segment.upper()).rows:
                name = row.product.lower()
                assert (row.owned, row.pipeline, row.gap, row.not_eligible) == tuple(
                    counts[name, state] for state in ("owned", "pipeline", "gap", "not_eligible")
                )
