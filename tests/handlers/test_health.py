"""Health checks through the bot's front door: asked, written down, shown, corrected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import health, models
from bot.db.work import Work
from bot.health import prompts as health_prompts
from bot.workspace import members
from tests.factories import NOW, make_teammate
from tests.handlers.conftest import (
    DANA,
    HELEN,
    KIM,
    MARCO,
    MONDAY,
    PRIYA,
    RUTH,
    TODAY,
    World,
    button_ids,
    in_days,
    text_of,
)
from tests.scenes.learning import make_check, make_touch

SCALES = ("outcomes", "relationship", "adoption", "support", "expectations")
HOSTILE = "<!channel> said *yes* & <@U0REP2> _left_ `now` \u202eevil 🎉 שלום"


def lines(world: World, channel: str = "C0ACME", user: str = DANA) -> list[dict[str, Any]]:
    return [m for m in world.messages(channel, user) if "health check of" in m["text"] and not m["ephemeral"]]


def prompts(world: World, channel: str = "C0ACME", user: str = DANA) -> list[dict[str, Any]]:
    return [m for m in world.messages(channel, user) if "time for a health check" in m["text"]]


def hints(view: dict[str, Any]) -> dict[str, str]:
    return {b["block_id"]: (b.get("hint") or {}).get("text", "") for b in view["blocks"] if b["type"] == "input"}


def account_row(world: World, name: str = "Acme Robotics") -> models.Account:
    with world.bot.db.reading() as session:
        return session.scalars(select(models.Account).where(models.Account.name == name)).one()


def test_health_in_the_account_s_channel_asks_five_scales_with_words(both: World) -> None:
    both.command(DANA, "C0ACME", "/health")
    view = both.view(DANA)
    fields = {b["block_id"]: b for b in view["blocks"] if b["type"] == "input"}
    assert list(fields) == [
        *SCALES,
        "talked_on",
        "contact",
        "add_person",
        "heard",
        "risks",
        "follow_up",
        "follow_up_by",
        "follow_up_on",
        "sold_nothing",
    ]
    for scale in SCALES:
        options = [o["text"]["text"] for o in fields[scale]["element"]["options"]]
        assert len(options) == 6 and options[-1] == "Not known" and fields[scale]["optional"]
        assert all(len(o) <= 75 for o in options)
    assert fields["follow_up_by"]["element"]["initial_user"] == DANA
    assert "no health check yet" in text_of(view["blocks"])


def test_a_check_is_told_in_the_channel_and_on_the_card(both: World) -> None:
    both.command(PRIYA, "C0ACME", "/health")
    answer = both.submit(
        PRIYA,
        outcomes="4",
        adoption="2",
        support="0",
        heard="They use it in two plants.\nThe third waits for training.",
        risks=["Product gap"],
        follow_up="Plan the training",
        follow_up_by=DANA,
        follow_up_on=str(in_days(4)),
        sold_nothing=["yes"],
    )
    assert answer["ok"], answer
    assert both.no_view(PRIYA)
    both.settle()
    (line,) = lines(both)
    words = text_of(line["blocks"])
    assert "*Priya Raman* did a health check of *Acme Robotics* on Mon 2 Mar: *3 of 5*." in words
    assert "Outcomes reached *4* · Adoption *2*" in words and "Support experience" not in words
    assert "&gt;" not in words and ">They use it in two plants." in words
    assert "Risks: Product gap" in words and "Next step: Plan the training, Dana Whitlock, by Fri 6 Mar" in words
    assert (
        "Nothing was sold in this talk. Health score 65 of 100 (no change known yet, 50% of what counts is known)"
        in words
    )
    assert "lowest: adoption 2 of 5" in words
    assert "Plan the training" in line["text"] and "third waits for training" in line["text"]
    card = both.card("C0ACME", DANA, "a year ·")
    assert "Health 🟡 65" in text_of(card["blocks"]) and "Health 🟡 65" in card["text"]
    with both.bot.db.reading() as session:
        step = session.scalars(select(models.FollowUp)).one()
        assert (step.words, step.is_promise, step.due_on) == ("Plan the training", False, in_days(4))


def test_the_last_answers_stand_beside_the_fields(world: World) -> None:
    world.command(PRIYA, "C0ACME", "/health")
    world.submit(PRIYA, outcomes="4", adoption="2")
    world.slack.clock.set(MONDAY + timedelta(days=20))
    world.command(DANA, "C0ACME", "/health")
    view = world.view(DANA)
    beside = hints(view)
    assert "Last time, Mon 2 Mar: 4 · Most of it." in beside["outcomes"]
    assert "Last time, Mon 2 Mar: not known." in beside["support"]
    assert "last check on Mon 2 Mar by Priya Raman, 3 of 5" in text_of(view["blocks"])
    assert "initial_option" not in text_of([b for b in view["blocks"] if b.get("block_id") in SCALES])
    assert "health.correct" not in text_of(view["blocks"])


def test_wrong_fields_are_named_and_the_words_stay(both: World) -> None:
    both.command(DANA, "C0ACME", "/health")
    answer = both.submit(DANA, follow_up="Call them", talked_on=str(in_days(2)))
    assert set(answer["errors"]) == {"outcomes", "talked_on", "follow_up_on"}
    answer = both.submit(DANA, follow_up="Call them", talked_on=str(TODAY), outcomes="3", follow_up_on=str(in_days(-2)))
    assert set(answer["errors"]) == {"follow_up_on"}
    assert both.view(DANA)["state"]["values"]["follow_up"]["follow_up"]["value"] == "Call them"
    with both.bot.db.reading() as session:
        assert session.scalars(select(models.HealthCheck)).all() == []


def test_a_next_step_cannot_be_given_to_a_guest(world: World) -> None:
    world.command(DANA, "C0ACME", "/health")
    given = {"outcomes": "3", "follow_up": "Call", "follow_up_on": str(in_days(2))}
    answer = world.submit(DANA, **given, follow_up_by=KIM)
    assert set(answer["errors"]) == {"follow_up_by"}


def test_a_failure_keeps_the_draft_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.command(DANA, "C0ACME", "/health")
    monkeypatch.setattr("handlers.health.checks.record", lambda *_: 1 / 0)
    answer = world.submit(DANA, heard="Long and careful words")
    assert not answer["ok"]
    assert world.view(DANA)["state"]["values"]["heard"]["heard"]["value"] == "Long and careful words"
    monkeypatch.undo()
    assert world.submit(DANA)["ok"]


def test_a_check_delivered_twice_is_one_check(world: World) -> None:
    world.command(DANA, "C0ACME", "/health")
    world.post("fault", method="*", kind="deliver_twice", times=1)
    world.submit(DANA, outcomes="3")
    world.settle()
    assert len(lines(world)) == 1
    with world.bot.db.reading() as session:
        assert len(session.scalars(select(models.HealthCheck)).all()) == 1


def test_its_author_corrects_it_and_the_same_message_changes(both: World) -> None:
    both.command(DANA, "C0ACME", "/health")
    both.submit(DANA, outcomes="1", heard="Wrong acount")
    both.settle()
    (line,) = lines(both)
    both.press(PRIYA, "C0ACME", line, "health.correct")
    assert both.no_view(PRIYA)
    assert "Only Dana Whitlock can correct this one" in both.whispers("C0ACME", PRIYA)[-1]["text"]
    both.press(DANA, "C0ACME", line, "health.correct")
    view = both.view(DANA)
    assert view["state"]["values"]["heard"]["heard"]["value"] == "Wrong acount"
    assert both.submit(DANA, outcomes="4", heard="Right account")["ok"]
    both.settle()
    (after,) = lines(both)
    assert after["ts"] == line["ts"] and after["edited"]
    assert "did and corrected" in after["text"] and "Right account" in after["text"]
    with both.bot.db.reading() as session:
        kept = session.scalars(select(models.HealthCheck).order_by(models.HealthCheck.id)).all()
    assert [check.heard for check in kept] == ["Wrong acount", "Right account"]


def test_one_s_own_last_check_can_be_corrected_from_the_form(world: World) -> None:
    world.command(DANA, "C0ACME", "/health")
    world.submit(DANA, outcomes="2")
    world.command(DANA, "C0ACME", "/health")
    view = world.view(DANA)
    world.post("action", user=DANA, view_id=view["id"], action_id="health.correct", block_id="facts")
    corrected = world.view(DANA)
    assert corrected["title"]["text"] == "Correct a health check"
    assert corrected["state"]["values"]["outcomes"]["outcomes"]["selected_option"]["value"] == "2"
    assert world.submit(DANA, outcomes="3")["ok"]
    assert world.no_view(DANA)


def test_a_name_that_may_mean_several_is_offered_and_opens_the_form(both: World) -> None:
    both.command(DANA, "C0ENTERPRISE", "/health")
    (offer,) = both.whispers("C0ENTERPRISE", DANA)
    assert all(id.startswith("health.open") for id in button_ids(offer))
    assert "Acme Robotics" in offer["text"] and "/health Acme" in offer["text"]
    both.post("action", user=DANA, channel="C0ENTERPRISE", ts=offer["ts"], action_id=button_ids(offer)[0])
    assert both.view(DANA)["callback_id"] == "health.record"


def test_an_unknown_name_answers_with_an_example(world: World) -> None:
    world.command(DANA, "C0ACME", "/health zzzqqqxxx")
    assert "I found no account like" in world.whispers("C0ACME", DANA)[-1]["text"]
    assert "/health Acme" in world.whispers("C0ACME", DANA)[-1]["text"]


def test_who_is_not_on_the_team_is_told_who_is(world: World) -> None:
    world.command(MARCO, "C0ENTERPRISE", "/health acme")
    assert world.no_view(MARCO)
    assert "Only Acme Robotics's team can do that" in world.whispers("C0ENTERPRISE", MARCO)[-1]["text"]


def test_a_form_left_open_by_who_has_left_the_team_is_refused(world: World) -> None:
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        acme = work.session.get_one(models.Account, account_row(world).id)
        marco = members.find(work, MARCO)
        assert marco is not None
        mate = make_teammate(work.session, acme, work.session.get_one(models.Member, marco.id), "implementation")
    world.command(MARCO, "C0ENTERPRISE", "/health acme")
    with world.bot.db.transaction() as session:
        session.delete(session.merge(mate))
    answer = world.submit(MARCO, outcomes="3")
    assert not answer["ok"] and "Only Acme Robotics's team" in str(answer["errors"])


@pytest.mark.parametrize(("stranger", "channel"), [(KIM, "C0HARBOR"), (RUTH, "C0MERIDIAN")])
def test_guests_and_outsiders_learn_nothing(both: World, stranger: str, channel: str) -> None:
    for words in ("/health acme", "/health nosuchname"):
        both.command(stranger, channel, words)
    said = {m["text"] for m in both.whispers(channel, stranger)}
    assert said == {"Sorry, this is only for members of the team."}
    assert both.no_view(stranger)


def test_nothing_of_a_check_is_said_in_a_channel_shared_with_the_customer(both: World) -> None:
    both.command(DANA, "C0MERIDIAN", "/health")
    assert both.submit(DANA, outcomes="2", heard="They may leave us")["ok"]
    both.settle()
    assert not any("health" in m["text"].lower() for m in both.messages("C0MERIDIAN", RUTH))
    assert any("They may leave us" in m["text"] for m in both.direct(DANA))


def test_what_is_typed_is_shown_as_typed_and_nobody_is_pinged(both: World) -> None:
    with both.bot.db.transaction() as session:
        session.execute(update(models.Workspace).values(reasons=[HOSTILE[:60], *(f"Reason {n}" for n in range(49))]))
        session.execute(update(models.Account).where(models.Account.channel == "C0ACME").values(name=HOSTILE * 4))
    both.command(DANA, "C0ACME", "/health")
    view = both.view(DANA)
    risks = next(b for b in view["blocks"] if b.get("block_id") == "risks")
    assert len(risks["element"]["options"]) == 50
    chosen = [o["value"] for o in risks["element"]["options"]]
    answer = both.submit(
        DANA,
        **dict.fromkeys(SCALES, "1"),
        heard=HOSTILE * 50,
        risks=chosen,
        follow_up=(HOSTILE * 10)[:300],
        follow_up_on=str(in_days(3)),
    )
    assert answer["ok"], answer
    both.settle()
    (line,) = lines(both)
    shown = text_of(line["blocks"]) + line["text"]
    assert "<!channel>" not in shown and "<@U0REP2>" not in shown and "\u202e" not in shown
    assert "&lt;!channel&gt;" in shown and "🎉" in shown
    assert not any(t["response"].get("error") for t in both.traffic("chat.postMessage"))


def ask(world: World) -> None:
    now = world.slack.clock.now()
    with Work.writing(world.bot.db, world.bot.workspace_id, now) as work:
        acme = account_row(world)
        priya = members.find(work, PRIYA)
        assert priya is not None
        make_check(work.session, acme, now - timedelta(days=95), every=4, by_id=priya.id)
        health_prompts.replan(work, acme.id)
    world.settle()


def test_a_prompt_says_why_and_its_button_opens_the_form(both: World) -> None:
    ask(both)
    (prompt,) = prompts(both)
    assert prompt["text"].startswith(f"<@{DANA}> Acme Robotics: time for a health check.")
    assert "The last one was on Thu 27 Nov 2025, 95 days ago, by Priya Raman, with 4 of 5." in prompt["text"]
    assert "/retention settings" not in prompt["text"]
    assert both.press(DANA, "C0ACME", prompt, "why")["ok"]
    assert "Health check every: *90* days (the default)" in text_of(both.view(DANA)["blocks"])
    both.post("close", user=DANA, view_id=both.view(DANA)["id"])
    both.press(DANA, "C0ACME", prompt, "health.open")
    assert both.submit(DANA, outcomes="5")["ok"]
    both.settle()
    assert prompts(both) == []
    after = next(m for m in both.messages("C0ACME", DANA) if m["ts"] == prompt["ts"])
    assert "Dana Whitlock did the health check on Mon 2 Mar" in after["text"]
    assert button_ids(after) == []


def test_a_fall_is_told_to_the_owner_alone_with_reasons(both: World) -> None:
    now = both.slack.clock.now()
    with Work.writing(both.bot.db, both.bot.workspace_id, now) as work:
        acme = account_row(both)
        make_check(work.session, acme, now - timedelta(days=2), every=5)
        make_touch(work.session, acme, now - timedelta(days=2))
        health.rescore_soon(work, [acme.id])
    both.settle()
    both.slack.clock.set(now + timedelta(days=1))
    both.command(PRIYA, "C0ACME", "/health")
    both.submit(PRIYA, **dict.fromkeys(SCALES, "1"))
    both.settle()
    (alert,) = [m for m in both.direct(DANA) if "health score fell" in m["text"]]
    assert "fell to 30 of 100 (poor), from 100 on Mon 2 Mar." in alert["text"]
    assert "−70 health check today, lowest: outcomes reached 1 of 5" in alert["text"]
    assert (
        "−70 in 1 day, 50% of what counts is known. Last known: health check today, recent touch today."
        in alert["text"]
    )
    assert "Nothing is known of: pulses, support and promises." in alert["text"]
    assert "lost at least 15 points within 7 days" in alert["text"]
    assert button_ids(alert) == ["health.open", "touch.open"]
    assert not any("health score fell" in m["text"] for m in both.direct(HELEN))
