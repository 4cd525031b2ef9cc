"""Touchpoints: written once, changed by their authors, told in the account's channel, felt by renewal and score."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot import follow_ups, touchpoints
from bot.db.work import Work
from bot.errors import FieldErrors, NotForYou, Refused
from bot.models import Event, FollowUp, JobRow, Renewal, Touchpoint, Workspace
from bot.posts import queries
from bot.touchpoints import NewTouchpoint, TouchpointEdit
from bot.workspace import members
from tests.factories import NOW, make_account, make_channel, make_member, make_workspace
from tests.scenes.walking import tick

SOURCE = "message:C000001:1772442000.000100"


def new(scene, **values):
    filled = {"account_id": scene.account.id, "at": NOW, "logged_by_id": scene.owner.id, "by_id": scene.owner.id}
    return NewTouchpoint(**{**filled, "kind": "call", "words": "Called Ruth", **values})


def log(scene, now=NOW, **values):
    with Work.writing(scene.db, scene.workspace, now) as work:
        return touchpoints.log(work, new(scene, **values))


def changed(scene, **values):
    said = {"account_id": scene.account.id, "at": NOW, "kind": "call", "contact": "", "purpose": "", "mood": ""}
    return TouchpointEdit(**{**said, "words": "Called Ruth", **values})


def person(scene, member):
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        return members.by_id(work, member.id)


def line(scene, touchpoint_id):
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        found = queries.by_keys(work, [f"touch:{touchpoint_id}:line"])
        return found[0] if found else None


def rows(scene, table=Touchpoint):
    with scene.db.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def test_a_touchpoint_is_written_with_its_author_and_department(any_scene):
    logged = log(any_scene, contact="Ruth", purpose="support", mood="tense", by_id=any_scene.support.id)
    (row,) = rows(any_scene)
    assert logged.is_new and row.id == logged.id
    assert (row.kind, row.contact, row.purpose, row.mood, row.words) == (
        "call",
        "Ruth",
        "support",
        "tense",
        "Called Ruth",
    )
    assert (row.by_id, row.logged_by_id, row.department) == (any_scene.support.id, any_scene.owner.id, "support")
    assert (row.at, row.is_note, row.via) == (NOW, False, "form")


def test_the_same_source_logged_twice_by_anyone_and_any_way_is_one_touchpoint(any_scene):
    first = log(any_scene, source_key=SOURCE, via="reaction")
    second = log(any_scene, source_key=SOURCE, via="message", words="Other", logged_by_id=any_scene.support.id)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.id == second.id
    (row,) = rows(any_scene)
    assert (row.words, row.via) == ("Called Ruth", "reaction")


def test_touchpoints_without_a_source_are_each_their_own(any_scene):
    assert log(any_scene).is_new and log(any_scene).is_new
    assert len(rows(any_scene)) == 2


def test_two_workspaces_may_have_the_same_source(any_scene):
    log(any_scene, source_key=SOURCE)
    with any_scene.db.transaction() as session:
        other = make_workspace(session)
        stranger = make_member(session, other)
        account = make_account(session, other, "Acme")
        theirs = NewTouchpoint(account.id, NOW, stranger.id, source_key=SOURCE)
        assert touchpoints.log(Work(session, other.id, NOW), theirs).is_new
        with pytest.raises(Refused):
            touchpoints.log(Work(session, other.id, NOW), new(any_scene))


def test_what_lies_ahead_is_refused_and_what_lies_back_is_fine(scene):
    with pytest.raises(FieldErrors) as refused:
        log(scene, at=NOW + timedelta(minutes=1))
    assert "lies ahead" in refused.value.errors["at"]
    assert log(scene, at=NOW - timedelta(days=400)).is_new


def test_a_kind_that_is_none_is_refused(scene):
    with pytest.raises(FieldErrors) as refused:
        log(scene, kind="séance", purpose="gain", mood="blue")
    assert set(refused.value.errors) == {"kind", "purpose", "mood"}


def test_a_touch_reaches_the_open_renewal_and_a_note_does_not(scene):
    scene.contract(date(2026, 5, 1))
    scene.plan()
    log(scene, kind="note")
    assert scene.renewals()[0].touched_at is None
    log(scene, at=NOW - timedelta(days=3))
    assert scene.renewals()[0].touched_at == NOW - timedelta(days=3)
    log(scene, at=NOW - timedelta(days=9))
    assert scene.renewals()[0].touched_at == NOW - timedelta(days=3)


def test_a_deleted_touch_no_longer_keeps_a_renewal_quiet(scene):
    scene.contract(date(2026, 5, 1))
    scene.plan()
    with scene.db.transaction() as session:
        session.get_one(Renewal, scene.first).claimed_at = NOW - timedelta(days=30)
    log(scene, at=NOW - timedelta(days=8))
    later = log(scene, at=NOW - timedelta(days=1))
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        touchpoints.delete(work, later.id, scene.owner.id)
    assert scene.renewals()[0].touched_at == NOW  # the stage was set then
    with scene.db.transaction() as session:
        session.get_one(Renewal, scene.first).stage_at = NOW - timedelta(days=40)
        session.get_one(Renewal, scene.first).touched_at = NOW - timedelta(hours=1)
    last = log(scene, at=NOW)
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        touchpoints.delete(work, last.id, scene.owner.id)
    assert scene.renewals()[0].touched_at == NOW - timedelta(days=8)


def test_the_score_is_made_anew_after_a_touch_and_not_after_a_note(scene):
    def asked():
        with scene.db.reading() as session:
            return session.scalar(select(func.count()).where(JobRow.kind == "score"))

    log(scene, kind="note")
    assert asked() == 0
    log(scene)
    assert asked() == 1
    tick(scene.db, scene.workspace, NOW)


def test_it_is_told_in_one_line_in_the_accounts_channel(scene):
    post = line(scene, log(scene, contact="Ruth").id)
    assert (post.kind, post.channel, post.thread_of, post.thread_ts) == (
        "touch_line",
        scene.account.channel,
        None,
        None,
    )
    assert post.facts["by"]["name"] == "Dana" and post.facts["logged_by"] is None
    assert (post.facts["contact"], post.facts["on"]) == ("Ruth", "2026-03-02")


def test_it_is_told_in_the_thread_of_the_renewals_card_when_there_is_one(scene):
    scene.contract(date(2026, 5, 1))
    scene.plan()
    tick(scene.db, scene.workspace, NOW)
    post = line(scene, log(scene).id)
    assert post.thread_of == f"renewal:{scene.first}:card"


def test_it_is_answered_under_the_message_it_was_made_from(scene):
    channel = scene.account.channel
    shown = line(scene, log(scene, source_key=SOURCE, via="message", channel=channel, thread_ts="17.1").id)
    assert (shown.channel, shown.thread_ts, shown.facts["is_answer"]) == (channel, "17.1", True)
    elsewhere = line(scene, log(scene, via="message", channel="COTHER", thread_ts="17.2").id)
    assert (elsewhere.channel, elsewhere.thread_ts) == (channel, None)


def test_a_channel_that_a_customer_reads_hears_nothing(scene):
    with scene.db.transaction() as session:
        workspace = session.get_one(Workspace, scene.workspace)
        make_channel(session, workspace, scene.account.channel, is_shared=True)
    assert line(scene, log(scene).id) is None


def test_a_workspace_may_want_no_line_but_a_reaction_is_answered(scene):
    with scene.db.transaction() as session:
        session.get_one(Workspace, scene.workspace).touch_echo = False
    assert line(scene, log(scene).id) is None
    channel = scene.account.channel
    answered = log(scene, via="reaction", source_key=SOURCE, channel=channel, thread_ts="17.1")
    assert line(scene, answered.id) is not None


def test_an_edit_leaves_a_trace_of_what_it_said_and_shows_in_the_line(any_scene):
    logged = log(any_scene)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        to = changed(any_scene, words="Called Ruth, she is fine", mood="calm", at=NOW - timedelta(days=2))
        assert touchpoints.edit(work, logged.id, to, any_scene.manager.id)
        assert not touchpoints.edit(work, logged.id, to, any_scene.manager.id)
    (event,) = rows(any_scene, Event)
    assert (event.kind, event.by_id) == ("touch_edited", any_scene.manager.id)
    assert event.facts["before"] == {"words": "Called Ruth", "mood": "", "at": str(NOW)}
    post = line(any_scene, logged.id)
    assert post.facts["mood"] == "calm" and post.facts["is_edited"] and post.facts["on"] == "2026-02-28"


def test_a_touch_given_to_another_account_takes_its_next_steps_along(scene):
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        other = make_account(work.session, work.session.get_one(Workspace, scene.workspace), "Other")
        logged = touchpoints.log(work, new(scene))
        follow_ups.add(
            work, scene.account.id, scene.owner.id, "Send it", date(2026, 3, 6), False,
            f"touchpoint:{logged.id}", scene.owner.id,
        )  # fmt: skip
        to = changed(scene, account_id=other.id)
        touchpoints.edit(work, logged.id, to, scene.owner.id)
    assert [row.account_id for row in rows(scene, FollowUp)] == [other.id]


def test_a_deleted_touch_leaves_a_trace_and_its_line_says_so(any_scene):
    logged = log(any_scene, contact="Ruth")
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        touchpoints.delete(work, logged.id, any_scene.manager.id)
        with pytest.raises(Refused):
            touchpoints.delete(work, logged.id, any_scene.manager.id)
    (event,) = rows(any_scene, Event)
    assert (event.kind, event.facts["before"]["words"]) == ("touch_deleted", "Called Ruth")
    post = line(any_scene, logged.id)
    assert (post.facts["outcome"], post.facts["ended_by"], post.facts["words"]) == ("deleted", "Mona", "")
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        assert touchpoints.of_account(work, any_scene.account.id) == []


def test_a_message_whose_touch_was_deleted_can_be_logged_again(any_scene):
    first = log(any_scene, source_key=SOURCE)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        touchpoints.delete(work, first.id, any_scene.owner.id)
    again = log(any_scene, source_key=SOURCE, words="Again", now=NOW + timedelta(hours=1))
    assert again.is_new and again.id == first.id
    (row,) = rows(any_scene)
    assert (row.words, row.deleted_at, row.created_at) == ("Again", None, NOW + timedelta(hours=1))
    assert line(any_scene, again.id).facts["outcome"] == "logged"


@pytest.mark.parametrize(
    ("minutes", "by", "via", "undone"),
    [
        (10, "owner", "reaction", True),
        (11, "owner", "reaction", False),
        (1, "support", "reaction", False),
        (1, "owner", "message", False),
    ],
)
def test_taking_the_reaction_back_undoes_it_within_ten_minutes(scene, minutes, by, via, undone):
    log(scene, source_key=SOURCE, via=via)
    with scene.db.transaction() as session:
        then = NOW + timedelta(minutes=minutes)
        found = touchpoints.undo(Work(session, scene.workspace, then), SOURCE, getattr(scene, by).id)
    assert (found is not None) is undone
    assert (rows(scene)[0].deleted_at is not None) is undone
    assert [event.kind for event in rows(scene, Event)] == (["touch_undone"] if undone else [])


def test_what_someone_has_worded_since_is_not_undone(scene):
    logged = log(scene, source_key=SOURCE, via="reaction")
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        to = changed(scene, words="My own words")
        touchpoints.edit(work, logged.id, to, scene.owner.id)
        assert not touchpoints.undo(work, SOURCE, scene.owner.id)


def test_authors_and_managers_may_change_it_and_others_are_told_who_may(scene):
    logged = log(scene, by_id=scene.support.id, logged_by_id=scene.owner.id)
    with scene.db.transaction() as session:
        other = make_member(session, session.get_one(Workspace, scene.workspace), "Otto")
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        for member in (scene.owner, scene.support, scene.manager):
            touchpoints.require_author(work, person(scene, member), logged.id)
        with pytest.raises(NotForYou, match="Dana, who logged it, or a manager"):
            touchpoints.require_author(work, person(scene, other), logged.id)
        with pytest.raises(NotForYou):
            stranger = replace(person(scene, scene.owner), is_outsider=True)
            touchpoints.require_author(work, stranger, logged.id)


def test_the_last_touches_of_an_account_come_newest_first(scene):
    log(scene, words="old", at=datetime(2026, 1, 1, tzinfo=UTC))
    log(scene, words="new")
    log(scene, words="note", kind="note", at=datetime(2026, 2, 1, tzinfo=UTC))
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        found = touchpoints.of_account(work, scene.account.id)
        assert [touch.words for touch in found] == ["new", "note", "old"]
        assert found[0].by.name == "Dana"
