"""A changed number changes what is planned."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from bot.agenda import jobs
from bot.agenda.job_kinds import UpkeepJob
from bot.core import policy
from bot.core.policy import Tier, default_policy, with_overrides
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import Refused
from bot.models import JobRow
from bot.renewals import reconcile
from bot.workspace import context, policies
from bot.workspace import settings as workspace_settings
from tests.factories import NOW, TODAY, make_account, make_contract, make_member, make_workspace
from tests.scenes.scene import Scene
from tests.scenes.walking import lines, tick, walk


def test_a_new_ladder_is_spoken_by_from_the_next_tick_on(any_db: Database) -> None:
    with any_db.transaction() as session:
        ws = make_workspace(session)
        dana = make_member(session, ws)
        account = make_account(session, ws, owner_id=dana.id)
        make_contract(session, account, TODAY + timedelta(days=100))
        reconcile.plan_accounts(Work(session, ws.id, NOW), [account.id])
    tick(any_db, ws.id, NOW)
    with Work.writing(any_db, ws.id, NOW) as work:
        workspace_settings.set_number(work, "*", "rungs", "120, 95, 50")
    walk(any_db, ws.id, NOW, NOW + timedelta(days=40))
    rungs = [day for day, code in lines(any_db, ws.id) if code == "rung"]
    assert rungs == ["2026-03-06"]


def test_giving_the_default_back_plans_as_before(db: Database) -> None:
    with db.transaction() as session:
        ws = make_workspace(session)
        account = make_account(session, ws)
        make_contract(session, account, TODAY + timedelta(days=200))
        reconcile.plan_accounts(Work(session, ws.id, NOW), [account.id])
    for written in ("150", ""):
        with Work.writing(db, ws.id, NOW) as work:
            workspace_settings.set_number(work, "mid", "rungs", written)
        tick(db, ws.id, NOW)
    with db.reading() as session:
        open_rows = session.query(JobRow).filter_by(workspace_id=ws.id, kind="rung", handled_at=None).all()
    assert [row.dedupe_key.partition("@")[0] for row in open_rows] == ["120"]


@pytest.mark.parametrize(
    ("tier", "name", "written"),
    [
        ("*", "rungs", "soon"),
        ("*", "rungs", "30, 30"),
        ("*", "alert_time", "nine"),
        ("*", "alert_time", "25:00"),
        ("*", "unpaid_after_days", "-1"),
        ("*", "no_such_number", "1"),
        ("huge", "rungs", "30"),
    ],
)
def test_a_number_that_cannot_be_taken_is_refused_with_words(db: Database, tier: str, name: str, written: str) -> None:
    with db.transaction() as session:
        ws = make_workspace(session)
        with pytest.raises(Refused) as told:
            workspace_settings.set_number(Work(session, ws.id, NOW), tier, name, written)
    assert told.value.message.endswith(".")


def test_times_and_lists_are_read_as_people_write_them(db: Database) -> None:
    with db.transaction() as session:
        ws = make_workspace(session)
        workspace_settings.set_number(Work(session, ws.id, NOW), "*", "alert_time", "8:30")
        workspace_settings.set_number(
            Work(session, ws.id, NOW + timedelta(seconds=1)), "enterprise", "rungs", "90;60 30"
        )
        assert workspace_settings.read(Work(session, ws.id, NOW)).numbers == {
            "*": {"alert_time": "08:30"},
            "enterprise": {"rungs": [90, 60, 30]},
        }


def test_a_number_that_is_no_more_is_passed_over_and_goes_with_the_next_change(db: Database) -> None:
    with db.transaction() as session:
        ws = make_workspace(session, policy={"*": {"posts_per_minute": 60, "alert_time": "08:00"}})
        for found in (policies.load(Work(session, ws.id, NOW)), context.of(Work(session, ws.id, NOW)).policies):
            assert found.of("mid").alert_time == time(8)
            assert found.times() == {time(8), time(9), time(9, 30)}
        assert workspace_settings.read(Work(session, ws.id, NOW)).numbers == {"*": {"alert_time": "08:00"}}
        workspace_settings.set_number(Work(session, ws.id, NOW), "mid", "pulse_every_days", "45")
        session.refresh(ws)
        assert ws.policy == {"*": {"alert_time": "08:00"}, "mid": {"pulse_every_days": 45}}


def test_other_defaults_have_everything_planned_anew_once(any_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        workspace_settings.plan_by_new_defaults(work)
        any_scene_jobs = jobs.pending_for(work, [f"workspace:{any_scene.workspace}"], [UpkeepJob.REPLAN])
        jobs.complete(work, any_scene_jobs)
    monkeypatch.setattr(workspace_settings, "defaults_mark", lambda: "others")
    found = []
    for _ in range(2):
        with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
            workspace_settings.plan_by_new_defaults(work)
            pending = jobs.pending_for(work, [f"workspace:{any_scene.workspace}"], [UpkeepJob.REPLAN])
            found.append(len(pending))
            jobs.complete(work, pending)
    assert found == [1, 0]


def test_the_mark_of_the_defaults_changes_with_any_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    before = policy.defaults_mark()
    assert policy.defaults_mark() == before
    changed = with_overrides(default_policy(Tier.SMALL), {"rungs": [90, 45]})
    real = policy.default_policy
    monkeypatch.setattr(policy, "default_policy", lambda tier=None: changed if tier == Tier.SMALL else real(tier))
    assert policy.defaults_mark() != before
