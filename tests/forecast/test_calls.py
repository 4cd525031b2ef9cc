"""Calls in the database: each is kept, looked at on its morning, told once for each cause, and scored when decided."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.figure_facts import FigureWindow, InSegment
from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.forecast import calls, marks, queries, scoring
from bot.forecast.facts import MarkScore
from bot.forecast.rules.scoring import LEAST_CALLS
from bot.health.jobs import score_now
from bot.models import Event, ForecastCall, ForecastKey, JobRow, PulseAnswer, Workspace
from bot.renewals.events import ForecastChanged
from tests.factories import NOW, TODAY, make_account, make_member, make_renewal, make_workspace
from tests.scenes.learning import make_check, make_promise, make_round, make_touch
from tests.scenes.scene import Scene
from tests.scenes.walking import Said, said, walk

EVENING = NOW + timedelta(hours=6)
RETAIL, OTHER = InSegment("retail", TODAY), InSegment("other", TODAY)


def red(scene: Scene, days: int = 60, **contract: Any) -> Scene:
    """Acme's renewal, with poor health and no talk since 41 days."""
    scene.contract(TODAY + timedelta(days=days), **contract)
    scene.plan()
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        make_check(work.session, scene.account, NOW - timedelta(days=41), every=1)
        work.session.flush()
        score_now(work, [scene.account.id])
    return scene


def call(scene: Scene, forecast: str | None, now: datetime = EVENING, reason: str = "They said so") -> None:
    """Dana, who owns the account, calls its renewal."""
    scene.change(now, forecast=forecast, forecast_reason=reason)


def kept(scene: Scene) -> list[tuple[str | None, int | None, datetime | None]]:
    """All calls, in their order."""
    with scene.db.reading() as session:
        rows = session.scalars(select(ForecastCall).order_by(ForecastCall.id))
        return [(one.forecast, one.by_id, one.at) for one in rows]


def doubts(scene: Scene) -> list[tuple[date, str, dict[str, Any]]]:
    """When whom was told of a doubted forecast: the day, to whom, and the row."""
    lists = [one for one in said(scene.db, scene.workspace) if one.kind == "escalations"]
    return [(m.at.date(), m.place, row) for m in lists for row in m.facts["rows"] if "forecast" in row["codes"]]


def test_every_call_is_kept_with_its_day_and_its_maker_and_saying_the_same_again_is_none(any_scene: Scene) -> None:
    scene = red(any_scene)
    call(scene, "commit")
    call(scene, "commit", EVENING + timedelta(days=1), "Other words")
    call(scene, "at_risk", EVENING + timedelta(days=2), "They went silent")
    call(scene, None, EVENING + timedelta(days=3))
    assert kept(scene) == [
        ("commit", scene.owner.id, EVENING),
        ("at_risk", scene.owner.id, EVENING + timedelta(days=2)),
        (None, scene.owner.id, EVENING + timedelta(days=3)),
    ]


def test_the_manager_hears_the_next_morning_with_both_keys_and_never_again_of_the_same(any_scene: Scene) -> None:
    scene = red(any_scene)
    call(scene, "commit")
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=50))
    [(day, to, row)] = doubts(scene)
    assert (day, to) == (TODAY + timedelta(days=1), scene.manager.slack_id)
    told = row["details"]
    assert (told["forecast"], told["computed"], told["called_by"]) == ("commit", "at_risk", "Dana")
    assert told["because"] == "health is poor (37 of 100) and there was no touch for 42 days"
    assert told["unproven"] == "commit without evidence: no touch or pulse heard for 42 days"


def test_a_call_that_the_figures_bear_out_is_not_told(any_scene: Scene) -> None:
    scene = red(any_scene)
    call(scene, "best_case")
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=20))
    assert doubts(scene) == []


def test_a_later_red_pulse_is_a_new_cause_and_waits_for_the_end_of_the_quiet_days(any_scene: Scene) -> None:
    scene = red(any_scene)
    call(scene, "commit")
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=2))
    answered = NOW + timedelta(days=3)
    with Work.writing(scene.db, scene.workspace, answered) as work:
        number = make_round(work.session, scene.account, 0, answered)
        own = {"workspace_id": scene.workspace, "round_id": number, "member_id": scene.support.id}
        work.session.add(PulseAnswer(**own, colour="red", answered_at=answered, words=""))
        work.session.flush()
        score_now(work, [scene.account.id])
    walk(scene.db, scene.workspace, answered, NOW + timedelta(days=50))
    first, second = doubts(scene)
    assert second[0] == date(2026, 3, 17), "14 days after the first"
    assert first[2]["details"]["older"] == ""
    assert second[2]["details"]["older"] == "since that call a pulse was red (Thu 5 Mar)"


