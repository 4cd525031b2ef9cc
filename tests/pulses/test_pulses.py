"""Rounds through time: whom they ask, when, how often, and what stays silent."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, update

from bot import follow_ups, pulses
from bot.agenda import jobs
from bot.agenda.jobs import Job
from bot.core.calendar import local_date
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.models import Account, Event, Insight, JobRow, Member, PulseRound, Teammate, Workspace
from bot.pulses.facts import PulseCard
from bot.pulses.rules import Colour
from bot.slack.renderers import render
from tests.factories import NOW, make_account, make_member, make_teammate, make_workspace
from tests.scenes.scene import LEADERSHIP, Scene
from tests.scenes.walking import Said, said, tick, walk

HALF_PAST_NINE = NOW.replace(hour=9, minute=30)
R, Y, G = Colour.RED, Colour.YELLOW, Colour.GREEN


def at(days: int, hour: int = 9, minute: int = 30) -> datetime:
    return NOW.replace(hour=hour, minute=minute) + timedelta(days=days)


def start(scene: Scene, now: datetime = HALF_PAST_NINE, by: int | None = None) -> int:
    with Work.writing(scene.db, scene.workspace, now) as work:
        return pulses.start(work, scene.account.id, by)


def answer(
    scene: Scene, round_id: int, who: Member, colour: Colour, now: datetime = HALF_PAST_NINE, **why: Any
) -> None:
    with Work.writing(scene.db, scene.workspace, now) as work:
        reasons, words = why.get("reasons", ("Price",)), why.get("words", "")
        pulses.answer(work, round_id, who.id, pulses.GivenAnswer(colour, reasons, words))


def plan(db: Database, workspace: int, now: datetime = NOW) -> pulses.PlannedRounds:
    with Work.writing(db, workspace, now) as work:
        ids = list(work.session.scalars(select(Account.id).where(Account.workspace_id == workspace)))
        return pulses.plan_rounds(work, ids)


def planned(db: Database, workspace: int) -> dict[str, datetime]:
    with db.reading() as session:
        rows = session.execute(
            select(JobRow.subject, JobRow.due_at).where(
                JobRow.workspace_id == workspace, JobRow.kind == "pulse_round", JobRow.handled_at.is_(None)
            )
        ).all()
    assert len({row.subject for row in rows}) == len(rows), "an account has two rounds ahead"
    return {row.subject: row.due_at for row in rows}


def all_rounds(db: Database, workspace: int) -> list[PulseRound]:
    with db.reading() as session:
        found = session.scalars(select(PulseRound).where(PulseRound.workspace_id == workspace).order_by(PulseRound.id))
        return list(found)


def messages(scene: Scene, kind: str) -> list[Said]:
    return said(scene.db, scene.workspace, kind)


def card(scene: Scene) -> PulseCard:
    return PulseCard.from_facts(messages(scene, "pulse_card")[-1].facts)


def many(db: Database, accounts: int, owners: int = 1, **values: Any) -> int:
    """A workspace with accounts that each have an owner."""
    with db.transaction() as session:
        workspace = make_workspace(session)
        people = [make_member(session, workspace, f"Rep {n}") for n in range(owners)]
        for n in range(accounts):
            make_account(session, workspace, owner_id=people[n % owners].id, **values)
        return workspace.id


def test_a_round_asks_everyone_on_the_team_once_in_the_accounts_channel(any_scene: Scene) -> None:
    start(any_scene)
    (told,) = messages(any_scene, "pulse_card")
    assert told.place == any_scene.account.channel
    assert [(p.name, p.role) for p in card(any_scene).asked] == [("Dana", "owner"), ("Sam", "support_lead")]
    assert card(any_scene).closes_on == str(date(2026, 3, 9))


def test_what_was_said_is_nowhere_in_the_post_while_the_round_is_open(any_scene: Scene) -> None:
    round_id = start(any_scene)
    answer(any_scene, round_id, any_scene.owner, R, reasons=("Champion left",), words="Secret words")
    facts = str([m.facts for m in said(any_scene.db, any_scene.workspace)])
    assert "Secret words" not in facts and "Champion left" not in facts and "'red'" not in facts
    assert [p.name for p in card(any_scene).answered] == ["Dana"]


def test_a_round_closes_after_five_working_days_with_the_change_since_last_time(any_scene: Scene) -> None:
    first = start(any_scene)
    answer(any_scene, first, any_scene.owner, G, reasons=())
    answer(any_scene, first, any_scene.support, G, reasons=())
    walk(any_scene.db, any_scene.workspace, HALF_PAST_NINE, at(7))
    assert all_rounds(any_scene.db, any_scene.workspace)[0].value == 100
    second = start(any_scene, at(20))
    answer(any_scene, second, any_scene.owner, Y, at(21))
    walk(any_scene.db, any_scene.workspace, at(20), at(28))
    closed = card(any_scene)
    assert (closed.change, closed.before_on, closed.before_counts) == ("worse", "2026-03-02", {"green": 2})
    assert (closed.counts, [p.name for p in closed.silent]) == ({"yellow": 1}, ["Sam"])
    assert closed.alarms == () and messages(any_scene, "pulse_summary") == []


def test_silence_comes_to_no_value_and_the_next_round_compares_with_the_last_answers(scene: Scene) -> None:
    first = start(scene)
    answer(scene, first, scene.owner, G, reasons=())
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(7))
    start(scene, at(14))
    walk(scene.db, scene.workspace, at(14), at(21))
    assert [r.value for r in all_rounds(scene.db, scene.workspace)] == [100, None]
    third = start(scene, at(28))
    answer(scene, third, scene.support, G, at(28), reasons=())
    walk(scene.db, scene.workspace, at(28), at(35))
    assert card(scene).before_on == "2026-03-02" and card(scene).change == "same"


def test_two_starts_at_the_same_moment_are_one_round(any_scene: Scene) -> None:
    threads = [Thread(target=start, args=(any_scene,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(all_rounds(any_scene.db, any_scene.workspace)) == 1
    assert len(planned(any_scene.db, any_scene.workspace)) == 1


def test_someone_away_is_not_named_and_a_whole_team_away_waits_for_the_first_back(scene: Scene) -> None:
    away(scene, scene.support, date(2026, 3, 20))
    start(scene)
    assert [p.name for p in card(scene).silent] == ["Dana"] and [p.name for p in card(scene).absent] == ["Sam"]
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(7))
    assert [p.name for p in card(scene).silent] == ["Dana"] and [p.name for p in card(scene).absent] == ["Sam"]
    assert [m.place for m in messages(scene, "pulse_reminder")] == [scene.owner.slack_id]
    away(scene, scene.owner, date(2026, 5, 6))
    away(scene, scene.support, date(2026, 5, 12))
    with pytest.raises(Refused, match="away today"):
        start(scene, at(60))
    walk(scene.db, scene.workspace, at(60), at(70))
    last = all_rounds(scene.db, scene.workspace)[-1]
    assert local_date(last.opened_at, "UTC") == date(2026, 5, 7)


def test_an_account_without_a_team_is_never_asked_about(db: Database) -> None:
    with db.transaction() as session:
        workspace = make_workspace(session)
        account = make_account(session, workspace).id
    plan(db, workspace.id)
    walk(db, workspace.id, NOW, NOW + timedelta(days=100))
    assert all_rounds(db, workspace.id) == []
    with Work.writing(db, workspace.id, NOW) as work, pytest.raises(Refused, match="nobody to ask"):
        pulses.start(work, account, None)


@pytest.mark.parametrize(("tier", "days"), [("enterprise", 30), ("mid", 60), ("small", 90)])
def test_over_a_year_an_account_is_asked_about_at_its_tiers_cadence(db: Database, tier: str, days: int) -> None:
    workspace = many(db, 1, tier=tier)
    plan(db, workspace)
    walk(db, workspace, NOW, NOW + timedelta(days=365))
    opened = [r.opened_at for r in all_rounds(db, workspace)]
    gaps = [(b.date() - a.date()).days for a, b in pairwise(opened)]
    assert (opened[0].date() - NOW.date()).days <= days + 3
    assert len(opened) >= 365 // days - 1 and all(days <= gap <= days + 3 for gap in gaps)
    assert all(moment.time() == time(9, 30) and moment.weekday() < 5 for moment in opened)


def test_a_rep_never_gets_more_than_three_a_day_however_many_accounts_come_at_once(any_db: Database) -> None:
    workspace = many(any_db, 200, owners=2, tier="enterprise")
    plan(any_db, workspace)
    walk(any_db, workspace, NOW, NOW + timedelta(days=45))
    assert busiest(any_db, workspace) == 3
    days = Counter(r.opened_at.weekday() for r in all_rounds(any_db, workspace))
    assert set(days) == {0, 1, 2, 3, 4} and max(days.values()) <= 2 * min(days.values())


def test_after_a_week_of_silence_a_rep_still_gets_three_a_day(db: Database) -> None:
    workspace = many(db, 60, tier="enterprise")
    plan(db, workspace)
    walk(db, workspace, NOW, at(3))
    before = len(all_rounds(db, workspace))
    tick(db, workspace, at(11, hour=10))
    assert len(all_rounds(db, workspace)) - before == 3
    walk(db, workspace, at(11, hour=10), at(60))
    assert busiest(db, workspace) == 3
    assert len({r.account_id for r in all_rounds(db, workspace)}) == 60


def test_planning_again_changes_nothing_and_a_new_cadence_moves_what_is_planned(db: Database) -> None:
    workspace = many(db, 20)
    assert plan(db, workspace).planned == 20
    before = planned(db, workspace)
    assert plan(db, workspace, NOW + timedelta(hours=1)) == pulses.PlannedRounds(0, 0)
    with db.transaction() as session:
        session.execute(
            update(Workspace).where(Workspace.id == workspace).values(policy={"*": {"pulse_every_days": 14}})
        )
    assert plan(db, workspace, NOW + timedelta(hours=2)) == pulses.PlannedRounds(20, 20)
    after = planned(db, workspace)
    assert max(after.values()) < NOW + timedelta(days=25) < max(before.values())


def test_no_round_comes_in_the_week_after_another_even_at_the_shortest_cadence(db: Database) -> None:
    workspace = many(db, 1)
    with db.transaction() as session:
        session.execute(
            update(Workspace).where(Workspace.id == workspace).values(policy={"*": {"pulse_every_days": 1}})
        )
    plan(db, workspace)
    walk(db, workspace, NOW, NOW + timedelta(days=90))
    rounds = all_rounds(db, workspace)
    assert len(rounds) >= 5
    assert all(b.opened_at.date() >= a.closes_on + timedelta(days=7) for a, b in pairwise(rounds))


def test_a_round_started_by_hand_puts_the_planned_one_off(scene: Scene) -> None:
    plan(scene.db, scene.workspace)
    start(scene, by=scene.owner.id)
    (due,) = planned(scene.db, scene.workspace).values()
    assert due == at(60)


def test_a_customer_who_left_is_not_asked_about(scene: Scene) -> None:
    plan(scene.db, scene.workspace)
    with scene.db.transaction() as session:
        session.execute(update(Account).where(Account.id == scene.account.id).values(is_active=False))
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=100))
    assert all_rounds(scene.db, scene.workspace) == [] and planned(scene.db, scene.workspace) == {}


def test_the_owners_zone_decides_when_half_past_nine_is(db: Database) -> None:
    with db.transaction() as session:
        workspace = make_workspace(session)
        owner = make_member(session, workspace, timezone="Pacific/Auckland")
        make_account(session, workspace, owner_id=owner.id, tier="enterprise")
    plan(db, workspace.id)
    walk(db, workspace.id, NOW, NOW + timedelta(days=50))
    (first, *_) = all_rounds(db, workspace.id)
    local = first.opened_at.astimezone(ZoneInfo("Pacific/Auckland"))
    assert (local.time(), local.weekday() < 5) == (time(9, 30), True)


def test_each_is_reminded_once_in_their_own_morning(db: Database, scene: Scene) -> None:
    with db.transaction() as session:
        session.execute(update(Member).where(Member.id == scene.support.id).values(timezone="America/New_York"))
    start(scene)
    walk(db, scene.workspace, HALF_PAST_NINE, at(6))
    reminded = [(m.place, m.at) for m in messages(scene, "pulse_reminder")]
    assert reminded == [(scene.owner.slack_id, at(2)), (scene.support.slack_id, at(2, hour=14, minute=30))]


def test_who_was_away_on_the_first_day_is_asked_on_their_first_morning_and_not_reminded_again(any_scene: Scene) -> None:
    away(any_scene, any_scene.support, date(2026, 3, 2))
    start(any_scene)
    assert [p.name for p in card(any_scene).asked] == ["Dana", "Sam"]
    walk(any_scene.db, any_scene.workspace, HALF_PAST_NINE, at(6))
    told = {m.place: (m.at, m.facts["rounds"][0]["was_absent"]) for m in messages(any_scene, "pulse_reminder")}
    assert told == {any_scene.support.slack_id: (at(1), True), any_scene.owner.slack_id: (at(2), False)}


def test_who_goes_away_before_the_reminder_gets_it_on_return(scene: Scene) -> None:
    start(scene)
    away(scene, scene.support, date(2026, 3, 4))
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(6))
    assert {m.place: m.at for m in messages(scene, "pulse_reminder")} == {
        scene.owner.slack_id: at(2),
        scene.support.slack_id: at(3),
    }


def test_a_round_started_on_a_sunday_names_nobody_but_its_starter_and_asks_on_monday(scene: Scene) -> None:
    sunday = at(6, hour=23)
    start(scene, sunday, by=scene.owner.id)
    assert [p.name for p in card(scene).silent] == ["Dana"] and [p.name for p in card(scene).absent] == ["Sam"]
    walk(scene.db, scene.workspace, sunday, at(9))
    assert {m.place: m.at for m in messages(scene, "pulse_reminder")} == {
        scene.support.slack_id: at(7),
        scene.owner.slack_id: at(8),
    }


def test_who_has_the_question_as_a_direct_message_is_reminded_on_the_last_morning(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        session.execute(update(Account).where(Account.id == any_scene.account.id).values(channel=None))
    start(any_scene)
    everyone = {any_scene.owner.slack_id, any_scene.support.slack_id}
    assert {m.place for m in messages(any_scene, "pulse_card")} == everyone
    walk(any_scene.db, any_scene.workspace, HALF_PAST_NINE, at(7))
    told = {m.place: m.at for m in messages(any_scene, "pulse_reminder")}
    assert told == dict.fromkeys(everyone, at(4)), "the round closes on the Monday after"


def test_someone_who_left_the_team_is_neither_reminded_nor_called_silent(any_scene: Scene) -> None:
    start(any_scene)
    with any_scene.db.transaction() as session:
        session.execute(delete(Teammate).where(Teammate.member_id == any_scene.support.id))
    walk(any_scene.db, any_scene.workspace, HALF_PAST_NINE, at(7))
    assert [m.place for m in messages(any_scene, "pulse_reminder")] == [any_scene.owner.slack_id]
    assert [p.name for p in card(any_scene).silent] == [p.name for p in card(any_scene).asked] == ["Dana"]


def test_a_round_of_a_customer_who_left_closes_without_a_word(any_scene: Scene) -> None:
    round_id = start(any_scene)
    answer(any_scene, round_id, any_scene.support, R)
    with any_scene.db.transaction() as session:
        session.execute(update(Account).where(Account.id == any_scene.account.id).values(is_active=False))
    walk(any_scene.db, any_scene.workspace, HALF_PAST_NINE, at(12))
    assert all_rounds(any_scene.db, any_scene.workspace)[0].closed_at == at(7)
    assert card(any_scene).closed_on == "2026-03-09"
    for kind in ("pulse_reminder", "pulse_summary", "pulse_untouched", "health_prompt"):
        assert messages(any_scene, kind) == []


def test_several_rounds_that_wait_for_one_person_come_in_one_reminder(any_db: Database) -> None:
    workspace, (busy, *_) = shared_support(any_db, accounts=3, owners=3)
    walk(any_db, workspace, NOW, at(3))
    (told,) = [m for m in said(any_db, workspace, "pulse_reminder") if m.place == busy.slack_id]
    assert len(told.facts["rounds"]) == 3 and told.at == at(2)
    first = all_rounds(any_db, workspace)[0]
    with any_db.transaction() as session:
        pulses.answer(Work(session, workspace, at(3)), first.id, busy.id, pulses.GivenAnswer(G))
    (told,) = [m for m in said(any_db, workspace, "pulse_reminder") if m.place == busy.slack_id]
    assert {one["round_id"]: one["is_answered"] for one in told.facts["rounds"]} == {
        r.id: r.id == first.id for r in all_rounds(any_db, workspace)
    }


def test_nobody_of_a_team_gets_more_than_three_a_day_while_another_day_of_the_week_has_room(any_db: Database) -> None:
    workspace, (busy, *_) = shared_support(any_db, accounts=9, owners=3)
    walk(any_db, workspace, NOW, at(7))
    opened = Counter(local_date(r.opened_at, "UTC") for r in all_rounds(any_db, workspace))
    assert opened == {NOW.date() + timedelta(days=n): 3 for n in range(3)}
    assert busy.id in all_rounds(any_db, workspace)[0].asked


def test_someone_who_keeps_very_many_accounts_holds_none_of_them_up_for_good(db: Database) -> None:
    workspace, _ = shared_support(db, accounts=60, owners=20, tier="enterprise")
    walk(db, workspace, NOW, NOW + timedelta(days=100))
    asked = Counter(r.account_id for r in all_rounds(db, workspace))
    assert len(asked) == 60 and min(asked.values()) >= 3
    assert busiest(db, workspace) <= 3


def test_a_reminder_whose_reason_has_gone_stays_silent(scene: Scene) -> None:
    round_id = start(scene)
    answer(scene, round_id, scene.owner, G, reasons=())
    away(scene, scene.support, date(2026, 3, 30))
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(6))
    assert messages(scene, "pulse_reminder") == []


def test_a_bot_that_was_down_all_round_long_closes_it_and_reminds_nobody(scene: Scene) -> None:
    start(scene)
    tick(scene.db, scene.workspace, at(8, hour=20))
    assert all_rounds(scene.db, scene.workspace)[0].closed_at is None
    walk(scene.db, scene.workspace, at(8, hour=20), at(9))
    assert all_rounds(scene.db, scene.workspace)[0].closed_at == at(9)
    assert messages(scene, "pulse_reminder") == []


def test_a_red_round_is_asked_about_by_mention_and_goes_to_the_manager_when_untouched(any_scene: Scene) -> None:
    round_id = start(any_scene)
    answer(any_scene, round_id, any_scene.support, R)
    walk(any_scene.db, any_scene.workspace, HALF_PAST_NINE, at(12))
    (line,) = messages(any_scene, "pulse_summary")
    assert line.facts["mentions"] == [any_scene.owner.slack_id, any_scene.support.slack_id]
    assert (line.facts["escalates_to"], line.facts["escalates_on"]) == ("manager", "2026-03-11")
    (told,) = messages(any_scene, "pulse_untouched")
    assert (told.place, told.at) == (any_scene.manager.slack_id, at(9))


def test_an_answer_that_is_corrected_after_the_manager_was_told_does_not_tell_them_again(scene: Scene) -> None:
    round_id = start(scene)
    answer(scene, round_id, scene.owner, Y)
    answer(scene, round_id, scene.support, R)
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(3))
    (before,) = messages(scene, "pulse_untouched")
    answer(scene, round_id, scene.support, R, now=at(3, hour=11), words="They want to leave")
    walk(scene.db, scene.workspace, at(3, hour=11), at(20))
    assert messages(scene, "pulse_untouched") == [before]
    with scene.db.reading() as session:
        assert session.scalar(select(func.count()).where(Event.kind == "pulse_escalated")) == 1


def test_two_people_further_apart_than_one_step_are_an_alarm_and_neighbours_are_not(scene: Scene) -> None:
    round_id = start(scene)
    answer(scene, round_id, scene.owner, G, reasons=())
    answer(scene, round_id, scene.support, Y)
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(12))
    assert messages(scene, "pulse_summary") == messages(scene, "pulse_untouched") == []


def test_with_the_manager_away_leadership_hears_of_it(scene: Scene) -> None:
    away(scene, scene.manager, date(2026, 3, 30))
    answer(scene, start(scene), scene.support, R)
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(12))
    (told,) = messages(scene, "pulse_untouched")
    assert told.place == LEADERSHIP
    assert "Mona is away to Mon 30 Mar." in render("pulse_untouched", told.facts).text


def test_with_neither_there_it_waits_for_the_manager(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.execute(update(Workspace).values(leadership_channel=None))
    away(scene, scene.manager, date(2026, 3, 13))
    answer(scene, start(scene), scene.support, R)
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(20))
    (told,) = messages(scene, "pulse_untouched")
    assert (told.place, told.at) == (scene.manager.slack_id, at(14))


def test_a_next_step_stops_the_word_to_the_manager_and_shows_in_the_thread(any_scene: Scene) -> None:
    round_id = start(any_scene)
    answer(any_scene, round_id, any_scene.support, R)
    walk(any_scene.db, any_scene.workspace, HALF_PAST_NINE, at(7))
    with any_scene.db.transaction() as session:
        pulses.take_step(
            Work(session, any_scene.workspace, at(7, hour=11)),
            round_id,
            any_scene.owner.id,
            "Call the CFO",
            date(2026, 3, 20),
            True,
            any_scene.owner.id,
        )
    walk(any_scene.db, any_scene.workspace, at(7, hour=11), at(12))
    (line,) = messages(any_scene, "pulse_summary")
    assert [(s["words"], s["owner"], s["is_promise"]) for s in line.facts["steps"]] == [("Call the CFO", "Dana", True)]
    assert messages(any_scene, "pulse_untouched") == []


def test_with_owner_and_support_lead_away_both_are_asked_on_return_and_the_manager_hears_the_truth(
    any_scene: Scene,
) -> None:
    answer(any_scene, start(any_scene), any_scene.support, R)
    away(any_scene, any_scene.owner, date(2026, 3, 12))
    away(any_scene, any_scene.support, date(2026, 3, 15))
    walk(any_scene.db, any_scene.workspace, HALF_PAST_NINE, at(10))
    (line,) = messages(any_scene, "pulse_summary")
    assert line.facts["mentions"] == []
    (told,) = messages(any_scene, "pulse_untouched")
    assert (told.facts["asked"], told.facts["absent"]) == ([], ["Dana", "Sam"])
    walk(any_scene.db, any_scene.workspace, at(10), at(11))
    asked = [(m.place, m.at) for m in messages(any_scene, "pulse_summary") if m.facts["is_alone"]]
    assert asked == [(any_scene.owner.slack_id, at(11))]
    step(any_scene, all_rounds(any_scene.db, any_scene.workspace)[0].id, at(11, hour=12))
    walk(any_scene.db, any_scene.workspace, at(11, hour=12), at(20))
    alone = [m for m in messages(any_scene, "pulse_summary") if m.facts["is_alone"]]
    assert [m.place for m in alone] == [any_scene.owner.slack_id]
    assert [s["words"] for s in alone[0].facts["steps"]] == ["Call the CFO"]


def test_any_next_step_of_the_account_keeps_it_from_the_manager_and_a_dropped_one_does_not(scene: Scene) -> None:
    for source, outcome, told in (("touchpoint:0", None, 0), ("pulse", "dropped", 1), ("pulse", "done", 1)):
        now = HALF_PAST_NINE + timedelta(days=28 * told)
        round_id = start(scene, now) if outcome != "done" else start(scene, now + timedelta(days=28))
        now = all_rounds(scene.db, scene.workspace)[-1].opened_at
        answer(scene, round_id, scene.support, R, now)
        walk(scene.db, scene.workspace, now, now + timedelta(days=7))
        number = step(scene, round_id, now + timedelta(days=7, hours=1), source)
        with scene.db.transaction() as session:
            if outcome:
                then = now + timedelta(days=7, hours=2)
                follow_ups.close(Work(session, scene.workspace, then), number, outcome, scene.owner.id)
        walk(scene.db, scene.workspace, now + timedelta(days=7, hours=1), now + timedelta(days=14))
        assert len(messages(scene, "pulse_untouched")) == told


def test_a_step_that_is_done_shows_in_the_thread_and_in_what_the_manager_was_told(any_scene: Scene) -> None:
    round_id = start(any_scene)
    answer(any_scene, round_id, any_scene.support, R)
    walk(any_scene.db, any_scene.workspace, HALF_PAST_NINE, at(9))
    number = step(any_scene, round_id, at(9, hour=11))
    with any_scene.db.transaction() as session:
        follow_ups.close(Work(session, any_scene.workspace, at(9, hour=12)), number, "done", any_scene.owner.id)
    walk(any_scene.db, any_scene.workspace, at(9, hour=12), at(9, hour=13))
    for kind in ("pulse_summary", "pulse_untouched"):
        (told,) = messages(any_scene, kind)
        assert [one["outcome"] for one in told.facts["steps"]] == ["done"]


def test_a_next_step_before_the_round_has_closed_is_refused(scene: Scene) -> None:
    round_id = start(scene)
    with Work.writing(scene.db, scene.workspace, NOW) as work, pytest.raises(Refused, match="still open"):
        pulses.take_step(work, round_id, None, "x", date(2026, 3, 20), False, scene.owner.id)


def test_answers_are_refused_when_they_come_too_late_or_say_too_little_or_too_much(scene: Scene) -> None:
    round_id = start(scene)
    for colour, reasons in ((Y, ()), (R, ()), (R, ("a", "b", "c", "d"))):
        with pytest.raises(FieldErrors):
            answer(scene, round_id, scene.owner, colour, reasons=reasons)
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(7))
    with pytest.raises(Refused, match="has closed"):
        answer(scene, round_id, scene.owner, G, at(7), reasons=())


def test_another_workspaces_round_is_not_there(scene: Scene) -> None:
    round_id = start(scene)
    with scene.db.transaction() as session:
        other = make_workspace(session).id
        stranger = make_member(session, session.get_one(Workspace, other)).id
    with Work.writing(scene.db, other, NOW) as work, pytest.raises(Refused, match="no longer there"):
        pulses.answer(work, round_id, stranger, pulses.GivenAnswer(G))
    with scene.db.reading() as session:
        assert pulses.waiting_for(Work(session, other, NOW), scene.owner.id) == []
        assert pulses.coverage(Work(session, other, at(30))).active == 0


def test_an_insight_is_offered_once_and_no_round_offers_it_again(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.add(Insight(workspace_id=scene.workspace, words="A study", url="", created_at=NOW))
    start(scene)
    assert card(scene).insight == "A study"
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(7))
    start(scene, at(20))
    assert card(scene).insight == ""


def test_what_waits_for_a_person_is_what_they_were_asked_and_have_not_answered(any_scene: Scene) -> None:
    round_id = start(any_scene)
    answer(any_scene, round_id, any_scene.support, G, reasons=())
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        mine = pulses.waiting_for(work, any_scene.owner.id)
        assert [(w.round_id, w.account, w.closes_on) for w in mine] == [(round_id, "Acme", date(2026, 3, 9))]
        assert pulses.waiting_for(work, any_scene.support.id) == []
        people = [any_scene.owner.id, any_scene.support.id]
        assert pulses.count_waiting(work, people) == {any_scene.owner.id: 1}


def test_the_story_keeps_that_a_round_was_escalated_the_rest_is_the_round_itself(scene: Scene) -> None:
    answer(scene, start(scene, by=scene.owner.id), scene.support, R)
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(12))
    with scene.db.reading() as session:
        kinds = list(session.scalars(select(Event.kind).where(Event.kind.startswith("pulse")).order_by(Event.id)))
    assert kinds == ["pulse_escalated"]


def test_coverage_counts_accounts_heard_silent_and_not_asked_and_the_share_of_q4(any_db: Database) -> None:
    workspace = many(any_db, 5)
    now = datetime(2026, 11, 16, 12, tzinfo=UTC)
    with any_db.transaction() as session:
        ids = list(session.scalars(select(Account.id).order_by(Account.id)))
        for account, opened, value in (
            (ids[0], datetime(2026, 10, 5, 9, 30, tzinfo=UTC), 100),
            (ids[0], datetime(2026, 11, 2, 9, 30, tzinfo=UTC), 50),
            (ids[1], datetime(2026, 11, 2, 9, 30, tzinfo=UTC), None),
            (ids[2], datetime(2026, 2, 2, 9, 30, tzinfo=UTC), 0),
            (ids[2], datetime(2025, 12, 1, 9, 30, tzinfo=UTC), 100),
        ):
            closed = opened + timedelta(days=7)
            row = {"account_id": account, "opened_at": opened, "closes_on": closed.date(), "closed_at": closed}
            session.add(PulseRound(workspace_id=workspace, asked=[], value=value, **row))
        session.add(
            PulseRound(workspace_id=workspace, account_id=ids[3], opened_at=now, closes_on=now.date(), asked=[])
        )
    with any_db.reading() as session:
        seen = pulses.coverage(Work(session, workspace, now + timedelta(hours=1)))
    assert (seen.active, seen.heard, seen.silent, seen.asking, seen.not_asked) == (5, 1, 1, 1, 2)
    assert [(y.year, y.rounds, y.in_last_quarter, y.last_quarter_share) for y in seen.years] == [
        (2025, 1, 1, 100),
        (2026, 3, 2, 67),
    ]
    by_month = {month.first: month.accounts for month in seen.months}
    assert (len(by_month), by_month[date(2026, 11, 1)], by_month[date(2026, 10, 1)], by_month[date(2026, 2, 1)]) == (
        12,
        1,
        1,
        1,
    )
    assert [one.last_on for one in seen.longest] == [None, None, None, date(2026, 2, 2)]


def shared_support(db: Database, accounts: int, owners: int, **values: Any) -> tuple[int, list[Member]]:
    """Accounts of several owners that one person supports, all of them due this morning; that person comes first."""
    with db.transaction() as session:
        workspace = make_workspace(session)
        busy = make_member(session, workspace, "Priya", role="support")
        people = [make_member(session, workspace, f"Rep {n}") for n in range(owners)]
        due = []
        for n in range(accounts):
            account = make_account(session, workspace, owner_id=people[n % owners].id, **values)
            make_teammate(session, account, busy, "support_lead")
            due.append(Job("pulse_round", f"account:{account.id}", "first", HALF_PAST_NINE, 50))
        jobs.schedule(Work(session, workspace.id, NOW), due)
        return workspace.id, [busy, *people]


def step(scene: Scene, round_id: int, now: datetime, source: str = "pulse") -> int:
    """A next step of the owner's, written after the round, or with something else."""
    due = now.date() + timedelta(days=11)
    with Work.writing(scene.db, scene.workspace, now) as work:
        mine = scene.owner.id
        if source == "pulse":
            return pulses.take_step(work, round_id, mine, "Call the CFO", due, False, mine)
        return follow_ups.add(work, scene.account.id, mine, "Call the CFO", due, False, source, mine)


