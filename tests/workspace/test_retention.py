from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from bot.agenda import jobs
from bot.agenda.jobs import Job
from bot.core.retention import FORGOTTEN_NAME
from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Delivery, DeliveryDoubt, Dismissal, JobRow, Member, PassedOn, Post, Receipt, ScorePoint
from bot.workspace import members, retention
from tests.factories import NOW, make_account, make_member, make_post, make_renewal, make_workspace
from tests.scenes.walking import tick, walk


def test_old_jobs_and_receipts_are_forgotten_by_night_and_waiting_ones_never(any_db: Database) -> None:
    old, recent = NOW - timedelta(days=181), NOW - timedelta(days=100)
    with any_db.transaction() as session:
        workspace = make_workspace(session).id
        other = make_workspace(session).id
        for key, due, handled in (
            ("old", old, old),
            ("recent", recent, recent),
            ("waiting", NOW + timedelta(days=900), None),
        ):
            session.add(
                JobRow(
                    workspace_id=workspace,
                    kind="rung",
                    subject="renewal:1",
                    dedupe_key=key,
                    due_at=due,
                    handled_at=handled,
                )
            )
        session.add(JobRow(workspace_id=other, kind="rung", subject="renewal:1", due_at=old, handled_at=old))
        session.add(Receipt(workspace_id=workspace, key="V1", received_at=old))
        session.add(Receipt(workspace_id=workspace, key="V2", received_at=recent))
        retention.plan_prune(Work(session, workspace, NOW))

    walk(any_db, workspace, NOW, NOW + timedelta(days=1))

    with any_db.reading() as session:
        keys = set(session.scalars(select(JobRow.dedupe_key).where(JobRow.kind == "rung")))
        assert keys == {"recent", "waiting", ""}
        assert list(session.scalars(select(Receipt.key))) == ["V2"]
        assert session.scalar(select(func.count()).where(JobRow.kind == "prune", JobRow.handled_at.is_(None))) == 1


def test_a_long_backlog_is_forgotten_chunk_by_chunk(db: Database, monkeypatch) -> None:
    monkeypatch.setattr(retention, "CHUNK", 10)
    old = NOW - timedelta(days=200)
    with db.transaction() as session:
        workspace = make_workspace(session).id
        jobs.schedule(Work(session, workspace, NOW), [Job("rung", f"renewal:{i}", "x", old) for i in range(35)])
        jobs.complete(Work(session, workspace, old), jobs.due(Work(session, workspace, old)))
        retention.plan_prune(Work(session, workspace, NOW))
    tick(db, workspace, NOW + timedelta(days=1))
    with db.reading() as session:
        assert session.scalar(select(func.count()).where(JobRow.kind == "rung")) == 0


YEARS_AGO = NOW - timedelta(days=731)


def _post(session, workspace: int, key: str, at=YEARS_AGO, **values) -> None:
    make_post(Work(session, workspace, at), key, at, **{"state": "sent", "sent_at": at, **values})


