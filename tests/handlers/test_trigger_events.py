"""What happens at a customer: written down with `/insight`, told ahead of its day, changed, and taken off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot import models
from tests.handlers.conftest import DANA, HELEN, MARCO, PRIYA, World, choose_menu, text_of


def write(world: World, user: str = DANA, channel: str = "C0ACME", **values: Any) -> Any:
    """`/insight`, another kind chosen, and the form filled in."""
    world.command(user, channel, "/insight")
    world.choose(user, "insight_kind", "trigger")
    assert "words" not in world.fields(user)
    return world.submit(user, **values)


def told(world: World, user: str = DANA) -> list[dict[str, Any]]:
    """What the account's channel was told."""
    return [m for m in world.messages("C0ACME", user) if "📅" in m["text"] or "off the list" in m["text"]]


def go(world: World, *at: int) -> None:
    """The clock moves on to the morning of this day."""
    world.slack.clock.set(datetime(*at, 9, 30, tzinfo=UTC))  # type: ignore[misc]
    world.settle()


def library(world: World, user: str = DANA) -> dict[str, Any]:
    """`/insight list`."""
    world.command(user, "C0ACME", "/insight list")
    return world.whispers("C0ACME", user)[-1]


YEAR_END = {
    "what": "year_end",
    "on": "2026-04-30",
    "yearly": ["yes"],
    "matters": "What is not ordered by then waits a year",
    "prepare": "The price for the second plant",
}


def test_the_team_is_told_three_weeks_ahead_why_it_matters_and_what_to_prepare_each_year(world: World) -> None:
    refused = write(world, what="year_end")["errors"]
    assert set(refused) == {"on", "matters"}
    assert world.submit(DANA, **YEAR_END)["ok"] and world.no_view(DANA)
    assert told(world) == []
    go(world, 2026, 4, 9)
    (notice,) = told(world)
    assert "their year end on Thu 30 Apr, in 21 days." in notice["text"]
    assert "Why it matters to them: What is not ordered by then waits a year." in notice["text"]
    assert "Ready by then: The price for the second plant." in notice["text"]
    assert "Dana Whitlock wrote it down. It comes each year." in notice["text"]
    go(world, 2027, 4, 9)
    assert "Fri 30 Apr" in told(world)[-1]["text"] and len(told(world)) == 2
    choose_menu(world, PRIYA, "C0ACME", told(world)[-1], "Why am I seeing this?")
    assert "Ahead of what happens there: *21* days" in text_of(world.view(PRIYA)["blocks"])


def test_it_stands_in_the_story_and_in_the_timeline(world: World) -> None:
    assert write(world, **YEAR_END)["ok"]
    world.command(DANA, "C0ACME", "/account")
    card = world.whispers("C0ACME", DANA)[-1]
    world.press(DANA, "C0ACME", card, "account.timeline")
    shown = text_of(world.view(DANA)["blocks"])
    assert "wrote down what happens there: their year end, Thu 30 Apr, each year" in shown
    assert "What is not ordered by then waits a year" in shown


def test_its_day_moves_and_it_is_taken_off_the_list(world: World) -> None:
    assert write(world, **YEAR_END)["ok"]
    assert "Acme Robotics: their year end, Thu 30 Apr, in 59 days, each year" in library(world)["text"]
    choose_menu(world, DANA, "C0ACME", library(world), "Change…")
    assert world.submit(DANA, on="2026-03-20")["ok"]
    world.settle()
    (notice,) = told(world)
    assert "Fri 20 Mar, in 18 days" in notice["text"]
    choose_menu(world, HELEN, "C0ACME", notice, "Take off the list")
    world.settle()
    (notice,) = told(world)
    assert "is off the list. Helen Osei took it off." in notice["text"]
    assert "Coming up" not in library(world)["text"]


def said(world: World) -> list[str]:
    """All that Acme's channel reads of the year's end, in the order in which it was told."""
    return [m["text"] for m in world.messages("C0ACME", DANA) if "their year end" in m["text"]]


