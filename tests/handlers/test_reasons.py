"""Why am I seeing this?, as a rep and as a manager read it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.core.policy import default_policy, policy_numbers
from bot.message_samples import samples
from bot.models import Workspace
from bot.renewals.facts import ThreadLine
from bot.renewals.line_codes import Line
from bot.slack.renderers import render
from bot.workspace.reasons import RULES
from tests.handlers.conftest import DANA, HELEN, World, choose_menu, text_of

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
    assert "*100, 50* days before the deadline (your workspace's setting)" in words and "(the default)" in words
    view = world.view(HELEN)
    assert world.post("action", user=HELEN, view_id=view["id"], action_id="help.settings")["ok"]
    assert "Days and other numbers" in text_of(world.view(HELEN)["blocks"])


def test_the_question_of_a_pulse_tells_by_which_numbers_it_came(world: World) -> None:
    world.command(DANA, "C0ACME", "/pulse acme")
    world.settle()
    [card] = [m for m in world.messages("C0ACME", DANA) if m["text"].startswith("How is Acme Robotics doing?")]
    words = ask(world, DANA, "C0ACME", card)
    assert "Pulse every: *30* days (the default)" in words


@pytest.mark.parametrize("topic", list(RULES))
def test_every_rule_names_numbers_that_there_are(topic: str) -> None:
    assert set(RULES[topic].numbers) <= set(policy_numbers())  # type: ignore[index]
    assert all(hasattr(default_policy(), name) for name in RULES[topic].numbers)  # type: ignore[index]


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