def away(scene: Scene, who: Member, until: date) -> None:
    with scene.db.transaction() as session:
        session.execute(update(Member).where(Member.id == who.id).values(away_until=until))


def busiest(db: Database, workspace: int) -> int:
    with db.reading() as session:
        rows = session.execute(
            select(Account.owner_id, func.date(PulseRound.opened_at), func.count())
            .join(Account, Account.id == PulseRound.account_id)
            .where(PulseRound.workspace_id == workspace)
            .group_by(Account.owner_id, func.date(PulseRound.opened_at))
        )
        return max(count for *_, count in rows)


def reds(scene: Scene) -> list[tuple[str, str, datetime]]:
    return [(m.place, m.facts["to"], m.at) for m in messages(scene, "pulse_red")]


def test_a_red_answer_waits_for_the_owners_hours_and_while_they_are_away_goes_to_who_stands_in(
    any_scene: Scene,
) -> None:
    away(any_scene, any_scene.owner, date(2026, 3, 20))
    answer(any_scene, start(any_scene), any_scene.support, R, at(0, hour=22))
    walk(any_scene.db, any_scene.workspace, at(0, hour=22), at(3))
    assert reds(any_scene) == [(any_scene.manager.slack_id, "instead", at(1, hour=9, minute=0))]


def test_with_owner_and_manager_away_leadership_hears_of_red_and_with_nobody_there_it_waits(scene: Scene) -> None:
    away(scene, scene.owner, date(2026, 3, 4))
    away(scene, scene.manager, date(2026, 3, 30))
    round_id = start(scene)
    answer(scene, round_id, scene.support, R)
    tick(scene.db, scene.workspace, HALF_PAST_NINE)
    assert reds(scene) == [(LEADERSHIP, "leadership", HALF_PAST_NINE)]
    with scene.db.transaction() as session:
        session.execute(update(Workspace).values(leadership_channel=None))
        session.execute(delete(JobRow).where(JobRow.kind == "pulse_red"))
    answer(scene, round_id, scene.support, Y)
    answer(scene, round_id, scene.support, R, at(0, hour=10))
    walk(scene.db, scene.workspace, at(0, hour=10), at(3, hour=12))
    assert reds(scene)[1:] == [(scene.owner.slack_id, "owner", at(3, hour=9, minute=0))]


