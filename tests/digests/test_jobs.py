"""The clock of digests in the database: what is planned, held, missed, and planned anew, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from bot.agenda import jobs as agenda_jobs
from bot.agenda import runner
from bot.core.retention import FORGOTTEN_NAME, Retention
from bot.db.work import Work
from bot.digests import change, jobs, setups, standing
from bot.digests.choice import DigestChoice, DigestOutcome, Timing
from bot.digests.messages_list import list_view
from bot.digests.scope import Rhythm, ScopeKind
from bot.errors import Refused
from bot.models import DigestSetup, Member, Post
from bot.workspace import members, preferences, retention, workspaces
from bot.workspace.members import MemberView
from tests.factories import NOW
from tests.scenes.scene import Scene

ALL = DigestChoice(ScopeKind.ALL, Timing(Rhythm.WEEKLY, (0,), time(10)))
DUE = datetime(2026, 3, 9, 10, tzinfo=UTC)


def manager(work: Work, scene: Scene) -> MemberView:
    found = members.by_id(work, scene.manager.id)
    assert found is not None
    return found


def set_up(scene: Scene, choice: DigestChoice = ALL, now: datetime = NOW + timedelta(days=1)) -> int:
    """The manager's digest, set up on Tuesday unless another moment is given; there is a renewal to tell of."""
    scene.contract(date(2026, 5, 1))
    scene.plan()
    with Work.writing(scene.db, scene.workspace, now) as work:
        return change.save(work, manager(work, scene), choice)


def run(scene: Scene, now: datetime) -> None:
    """What the job runner does at a moment, for digests alone."""
    with Work.writing(scene.db, scene.workspace, now) as work:
        due = [job for job in agenda_jobs.due(work) if job.kind == "digest"]
        runner.HANDLERS["digest"](work, due)
        agenda_jobs.complete(work, due)


def planned(scene: Scene, setup_id: int) -> list[datetime]:
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        return [job.due_at for job in agenda_jobs.pending_for(work, [f"digest:{setup_id}"])]


def said(scene: Scene) -> list[dict[str, object]]:
    with scene.db.reading() as session:
        return [dict(one) for one in session.scalars(select(Post.facts).where(Post.kind == "overview"))]


def be_away(scene: Scene, now: datetime, until: date | None) -> None:
    """Save the manager's settings, as My settings does."""
    with Work.writing(scene.db, scene.workspace, now) as work:
        wishes = preferences.read(work, scene.manager.id)
        preferences.change(work, scene.manager.id, replace(wishes, away_until=until))
        jobs.replan(work, scene.manager.id)


def outcome(scene: Scene, setup_id: int) -> DigestOutcome | None:
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        return setups.by_ids(work, [setup_id])[setup_id].outcome


def test_it_is_said_at_its_moment_and_planned_for_the_next(any_scene: Scene) -> None:
    setup_id = set_up(any_scene)
    assert planned(any_scene, setup_id) == [DUE]
    run(any_scene, DUE)
    assert planned(any_scene, setup_id) == [DUE + timedelta(days=7)]
    (facts,) = said(any_scene)
    assert facts["late_since"] == "" and outcome(any_scene, setup_id) is DigestOutcome.SENT
    run(any_scene, DUE + timedelta(minutes=1))
    assert len(said(any_scene)) == 1


def test_of_several_that_were_missed_one_comes_late(any_scene: Scene) -> None:
    setup_id = set_up(any_scene)
    run(any_scene, DUE + timedelta(days=21, hours=4, minutes=10))
    (facts,) = said(any_scene)
    assert facts["late_since"] == "2026-03-30T10:00+00:00"
    assert planned(any_scene, setup_id) == [DUE + timedelta(days=28)]


def test_a_daily_one_that_was_missed_until_the_night_is_that_of_the_next_day(any_scene: Scene) -> None:
    choice = replace(ALL, timing=Timing(Rhythm.DAILY, (), time(11)))
    setup_id = set_up(any_scene, choice, NOW)
    run(any_scene, NOW.replace(hour=23))
    assert said(any_scene) == [] and planned(any_scene, setup_id) == [NOW.replace(day=3, hour=11)]


def test_back_early_from_an_absence_what_was_held_comes_at_once(any_scene: Scene) -> None:
    setup_id = set_up(any_scene)
    be_away(any_scene, DUE - timedelta(days=1), date(2026, 3, 20))
    assert planned(any_scene, setup_id) == [datetime(2026, 3, 23, 10, tzinfo=UTC)]
    run(any_scene, DUE)
    assert said(any_scene) == []
    back = DUE + timedelta(days=2, hours=1)
    be_away(any_scene, back, None)
    assert planned(any_scene, setup_id) == [back]
    run(any_scene, back)
    (facts,) = said(any_scene)
    assert facts["late_since"] == "2026-03-09T10:00+00:00"
    assert planned(any_scene, setup_id) == [DUE + timedelta(days=7)]


