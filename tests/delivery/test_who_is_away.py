"""Whatever way a message takes into somebody's direct messages: not while they are away, but for their own acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.models import Member
from bot.posts.outgoing import OutgoingPost
from tests.delivery.rig import OWNER, START, Rig, card, line

NIGHT = 13
"""Hours after the rig's morning: ten at night."""


def away(rig: Rig, until: date | None) -> None:
    with rig.db.transaction() as session:
        session.get_one(Member, rig.people[OWNER]).away_until = until


def test_lines_of_a_card_that_had_to_go_to_the_owner_wait_for_their_return(any_rig: Rig) -> None:
    any_rig.channel("C000").is_ext_shared = True
    any_rig.want(card(1, "C000"))
    any_rig.run_out(timedelta(minutes=5))
    assert any_rig.direct(OWNER) == ["card 1 (shared)"]
    away(any_rig, any_rig.now.date() + timedelta(days=3))
    any_rig.want(line(1, 1))
    any_rig.run_out(timedelta(days=2))
    assert any_rig.direct(OWNER) == ["card 1 (shared)"]
    any_rig.run_out(timedelta(days=7))
    assert any_rig.direct(OWNER) == ["card 1 (shared)", "line 1"]


@pytest.mark.parametrize("kind", ["notice", "digest", "handoff", "follow_up", "pulse_reminder", "reminder"])
def test_no_kind_of_message_reaches_somebody_who_went_away_after_it_was_wanted(rig: Rig, kind: str) -> None:
    rig.pass_time(hours=NIGHT)
    rig.want(OutgoingPost("one", kind, {"text": "for the morning"}, recipient=OWNER))
    away(rig, rig.now.date() + timedelta(days=2))
    rig.run_out(timedelta(days=2))
    assert rig.direct(OWNER) == []
    rig.run_out(timedelta(days=7))
    assert rig.direct(OWNER) == ["for the morning"]


def own_hours(rig: Rig, start: str, end: str) -> None:
    with rig.db.transaction() as session:
        session.get_one(Member, rig.people[OWNER]).preferences = {"hours": [start, end]}


def test_a_message_that_comes_late_waits_for_its_readers_own_hours(any_rig: Rig) -> None:
    any_rig.want(OutgoingPost("one", "notice", {"text": "for the day"}, recipient=OWNER))
    own_hours(any_rig, "13:00", "16:00")
    any_rig.run_out(timedelta(hours=3))
    assert any_rig.direct(OWNER) == []
    any_rig.pass_time(hours=4 - (any_rig.now - START).total_seconds() / 3600)
    any_rig.work()
    any_rig.run_out(timedelta(minutes=1))
    assert any_rig.direct(OWNER) == ["for the day"]


def test_a_bot_that_was_down_all_day_speaks_to_nobody_at_night(rig: Rig) -> None:
    rig.want(OutgoingPost("one", "notice", {"text": "for the day"}, recipient=OWNER), card(1, "C000"))
    rig.pass_time(hours=NIGHT)
    rig.run_out(timedelta(hours=1))
    assert (rig.direct(OWNER), rig.said("C000")) == ([], ["card 1"])
    rig.run_out(timedelta(days=1))
    assert rig.direct(OWNER) == ["for the day"]
    assert rig.post("one").attempts == 0


def test_what_somebody_just_did_is_answered_at_once_at_night_and_while_they_are_away(rig: Rig) -> None:
    rig.want(replace(card(1, "C000"), channel=None, recipient=OWNER))
    rig.run_out(timedelta(minutes=5))
    away(rig, rig.now.date() + timedelta(days=3))
    rig.pass_time(hours=NIGHT)
    kept = replace(line(1, 1, "a reminder"), recipient=OWNER)
    rig.want(kept, replace(line(2, 1, "you snoozed it"), recipient=OWNER, by=OWNER))
    rig.run_out(timedelta(minutes=5))
    assert rig.direct(OWNER) == ["card 1", "you snoozed it"]
