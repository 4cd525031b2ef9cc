"""The story, its timeline, plans and desks out of the database, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import story
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.home import desk
from bot.models import FollowUp, Plan
from bot.plans import service as plan_service
from bot.workspace import members, preferences
from bot.workspace.preferences import Preferences
from tests.factories import NOW, TODAY, make_account, make_contract, make_workspace
from tests.scenes.learning import make_check, make_promise, make_round, make_ticket, make_touch
from tests.scenes.scene import Scene


def card_of(scene: Scene) -> story.AccountCard:
    """The account's card now."""
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        return story.card(work, scene.account.id, "UTC")


def test_five_hundred_contracts_are_added_by_currency_and_unknown_values_counted(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        for n in range(499):
            make_contract(session, any_scene.account, currency="USD" if n % 2 else "EUR")
        make_contract(session, any_scene.account, value=None)
        make_contract(session, any_scene.account, status="ended")
    any_scene.plan()
    card = card_of(any_scene)
    assert card.values == {"EUR": "3000000.00", "USD": "2988000.00"}
    assert (card.contract_count, card.unknown_values, card.renewal_count) == (500, 1, 1)


def test_the_last_five_touches_leave_out_notes_and_what_was_deleted(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        for n in range(7):
            make_touch(session, any_scene.account, NOW - timedelta(days=n), words=str(n), department="sales")
        make_touch(session, any_scene.account, NOW, words="note", is_note=True)
        make_touch(session, any_scene.account, NOW, words="gone", deleted_at=NOW)
    card = card_of(any_scene)
    assert [touch.words for touch in card.touches] == ["0", "1", "2", "3", "4"]
    assert ("no_touch", "support") in {(gap.code, gap.what) for gap in card.gaps}
    assert ("no_touch", "sales") not in {(gap.code, gap.what) for gap in card.gaps}


def test_the_timeline_holds_everything_once_newest_first_on_its_pages(any_scene: Scene) -> None:
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        for n in range(12):
            make_ticket(work.session, any_scene.account, NOW - timedelta(days=n))
        make_check(work.session, any_scene.account, NOW - timedelta(days=3), every=3)
        make_round(work.session, any_scene.account, 50, NOW - timedelta(days=4))
        make_promise(work.session, any_scene.account, "kept", NOW - timedelta(days=1))
        plan_service.record(work, any_scene.account.id, "Fewer stops", "", "", None, any_scene.owner.id)
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        reader = members.by_id(work, any_scene.owner.id)
        assert reader is not None
        pages = [story.timeline(work, any_scene.account.id, "", n, reader) for n in (0, 1, 9)]
        touches = story.timeline(work, any_scene.account.id, "touch", 0, reader)
    seen = [(entry.kind, entry.code, entry.id) for page in pages[:2] for entry in page.entries]
    days = [entry.on for page in pages[:2] for entry in page.entries]
    assert len(seen) == len(set(seen)) == pages[0].total == 17 and days == sorted(days, reverse=True)
    assert {kind for kind, _, _ in seen} == {"touch", "check", "pulse", "step", "plan"}
    assert pages[2].number == 1 and not pages[1].has_older and pages[0].has_older
    assert touches.total == 12


def test_a_plan_keeps_its_versions_and_moves_its_review(any_scene: Scene) -> None:
    def record(goals: str, review: int | None) -> bool:
        on = TODAY + timedelta(days=review) if review is not None else None
        with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
            return plan_service.record(work, any_scene.account.id, goals, "", "", on, any_scene.support.id)

    assert record("One", 30) and not record("One", 30) and record("Two", 30) and record("Two", 60)
    with pytest.raises(FieldErrors):
        record("Two", -1)
    with any_scene.db.reading() as session:
        assert len(session.scalars(select(Plan)).all()) == 3
        (review,) = session.scalars(select(FollowUp).where(FollowUp.done_at.is_(None))).all()
        assert (review.due_on, review.owner_id) == (TODAY + timedelta(days=60), any_scene.owner.id)
    assert record("Two", None)
    with any_scene.db.reading() as session:
        assert session.scalars(select(FollowUp).where(FollowUp.done_at.is_(None))).all() == []


def test_a_story_of_another_workspace_is_not_there(any_scene: Scene) -> None:
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        other = make_account(work.session, make_workspace(work.session), "Theirs")
        with pytest.raises(Refused):
            story.card(work, other.id, "UTC")


def test_a_manager_sees_what_waits_for_their_people(any_scene: Scene) -> None:
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        late = make_promise(work.session, any_scene.account, None, due=TODAY - timedelta(days=2))
        work.session.get_one(FollowUp, late).owner_id = any_scene.owner.id
        work.session.flush()
        manager = members.by_id(work, any_scene.manager.id)
        owner = members.by_id(work, any_scene.owner.id)
        assert manager is not None and owner is not None
        theirs = desk.home_of(work, manager)
        mine = desk.home_of(work, owner)
    assert [(one.name, one.accounts, one.late_steps) for one in theirs.people] == [("Dana", 1, 1)]
    assert [one.name for one in mine.accounts] == ["Acme"] and len(mine.steps) == 1 and mine.people == ()


def test_settings_keep_what_else_is_known_of_a_person(any_scene: Scene) -> None:
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        preferences.opened_home(work, any_scene.owner.id)
        wished = Preferences(any_scene.owner.slack_id, "UTC", by_dm=True)
        preferences.change(work, any_scene.owner.id, wished)
        kept = preferences.read(work, any_scene.owner.id)
    assert kept.has_home and kept.by_dm and kept.is_set