def test_one_that_falls_due_while_nobody_planned_it_anew_is_held_and_says_so(any_scene: Scene) -> None:
    setup_id = set_up(any_scene)
    with any_scene.db.transaction() as session:
        session.execute(update(Member).where(Member.id == any_scene.manager.id).values(away_until=date(2026, 3, 11)))
    run(any_scene, DUE)
    assert outcome(any_scene, setup_id) is DigestOutcome.HELD and said(any_scene) == []
    back = datetime(2026, 3, 12, 9, tzinfo=UTC)
    assert planned(any_scene, setup_id) == [back]
    run(any_scene, back)
    (facts,) = said(any_scene)
    assert facts["late_since"] == "2026-03-09T10:00+00:00"


def test_a_channel_s_digest_waits_for_nobody_s_return(any_scene: Scene) -> None:
    setup_id = set_up(any_scene, replace(ALL, channel="C0TEAM"))
    be_away(any_scene, NOW, date(2026, 3, 20))
    assert planned(any_scene, setup_id) == [DUE]
    run(any_scene, DUE)
    assert len(said(any_scene)) == 1


def test_by_another_zone_it_is_planned_by_the_new_clock(any_scene: Scene) -> None:
    setup_id = set_up(any_scene)
    with Work.writing(any_scene.db, any_scene.workspace, NOW + timedelta(days=2)) as work:
        person = manager(work, any_scene)
        seen = {"id": person.slack_id, "real_name": person.name, "tz": "America/New_York"}
        members.remember(work, {**seen, "team_id": workspaces.team_of(work)})
    assert planned(any_scene, setup_id) == [datetime(2026, 3, 9, 14, tzinfo=UTC)]


def test_paused_and_removed_ones_are_not_planned(any_scene: Scene) -> None:
    setup_id = set_up(any_scene)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        change.set_paused(work, manager(work, any_scene), setup_id, True)
    assert planned(any_scene, setup_id) == []
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        jobs.replan(work, any_scene.manager.id)
        change.set_paused(work, manager(work, any_scene), setup_id, False)
    assert planned(any_scene, setup_id) == [NOW.replace(hour=10)]
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        change.remove(work, manager(work, any_scene), setup_id)
    assert planned(any_scene, setup_id) == []


def test_another_scope_forgets_what_was_told_and_another_time_does_not(any_scene: Scene) -> None:
    setup_id = set_up(any_scene)
    run(any_scene, DUE)

    def since_after(choice: DigestChoice) -> datetime | None:
        with Work.writing(any_scene.db, any_scene.workspace, DUE) as work:
            change.save(work, manager(work, any_scene), choice, setup_id)
            return setups.by_ids(work, [setup_id])[setup_id].since

    assert since_after(replace(ALL, timing=Timing(Rhythm.MONTHLY))) == DUE
    assert since_after(replace(ALL, kind=ScopeKind.SEGMENT, segment="Retail")) is None


def test_there_is_room_for_twenty_and_the_list_of_them_fits_a_screen(any_scene: Scene) -> None:
    for _ in range(change.MOST):
        set_up_another(any_scene)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        with pytest.raises(Refused, match="Remove one first"):
            change.save(work, manager(work, any_scene), ALL)
        view = list_view(standing.of_person(work, any_scene.manager.id), NOW)
    assert len(view["blocks"]) == change.MOST + 1


def set_up_another(scene: Scene) -> None:
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        change.save(work, manager(work, scene), ALL)


def test_whoever_is_forgotten_has_no_digest_any_more(any_scene: Scene) -> None:
    set_up(any_scene)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        long_ago = {"left_at": NOW - timedelta(days=4000), "is_outsider": True}
        work.session.execute(update(Member).where(Member.id == any_scene.manager.id).values(**long_ago))
        retention.PRUNED["people"](work, Retention(), 0)
        assert (
            work.session.scalars(select(Member.name).where(Member.id == any_scene.manager.id)).one() == FORGOTTEN_NAME
        )
        assert list(work.session.scalars(work.select(DigestSetup.id))) == []


@pytest.mark.parametrize(
    ("kind", "outcome_of_it"), [(ScopeKind.ME, DigestOutcome.NOTHING), (ScopeKind.ALL, DigestOutcome.SENT)]
)
def test_it_is_made_before_anybody_must_wait_and_said_once_by_two_workers(
    any_scene: Scene, monkeypatch: pytest.MonkeyPatch, kind: ScopeKind, outcome_of_it: DigestOutcome
) -> None:
    number = set_up(any_scene, DigestChoice(kind, Timing(Rhythm.WEEKLY, (0,), time(10))))
    with Work.reading(any_scene.db, any_scene.workspace, DUE) as work:
        due = [job for job in agenda_jobs.due(work) if job.kind == "digest"]
        found = {job.id: runner.READS_AHEAD["digest"](work, job) for job in due}
    assert [job.subject_id for job in due] == [number] and None not in found.values()

    def too_late(*_: object) -> None:
        raise AssertionError("read while others wait to write")

    monkeypatch.setattr("bot.digests.content.make", too_late)
    for _ in range(2):
        with Work.writing(any_scene.db, any_scene.workspace, DUE, ahead=found) as work:
            runner.HANDLERS["digest"](work, due)
    with any_scene.db.reading() as session:
        said = session.scalars(select(Post.key).where(Post.key.startswith(f"digest:{number}:"))).all()
    assert len(said) == (outcome_of_it is DigestOutcome.SENT)
    assert outcome(any_scene, number) is outcome_of_it
    assert planned(any_scene, number) == [DUE + timedelta(days=7)]
