"""A renewal through its year: what is said, to whom, and on which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.models import JobRow, Post, Workspace
from tests.factories import NOW
from tests.scenes.scene import LEADERSHIP, Scene
from tests.scenes.walking import card_of, lines, notices, said, tick, walk, walk_daily

pytestmark = pytest.mark.usefixtures("nights")

RENEWAL = date(2026, 8, 1)
DEADLINE = date(2026, 7, 2)
"""Thirty days of notice before 1 August 2026, a Saturday."""


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_a_renewal_nobody_touches_climbs_the_whole_ladder_and_every_escalation_once(any_scene: Scene) -> None:
    any_scene.contract(RENEWAL, notice_days=30)
    any_scene.plan()

    walk(any_scene.db, any_scene.workspace, NOW, NOW + timedelta(days=200))

    manager = any_scene.manager.slack_id
    assert [f"{s.at:%m-%d %H:%M}" for s in said(any_scene.db, any_scene.workspace, "renewal_card")] == ["03-04 09:00"]
    assert lines(any_scene.db, any_scene.workspace) == [
        ("2026-04-03", "rung"),
        ("2026-05-01", "rung"),
        ("2026-05-05", "unclaimed"),
        ("2026-06-02", "rung"),
        ("2026-06-18", "rung"),
        ("2026-06-25", "rung"),
        ("2026-08-03", "overdue"),
        ("2026-08-10", "overdue"),
        ("2026-08-17", "overdue"),
        ("2026-09-14", "overdue"),
    ]
    assert notices(any_scene.db, any_scene.workspace) == [
        ("2026-05-07", "unclaimed", manager),
        ("2026-06-02", "stuck", manager),
        ("2026-06-18", "stuck", LEADERSHIP),
        ("2026-08-10", "overdue", manager),
        ("2026-08-17", "overdue", LEADERSHIP),
        ("2026-09-14", "overdue", LEADERSHIP),
    ]


def test_what_is_said_is_the_same_when_the_bot_wakes_once_a_day(scene: Scene) -> None:
    scene.contract(RENEWAL, notice_days=30)
    scene.plan()

    walk_daily(scene.db, scene.workspace, NOW.replace(hour=11), 200)

    spoken = [day for day, code in lines(scene.db, scene.workspace) if code == "rung"]
    assert spoken == ["2026-04-03", "2026-05-01", "2026-06-02", "2026-06-18", "2026-06-25"]


def test_after_a_downtime_only_the_most_urgent_rung_speaks(scene: Scene) -> None:
    scene.contract(RENEWAL, notice_days=30)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(4, 10))

    walk(scene.db, scene.workspace, at(6, 22, 10), at(6, 24))

    spoken = said(scene.db, scene.workspace, "story_line")
    rungs = [s.facts["details"]["rung"] for s in spoken if s.code == "rung"]
    assert rungs == ["90", "14"]


def test_a_bot_that_wakes_in_the_night_waits_for_the_morning(scene: Scene) -> None:
    scene.contract(RENEWAL, notice_days=30)
    scene.plan()

    walk(scene.db, scene.workspace, datetime(2026, 3, 6, 22, 30, tzinfo=UTC), at(3, 10))

    assert [f"{s.at:%m-%d %H:%M}" for s in said(scene.db, scene.workspace)] == ["03-09 09:00"]


def test_rungs_speak_at_nine_in_the_owners_zone(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.merge(scene.owner).timezone = "America/New_York"
    scene.contract(RENEWAL, notice_days=30)
    scene.plan()

    walk(scene.db, scene.workspace, NOW, at(4, 10))

    # New York changes its clocks on 8 March 2026: nine o'clock is at 14:00 UTC before, at 13:00 after.
    assert [f"{s.at:%m-%d %H:%M}" for s in said(scene.db, scene.workspace)] == ["03-04 14:00", "04-03 13:00"]


def test_a_rung_on_a_public_holiday_speaks_on_the_working_day_before(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.get_one(Workspace, scene.workspace).country = "DE"
    # 90 days before 6 July is 7 April; 90 before 5 July is Easter Monday, 6 April.
    scene.contract(date(2026, 7, 5))
    scene.plan()

    walk(scene.db, scene.workspace, NOW, at(4, 10))

    assert lines(scene.db, scene.workspace) == [("2026-04-02", "rung")]


def test_a_renewal_someone_is_on_and_touches_stays_silent_but_its_card_stays_true(scene: Scene) -> None:
    scene.contract(RENEWAL, notice_days=30)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(4, 28))
    scene.claim(at(4, 28, 12))

    walk(scene.db, scene.workspace, at(4, 28, 13), at(5, 8))
    scene.change(at(5, 8, 10), stage="engaged")
    walk(scene.db, scene.workspace, at(5, 8, 11), at(5, 20))

    assert lines(scene.db, scene.workspace) == [
        ("2026-04-03", "rung"),
        ("2026-04-28", "claimed"),
        ("2026-05-08", "updated"),
    ]
    assert notices(scene.db, scene.workspace) == []
    card = card_of(scene.db, scene.workspace, scene.first)
    assert (card.why_rung, card.as_of > "2026-05-13") == (60, True)


def test_a_claim_that_went_quiet_is_spoken_to_and_the_one_on_it_is_mentioned(scene: Scene) -> None:
    scene.contract(RENEWAL, notice_days=30)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(4, 10))
    scene.claim(at(4, 10, 12), by=scene.support)

    walk(scene.db, scene.workspace, at(4, 10, 13), at(4, 20))
    scene.change(at(4, 20, 10), by=scene.support, stage="engaged")
    walk(scene.db, scene.workspace, at(4, 20, 11), at(5, 3))

    rung = said(scene.db, scene.workspace, "story_line")[-1]
    assert (rung.code, f"{rung.at:%m-%d}", rung.facts["mention"]) == ("rung", "05-01", scene.support.slack_id)


def test_nobody_is_mentioned_while_away(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.merge(scene.owner).away_until = date(2026, 4, 5)
    scene.contract(RENEWAL, notice_days=30)
    scene.plan()

    walk(scene.db, scene.workspace, NOW, at(5, 2))

    assert [s.facts["mention"] for s in said(scene.db, scene.workspace, "story_line")] == [None, scene.owner.slack_id]


def test_the_countdown_is_kept_true_weekly_and_then_every_working_day(scene: Scene) -> None:
    scene.contract(RENEWAL, notice_days=30)
    scene.plan()
    days: list[str] = []
    for hours in range(0, 122 * 24, 12):
        walk(scene.db, scene.workspace, NOW + timedelta(hours=hours), NOW + timedelta(hours=hours))
        with scene.db.reading() as session:
            ahead = select(JobRow.due_at).where(JobRow.kind == "refresh", JobRow.handled_at.is_(None))
            days += [f"{due:%m-%d}" for due in session.scalars(ahead) if f"{due:%m-%d}" not in days]
    assert days[:3] == ["03-11", "03-18", "03-25"]
    assert days[-9:] == ["06-22", "06-23", "06-24", "06-25", "06-26", "06-29", "06-30", "07-01", "07-02"]
    assert card_of(scene.db, scene.workspace, scene.first).days_left == 1


def test_the_card_says_when_the_next_word_comes(scene: Scene) -> None:
    scene.contract(RENEWAL, notice_days=30)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(3, 4))
    card = card_of(scene.db, scene.workspace, scene.first)
    assert (card.next_kind, card.next_at) == ("rung", "2026-04-03")

    walk(scene.db, scene.workspace, at(3, 4), at(5, 1))
    card = card_of(scene.db, scene.workspace, scene.first)
    assert (card.next_kind, card.next_at) == ("unclaimed", "2026-05-05")


def test_a_tick_with_nothing_due_writes_nothing(scene: Scene) -> None:
    scene.contract(RENEWAL, notice_days=30)
    scene.plan()
    assert tick(scene.db, scene.workspace, NOW) == 0
    with scene.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Post)) == 0
