"""Health checks: recorded with all that follows, corrected by their author, asked for in time and not twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from bot import follow_ups, health
from bot.agenda import sweep
from bot.agenda.runner import run_due
from bot.db.work import Work
from bot.errors import NotForYou, Refused
from bot.health import checks, prompts
from bot.health.checks import AgreedStep, NewCheck
from bot.health.rules.checks import Scale
from bot.models import FollowUp, HealthCheck, JobRow, Member, Post, PulseAnswer, Workspace
from bot.posts.queries import StoredPost
from bot.workspace import settings as workspace_settings
from tests.examples import dear
from tests.factories import NOW, TODAY, make_account, make_renewal, make_workspace
from tests.scenes.learning import days_ago, make_check, make_round
from tests.scenes.scene import Scene
from tests.scenes.walking import posts_of_kind


def entered(scene: Scene, by: Member | None = None, **values: Any) -> NewCheck:
    filled: dict[str, Any] = {
        "account_id": scene.account.id,
        "by_id": (by or scene.owner).id,
        "talked_on": TODAY,
        "scales": dict.fromkeys(Scale, 4),
    }
    return NewCheck(**{**filled, **values})


def record(scene: Scene, now: datetime = NOW, **values: Any) -> int:
    with Work.writing(scene.db, scene.workspace, now) as work:
        return checks.record(work, entered(scene, **values))


def correct(scene: Scene, check_id: int, now: datetime = NOW, **values: Any) -> int:
    with Work.writing(scene.db, scene.workspace, now) as work:
        return checks.correct(work, check_id, entered(scene, **values))


def tick(scene: Scene, now: datetime) -> None:
    for _ in range(50):
        with Work.writing(scene.db, scene.workspace, now) as work:
            if not run_due(work):
                return
    raise AssertionError("a job is due again and again")


def posts(scene: Scene, kind: str) -> list[StoredPost]:
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        return posts_of_kind(work, kind)


def planned(scene: Scene) -> list[JobRow]:
    with scene.db.reading() as session:
        rows = select(JobRow).where(JobRow.kind == "health_due", JobRow.handled_at.is_(None))
        return list(session.scalars(rows.order_by(JobRow.due_at)))


def test_a_check_is_kept_scored_told_and_asked_for_again(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        renewal = make_renewal(session, any_scene.account, carded_at=NOW)
    step = AgreedStep("Send the plan", any_scene.support.id, TODAY + timedelta(days=3))
    record(any_scene, heard="Happy so far", risks=("Price",), sold_nothing=True, next_step=step)
    (line,) = posts(any_scene, "health_line")
    assert line.channel == any_scene.account.channel
    assert line.facts["average"] == 4 and line.facts["score"] == 83
    assert (line.facts["next_step"], line.facts["next_step_by"]) == ("Send the plan", "Sam")
    (ahead,) = planned(any_scene)
    assert ahead.due_at.date() == date(2026, 6, 30)
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        follow_up = work.session.scalars(select(FollowUp)).one()
        assert (follow_up.owner_id, follow_up.is_promise) == (any_scene.support.id, False)
        assert health.current(work, [any_scene.account.id])[any_scene.account.id].score
        card = work.session.scalars(select(Post).where(Post.key == f"renewal:{renewal.id}:card")).one()
    assert card.facts["health_score"] == 83
    assert any_scene.renewals()[0].touched_at == NOW


def test_the_day_may_lie_behind_and_not_ahead(scene: Scene) -> None:
    record(scene, talked_on=TODAY - timedelta(days=4))
    with scene.db.reading() as session:
        assert session.scalars(select(HealthCheck.at)).one().date() == TODAY - timedelta(days=4)
    with pytest.raises(Refused):
        record(scene, talked_on=TODAY + timedelta(days=1))


def test_a_correction_takes_the_old_one_s_place_and_keeps_it(any_scene: Scene) -> None:
    first = record(any_scene, scales={Scale.ADOPTION: 2}, heard="Wrong words")
    second = correct(any_scene, first, NOW + timedelta(hours=1), scales={Scale.ADOPTION: 5}, heard="Right words")
    third = correct(any_scene, first, NOW + timedelta(hours=2), scales={Scale.ADOPTION: 4})
    with any_scene.db.reading() as session:
        rows = {row.id: row for row in session.scalars(select(HealthCheck))}
    assert [rows[i].replaces_id for i in (first, second, third)] == [None, first, second]
    assert [rows[i].replaced_at is None for i in (first, second, third)] == [False, False, True]
    assert rows[first].heard == "Wrong words"
    assert rows[third].at == rows[first].at
    (line,) = posts(any_scene, "health_line")
    assert line.facts["corrected"] and line.facts["average"] == 4


def test_only_its_author_corrects_a_check(scene: Scene) -> None:
    check = record(scene)
    with pytest.raises(NotForYou, match="Dana"):
        correct(scene, check, by=scene.support)
    with pytest.raises(NotForYou):
        correct(scene, check, by=scene.manager)
    with pytest.raises(Refused):
        correct(scene, check + 100)


def test_a_check_of_another_workspace_is_not_there(scene: Scene) -> None:
    with scene.db.transaction() as session:
        theirs = make_check(session, make_account(session, make_workspace(session)), by_id=scene.owner.id, every=3)
    with pytest.raises(Refused):
        correct(scene, theirs)


def test_a_correction_changes_the_next_step_only_where_it_differs(scene: Scene) -> None:
    step = AgreedStep("Send the plan", scene.owner.id, TODAY + timedelta(days=3))
    check = record(scene, next_step=step)
    correct(scene, check, next_step=step, heard="More words")
    with scene.db.reading() as session:
        assert [f.outcome for f in session.scalars(select(FollowUp))] == [None]
    correct(scene, check, next_step=AgreedStep("Send two plans", scene.owner.id, TODAY + timedelta(days=3)))
    with scene.db.reading() as session:
        kept = session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
    assert [(f.words, f.outcome) for f in kept] == [("Send the plan", "dropped"), ("Send two plans", None)]


def test_who_keeps_an_account_without_a_channel_is_not_told_what_they_just_did(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.merge(scene.account).channel = None
    record(scene)
    assert posts(scene, "health_line") == []
    record(scene, by=scene.support)
    assert [post.recipient for post in posts(scene, "health_line")] == [scene.owner.slack_id]


def test_the_night_spreads_first_prompts_over_the_cadence(scene: Scene) -> None:
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        workspace = work.session.get_one(Workspace, scene.workspace)
        for _ in range(30):
            make_account(work.session, workspace, tier="enterprise")
        sweep.begin(work)
    tick(scene, NOW)
    tick(scene, NOW + timedelta(days=1))
    ahead = planned(scene)
    assert len(ahead) == 31
    assert max(sum(row.due_at.date() == day for row in ahead) for day in {row.due_at.date() for row in ahead}) <= 3
    assert all(NOW < row.due_at <= NOW + timedelta(days=125) for row in ahead)


def ask(scene: Scene, now: datetime) -> None:
    with Work.writing(scene.db, scene.workspace, now) as work:
        prompts.prompt_page(work, [scene.account.id])


def test_a_check_is_asked_for_at_cadence_and_a_recorded_one_answers(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        make_check(session, any_scene.account, days_ago(119), every=4, by_id=any_scene.support.id)
    ask(any_scene, NOW)
    tick(any_scene, NOW)
    assert posts(any_scene, "health_prompt") == []
    day = NOW + timedelta(days=1)
    tick(any_scene, day)
    (prompt,) = posts(any_scene, "health_prompt")
    assert prompt.channel == any_scene.account.channel
    assert (prompt.facts["why"], prompt.facts["last_by"], prompt.facts["mention"]) == (
        "cadence",
        "Sam",
        any_scene.owner.slack_id,
    )
    (ahead,) = planned(any_scene)
    assert ahead.due_at.date() == day.date() + timedelta(days=120)
    record(any_scene, day + timedelta(hours=1), by=any_scene.support)
    (prompt,) = posts(any_scene, "health_prompt")
    assert prompt.facts["done_by"]["name"] == "Sam"
    assert len(planned(any_scene)) == 1


def test_a_prompt_that_has_lost_its_reason_stays_silent(scene: Scene) -> None:
    ask(scene, NOW)
    due = planned(scene)[0].due_at
    with scene.db.transaction() as session:
        make_check(session, scene.account, due - timedelta(days=2), every=4)
    tick(scene, due)
    assert posts(scene, "health_prompt") == []
    assert planned(scene)[0].due_at > due


def test_where_a_prompt_still_stands_the_next_day_is_waited_for_however_short_the_cadence(scene: Scene) -> None:
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        workspace_settings.set_number(work, "*", "health_every_days", "1")
    ask(scene, NOW)
    for day in range(1, 7):
        now = NOW + timedelta(days=day, hours=1)
        tick(scene, now)
        assert len(posts(scene, "health_prompt")) == 1
        (ahead,) = planned(scene)
        assert ahead.due_at > now


def test_nothing_is_asked_at_night_or_of_who_is_away(scene: Scene) -> None:
    ask(scene, NOW)
    due = planned(scene)[0].due_at
    night = due.replace(hour=23)
    tick(scene, night)
    assert posts(scene, "health_prompt") == []
    with scene.db.transaction() as session:
        session.execute(update(Member).where(Member.id == scene.owner.id).values(away_until=date(2027, 1, 1)))
    tick(scene, night + timedelta(days=4, hours=11))
    (prompt,) = posts(scene, "health_prompt")
    assert prompt.facts["mention"] is None


def test_a_prompt_that_waits_for_the_morning_is_the_only_one_ahead(scene: Scene) -> None:
    ask(scene, NOW)
    tick(scene, planned(scene)[0].due_at.replace(hour=23))
    (waiting,) = planned(scene)
    tick(scene, waiting.due_at)
    assert len(posts(scene, "health_prompt")) == 1
    (ahead,) = planned(scene)
    assert (ahead.due_at - waiting.due_at).days in (119, 120, 121, 122)


def test_a_new_cadence_moves_what_is_planned(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_check(session, scene.account, days_ago(20), every=4)
    ask(scene, NOW)
    assert planned(scene)[0].due_at.date() == TODAY + timedelta(days=100)
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        workspace_settings.set_number(work, "*", "health_every_days", "30")
    tick(scene, NOW)
    assert [row.due_at.date() for row in planned(scene)] == [TODAY + timedelta(days=10)]


def test_new_weights_make_the_scores_anew_and_mark_the_history(scene: Scene) -> None:
    record(scene, scales=dict.fromkeys(Scale, 1))
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        workspace_settings.set_number(work, "*", "weight_touch", "20")
    tick(scene, NOW + timedelta(days=1))
    with scene.db.reading() as session:
        seen = health.of(Work(session, scene.workspace, NOW + timedelta(days=1)), scene.account.id)
    assert [point.score for point in seen.history] == [30, 37]
    assert len({point.weights for point in seen.history}) == 2
    assert posts(scene, "health_alert") == []


def red_round(scene: Scene, closed_at: datetime, answered_at: datetime | None = None) -> None:
    with Work.writing(scene.db, scene.workspace, closed_at) as work:
        number = make_round(work.session, scene.account, 50, closed_at)
        answer = PulseAnswer(
            workspace_id=scene.workspace,
            round_id=number,
            member_id=scene.owner.id,
            colour="red",
            answered_at=answered_at or closed_at,
        )
        work.session.add(answer)
        health.rescore_soon(work, [scene.account.id])


def test_a_red_pulse_asks_for_a_check_once(any_scene: Scene) -> None:
    red_round(any_scene, NOW)
    tick(any_scene, NOW)
    ask(any_scene, NOW + timedelta(hours=1))
    tick(any_scene, NOW + timedelta(hours=1))
    (prompt,) = posts(any_scene, "health_prompt")
    assert (prompt.facts["why"], prompt.facts["pulse_on"]) == ("red_pulse", str(TODAY))


def test_a_red_pulse_that_was_talked_about_asks_for_nothing(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_check(session, scene.account, days_ago(1), every=2)
    red_round(scene, NOW, answered_at=days_ago(4))
    tick(scene, NOW)
    assert posts(scene, "health_prompt") == []


def test_a_red_answer_after_the_last_check_asks_for_another(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        make_check(session, any_scene.account, days_ago(6), every=4)
    red_round(any_scene, NOW, answered_at=NOW - timedelta(hours=2))
    tick(any_scene, NOW)
    assert [post.facts["why"] for post in posts(any_scene, "health_prompt")] == ["red_pulse"]


def test_a_talk_that_is_too_old_leaves_the_prompt_standing_and_brings_no_second_one(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_check(session, scene.account, days_ago(130), every=4)
    ask(scene, NOW)
    tick(scene, NOW)
    later = NOW + timedelta(days=10)
    record(scene, later, by=scene.support, talked_on=(later - timedelta(days=125)).date(), scales={Scale.ADOPTION: 2})
    tick(scene, later + timedelta(days=1))
    (prompt,) = posts(scene, "health_prompt")
    assert prompt.facts["done_by"] is None
    assert (prompt.facts["last_average"], prompt.facts["last_by"]) == (2, "Sam")
    record(scene, later + timedelta(days=1), talked_on=later.date())
    (prompt,) = posts(scene, "health_prompt")
    assert prompt.facts["done_by"]["name"] == "Dana"
    (ahead,) = planned(scene)
    assert prompt.facts["next_on"] == str(ahead.due_at.date())


def test_a_correction_leaves_a_next_step_that_is_done_alone(any_scene: Scene) -> None:
    step = AgreedStep("Send the plan", any_scene.owner.id, TODAY + timedelta(days=3))
    check = record(any_scene, next_step=step)
    with any_scene.db.transaction() as session:
        (number,) = session.scalars(select(FollowUp.id))
        follow_ups.close(
            Work(session, any_scene.workspace, NOW + timedelta(hours=1)), number, "done", any_scene.owner.id
        )
    correct(any_scene, check, NOW + timedelta(days=10), next_step=step, heard="A typo less")
    with any_scene.db.reading() as session:
        assert [f.outcome for f in session.scalars(select(FollowUp))] == ["done"]


def test_a_backdated_check_is_compared_with_the_one_before_it(scene: Scene) -> None:
    record(scene, talked_on=TODAY - timedelta(days=90), scales=dict.fromkeys(Scale, 3))
    record(scene, scales=dict.fromkeys(Scale, 5))
    record(scene, talked_on=TODAY - timedelta(days=60), scales=dict.fromkeys(Scale, 2), by=scene.support)
    line = posts(scene, "health_line")[-1]
    assert (line.facts["average_before"], line.facts["before_on"]) == (3, str(TODAY - timedelta(days=90)))


def test_a_correction_that_moves_the_talk_back_takes_its_touch_back(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_renewal(session, scene.account, carded_at=NOW, stage_at=days_ago(120))
    check = record(scene)
    assert scene.renewals()[0].touched_at == NOW
    correct(scene, check, talked_on=TODAY - timedelta(days=100))
    touched = scene.renewals()[0].touched_at
    assert touched is not None and touched.date() < TODAY


def test_two_corrections_at_once_leave_one_check(any_scene: Scene) -> None:
    check = record(any_scene)
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        old = checks.newest(work, check)
    correct(any_scene, check, scales=dict.fromkeys(Scale, 2))
    assert old is not None
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work, pytest.raises(Refused, match="a moment ago"):
        checks._keep(work, entered(any_scene), old)
    with any_scene.db.reading() as session:
        alive = session.scalars(select(HealthCheck).where(HealthCheck.replaced_at.is_(None))).all()
    assert [row.adoption for row in alive] == [2]


@given(
    talks=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), min_size=1, max_size=5),
    random=st.randoms(use_true_random=False),
)
@dear(15)
def test_the_order_in_which_checks_are_written_down_does_not_matter(
    scene: Scene, talks: list[tuple[int, int]], random: Any
) -> None:
    def scored(order: list[tuple[int, int]]) -> Any:
        with scene.db.transaction() as session:
            session.execute(delete(HealthCheck))
        for days, step in order:
            record(scene, talked_on=TODAY - timedelta(days=days), scales=dict.fromkeys(Scale, step))
        with Work.reading(scene.db, scene.workspace, NOW) as work:
            return health.of(work, scene.account.id).score

    shuffled = list(talks)
    random.shuffle(shuffled)
    assert scored(shuffled) == scored(talks)


def test_a_red_pulse_soon_after_a_prompt_does_not_ask_twice(scene: Scene) -> None:
    ask(scene, NOW)
    due = planned(scene)[0].due_at
    tick(scene, due)
    red_round(scene, due + timedelta(hours=1))
    tick(scene, due + timedelta(days=1))
    assert len(posts(scene, "health_prompt")) == 1
    assert len(planned(scene)) == 1
