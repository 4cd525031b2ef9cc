"""`/time` as people meet it: one's own touches for nobody else's eyes; a team's together, for its manager."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import models
from bot.db.work import Work
from tests.factories import NOW
from tests.handlers.conftest import DANA, HELEN, KIM, MARCO, PRIYA, RUTH, TOMAS, World
from tests.scenes.learning import days_ago, make_touch


@pytest.fixture
def logged(world: World) -> World:
    """Dana touched Acme four times in a year, Marco Deltaforge once; nobody reports to anybody yet."""
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        people = {one.slack_id: one.id for one in work.session.scalars(work.select(models.Member))}
        accounts = {one.name: one for one in work.session.scalars(work.select(models.Account))}
        for days, purpose in ((10, "renewal"), (75, "renewal"), (100, "nurture"), (300, "")):
            make_touch(work.session, accounts["Acme Robotics"], days_ago(days), by_id=people[DANA], purpose=purpose)
        make_touch(work.session, accounts["Deltaforge Steel"], days_ago(3), by_id=people[MARCO], purpose="support")
    return world


def led_by_helen(world: World, *users: str) -> None:
    with world.bot.db.transaction() as session:
        helen = session.query(models.Member.id).filter_by(slack_id=HELEN).scalar()
        session.execute(update(models.Member).where(models.Member.slack_id.in_(users)).values(manager_id=helen))


def asked(world: World, user: str, words: str = "", channel: str = "C0ALERTS") -> str:
    world.command(user, channel, f"/time {words}".strip())
    return str(world.whispers(channel, user)[-1]["text"])


def test_ones_own_time_by_customer_purpose_and_quarter(logged: World) -> None:
    said = asked(logged, DANA)
    assert said.splitlines() == [
        "Where your time went, by touches, Mon 3 Mar 2025 to Mon 2 Mar 2026. Only you see this.",
        "Customers: existing 0 % (0) · new 100 % (4)",
        "By purpose (existing / new / share): renewal 0 / 2 / 50 % · none given 0 / 1 / 25 % · nurture 0 / 1 / 25 %",
        "At the end of a quarter: too few to say; it needs 30 touches, a quarter's last two weeks and four other "
        "weeks.",
        "New: before their first contract, and in its first 12 months. The field's 18 % and 44 %, as Invesp quotes a "
        "survey without its year: 18 % of companies put more weight on keeping customers, 44 % on winning new ones. "
        "These are shares of companies, not of touches.",
    ]


def test_ones_own_figures_are_visible_to_nobody_else(logged: World) -> None:
    asked(logged, DANA)
    for user in (MARCO, PRIYA, HELEN, TOMAS):
        assert not [m for m in logged.messages("C0ALERTS", user) if "Where your time went" in m["text"]]
    assert "You have logged no touch" in asked(logged, PRIYA)
    assert "support 0 / 1 / 100 %" in asked(logged, MARCO) and "renewal" not in asked(logged, MARCO)
    assert "You have logged no touch" in asked(logged, HELEN)


def test_in_a_shared_channel_the_answer_is_read_by_who_asked_alone(logged: World) -> None:
    logged.command(DANA, "C0MERIDIAN", "/time")
    logged.settle()
    assert any("Where your time went" in one["text"] for one in logged.direct(DANA))
    assert not any("Where your time went" in one["text"] for one in logged.whispers("C0MERIDIAN", DANA))
    for user in (RUTH, MARCO, HELEN):
        seen = [*(logged.messages("C0MERIDIAN", user) if user == RUTH else []), *logged.direct(user)]
        assert not any("Where your time went" in one["text"] for one in seen)


def test_what_was_logged_this_evening_counts_today_wherever_the_evening_is(logged: World) -> None:
    """In Honolulu it is Sunday evening while the workspace's Monday has begun."""
    with Work.writing(logged.bot.db, logged.bot.workspace_id, NOW) as work:
        dana = work.session.scalars(work.select(models.Member).where(models.Member.slack_id == DANA)).one()
        dana.timezone = "Pacific/Honolulu"
        acme = work.session.scalars(work.select(models.Account).where(models.Account.name == "Acme Robotics")).one()
        make_touch(work.session, acme, NOW - timedelta(minutes=30), by_id=dana.id, purpose="pulse")
    said = asked(logged, DANA)
    assert "to Sun 1 Mar 2026" in said and "pulse 0 / 1 / 20 %" in said


def test_a_rep_gets_no_teams_figures(logged: World) -> None:
    for user in (DANA, MARCO, PRIYA):
        assert asked(logged, user, "team") == (
            "A team's time is for its manager. `/time` shows your own, which only you see."
        )


def test_a_manager_reads_the_teams_together_and_never_one_persons(logged: World) -> None:
    led_by_helen(logged, DANA, PRIYA)
    alone = asked(logged, HELEN, "team")
    assert alone.endswith("Too few to say. They are one person's, who alone sees them.")
    assert "renewal" not in alone and "4" not in alone
    led_by_helen(logged, MARCO)
    said = asked(logged, HELEN, "team")
    assert "2 people." in said and "renewal 0 / 2 / 40 %" in said and "support 0 / 1 / 20 %" in said
    assert "Dana" not in said and "Marco" not in said


def test_a_manager_of_nobody_reads_everybody_elses(logged: World) -> None:
    said = asked(logged, TOMAS, "team")
    assert said.startswith("Where everybody else's time went") and "Nobody reports to you here." in said


def test_outsiders_learn_nothing(logged: World) -> None:
    for user, channel in ((KIM, "C0RANDOM"), (RUTH, "C0MERIDIAN")):
        for words in ("", "team"):
            logged.command(user, channel, f"/time {words}".strip())
        assert not [m for m in logged.whispers(channel, user) if "touch" in m["text"]]


def test_another_word_is_told_what_to_write(logged: World) -> None:
    assert asked(logged, DANA, "marco").startswith("I do not know “marco” here. Write `/time`")
