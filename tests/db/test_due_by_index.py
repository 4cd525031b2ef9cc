"""What a night, and each kind of job, reads: found by an index on what is due, never by walking all there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.accounts import digest_parts
from bot.agenda import runner, sweep
from bot.agenda.jobs import DueJob
from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from bot.digests.job_kinds import DigestJob
from bot.forecast.job_kinds import ForecastJob
from bot.nurture.job_kinds import NurtureJob
from bot.posts import queries as posts
from bot.referrals.job_kinds import ReferralJob
from bot.requalification.job_kinds import RequalifyJob
from bot.usage import queries as usage
from bot.workspace import members
from tests.factories import NOW
from tests.scenes.plugin import make_scene
from tests.scenes.scene import Scene

LARGE = {
    "account_health", "accounts", "agenda", "competitor_claims", "contracts", "customer_people", "follow_ups",
    "forecast_calls", "insight_uses", "nurture_pauses", "nurture_touches", "people_met", "posts", "pulse_answers",
    "pulse_rounds", "referral_hints", "referrals", "renewals", "requalifications", "score_points", "teammates",
    "touchpoints", "usage_figures", "usage_trends",
}  # fmt: skip
"""Tables that grow with the customers of a workspace."""

Statement = tuple[str, object]


@pytest.fixture
def delivered(tmp_path: Path, quiet_nights: None) -> Iterator[Scene]:
    """A scene in a database as it is delivered, with what SQLite's planner is told of it."""
    db = Database(f"sqlite:///{tmp_path / 'delivered.sqlite3'}")
    schema.upgrade(db)
    yield make_scene(db)
    db.close()


@pytest.fixture
def walked(delivered: Scene) -> Callable[[Callable[[Work], object]], list[str]]:
    """The steps of what some work reads that walk a large table, or all of a workspace's rows in it."""
    scene = delivered
    scene.contract(date(2026, 5, 1))
    scene.contract(NOW.date() - timedelta(days=31), kind="one_off", status="ended")
    scene.plan()

    def look(doing: Callable[[Work], object]) -> list[str]:
        with Work.writing(scene.db, scene.workspace, NOW) as work:
            with _statements(scene) as sent:
                doing(work)
            connection = work.session.connection()
            return [
                f"{step} of {sql}"
                for sql, values in sent
                for _, _, _, step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
                if _is_walk(step)
            ]

    return look


class _statements:
    def __init__(self, scene: Scene) -> None:
        self.engine, self.sent = scene.db.engine, list[Statement]()

    def __enter__(self) -> list[Statement]:
        event.listen(self.engine, "before_cursor_execute", self._keep)
        return self.sent

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._keep)

    def _keep(self, _connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        if sql.startswith(("SELECT", "UPDATE", "DELETE")):
            self.sent.append((sql, values[0] if isinstance(values, list) else values))


def _is_walk(step: str) -> bool:
    found = re.match(r"(SCAN|SEARCH) (\w+?)(_\d+)?(?: |$)", step)
    if found is None or found[2] not in LARGE:
        return False
    return found[1] == "SCAN" or step.endswith("(workspace_id=?)")


def _jobs() -> Iterator[tuple[str, DueJob]]:
    for kind, subject, key, facts in (
        (ForecastJob.LOOK, "renewal:1", "", {}),
        (ForecastJob.KEY, "renewal:1", "90", {"mark": 90}),
        (ForecastJob.ASK, "renewal:1", "", {}),
        (NurtureJob.TOUCH, "account:1", "", {}),
        (NurtureJob.PAUSE_ENDS, "account:1", "", {}),
        (ReferralJob.HINT, "account:1", "", {}),
        (ReferralJob.UNTHANKED, "referral:1", "", {}),
        (RequalifyJob.ASK, "one_off:2", "30", {}),
        (DigestJob.SETTLE, "workspace:1", "", {"after": 0}),
    ):
        yield kind, DueJob(10**6, kind, subject, key, NOW, 0, facts)


@pytest.mark.parametrize("begin", sweep.FIRST, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_a_night_begins_with_what_is_due(walked: Callable[..., list[str]], begin: Callable[[Work], None]) -> None:
    assert walked(begin) == []


@pytest.mark.parametrize("page", sweep.PAGES, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_a_page_reads_its_own_accounts(
    walked: Callable[..., list[str]], delivered: Scene, page: Callable[[Work, list[int]], None]
) -> None:
    assert walked(lambda work: page(work, [delivered.account.id])) == []


@pytest.mark.parametrize(("kind", "row"), list(_jobs()), ids=lambda one: one if isinstance(one, str) else "")
def test_a_job_reads_what_it_is_about(walked: Callable[..., list[str]], kind: str, row: DueJob) -> None:
    assert walked(lambda work: runner.HANDLERS[kind](work, [row])) == []


def test_a_digest_reads_its_readers_accounts(walked: Callable[..., list[str]], delivered: Scene) -> None:
    def read(work: Work) -> None:
        person = members.by_id(work, delivered.owner.id)
        assert person is not None
        for part in digest_parts.PARTS:
            part.waiting(work, person)

    assert walked(read) == []


def test_where_usage_grew_is_found_without_reading_all_there_is(walked: Callable[..., list[str]]) -> None:
    assert walked(lambda work: usage.grown(work, 20, NOW.date())) == []


def test_messages_are_found_by_the_beginning_of_their_key(walked: Callable[..., list[str]]) -> None:
    assert walked(lambda work: posts.by_prefix(work, "claim:7:")) == []
