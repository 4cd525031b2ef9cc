"""Nurture on both databases: spread over the quarter, nothing twice, the share of ear held, paused by trouble."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot import people
from bot.accounts import proposing
from bot.agenda import jobs as agenda_jobs
from bot.agenda import runner
from bot.agenda.jobs import Job
from bot.core.customer_people import PersonPart
from bot.core.person_names import person_key
from bot.core.policy import default_policy
from bot.core.proposing import HoldOff
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.insights import matching
from bot.insights import service as insight_service
from bot.insights.facts import InsightAudience, InsightDetails
from bot.insights.rules import ShareOfEar
from bot.models import (
    AccountHealth,
    CustomerPerson,
    FollowUp,
    InsightUse,
    JobRow,
    NurtureTouch,
    Post,
    PulseRound,
    Touchpoint,
    Workspace,
)
from bot.nurture import actions, jobs, queries, show
from bot.nurture.job_kinds import NurtureJob
from bot.nurture.rules import OPENING, NotNow, NurtureAnswer, filled, first_contact, greeted, wrong_with
from bot.workspace import members
from bot.workspace import settings as workspace_settings
from tests.factories import NOW, TODAY, make_account, make_member
from tests.scenes.learning import make_touch


def at_work(scene, now=NOW):
    return Work.writing(scene.db, scene.workspace, now)


def add(scene, words, now=NOW, **about):
    with at_work(scene, now) as work:
        by = members.by_id(work, scene.owner.id)
        return insight_service.add(work, words, "", InsightAudience(), by, InsightDetails(**about))


def due(scene, now=NOW, account=None):
    """The account's day has come; returns what waits after it."""
    account_id = (account or scene.account).id
    with at_work(scene, now) as work:
        jobs.plan_page(work, [account_id])
        row = jobs._pending(work, [account_id])[0]
        jobs.run_nurture(work, [row.moved_to(now)])
    with at_work(scene, now) as work:
        found = work.session.scalars(
            work.select(NurtureTouch.id).where(NurtureTouch.account_id == account_id, NurtureTouch.state == "open")
        ).first()
        (again,) = jobs._pending(work, [account_id])
        return found, again.due_at


def told(scene, account_id):
    with scene.db.reading() as session:
        rows = session.execute(
            select(NurtureTouch.insight_id, NurtureTouch.state)
            .where(NurtureTouch.account_id == account_id)
            .order_by(NurtureTouch.id)
        )
        return [tuple(row) for row in rows]


def test_new_accounts_are_spread_over_the_quarter_and_asked_again_nothing_moves(any_scene):
    with any_scene.db.transaction() as session:
        workspace = session.get_one(Workspace, any_scene.workspace)
        ids = [make_account(session, workspace, owner_id=any_scene.owner.id).id for _ in range(120)]
    for _ in range(2):
        with at_work(any_scene) as work:
            jobs.plan_page(work, ids)
            found = {job.subject_id: job.due_at for job in jobs._pending(work, ids)}
        days = [at.date() for at in found.values()]
        assert len(found) == 120 and min(days) > TODAY and max(days) <= TODAY + timedelta(days=95)
        assert max(days.count(day) for day in days) <= 4 and all(day.weekday() < 5 for day in days)


def test_what_is_proposed_quarter_after_quarter_is_never_the_same_and_about_us_at_most_one_in_four(any_scene):
    for number in range(12):
        add(any_scene, f"Insight {number}", valid_until=date(2032, 1, 1), is_about_us=number % 2 == 0)
    now = NOW
    seen = []
    for _ in range(7):
        found, again = due(any_scene, now)
        if found is not None:
            with at_work(any_scene, now) as work:
                actions.send(work, found, any_scene.owner.id)
            seen = told(any_scene, any_scene.account.id)
        now = again
    ids = [insight_id for insight_id, _ in seen]
    assert len(set(ids)) == len(ids) == 6
    with any_scene.db.reading() as session:
        goals = session.scalars(select(NurtureTouch.goal).order_by(NurtureTouch.id)).all()
    assert goals == ["reinforce", "cross_sell", "upsell"] * 2