def test_a_notice_that_was_sent_hears_that_its_event_was_changed_and_moved(both: World) -> None:
    assert write(both, **YEAR_END)["ok"]
    go(both, 2026, 4, 9)
    choose_menu(both, DANA, "C0ACME", told(both)[0], "Change…")
    assert both.submit(DANA)["ok"]
    both.settle()
    assert "changed it since" not in told(both)[0]["text"]
    choose_menu(both, HELEN, "C0ACME", told(both)[0], "Change…")
    assert both.submit(HELEN, prepare="The price for <both> plants")["ok"]
    both.settle()
    (notice,) = told(both)
    assert "Ready by then: The price for &lt;both&gt; plants." in notice["text"]
    assert "Dana Whitlock wrote it down. Helen Osei changed it since. It comes each year." in notice["text"]
    # Another day, near enough to be told at once: each message says what holds.
    choose_menu(both, DANA, "C0ACME", notice, "Change…")
    assert both.submit(DANA, on="2026-04-20")["ok"]
    both.settle()
    before, now = said(both)
    assert before == (
        "Acme Robotics: their year end is on Mon 20 Apr, in 11 days now, not on Thu 30 Apr. "
        "Dana Whitlock changed its day."
    )
    assert "their year end on Mon 20 Apr, in 11 days." in now and "changed" not in now
    # And back again: nothing is said a third time.
    choose_menu(both, DANA, "C0ACME", told(both)[-1], "Change…")
    assert both.submit(DANA, on="2026-04-30")["ok"]
    both.settle()
    first, second = said(both)
    assert "their year end on Thu 30 Apr, in 21 days." in first
    assert "is on Thu 30 Apr, in 21 days now, not on Mon 20 Apr" in second
    # What was told of a year that has passed stays as it was.
    go(both, 2027, 4, 9)
    assert "Fri 30 Apr" in told(both)[-1]["text"]
    choose_menu(both, HELEN, "C0ACME", told(both)[-1], "Take off the list")
    both.settle()
    assert said(both)[:2] == [first, second] and "is off the list" in said(both)[2]


def test_what_was_told_at_the_wrong_account_is_off_its_list_and_told_at_the_right_one(world: World) -> None:
    assert write(world, **YEAR_END)["ok"]
    go(world, 2026, 4, 9)
    choose_menu(world, HELEN, "C0ACME", told(world)[0], "Change…")
    view = world.view(HELEN)
    found = world.post("suggest", user=HELEN, view_id=view["id"], action_id="account.find", value="bright")
    assert world.submit(HELEN, **{"account.find": found["options"][0]["value"]})["ok"]
    world.settle()
    (there,) = told(world)
    assert there["text"].endswith("is off the list. Helen Osei took it off.")
    (here,) = [m for m in world.messages("C0BRIGHT", DANA) if "📅" in m["text"]]
    assert "their year end on Thu 30 Apr" in here["text"] and "Helen Osei wrote it down" in here["text"]


def test_only_its_team_writes_one_down(world: World) -> None:
    world.command(MARCO, "C0ALERTS", "/insight")
    world.choose(MARCO, "insight_kind", "trigger")
    refused = world.submit(MARCO, what="freeze", on="2026-05-01", matters="No changes")
    assert set(refused["errors"]) == {"account.find"}
    view = world.view(MARCO)
    suggested = world.post("suggest", user=MARCO, view_id=view["id"], action_id="account.find", value="acme")
    account = suggested["options"][0]["value"]
    values = {"what": "freeze", "on": "2026-05-01", "matters": "No changes", "account.find": account}
    told = world.submit(MARCO, **values)
    assert "Only Acme Robotics's team can do that" in f"{told} {world.get(f'view?user={MARCO}')}"
    with world.bot.db.reading() as session:
        assert session.scalars(select(models.TriggerEvent)).all() == []


def test_the_library_is_listed_changed_and_retired_by_who_may(world: World) -> None:
    world.command(DANA, "C0ALERTS", "/insight A study on downtime https://example.com/a")
    assert world.submit(DANA, topics="downtime, audits", about_us=["yes"], goal="upsell", offer="Audit trail")["ok"]
    shown = library(world)
    assert (
        "A study on downtime. https://example.com/a (Article · for everyone · about downtime, audits · about us · "
        "interest in more of what they have · may lead to Audit trail · not proposed yet · by Dana Whitlock)"
    ) in shown["text"]
    assert "Retire" not in text_of(library(world, PRIYA)["blocks"])
    choose_menu(world, DANA, "C0ACME", library(world), "Change…")
    assert "day on which it takes place" in world.submit(DANA, insight_kind="webinar")["errors"]["valid_until"]
    assert world.submit(DANA, insight_kind="webinar", valid_until="2026-03-30", words="A webinar")["ok"]
    assert "A webinar. https://example.com/a (Webinar" in library(world)["text"]
    world.slack.clock.set(world.slack.clock.now() + timedelta(minutes=1))
    choose_menu(world, DANA, "C0ACME", library(world), "Retire")
    retired = world.whispers("C0ACME", DANA)[-1]
    assert "none yet" in library(world)["text"]
    world.press(DANA, "C0ACME", retired, "insight.restore")
    assert "A webinar" in library(world)["text"]


def test_after_an_outage_over_its_day_a_yearly_one_is_told_in_time_the_next_year(world: World) -> None:
    assert write(world, **YEAR_END)["ok"]
    go(world, 2026, 5, 5)
    assert told(world) == []
    with world.bot.db.reading() as session:
        due = session.scalars(
            select(models.JobRow.due_at).where(
                models.JobRow.kind == "trigger_event", models.JobRow.handled_at.is_(None)
            )
        ).one()
    assert due.date() == date(2027, 4, 9)
    go(world, 2027, 4, 9)
    assert len(told(world)) == 1
