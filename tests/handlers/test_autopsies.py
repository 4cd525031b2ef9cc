"""A renewal is lost, or signed for less: what people read of it, what they answer, and how it ends when undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot import models
from bot.db.work import Work
from bot.renewals import actions
from bot.renewals.actions import RenewalChange
from bot.workspace import members
from tests.handlers.conftest import DANA, HELEN, KIM, MARCO, PRIYA, World, button_ids, choose_menu, text_of

LOST = {"lost_reason": "support_experience", "lost_words": "Three <days> for *each* answer"}


def update(world: World, change: str, **values: str) -> Any:
    """Dana presses Update… on the renewal's card, chooses what changes, and saves."""
    card = next(m for m in world.messages("C0ACME", DANA) if {"renewal.update", "renewal.paid"} & set(button_ids(m)))
    world.press(DANA, "C0ACME", card, "renewal.update")
    world.choose(DANA, "change", change)
    return world.submit(DANA, **values)


def lose(world: World) -> None:
    """Dana marks Acme's renewal lost."""
    assert update(world, "lost", **LOST)["ok"]
    world.settle()


def sign(world: World, value: str) -> None:
    """Dana signs it for so much a year."""
    assert update(world, "signed", final_value=value)["ok"], value
    world.settle()


def autopsies(world: World, channel: str = "C0ACME", user: str = DANA) -> list[dict[str, Any]]:
    """Those that stand in a channel."""
    return [m for m in world.messages(channel, user) if not m["ephemeral"] and "autopsy.help" in str(m["blocks"])]


def led_by_helen(world: World) -> None:
    """Helen manages Dana."""
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        members.set_role(work, DANA, "rep", HELEN)


def what_came_before(world: World) -> None:
    """A red pulse that was answered by a call, a promise that stayed open, and a silence."""
    now = world.slack.clock.now()
    with Work.writing(world.bot.db, world.bot.workspace_id, now) as work:
        account = work.session.get_one(models.Account, world.account("Acme Robotics"))
        account.created_at = now - timedelta(days=500)
        work.session.flush()
        people = {p.slack_id: p.id for p in members.everyone(work)}
        of = {"workspace_id": work.workspace_id, "account_id": account.id}

        def ago(days: int) -> Any:
            return now - timedelta(days=days)

        for days, who in ((200, DANA), (96, PRIYA)):
            touch = models.Touchpoint(**of, kind="call", at=ago(days), by_id=people[who], created_at=ago(days))
            work.session.add(touch)
        asked = models.PulseRound(**of, opened_at=ago(100), closes_on=ago(95).date(), closed_at=ago(95), worst="red")
        work.session.add(asked)
        work.session.flush()
        said = {"round_id": asked.id, "member_id": people[PRIYA], "colour": "red", "answered_at": ago(99)}
        work.session.add(
            models.PulseAnswer(workspace_id=work.workspace_id, reasons=["Slow answers from us"], words="", **said)
        )
        promise = {"words": "A plan", "due_on": ago(60).date(), "is_promise": True, "owner_id": people[MARCO]}
        work.session.add(models.FollowUp(**of, **promise, created_at=ago(150)))


def test_a_lost_renewal_is_laid_out_where_its_team_reads_and_for_the_manager(world: World) -> None:
    led_by_helen(world)
    what_came_before(world)
    lose(world)
    [told] = autopsies(world)
    words = told["text"]
    assert "⚫ Acme Robotics: lost · €48,000 a year · renewal of Thu 21 May." in words
    assert "Reason: Support experience (“Three &lt;days&gt; for" in words and "ours to change." in words
    assert "2 touches since Sun 2 Mar 2025, the last on Wed 26 Nov 2025 by Priya Raman, 96 days before." in words
    assert "Present and not acted on within 14 days." in words and "Not detected: nobody was told" in words
    assert "A promise was due and still open. Told to whoever had promised it" in words
    assert "Marco" not in words, "nobody is named who did nothing"
    assert f"<@{DANA}> (owner) and Helen Osei (the owner's manager)" in words
    [copy] = [m for m in world.direct(HELEN) if "lost" in m["text"]]
    assert "autopsy.help" in button_ids(copy)
    assert not [m for m in world.direct(DANA) if "One question" in m["text"]], "she reads it in the channel"