def test_the_share_of_ear_counts_pulses_and_what_was_sent_and_not_what_was_let_rest(any_scene):
    for number in range(3):
        add(any_scene, f"Study {number}")
    own = add(any_scene, "Our office", is_about_us=True)
    with at_work(any_scene) as work:
        heard = [one.number for one in matching.library(work) if not one.is_about_us]
        for insight_id in heard:
            work.session.add(
                PulseRound(
                    workspace_id=any_scene.workspace,
                    account_id=any_scene.account.id,
                    opened_at=NOW,
                    closes_on=TODAY,
                    closed_at=NOW,
                    insight_id=insight_id,
                )
            )
    found, _ = due(any_scene)
    assert told(any_scene, any_scene.account.id) == [(own, "open")]
    with at_work(any_scene) as work:
        assert matching.ears_of(work, [any_scene.account.id]) == {any_scene.account.id: ShareOfEar(1, 4)}
        actions.not_now(work, found, NotNow.FIT, any_scene.owner.id)
    with at_work(any_scene) as work:
        assert matching.ears_of(work, [any_scene.account.id]) == {any_scene.account.id: ShareOfEar(0, 3)}
    with at_work(any_scene, NOW + timedelta(days=90)) as work:
        assert matching.ears_of(work, [any_scene.account.id]) == {}


@pytest.mark.parametrize("why", ["promise", "escalated", "red", "pulse"])
def test_trouble_makes_it_wait_and_its_end_lets_it_come(any_scene, why):
    add(any_scene, "A study")
    same = {"workspace_id": any_scene.workspace, "account_id": any_scene.account.id}
    rows = {
        "promise": FollowUp(**same, words="Report", due_on=TODAY - timedelta(days=1), is_promise=True, created_at=NOW),
        "escalated": Touchpoint(**same, kind="ticket", at=NOW - timedelta(days=99), escalated=True, created_at=NOW),
        "red": AccountHealth(**same, score=49, computed_at=NOW),
        "pulse": PulseRound(**same, opened_at=NOW, closes_on=TODAY, closed_at=NOW, worst="red"),
    }
    with any_scene.db.transaction() as session:
        session.add(rows[why])
    found, again = due(any_scene)
    assert found is None and again.date() == TODAY + timedelta(days=7)
    with any_scene.db.transaction() as session:
        for row in session.scalars(select(type(rows[why])).where(type(rows[why]).account_id == any_scene.account.id)):
            session.delete(row)
    assert due(any_scene, again)[0] is not None


def test_an_open_promise_of_tomorrow_is_no_trouble(scene):
    with scene.db.transaction() as session:
        session.add(
            FollowUp(
                workspace_id=scene.workspace,
                account_id=scene.account.id,
                words="Report",
                due_on=TODAY,
                is_promise=True,
                created_at=NOW,
            )
        )
    with at_work(scene) as work:
        assert proposing.held_off_of(work, [scene.account.id]) == {}
        late = work.at(NOW + timedelta(days=1))
        assert proposing.held_off_of(late, [scene.account.id]) == {scene.account.id: HoldOff.PROMISE}


def test_one_that_nobody_sent_lapses_when_the_next_comes(any_scene):
    first, second = add(any_scene, "First"), add(any_scene, "Second")
    _, again = due(any_scene)
    assert again.date() == TODAY + timedelta(days=default_policy("mid").nurture_every_days + 1)
    due(any_scene, again)
    assert told(any_scene, any_scene.account.id) == [(second, "lapsed"), (first, "open")]


def test_pressed_twice_it_is_logged_once_and_nothing_is_answered_before_it_is_sent(any_scene):
    add(any_scene, "A study")
    found, _ = due(any_scene)
    with at_work(any_scene) as work, pytest.raises(Refused, match="Press Sent first"):
        actions.answer(work, found, NurtureAnswer.REPLIED, any_scene.owner.id)
    with at_work(any_scene) as work:
        actions.send(work, found, any_scene.owner.id)
    with at_work(any_scene) as work, pytest.raises(Refused, match="over"):
        actions.send(work, found, any_scene.owner.id)
    with any_scene.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Touchpoint)) == 1
        assert session.scalar(select(func.count()).select_from(InsightUse)) == 1


def test_an_account_that_has_left_and_one_without_an_owner_get_none(scene):
    add(scene, "A study")
    with scene.db.transaction() as session:
        workspace = session.get_one(Workspace, scene.workspace)
        nobodys = make_account(session, workspace)
        gone = make_account(session, workspace, owner_id=scene.owner.id, is_active=False)
    assert due(scene, account=nobodys)[0] is None
    with at_work(scene) as work:
        jobs.plan_page(work, [gone.id])
        jobs.run_nurture(work, jobs._pending(work, [gone.id]))
        assert work.session.scalars(work.select(NurtureTouch.id)).all() == []


