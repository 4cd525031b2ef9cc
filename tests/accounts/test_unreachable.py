"""Nobody is left unheard: someone stands in, a claim is not yet a safe renewal, and a snooze hurries nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select

from bot.accounts import return_summary, unreachable
from bot.db.work import Work
from bot.models import Account, Member, Teammate, Workspace
from bot.slack.renderers import render
from bot.workspace import preferences
from bot.workspace.preferences import Preferences
from tests.factories import NOW, make_member
from tests.scenes.scene import LEADERSHIP, Scene, make_scene
from tests.scenes.walking import card_of, lines, notices, said, walk

DEADLINE = date(2026, 4, 21)
"""50 days after NOW: it begins in the rung of 60; 30 comes on 20 March."""


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def change(scene: Scene, who: Member, **values: Any) -> None:
    with scene.db.transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(Member, who.id), name, value)


def someone(scene: Scene, name: str, **values: Any) -> Member:
    with scene.db.transaction() as session:
        return make_member(session, session.get_one(Workspace, scene.workspace), name, **values)


def planned(scene: Scene, deadline: date = DEADLINE) -> Scene:
    scene.contract(deadline)
    scene.plan()
    return scene


def codes(scene: Scene) -> list[tuple[str, str]]:
    return [(day, code) for day, code, _ in notices(scene.db, scene.workspace)]


@pytest.fixture
def alone(db: Any) -> Scene:
    """An account without a channel: its card goes to the owner's direct messages."""
    return make_scene(db, channel=None)


def test_stand_ins_are_followed_to_the_first_who_is_there_and_the_list_comes_on_the_return(alone: Scene) -> None:
    kim = someone(alone, "Kim")
    jo = someone(alone, "Jo", away_until=date(2026, 3, 31), stand_in_id=kim.id)
    change(alone, alone.owner, away_until=date(2026, 3, 25), stand_in_id=jo.id)
    planned(alone)
    walk(alone.db, alone.workspace, NOW, at(3, 26))
    apart = ("notice", "escalations")
    assert {s.place for s in said(alone.db, alone.workspace) if s.kind not in apart} == {kim.slack_id}
    [told] = [s for s in said(alone.db, alone.workspace) if s.place == alone.owner.slack_id]
    assert (told.code, f"{told.at:%m-%d %H:%M}") == ("while_away", "03-26 09:00")
    words = render("notice", told.facts).text
    assert "Acme: its renewal card, to Kim on Mon 2 Mar" in words


def test_a_circle_of_absent_stand_ins_ends_at_the_manager(alone: Scene) -> None:
    jo = someone(alone, "Jo", away_until=date(2026, 3, 31), stand_in_id=alone.owner.id)
    change(alone, alone.owner, away_until=date(2026, 3, 25), stand_in_id=jo.id)
    planned(alone)
    walk(alone.db, alone.workspace, NOW, NOW)
    assert [s.place for s in said(alone.db, alone.workspace)] == [alone.manager.slack_id]


def test_where_nobody_is_there_admins_hear_at_once(alone: Scene) -> None:
    admin = someone(alone, "Ada", role="admin")
    for who in (alone.owner, alone.manager, alone.support):
        change(alone, who, away_until=date(2026, 3, 25))
    planned(alone)
    walk(alone.db, alone.workspace, NOW, NOW)
    [told] = said(alone.db, alone.workspace)
    assert (told.code, told.place) == ("unheard", admin.slack_id)
    assert "Dana is away to Wed 25 Mar" in render("notice", told.facts).text


def test_admins_hear_of_accounts_that_nobody_hears_for_before_anything_is_due(scene: Scene) -> None:
    admin = someone(scene, "Ada", role="admin")
    for who in (scene.owner, scene.manager, scene.support):
        change(scene, who, away_until=date(2026, 3, 25))
    for _ in range(2):
        with Work.writing(scene.db, scene.workspace, NOW) as work:
            unreachable.look(work)
    [told] = said(scene.db, scene.workspace)
    assert (told.code, told.place) == ("unheard_accounts", admin.slack_id)
    assert "Dana is away to Wed 25 Mar" in render("notice", told.facts).text


def test_one_teammate_who_is_there_is_enough_and_so_is_the_stand_in_of_one(scene: Scene) -> None:
    someone(scene, "Ada", role="admin")
    kim = someone(scene, "Kim")
    change(scene, scene.support, away_until=date(2026, 3, 25), stand_in_id=kim.id)
    change(scene, scene.owner, is_outsider=True)
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        unreachable.look(work)
    assert said(scene.db, scene.workspace) == []


