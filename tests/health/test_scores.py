"""Scores out of what is in the tables: what counts, what does not, what is kept, and who hears of a fall."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from bot import health, touchpoints
from bot.agenda import sweep
from bot.agenda.runner import run_due
from bot.db.work import Work
from bot.errors import Refused
from bot.health import checks
from bot.health.checks import NewCheck
from bot.health.compute import Computed, rescore
from bot.health.jobs import score_page
from bot.health.rules.checks import Scale
from bot.health.rules.score import Input
from bot.health.rules.score_words import finding
from bot.home import desk
from bot.models import (
    Account,
    AccountHealth,
    FollowUp,
    HealthCheck,
    JobRow,
    Member,
    Post,
    PulseRound,
    ScorePoint,
    Touchpoint,
    Workspace,
)
from bot.posts.queries import StoredPost
from bot.workspace import members
from tests.examples import dear
from tests.factories import NOW, TODAY, make_account, make_renewal, make_workspace
from tests.scenes.learning import days_ago, make_check, make_promise, make_round, make_ticket, make_touch
from tests.scenes.scene import Scene
from tests.scenes.walking import posts_of_kind


def explained(scene: Scene, now: datetime = NOW) -> health.Explained:
    with Work.reading(scene.db, scene.workspace, now) as work:
        return health.of(work, scene.account.id)


def score(scene: Scene, now: datetime = NOW) -> list[Computed]:
    with Work.writing(scene.db, scene.workspace, now) as work:
        return rescore(work, [scene.account.id])


def tick(scene: Scene, now: datetime) -> None:
    for _ in range(50):
        with Work.writing(scene.db, scene.workspace, now) as work:
            if not run_due(work):
                return
    raise AssertionError("a job is due again and again")


def value_of(scene: Scene, name: Input, now: datetime = NOW) -> int | None:
    return next((part.value for part in explained(scene, now).score.parts if part.input is name), None)


def test_nothing_known_is_no_score(any_scene: Scene) -> None:
    seen = explained(any_scene)
    assert seen.score.score is None
    assert seen.band is None
    assert set(seen.score.missing) == set(Input) - {Input.CHURN}


def test_all_five_inputs_make_the_score_on_both_databases(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        acme = any_scene.account
        make_check(session, acme, days_ago(0), every=3)
        make_round(session, acme, 50)
        make_touch(session, acme, days_ago(60))
        make_ticket(session, acme, days_ago(0), satisfaction=3, closed_at=NOW)
        make_promise(session, acme, "kept")
    seen = explained(any_scene)
    assert {part.input: part.value for part in seen.score.parts} == {
        Input.HEALTH: 50,
        Input.PULSE: 50,
        Input.TOUCH: 100,
        Input.SUPPORT: 50,
        Input.PROMISES: 100,
    }
    assert (seen.score.score, seen.score.confidence) == (63, 100)
    assert seen.reasons[0].startswith("−18 health check today, lowest: outcomes")


def test_only_the_latest_check_that_was_not_replaced_counts(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_check(session, scene.account, days_ago(9), every=5)
        make_check(session, scene.account, days_ago(1), every=1, replaced_at=NOW)
        make_check(session, scene.account, days_ago(0), heard="No scale given, only words")
    assert value_of(scene, Input.HEALTH) == 100


def test_a_health_check_is_a_touch_and_an_internal_note_is_none(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_touch(session, scene.account, days_ago(200))
        make_touch(session, scene.account, days_ago(1), is_note=True)
        make_touch(session, scene.account, days_ago(1), deleted_at=NOW)
        make_touch(session, scene.account, NOW + timedelta(days=1))
    assert value_of(scene, Input.TOUCH) == 0
    with scene.db.transaction() as session:
        make_check(session, scene.account, days_ago(2), every=4)
    assert value_of(scene, Input.TOUCH) == 100


def test_what_is_said_in_an_open_round_stays_unseen(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_round(session, scene.account, 0, closed_at=None)
    assert value_of(scene, Input.PULSE) is None


@pytest.mark.parametrize(
    ("ticket", "value"),
    [
        ({"satisfaction": 5}, 100),
        ({"satisfaction": 4}, 100),
        ({"satisfaction": 3}, 50),
        ({"satisfaction": 2}, 0),
        ({"satisfaction": 5, "escalated": True}, 0),
        ({"priority": "urgent"}, 0),
        ({"priority": "urgent", "closed_at": NOW}, None),
        ({"priority": "low"}, None),
        ({"at": days_ago(130), "escalated": True}, 0),
        ({"at": days_ago(130), "closed_at": days_ago(1), "satisfaction": 1}, 0),
        ({"at": days_ago(200), "closed_at": days_ago(130), "satisfaction": 1}, None),
        ({"satisfaction": 1, "deleted_at": NOW}, None),
    ],
)
def test_support_counts_ratings_escalations_and_urgent_tickets_that_are_open(
    scene: Scene, ticket: dict[str, Any], value: int | None
) -> None:
    with scene.db.transaction() as session:
        make_ticket(session, scene.account, **{"at": days_ago(1), **ticket})
    assert value_of(scene, Input.SUPPORT) == value


def test_an_urgent_ticket_hurts_as_long_as_it_is_open(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_ticket(session, scene.account, days_ago(300), priority="urgent")
    assert value_of(scene, Input.SUPPORT) == 0


def test_an_open_promise_says_nothing_yet(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_promise(session, scene.account, None)
        make_promise(session, scene.account, "dropped")
    assert value_of(scene, Input.PROMISES) is None
    with scene.db.transaction() as session:
        make_promise(session, scene.account, "kept", days_ago(0))
        make_promise(session, scene.account, "broken", days_ago(0))
    assert value_of(scene, Input.PROMISES) == 50


def test_another_workspace_s_rows_are_never_counted(scene: Scene) -> None:
    with scene.db.transaction() as session:
        other = make_account(session, make_workspace(session), "Acme")
        make_check(session, other, every=1)
    assert explained(scene).score.score is None
    with Work.reading(scene.db, scene.workspace, NOW) as work, pytest.raises(Refused):
        health.of(work, other.id)
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        assert rescore(work, [other.id]) == []


def test_a_score_is_kept_once_a_day_and_written_only_when_something_changed(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        make_check(session, any_scene.account, every=4)
    assert [one.score for one in score(any_scene)] == [83]
    assert score(any_scene) == []
    assert score(any_scene, NOW + timedelta(hours=3)) == []
    with any_scene.db.transaction() as session:
        make_check(session, any_scene.account, NOW + timedelta(hours=1), every=2)
    assert [(one.before, one.score) for one in score(any_scene, NOW + timedelta(hours=4))] == [(83, 48)]
    with any_scene.db.reading() as session:
        assert session.execute(select(ScorePoint.day, ScorePoint.score)).all() == [(NOW.date(), 48)]


def test_the_row_reads_back_as_it_was_explained(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        make_check(session, any_scene.account, days_ago(10), every=3)
        make_touch(session, any_scene.account, days_ago(100))
    score(any_scene)
    later = NOW + timedelta(days=2)
    with any_scene.db.reading() as session:
        kept = health.current(Work(session, any_scene.workspace, later), [any_scene.account.id])[any_scene.account.id]
        whole = health.of(Work(session, any_scene.workspace, NOW), any_scene.account.id)
    assert (kept.score, kept.band, kept.confidence) == (whole.score.score, whole.band, whole.score.confidence)
    assert kept.words[0] == "−34 health check 12 days ago, lowest: outcomes reached 3 of 5"
    assert kept.summary.endswith(f"{whole.score.confidence}% of what counts is known")


def test_changed_weights_are_marked_in_the_history_and_are_neither_a_change_nor_a_fall(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_check(session, scene.account, days_ago(0), every=5)
        make_round(session, scene.account, 0)
    score(scene)
    day = NOW + timedelta(days=1)
    with scene.db.transaction() as session:
        session.execute(update(Workspace).values(policy={"*": {"weight_health": 1, "weight_pulse": 90}}))
    (again,) = score(scene, day)
    assert again.before is not None and again.score is not None
    assert again.before - again.score >= 15
    assert again.fall is None
    seen = explained(scene, day + timedelta(days=1))
    assert next(point.weights for point in seen.history) != seen.history[1].weights
    assert seen.change is not None and seen.change.reweighed


def fallen(scene: Scene, now: datetime) -> None:
    with scene.db.transaction() as session:
        make_check(session, scene.account, days_ago(1), every=5)
    score(scene, days_ago(1) + timedelta(hours=1))
    with Work.writing(scene.db, scene.workspace, now) as work:
        make_check(work.session, scene.account, now, every=1)
        health.rescore_soon(work, [scene.account.id])


def alerts(scene: Scene) -> list[StoredPost]:
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        return posts_of_kind(work, "health_alert")


def test_a_fall_is_told_to_the_owner_once(any_scene: Scene) -> None:
    fallen(any_scene, NOW)
    tick(any_scene, NOW)
    tick(any_scene, NOW + timedelta(hours=1))
    (told,) = alerts(any_scene)
    assert told.recipient == any_scene.owner.slack_id
    assert (told.facts["before"], told.facts["score"], told.facts["band"]) == (100, 30, "poor")
    with any_scene.db.transaction() as session:
        health.rescore_soon(Work(session, any_scene.workspace, NOW + timedelta(days=1)), [any_scene.account.id])
    tick(any_scene, NOW + timedelta(days=1))
    assert len(alerts(any_scene)) == 1


def test_a_fall_at_night_is_told_in_the_morning_and_one_that_recovered_by_then_is_not(scene: Scene) -> None:
    night = NOW - timedelta(hours=6)
    fallen(scene, night)
    tick(scene, night)
    assert alerts(scene) == []
    with scene.db.transaction() as session:
        make_check(session, scene.account, night + timedelta(hours=1), every=5)
        health.rescore_soon(Work(session, scene.workspace, night + timedelta(hours=1)), [scene.account.id])
    tick(scene, NOW)
    assert alerts(scene) == []


def test_a_fall_at_the_weekend_that_half_recovers_is_still_told(any_scene: Scene) -> None:
    friday = NOW + timedelta(days=(4 - NOW.weekday()) % 7, hours=11)
    saturday = friday + timedelta(hours=14)
    with any_scene.db.transaction() as session:
        make_check(session, any_scene.account, friday - timedelta(days=2), every=5)
    score(any_scene, friday - timedelta(days=2))
    for at, every in ((friday, 1), (saturday, 2)):
        with Work.writing(any_scene.db, any_scene.workspace, at) as work:
            make_check(work.session, any_scene.account, at, every=every)
            health.rescore_soon(work, [any_scene.account.id])
        tick(any_scene, at)
    assert alerts(any_scene) == []
    for days in range(2, 12):
        at = friday + timedelta(days=days, hours=-8)
        with Work.writing(any_scene.db, any_scene.workspace, at) as work:
            health.rescore_soon(work, [any_scene.account.id])
        tick(any_scene, at)
    (told,) = alerts(any_scene)
    assert (told.facts["before"], told.facts["score"]) == (100, 48)


def test_nobody_is_told_of_a_fall_they_just_entered(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        make_check(session, any_scene.account, days_ago(1), every=5)
    score(any_scene, days_ago(1))
    bad = NewCheck(any_scene.account.id, any_scene.owner.id, NOW.date(), dict.fromkeys(Scale, 1))
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        checks.record(work, bad)
    tick(any_scene, NOW)
    tick(any_scene, NOW + timedelta(days=1))
    assert alerts(any_scene) == []


def test_a_fall_that_another_entered_is_told(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_check(session, scene.account, days_ago(1), every=5)
    score(scene, days_ago(1))
    bad = NewCheck(scene.account.id, scene.support.id, NOW.date(), dict.fromkeys(Scale, 1))
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        checks.record(work, bad)
    tick(scene, NOW)
    assert len(alerts(scene)) == 1


def learnt(scene: Scene) -> list[StoredPost]:
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        health.rescore_soon(work, [scene.account.id])
    tick(scene, NOW)
    tick(scene, NOW + timedelta(days=1))
    return alerts(scene)


def half_known(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_touch(session, scene.account, days_ago(5))
        make_round(session, scene.account, 100, days_ago(5))
        make_promise(session, scene.account, "kept", days_ago(5))
    score(scene, days_ago(1))


def test_to_learn_of_old_tickets_or_of_a_first_check_is_no_fall(any_scene: Scene) -> None:
    half_known(any_scene)
    with any_scene.db.transaction() as session:
        make_ticket(session, any_scene.account, days_ago(22), satisfaction=1, closed_at=days_ago(20))
        make_check(session, any_scene.account, NOW, every=2)
    assert learnt(any_scene) == []
    with any_scene.db.reading() as session:
        assert session.scalar(select(AccountHealth.score)) < 70


def test_a_first_urgent_ticket_of_today_is_a_fall(scene: Scene) -> None:
    half_known(scene)
    with scene.db.transaction() as session:
        make_ticket(session, scene.account, NOW, priority="urgent")
    assert len(learnt(scene)) == 1


def test_a_ticket_is_no_touch_of_ours(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_touch(session, scene.account, days_ago(200))
        make_round(session, scene.account, 0)
    before = value_of(scene, Input.TOUCH)
    with scene.db.transaction() as session:
        make_ticket(session, scene.account, NOW, priority="urgent", escalated=True)
    assert value_of(scene, Input.TOUCH) == before == 0
    assert explained(scene).score.score == 0


def test_the_last_talk_counts_beyond_the_expiry_of_its_check(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_check(session, scene.account, days_ago(365), every=5)
        make_round(session, scene.account, 100)
    assert value_of(scene, Input.TOUCH, NOW) == value_of(scene, Input.TOUCH, NOW + timedelta(days=1)) == 0


KNOWN = st.lists(
    st.one_of(
        st.tuples(st.just("check"), st.integers(0, 400), st.integers(1, 5)),
        st.tuples(st.just("pulse"), st.integers(0, 200), st.sampled_from([0, 50, 100])),
        st.tuples(st.just("touch"), st.integers(0, 300), st.just(0)),
        st.tuples(st.just("ticket"), st.integers(0, 150), st.integers(1, 5)),
        st.tuples(st.just("promise"), st.integers(0, 400), st.sampled_from(["kept", "broken"])),
    ),
    max_size=6,
)
GOOD = st.tuples(
    st.sampled_from([("check", 5), ("pulse", 100), ("ticket", 5), ("promise", "kept")]), st.integers(0, 400)
)


def put(scene: Scene, kind: str, days: int, value: Any, written_at: datetime | None = None) -> None:
    at = days_ago(days)
    with scene.db.transaction() as session:
        if kind == "check":
            make_check(session, scene.account, at, every=value, created_at=written_at or at)
        elif kind == "pulse":
            make_round(session, scene.account, value, at)
        elif kind == "touch":
            make_touch(session, scene.account, at)
        elif kind == "ticket":
            make_ticket(session, scene.account, at, satisfaction=value, closed_at=at)
        else:
            make_promise(session, scene.account, value, at)


@given(known=KNOWN, good=GOOD)
@dear(60)
def test_a_good_thing_that_is_entered_never_lowers_the_score_however_old(
    scene: Scene, known: list[tuple[str, int, Any]], good: tuple[tuple[str, Any], int]
) -> None:
    with scene.db.transaction() as session:
        for model in (HealthCheck, PulseRound, Touchpoint, FollowUp):
            session.execute(delete(model))
    for kind, days, value in known:
        put(scene, kind, days, value)
    before = explained(scene).score.score
    (kind, value), days = good
    put(scene, kind, days, value, written_at=NOW)
    after = explained(scene).score.score
    assert before is None or (after is not None and after >= before)


def test_while_the_owner_is_away_the_manager_is_told(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.execute(
            update(Member).where(Member.id == scene.owner.id).values(away_until=NOW.date() + timedelta(days=3))
        )
    fallen(scene, NOW)
    tick(scene, NOW)
    (told,) = alerts(scene)
    assert told.recipient == scene.manager.slack_id
    assert told.facts["instead_of"] == "Dana"


def test_with_owner_and_manager_away_it_waits_for_the_owner(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.execute(update(Member).values(away_until=NOW.date() + timedelta(days=3)))
    fallen(scene, NOW)
    tick(scene, NOW)
    assert alerts(scene) == []
    tick(scene, NOW + timedelta(days=7))
    (told,) = alerts(scene)
    assert told.recipient == scene.owner.slack_id


def test_without_an_owner_it_is_told_where_the_account_speaks(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.execute(update(Account).where(Account.id == scene.account.id).values(owner_id=None))
    fallen(scene, NOW)
    tick(scene, NOW)
    assert [told.channel for told in alerts(scene)] == [scene.account.channel]


def test_an_open_renewal_card_follows_the_score(scene: Scene) -> None:
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        renewal = make_renewal(work.session, scene.account, carded_at=NOW)
        make_check(work.session, scene.account, every=3)
        health.rescore_soon(work, [scene.account.id])
    tick(scene, NOW)
    with scene.db.reading() as session:
        card = session.scalars(select(Post.facts).where(Post.key == f"renewal:{renewal.id}:card")).one()
    assert card["health_score"] == 65
    assert card["health_words"] == [
        "no change known yet, 50% of what counts is known",
        "−35 health check today, lowest: outcomes reached 3 of 5",
        "Last known: health check today, recent touch today",
    ]


def test_small_steps_are_shown_on_a_card_once_they_have_come_to_a_large_one(any_scene: Scene) -> None:
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        renewal = make_renewal(work.session, any_scene.account, carded_at=NOW)
        make_touch(work.session, any_scene.account, days_ago(60))
        make_round(work.session, any_scene.account, 100)
        make_promise(work.session, any_scene.account, "kept")
        health.rescore_soon(work, [any_scene.account.id])
    tick(any_scene, NOW)

    def shown() -> int:
        with any_scene.db.reading() as session:
            return session.scalars(select(Post.facts).where(Post.key == f"renewal:{renewal.id}:card")).one()[
                "health_score"
            ]

    for days in range(1, 40):
        night = NOW + timedelta(days=days)
        with Work.writing(any_scene.db, any_scene.workspace, night) as work:
            score_page(work, [any_scene.account.id])
        now_is = explained(any_scene, night).score.score
        assert now_is is not None and abs(shown() - now_is) < 5
    assert shown() < 95


def test_a_card_follows_new_weights_however_little_they_change(scene: Scene) -> None:
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        renewal = make_renewal(work.session, scene.account, carded_at=NOW)
        make_check(work.session, scene.account, every=3)
        health.rescore_soon(work, [scene.account.id])
    tick(scene, NOW)
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        work.session.execute(update(Workspace).values(policy={"*": {"weight_touch": 20}}))
        score_page(work, [scene.account.id])
    with scene.db.reading() as session:
        card = session.scalars(select(Post.facts).where(Post.key == f"renewal:{renewal.id}:card")).one()
    assert card["health_score"] == 68


def test_many_askings_are_scored_once_and_leave_nothing_behind(scene: Scene) -> None:
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        make_touch(work.session, scene.account)
        for _ in range(5):
            health.rescore_soon(work, [scene.account.id])
    tick(scene, NOW)
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        health.rescore_soon(work, [scene.account.id])
    tick(scene, NOW)
    with scene.db.reading() as session:
        left = session.scalar(select(func.count()).where(JobRow.kind == "score"))
        assert left <= 1
        assert session.scalar(select(func.count()).select_from(AccountHealth)) == 1


def test_the_night_scores_every_active_account_page_by_page_and_comes_again(
    any_scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "PAGE", 3)
    with any_scene.db.transaction() as session:
        workspace = session.get_one(Workspace, any_scene.workspace)
        accounts = [make_account(session, workspace) for _ in range(8)]
        gone = make_account(session, workspace, is_active=False)
        for account in [*accounts, gone]:
            make_check(session, account, days_ago(3), every=4)
        sweep.begin(Work(session, any_scene.workspace, NOW))
        sweep.begin(Work(session, any_scene.workspace, NOW + timedelta(seconds=1)))
    tick(any_scene, NOW)
    with any_scene.db.reading() as session:
        scored = set(session.scalars(select(AccountHealth.account_id).where(AccountHealth.score.is_not(None))))
        (ahead,) = session.scalars(select(JobRow).where(JobRow.kind == "nightly", JobRow.handled_at.is_(None)))
        assert session.scalar(select(func.count()).where(JobRow.kind == "nightly")) <= 2
    assert scored == {account.id for account in accounts}
    assert NOW < ahead.due_at <= NOW + timedelta(days=1)


def test_a_word_of_leaving_in_a_touch_a_check_or_a_pulse_is_an_input_that_quotes_its_source_and_age(
    any_scene: Scene,
) -> None:
    acme = any_scene.account
    with any_scene.db.transaction() as session:
        make_touch(session, acme, days_ago(5))
        make_round(session, acme, 100, days_ago(5))
        make_promise(session, acme, "kept", days_ago(5))
    assert explained(any_scene).score.score == 100
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        call = NewCheck(acme.id, any_scene.owner.id, TODAY, {}, heard="Their CFO says they will not renew")
        check_id = checks.record(work, call)
    seen = explained(any_scene)
    assert seen.reasons == ("−51 “will not renew” in a health check, today",)
    assert (seen.score.score, seen.score.confidence) == (49, 50)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        better = replace(call, heard="They will renew")
        checks.correct(work, check_id, better)
    assert explained(any_scene).score.score == 100
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        owner = any_scene.owner.id
        new = touchpoints.NewTouchpoint(acme.id, days_ago(3), owner, owner, "call", words="They want to cancel")
        logged = touchpoints.log(work, new)
    assert explained(any_scene).reasons[0].endswith("“cancel” in a call, 3 days ago")
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        calm = touchpoints.TouchpointEdit(acme.id, new.at, "call", "", "", "calm", new.words)
        touchpoints.edit(work, logged.id, calm, owner)
    assert explained(any_scene).score.score == 100


def test_an_angry_call_alone_is_too_little_known_with_what_is_known_of_it(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_touch(session, scene.account, days_ago(1), words="x", churn_word="cancel")
    seen = explained(scene)
    assert (seen.score.score, seen.score.confidence, seen.band) == (None, 15, None)
    assert seen.reasons == ("“cancel” in a call, yesterday",)
    assert score(scene)[0].fall is None


def test_home_puts_an_account_of_which_a_word_of_leaving_is_all_that_is_known_before_a_fair_one(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_touch(session, scene.account, days_ago(1), words="x", churn_word="cancel")
        fair = make_account(session, session.get_one(Workspace, scene.workspace), "A fair one", owner_id=scene.owner.id)
        make_check(session, fair, days_ago(1), every=3)
        make_touch(session, fair, days_ago(1), words="x")
    score(scene)
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        rescore(work, [fair.id])
        owner = members.by_id(work, scene.owner.id)
        assert owner is not None
        home = desk.home_of(work, owner)
    assert [(one.name, one.score is None) for one in home.accounts] == [("Acme", True), ("A fair one", False)]


def test_from_a_score_to_too_little_known_and_back_is_no_fall(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_check(session, scene.account, days_ago(360), every=5)
        make_promise(session, scene.account, "broken", days_ago(1))
    assert score(scene)[0].score is not None
    later = NOW + timedelta(days=10)
    (gone,) = score(scene, later)
    assert (gone.score, gone.fall) == (None, None)
    with scene.db.transaction() as session:
        make_check(session, scene.account, later, every=1)
    (back,) = score(scene, later)
    assert back.score is not None and back.fall is None


def test_a_rise_because_an_old_answer_expired_says_so_and_one_that_something_good_made_does_not(scene: Scene) -> None:
    with scene.db.transaction() as session:
        make_check(session, scene.account, days_ago(10), every=4)
        make_round(session, scene.account, 0, days_ago(170))
    score(scene)
    later = NOW + timedelta(days=12)
    assert explained(scene, later).change.aged == "expired"
    score(scene, later)
    with Work.reading(scene.db, scene.workspace, later) as work:
        current = health.current(work, [scene.account.id])[scene.account.id]
    assert "because old answers expired" in current.summary
    with scene.db.transaction() as session:
        make_check(session, scene.account, NOW + timedelta(days=1), every=5)
    better = explained(scene, NOW + timedelta(days=2)).change
    assert better.points > 0 and better.aged is None


def test_a_round_is_called_by_its_worst_colour_and_a_green_of_impressions_says_so(scene: Scene) -> None:
    with scene.db.transaction() as session:
        round_id = make_round(session, scene.account, 80, days_ago(2))
        make_check(session, scene.account, days_ago(2), every=5)
        row = session.get_one(PulseRound, round_id)
        row.worst = "red"
    assert explained(scene).reasons[0].endswith("pulse red, 2 days ago")
    with scene.db.transaction() as session:
        row = session.get_one(PulseRound, round_id)
        row.worst, row.value = "green", 100
    (part,) = (part for part in explained(scene).score.parts if part.input is Input.PULSE)
    assert finding(part, explained(scene).policy) == "pulse green (impressions only), 2 days ago"