def test_nothing_on_a_holiday_or_at_night(scene):
    add(scene, "A study")
    sunday = datetime(2026, 3, 8, 9, 0, tzinfo=NOW.tzinfo)
    found, again = due(scene, sunday)
    assert found is None and again.date() == date(2026, 3, 9)


def test_a_shorter_rhythm_moves_what_lies_too_far_ahead(scene):
    with at_work(scene) as work:
        workspace_settings.set_number(work, "*", "nurture_again_days", "300")
        assert jobs.plan_again(work, scene.account.id) > TODAY + timedelta(days=299)
        jobs.replan_page(work, [scene.account.id])
        (job,) = jobs._pending(work, [scene.account.id])
        assert job.due_at < NOW + timedelta(days=96)
        assert len(work.session.scalars(work.select(JobRow.id).where(JobRow.kind == job.kind)).all()) == 1


def test_an_opening_is_filled_in_once_and_unknown_places_are_refused(scene):
    assert filled("{contact}, {insight} {x}", "", "Acme", "{account} & <b>") == "there, {account} & <b> {x}"
    assert filled(OPENING, "Ruben", "Acme", "News").startswith("Hi Ruben, this made me think of you at Acme: News\n")
    assert wrong_with(OPENING) == "" and "{insight}" in wrong_with("Hi {contact}")
    assert first_contact("Ruben Hald, Ines Koval") == "Ruben Hald"
    assert [greeted(name) for name in ("Ruben Hald", "Dr. Amy Osborne", "Ruth", "")] == [
        "Ruben",
        "Dr. Osborne",
        "Ruth",
        "",
    ]
    add(scene, "A study")
    found, _ = due(scene)
    with at_work(scene) as work, pytest.raises(FieldErrors):
        actions.set_opening(work, found, "Hi {firstname} {insight}", scene.owner.id, False)


def test_it_is_written_to_the_champion_and_never_to_somebody_who_has_left(any_scene):
    scene = any_scene
    with scene.db.transaction() as session:
        account = session.merge(scene.account)
        make_touch(session, account, NOW - timedelta(days=20), contact="Ruben Hald")
        make_touch(session, account, NOW - timedelta(days=10), contact="Gone, Amy")

    def person(name, **values):
        with scene.db.transaction() as session:
            of = {"workspace_id": scene.workspace, "account_id": scene.account.id, "created_at": NOW}
            session.add(CustomerPerson(**of, name=name, name_key=person_key(name), **values))

    def written_to():
        with Work.reading(scene.db, scene.workspace, NOW) as work:
            return queries.contacts_at(work, [scene.account.id]).get(scene.account.id)

    assert written_to() == "Gone"
    person("Gone", left_on=TODAY)
    assert written_to() == "Ruben Hald"
    person("Ines Koval", part="champion")
    assert written_to() == "Ines Koval"


def test_a_touch_that_waits_is_for_somebody_else_once_its_contact_has_left_and_a_sent_one_stays(any_scene):
    add(any_scene, "Robots save energy")
    add(any_scene, "Robots save time")
    with any_scene.db.transaction() as session:
        make_touch(session, any_scene.account, NOW - timedelta(days=30), contact="Tom Hale")
        make_touch(session, any_scene.account, NOW - timedelta(days=20), contact="Ruth")
    with at_work(any_scene) as work:
        ruth = people.add(work, any_scene.account.id, people.PersonEntry("Ruth Okafor"), any_scene.owner.id)
    sent, _ = due(any_scene)
    with at_work(any_scene) as work:
        actions.send(work, sent, any_scene.owner.id)
        people.edit(work, ruth, people.PersonEntry("Ruth Okafor", part=PersonPart.CHAMPION), any_scene.owner.id)
    waits, _ = due(any_scene, NOW + timedelta(days=100))
    with at_work(any_scene, NOW + timedelta(days=101)) as work:
        assert "Ruth" in work.session.get_one(NurtureTouch, waits).opening
        people.has_left(work, ruth, TODAY, any_scene.owner.id)
    with any_scene.db.reading() as session:
        was, now = session.get_one(NurtureTouch, sent), session.get_one(NurtureTouch, waits)
        assert (was.contact, now.contact) == ("Ruth", "Tom Hale")
        assert "Ruth" in was.opening and "Tom" in now.opening and "Ruth" not in now.opening
        (post,) = session.scalars(select(Post).where(Post.key == f"nurture:{waits}"))
        assert "Tom" in post.facts["opening"] and "Ruth" not in post.facts["opening"]


