"""Dismiss: wrong…, pressed: kept with who and why, answered with what helps, read by managers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.models import Dismissal
from tests.handlers.conftest import DANA, HELEN, World, choose_menu, text_of
from tests.slack.said import all_samples


def dismiss(world: World, user: str = DANA, channel: str = "C0ACME") -> None:
    assert choose_menu(world, user, channel, world.card(channel, user), "Dismiss: wrong…")["ok"]


def press(world: World, user: str, label: str, words: str = "") -> Any:
    """Press a reason, with words typed beside it."""
    view = world.view(user)
    [action_id] = [
        one["action_id"]
        for block in view["blocks"]
        if block["type"] == "actions"
        for one in block["elements"]
        if one["text"]["text"] == label
    ]
    values = {"words": {"words": words}} if words else {}
    return world.post("action", user=user, view_id=view["id"], action_id=action_id, values=values)


def kept(world: World) -> list[tuple[str, str, str]]:
    with world.bot.db.reading() as session:
        return [(d.subject, d.reason, d.words) for d in session.scalars(select(Dismissal).order_by(Dismissal.id))]


def test_one_press_keeps_what_is_wrong_and_answers_with_the_step_that_helps(both: World) -> None:
    before = both.card("C0ACME", DANA)["text"]
    dismiss(both)
    assert "What is wrong with this alert about *Acme Robotics*?" in text_of(both.view(DANA)["blocks"])
    assert press(both, DANA, "Wrong date", "It is 30 June")["ok"]
    receipt = text_of(both.view(DANA)["blocks"])
    assert "kept as *wrong date*: “It is 30 June”" in receipt and "Move the renewal date" in receipt
    assert kept(both) == [(f"renewal:{both.renewal('Acme Robotics').id}", "wrong_date", "It is 30 June")]
    both.settle()
    assert both.card("C0ACME", DANA)["text"] == before, "it silences nothing"
    view = both.view(DANA)
    assert both.post("action", user=DANA, view_id=view["id"], action_id="renewal.update")["ok"]
    both.choose(DANA, "change", "date")
    assert "renewal_date" in both.fields(DANA)


def test_a_wrong_owner_leads_to_the_handoff(world: World) -> None:
    dismiss(world)
    assert press(world, DANA, "Wrong owner")["ok"]
    view = world.view(DANA)
    assert world.post("action", user=DANA, view_id=view["id"], action_id="handoff.open")["ok"]
    assert "Acme Robotics" in text_of(world.view(DANA)["blocks"])


def test_something_else_needs_words_and_keeps_the_form_until_it_has_them(world: World) -> None:
    dismiss(world)
    assert set(world.submit(DANA, words="  ")["errors"]) == {"words"} and kept(world) == []
    assert world.submit(DANA, words="We <b> *merged* & moved")["ok"]
    assert [(reason, words) for _, reason, words in kept(world)] == [("other", "We <b> *merged* & moved")]
    assert "&lt;b&gt;" in text_of(world.view(DANA)["blocks"])


def test_a_pulse_can_be_dismissed_too(world: World) -> None:
    world.command(DANA, "C0ACME", "/pulse acme")
    world.settle()
    [card] = [m for m in world.messages("C0ACME", DANA) if m["text"].startswith("How is Acme Robotics doing?")]
    assert choose_menu(world, DANA, "C0ACME", card, "Dismiss: wrong…")["ok"]
    assert press(world, DANA, "Too often")["ok"]
    [(subject, reason, _)] = kept(world)
    assert subject.startswith("pulse:") and reason == "too_often"


def test_managers_read_what_was_dismissed_lately_beside_the_numbers(world: World) -> None:
    for label in ("Wrong date", "Duplicate"):
        dismiss(world)
        assert press(world, DANA, label)["ok"]
    world.command(HELEN, "C0ACME", "/retention settings")
    words = text_of(world.view(HELEN)["blocks"])
    assert "*Dismissed as wrong* in the last 90 days: 2 alerts (1 duplicate and 1 wrong date)" in words
    assert "• Acme Robotics: duplicate, Dana Whitlock, Mon 2 Mar" in words
    world.slack.clock.set(world.slack.clock.now() + timedelta(days=91))
    world.command(HELEN, "C0ACME", "/retention settings")
    assert "Dismissed as wrong" not in text_of(world.view(HELEN)["blocks"])


def test_a_row_of_a_morning_message_a_health_prompt_and_a_handoff_can_be_dismissed() -> None:
    for sample in all_samples():
        asks = sample.kind in ("escalations", "health_prompt", "health_alert", "handoff")
        if asks and "Why am I seeing this?" in text_of(sample.body["blocks"]):
            assert "Dismiss: wrong…" in text_of(sample.body["blocks"]), sample.kind