def test_a_new_call_is_a_new_cause_and_a_call_taken_back_is_none(any_scene: Scene) -> None:
    scene = red(any_scene)
    call(scene, "commit")
    call(scene, None, EVENING + timedelta(minutes=5))
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=3))
    assert doubts(scene) == []
    call(scene, "probable", NOW + timedelta(days=3), "I spoke with them again")
    walk(scene.db, scene.workspace, NOW + timedelta(days=3), NOW + timedelta(days=10))
    assert len(doubts(scene)) == 1


def test_time_alone_makes_a_commit_unproven_on_the_day_on_which_it_is(any_scene: Scene) -> None:
    scene = any_scene
    scene.contract(TODAY + timedelta(days=100))
    scene.plan()
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        make_check(work.session, scene.account, NOW, every=5)
        work.session.flush()
        score_now(work, [scene.account.id])
    scene.change(NOW, stage="proposed")
    call(scene, "commit")
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=40))
    [(day, _, row)] = doubts(scene)
    assert day == date(2026, 4, 2), "31 days after the talk"
    assert row["details"]["unproven"] == "commit without evidence: no touch or pulse heard for 31 days"


def test_keeping_a_call_settles_its_row_and_needs_a_reason(any_scene: Scene) -> None:
    scene = red(any_scene)
    call(scene, "commit")
    tomorrow = NOW + timedelta(days=1)
    walk(scene.db, scene.workspace, NOW, tomorrow)
    with pytest.raises(FieldErrors), Work.writing(scene.db, scene.workspace, tomorrow) as work:
        calls.keep(work, scene.first, scene.manager.id, "  ")
    with Work.writing(scene.db, scene.workspace, tomorrow) as work:
        calls.keep(work, scene.first, scene.manager.id, "I spoke with their CFO")
    [(_, _, row)] = doubts(scene)
    assert (row["settled"], row["settled_by"]) == ("call_kept", "Mona")
    with scene.db.reading() as session:
        event = session.scalars(select(Event).where(Event.kind == "call_kept")).one()
        assert event.facts == {"forecast": "commit", "reason": "I spoke with their CFO"}
    with Work.reading(scene.db, scene.workspace, tomorrow) as work:
        standing = queries.standings(work, [scene.first], with_signs=True)[scene.first]
        assert standing.call is not None and standing.call.at == tomorrow
    scene.change(tomorrow, stage="signed")
    with pytest.raises(Refused), Work.writing(scene.db, scene.workspace, tomorrow) as work:
        calls.keep(work, scene.first, scene.manager.id, "Too late")


def asked(scene: Scene) -> list[Said]:
    """The questions in the card's thread."""
    return [one for one in said(scene.db, scene.workspace) if one.code == "call_asked"]


def test_ninety_days_before_a_hedge_is_asked_for_a_decision_once(any_scene: Scene) -> None:
    scene = any_scene
    scene.contract(TODAY + timedelta(days=95))
    scene.plan()
    call(scene, "best_case")
    _nights(scene, 20)
    [line] = asked(scene)
    assert line.at.date() == TODAY + timedelta(days=7), "90 days before is a Saturday"
    assert (line.facts["details"]["ask"], line.facts["mention"]) == ("decision", scene.owner.slack_id)


@pytest.mark.parametrize("has_step", [True, False])
def test_at_risk_is_asked_for_a_plan_unless_a_step_with_a_day_is_there(any_scene: Scene, has_step: bool) -> None:
    scene = any_scene
    scene.contract(TODAY + timedelta(days=92))
    scene.plan()
    if has_step:
        with scene.db.transaction() as session:
            make_promise(session, scene.account, None, due=TODAY + timedelta(days=30))
    call(scene, "at_risk")
    _nights(scene, 12)
    assert [line.facts["details"]["ask"] for line in asked(scene)] == ([] if has_step else ["plan"])


