"""Nobody is told anything while they are away: it waits for them, or the next in line hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bot.models import Member, Workspace
from tests.factories import NOW, make_route
from tests.scenes.scene import LEADERSHIP, Scene, make_scene
from tests.scenes.walking import card_of, lines, notices, said, walk

DEADLINE = date(2026, 4, 21)
"""50 days after NOW: it begins in the rung of 60; 30 comes on 20 March."""


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def away(scene: Scene, who: Member, until: date) -> None:
    with scene.db.transaction() as session:
        session.get_one(Member, who.id).away_until = until


def settings(scene: Scene, **values: Any) -> None:
    with scene.db.transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(Workspace, scene.workspace), name, value)


def planned(scene: Scene) -> Scene:
    scene.contract(DEADLINE)
    scene.plan()
    return scene


def test_a_manager_who_is_away_hears_of_it_on_the_first_working_day_back(any_scene: Scene) -> None:
    away(any_scene, any_scene.manager, date(2026, 3, 12))
    planned(any_scene)
    walk(any_scene.db, any_scene.workspace, NOW, at(3, 16))
    assert notices(any_scene.db, any_scene.workspace)[0] == ("2026-03-13", "unclaimed", any_scene.manager.slack_id)


def test_what_has_been_settled_meanwhile_is_not_told_on_the_return(scene: Scene) -> None:
    away(scene, scene.manager, date(2026, 3, 12))
    planned(scene)
    walk(scene.db, scene.workspace, NOW, at(3, 10))
    scene.claim(at(3, 10, 12))
    walk(scene.db, scene.workspace, at(3, 10, 13), at(3, 19))
    assert notices(scene.db, scene.workspace) == []


def test_who_stays_away_longer_is_waited_for_again(scene: Scene) -> None:
    away(scene, scene.manager, date(2026, 3, 12))
    planned(scene)
    walk(scene.db, scene.workspace, NOW, at(3, 12))
    away(scene, scene.manager, date(2026, 3, 18))
    walk(scene.db, scene.workspace, at(3, 12, 10), at(3, 19))
    assert notices(scene.db, scene.workspace) == [("2026-03-19", "unclaimed", scene.manager.slack_id)]


def test_when_the_manager_comes_back_after_the_deadline_leadership_hears_of_it_and_why(scene: Scene) -> None:
    away(scene, scene.manager, date(2026, 4, 30))
    planned(scene)
    walk(scene.db, scene.workspace, NOW, at(3, 9))
    assert notices(scene.db, scene.workspace) == [("2026-03-06", "unclaimed", LEADERSHIP)]
    assert said(scene.db, scene.workspace, "escalations")[0].facts["rows"][0]["details"]["instead_of"] == "Mona"


def test_without_anyone_next_in_line_even_that_waits_for_the_manager(scene: Scene) -> None:
    settings(scene, leadership_channel=None)
    away(scene, scene.manager, date(2026, 4, 14))
    planned(scene)
    walk(scene.db, scene.workspace, NOW, at(4, 30))
    told = notices(scene.db, scene.workspace)
    assert min(told)[0] == "2026-04-15"
    assert {to for _, _, to in told} == {scene.manager.slack_id}


def test_owner_and_manager_who_are_both_away_hear_of_an_unpaid_renewal_when_they_are_back(scene: Scene) -> None:
    planned(scene)
    scene.change(at(4, 1), stage="signed")
    away(scene, scene.owner, date(2026, 5, 24))
    away(scene, scene.manager, date(2026, 5, 24))
    settings(scene, leadership_channel=None)
    walk(scene.db, scene.workspace, at(4, 1, 10), at(5, 30))
    assert sorted(notices(scene.db, scene.workspace)) == sorted(
        ("2026-05-25", "unpaid", who.slack_id) for who in (scene.owner, scene.manager)
    )


def test_a_thread_mentions_the_manager_while_the_owner_is_away_until_after_the_deadline(scene: Scene) -> None:
    away(scene, scene.owner, date(2026, 4, 30))
    planned(scene)
    walk(scene.db, scene.workspace, NOW, at(3, 9))
    [line] = said(scene.db, scene.workspace, "story_line")
    assert (line.code, line.facts["mention"]) == ("unclaimed", scene.manager.slack_id)
    assert line.facts["details"]["next"] == "Mona"


def test_who_snoozed_it_is_not_woken_while_away(scene: Scene) -> None:
    planned(scene)
    walk(scene.db, scene.workspace, NOW, NOW)
    scene.snooze(date(2026, 3, 9), at(3, 2, 10))
    away(scene, scene.owner, date(2026, 3, 10))
    walk(scene.db, scene.workspace, at(3, 2, 11), at(3, 9))
    assert [(s.code, s.facts["mention"]) for s in said(scene.db, scene.workspace, "story_line")][-1] == ("woke", None)


def test_a_card_for_the_owners_direct_messages_waits_until_they_are_back(db: Any) -> None:
    scene = make_scene(db, channel=None)
    away(scene, scene.owner, date(2026, 3, 10))
    planned(scene)
    walk(db, scene.workspace, NOW, at(3, 12))
    assert [(f"{s.at:%m-%d}", s.place) for s in said(db, scene.workspace)] == [("03-11", scene.owner.slack_id)]


def test_it_goes_to_the_manager_when_the_owner_comes_back_after_the_deadline_and_stays_there(db: Any) -> None:
    scene = make_scene(db, channel=None)
    away(scene, scene.owner, date(2026, 4, 30))
    planned(scene)
    walk(db, scene.workspace, NOW, at(6, 5))
    places = {s.place for s in said(db, scene.workspace) if s.kind not in ("notice", "escalations")}
    assert places == {scene.manager.slack_id}
    assert card_of(db, scene.workspace, scene.first).routed == "stand_in"


def test_without_a_manager_it_goes_to_the_fallback_channel(db: Any) -> None:
    scene = make_scene(db, channel=None)
    settings(scene, fallback_channel="CFALLBACK")
    with db.transaction() as session:
        session.get_one(Member, scene.owner.id).manager_id = None
    away(scene, scene.owner, date(2026, 4, 30))
    planned(scene)
    walk(db, scene.workspace, NOW, NOW)
    assert [s.place for s in said(db, scene.workspace)] == ["CFALLBACK"]


def test_the_manager_hears_of_a_reminder_whose_card_only_an_absent_owner_can_read(db: Any) -> None:
    scene = make_scene(db, channel=None)
    planned(scene)
    walk(db, scene.workspace, NOW, NOW)
    scene.claim(at(3, 2, 10))
    away(scene, scene.owner, date(2026, 4, 30))
    walk(db, scene.workspace, at(3, 2, 11), at(3, 23))
    assert lines(db, scene.workspace) == [("2026-03-02", "claimed")]
    assert notices(db, scene.workspace) == [("2026-03-20", "owner_away", scene.manager.slack_id)]


def test_a_route_is_no_reason_to_wait_for_an_absent_owner(db: Any) -> None:
    scene = make_scene(db, channel=None, tier="mid")
    with db.transaction() as session:
        make_route(session, session.get_one(Workspace, scene.workspace), "tier", "mid", "CMID")
    away(scene, scene.owner, date(2026, 3, 10))
    planned(scene)
    walk(db, scene.workspace, NOW, NOW)
    assert [s.place for s in said(db, scene.workspace)] == ["CMID"]


def test_without_a_manager_leadership_hears_of_everything(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.get_one(Member, scene.owner.id).manager_id = None
    planned(scene)
    walk(scene.db, scene.workspace, NOW, at(5, 30))
    told = notices(scene.db, scene.workspace)
    assert {to for _, _, to in told} == {LEADERSHIP}
    assert [code for _, code, _ in told] == ["unclaimed", "stuck", "stuck", "overdue", "overdue"]


def test_without_a_leadership_channel_the_manager_hears_of_everything(scene: Scene) -> None:
    settings(scene, leadership_channel=None)
    planned(scene)
    walk(scene.db, scene.workspace, NOW, at(5, 30))
    told = notices(scene.db, scene.workspace)
    assert {to for _, _, to in told} == {scene.manager.slack_id}
    assert [code for _, code, _ in told] == ["unclaimed", "stuck", "stuck", "overdue", "overdue"]


def test_at_last_the_fallback_channel_hears_of_it(any_scene: Scene) -> None:
    settings(any_scene, leadership_channel=None, fallback_channel="CFALL")
    with any_scene.db.transaction() as session:
        session.get_one(Member, any_scene.owner.id).manager_id = None
    planned(any_scene)
    walk(any_scene.db, any_scene.workspace, NOW, at(5, 30))
    assert {to for _, _, to in notices(any_scene.db, any_scene.workspace)} == {"CFALL"}
    unclaimed = [s for s in said(any_scene.db, any_scene.workspace, "story_line") if s.code == "unclaimed"]
    assert unclaimed[0].facts["details"]["next"] == "the fallback channel"


def test_who_was_on_it_and_has_left_is_on_it_no_more(any_scene: Scene) -> None:
    planned(any_scene)
    walk(any_scene.db, any_scene.workspace, NOW, NOW)
    any_scene.claim(at(3, 2, 10), by=any_scene.support)
    with any_scene.db.transaction() as session:
        session.get_one(Member, any_scene.support.id).is_outsider = True
    walk(any_scene.db, any_scene.workspace, at(3, 2, 11), at(3, 27))
    rung = next(s for s in said(any_scene.db, any_scene.workspace, "story_line") if s.code == "rung")
    assert rung.facts["mention"] == any_scene.owner.slack_id
    card = card_of(any_scene.db, any_scene.workspace, any_scene.first)
    assert (card.claimed_by, "claim" in card.buttons) == (None, True)
    assert ("2026-03-24", "unclaimed") in lines(any_scene.db, any_scene.workspace)

    # The next one takes it on as if nobody had been there before.
    any_scene.claim(at(3, 27, 10))
    assert lines(any_scene.db, any_scene.workspace)[-1] == ("2026-03-27", "claimed")
