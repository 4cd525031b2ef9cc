"""One person's hours, however they are read; and what is scheduled within them is delivered at that very moment."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot import follow_ups
from bot.accounts import contacts
from bot.core.hours import Hours
from bot.db.work import Work
from bot.follow_ups import schedule as follow_up_schedule
from bot.handoffs import queries as handoff_queries
from bot.handoffs import schedule as handoff_schedule
from bot.models import Delivery, Handoff, Member, Post, Workspace
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.posts.queue import DuePost
from bot.pulses import respondents
from bot.renewals import view as renewal_view
from bot.workspace import context
from bot.workspace import hours as workspace_hours
from bot.workspace.presence import People
from tests.factories import NOW
from tests.scenes.scene import Scene
from tests.scenes.walking import said, walk
from tests.strategies import times, zones

MONDAY = date(2026, 3, 2)
# Holidays are known up to 2035.
days = st.dates(date(2022, 1, 1), date(2032, 12, 31))
moments = st.datetimes(datetime(2022, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))
countries = st.sampled_from(["", "DE", "US", "SA", "IN", "XX"])


@st.composite
def kept(draw: st.DrawFn) -> tuple[str, str, str | None, date | None]:
    """What is stored of a person's hours."""
    start, end = sorted(draw(st.sets(times, min_size=2, max_size=2)))
    own = draw(st.sampled_from((None, "[]", f'["{start:%H:%M}", "{end:%H:%M}"]')))
    return draw(zones), draw(countries), own, draw(st.none() | days)


def direct(one: tuple[str, str, str | None, date | None]) -> DuePost:
    """A message that only this person reads."""
    filled: dict[str, Any] = {field.name: None for field in fields(DuePost)}
    names = ("reader_zone", "reader_country", "reader_own_hours", "reader_away_until")
    return DuePost(
        **{**filled, "place": "D1", "reader": "U1", "reader_known": True, **dict(zip(names, one, strict=True))}
    )


@given(kept(), zones, countries, st.lists(times, min_size=2, max_size=2), moments, st.integers(0, 20))
def test_a_moment_that_scheduling_chooses_is_always_one_at_which_delivery_sends(one, zone, country, posted, now, n):
    alert, pulse = (f"{at:%H:%M}" for at in posted)
    workspace = workspace_hours.of_workspace(zone, country, {"*": {"alert_time": alert}, "mid": {"pulse_time": pulse}})
    for start in posted:
        hours = workspace.of(*one).starting(start)
        for chosen in (hours.next_open(now), hours.morning(now.date()), hours.next_morning(now, n)):
            assert direct(one).not_before(workspace, chosen) == chosen


@given(kept(), moments)
def test_what_delivery_keeps_back_it_sends_at_the_moment_it_says(one, now) -> None:
    workspace = workspace_hours.of_workspace("UTC", "", {})
    at = direct(one).not_before(workspace, now)
    assert direct(one).not_before(workspace, at) == at >= now


def test_whose_country_counts_for_a_persons_days_off() -> None:
    unity_day = datetime(2025, 10, 3, 10, tzinfo=UTC)
    german, saudi = workspace_hours.of_workspace("UTC", "DE", {}), workspace_hours.of_workspace("UTC", "SA", {})
    assert not german.hours.is_open(unity_day)
    assert not german.of("UTC", None).is_open(unity_day), "the workspace's where the zone names none"
    assert not german.of("UTC", "").is_open(unity_day)
    assert german.of("UTC", "FR").is_open(unity_day), "their own before all others"
    assert not saudi.of("UTC", "de").is_open(unity_day)
    assert not saudi.of("Europe/Berlin", "").is_open(unity_day)
    assert saudi.of("Europe/Paris", None).is_open(unity_day), "their zone's before the workspace's"
    assert not saudi.of(None, "FR").is_open(unity_day), "nobody is at work when the workspace is not"
    assert not saudi.of("", "").is_open(unity_day)


def test_own_hours_go_before_the_workspaces_and_two_empty_ones_are_none() -> None:
    workspace = workspace_hours.of_workspace("UTC", "", {"*": {"alert_time": "07:00"}})
    for own, starts in (('["11:00", "12:00"]', 11), ("[]", 7), (None, 7), ('["11:00"]', 7)):
        assert workspace.of("UTC", "", own).morning(MONDAY) == datetime(2026, 3, 2, starts, tzinfo=UTC)
    assert workspace.of("UTC", "", None, MONDAY).is_away(datetime(2026, 3, 2, 23, tzinfo=UTC))


def test_only_what_one_person_reads_and_did_not_cause_waits_for_them() -> None:
    workspace = workspace_hours.of_workspace("UTC", "", {})
    night = datetime(2026, 3, 2, 22, tzinfo=UTC)
    values = {field.name: getattr(direct(("UTC", "", None, None)), field.name) for field in fields(DuePost)}
    for change in ({"place": "C1"}, {"kind": "answer"}, {"caused_by": "U1"}, {"reader_known": False}):
        assert DuePost(**{**values, **change}).not_before(workspace, night) == night
    assert DuePost(**{**values, "caused_by": "U2"}).not_before(workspace, night) > night