def test_a_message_is_forgotten_when_it_is_old_and_nothing_alive_writes_to_it(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        account = make_account(session, workspace)
        alive = make_renewal(session, account).id
        closed = make_renewal(session, account, closed_at=YEARS_AGO).id
        lately = make_renewal(session, account, closed_at=NOW - timedelta(days=30)).id
        for renewal in (alive, closed, lately):
            _post(session, workspace.id, f"renewal:{renewal}:card")
            _post(session, workspace.id, f"line:{renewal}", thread_of=f"renewal:{renewal}:card")
        _post(session, workspace.id, "old")
        _post(session, workspace.id, "dead", state="dead", sent_at=None)
        _post(session, workspace.id, "changed lately", sent_at=NOW - timedelta(days=3))
        _post(session, workspace.id, "in doubt", state="unknown", due_at=NOW + timedelta(days=9))
        _post(session, workspace.id, "young", at=NOW - timedelta(days=729))
        retention.plan_prune(Work(session, workspace.id, NOW))
        workspace_id = workspace.id

    walk(any_db, workspace_id, NOW, NOW + timedelta(days=1))

    with any_db.reading() as session:
        kept = set(session.scalars(select(Post.key)))
    living = {f"renewal:{one}:card" for one in (alive, lately)} | {f"line:{one}" for one in (alive, lately)}
    assert kept == living | {"changed lately", "in doubt", "young"}


def test_a_workspace_keeps_its_messages_as_long_as_it_says(db: Database) -> None:
    with db.transaction() as session:
        workspace = make_workspace(session, retention={"posts": 200}).id
        _post(session, workspace, "old", at=NOW - timedelta(days=201))
        _post(session, workspace, "young", at=NOW - timedelta(days=198))
        retention.plan_prune(Work(session, workspace, NOW))
    walk(db, workspace, NOW, NOW + timedelta(days=1))
    with db.reading() as session:
        assert list(session.scalars(select(Post.key))) == ["young"]


def test_old_scores_go_but_for_the_one_that_stood_on_the_first_day_kept(any_db: Database) -> None:
    days_ago = (1400, 1200, 1100, 900, 10)
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        silent, changing = make_account(session, workspace).id, make_account(session, workspace).id
        for account, ages in ((silent, (1500,)), (changing, days_ago)):
            for age in ages:
                day = (NOW - timedelta(days=age)).date()
                session.add(ScorePoint(workspace_id=workspace.id, account_id=account, day=day, score=age % 100))
        retention.plan_prune(Work(session, workspace.id, NOW))
        workspace_id = workspace.id
    walk(any_db, workspace_id, NOW, NOW + timedelta(days=1))
    with any_db.reading() as session:
        rows = session.execute(select(ScorePoint.account_id, ScorePoint.day).order_by(ScorePoint.day)).all()
    kept = [(account, (NOW.date() - day).days) for account, day in rows]
    assert kept == [(silent, 1500), (changing, 1100), (changing, 900), (changing, 10)]


LEFT = {"id": "U1", "deleted": True, "team_id": "T1", "profile": {"real_name": "Dana Reyes", "email": "dana@a.example"}}


def test_who_left_long_ago_is_forgotten_and_not_learnt_again_until_they_come_back(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session, team_id="T1").id
        members.remember(Work(session, workspace, NOW), {**LEFT, "deleted": False})
        members.remember(Work(session, workspace, NOW), LEFT)
        members.remember(Work(session, workspace, NOW + timedelta(days=1)), LEFT)

    _pass_the_night(any_db, workspace, NOW + timedelta(days=728))
    assert _names(any_db) == [("Dana Reyes", "dana@a.example")]

    with any_db.transaction() as session:
        session.execute(update(Member).values(country="SA", stand_in_id=9, nurture_opening="Dana here. {insight}"))
    _pass_the_night(any_db, workspace, NOW + timedelta(days=731))
    with any_db.reading() as session:
        assert session.execute(select(Member.country, Member.stand_in_id, Member.nurture_opening)).one() == (
            "",
            None,
            "",
        ), "their wishes go too"
    later = NOW + timedelta(days=740)
    with Work.writing(any_db, workspace, later) as work:
        members.remember(work, LEFT)
    assert _names(any_db) == [(FORGOTTEN_NAME, "")]

    with Work.writing(any_db, workspace, later) as work:
        members.remember(work, {**LEFT, "deleted": False})
    assert _names(any_db) == [("Dana Reyes", "dana@a.example")]


def test_what_others_were_told_goes_once_it_was_read_or_will_never_be(any_db: Database) -> None:
    old, recent = NOW - timedelta(days=181), NOW - timedelta(days=170)
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        account = make_account(session, workspace).id
        here, gone = make_member(session, workspace), make_member(session, workspace)
        gone.left_at = old
        for person, what, told in (
            (here, "read long ago", old),
            (here, "read lately", recent),
            (here, "not read yet", None),
            (gone, "never read", None),
        ):
            passed = {"what": what, "to": "U2", "at": NOW - timedelta(days=300), "told_at": told}
            session.add(PassedOn(workspace_id=workspace.id, member_id=person.id, account_id=account, **passed))
        workspace_id = workspace.id
    _pass_the_night(any_db, workspace_id, NOW)
    with any_db.reading() as session:
        assert set(session.scalars(select(PassedOn.what))) == {"read lately", "not read yet"}


def test_what_people_said_of_alerts_goes_with_what_is_known_of_the_alerts(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        account, person = make_account(session, workspace).id, make_member(session, workspace).id
        for reason, age in (("wrong_date", 731), ("duplicate", 700)):
            said = {"account_id": account, "member_id": person, "subject": "renewal:1", "reason": reason, "words": "x"}
            session.add(Dismissal(workspace_id=workspace.id, at=NOW - timedelta(days=age), **said))
        workspace_id = workspace.id
    _pass_the_night(any_db, workspace_id, NOW)
    with any_db.reading() as session:
        assert session.scalars(select(Dismissal.reason)).all() == ["duplicate"]


def test_an_attempt_that_could_never_be_looked_for_is_forgotten(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session).id
        for key, age in (("old", 181), ("recent", 1)):
            at = NOW - timedelta(days=age)
            _post(session, workspace, key, at=at)
            session.flush()
            delivery = session.scalars(select(Delivery.id).join(Post).where(Post.key == key)).one()
            session.add(
                DeliveryDoubt(workspace_id=workspace, delivery_id=delivery, channel=key, attempted_at=at, look_at=NOW)
            )
    _pass_the_night(any_db, workspace, NOW)
    with any_db.reading() as session:
        assert list(session.scalars(select(DeliveryDoubt.channel))) == ["recent"]


def _pass_the_night(db: Database, workspace: int, now: datetime) -> None:
    with Work.writing(db, workspace, now) as work:
        retention.plan_prune(work)
    walk(db, workspace, now, now + timedelta(days=1))


def _names(db: Database) -> list[tuple[str, str]]:
    with db.reading() as session:
        return [tuple(row) for row in session.execute(select(Member.name, Member.email))]
