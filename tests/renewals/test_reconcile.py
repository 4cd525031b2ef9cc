from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.models import Contract, JobRow, Workspace
from bot.renewals.reconcile import Planned
from tests.factories import NOW, TODAY
from tests.scenes.scene import Scene
from tests.scenes.walking import card_of, lines, said, tick, walk


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def pending(scene: Scene, kind: str = "rung") -> list[tuple[str, datetime]]:
    with scene.db.reading() as session:
        rows = session.execute(
            select(JobRow.dedupe_key, JobRow.due_at)
            .where(JobRow.kind == kind, JobRow.handled_at.is_(None))
            .order_by(JobRow.due_at)
        )
        return [(key, due) for key, due in rows]


def test_contracts_that_fall_due_together_renew_together(any_scene: Scene) -> None:
    first = any_scene.contract(in_days(100), notice_days=10)
    second = any_scene.contract(in_days(115), value=Decimal("500.50"))
    other_currency = any_scene.contract(in_days(110), value=Decimal("70"), currency="USD")
    unknown = any_scene.contract(in_days(110), value=None)
    later = any_scene.contract(in_days(200))

    assert any_scene.plan() == Planned(created=2)

    together, alone = any_scene.renewals()
    assert (together.deadline, together.renewal_date) == (in_days(90), in_days(100))
    assert together.values == {"EUR": "12500.50", "USD": "70.00"}
    assert together.unknown_values == 1
    links = {c.id: c.renewal_id for c in any_scene.contracts()}
    assert {links[i] for i in (first, second, other_currency, unknown)} == {together.id}
    assert links[later] == alone.id


def test_planning_twice_changes_nothing(scene: Scene) -> None:
    scene.contract(in_days(100))
    scene.plan()
    before = pending(scene)
    assert scene.plan() == Planned()
    assert pending(scene) == before


def test_only_the_next_rung_is_on_the_agenda(scene: Scene) -> None:
    scene.contract(in_days(200))
    scene.plan()
    assert [key for key, _ in pending(scene)] == [f"120@{in_days(200)}"]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 3, 2, 7, 0, tzinfo=UTC), datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 13, 0, tzinfo=UTC), datetime(2026, 3, 2, 13, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 17, 30, tzinfo=UTC), datetime(2026, 3, 3, 9, 0, tzinfo=UTC)),
        (datetime(2026, 3, 6, 19, 0, tzinfo=UTC), datetime(2026, 3, 9, 9, 0, tzinfo=UTC)),
    ],
)
def test_a_renewal_inside_its_ladder_starts_at_its_rung_when_people_are_at_work(
    scene: Scene, now: datetime, due: datetime
) -> None:
    scene.contract(in_days(50))
    scene.plan(now)
    assert pending(scene) == [(f"60@{in_days(50)}", due)]


@pytest.mark.parametrize(
    "contract",
    [
        {"kind": "one_off"},
        {"status": "ended"},
        {"status": "trial"},
        {"term_months": 1},
        {"term_months": 5},
    ],
)
def test_what_does_not_renew_gets_no_renewal(scene: Scene, contract: dict[str, object]) -> None:
    scene.contract(in_days(50), **contract)
    assert scene.plan() == Planned()


def test_a_short_term_starts_at_the_first_rung_that_fits(scene: Scene) -> None:
    # Six months before 29 August is 28 February; 120 days before it is 1 May.
    scene.contract(in_days(180), term_months=6)
    scene.plan()
    assert [key for key, _ in pending(scene)] == [f"120@{in_days(180)}"]


def test_a_workspace_may_have_its_own_rungs(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.get_one(Workspace, scene.workspace).policy = {"*": {"rungs": [45, 20]}, "mid": {"rungs": [80]}}
    scene.contract(in_days(200))
    scene.plan()
    assert [key for key, _ in pending(scene)] == [f"80@{in_days(200)}"]


def test_an_updated_value_shows_on_the_card_in_silence(scene: Scene) -> None:
    contract = scene.contract(in_days(50))
    scene.plan()
    tick(scene.db, scene.workspace, NOW)
    with scene.db.transaction() as session:
        session.get_one(Contract, contract).value = Decimal("15000")

    assert scene.plan() == Planned(changed=1)

    assert card_of(scene.db, scene.workspace, scene.first).values == {"EUR": "15000.00"}
    assert lines(scene.db, scene.workspace) == []


def test_a_deadline_that_moves_away_and_back_begins_its_ladder_again_each_time(scene: Scene) -> None:
    contract = scene.contract(in_days(50))
    scene.plan()
    tick(scene.db, scene.workspace, NOW)

    def move(to: date, now: datetime) -> None:
        with scene.db.transaction() as session:
            row = session.get_one(Contract, contract)
            row.renewal_date = row.deadline = to
        assert scene.plan(now) == Planned(changed=1)

    move(in_days(250), NOW + timedelta(hours=1))
    assert [key for key, _ in pending(scene)] == [f"120@{in_days(250)}"]
    move(in_days(50), NOW + timedelta(hours=2))
    assert [key for key, _ in pending(scene)] == [f"60@{in_days(50)}"]
    walk(scene.db, scene.workspace, NOW + timedelta(hours=2), NOW + timedelta(days=45))
    rungs = [s.facts["details"]["rung"] for s in said(scene.db, scene.workspace) if s.code == "rung"]
    # The deadline had gone far away, so what stands at 60 days is said again; then each rung once.
    assert rungs == ["60", "30", "14", "7"]


def test_a_deadline_that_comes_nearer_says_the_nearer_rung_at_once(scene: Scene) -> None:
    contract = scene.contract(in_days(100))
    scene.plan()
    tick(scene.db, scene.workspace, NOW)
    with scene.db.transaction() as session:
        row = session.get_one(Contract, contract)
        row.renewal_date = row.deadline = in_days(20)
    scene.plan()
    tick(scene.db, scene.workspace, NOW)
    assert [s.facts["details"]["rung"] for s in said(scene.db, scene.workspace, "story_line")] == ["30"]


def test_a_renewal_whose_contracts_have_ended_is_over_and_says_so(scene: Scene) -> None:
    contract = scene.contract(in_days(50))
    scene.plan()
    tick(scene.db, scene.workspace, NOW)
    with scene.db.transaction() as session:
        session.get_one(Contract, contract).status = "ended"

    assert scene.plan() == Planned(ended=1)

    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=100))
    assert [code for _, code in lines(scene.db, scene.workspace)] == ["ended"]
    card = card_of(scene.db, scene.workspace, scene.first)
    assert (card.outcome, card.buttons) == ("ended", ())


def test_two_renewals_that_move_together_become_one(scene: Scene) -> None:
    scene.contract(in_days(50))
    far = scene.contract(in_days(100))
    assert scene.plan() == Planned(created=2)
    with scene.db.transaction() as session:
        row = session.get_one(Contract, far)
        row.renewal_date = row.deadline = in_days(60)

    assert scene.plan() == Planned(changed=1, ended=1)

    kept, gone = scene.renewals()
    assert (kept.closed_at, gone.outcome) == (None, "merged")
    assert {c.renewal_id for c in scene.contracts()} == {kept.id}


def test_an_account_that_left_has_no_renewal(scene: Scene) -> None:
    scene.contract(in_days(50))
    scene.plan()
    with scene.db.transaction() as session:
        session.merge(scene.account).is_active = False
    assert scene.plan() == Planned(ended=1)