def test_a_rung_of_thirty_days_never_waits_for_an_absent_manager(scene: Scene) -> None:
    planned(scene)
    walk(scene.db, scene.workspace, NOW, at(3, 19))
    change(scene, scene.manager, away_until=date(2026, 3, 20))
    walk(scene.db, scene.workspace, at(3, 19, 10), at(3, 20))
    told = said(scene.db, scene.workspace, "escalations")
    stuck = [s for s in told if "stuck" in s.facts["rows"][0]["codes"]]
    assert [(f"{s.at:%m-%d}", s.place) for s in stuck] == [("03-20", LEADERSHIP)]
    assert "Mona is away to Fri 20 Mar" in render("escalations", stuck[0].facts).text


def test_who_comes_back_early_hears_what_was_kept_for_them_then(alone: Scene) -> None:
    change(alone, alone.owner, away_until=date(2026, 3, 17))
    planned(alone)
    walk(alone.db, alone.workspace, NOW, at(3, 4))
    assert said(alone.db, alone.workspace) == []
    with alone.db.transaction() as session:
        back = Preferences(alone.owner.slack_id, "UTC")
        preferences.change(Work(session, alone.workspace, at(3, 4, 10)), alone.owner.id, back)
        return_summary.came_back(Work(session, alone.workspace, at(3, 4, 10)), alone.owner.id)
    walk(alone.db, alone.workspace, at(3, 4, 10), at(3, 4, 11))
    assert [s.place for s in said(alone.db, alone.workspace)] == [alone.owner.slack_id]


def test_the_manager_hears_when_at_risk_is_set_unless_they_set_it_themselves(scene: Scene) -> None:
    planned(scene)
    walk(scene.db, scene.workspace, NOW, NOW)
    scene.change(at(3, 2, 10), by=scene.manager, forecast="at_risk", forecast_reason="Their new CFO")
    walk(scene.db, scene.workspace, at(3, 2, 10), at(3, 2, 10))
    assert notices(scene.db, scene.workspace) == []
    scene.change(at(3, 2, 11), forecast="probable", forecast_reason="They like it")
    scene.change(at(3, 2, 12), forecast="at_risk", forecast_reason="Wants 15% off")
    walk(scene.db, scene.workspace, at(3, 2, 12), at(3, 2, 12))
    assert notices(scene.db, scene.workspace) == [("2026-03-02", "at_risk", scene.manager.slack_id)]
    [told] = said(scene.db, scene.workspace, "escalations")
    words = render("escalations", told.facts).text
    assert "🔴 Acme: at risk" in words and "Dana set it to at risk: “Wants 15% off”" in words


def test_near_the_deadline_silence_of_a_claimed_renewal_goes_to_the_manager_once(scene: Scene) -> None:
    planned(scene)
    walk(scene.db, scene.workspace, NOW, at(4, 6))
    scene.claim(at(4, 6, 10))
    scene.change(at(4, 6, 11), stage="negotiating")
    walk(scene.db, scene.workspace, at(4, 6, 12), at(4, 20))
    assert [one for one in codes(scene) if one[1] == "quiet"] == [("2026-04-13", "quiet")]


def test_near_the_deadline_silence_of_one_that_was_begun_reaches_the_manager_though_nobody_is_on_it(
    scene: Scene,
) -> None:
    planned(scene)
    walk(scene.db, scene.workspace, NOW, at(4, 9, 7))
    scene.change(at(4, 9), by=scene.support, stage="engaged")
    walk(scene.db, scene.workspace, at(4, 9, 10), at(4, 20))
    told = [(day, to) for day, code, to in notices(scene.db, scene.workspace) if code == "quiet"]
    assert told == [("2026-04-16", scene.manager.slack_id)]


def test_one_that_nobody_began_reaches_the_manager_by_its_own_escalation_when_first_seen_near_its_deadline(
    scene: Scene,
) -> None:
    planned(scene, date(2026, 3, 12))
    walk(scene.db, scene.workspace, NOW, at(3, 11))
    assert ("2026-03-06", "unclaimed", scene.manager.slack_id) in notices(scene.db, scene.workspace)


