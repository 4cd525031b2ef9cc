"""`/competitor` as people meet it: a claim heard, answered, left without an answer, and what worked elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot import models
from bot.db.work import Work
from bot.workspace import settings as workspace_settings
from tests.handlers.conftest import DANA, HELEN, KIM, MARCO, PRIYA, World, button_ids, text_of
from tests.handlers.test_follow_ups import direct_channel, move_to

CLAIM = {"competitor": "Globex", "claim": "20% cheaper & <faster>"}


def claims(world: World) -> list[models.CompetitorClaim]:
    with world.bot.db.reading() as session:
        return list(session.scalars(select(models.CompetitorClaim).order_by(models.CompetitorClaim.id)))


def led_by_helen(world: World) -> None:
    with world.bot.db.transaction() as session:
        helen = session.scalar(select(models.Member.id).where(models.Member.slack_id == HELEN))
        session.execute(update(models.Member).where(models.Member.slack_id == DANA).values(manager_id=helen))


def set_number(world: World, name: str, value: str) -> None:
    """Another number for all tiers, and everything planned anew by it."""
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        workspace_settings.set_number(work, "*", name, value)
    world.settle()


def hear(world: World, user: str = PRIYA, account: str = "Acme Robotics", **values: object) -> None:
    world.command(user, "C0ALERTS", f"/competitor {account}")
    assert world.submit(user, **{**CLAIM, **values})["ok"]
    world.settle()


def told_of_it(world: World, channel: str, user: str) -> list[dict[str, object]]:
    return [m for m in world.messages(channel, user) if "Globex is after Acme" in str(m["text"])]


def test_a_claim_is_told_to_the_accounts_team_and_shows_its_answer(both: World) -> None:
    led_by_helen(both)
    hear(both)
    (line,) = told_of_it(both, "C0ACME", DANA)
    assert line["text"] == (
        "🟡 Needs an answer: Globex is after Acme Robotics: “20% cheaper &amp; &lt;faster&gt;” "
        "Heard by Priya Raman on Mon 2 Mar. Without an answer Helen Osei hears on Mon 9 Mar."
    )
    both.press(DANA, "C0ACME", line, "competitor.answer")
    assert "20% cheaper" in text_of(both.view(DANA)["blocks"])
    assert both.submit(DANA, answer="Their offer leaves out support.")["ok"]
    both.settle()
    (line,) = told_of_it(both, "C0ACME", DANA)
    assert "Our answer: “Their offer leaves out support.” (Dana Whitlock, Mon 2 Mar)" in str(line["text"])
    assert button_ids(line) == []
    move_to(both, 20)
    assert not [m for m in both.direct(HELEN) if "Globex" in m["text"]]


def test_a_claim_without_an_answer_goes_to_the_owners_manager_after_five_working_days(world: World) -> None:
    led_by_helen(world)
    hear(world)
    move_to(world, 6, 17)
    assert not [m for m in world.direct(HELEN) if "Globex" in m["text"]]
    move_to(world, 9, 12)
    (told,) = [m for m in world.direct(HELEN) if "Globex" in m["text"]]
    assert "For 5 working days nobody has answered it. Dana Whitlock keeps the account." in told["text"]
    world.press(HELEN, direct_channel(world, HELEN), told, "competitor.answer")
    assert world.submit(HELEN, answer="We match the price for two years.")["ok"]
    world.settle()
    for place in (world.direct(HELEN), world.messages("C0ACME", DANA)):
        (shown,) = [m for m in place if "Globex" in m["text"]]
        assert "We match the price for two years." in shown["text"]
    move_to(world, 27)
    assert len([m for m in world.direct(HELEN) if "Globex" in m["text"]]) == 1


def test_with_another_number_of_days_a_claim_that_waits_goes_up_on_another_day(both: World) -> None:
    led_by_helen(both)
    hear(both)
    set_number(both, "claim_answer_working_days", "2")
    (line,) = told_of_it(both, "C0ACME", DANA)
    assert "Without an answer Helen Osei hears on Wed 4 Mar." in str(line["text"])
    move_to(both, 4, 12)
    assert len([m for m in both.direct(HELEN) if "Globex" in m["text"]]) == 1
    set_number(both, "claim_answer_working_days", "3")
    move_to(both, 6, 12)
    assert len([m for m in both.direct(HELEN) if "Globex" in m["text"]]) == 1


def test_what_is_missing_or_over_is_said_beside_its_field(world: World) -> None:
    world.command(DANA, "C0ACME", "/competitor")
    errors = world.submit(DANA, competitor="Globex", claim="Cheaper", until="2026-02-01")["errors"]
    assert errors == {"until": "Choose today or a later day."}
    assert claims(world) == []


def test_a_touch_becomes_a_claim_only_when_somebody_says_so(world: World) -> None:
    answer = world.command(PRIYA, "C0ACME", "/touch call with Ruth: Globex offers them 20% less")
    world.settle()
    assert claims(world) == []
    (said,) = [m for m in world.whispers("C0ACME", PRIYA) if "Logged for" in m["text"]] or [answer]
    world.press(PRIYA, "C0ACME", said, "competitor.touch")
    assert "Globex offers them 20% less" in text_of(world.view(PRIYA)["blocks"])
    assert world.submit(PRIYA, competitor="Globex")["ok"]
    (kept,) = claims(world)
    assert kept.source.startswith("touchpoint:") and "20% less" in kept.words


def test_the_library_says_what_came_after_an_answer(world: World) -> None:
    for account in ("Acme Robotics", "Brightwater Utilities"):
        hear(world, HELEN, account, answer=f"Ask what support costs there, {account}.")
    with world.bot.db.transaction() as session:
        for name, stage in (("Acme Robotics", "lost"), ("Brightwater Utilities", "paid")):
            account_id = world.account(name)
            renewal = session.scalars(select(models.Renewal).where(models.Renewal.account_id == account_id)).first()
            assert renewal is not None
            renewal.stage, renewal.closed_at = stage, world.slack.clock.now() + timedelta(days=1)
    world.command(MARCO, "C0ALERTS", "/competitor answers")
    (said,) = world.whispers("C0ALERTS", MARCO)
    assert said["text"].startswith("Globex: 2 claims, 2 answered · 1 stayed, 1 left • To “20% cheaper")
    assert said["text"].index("Brightwater Utilities: ✅ they stayed") < said["text"].index(
        "Acme Robotics: ⚫ they left"
    )


def test_the_story_names_who_is_after_them(world: World) -> None:
    hear(world)
    world.command(DANA, "C0ALERTS", "/account acme")
    assert (
        "To do: 🟡 Needs an answer: Globex is after them: “20% cheaper" in world.whispers("C0ALERTS", DANA)[-1]["text"]
    )
    hear(world, answer="Ask what support costs there.")
    world.command(DANA, "C0ALERTS", "/account acme")
    assert "We answer: “Ask what support costs there.”" in world.whispers("C0ALERTS", DANA)[-1]["text"]


def test_a_guest_learns_nothing_and_only_the_team_answers(world: World) -> None:
    world.command(KIM, "C0HARBOR", "/competitor acme")
    assert world.no_view(KIM)
    hear(world)
    number = claims(world)[0].id
    world.command(MARCO, "C0ALERTS", "/competitor acme")
    world.choose(MARCO, "competitor.answer:0", str(number))
    assert world.view(MARCO)["title"]["text"] == "Competitor"
    world.settle()
    told = [m["text"] for m in (*world.whispers("C0ALERTS", MARCO), *world.direct(MARCO))]
    assert any("Only Acme Robotics's team can do that" in words for words in told)
    assert claims(world)[0].answer == ""


@pytest.mark.parametrize("typed", ["answers", "ANSWERS"])
def test_an_empty_library_says_how_to_begin(world: World, typed: str) -> None:
    world.command(DANA, "C0ALERTS", f"/competitor {typed}")
    (said,) = world.whispers("C0ALERTS", DANA)
    assert (
        said["text"] == "Nobody has written down a competitor yet. When a customer names one, use `/competitor acme`."
    )


def test_a_claim_that_was_none_is_taken_back_everywhere(world: World) -> None:
    led_by_helen(world)
    hear(world)
    (line,) = told_of_it(world, "C0ACME", DANA)
    number = claims(world)[0].id
    world.press(DANA, "C0ACME", line, "competitor.answer")
    assert world.submit(DANA, answer="Their offer leaves out support.")["ok"]
    world.settle()
    (line,) = told_of_it(world, "C0ACME", DANA)
    world.press(DANA, "C0ACME", line, "competitor.answer")
    assert "leaves out support" in text_of(world.view(DANA)["blocks"])
    world.choose(DANA, "competitor.take_back", str(number))
    world.settle()
    assert claims(world) == [] and told_of_it(world, "C0ACME", DANA) == []
    (after,) = [m for m in world.messages("C0ACME", DANA) if m["ts"] == line["ts"]]
    assert after["text"] == "Acme Robotics: Dana Whitlock took back what Globex claims."
    world.command(DANA, "C0ALERTS", "/competitor answers")
    assert "Nobody has written down a competitor yet." in world.whispers("C0ALERTS", DANA)[-1]["text"]
    move_to(world, 20)
    assert not [m for m in world.direct(HELEN) if "Globex" in m["text"]]
    world.command(DANA, "C0ACME", "/account acme")
    world.press(DANA, "C0ACME", world.whispers("C0ACME", DANA)[-1], "account.timeline")
    history = text_of(world.view(DANA)["blocks"])
    assert "Dana Whitlock took back what Globex claims:" in history and "20% cheaper" in history
