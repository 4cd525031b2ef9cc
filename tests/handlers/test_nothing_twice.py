"""A month: no digest says what the last one said, nothing is said twice at once, and proposals do not pile up."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from bot.models import Member
from bot.sandbox.stepping import step_to
from tests.handlers.conftest import DANA, HELEN, MARCO, MONDAY, PRIYA, World, in_days, without_pulses
from tests.handlers.test_home import member, owe
from tests.handlers.test_nurture import add, due
from tests.handlers.test_opportunities import sell, with_peers
from tests.handlers.test_referrals import good
from tests.noise import PROPOSALS, Heard, Listener, digests_that_repeat, piled_up, rows_that_repeat, said_twice

DAYS = 30


def heard_in(world: World) -> list[Heard]:
    """All that the bot says in these days, to people who asked for a digest each morning."""
    for who in (DANA, MARCO, PRIYA, HELEN):
        assert world.set_up_digest(who)["ok"]
    helen = member(world, HELEN).id
    with world.bot.db.transaction() as session:
        session.execute(update(Member).where(Member.slack_id.in_([DANA, MARCO, PRIYA])).values(manager_id=helen))
    for words, days in (("Call back", 4), ("Send the numbers", 9), ("Ask about the pumps", 20)):
        owe(world, words, in_days(days), is_promise=days == 9)
    listener = Listener(world.slack, world.bot)
    listener.listen()
    for day in range(1, DAYS):
        step_to(world.slack.clock, world.bot.driver, MONDAY + timedelta(days=day), listener.listen)
    return listener.heard


def test_no_digest_repeats_the_one_before_and_nobody_hears_the_same_twice_in_two_days(world: World) -> None:
    heard = heard_in(world)
    repeated, count = digests_that_repeat(heard)
    assert count > 5 and repeated == 0
    assert rows_that_repeat(heard) == []
    assert all(one.rows or "Logged for" in one.words for one in heard if one.kind == "digest")
    assert [(one.place, one.words) for one in said_twice(heard) if one.person] == []
    escalations = [(one.person, one.at.date()) for one in heard if one.person and one.kind == "escalations"]
    assert escalations and len(set(escalations)) == len(escalations)


def test_when_everything_speaks_for_one_account_its_owner_hears_of_one_thing_in_a_fortnight(world: World) -> None:
    without_pulses(world)
    listener = Listener(world.slack, world.bot)
    # Somebody is on the renewal: what nobody moves is escalated, and after that nothing is proposed.
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA), "renewal.claim")
    add(world)
    sell(world, "Meters")
    with_peers(world)
    good(world)
    due(world)
    for day in range(1, DAYS):
        step_to(world.slack.clock, world.bot.driver, MONDAY + timedelta(days=day), listener.listen)
    proposed = [one for one in listener.heard if one.account == "Acme Robotics" and one.kind in PROPOSALS]
    assert len({one.kind for one in proposed}) > 1 and piled_up(listener.heard) == []