def test_all_signals_are_one_press_away_a_page_at_a_time(world: World) -> None:
    what_came_before(world)
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        for days in range(1, 12):
            at = world.slack.clock.now() - timedelta(days=days)
            event = {"kind": "escalated", "at": at, "facts": {"step": "stuck", "to": "manager"}}
            account_id = world.account("Acme Robotics")
            work.session.add(models.Event(workspace_id=work.workspace_id, account_id=account_id, **event))
    lose(world)
    world.press(PRIYA, "C0ACME", autopsies(world)[0], "autopsy.signals")
    first = text_of(world.view(PRIYA)["blocks"])
    assert "Red pulse: 1 red answer (Slow answers from us). Told to its owner." in first
    assert "Present and acted on: a touch by Priya Raman on Wed 26 Nov 2025." in first
    assert "Shown: 1 to 10." in first and "Earlier" not in first
    world.post("action", user=PRIYA, view_id=world.view(PRIYA)["id"], action_id="autopsy.page:later")
    later = text_of(world.view(PRIYA)["blocks"])
    assert "Shown: 11 to " in later and "its stage had not moved" in later and "Earlier" in later


def test_what_would_have_helped_is_kept_shown_and_never_written_over(both: World) -> None:
    led_by_helen(both)
    lose(both)
    both.press(DANA, "C0ACME", autopsies(both)[0], "autopsy.help")
    refused = both.submit(DANA, words="  ")
    assert set(refused["errors"]) == {"words"}
    assert both.submit(DANA, words="One *named* person for their <tickets>")["ok"]
    both.settle()
    [copy] = [m for m in both.direct(HELEN) if "One question" in m["text"]]
    both.press(HELEN, _dm(both, HELEN), copy, "autopsy.help")
    assert both.submit(HELEN, words="A look at their tickets in spring")["ok"]
    both.settle()
    for seen in (autopsies(both)[0], next(m for m in both.direct(HELEN) if "One question" in m["text"])):
        assert "Dana Whitlock, Mon 2 Mar: “One " in seen["text"] and "&lt;tickets&gt;" in seen["text"]
        assert "Helen Osei, Mon 2 Mar: “A look at their tickets in spring”" in seen["text"]
    both.press(DANA, "C0ACME", autopsies(both)[0], "autopsy.help")
    assert "One *named* person" in text_of(both.view(DANA)["blocks"]), "what she said comes back"
    assert both.submit(DANA, words="Two named people")["ok"]
    both.settle()
    assert "Two named people" in autopsies(both)[0]["text"] and "tickets&gt;" not in autopsies(both)[0]["text"]
    timeline = timeline_of(both)
    for said in ("&lt;tickets&gt;", "Two named people", "A look at their tickets", "Autopsy of the renewal (lost)"):
        assert said in timeline


def _dm(world: World, user: str) -> str:
    [channel] = [c for c in world.get("state")["channels"] if c["is_im"] and {user, "U0BOT"} <= set(c["members"])]
    return str(channel["id"])


def timeline_of(world: World) -> str:
    """Acme's timeline, narrowed to autopsies."""
    world.command(DANA, "C0ACME", "/account acme")
    world.press(DANA, "C0ACME", world.whispers("C0ACME", DANA)[-1], "account.timeline")
    world.choose(DANA, "timeline.kind", "autopsy")
    return text_of(world.view(DANA)["blocks"])


def test_only_who_keeps_the_account_is_asked(world: World) -> None:
    lose(world)
    world.post("member", user=MARCO, channel="C0ACME", present=True)
    world.press(MARCO, "C0ACME", autopsies(world)[0], "autopsy.help")
    assert world.no_view(MARCO)
    assert "Only Acme Robotics's team can do that" in world.whispers("C0ACME", MARCO)[-1]["text"]


