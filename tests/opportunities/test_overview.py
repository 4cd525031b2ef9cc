"""What a manager's overview says of growth: possible, standing still, won; of the accounts that it is about alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from bot.accounts.overview_parts import OverviewLook
from bot.db.work import Work
from bot.models import Account, Workspace
from bot.opportunities import overview, pipeline
from bot.opportunities.facts import Spotted
from bot.opportunities.stages import GrowthKind, OpportunityLost, OpportunityStage
from bot.workspace import members
from tests.factories import NOW, TODAY, make_account
from tests.scenes.scene import Scene

DAY = timedelta(days=1)
EUROS = Spotted(GrowthKind.UPSELL, "Forty *more* <people>", "Some", None, Decimal(18000), "EUR")


def write(scene: Scene, account_id: int, days_ago: int, spotted: Spotted) -> None:
    with Work.writing(scene.db, scene.workspace, NOW - days_ago * DAY) as work:
        by = members.by_id(work, scene.owner.id)
        assert by is not None
        pipeline.add(work, account_id, spotted, by)


def look(account_id: int, workspace: int) -> OverviewLook:
    mine = (Account.workspace_id == workspace, Account.id == account_id)
    return OverviewLook(mine, TODAY, "Europe/Berlin", since=NOW - 7 * DAY)


def test_open_won_and_still_are_told_of_these_accounts_and_listed_oldest_first(any_scene: Scene) -> None:
    account_id = any_scene.account.id
    with any_scene.db.transaction() as session:
        other = make_account(session, session.get_one(Workspace, any_scene.workspace), "Other").id
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        assert overview.tell(work, look(account_id, any_scene.workspace)).is_empty
    write(any_scene, account_id, 3, EUROS)
    write(any_scene, account_id, 61, Spotted(GrowthKind.CROSS_SELL, "Help at night"))
    won = Spotted(GrowthKind.UPSELL, "Two", "Yes", None, Decimal(5000), "USD", OpportunityStage.WON)
    write(any_scene, account_id, 2, won)
    write(any_scene, account_id, 8, won)
    lost = Spotted(GrowthKind.UPSELL, "No", stage=OpportunityStage.LOST, lost_reason=OpportunityLost.PRICE)
    write(any_scene, account_id, 70, lost)
    write(any_scene, other, 70, EUROS)
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        told = overview.tell(work, look(account_id, any_scene.workspace))
        rows = overview.listing(work, look(account_id, any_scene.workspace), 0, 10)
        second = overview.listing(work, look(account_id, any_scene.workspace), 1, 1)
    assert told.lines == (
        "Possible: 2 opportunities, *€18,000* a year, 1 without a value",
        "In the same stage for 60 days or more: 1",
        "✅ won: 1 opportunity, *$5,000* a year",
    )
    assert told.listed
    assert [(one.why, one.worth) for one in rows.rows] == [
        ("Something else, spotted: “Help at night”", ""),
        ("Something else, spotted: “Forty *more* <people>”", "€18,000"),
    ]
    assert (rows.total, second.rows) == (2, rows.rows[1:])