def test_who_is_removed_for_good_is_named_by_no_touch_sent_or_open_and_by_no_message_of_them(any_scene):
    add(any_scene, "Robots save energy")
    add(any_scene, "Robots save time")
    with any_scene.db.transaction() as session:
        make_touch(session, any_scene.account, NOW - timedelta(days=20), contact="Ruth Okafor")
    with at_work(any_scene) as work:
        ruth = people.add(work, any_scene.account.id, people.PersonEntry("Ruth Okafor"), any_scene.owner.id)
    sent, _ = due(any_scene)
    with at_work(any_scene) as work:
        assert "Ruth" in work.session.get_one(NurtureTouch, sent).opening
        actions.send(work, sent, any_scene.owner.id)
    still_open, _ = due(any_scene, NOW + timedelta(days=100))
    with at_work(any_scene, NOW + timedelta(days=101)) as work:
        people.remove_for_good(work, ruth, any_scene.owner.id)
        actions.send(work, still_open, any_scene.owner.id)
    with any_scene.db.reading() as session:
        rows = [vars(row) for model in (NurtureTouch, Touchpoint) for row in session.scalars(select(model))]
        rows += [vars(row) for row in session.scalars(select(Post).where(Post.kind == show.KIND))]
    assert len(rows) == 7
    assert not re.search("ruth|okafor", repr(rows), re.IGNORECASE)


def test_what_has_no_turn_in_a_transaction_has_it_in_the_next(any_scene, monkeypatch):
    monkeypatch.setattr(jobs, "AT_A_TIME", 2)
    for number in range(3):
        add(any_scene, f"Study {number}")
    ids = []
    with at_work(any_scene) as work:
        workspace = work.session.get_one(Workspace, work.workspace_id)
        for name in ("Ada", "Bo", "Cy", "Di", "Ed"):
            owner = make_member(work.session, workspace, name)
            ids.append(make_account(work.session, workspace, name, owner_id=owner.id).id)
        planned = [Job(NurtureJob.TOUCH, f"account:{number}", "", NOW) for number in ids]
        agenda_jobs.schedule(work, planned)
    chunks = []
    while True:
        with at_work(any_scene) as work:
            if not runner.run_due(work):
                break
            chunks.append(len(work.session.scalars(work.select(NurtureTouch.id)).all()))
    assert chunks == [2, 4, 5]
    assert all(len(told(any_scene, number)) == 1 for number in ids)
    with at_work(any_scene) as work:
        assert min(job.due_at for job in jobs._pending(work, ids)) > NOW + timedelta(days=60)


def test_touches_that_wait_for_one_reader_come_in_a_fortnight_one_a_day_and_keep_their_place(any_scene):
    add(any_scene, "A study")
    with any_scene.db.transaction() as session:
        workspace = session.get_one(Workspace, any_scene.workspace)
        ids = [make_account(session, workspace, owner_id=any_scene.owner.id, channel=None).id for _ in range(8)]
    with at_work(any_scene) as work:
        agenda_jobs.schedule(work, [Job(NurtureJob.TOUCH, f"account:{one}", "", NOW) for one in ids])
    for days in range(28):
        with at_work(any_scene, NOW + timedelta(days=days)) as work:
            jobs.run_nurture(work, [row for row in jobs._pending(work, ids) if row.due_at <= work.now])
    with at_work(any_scene) as work:
        came = work.session.execute(work.select(NurtureTouch.account_id, NurtureTouch.proposed_at)).all()
        following = {row.due_at.date() for row in jobs._pending(work, ids)}
    assert sorted(account_id for account_id, _ in came) == sorted(ids)
    after = [(at.date() - TODAY).days for _, at in sorted(came, key=lambda one: one[1])]
    assert after[:3] == [0, 7, 14] and len(set(after)) == 8 and after[-1] <= 25
    assert following == {TODAY + timedelta(days=91)}, "the quarter from the first day ends on a Sunday"
