"""The rule of audience as a table: who reads there, and what becomes of a message."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import select

from bot.core.audience import Audience, Unknown, Why, closed
from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Channel
from bot.posts.audience import About, Ask, Decision, Drop, Reroute, Send, decide, elsewhere
from bot.workspace import channels
from tests.factories import NOW, make_channel, make_workspace

OPEN = Audience(is_shared=False, has_guests=False)
SHARED, GUESTS = replace(OPEN, is_shared=True), replace(OPEN, has_guests=True)
ARCHIVED = replace(OPEN, is_archived=True)
TO_ONE = Audience(is_direct=True, is_ours=True)
CARD = About(owner="U1", by="U9")
NEWS = replace(CARD, is_news=True)


@pytest.mark.parametrize(
    ("message", "audience", "guests_may_read", "decided"),
    [
        (CARD, OPEN, False, Send()),
        (CARD, Audience(), False, Ask(Unknown.CHANNEL)),
        (CARD, replace(OPEN, has_guests=None), False, Ask(Unknown.MEMBERS)),
        (CARD, replace(OPEN, has_guests=None), True, Send()),
        (CARD, SHARED, True, Reroute("U1", (), Why.SHARED)),
        (CARD, GUESTS, False, Reroute("U1", (), Why.GUEST)),
        (CARD, GUESTS, True, Send()),
        (CARD, ARCHIVED, True, Reroute("U1", (), Why.UNREACHABLE)),
        (replace(CARD, each=("U1", "U2")), GUESTS, False, Reroute("U1", ("U2",), Why.GUEST)),
        (About(each=("U2",)), SHARED, False, Reroute(None, ("U2",), Why.SHARED)),
        (About(), SHARED, False, Drop(Why.SHARED, is_loss=True)),
        (replace(CARD, is_over=True), SHARED, False, Drop(Why.SHARED)),
        (replace(CARD, by="U1"), GUESTS, False, Reroute("U1", (), Why.GUEST)),
        (NEWS, SHARED, False, Reroute("U1", (), Why.SHARED)),
        (replace(NEWS, by="U1"), SHARED, False, Drop(Why.SHARED)),
        (replace(NEWS, by="U1"), GUESTS, False, Drop(Why.GUEST)),
        (replace(NEWS, by="U1"), OPEN, False, Send()),
        (replace(NEWS, owner=None), GUESTS, False, Drop(Why.GUEST)),
        (About(reader="U1"), TO_ONE, False, Send()),
        (About(reader="U1", by="U1"), TO_ONE, False, Send()),
        (About(reader="U1", by="U1", is_news=True), TO_ONE, False, Drop()),
        (About(reader="U1", by="U2", is_news=True), TO_ONE, False, Send()),
        (About(reader="U1"), replace(TO_ONE, is_ours=None), True, Ask(Unknown.PERSON)),
        (About(reader="U1", owner="U2"), replace(TO_ONE, is_ours=False), True, Drop(Why.OUTSIDER, is_loss=True)),
        (About(reader="U1", owner="U2"), replace(TO_ONE, is_known=False), True, Drop(Why.STRANGER, is_loss=True)),
        (About(), Audience(), True, Ask(Unknown.CHANNEL)),
        (About(), SHARED, True, Drop(Why.SHARED, is_loss=True)),
    ],
)
def test_what_becomes_of_a_message(
    message: About, audience: Audience, guests_may_read: bool, decided: Decision
) -> None:
    assert decide(message, audience, guests_may_read) == decided


@pytest.mark.parametrize("why", list(Why))
def test_only_a_message_that_nobody_would_miss_is_dropped_without_a_word(why: Why) -> None:
    for owner, by, each, is_news, is_over in product(
        (None, "U1"), (None, "U1", "U2"), ((), ("U3",)), *[(False, True)] * 2
    ):
        found = elsewhere(About(owner, by=by, each=each, is_news=is_news, is_over=is_over), why)
        if found == Drop(why):
            assert is_over or (is_news and owner in (None, by))
        elif isinstance(found, Drop):
            assert owner is None and not each


def test_nobody_but_the_team_ever_reads_in_a_place_that_counts_as_open() -> None:
    flags = (None, False, True)
    for shared, guests, may_read in product(flags, flags, (False, True)):
        if closed(Audience(is_shared=shared, has_guests=guests), may_read) is None:
            assert shared is False
            assert guests is False or may_read


def test_what_sql_takes_for_read_by_others_is_what_the_rule_says(db: Database) -> None:
    with db.transaction() as session:
        workspace = make_workspace(session)
        flags = list(product((False, True), repeat=3))
        for n, (shared, guests, archived) in enumerate(flags):
            make_channel(session, workspace, f"C{n}", is_shared=shared, has_guests=guests, is_archived=archived)
        why = channels.why_closed(Work(session, workspace.id, NOW))
        mine = (Channel.workspace_id == workspace.id, channels.read_by_others(Channel))
        others = set(session.scalars(select(Channel.slack_id).where(*mine)))
        for n, (shared, guests, archived) in enumerate(flags):
            assert why.get(f"C{n}") == closed(Audience(shared, guests, archived), guests_may_read=False)
            assert (f"C{n}" in others) == (closed(Audience(shared, guests), guests_may_read=False) is not None)
        assert set(channels.why_closed(Work(session, workspace.id, NOW), ["C1", "C4"])) == {"C1", "C4"}
        assert channels.closed_to_us(Work(session, workspace.id, NOW)) == set(why)
        other = make_workspace(session, team_id="T0OTHER")
        assert channels.why_closed(Work(session, other.id, NOW)) == {}
