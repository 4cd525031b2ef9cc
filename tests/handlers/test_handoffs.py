"""Handing an account over as people meet it: the form, the package, Accept and Return…, and words that are not lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import models
from bot.db.work import Work
from bot.workspace import members
from tests.factories import NOW
from tests.handlers.conftest import (
    DANA,
    HELEN,
    KIM,
    MARCO,
    MONDAY,
    PRIYA,
    RUTH,
    World,
    button_ids,
    in_days,
    text_of,
    until,
)
from tests.handlers.test_follow_ups import direct_channel, move_to
from tests.handlers.test_home import home, owe, press, seen

WORDS = {
    "promised": "Training before summer <!channel>",
    "expects": "Half the stops",
    "risks": "One plant & its tablets",
    "first": "Call Ruth",
    "first_by": "2026-03-09",
}
SETTLING = ["handoff.accept", "handoff.return", "account.story"]


def give(world: World, to: str = PRIYA, by: str = DANA, channel: str = "C0ACME", **values: str) -> Any:
    """Someone hands the channel's account over."""
    world.command(by, channel, "/handoff")
    answer = world.submit(by, to=to, **{**WORDS, **values})
    world.settle()
    return answer


def about(world: World, user: str) -> list[dict[str, Any]]:
    """The bot's messages to this person about handoffs."""
    words = ("hand", "waits for your word", "package")
    return [m for m in world.direct(user) if any(word in m["text"] for word in words)]


def tap(world: World, user: str, message: dict[str, Any], action_id: str) -> None:
    """Press a button in one's talk with the bot."""
    world.press(user, direct_channel(world, user), message, action_id)
    world.settle()


def handoff(world: World) -> models.Handoff:
    """The last one."""
    with world.bot.db.reading() as session:
        return session.scalars(select(models.Handoff).order_by(models.Handoff.id.desc()).limit(1)).one()


def team(world: World, account: str = "Acme Robotics") -> set[tuple[str, str]]:
    """Who keeps an account, as (Slack id, role)."""
    with world.bot.db.reading() as session:
        rows = session.execute(
            select(models.Member.slack_id, models.Teammate.role)
            .join(models.Teammate, models.Teammate.member_id == models.Member.id)
            .where(models.Teammate.account_id == world.account(account))
        )
        return {(row.slack_id, row.role) for row in rows}


def owner(world: World, account: str) -> str:
    """The Slack id of an account's owner."""
    with world.bot.db.reading() as session:
        found = select(models.Member.slack_id).join(models.Account, models.Account.owner_id == models.Member.id)
        return str(session.scalars(found.where(models.Account.name == account)).one())


def test_sales_hands_over_and_support_accepts(both: World) -> None:
    owe(both, "Send the plan", in_days(3), is_promise=True)
    assert give(both)["ok"]
    receipt = text_of(both.view(DANA)["blocks"])
    assert "You handed *Acme Robotics* over to *Priya Raman*" in receipt and "you keep the account" in receipt
    assert "is reminded on Wed 4 Mar, and you hear of it on Fri 6 Mar" in receipt
    assert about(both, DANA) == []
    (card,) = about(both, PRIYA)
    for words in ("Dana Whitlock hands Acme Robotics over to you: sales → support.", "Half the stops", "Call Ruth"):
        assert words in card["text"]
    shown = text_of(card["blocks"])
    assert "Training before summer &lt;!channel&gt;" in shown and "One plant &amp; its tablets" in shown
    assert "Promise: Send the plan (by Thu 5 Mar, Dana Whitlock)" in shown
    assert "Accept makes you the support lead of this account" in shown
    assert button_ids(card) == SETTLING
    tap(both, PRIYA, card, "handoff.accept")
    (card,) = about(both, PRIYA)
    assert button_ids(card) == [] and "You are its support lead now." in card["text"]
    (told,) = about(both, DANA)
    assert told["text"].startswith("Priya Raman accepted the handoff of Acme Robotics on Mon 2 Mar (sales → support).")
    line = both.thread("C0ACME", DANA, both.card("C0ACME", DANA)["ts"])[-1]
    assert line.startswith("Priya Raman is the support lead of Acme Robotics now. Dana Whitlock handed it over")
    with both.bot.db.reading() as session:
        step = session.scalars(select(models.FollowUp).where(models.FollowUp.source.startswith("handoff:"))).one()
        doer = session.get_one(models.Member, step.owner_id).slack_id
    assert (doer, step.words, str(step.due_on)) == (PRIYA, WORDS["first"], WORDS["first_by"])
    both.command(PRIYA, "C0ACME", "/account")
    assert "Follow-up: Call Ruth (by Mon 9 Mar, Priya Raman)" in both.whispers("C0ACME", PRIYA)[-1]["text"]
    assert owner(both, "Acme Robotics") == DANA