def test_silence_that_was_kept_for_an_absent_manager_is_told_on_the_return(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.get_one(Workspace, scene.workspace).leadership_channel = None
    planned(scene)
    walk(scene.db, scene.workspace, NOW, at(3, 30))
    scene.change(at(3, 30, 10), by=scene.support, stage="engaged")
    change(scene, scene.manager, away_until=date(2026, 4, 9))
    walk(scene.db, scene.workspace, at(3, 30, 11), at(4, 14))
    assert ("2026-04-10", "quiet") in codes(scene)


def test_a_claim_without_an_update_asks_then_ends_and_the_escalation_begins_again(any_scene: Scene) -> None:
    planned(any_scene)
    walk(any_scene.db, any_scene.workspace, NOW, at(3, 4))
    any_scene.claim(at(3, 4, 10), by=any_scene.support)
    walk(any_scene.db, any_scene.workspace, at(3, 4, 11), at(3, 26))
    said_then = [
        one for one in lines(any_scene.db, any_scene.workspace) if one[1] in ("claim_idle", "freed", "unclaimed")
    ]
    assert said_then == [
        ("2026-03-04", "unclaimed"),
        ("2026-03-18", "claim_idle"),
        ("2026-03-20", "freed"),
        ("2026-03-24", "unclaimed"),
    ]
    asked, freed = (
        next(s for s in said(any_scene.db, any_scene.workspace) if s.code == code) for code in ("claim_idle", "freed")
    )
    assert (asked.facts["mention"], freed.facts["mention"]) == (any_scene.support.slack_id, any_scene.owner.slack_id)
    assert card_of(any_scene.db, any_scene.workspace, any_scene.first).claimed_by is None
    assert ("2026-03-26", "unclaimed") in codes(any_scene)


def test_a_claim_that_is_worked_on_is_not_asked_about(scene: Scene) -> None:
    planned(scene)
    walk(scene.db, scene.workspace, NOW, NOW)
    scene.claim(at(3, 2, 10))
    for day, stage in ((12, "engaged"), (24, "proposed")):
        walk(scene.db, scene.workspace, at(3, 2, 11), at(3, day))
        scene.change(at(3, day, 10), stage=stage)
    walk(scene.db, scene.workspace, at(3, 24, 11), at(4, 2))
    assert not {"claim_idle", "freed"} & {code for _, code in lines(scene.db, scene.workspace)}


def test_accounts_without_an_owner_are_told_once_a_month_and_not_again_on_the_first_of_the_next(scene: Scene) -> None:
    someone(scene, "Admin", role="admin")
    with scene.db.transaction() as session:
        for account in session.scalars(select(Account)):
            account.owner_id = None
        session.execute(delete(Teammate))
    days = [at(3, 30), at(4, 1), at(4, 26), at(4, 28), at(5, 1)]
    for day in days:
        with Work.writing(scene.db, scene.workspace, day) as work:
            unreachable.look(work)
    assert [day for day, code in codes(scene) if code == "unheard_accounts"] == ["2026-03-30", "2026-04-28"]


def test_overdue_is_repeated_monthly_to_leadership_until_it_is_lost(scene: Scene) -> None:
    planned(scene, date(2026, 3, 9))
    walk(scene.db, scene.workspace, NOW, at(7, 1))
    told = [(day, to) for day, code, to in notices(scene.db, scene.workspace) if code == "overdue"]
    assert [day for day, _ in told] == ["2026-03-16", "2026-03-23", "2026-04-22", "2026-05-22", "2026-06-22"]
    assert {to for _, to in told[1:]} == {LEADERSHIP}
    scene.change(at(7, 1, 10), stage="lost", lost_reason="price", lost_words="Too dear")
    walk(scene.db, scene.workspace, at(7, 1, 11), at(12, 31))
    assert len([code for _, code in codes(scene) if code == "overdue"]) == len(told)


def test_a_snooze_with_nothing_kept_ends_in_silence_and_what_follows_comes_in_its_own_time(scene: Scene) -> None:
    planned(scene)
    walk(scene.db, scene.workspace, NOW, NOW)
    scene.snooze(date(2026, 3, 3), at(3, 2, 10))
    walk(scene.db, scene.workspace, at(3, 2, 11), at(3, 6))
    assert lines(scene.db, scene.workspace) == [("2026-03-02", "snoozed"), ("2026-03-04", "unclaimed")]
    assert codes(scene) == [("2026-03-06", "unclaimed")]


def test_what_fell_due_while_it_was_snoozed_is_said_when_the_snooze_ends(scene: Scene) -> None:
    planned(scene)
    walk(scene.db, scene.workspace, NOW, NOW)
    scene.snooze(date(2026, 3, 9), at(3, 2, 10))
    walk(scene.db, scene.workspace, at(3, 2, 11), at(3, 9))
    assert lines(scene.db, scene.workspace) == [("2026-03-02", "snoozed"), ("2026-03-09", "woke")]


def test_a_friday_is_a_weekend_where_the_owner_lives_and_sunday_a_working_day(scene: Scene) -> None:
    change(scene, scene.owner, timezone="Asia/Riyadh")
    planned(scene, date(2027, 6, 20))
    walk(scene.db, scene.workspace, NOW, datetime(2027, 6, 15, tzinfo=UTC))
    days = {s.at.weekday() for s in said(scene.db, scene.workspace) if s.kind in ("story_line", "renewal_card")}
    assert days and not days & {4, 5}


@pytest.mark.parametrize(("country", "speaks"), [("", False), ("JP", True)])
def test_nothing_is_said_on_christmas_by_the_zone_alone_and_a_chosen_country_comes_first(
    scene: Scene, country: str, speaks: bool
) -> None:
    change(scene, scene.owner, timezone="Europe/London", country=country)
    planned(scene, date(2027, 1, 24))  # 30 days after 25 December 2026, a Friday
    walk(scene.db, scene.workspace, NOW, datetime(2026, 12, 31, tzinfo=UTC))
    assert ("2026-12-25" in {day for day, _ in lines(scene.db, scene.workspace)}) is speaks