def test_red_follows_the_stand_ins_to_who_is_there_and_each_reader_learns_who_is_away(scene: Scene) -> None:
    with scene.db.transaction() as session:
        workspace = session.get_one(Workspace, scene.workspace)
        kim, lee = make_member(session, workspace, "Kim"), make_member(session, workspace, "Lee")
        jo = make_member(session, workspace, "Jo", away_until=date(2026, 3, 20), stand_in_id=kim.id)
        session.execute(update(Member).where(Member.id == scene.owner.id).values(stand_in_id=jo.id))
        session.execute(update(Member).where(Member.id == scene.manager.id).values(stand_in_id=lee.id))
    away(scene, scene.owner, date(2026, 3, 20))
    away(scene, scene.manager, date(2026, 3, 19))
    answer(scene, start(scene), scene.support, R)
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(1))
    assert reds(scene) == [
        (kim.slack_id, "instead", HALF_PAST_NINE),
        (lee.slack_id, "above", at(1, hour=9, minute=0)),
    ]
    first, second = (render("pulse_red", m.facts).text for m in messages(scene, "pulse_red"))
    assert "In place of the owner. Dana is away to Fri 20 Mar." in first
    assert "In place of the owner's manager. Mona is away to Thu 19 Mar." in second
    walk(scene.db, scene.workspace, at(1), at(22))
    lists = {m.place: render("notice", m.facts).text for m in messages(scene, "notice") if m.code == "while_away"}
    assert "a red answer in its pulse, to Kim on Mon 2 Mar" in lists[scene.owner.slack_id]
    assert "a red answer in its pulse, to Lee on Tue 3 Mar" in lists[scene.manager.slack_id]


