"""Slack accepts a message long after somebody else has answered for it: it stands once, and none is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.models import DeliveryDoubt
from tests.delivery.rig import OWNER, Rig, card, line

KINDS = ("http_504_late", "http_500_late", "drop_reply_late")
BEFORE_IT_IS_SENT_ANEW = (0.5, 3, 5, 19, 25, 38)
LATER = (45, 100, 400, 1500)


def doubts(rig: Rig) -> int:
    with rig.db.reading() as session:
        return session.scalar(select(func.count()).select_from(DeliveryDoubt)) or 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seconds", BEFORE_IT_IS_SENT_ANEW)
def test_what_slack_accepts_within_forty_seconds_is_never_said_twice(rig: Rig, kind: str, seconds: float) -> None:
    rig.break_next("chat.postMessage", kind, seconds=seconds)
    rig.want(card(1, "C000"))
    rig.run_out(timedelta(hours=2))
    assert rig.said("C000") == ["card 1"]
    assert len(rig.calls("chat.postMessage")) == 1
    assert rig.post("renewal:1:card").ts in rig.channel("C000").messages


@pytest.mark.parametrize("seconds", LATER)
def test_what_slack_accepts_after_it_was_sent_anew_is_taken_away(any_rig: Rig, seconds: float) -> None:
    any_rig.want(card(1, "C000"), card(2, "C001"))
    any_rig.run_out()
    any_rig.break_next("chat.postMessage", "http_504_late", times=2, seconds=seconds)
    any_rig.want(card(3, "C000"), line(1, of=2))
    any_rig.run_out(timedelta(hours=2))
    assert any_rig.said("C000") == ["card 1", "card 3"]
    assert any_rig.said("C001") == ["card 2", "line 1"]
    assert any_rig.post("renewal:3:card").ts in any_rig.channel("C000").messages
    assert doubts(any_rig) == 0


def test_a_late_message_that_comes_before_the_next_try_is_adopted(rig: Rig) -> None:
    rig.break_next("chat.postMessage", "http_504_late", seconds=60)
    rig.break_next("chat.postMessage", "error:service_unavailable", times=8)
    rig.want(card(1, "C000"))
    rig.run_out(timedelta(hours=3))
    assert rig.said("C000") == ["card 1"]
    assert rig.post("renewal:1:card").state == "sent"


def test_what_never_arrived_is_sent_anew_and_nothing_of_ours_is_taken_away(rig: Rig) -> None:
    rig.break_next("chat.postMessage", "http_500_before", times=2)
    rig.want(card(1, "C000"))
    rig.run_out(timedelta(hours=2))
    assert rig.said("C000") == ["card 1"]
    assert (rig.calls("chat.delete"), doubts(rig)) == ([], 0)


def test_a_late_message_in_a_channel_that_became_shared_is_taken_away_there(rig: Rig) -> None:
    rig.break_next("chat.postMessage", "http_504_late", seconds=90)
    rig.want(card(1, "C000"))
    rig.work()
    for _ in range(10):
        rig.pass_time(seconds=5)
        rig.work()
    assert rig.said("C000") == ["card 1"], "sent anew"
    rig.channel("C000").is_ext_shared = True
    rig.want(card(1, "C000", "newer"))
    rig.pass_time(minutes=6)
    rig.run_out(timedelta(hours=2))
    assert rig.said("C000") == []
    assert rig.direct(OWNER) == ["newer (shared)"]


def test_many_late_and_lost_answers_at_once_leave_each_message_once(any_rig: Rig) -> None:
    for kind in KINDS:
        for seconds in (3, 25, 70):
            any_rig.break_next("chat.postMessage", kind, times=3, seconds=seconds)
    any_rig.want(*(card(n, f"C{n % 10:03}") for n in range(40)), *(line(n, of=n) for n in range(40)))
    any_rig.run_out(timedelta(hours=2))
    expected = sorted([f"card {n}" for n in range(40)] + [f"line {n}" for n in range(40)])
    assert sorted(any_rig.everything_said()) == expected