def test_support_hands_over_and_the_new_owner_gets_the_card(both: World) -> None:
    both.command(PRIYA, "C0ACME", "/handoff")
    way = next(b["element"] for b in both.view(PRIYA)["blocks"] if b.get("block_id") == "direction")
    assert way["initial_option"]["text"]["text"] == "Support → sales"
    assert both.submit(PRIYA, to=MARCO, **WORDS)["ok"]
    both.settle()
    assert owner(both, "Acme Robotics") == DANA
    tap(both, MARCO, about(both, MARCO)[0], "handoff.accept")
    assert owner(both, "Acme Robotics") == MARCO
    assert team(both) == {(MARCO, "owner"), (DANA, "helped_win"), (PRIYA, "support_lead")}
    assert "Marco Bellini" in both.card("C0ACME", DANA)["text"]
    assert about(both, DANA)[0]["text"].startswith("Marco Bellini is the owner of Acme Robotics now.")
    assert "accepted the handoff" in about(both, PRIYA)[0]["text"]


def test_a_returned_one_comes_back_with_the_gaps_and_goes_out_again_with_its_words(both: World) -> None:
    give(both)
    tap(both, PRIYA, about(both, PRIYA)[0], "handoff.return")
    assert "stays with Dana Whitlock" in text_of(both.view(PRIYA)["blocks"])
    assert both.submit(PRIYA, gaps="Who is Ruth?\nAnd who pays?")["ok"]
    both.settle()
    (back,) = about(both, DANA)
    assert "Priya Raman returned the handoff of Acme Robotics" in back["text"] and "Who is Ruth?" in back["text"]
    assert button_ids(back) == ["handoff.open"]
    assert handoff(both).state == "returned" and (PRIYA, "support_lead") in team(both)
    tap(both, DANA, back, "handoff.open")
    form = text_of(both.view(DANA)["blocks"])
    for words in ("Who is Ruth?", "Training before summer <!channel>", "Half the stops", "Call Ruth", PRIYA):
        assert words in form
    assert both.submit(DANA, risks="Ruth pays")["ok"]
    both.settle()
    again = handoff(both)
    assert (again.state, again.promised, again.risks) == ("waiting", WORDS["promised"], "Ruth pays")
    assert len(about(both, PRIYA)) == 2


def test_nothing_can_be_returned_without_a_word(world: World) -> None:
    give(world)
    tap(world, PRIYA, about(world, PRIYA)[0], "handoff.return")
    assert not world.submit(PRIYA, gaps=" ")["ok"]
    assert handoff(world).state == "waiting"


