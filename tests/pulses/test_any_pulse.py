"""Whatever people answer, change and leave out, in whatever order: what a round comes to, and what it gives away."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot import pulses
from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Member, PulseRound
from bot.pulses.facts import PulseCard
from bot.pulses.rules import Colour, alarms, round_value
from tests.examples import dear
from tests.factories import NOW, make_account, make_member, make_teammate, make_workspace
from tests.scenes.walking import said, walk

PEOPLE = 4
HALF_PAST_NINE = NOW.replace(hour=9, minute=30)
ANSWERS = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(Colour), st.integers(0, 6)), max_size=12)
"""Who answers what, how many days after the round opened."""


def make_round(db: Database) -> tuple[int, int, list[Member]]:
    """A workspace with one account that four people keep, and its round."""
    with db.transaction() as session:
        workspace = make_workspace(session)
        people = [make_member(session, workspace, f"Person {n}") for n in range(PEOPLE)]
        account = make_account(session, workspace, owner_id=people[0].id)
        for member, role in zip(people[1:], ("support_lead", "implementation", "helped_win"), strict=True):
            make_teammate(session, account, member, role)
        return workspace.id, pulses.start(Work(session, workspace.id, HALF_PAST_NINE), account.id, None), people


@dear(25)
@given(ANSWERS)
def test_the_last_answer_of_each_counts_and_none_shows_before_the_end(db: Database, answers: list) -> None:
    workspace, round_id, people = make_round(db)
    last: dict[int, Colour] = {}
    now = HALF_PAST_NINE
    for who, colour, days in sorted(answers, key=lambda answer: answer[2]):
        walk(db, workspace, now, HALF_PAST_NINE + timedelta(days=days))
        now = HALF_PAST_NINE + timedelta(days=days, hours=1)
        with Work.writing(db, workspace, now) as work:
            pulses.answer(work, round_id, people[who].id, pulses.GivenAnswer(colour, ("Price",), "Hidden words"))
        last[who] = colour
        told = said(db, workspace)
        if len(last) < PEOPLE:
            # Only a red answer does not wait, and only for whom it is told at once.
            shown = str([one.facts for one in told if one.kind != "pulse_red"])
            assert "Hidden words" not in shown and "Price" not in shown and "'red'" not in shown
        assert {one.place for one in told if one.kind == "pulse_red"} <= {people[0].slack_id}
    walk(db, workspace, now, HALF_PAST_NINE + timedelta(days=14))
    with db.reading() as session:
        value = session.scalars(select(PulseRound.value).where(PulseRound.id == round_id)).one()
    assert value == round_value(list(last.values()))
    (card,) = said(db, workspace, "pulse_card")
    # Who was not named when it closed, since it was not red then, is asked alone once a correction makes it so.
    asked_in_thread = [one for one in said(db, workspace, "pulse_summary") if not one.facts["is_alone"]]
    assert {one["by"]["name"]: one["colour"] for one in card.facts["said"]} == {
        people[who].name: colour for who, colour in last.items()
    }
    assert [p.name for p in PulseCard.from_facts(card.facts).silent] == [
        people[n].name for n in silent(last, card.facts["asked"], people)
    ]
    assert card.facts["alarms"] == list(alarms(list(last.values())))
    assert [one.facts["alarms"] for one in asked_in_thread] in ([], [card.facts["alarms"]])
    assert asked_in_thread or not card.facts["alarms"]
    assert len(said(db, workspace, "pulse_reminder")) <= PEOPLE


def silent(last: dict[int, Colour], asked: list[dict[str, str]], people: list[Member]) -> list[int]:
    """Those who were asked and said nothing, in the order in which they were asked."""
    order = [next(n for n, member in enumerate(people) if member.slack_id == one["slack_id"]) for one in asked]
    return [n for n in order if n not in last]
