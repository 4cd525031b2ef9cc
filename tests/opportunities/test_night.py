"""What the night does about growth, on both databases: one proposal for one person at a time, and questions once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.accounts.figure_facts import FigureLine, FigureWindow, InSegment
from bot.agenda import runner
from bot.db.work import Work
from bot.health.events import NightScored
from bot.models import Account, GrowthProposal, JobRow, Member, Opportunity, Post, Requalification, Workspace
from bot.opportunities import look, pipeline, products, proposals
from bot.opportunities.facts import Spotted
from bot.opportunities.figures import NAME, growth_lines
from bot.opportunities.stages import GrowthKind, OpportunityStage
from bot.requalification import planning
from bot.workspace import members
from tests.factories import NOW, TODAY, make_account, make_contract, make_member, make_renewal, make_workspace
from tests.scenes.learning import make_ticket
from tests.scenes.scene import Scene

DAY = timedelta(days=1)
BUYERS = ("Buyer 1", "Buyer 2", "Buyer 3", "Buyer 4")


def stock(scene: Scene, *names: str, owner: int | None = None, segment: str = "Retail") -> dict[str, int]:
    """Accounts of a segment; those that are called buyers have a data hub."""
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        workspace = work.session.get_one(Workspace, work.workspace_id)
        products.add(work, ["Data hub"])
        made = {}
        for name in names:
            account = make_account(work.session, workspace, name, segment=segment, owner_id=owner)
            make_contract(work.session, account, name="DATA HUB" if name.startswith("Buyer") else "Other")
            made[name] = account.id
        return made


def nights(scene: Scene, *days: int) -> list[tuple[int, int, date]]:
    """(account, who was told, day) after these nights."""
    for days_on in days:
        with Work.writing(scene.db, scene.workspace, NOW + days_on * DAY) as work:
            look.run_look(work, [])
    with scene.db.reading() as session:
        rows = session.scalars(select(GrowthProposal).order_by(GrowthProposal.id))
        return [(one.account_id, one.told_to_id, one.told_on) for one in rows]


def test_each_person_hears_of_one_account_in_eight_days_and_each_account_once(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        eve = make_member(session, session.get_one(Workspace, any_scene.workspace), "Eve").id
    stock(any_scene, *BUYERS)
    dana = any_scene.owner.id
    mine = stock(any_scene, "A", "B", "C", owner=dana)
    hers = stock(any_scene, "D", owner=eve)
    assert nights(any_scene, *range(21)) == [
        (mine["A"], dana, TODAY),
        (hers["D"], eve, TODAY),
        (mine["B"], dana, TODAY + 8 * DAY),
        (mine["C"], dana, TODAY + 16 * DAY),
    ]
    with any_scene.db.reading() as session:
        assert len(session.scalars(select(Post.id).where(Post.kind == proposals.KIND)).all()) == 4


def test_nobody_is_told_while_away_nor_of_another_workspaces_peers(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        other = make_workspace(session)
        for name in BUYERS:
            make_contract(session, make_account(session, other, name, segment="Retail"), name="Data hub")
        away = make_member(
            session, session.get_one(Workspace, any_scene.workspace), "Away", away_until=TODAY + 2 * DAY
        ).id
    stock(any_scene, "A", owner=any_scene.owner.id)
    assert nights(any_scene, 0) == []
    mine = stock(any_scene, *BUYERS) and stock(any_scene, "E", owner=away)
    assert [row[1] for row in nights(any_scene, 1)] == [any_scene.owner.id]
    assert nights(any_scene, 2, 3)[1:] == [(mine["E"], away, TODAY + 3 * DAY)]


def _goes(work: Work, account: Account) -> None:
    account.is_active = False


def _changes_hands(work: Work, account: Account) -> None:
    account.owner_id = make_member(work.session, work.session.get_one(Workspace, work.workspace_id), "Eve").id


def _goes_away(work: Work, account: Account) -> None:
    work.session.get_one(Member, account.owner_id).away_until = TODAY + DAY


def _leaves_the_team(work: Work, account: Account) -> None:
    work.session.get_one(Member, account.owner_id).is_outsider = True


def _is_escalated(work: Work, account: Account) -> None:
    make_ticket(work.session, account, NOW, escalated=True)


def _is_refused(work: Work, account: Account) -> None:
    by = members.by_id(work, account.owner_id or 0)
    assert by is not None
    pipeline.refuse(work, account.id, next(iter(products.sold(work))), "No", by)


def _is_sold_no_longer(work: Work, account: Account) -> None:
    products.remove(work, next(iter(products.sold(work))))


def _is_told_by_another_worker(work: Work, account: Account) -> None:
    look.run_look(work, [])


def _nothing(work: Work, account: Account) -> None:
    """Nobody writes meanwhile."""


@pytest.mark.parametrize(
    ("meanwhile", "told"),
    [
        (_nothing, 1),
        (_is_told_by_another_worker, 1),
        (_goes, 0),
        (_changes_hands, 0),
        (_goes_away, 0),
        (_leaves_the_team, 0),
        (_is_escalated, 0),
        (_is_refused, 0),
        (_is_sold_no_longer, 0),
    ],
)
def test_what_was_chosen_ahead_is_told_as_long_as_it_holds(
    any_scene: Scene, meanwhile: Callable[[Work, Account], None], told: int
) -> None:
    stock(any_scene, *BUYERS)
    mine = stock(any_scene, "A", owner=any_scene.owner.id)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        for _ in range(2):
            look.plan_look(work, NightScored())
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        ahead = runner.read_ahead(work, 10, lambda: False)
    assert ahead is not None and len(ahead.found) == 1
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        meanwhile(work, work.session.get_one(Account, mine["A"]))
    with Work.writing(any_scene.db, any_scene.workspace, NOW, ahead=ahead.found) as work:
        assert runner.run_due(work) == 1
    with any_scene.db.reading() as session:
        assert len(session.scalars(select(GrowthProposal.id)).all()) == told
        assert len(session.scalars(select(Post.id).where(Post.kind == proposals.KIND)).all()) == told


def test_what_is_open_is_not_proposed_and_one_far_down_the_list_still_is(any_scene: Scene) -> None:
    dana = any_scene.owner.id
    stock(any_scene, *BUYERS, "Buyer 5", "Buyer 6", "Buyer 7", "Buyer 8", "Buyer 9", "Buyer 10", "Buyer 11")
    names = [f"N{n}" for n in range(9)]
    mine = stock(any_scene, *names, owner=dana)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        (product,) = products.sold(work)
        by = members.by_id(work, dana)
        assert by is not None
        pipeline.add(work, mine["N0"], Spotted(GrowthKind.CROSS_SELL, "A hub", product_id=product), by)
        for name in names[1:8]:
            pipeline.refuse(work, mine[name], product, "No", by)
    assert [row[0] for row in nights(any_scene, 0)] == [mine["N8"]]


def test_growth_at_renewals_adds_up_what_was_won_while_a_card_was_open(any_scene: Scene) -> None:
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        by = members.by_id(work, any_scene.owner.id)
        assert by is not None
        workspace = work.session.get_one(Workspace, work.workspace_id)
        quiet = make_account(work.session, workspace, "Quiet")
        for account, carded in ((any_scene.account, NOW), (quiet, None)):
            make_renewal(work.session, account, carded_at=carded)
        won = {"stage": OpportunityStage.WON, "budget": "Some"}
        for value, currency in ((Decimal("18000"), "EUR"), (Decimal("2000"), "EUR"), (Decimal("500"), "USD")):
            one = Spotted(GrowthKind.UPSELL, "More", value=value, currency=currency, **won)  # type: ignore[arg-type]
            pipeline.add(work, any_scene.account.id, one, by)
            pipeline.add(work, quiet.id, one, by)
        pipeline.add(work, any_scene.account.id, Spotted(GrowthKind.UPSELL, "More", stage=OpportunityStage.WON), by)
        pipeline.add(work, any_scene.account.id, Spotted(GrowthKind.UPSELL, "More"), by)
        (line,) = growth_lines(work, FigureWindow(TODAY), None)
        assert line == FigureLine(
            NAME,
            str(FigureWindow(TODAY)),
            "€20,000 + $500",
            "a year, of 4 opportunities won while a renewal was open; 1 without a value",
        )
        for day, segment in ((TODAY - DAY, None), (TODAY + 366 * DAY, None), (TODAY, InSegment("Other", TODAY))):
            assert growth_lines(work, FigureWindow(day), segment)[0].value == "none"
        assert len(work.session.scalars(work.select(Opportunity.renewal_id)).all()) == 8


def test_planning_again_and_again_asks_once(any_scene: Scene) -> None:
    delivered = any_scene.contract(TODAY - 40 * DAY, kind="one_off", status="ended")
    for night in range(3):
        with Work.writing(any_scene.db, any_scene.workspace, NOW + night * DAY) as work:
            planning.plan(work, [any_scene.account.id])
    with any_scene.db.reading() as session:
        rows = session.scalars(select(Requalification).order_by(Requalification.days))
        assert [(one.contract_id, one.days, one.due_on) for one in rows] == [
            (delivered, 90, TODAY + 50 * DAY),
            (delivered, 180, TODAY + 140 * DAY),
        ]
        jobs = session.scalars(select(JobRow).where(JobRow.kind == "one_off_ask"))
        assert sorted((job.subject, job.dedupe_key) for job in jobs) == [
            (f"one_off:{delivered}", "180"),
            (f"one_off:{delivered}", "90"),
        ]