def test_red_of_an_absent_owner_without_a_manager_goes_to_a_teammate_who_did_not_give_it(scene: Scene) -> None:
    with scene.db.transaction() as session:
        workspace, account = session.get_one(Workspace, scene.workspace), session.get_one(Account, scene.account.id)
        workspace.leadership_channel = None
        pat, ada = make_member(session, workspace, "Pat"), make_member(session, workspace, "Ada", role="admin")
        make_teammate(session, account, pat, "implementation")
        session.execute(update(Member).where(Member.id == scene.owner.id).values(manager_id=None))
    away(scene, scene.owner, date(2026, 3, 4))
    round_id = start(scene)
    answer(scene, round_id, scene.support, R)
    tick(scene.db, scene.workspace, HALF_PAST_NINE)
    assert [(place, to) for place, to, _ in reds(scene)] == [(pat.slack_id, "instead")]
    away(scene, pat, date(2026, 3, 31))
    answer(scene, round_id, scene.support, Y)
    answer(scene, round_id, scene.support, R, at(0, hour=11))
    walk(scene.db, scene.workspace, at(0, hour=11), at(3, hour=12))
    assert [(place, to) for place, to, _ in reds(scene)[1:]] == [
        (ada.slack_id, "admin"),
        (scene.owner.slack_id, "owner"),
    ]