@pytest.mark.parametrize(("value", "is_told"), [("32,000 EUR", True), ("32,001 EUR", False), ("60,000 EUR", False)])
def test_a_renewal_that_shrinks_by_a_third_has_one_and_one_that_shrinks_by_less_has_none(
    world: World, value: str, is_told: bool
) -> None:
    sign(world, value)
    assert len(autopsies(world)) == is_told
    if is_told:
        words = autopsies(world)[0]["text"]
        assert "Acme Robotics: renewed for less · €32,000 instead of €48,000 a year" in words
        assert "whose it was to change is not known" in words


def test_undoing_the_loss_strikes_it_and_losing_it_again_begins_another(world: World) -> None:
    led_by_helen(world)
    lose(world)
    world.press(DANA, "C0ACME", autopsies(world)[0], "autopsy.help")
    assert world.submit(DANA, words="An earlier call")["ok"]
    assert update(world, "stage", stage="negotiating")["ok"]
    world.settle()
    assert autopsies(world) == []
    [undone] = [m for m in world.messages("C0ACME", DANA) if m["text"].startswith("Undone:")]
    assert "Dana Whitlock took this back on Mon 2 Mar" in undone["text"] and "An earlier call" in undone["text"]
    assert "~⚫ *Acme Robotics*: lost" in text_of(undone["blocks"])
    assert [m for m in world.direct(HELEN) if m["text"].startswith("Undone:")]
    lose(world)
    [again] = autopsies(world)
    assert again["ts"] != undone["ts"] and "An earlier call" not in again["text"]
    assert "so the autopsy was withdrawn" in timeline_of(world)


def test_a_corrected_value_withdraws_it(world: World) -> None:
    sign(world, "20,000 EUR")
    assert update(world, "terms", final_value="47,000 EUR")["ok"]
    world.settle()
    assert autopsies(world) == []
    assert [m for m in world.messages("C0ACME", DANA) if m["text"].startswith("Undone:")]


def test_signed_for_less_and_then_lost_is_one_autopsy(world: World) -> None:
    sign(world, "20,000 EUR")
    first = autopsies(world)[0]
    world.press(DANA, "C0ACME", first, "autopsy.help")
    assert world.submit(DANA, words="A smaller plan")["ok"]
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        dana = members.find(work, DANA)
        assert dana is not None
        actions.change(work, world.renewal("Acme Robotics").id, dana.id, RenewalChange(stage="lost", **LOST))
    world.settle()
    [now] = autopsies(world)
    assert now["ts"] == first["ts"] and "lost · €48,000 a year" in now["text"]
    assert "A smaller plan" in now["text"]


def test_where_a_guest_reads_its_owner_is_told_alone(world: World) -> None:
    world.post("member", user=KIM, channel="C0ACME", present=True)
    lose(world)
    assert autopsies(world) == []
    [told] = [m for m in world.direct(DANA) if "One question" in m["text"]]
    assert "A guest reads the account's channel" in told["text"]


def test_the_command_shows_the_last_one_or_says_that_there_is_none(world: World) -> None:
    world.command(PRIYA, "C0BRIGHT", "/autopsy")
    assert "Brightwater Utilities has no autopsy." in world.whispers("C0BRIGHT", PRIYA)[-1]["text"]
    lose(world)
    world.command(PRIYA, "C0BRIGHT", "/autopsy acme")
    shown = world.whispers("C0BRIGHT", PRIYA)[-1]
    assert "⚫ Acme Robotics: lost" in shown["text"]
    world.press(PRIYA, "C0BRIGHT", shown, "autopsy.help")
    assert world.submit(PRIYA, words="Answers within a day")["ok"]
    world.settle()
    assert "Answers within a day" in autopsies(world)[0]["text"]


def test_its_menu_says_why_it_came(world: World) -> None:
    lose(world)
    choose_menu(world, DANA, "C0ACME", autopsies(world)[0], "Why am I seeing this?")
    words = text_of(world.view(DANA)["blocks"])
    assert "signed for at least a third less a year" in words and "Touch at least every" in words


def test_of_an_account_that_is_no_customer_any_more_it_is_still_found(world: World) -> None:
    lose(world)
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        work.session.get_one(models.Account, world.account("Acme Robotics")).is_active = False
    world.command(PRIYA, "C0BRIGHT", "/autopsy acme")
    assert "Acme Robotics: lost" in world.whispers("C0BRIGHT", PRIYA)[-1]["text"]
