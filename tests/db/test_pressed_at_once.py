"""Many people press at the same moment, on both databases: one of them wins, and the others hear who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import follow_ups, handoffs, touchpoints
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import Refused
from bot.handoffs.facts import Package
from bot.handoffs.rules import Direction
from bot.models import Account, Event, FollowUp, Plan, Renewal, Teammate, Workspace
from bot.plans import service as plan_service
from bot.renewals import actions
from bot.touchpoints.rules.line import TouchKind
from bot.workspace import members
from tests.factories import NOW, make_member, make_renewal
from tests.scenes.scene import Scene

CARDS = 20
Press = Callable[[Session, int], object]


def at_once(db: Database, presses: Sequence[Press]) -> list[str]:
    """Have each press made by a person of its own, all begun before any ends; what each of them was told."""
    together, told = Barrier(len(presses)), [""] * len(presses)

    def press(number: int) -> None:
        together.wait()
        try:
            with db.transaction() as session:
                told[number] = str(presses[number](session, number))
        except Refused as refused:
            told[number] = refused.message

    people = [Thread(target=press, args=(number,)) for number in range(len(presses))]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return told


@pytest.fixture
def crowd(any_scene: Scene) -> Sequence[members.MemberView]:
    """Four people, who are managers, so that each may press anything."""
    with any_scene.db.transaction() as session:
        workspace = session.get_one(Workspace, any_scene.workspace)
        ids = [make_member(session, workspace, name, role="manager").id for name in ("Ann", "Ben", "Cem", "Dee")]
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        return [one for id in ids if (one := members.by_id(work, id))]


def test_one_of_those_who_press_i_am_on_it_at_once_has_it_and_the_others_hear_who(
    any_scene: Scene, crowd: Sequence[members.MemberView]
) -> None:
    with any_scene.db.transaction() as session:
        account = session.get_one(Account, any_scene.account.id)
        cards = [make_renewal(session, account).id for _ in range(CARDS)]
    for card in cards:
        told = at_once(
            any_scene.db,
            [lambda s, n, card=card: actions.claim(Work(s, any_scene.workspace, NOW), card, crowd[n].id).changed]
            * len(crowd),
        )
        with any_scene.db.reading() as session:
            winner = session.scalars(select(Renewal.claimed_by_id).where(Renewal.id == card)).one()
        name = next(one.name for one in crowd if one.id == winner)
        assert told[[one.id for one in crowd].index(winner or 0)] == "True"
        others = [words for words in told if words != "True"]
        assert len(others) == len(crowd) - 1
        assert all(words.startswith(f"{name} took this on a moment ago.") for words in others)
    with any_scene.db.reading() as session:
        claims = session.scalar(select(func.count()).select_from(Event).where(Event.kind == "claimed"))
    assert claims == CARDS


def test_a_follow_up_is_done_by_one_person_and_the_others_hear_that_it_is_closed(
    any_scene: Scene, crowd: Sequence[members.MemberView]
) -> None:
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        on = NOW.date() + timedelta(days=3)
        account, owner = any_scene.account.id, any_scene.owner.id
        number = follow_ups.add(work, account, owner, "Call", on, False, "touchpoint:0", owner)
    ends = ("done", "dropped", "done", "dropped")
    told = at_once(
        any_scene.db,
        [lambda s, n: follow_ups.close(Work(s, any_scene.workspace, NOW), number, ends[n], crowd[n].id)] * len(crowd),
    )
    with any_scene.db.reading() as session:
        kept = session.get_one(FollowUp, number)
    winner = next(one for one in crowd if one.id == kept.done_by_id)
    assert told.count("True") == 1
    assert told[crowd.index(winner)] == "True"
    same_end = [told[n] for n in range(len(crowd)) if ends[n] == kept.outcome and crowd[n] != winner]
    other_end = [told[n] for n in range(len(crowd)) if ends[n] != kept.outcome]
    assert same_end == ["False"]
    assert all(f"{kept.outcome} by {winner.name}" in words for words in other_end)


def test_a_handoff_ends_once_however_many_accept_and_return_it(
    any_scene: Scene, crowd: Sequence[members.MemberView]
) -> None:
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        giver = members.by_id(work, any_scene.owner.id)
    assert giver is not None
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        words = Package("Training", "Half the stops", "", "Call Ruth", "2026-03-09")
        number = handoffs.hand_over(work, any_scene.account.id, Direction.TO_SUPPORT, giver, crowd[0].id, words)

    def settle(session: Session, n: int) -> object:
        if n % 2:
            return handoffs.send_back(Work(session, any_scene.workspace, NOW), number, "Who is Ruth?", crowd[n])
        return handoffs.accept(Work(session, any_scene.workspace, NOW), number, crowd[n])

    told = at_once(any_scene.db, [settle] * len(crowd))
    ended = Counter("told who" if "already" in words else words for words in told)
    assert ended == {"True": 1, "False": 1, "told who": 2}
    with any_scene.db.reading() as session:
        leads = session.scalars(select(Teammate.member_id).where(Teammate.role == "support_lead")).all()
    assert len(leads) == 1


def test_the_same_plan_written_down_by_several_at_once_is_one_version(
    any_scene: Scene, crowd: Sequence[members.MemberView]
) -> None:
    told = at_once(
        any_scene.db,
        [
            lambda s, n: plan_service.record(
                Work(s, any_scene.workspace, NOW), any_scene.account.id, "Grow", "Seats", "Monthly", None, crowd[n].id
            )
        ]
        * len(crowd),
    )
    with any_scene.db.reading() as session:
        versions = session.scalar(select(func.count()).select_from(Plan))
    assert (Counter(told), versions) == ({"True": 1, "False": 3}, 1)


def test_a_touchpoint_is_deleted_once(any_scene: Scene, crowd: Sequence[members.MemberView]) -> None:
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        new = touchpoints.NewTouchpoint(
            any_scene.account.id, NOW, any_scene.owner.id, any_scene.owner.id, TouchKind.CALL, words="Hi"
        )
        number = touchpoints.log(work, new).id
    told = at_once(
        any_scene.db,
        [lambda s, n: touchpoints.delete(Work(s, any_scene.workspace, NOW), number, crowd[n].id)] * len(crowd),
    )
    assert told.count("None") == 1
    assert all("no longer" in words for words in told if words != "None")


@pytest.mark.parametrize("stage", ["signed", "lost"])
def test_a_stage_that_several_set_at_once_is_set_and_told_once(
    any_scene: Scene, crowd: Sequence[members.MemberView], stage: str
) -> None:
    any_scene.contract(NOW.date() + timedelta(days=63))
    any_scene.plan()
    wanted = actions.RenewalChange(stage=stage, lost_reason="price" if stage == "lost" else None, lost_words="Too dear")
    card = any_scene.first
    told = at_once(
        any_scene.db,
        [lambda s, n: actions.change(Work(s, any_scene.workspace, NOW), card, crowd[n].id, wanted).changed]
        * len(crowd),
    )
    with any_scene.db.reading() as session:
        lines = session.scalar(select(func.count()).select_from(Event).where(Event.kind == stage))
    assert (Counter(told), lines) == ({"True": 1, "False": len(crowd) - 1}, 1)


def test_a_claim_that_lies_in_the_future_since_the_clock_was_put_back_can_be_taken_over(
    any_scene: Scene, crowd: Sequence[members.MemberView]
) -> None:
    with any_scene.db.transaction() as session:
        card = make_renewal(session, session.get_one(Account, any_scene.account.id)).id
        actions.claim(Work(session, any_scene.workspace, NOW + timedelta(hours=6)), card, crowd[0].id)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        assert actions.claim(work, card, crowd[1].id).changed