def fields(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The form's fields by their name."""
    return {b["block_id"]: b for b in view["blocks"] if b["type"] == "input"}


def test_the_way_says_whom_the_form_asks_for_and_what_was_typed_stays(both: World) -> None:
    both.command(DANA, "C0ACME", "/handoff")
    asked = fields(both.view(DANA))
    assert asked["to"]["label"]["text"] == "Who becomes its support lead?"
    assert asked["to"]["hint"]["text"] == "Now Priya Raman."
    assert [name for name, one in asked.items() if one.get("optional")] == [
        "risks",
        "contact",
        "add_person",
        "first_by",
    ]
    both.choose(DANA, "direction", "to_sales")
    asked = fields(both.view(DANA))
    assert (asked["to"]["label"]["text"], asked["to"]["hint"]["text"]) == (
        "Who becomes its owner?",
        "Now Dana Whitlock.",
    )
    assert asked["direction"]["element"]["initial_option"]["value"] == "to_sales"


def test_what_was_said_the_last_time_stands_beside_its_field(both: World) -> None:
    give(both)
    tap(both, PRIYA, about(both, PRIYA)[0], "handoff.accept")
    both.command(DANA, "C0ACME", "/handoff")
    asked = fields(both.view(DANA))
    assert asked["promised"]["hint"]["text"] == "Last time, Mon 2 Mar: Training before summer <!channel>"
    assert asked["first"]["hint"]["text"] == "Last time, Mon 2 Mar: Call Ruth"
    assert "initial_value" not in asked["promised"]["element"]
    give(both, to=MARCO)
    tap(both, MARCO, about(both, MARCO)[0], "handoff.return")
    assert "hint" not in fields(both.view(MARCO))["gaps"]
    assert both.submit(MARCO, gaps="Who pays?")["ok"]
    both.settle()
    give(both)
    tap(both, PRIYA, about(both, PRIYA)[-1], "handoff.return")
    assert fields(both.view(PRIYA))["gaps"]["hint"]["text"] == "Last time, Mon 2 Mar: Who pays?"


def test_a_second_one_is_refused_and_the_first_can_be_withdrawn_above_the_form(both: World) -> None:
    give(both)
    refused = give(both, to=MARCO)
    assert refused["errors"]["direction"] == (
        "Priya Raman has had one from Dana Whitlock since Mon 2 Mar (sales → support). "
        "First Priya Raman must accept or return it, or Dana Whitlock withdraw it."
    )
    view = both.view(DANA)
    assert "Sales → support waits for Priya Raman since Mon 2 Mar, from you." in text_of(view["blocks"])
    both.post("action", user=DANA, view_id=view["id"], action_id="handoff.withdraw:0")
    assert "waits for" not in text_of(both.view(DANA)["blocks"])
    both.settle()
    (card,) = about(both, PRIYA)
    assert card["text"].startswith("Dana Whitlock withdrew the handoff of Acme Robotics")
    assert button_ids(card) == [] and handoff(both).state == "withdrawn"
    assert both.submit(DANA, to=MARCO, **WORDS)["ok"]


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (DANA, "You cannot hand over to yourself."),
        (KIM, "of the team"),
        (RUTH, "of the team"),
        ("U0BOT", "of the team"),
    ],
)
def test_the_receiver_is_someone_else_of_the_team(both: World, to: str, words: str) -> None:
    assert words in give(both, to=to)["errors"]["to"]
    assert text_of(both.view(DANA)["blocks"])


def test_someone_away_cannot_be_chosen_and_the_form_says_until_when(world: World) -> None:
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        priya = members.find(work, PRIYA)
        assert priya is not None
        work.session.get_one(models.Member, priya.id).away_until = date(2026, 3, 6)
    assert give(world)["errors"]["to"] == (
        "Priya Raman is away until Fri 6 Mar. Choose someone else, or hand over from Mon 9 Mar on."
    )


def test_it_waits_and_each_is_told_once_until_a_manager_accepts(both: World) -> None:
    with Work.writing(both.bot.db, both.bot.workspace_id, NOW) as work:
        people = {p.slack_id: p.id for p in members.everyone(work)}
        work.session.get_one(models.Member, people[DANA]).manager_id = people[HELEN]
    give(both)
    move_to(both, 4)
    reminder = about(both, PRIYA)[-1]
    assert len(about(both, PRIYA)) == 2 and button_ids(reminder) == SETTLING
    assert "Acme Robotics waits for your word" in reminder["text"] and "are told on Fri 6 Mar" in reminder["text"]
    assert about(both, DANA) == about(both, HELEN) == []
    move_to(both, 20)
    assert len(about(both, PRIYA)) == 2
    (mine,), (managers,) = about(both, DANA), about(both, HELEN)
    assert "Priya Raman has had the handoff from you since Mon 2 Mar" in mine["text"]
    assert button_ids(mine) == ["handoff.withdraw"] and button_ids(managers) == SETTLING
    tap(both, HELEN, managers, "handoff.accept")
    assert (handoff(both).state, (PRIYA, "support_lead") in team(both)) == ("accepted", True)
    assert "Helen Osei accepted the handoff of Acme Robotics for Priya Raman" in about(both, PRIYA)[-1]["text"]
    assert button_ids(about(both, DANA)[0]) == []


def test_withdrawing_from_the_message_takes_the_buttons_away(world: World) -> None:
    give(world)
    move_to(world, 6)
    tap(world, DANA, about(world, DANA)[0], "handoff.withdraw")
    assert handoff(world).state == "withdrawn"
    assert [button_ids(m) for m in (*about(world, DANA), *about(world, PRIYA))] == [[], [], []]
    assert world.direct(DANA)[-1]["text"].startswith("Dana Whitlock withdrew the handoff of Acme Robotics")


