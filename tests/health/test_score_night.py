"""The night looks at the scores that change, and finds what was never scored; whatever alters one has it looked at."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import health, touchpoints
from bot.agenda import sweep
from bot.agenda.runner import run_due
from bot.core.policy import default_policy
from bot.db.work import Work
from bot.health import stored
from bot.health.jobs import begin_night, score_page
from bot.health.stored import AT_ONCE, StoredScore
from bot.models import Account, AccountHealth, JobRow, ScorePoint, Workspace
from tests.factories import NOW, make_account
from tests.scenes.learning import days_ago, make_check, make_promise, make_round, make_ticket, make_touch
from tests.scenes.scene import Scene
from tests.scenes.walking import posts_of_kind

NIGHT = NOW.replace(hour=2, minute=30)


def tick(scene: Scene, now: datetime) -> None:
    for _ in range(50):
        with Work.writing(scene.db, scene.workspace, now) as work:
            if not run_due(work):
                return
    raise AssertionError("a job is due again and again")


def night(scene: Scene, now: datetime) -> None:
    with Work.writing(scene.db, scene.workspace, now) as work:
        begin_night(work)
    tick(scene, now)


def rows(scene: Scene) -> dict[int, StoredScore]:
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        return stored.load(work, work.session.scalars(select(Account.id)).all())


def next_change(scene: Scene, account: Account) -> date | None:
    with scene.db.reading() as session:
        return session.scalars(select(AccountHealth.next_change_on).where(AccountHealth.account_id == account.id)).one()


def another(session: Session, scene: Scene, **values: Any) -> Account:
    return make_account(session, session.get_one(Workspace, scene.workspace), owner_id=scene.owner.id, **values)


def happens(session: Session, account: Account, kind: str, at: datetime, value: int) -> None:
    if kind == "check":
        make_check(session, account, at, every=value)
    elif kind == "pulse":
        make_round(session, account, 25 * value - 25, at)
    elif kind == "touch":
        make_touch(session, account, at)
    elif kind == "leaving":
        make_touch(session, account, at, words="x", churn_word="cancel")
    elif kind == "ticket":
        make_ticket(session, account, at, satisfaction=value, closed_at=at)
    elif kind == "urgent":
        make_ticket(session, account, at, priority="urgent", closed_at=at + timedelta(days=3 * value))
    else:
        make_promise(session, account, "kept" if value > 2 else "broken", at)


KINDS = ("check", "pulse", "touch", "leaving", "ticket", "urgent", "promise")


@pytest.mark.parametrize("seed", range(3))
def test_accounts_of_a_page_are_scored_as_each_would_be_alone(any_scene: Scene, seed: int) -> None:
    chance = random.Random(seed)
    with any_scene.db.transaction() as session:
        accounts = [
            another(session, any_scene, name=f"Book {i}", tier=chance.choice(("low", "mid"))) for i in range(12)
        ]
        for _ in range(90):
            at = days_ago(chance.choice((-2, 0, 1, 9, 40, 100, 170, 200)))
            happens(session, chance.choice(accounts), chance.choice(KINDS), at, chance.randint(1, 5))
        ids = [account.id for account in accounts]
    for weights in ({}, {"*": {"weight_health": 40}}):
        with Work.writing(any_scene.db, any_scene.workspace, NIGHT) as work:
            work.session.execute(update(Workspace).where(Workspace.id == work.workspace_id).values(policy=weights))
        alone: dict[int, Any] = {}
        for account_id in ids:
            alone |= _scored(any_scene, [account_id])
        assert set(alone) == set(ids)
        assert _scored(any_scene, ids) == alone
        with Work.writing(any_scene.db, any_scene.workspace, NIGHT) as work:
            score_page(work, ids)


def _scored(scene: Scene, ids: list[int]) -> dict[int, Any]:
    """What these rows and their histories are when they have been scored, which is then undone."""
    with Work.reading(scene.db, scene.workspace, NIGHT) as work:
        score_page(work, ids)
        days = select(AccountHealth.account_id, AccountHealth.next_change_on).where(AccountHealth.account_id.in_(ids))
        next_on = dict(work.session.execute(days).all())
        kept = stored.load(work, ids)
        points = stored.points_since(work, ids, date.min)
        work.session.rollback()
    return {account_id: (kept[account_id], next_on[account_id], points.get(account_id)) for account_id in kept}


@pytest.mark.parametrize("seed", [3, 8])
def test_for_months_the_night_keeps_the_scores_and_tells_the_falls_of_one_that_looks_at_every_account(
    scene: Scene, seed: int
) -> None:
    chance = random.Random(seed)
    with scene.db.transaction() as session:
        every, lazy = another(session, scene), another(session, scene)
    made = 0
    for day in range(130):
        now = NIGHT + timedelta(days=day)
        # What is entered in the daytime may have been long ago, or lie ahead.
        happened = [
            (
                chance.choice(KINDS),
                now + timedelta(days=chance.choice([0, 0, -3, -40, 6]), hours=7),
                chance.randint(1, 5),
            )
            for _ in range(chance.choice([0, 0, 0, 0, 0, 1, 2]) if day else 6)
        ]
        before = rows(scene).get(lazy.id)
        with Work.writing(scene.db, scene.workspace, now) as work:
            score_page(work, [every.id])
        with scene.db.reading() as session:
            due = session.scalar(select(AccountHealth.next_change_on).where(AccountHealth.account_id == lazy.id))
        made += due is not None and due <= now.date()
        night(scene, now)
        found = rows(scene)
        assert found[lazy.id] == found[every.id], f"in night {day}, after {before}"
        noon = now + timedelta(hours=8)
        with Work.writing(scene.db, scene.workspace, noon) as work:
            for kind, at, value in happened:
                for account in (every, lazy):
                    happens(work.session, account, kind, at, value)
            if happened:
                health.rescore_soon(work, [every.id, lazy.id])
        tick(scene, noon)
        found = rows(scene)
        assert found[lazy.id] == found[every.id], f"on day {day}"
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        told: dict[int, list[Any]] = {every.id: [], lazy.id: []}
        for post in posts_of_kind(work, "health_alert"):
            told[post.facts["account_id"]].append({**post.facts, "account_id": 0, "account": ""})
        points = {
            account.id: work.session.execute(
                select(ScorePoint.day, ScorePoint.score).where(ScorePoint.account_id == account.id)
            ).all()
            for account in (every, lazy)
        }
    assert told[lazy.id] == told[every.id] != []
    assert points[lazy.id] == points[every.id] != []
    assert made < 130


def test_the_night_makes_those_that_are_due_and_those_never_made_page_by_page(
    any_scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "PAGE", 2)
    monkeypatch.setattr("bot.health.jobs.STRETCH", 3)
    with any_scene.db.transaction() as session:
        accounts = [another(session, any_scene) for _ in range(9)]
        gone = another(session, any_scene, is_active=False)
        for account in [*accounts, gone]:
            make_check(session, account, days_ago(3), every=4)
    night(any_scene, NIGHT)
    assert set(rows(any_scene)) == {any_scene.account.id, *(account.id for account in accounts)}
    due, resting = accounts[:5], accounts[5:]
    with Work.writing(any_scene.db, any_scene.workspace, NIGHT) as work:
        for account in accounts:
            make_check(work.session, account, days_ago(2), every=2)
        health.due_tonight(work, [account.id for account in due])
        work.session.execute(update(Account).where(Account.id == due[0].id).values(is_active=False))
    before = rows(any_scene)
    night(any_scene, NIGHT)
    after = rows(any_scene)
    assert {account.id for account in accounts if before[account.id] != after[account.id]} == {a.id for a in due[1:]}
    with Work.writing(any_scene.db, any_scene.workspace, NIGHT) as work:
        work.session.execute(update(Account).values(is_active=True))
    night(any_scene, NIGHT)
    after = rows(any_scene)
    assert gone.id in after and before[due[0].id] != after[due[0].id], "who comes back is looked at again"
    assert before[resting[0].id] == after[resting[0].id]
    with any_scene.db.reading() as session:
        assert (
            session.scalars(select(JobRow).where(JobRow.kind == "score_night", JobRow.handled_at.is_(None))).all() == []
        )


def test_an_account_is_looked_at_again_on_the_day_on_which_it_changes_and_not_before(any_scene: Scene) -> None:
    acme = any_scene.account
    with any_scene.db.transaction() as session:
        make_round(session, acme, 100, days_ago(170))
        make_touch(session, acme, NOW + timedelta(days=5))
    night(any_scene, NIGHT)
    assert next_change(any_scene, acme) == (NOW + timedelta(days=5)).date()
    night(any_scene, NIGHT + timedelta(days=6))
    assert next_change(any_scene, acme) == (days_ago(170) + timedelta(days=181)).date()
    assert rows(any_scene)[acme.id].known == {"pulse", "touch"}
    night(any_scene, NIGHT + timedelta(days=11))
    assert rows(any_scene)[acme.id].known == {"touch"}


def test_what_its_owner_was_told_is_looked_at_with_the_score_once_more(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        make_check(session, any_scene.account, days_ago(1), every=5)
    night(any_scene, NIGHT - timedelta(days=1))
    night(any_scene, NIGHT)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        make_check(work.session, any_scene.account, NOW, every=1)
        health.rescore_soon(work, [any_scene.account.id])
    tick(any_scene, NOW)
    assert next_change(any_scene, any_scene.account) == AT_ONCE


def test_a_note_that_speaks_of_leaving_is_no_longer_heard_where_it_was_deleted_or_moved(scene: Scene) -> None:
    with scene.db.transaction() as session:
        other = another(session, scene)
    owner = scene.owner.id

    def leaving() -> set[int]:
        return {account_id for account_id, row in rows(scene).items() if "churn" in row.known}

    with Work.writing(scene.db, scene.workspace, NOW) as work:
        note = touchpoints.NewTouchpoint(scene.account.id, days_ago(1), owner, owner, "note", words="They will cancel")
        logged = touchpoints.log(work, note)
    tick(scene, NOW)
    assert leaving() == {scene.account.id}
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        moved = touchpoints.TouchpointEdit(other.id, note.at, "note", "", "", "", note.words)
        touchpoints.edit(work, logged.id, moved, owner)
    tick(scene, NOW)
    assert leaving() == {other.id}
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        touchpoints.delete(work, logged.id, owner)
    tick(scene, NOW)
    assert leaving() == set()


def test_a_row_of_an_older_version_says_what_it_said_until_its_score_changes(any_scene: Scene) -> None:
    part = {"input": "health", "points": -12, "on": "2026-02-20", "count": 1, "code": "check_support", "low": True}
    touch = {"input": "touch", "points": 0, "on": "2026-02-27", "count": 1, "code": "touched", "low": False}
    inputs = {"parts": [{**part, "value": 50, "number": 3}, touch], "missing": ["pulse"], "change": None}
    with any_scene.db.transaction() as session:
        row = AccountHealth(workspace_id=any_scene.workspace, account_id=any_scene.account.id, computed_at=NOW)
        row.score, row.confidence, row.inputs = 88, 60, inputs
        session.add(row)
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        kept = stored.load(work, [any_scene.account.id])[any_scene.account.id]
    made = stored.score_of(kept, NOW.date(), default_policy("mid"))
    shown = [(part.input, part.value, part.points, part.number, part.code) for part in made.parts]
    age = (NOW.date() - date(2026, 2, 27)).days
    assert shown == [("health", 50, -12, 3, "check_support"), ("touch", 100, 0, age, "touched")]
    assert (made.score, made.missing, kept.known) == (88, ("pulse",), {"health", "touch"})


def test_points_are_those_of_the_day_on_which_they_are_read_and_come_to_the_score(any_scene: Scene) -> None:
    acme = any_scene.account
    with any_scene.db.transaction() as session:
        make_check(session, acme, days_ago(30), every=2)
        for days in (2, 40, 150):
            make_round(session, acme, days // 2, days_ago(days))
        make_ticket(session, acme, days_ago(9), priority="urgent")
        make_ticket(session, acme, days_ago(4), satisfaction=2, closed_at=days_ago(3))
    night(any_scene, NIGHT)
    for ahead in (0, 3, 20):
        then = NOW + timedelta(days=ahead)
        with Work.reading(any_scene.db, any_scene.workspace, then) as work:
            kept = stored.load(work, [acme.id])[acme.id]
            explained = health.of(work, acme.id)
        shown = stored.score_of(kept, explained.today, explained.policy)
        assert shown.parts == explained.score.parts