def _nights(scene: Scene, days: int) -> None:
    for day in range(days):
        now = NOW + timedelta(days=day)
        with Work.writing(scene.db, scene.workspace, now.replace(hour=2)) as work:
            marks.plan_night(work)
        walk(scene.db, scene.workspace, now.replace(hour=2), now.replace(hour=23))


def test_the_computed_class_is_kept_at_its_marks_once_each(any_scene: Scene) -> None:
    scene = any_scene
    scene.contract(TODAY + timedelta(days=62))
    scene.contract(TODAY + timedelta(days=300))
    scene.plan()
    _nights(scene, 35)
    with scene.db.reading() as session:
        rows = session.scalars(select(ForecastKey).order_by(ForecastKey.id)).all()
        assert [(one.mark, one.kept_on, one.forecast) for one in rows] == [
            (60, TODAY + timedelta(days=2), "at_risk"),
            (30, TODAY + timedelta(days=32), "at_risk"),
        ]
        left = session.scalars(select(JobRow).where(JobRow.kind == "forecast_key", JobRow.handled_at.is_(None))).all()
        assert not left


def decided(
    scene: Scene,
    member_id: int,
    forecast: str,
    count: int,
    renewed: int,
    tier: str = "mid",
    segment: str = "Retail",
) -> None:
    """Renewals that this member called 70 days before their deadline, so many of which were signed on their day."""
    with scene.db.transaction() as session:
        workspace = session.get_one(Workspace, scene.workspace)
        account = make_account(session, workspace, tier=tier, segment=segment)
        for place in range(count):
            on = TODAY - timedelta(days=10)
            over = {"closed_at": NOW, "outcome": "lost", "stage": "lost"}
            won = {"signed_at": NOW - timedelta(days=10), "stage": "signed"}
            renewal = make_renewal(session, account, on, **(won if place < renewed else over))
            of = {"workspace_id": scene.workspace, "renewal_id": renewal.id}
            session.add(
                ForecastCall(
                    **of, account_id=account.id, by_id=member_id, forecast=forecast, at=NOW - timedelta(days=80)
                )
            )
            session.add(ForecastKey(**of, mark=60, deadline=on, forecast="probable", kept_on=on - timedelta(days=60)))


def at_60(found: list[MarkScore]) -> MarkScore:
    """The score 60 days before."""
    return next(one for one in found if one.mark == 60)


def test_calls_are_scored_by_hand_for_their_maker_the_team_and_a_segment(any_scene: Scene) -> None:
    scene = any_scene
    decided(scene, scene.owner.id, "commit", 30, 24)
    decided(scene, scene.support.id, "at_risk", 10, 1)
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        own = at_60(scoring.own_scores(work, scene.owner.id, TODAY))
        assert own.count == 30 and own.brier == pytest.approx((24 * 0.01 + 6 * 0.81) / 30)
        assert own.bias == pytest.approx(0.9 - 0.8) and own.base_brier == pytest.approx(0.16)
        assert own.computed_brier == pytest.approx((24 * 0.0625 + 6 * 0.5625) / 30)
        assert [one.count for one in scoring.own_scores(work, scene.owner.id, TODAY)] == [0, 30, 30]
        assert at_60(scoring.own_scores(work, scene.support.id, TODAY)).count == 10
        assert at_60(scoring.own_scores(work, scene.manager.id, TODAY)).count == 0
        assert scoring.led_by(work, scene.manager.id) == {scene.owner.id}
        assert at_60(scoring.team_scores(work, [scene.owner.id, scene.support.id], TODAY)).count == 40
        few = scoring.forecast_lines(work, FigureWindow(TODAY), RETAIL)
        assert {line.value for line in few} == {"none"}, "either of two would read the other's"
    decided(scene, scene.manager.id, "commit", 1, 1)
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        lines = {line.name: line.value for line in scoring.forecast_lines(work, FigureWindow(TODAY), RETAIL)}
        assert lines["Forecast calls 90 days before the deadline, Brier"] == "none"
        expected = (25 * 0.01 + 6 * 0.81 + 0.64 + 9 * 0.04) / 41
        assert lines["Forecast calls 60 days before the deadline, Brier"] == f"{expected:.3f}"
        assert {line.value for line in scoring.forecast_lines(work, FigureWindow(TODAY), OTHER)} == {"none"}