def test_pressing_twice_accepts_once_and_a_later_word_says_who_was_first(both: World) -> None:
    give(both)
    card = about(both, PRIYA)[0]
    tap(both, PRIYA, card, "handoff.return")
    for _ in range(2):
        both.press(PRIYA, direct_channel(both, PRIYA), card, "handoff.accept")
    refused = both.submit(PRIYA, gaps="Who is Ruth?")
    assert refused["errors"] == {"gaps": "Priya Raman accepted it on Mon 2 Mar already. Nothing was changed."}
    both.settle()
    assert handoff(both).state == "accepted" and len(about(both, DANA)) == 1


def test_the_desk_lists_it_counts_it_and_has_both_buttons(both: World) -> None:
    home(both, PRIYA)
    give(both)
    view = home(both, PRIYA)
    words = text_of(view["blocks"])
    assert "1 handoff" in words and "Handoff, Acme Robotics" in words and "First, by Mon 9 Mar: Call Ruth" in words
    press(both, PRIYA, "handoff.return:0")
    assert both.submit(PRIYA, gaps="Who is Ruth?")["ok"]
    until(lambda: "Handoff, Acme" not in seen(both, PRIYA))
    both.settle()
    give(both)
    home(both, PRIYA)
    press(both, PRIYA, "handoff.accept:0")
    until(lambda: "Handoff, Acme" not in seen(both, PRIYA))
    assert handoff(both).state == "accepted"


def test_the_account_card_and_its_timeline_tell_of_it(both: World) -> None:
    give(both)
    both.command(DANA, "C0ACME", "/account")
    (card,) = both.whispers("C0ACME", DANA)[-1:]
    assert "Handoff sales → support: waits for Priya Raman since Mon 2 Mar, from Dana Whitlock" in card["text"]
    both.press(DANA, "C0ACME", card, "account.timeline")
    told = text_of(both.view(DANA)["blocks"])
    assert "Dana Whitlock handed the account over to Priya Raman (sales → support):" in told


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("/handoff", "Which account?"), ("/handoff zzzzqqq", "I found no account like “zzzzqqq”.")],
)
def test_a_missing_or_wrong_name_is_answered_with_an_example(both: World, typed: str, answer: str) -> None:
    both.command(DANA, "C0ENTERPRISE", typed)
    said = both.whispers("C0ENTERPRISE", DANA)[-1]
    assert answer in said["text"] and "Write it like `/handoff Acme`." in said["text"]
    assert both.no_view(DANA)


def test_the_account_card_has_a_button_for_it(both: World) -> None:
    both.command(DANA, "C0ACME", "/account")
    both.press(DANA, "C0ACME", both.whispers("C0ACME", DANA)[-1], "handoff.open")
    assert both.view(DANA)["callback_id"] == "handoff.give" and "Acme Robotics" in text_of(both.view(DANA)["blocks"])


def test_a_loose_name_opens_the_form_from_anywhere(both: World) -> None:
    both.command(DANA, "C0ENTERPRISE", "/handoff brightwater util")
    assert "Brightwater Utilities" in text_of(both.view(DANA)["blocks"])


def test_someone_of_another_team_is_told_whom_to_ask(world: World) -> None:
    world.command(MARCO, "C0ENTERPRISE", "/handoff acme robotics")
    assert "Only Acme Robotics's team can do that" in world.whispers("C0ENTERPRISE", MARCO)[-1]["text"]
    assert world.no_view(MARCO)


def test_a_guest_or_an_outsider_learns_nothing(both: World) -> None:
    for user, channel in ((KIM, "C0HARBOR"), (RUTH, "C0MERIDIAN")):
        answer = both.command(user, channel, "/handoff acme")
        assert "Sorry, this is only for members of the team." in str(answer)
        assert both.no_view(user) and both.direct(user) == []


def test_in_a_channel_shared_with_the_customer_the_package_goes_to_the_receiver_alone(both: World) -> None:
    assert give(both, channel="C0MERIDIAN")["ok"]
    assert both.messages("C0MERIDIAN", RUTH) == []
    assert "Meridian Freight" in about(both, PRIYA)[0]["text"]


def test_a_digest_names_what_waits_and_does_not_repeat_the_message_that_asked(world: World) -> None:
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        priya = members.find(work, PRIYA)
        assert priya is not None
    assert world.set_up_digest(PRIYA)["ok"]
    give(world)
    world.slack.clock.set(MONDAY + timedelta(days=1))
    world.settle()
    (digest,) = [m for m in world.direct(PRIYA) if m["text"].startswith("Tue 3 Mar · ")]
    assert "Still open (1): Acme Robotics" in digest["text"] and "handoff from" not in digest["text"]
