"""Terms as contracts word them, through their rolls: notice, renewal terms, yearly reviews, agreed terms."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot import story
from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Contract, JobRow, Renewal
from bot.renewals import signing
from bot.renewals.reviews import review_page
from bot.renewals.signing import FinalTerms
from tests.factories import NOW, TODAY
from tests.renewals.test_term_end import at
from tests.scenes.scene import Scene
from tests.scenes.walking import card_of, said, walk


def agenda_of(db: Database, noun: str) -> list[tuple[str, str]]:
    """Open rows about things of one kind: (kind, day), soonest first."""
    with db.reading() as session:
        rows = session.execute(
            select(JobRow.kind, JobRow.due_at)
            .where(JobRow.subject.startswith(f"{noun}:"), JobRow.handled_at.is_(None))
            .order_by(JobRow.due_at)
        )
        return [(kind, f"{at:%Y-%m-%d}") for kind, at in rows]


def months_notice(**more: Any) -> dict[str, Any]:
    return {"auto_renew": True, "notice": "3 months", "deadline": date(2026, 2, 28), "is_last_day": True, **more}


def test_after_a_roll_the_notice_is_counted_on_the_calendar_again(any_scene: Scene) -> None:
    any_scene.contract(date(2026, 5, 31), start_date=date(2025, 12, 1), term_months=6, **months_notice())
    any_scene.plan()
    walk(any_scene.db, any_scene.workspace, NOW, at(6, 2))
    contract = any_scene.contracts()[0]
    # 92 days, as there were before, would be a day late.
    assert (contract.renewal_date, contract.deadline) == (date(2026, 11, 30), date(2026, 8, 30))


def test_the_first_roll_ends_the_first_term_and_later_ones_renewal_terms(any_scene: Scene) -> None:
    terms = {"term_months": 36, "first_term_months": 36, "renewal_term_months": 12}
    any_scene.contract(date(2026, 3, 31), start_date=date(2023, 4, 1), auto_renew=True, is_last_day=True, **terms)
    any_scene.plan()
    walk(any_scene.db, any_scene.workspace, NOW, at(4, 2))
    first = any_scene.contracts()[0]
    assert (first.renewal_date, first.term_months, first.first_term_months) == (date(2027, 3, 31), 12, 36)
    walk(any_scene.db, any_scene.workspace, at(4, 2), at(4, 2, year=2027))
    assert any_scene.contracts()[0].renewal_date == date(2028, 3, 31)


def test_a_first_term_alone_renews_for_a_year(scene: Scene) -> None:
    scene.contract(date(2026, 3, 31), start_date=date(2023, 3, 31), auto_renew=True, term_months=36)
    scene.plan()
    card = card_of_first(scene)
    assert (card.contracts[0].renewal_term, card.contracts[0].is_assumed) == (12, True)
    walk(scene.db, scene.workspace, NOW, at(4, 2))
    assert scene.contracts()[0].renewal_date == date(2027, 3, 31)


def test_month_ends_roll_to_month_ends(scene: Scene) -> None:
    scene.contract(date(2026, 6, 30), start_date=date(2026, 1, 1), auto_renew=True, term_months=6)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(7, 2))
    assert scene.contracts()[0].renewal_date == date(2026, 12, 31)


@pytest.mark.parametrize("term", [6, 12])
def test_the_next_deadline_stands_on_the_agenda_as_soon_as_a_contract_has_rolled(any_scene: Scene, term: int) -> None:
    any_scene.contract(
        date(2026, 3, 31), start_date=date(2025, 4, 1), auto_renew=True, term_months=term, notice_days=30
    )
    any_scene.plan()
    # The night does not come between.
    walk(any_scene.db, any_scene.workspace, NOW, at(3, 31))
    new = any_scene.renewals()[-1]
    with any_scene.db.reading() as session:
        kinds = set(
            session.scalars(
                select(JobRow.kind).where(JobRow.subject == f"renewal:{new.id}", JobRow.handled_at.is_(None))
            )
        )
    assert new.deadline > date(2026, 3, 31) and {"rung", "term_end"} <= kinds


def test_notice_as_long_as_the_term_is_told_on_the_day_of_the_roll(scene: Scene) -> None:
    scene.contract(
        date(2026, 3, 31),
        start_date=date(2025, 4, 1),
        auto_renew=True,
        notice="1 year",
        deadline=date(2025, 3, 31),
        is_last_day=True,
    )
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(4, 1))
    new = scene.renewals()[-1]
    assert (new.deadline, new.renewal_date) == (date(2026, 3, 31), date(2027, 3, 31))
    assert card_of(scene.db, scene.workspace, new.id).deadline == "2026-03-31"


def test_moving_the_date_counts_the_notice_anew(scene: Scene) -> None:
    scene.contract(date(2026, 12, 1), auto_renew=True, notice="3 months", deadline=date(2026, 9, 1))
    scene.plan()
    scene.change(NOW, renewal_date=date(2027, 1, 1))
    assert scene.contracts()[0].deadline == date(2026, 10, 1)


def test_an_agreed_earlier_day_is_kept_through_a_move(scene: Scene) -> None:
    scene.contract(date(2026, 12, 1), deadline=date(2026, 8, 1))
    scene.plan()
    scene.change(NOW, renewal_date=date(2026, 12, 11))
    assert scene.contracts()[0].deadline == date(2026, 8, 11)


def test_a_signed_next_term_counts_once_and_then_the_contract_again(any_scene: Scene) -> None:
    any_scene.contract(date(2026, 3, 31), start_date=date(2025, 4, 1), auto_renew=True, is_last_day=True)
    any_scene.plan()
    signed = FinalTerms({"EUR": Decimal(12000)}, 24, date(2026, 4, 1), date(2028, 3, 31))
    any_scene.change(NOW, stage="signed", final=signed)
    any_scene.change(NOW, stage="invoiced")
    any_scene.change(NOW, stage="paid")
    walk(any_scene.db, any_scene.workspace, NOW, at(4, 2))
    contract = any_scene.contracts()[0]
    assert (contract.renewal_date, contract.term_months) == (date(2028, 3, 31), 24)
    with any_scene.db.reading() as session:
        open_one = session.scalars(select(Renewal).where(Renewal.id == contract.renewal_id)).one()
        assert open_one.renewal_date == date(2028, 3, 31)


def test_what_a_signature_is_for_is_the_renewal_term_from_the_day_after_the_last(scene: Scene) -> None:
    scene.contract(
        date(2027, 3, 31), start_date=date(2024, 4, 1), term_months=36, renewal_term_months=12, is_last_day=True
    )
    scene.plan()
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        terms = signing.shown(work, scene.first)
    assert terms is not None
    assert (terms.months, terms.starts, terms.ends) == (12, date(2027, 4, 1), date(2028, 3, 31))


def endless(scene: Scene, is_monthly: bool = False) -> None:
    """A contract since April 2024 that has no end, or goes from month to month."""
    monthly = {"term_months": 1, "auto_renew": True} if is_monthly else {"is_evergreen": True}
    number = scene.contract(TODAY, name="Support", start_date=date(2024, 4, 15), **monthly)
    if not is_monthly:
        with scene.db.transaction() as session:
            contract = session.get_one(Contract, number)
            contract.renewal_date = contract.deadline = None


@pytest.mark.parametrize("is_monthly", [False, True])
def test_a_contract_without_an_end_is_reviewed_every_year(any_scene: Scene, is_monthly: bool) -> None:
    endless(any_scene, is_monthly)
    any_scene.plan()
    assert agenda_of(any_scene.db, "contract") == [("contract_review", "2026-04-15")]
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        shown = story.card(work, any_scene.account.id, "UTC")
    assert [(one.kind, one.on) for one in shown.coming] == [("contract_review", "2026-04-15")]
    assert "no_renewal" not in [gap.code for gap in shown.gaps]
    walk(any_scene.db, any_scene.workspace, NOW, at(4, 20))
    told = [one for one in said(any_scene.db, any_scene.workspace, "notice") if one.code == "evergreen"]
    assert [(f"{one.at:%Y-%m-%d}", one.facts["details"]["contract"]) for one in told] == [("2026-04-15", "Support")]
    assert agenda_of(any_scene.db, "contract") == [("contract_review", "2027-04-15")]


def test_a_contract_that_has_ended_is_not_reviewed(scene: Scene) -> None:
    endless(scene)
    scene.plan()
    with scene.db.transaction() as session:
        session.merge(scene.contracts()[0]).status = "ended"
    walk(scene.db, scene.workspace, NOW, at(4, 20))
    assert not said(scene.db, scene.workspace, "notice") and not agenda_of(scene.db, "contract")


def test_contracts_without_an_end_that_were_there_before_get_their_review_at_night(scene: Scene) -> None:
    endless(scene)
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        review_page(work, [scene.account.id])
    assert agenda_of(scene.db, "contract") == [("contract_review", "2026-04-15")]


def test_a_story_counts_the_days_where_the_owner_is(scene: Scene) -> None:
    scene.contract(date(2026, 5, 4))
    scene.plan()
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    with scene.db.transaction() as session:
        session.merge(scene.owner).timezone = "Asia/Tokyo"
    with Work.reading(scene.db, scene.workspace, late) as work:
        for asked_from in ("UTC", "America/Los_Angeles"):
            assert story.card(work, scene.account.id, asked_from).as_of == "2026-03-03"


def card_of_first(scene: Scene) -> Any:
    walk(scene.db, scene.workspace, NOW, NOW)
    return card_of(scene.db, scene.workspace, scene.first)
