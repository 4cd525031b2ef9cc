"""Follow-ups: their owner hears of them on the day, once; a promise is kept, or broken and told."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot import follow_ups, health, touchpoints
from bot.core.calendar import local_moment
from bot.db.work import Work
from bot.errors import FieldErrors, NotForYou, Refused
from bot.follow_ups.facts import FollowUpCard
from bot.models import FollowUp, JobRow, Member, Workspace
from bot.slack.renderers import render
from bot.touchpoints import NewTouchpoint
from bot.workspace import members
from tests.factories import NOW, make_member
from tests.scenes.walking import said, walk
from tests.touchpoints.test_touchpoints import line

FRIDAY = date(2026, 3, 6)
FRIDAY_MORNING = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


def add(scene, due_on=FRIDAY, owner=None, by=None, now=NOW, **values):
    filled = {"words": "Send the plan", "is_promise": False, "source": "touchpoint:0", **values}
    with Work.writing(scene.db, scene.workspace, now) as work:
        return follow_ups.add(
            work, scene.account.id, (owner or scene.owner).id, filled["words"], due_on,
            filled["is_promise"], filled["source"], (by or scene.owner).id,
        )  # fmt: skip


def close(scene, number, outcome, by=None, now=NOW):
    with Work.writing(scene.db, scene.workspace, now) as work:
        by_id = (by or scene.owner).id
        return follow_ups.close(work, number, outcome, by_id)


def told(scene):
    return [(s.at, s.facts["why"], s.place) for s in said(scene.db, scene.workspace, "follow_up")]


def row(scene, number):
    with scene.db.reading() as session:
        return session.get_one(FollowUp, number)


def away(scene, member, until):
    with scene.db.transaction() as session:
        session.get_one(Member, member.id).away_until = until


def test_its_owner_is_reminded_on_the_morning_of_the_day_once(any_scene):
    add(any_scene)
    walk(any_scene.db, any_scene.workspace, NOW, NOW + timedelta(days=30))
    assert told(any_scene) == [(FRIDAY_MORNING, "due", any_scene.owner.slack_id)]
    assert row(any_scene, 1).outcome is None


def test_one_that_is_done_before_stays_silent(any_scene):
    number = add(any_scene)
    assert close(any_scene, number, "done")
    assert not close(any_scene, number, "done")
    walk(any_scene.db, any_scene.workspace, NOW, NOW + timedelta(days=30))
    assert told(any_scene) == []
    assert (row(any_scene, number).outcome, row(any_scene, number).done_by_id) == ("done", any_scene.owner.id)


def test_someone_else_who_is_given_one_hears_of_it_at_once(scene):
    add(scene, owner=scene.support)
    assert told(scene) == [(NOW, "given", scene.support.slack_id)]
    card = FollowUpCard.from_facts(said(scene.db, scene.workspace, "follow_up")[0].facts)
    assert (card.asked_by, card.owner, card.words, card.due_on) == ("Dana", "Sam", "Send the plan", "2026-03-06")


@pytest.mark.parametrize(
    ("due_on", "reminded"),
    [
        (date(2026, 3, 7), FRIDAY_MORNING),
        (date(2026, 3, 8), FRIDAY_MORNING),
        (date(2026, 3, 9), datetime(2026, 3, 9, 9, 0, tzinfo=UTC)),
    ],
)
def test_a_day_off_is_reminded_of_before_it(scene, due_on, reminded):
    now = NOW + timedelta(hours=2)
    add(scene, due_on, now=now)
    walk(scene.db, scene.workspace, now, NOW + timedelta(days=30))
    assert told(scene) == [(reminded, "due", scene.owner.slack_id)]


def test_what_someone_writes_for_themselves_for_today_is_not_told_back(any_scene):
    now = NOW + timedelta(hours=2)
    number = add(any_scene, now.date(), now=now, is_promise=True)
    walk(any_scene.db, any_scene.workspace, now, NOW + timedelta(hours=14))
    assert told(any_scene) == [] and row(any_scene, number).outcome is None
    early = NOW - timedelta(hours=2)
    add(any_scene, now.date(), now=early)
    walk(any_scene.db, any_scene.workspace, early, now)
    assert told(any_scene) == [(NOW, "due", any_scene.owner.slack_id)]


def test_what_is_given_for_today_is_told_once_and_says_that_nothing_more_comes(scene):
    now = NOW + timedelta(hours=2)
    add(scene, now.date(), owner=scene.support, now=now)
    walk(scene.db, scene.workspace, now, NOW + timedelta(days=9))
    assert told(scene) == [(now, "given", scene.support.slack_id)]
    facts = said(scene.db, scene.workspace, "follow_up")[0].facts
    assert "Nothing reminds you of it again." in render("follow_up", facts).text


def test_one_without_an_owner_is_told_to_the_accounts_even_today(scene):
    now = NOW + timedelta(hours=2)
    with Work.writing(scene.db, scene.workspace, now) as work:
        follow_ups.add(work, scene.account.id, None, "Call", now.date(), False, "", scene.support.id)
    walk(scene.db, scene.workspace, now, NOW + timedelta(days=9))
    assert told(scene) == [(now, "due", scene.owner.slack_id)]


def test_who_was_away_when_it_was_given_hears_of_it_once_on_return(scene):
    away(scene, scene.support, date(2026, 3, 10))
    add(scene, owner=scene.support)
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=30))
    (one,) = said(scene.db, scene.workspace, "follow_up")
    assert (one.facts["why"], one.facts["is_last"], one.facts["as_of"]) == ("given", True, "2026-03-11")


def test_the_open_steps_of_a_talk_that_is_taken_back_are_dropped(scene):
    kept, done = add(scene, source="touchpoint:7", owner=scene.support), add(scene, source="touchpoint:7")
    close(scene, done, "done")
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        assert follow_ups.drop_open(work, "touchpoint:7", scene.owner.id) == 1
    assert (row(scene, kept).outcome, row(scene, done).outcome) == ("dropped", "done")
    assert said(scene.db, scene.workspace, "follow_up")[0].facts["outcome"] == "dropped"


def test_nobody_is_reminded_while_away(scene):
    away(scene, scene.owner, date(2026, 3, 10))
    add(scene)
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=30))
    assert told(scene) == [(datetime(2026, 3, 11, 9, 0, tzinfo=UTC), "due", scene.owner.slack_id)]


def test_an_absence_entered_later_is_waited_for_too(scene):
    add(scene)
    away(scene, scene.owner, date(2026, 3, 10))
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=30))
    assert told(scene) == [(datetime(2026, 3, 11, 9, 0, tzinfo=UTC), "due", scene.owner.slack_id)]


def test_a_promise_nobody_kept_is_broken_the_working_morning_after_and_told_once(any_scene):
    number = add(any_scene, owner=any_scene.support, by=any_scene.support, is_promise=True)
    walk(any_scene.db, any_scene.workspace, NOW, NOW + timedelta(days=40))
    monday = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    assert sorted(told(any_scene)[1:]) == sorted(
        [(monday, "broken", any_scene.support.slack_id), (monday, "broken", any_scene.owner.slack_id)]
    )
    assert told(any_scene)[0] == (FRIDAY_MORNING, "due", any_scene.support.slack_id)
    broken = row(any_scene, number)
    assert (broken.outcome, broken.done_by_id) == ("broken", None)
    assert broken.done_at < monday.replace(hour=0), "it counts from the end of its day on"


@pytest.mark.parametrize(
    ("zone", "run_after"),
    [
        ("Pacific/Auckland", timedelta(0)),
        ("America/Los_Angeles", timedelta(0)),
        ("Asia/Tokyo", timedelta(hours=40)),
        ("America/Los_Angeles", timedelta(days=4)),
    ],
)
def test_a_promise_is_broken_when_its_owners_day_ends_however_late_its_job_runs(scene, zone, run_after):
    with scene.db.transaction() as session:
        session.get_one(Member, scene.owner.id).timezone = zone
    number = add(scene, is_promise=True)
    ended = local_moment(FRIDAY + timedelta(days=1), time(), zone)
    walk(scene.db, scene.workspace, ended - timedelta(seconds=1), ended - timedelta(seconds=1))
    assert row(scene, number).outcome is None
    walk(scene.db, scene.workspace, ended + run_after, ended + run_after)
    broken = row(scene, number)
    assert (broken.outcome, broken.done_at) == ("broken", ended)
    for later in (timedelta(0), timedelta(days=9)):
        now = ended + run_after + later
        with Work.reading(scene.db, scene.workspace, now) as work:
            (part,) = health.of(work, scene.account.id).score.parts
        day = min(FRIDAY + timedelta(days=1), now.date())
        assert part.age == (now.date() - day).days


def test_a_broken_promise_of_someone_away_is_told_to_who_is_there(scene):
    add(scene, is_promise=True)
    away(scene, scene.owner, date(2026, 3, 31))
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=20))
    assert told(scene) == [
        (FRIDAY_MORNING, "due", scene.manager.slack_id),
        (datetime(2026, 3, 9, 9, 0, tzinfo=UTC), "broken", scene.manager.slack_id),
    ]


@pytest.mark.parametrize("is_first_away", [True, False], ids=["away when it was written", "away later"])
def test_a_promise_due_while_its_owner_is_away_is_told_to_the_stand_in_and_is_on_the_list_on_the_return(
    scene, is_first_away
):
    if is_first_away:
        away(scene, scene.owner, date(2026, 3, 10))
    number = add(scene, is_promise=True)
    away(scene, scene.owner, date(2026, 3, 10))
    with scene.db.transaction() as session:
        kim = make_member(session, session.get_one(Workspace, scene.workspace), "Kim")
        session.get_one(Member, scene.owner.id).stand_in_id = kim.id
    walk(scene.db, scene.workspace, NOW, FRIDAY_MORNING)
    assert told(scene) == [(FRIDAY_MORNING, "due", kim.slack_id)]
    words = render("follow_up", said(scene.db, scene.workspace, "follow_up")[0].facts).text
    assert "Dana, who is to do it, is away." in words and "You stand in for Dana." in words
    close(scene, number, "kept", by=kim)
    walk(scene.db, scene.workspace, FRIDAY_MORNING, datetime(2026, 3, 11, 12, tzinfo=UTC))
    (back,) = [s for s in said(scene.db, scene.workspace, "notice") if s.code == "while_away"]
    assert "a follow-up that was due, to Kim on Fri 6 Mar" in render("notice", back.facts).text


def test_a_promise_that_was_kept_after_all_can_be_set_right_and_done_means_kept(scene):
    number = add(scene, is_promise=True)
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=20))
    assert close(scene, number, "done", now=NOW + timedelta(days=21))
    assert row(scene, number).outcome == "kept"
    with pytest.raises(Refused, match="kept by Dana"):
        close(scene, number, "broken", now=NOW + timedelta(days=22))
    shown = [FollowUpCard.from_facts(s.facts) for s in said(scene.db, scene.workspace, "follow_up")]
    assert {card.outcome for card in shown} == {"kept"}


def test_one_that_someone_closed_is_not_closed_otherwise(scene):
    number = add(scene)
    close(scene, number, "dropped", by=scene.manager)
    with pytest.raises(Refused, match="dropped by Mona"):
        close(scene, number, "done")


def test_a_closed_promise_asks_for_a_new_score(scene):
    close(scene, add(scene), "done")
    close(scene, add(scene, is_promise=True), "kept")
    with scene.db.reading() as session:
        asked = session.scalars(select(JobRow.subject).where(JobRow.kind == "score")).all()
    assert asked == [f"account:{scene.account.id}"]


def test_what_cannot_be_done_is_refused_field_by_field(scene):
    with scene.db.transaction() as session:
        guest = make_member(session, session.get_one(Workspace, scene.workspace), "Kim", is_outsider=True)
    with pytest.raises(FieldErrors) as refused:
        add(scene, date(2026, 3, 1), words="  ", owner=guest)
    assert set(refused.value.errors) == {"follow_up", "follow_up_on", "follow_up_by"}


def test_the_line_of_the_talk_it_came_from_shows_it_and_its_end(scene):
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        talk = touchpoints.log(work, NewTouchpoint(scene.account.id, NOW, scene.owner.id))
    number = add(scene, source=f"touchpoint:{talk.id}", is_promise=True)
    (step,) = line(scene, talk.id).facts["next_steps"]
    assert (step["words"], step["owner"], step["due_on"], step["outcome"]) == ("Send the plan", "Dana", str(FRIDAY), "")
    close(scene, number, "kept")
    assert line(scene, talk.id).facts["next_steps"][0]["outcome"] == "kept"


def test_lists_show_what_is_open_and_what_is_due(scene):
    late, today, soon = add(scene), add(scene, date(2026, 3, 9)), add(scene, date(2026, 3, 20))
    done = add(scene, date(2026, 3, 20))
    close(scene, done, "done")
    with scene.db.reading() as session:
        assert [s.id for s in follow_ups.open_of(Work(session, scene.workspace, NOW), scene.account.id)] == [
            late,
            today,
            soon,
        ]
        mine = follow_ups.due_for(Work(session, scene.workspace, NOW), scene.owner.id, date(2026, 3, 9))
        assert [s.id for s in mine] == [late, today]
        assert follow_ups.due_for(Work(session, scene.workspace + 1, NOW), scene.owner.id, date(2026, 3, 9)) == []


def test_its_owner_its_writer_the_team_and_managers_may_close_it(scene):
    with scene.db.transaction() as session:
        workspace = session.get_one(Workspace, scene.workspace)
        helper, other = make_member(session, workspace, "Hana"), make_member(session, workspace, "Otto")
    number = add(scene, owner=helper)
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        for member in (helper, scene.owner, scene.support, scene.manager):
            who = members.by_id(work, member.id)
            assert follow_ups.require_part(work, who, number).id == number
        with pytest.raises(NotForYou, match="Acme's team"):
            follow_ups.require_part(work, members.by_id(work, other.id), number)