def own_hours(scene: Scene, member: Member, start: str, end: str, **values: Any) -> None:
    with scene.db.transaction() as session:
        found = session.get_one(Member, member.id)
        found.preferences = {**found.preferences, "hours": [start, end]}
        for name, value in values.items():
            setattr(found, name, value)


def test_every_way_of_reading_a_person_gives_the_same_hours(any_scene: Scene) -> None:
    zone = {"timezone": "Asia/Riyadh", "away_until": MONDAY}
    own_hours(any_scene, any_scene.owner, "08:30", "13:00", **zone)
    any_scene.contract(date(2026, 8, 1))
    any_scene.plan()
    who, workspace, account = any_scene.owner, any_scene.workspace, any_scene.account
    with Work.writing(any_scene.db, workspace, NOW) as work:
        step = follow_ups.add(work, account.id, who.id, "Call them", MONDAY, False, "test", who.id)
        filled = {**dict.fromkeys(("promised", "expects", "risks", "first", "gaps"), ""), "state": "waiting"}
        people = {"giver_id": any_scene.support.id, "receiver_id": who.id, "direction": "to_support"}
        given_away = Handoff(workspace_id=workspace, account_id=account.id, created_at=NOW, **people, **filled)
        work.session.add(given_away)
        work.session.flush()
        ws = context.of(work)
        read: list[Hours] = [
            workspace_hours.of_person(work, who.id),
            workspace_hours.of_people(work, [who.slack_id])[who.slack_id],
            People(work).at(NOW)[who.id].hours,
            respondents.by_ids(work, [who.id])[who.id].hours,
            respondents.of_accounts(work, [account.id])[account.id][0].hours,
            follow_up_schedule.load(work, [step])[step].owner,
        ]
        of_account = [
            contacts.load(work, [account.id])[account.id].hours(ws),
            renewal_view.load(work, [any_scene.first])[any_scene.first].hours(ws),
        ]
        receiver = handoff_queries.read(work, given_away.id)
        assert receiver is not None
        reminded = handoff_schedule.hours(ws, receiver, handoff_schedule.REMINDER)
    # Riyadh is free on Friday and Saturday, and three hours ahead of UTC.
    back = datetime(2026, 3, 3, 5, 30, tzinfo=UTC)
    assert {hours.next_open(NOW) for hours in read} == {back}
    assert {hours.next_open(NOW) for hours in of_account} == {NOW}, "while they are away somebody stands in"
    friday = datetime(2026, 3, 6, 8, tzinfo=UTC)
    sunday = datetime(2026, 3, 8, 5, 30, tzinfo=UTC)
    assert {hours.next_open(friday) for hours in read} == {sunday}
    assert of_account[0].next_open(friday) == sunday
    # Alerts come at nine.
    assert of_account[1].next_open(friday) == reminded.next_open(friday) == sunday + timedelta(minutes=30)


def test_an_account_speaks_within_its_owners_own_hours(any_scene: Scene) -> None:
    own_hours(any_scene, any_scene.owner, "13:00", "16:00")
    any_scene.contract(date(2026, 8, 1), notice_days=30)
    any_scene.plan()
    walk(any_scene.db, any_scene.workspace, NOW, NOW + timedelta(days=40))
    assert [f"{one.at:%m-%d %H:%M}" for one in said(any_scene.db, any_scene.workspace)] == [
        "03-04 13:00",
        "04-03 13:00",
    ]


def test_an_account_without_an_owner_keeps_to_the_workspaces_hours(scene: Scene) -> None:
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        found = work.session.get_one(Workspace, scene.workspace)
        found.timezone, found.country = "Europe/Berlin", "SA"
        account = contacts.load(work, [scene.account.id])[scene.account.id]
        account = account._replace(owner_zone=None, owner_slack=None, owner_country=None)
        work.session.flush()
        hours = account.hours(context.of(work))
    assert hours.next_open(datetime(2026, 3, 6, 10, tzinfo=UTC)) == datetime(2026, 3, 8, 8, tzinfo=UTC)


@pytest.mark.parametrize(("alert", "spoken"), [("07:00", (7, 0)), ("18:30", (18, 30))])
def test_what_a_workspace_wants_said_early_or_late_is_not_kept_until_the_usual_hours(
    scene: Scene, alert: str, spoken: tuple[int, int]
) -> None:
    at = NOW.replace(hour=spoken[0], minute=spoken[1])
    with Work.writing(scene.db, scene.workspace, at) as work:
        work.session.get_one(Workspace, scene.workspace).policy = {"*": {"alert_time": alert}}
        work.session.flush()
        assert context.of(work).hours.starting(at.time()).morning(MONDAY) == at
        outgoing.put(work, [OutgoingPost("one", "notice", {}, recipient=scene.owner.slack_id)])
        assert work.session.scalars(select(Delivery.due_at).join(Post).where(Post.key == "one")).one() == at