def test_the_managers_next_working_morning_is_the_managers_own(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.execute(update(Member).where(Member.id == scene.manager.id).values(timezone="Asia/Riyadh"))
    thursday = datetime(2026, 3, 5, 10, tzinfo=UTC)
    answer(scene, start(scene, thursday), scene.support, R, thursday)
    walk(scene.db, scene.workspace, thursday, thursday + timedelta(days=5))
    sunday = datetime(2026, 3, 8, 9, tzinfo=ZoneInfo("Asia/Riyadh"))
    assert reds(scene)[1:] == [(scene.manager.slack_id, "manager", sunday)]


def test_nobody_is_told_of_a_red_answer_they_gave_nor_twice_when_it_was_the_last(scene: Scene) -> None:
    round_id = start(scene)
    answer(scene, round_id, scene.owner, R)
    walk(scene.db, scene.workspace, HALF_PAST_NINE, at(0, hour=17))
    assert reds(scene) == []
    answer(scene, round_id, scene.support, R, at(0, hour=17))
    walk(scene.db, scene.workspace, at(0, hour=17), at(1, hour=12))
    (summary,) = messages(scene, "pulse_summary")
    assert scene.owner.slack_id in summary.facts["mentions"]
    morning = at(1, hour=9, minute=0)
    assert reds(scene) == [(scene.manager.slack_id, "manager", morning), (scene.manager.slack_id, "manager", morning)]


def test_a_round_waits_for_no_one_who_is_away_until_its_end_and_closes_in_working_hours(scene: Scene) -> None:
    away(scene, scene.support, date(2026, 3, 30))
    round_id = start(scene)
    answer(scene, round_id, scene.owner, Y, at(0, hour=20))
    walk(scene.db, scene.workspace, at(0, hour=20), at(1))
    (closed,) = all_rounds(scene.db, scene.workspace)
    assert (closed.closed_at, closed.worst, closed.heard) == (at(1), "yellow", 0)
    with scene.db.reading() as session:
        ahead = select(JobRow.kind).where(JobRow.subject == f"pulse:{round_id}", JobRow.handled_at.is_(None))
        assert set(session.scalars(ahead)) <= {"pulse_close", "pulse_reminder"}


def test_the_worst_colour_decides_the_comparison_and_says_since_when_there_was_none_as_bad(any_scene: Scene) -> None:
    days = [(R,), (G, G), (G, G), (R, G), (Y, G), (Y, Y)]
    told = []
    for n, colours in enumerate(days):
        round_id = start(any_scene, at(14 * n))
        for who, colour in zip((any_scene.owner, any_scene.support), colours, strict=False):
            answer(any_scene, round_id, who, colour, at(14 * n), reasons=() if colour is G else ("Price",))
        walk(any_scene.db, any_scene.workspace, at(14 * n), at(14 * n + 7))
        compared = card(any_scene).compared
        told.append(compared and (compared.change, compared.worst, compared.since))
    first = str(at(0).date())
    assert told[:4] == [
        None,
        ("better", "green", first),
        ("same", "green", str(at(14).date())),
        ("worse", "red", first),
    ]
    assert told[4][:2] == ("better", "yellow") and told[5][:2] == ("same", "yellow")


def test_a_corrected_answer_takes_its_alarm_back_and_the_score_follows(scene: Scene) -> None:
    round_id = start(scene)
    answer(scene, round_id, scene.owner, G, reasons=())
    answer(scene, round_id, scene.support, R, reasons=("Looking at a competitor",))
    (row,) = all_rounds(scene.db, scene.workspace)
    assert (row.value, row.worst, row.churn_word) == (50, "red", "Looking at a competitor")
    answer(scene, round_id, scene.support, Y, at(1), words="Wrong account")
    walk(scene.db, scene.workspace, at(1), at(12))
    (row,) = all_rounds(scene.db, scene.workspace)
    assert (row.value, row.worst, row.churn_word, row.closed_at) == (75, "yellow", "", HALF_PAST_NINE)
    (summary,) = messages(scene, "pulse_summary")
    assert summary.facts["alarms"] == [] and messages(scene, "pulse_untouched") == []
    (corrected,) = [one for one in card(scene).said if one.earlier]
    assert [(one.colour, one.reasons) for one in corrected.earlier] == [("red", ("Looking at a competitor",))]