def test_a_segments_figure_is_no_way_to_somebody_elses(any_scene: Scene) -> None:
    """Three in Retail; the fourth alone at Banks, whose calls are everybody's less Retail's."""
    scene = any_scene
    for member in (scene.owner, scene.support, scene.manager):
        decided(scene, member.id, "commit", 20, 15)
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        told = {line.name: line.value for line in scoring.forecast_lines(work, FigureWindow(TODAY), RETAIL)}
        assert told["Forecast calls 60 days before the deadline, Brier"] != "none"
    decided(scene, scene.owner.id, "commit", 1, 1, segment="Banks")
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        lines = scoring.forecast_lines(work, FigureWindow(TODAY), RETAIL)
        assert {line.value for line in lines} == {"none"}
        assert lines[1].more.startswith("Not told by segment")
        everybody = {line.name: line.value for line in scoring.forecast_lines(work, FigureWindow(TODAY), None)}
        assert everybody["Forecast calls 60 days before the deadline, Brier"] != "none"


def test_a_team_of_one_caller_has_no_figure(any_scene: Scene) -> None:
    decided(any_scene, any_scene.owner.id, "commit", LEAST_CALLS, 20)
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        assert {line.value for line in scoring.forecast_lines(work, FigureWindow(TODAY), None)} == {"none"}


def test_a_circle_of_managers_ends(any_scene: Scene) -> None:
    scene = any_scene
    with scene.db.transaction() as session:
        workspace = session.get_one(Workspace, scene.workspace)
        boss = make_member(session, workspace, "Boss", manager_id=scene.manager.id)
        session.merge(scene.manager).manager_id = boss.id
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        assert scoring.led_by(work, scene.manager.id) == {scene.owner.id, boss.id}


@pytest.mark.parametrize("which", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_migration_knows_the_calls_that_stories_tell_and_says_of_others_that_it_knows_no_day(
    which: str, request: pytest.FixtureRequest, tmp_path: Any
) -> None:
    address = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    db = Database(request.getfixturevalue("empty_postgres_url") if which == "postgresql" else address)
    schema.upgrade(db)
    with db.transaction() as session:
        workspace = make_workspace(session)
        member = make_member(session, workspace)
        account = make_account(session, workspace)
        told = make_renewal(session, account, forecast="at_risk")
        make_renewal(session, account, forecast="probable")
        make_renewal(session, account)
        for hours, facts in (
            (1, {"forecast": "commit", "forecast_before": ""}),
            (2, {"stage": "proposed", "stage_before": "upcoming"}),
            (3, {"cleared": "forecast", "forecast_before": "commit"}),
            (4, {"forecast": "at_risk", "forecast_before": "", "forecast_reason": "“forecast_before”"}),
        ):
            at = NOW + timedelta(hours=hours)
            of = {"workspace_id": workspace.id, "account_id": account.id, "renewal_id": told.id}
            session.add(Event(**of, kind="updated", by_id=member.id, at=at, facts=facts))
        ids = told.id, told.id + 1
    schema.downgrade(db, "0019")
    schema.upgrade(db)
    with db.reading() as session:
        rows = session.scalars(select(ForecastCall).order_by(ForecastCall.id)).all()
        assert [(one.renewal_id, one.forecast, one.at and one.at - NOW) for one in rows] == [
            (ids[0], "commit", timedelta(hours=1)),
            (ids[0], None, timedelta(hours=3)),
            (ids[0], "at_risk", timedelta(hours=4)),
            (ids[1], "probable", None),
        ]
        assert [one.by_id for one in rows[::3]] == [member.id, None]
    db.close()


def test_a_call_of_unknown_day_is_compared_but_never_scored_nor_called_old(any_scene: Scene) -> None:
    scene = red(any_scene)
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        calls.on_forecast_changed(work, ForecastChanged(scene.first, scene.account.id, scene.owner.id, "commit"))
        work.session.scalars(select(ForecastCall).where(ForecastCall.workspace_id == scene.workspace)).one().at = None
        make_touch(work.session, scene.account, NOW, escalated=True)
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        one = queries.standings(work, [scene.first], with_signs=True)[scene.first]
        assert one.call is not None and (one.call.at, one.signs, one.keys.called_on) == (None, (), "")
