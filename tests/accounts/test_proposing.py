"""What is proposed, read from all that proposes, on both databases: apart at an account, and seldom to a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts import proposing
from bot.core.proposing import HoldOff, ProposedTo
from bot.db.work import Work
from bot.models import (
    AccountHealth,
    CustomerPerson,
    Escalation,
    GrowthProposal,
    Insight,
    NurturePause,
    NurtureTouch,
    Product,
    PulseRound,
    ReferralHint,
    Requalification,
)
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from tests.factories import NOW, TODAY, make_contract, make_renewal
from tests.scenes.learning import make_promise, make_ticket
from tests.scenes.scene import Scene

DAY = timedelta(days=1)
Lay = Callable[[Any, Scene, datetime], None]


def _about(scene: Scene) -> dict[str, int]:
    return {"workspace_id": scene.workspace, "account_id": scene.account.id}


def _nurture(session: Any, scene: Scene, at: datetime) -> None:
    insight = Insight(workspace_id=scene.workspace, words="A study", created_at=at)
    session.add(insight)
    session.flush()
    told = {"insight_id": insight.id, "goal": "reinforce", "opening": "", "state": "lapsed", "proposed_at": at}
    session.add(NurtureTouch(**_about(scene), **told, member_id=scene.owner.id))


def _growth(session: Any, scene: Scene, at: datetime) -> None:
    product = Product(workspace_id=scene.workspace, name="Hub", name_key="hub", created_at=at)
    session.add(product)
    session.flush()
    told = {"product_id": product.id, "kind": "upsell", "told_to_id": scene.owner.id, "told_on": at.date()}
    session.add(GrowthProposal(**_about(scene), **told))


def _referral(session: Any, scene: Scene, at: datetime) -> None:
    person = CustomerPerson(**_about(scene), name="Ruth", name_key="ruth", created_at=at)
    session.add(person)
    session.flush()
    session.add(ReferralHint(**_about(scene), person_id=person.id, member_id=scene.owner.id, at=at))


def _one_off(session: Any, scene: Scene, at: datetime) -> None:
    contract = make_contract(session, scene.account, kind="one_off")
    session.add(Requalification(**_about(scene), contract_id=contract.id, days=30, due_on=TODAY, asked_at=at))


PROPOSALS: dict[str, Lay] = {"nurture": _nurture, "growth": _growth, "referral": _referral, "one_off": _one_off}


def _trouble(scene: Scene) -> dict[HoldOff, Callable[[Any], object]]:
    mine, account = _about(scene), scene.account
    pause = {"paused_at": NOW, "paused_by_id": scene.owner.id, "reason": "Not now"}
    red = {"opened_at": NOW - 7 * DAY, "closes_on": TODAY, "asked": [], "worst": "red"}

    def escalated(session: Any) -> None:
        renewal = make_renewal(session, account)
        session.add(
            Escalation(
                workspace_id=scene.workspace, renewal_id=renewal.id, step="x", occasion="x", told_at=NOW - 14 * DAY
            )
        )

    def at_risk(session: Any) -> None:
        make_renewal(session, account).forecast = "at_risk"

    return {
        HoldOff.PAUSED: lambda session: session.add(NurturePause(**mine, **pause)),
        HoldOff.POOR: lambda session: session.add(AccountHealth(**mine, score=20, computed_at=NOW)),
        HoldOff.RED_PULSE: lambda session: session.add(PulseRound(**mine, **red, closed_at=NOW)),
        HoldOff.AT_RISK: at_risk,
        HoldOff.PROMISE: lambda session: make_promise(session, account, None, due=TODAY - DAY),
        HoldOff.ESCALATION: escalated,
    }


def held_off(scene: Scene, now: datetime = NOW) -> dict[int, HoldOff]:
    """Why nothing may be proposed at the accounts of the scene."""
    with Work.reading(scene.db, scene.workspace, now) as work:
        return proposing.held_off_of(work, [scene.account.id])


@pytest.mark.parametrize("kind", PROPOSALS)
def test_whichever_was_proposed_nothing_else_is_for_a_fortnight_at_that_account(any_scene: Scene, kind: str) -> None:
    assert held_off(any_scene) == {}
    with any_scene.db.transaction() as session:
        PROPOSALS[kind](session, any_scene, NOW)
    for days in (0, 13):
        assert held_off(any_scene, NOW + days * DAY) == {any_scene.account.id: HoldOff.PROPOSED}
    assert held_off(any_scene, NOW + 14 * DAY) == {}


@pytest.mark.parametrize("kind", PROPOSALS)
def test_whoever_was_told_of_it_is_known_to_have_been_for_a_week(any_scene: Scene, kind: str) -> None:
    with any_scene.db.transaction() as session:
        PROPOSALS[kind](session, any_scene, NOW)
    owner = any_scene.owner.id
    now = ProposedTo(0, has_touch=kind == "nurture")
    for days, had in ((0, now), (1, ProposedTo(1)), (7, ProposedTo(7)), (10, None)):
        with Work.reading(any_scene.db, any_scene.workspace, NOW + days * DAY) as work:
            assert proposing.told(work, [owner]).get(owner) == had
            assert proposing.told(work, []) == {}


def test_a_touch_in_a_channel_counts_on_its_day_and_not_among_what_came_directly(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        _nurture(session, any_scene, NOW)
        number = session.scalars(select(NurtureTouch.id)).one()
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        outgoing.put(work, [OutgoingPost(f"nurture:{number}", "nurture", {}, channel="C0ACME")])
    for days, had in ((0, ProposedTo(has_touch=True)), (1, ProposedTo())):
        with Work.reading(any_scene.db, any_scene.workspace, NOW + days * DAY) as work:
            assert proposing.told(work, [any_scene.owner.id]) == {any_scene.owner.id: had}


@pytest.mark.parametrize("why", [one for one in HoldOff if one is not HoldOff.PROPOSED])
def test_each_trouble_holds_back_what_would_be_proposed(any_scene: Scene, why: HoldOff) -> None:
    with any_scene.db.transaction() as session:
        _trouble(any_scene)[why](session)
    assert held_off(any_scene) == {any_scene.account.id: why}


@pytest.mark.parametrize(("days_closed", "is_held"), [(None, True), (14, True), (15, False)])
def test_an_escalated_ticket_counts_until_it_is_closed_and_a_fortnight_after(
    any_scene: Scene, days_closed: int | None, is_held: bool
) -> None:
    closed_at = None if days_closed is None else NOW - days_closed * DAY
    with any_scene.db.transaction() as session:
        make_ticket(session, any_scene.account, NOW - 90 * DAY, escalated=True, closed_at=closed_at)
    assert (held_off(any_scene) == {any_scene.account.id: HoldOff.ESCALATION}) is is_held
