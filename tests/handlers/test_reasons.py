"""Why am I seeing this?, as a rep and as a manager read it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from bot.core.days import spoken_day
from bot.core.policy import default_policy, policy_numbers
from bot.db.work import Work
from bot.features import FEATURES
from bot.models import SettingChange, Workspace
from bot.registry import Feature
from bot.renewals.facts import ThreadLine
from bot.renewals.line_codes import Line
from bot.slack.renderers import render
from bot.slack.samples import samples
from bot.workspace import members
from bot.workspace import settings as workspace_settings
from tests.handlers.conftest import DANA, HELEN, MARCO, PRIYA, World, choose_menu, text_of
from tests.handlers.test_follow_ups import direct_channel, log
from tests.handlers.test_handoffs import give

WHY = "Why am I seeing this?"


def ask(world: World, user: str, channel: str, message: dict[str, Any]) -> str:
    """What the modal says."""
    assert choose_menu(world, user, channel, message, WHY)["ok"]
    return text_of(world.view(user)["blocks"])


def test_a_rep_reads_rule_numbers_and_next_reminder_and_whom_to_ask(both: World) -> None:
    words = ask(both, DANA, "C0ACME", both.card("C0ACME", DANA))
    assert "*Acme Robotics*" in words and "This came" in words and "Next reminder" in words
    rungs = ", ".join(str(days) for days in default_policy("enterprise").rungs)
    assert f"*{rungs}* days before the deadline (the default)" in words
    assert "To change the numbers, ask a manager." in words and "help.settings" not in words


def test_a_manager_reads_whose_the_numbers_are_and_changes_them_from_there(world: World) -> None:
    with world.bot.db.transaction() as session:
        session.query(Workspace).one().policy = {"*": {"rungs": [100, 50]}}
    words = ask(world, HELEN, "C0ACME", world.card("C0ACME", HELEN))
    assert (
        "*100, 50* days before the deadline (set before it was kept who sets a number)" in words
        and "(the default)" in words
    )
    view = world.view(HELEN)
    assert world.post("action", user=HELEN, view_id=view["id"], action_id="help.settings")["ok"]
    assert "Days and other numbers" in text_of(world.view(HELEN)["blocks"])


def test_who_set_a_number_stands_beside_it_and_who_did_before_that_was_kept_is_not_guessed(both: World) -> None:
    def set_number(tier: str, name: str, value: str, by: str) -> str:
        with Work.writing(both.bot.db, both.bot.workspace_id, both.slack.clock.now()) as work:
            person = members.find(work, by)
            assert person is not None
            workspace_settings.set_number(work, tier, name, value, person.id)
            return person.name

    with both.bot.db.transaction() as session:
        session.query(Workspace).one().policy = {"*": {"claimed_quiet_days": 9}}
    helen = set_number("*", "rungs", "100, 50", HELEN)
    set_number("*", "alert_time", "10:00", HELEN)
    set_number("*", "alert_time", "", HELEN)
    card = both.card("C0ACME", DANA)
    words = ask(both, DANA, "C0ACME", card)
    day = spoken_day(both.slack.clock.now().date(), both.slack.clock.now().date())
    assert f"*100, 50* days before the deadline (set by {helen} on {day})" in words
    assert "*9* days (set before it was kept who sets a number)" in words
    assert "*09:00*" in words and "(the default)" in words
    dana = set_number("enterprise", "rungs", "80", DANA)
    assert f"*80* days before the deadline (set by {dana} on {day})" in ask(both, DANA, "C0ACME", card)
    with both.bot.db.reading() as session:
        kept = session.scalars(select(SettingChange).order_by(SettingChange.id)).all()
        assert [(c.name, c.tier, c.old, c.new) for c in kept] == [
            ("rungs", "*", "", "100, 50"),
            ("alert_time", "*", "", "10:00"),
            ("alert_time", "*", "10:00", ""),
            ("rungs", "enterprise", "", "80"),
        ]


def test_the_question_of_a_pulse_tells_by_which_numbers_it_came(world: World) -> None:
    world.command(DANA, "C0ACME", "/pulse acme")
    world.settle()
    [card] = [m for m in world.messages("C0ACME", DANA) if m["text"].startswith("How is Acme Robotics doing?")]
    words = ask(world, DANA, "C0ACME", card)
    assert "Pulse every: *30* days (the default)" in words


@pytest.mark.parametrize(
    "feature", FEATURES, ids=lambda feature: ", ".join(kind.name for kind in feature.alerts) or "none"
)
def test_every_kind_of_alert_names_numbers_that_there_are_and_jobs_of_its_feature(feature: Feature) -> None:
    assert len({kind.name for kind in feature.alerts}) == len(feature.alerts)
    for kind in feature.alerts:
        assert set(kind.coming) <= set(feature.jobs)
        assert kind.why is not None or kind.wrong
        for name in kind.why.numbers if kind.why else ():
            assert name in policy_numbers() and hasattr(default_policy(), name)


def test_no_message_tells_who_sets_the_days() -> None:
    for one in samples("U1"):
        if one.form == "message":
            words = text_of(one.body["blocks"])  # type: ignore[arg-type]
            assert not re.search("[Mm]anagers (set|change)|Change the days", words), one.kind


def test_a_reminder_in_a_thread_and_one_told_directly_can_be_asked_too() -> None:
    details = {"as_of": "2026-03-02", "deadline": "2026-04-21", "days_left": "50"}
    line = ThreadLine(Line.RUNG, "Acme", None, None, details, 7)
    reminder = render("reminder", {"line": line.to_facts(), "renewal_id": 7})
    for message in (render("story_line", line.to_facts()), reminder):
        assert WHY in text_of(message.blocks)


ALERTS = (
    "renewal_card",
    "pulse_card",
    "pulse_reminder",
    "pulse_red",
    "pulse_summary",
    "pulse_untouched",
    "health_prompt",
    "health_alert",
    "handoff",
    "escalations",
)


@pytest.mark.parametrize("kind", ALERTS)
def test_every_alert_can_be_asked_why_it_came(kind: str) -> None:
    shown = [text_of(one.body["blocks"]) for one in samples("U1") if one.form == "message" and one.kind == kind]  # type: ignore[arg-type]
    assert shown and any(WHY in words for words in shown)


def test_who_is_reminded_of_a_handoff_reads_what_comes_next_of_this_one(world: World) -> None:
    give(world)
    world.settle()
    give(world, to=MARCO, by=HELEN, channel="C0DELTA")
    world.settle()
    talk = direct_channel(world, PRIYA)
    [card] = [m for m in world.direct(PRIYA) if "hands Acme Robotics over" in m["text"]]
    words = ask(world, PRIYA, talk, card)
    assert "Next on Wed 4 Mar: reminder of the handoff, if it still waits by then." in words


def test_a_pulse_and_a_follow_up_say_what_comes_next(world: World) -> None:
    world.command(DANA, "C0ACME", "/pulse acme")
    world.settle()
    [card] = [m for m in world.messages("C0ACME", DANA) if m["text"].startswith("How is Acme Robotics doing?")]
    assert "Next on Wed 4 Mar: reminder of the pulse." in ask(world, DANA, "C0ACME", card)
    log(world)
    [told] = [m for m in world.direct(PRIYA) if "Send the plan" in m["text"]]
    words = ask(world, PRIYA, direct_channel(world, PRIYA), told)
    assert "Next on Fri 6 Mar: a follow-up is due." in words and "by a day" in words
