"""People at a customer as people see them: the list, who may change it, and who is meant in every other form."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import models, people
from bot.accounts import customer_people
from bot.core.customer_people import PersonPart
from bot.db.work import Work
from bot.health import queries as health_queries
from bot.people import PersonEntry
from bot.workspace import settings as workspace_settings
from tests.factories import NOW
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
    choose_menu,
    menu_choices,
    text_of,
)
from tests.handlers.test_follow_ups import direct_channel
from tests.handlers.test_handoffs import about, give
from tests.handlers.test_reasons import ask

NASTY = "<!channel> *Ruth* & <@U0REP1>"


def add(world: World, account: str, name: str, part: PersonPart | None = None, **more: Any) -> int:
    """Somebody who is written down already; their number."""
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        return people.add(work, world.account(account), PersonEntry(name, part=part, **more), None)


def met(world: World, account: str) -> dict[str, str]:
    """Name → day of the last contact, of those with one."""
    with Work.reading(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        found = customer_people.of_account(work, world.account(account))
    return {one.name: str(one.met_at.date()) for one in found if one.met_at}


def words_of(view: dict[str, Any]) -> str:
    return text_of(view["blocks"])


def press(world: World, user: str, action_id: str, value: str = "") -> Any:
    """Press a button of the open modal, or choose it in one of its ⋯."""
    view = world.view(user)
    for menu, choice in menu_choices(view):
        if choice == f"{action_id} {value}":
            return world.post("action", user=user, view_id=view["id"], action_id=menu, value=choice)
    return world.post("action", user=user, view_id=view["id"], action_id=action_id)


def steps(world: World) -> list[models.FollowUp]:
    with world.bot.db.reading() as session:
        return list(session.scalars(select(models.FollowUp).order_by(models.FollowUp.id)))


def test_nobody_is_known_at_first_and_the_first_one_is_added(both: World) -> None:
    both.command(DANA, "C0ACME", "/people")
    assert "*Acme Robotics*: nobody is written down yet." in words_of(both.view(DANA))
    press(both, DANA, "person.add")
    refused = both.submit(DANA, name="Ruth Okafor", email="nowhere")
    assert refused["errors"] == {"email": "Write a whole address, such as ruth@example.com."}
    assert both.submit(DANA, name="Ruth Okafor", title="CFO " + NASTY, part="decider", email="ruth@acme.example")["ok"]
    shown = words_of(both.view(DANA))
    assert "1 person known." in shown and "Only one person known there: Ruth Okafor." in shown
    assert "· Decider" in shown and "No contact known yet" in shown and "ruth@acme.example" in shown
    assert "<!channel>" not in shown and "&lt;!channel&gt;" in shown


@pytest.mark.parametrize("user", [DANA, PRIYA, HELEN])
def test_the_team_and_managers_change_the_list(world: World, user: str) -> None:
    number = add(world, "Acme Robotics", "Ruth Okafor")
    world.command(user, "C0ALERTS", "/people acme")
    press(world, user, "person.edit", str(number))
    assert world.submit(user, name="Ruth Okafor-Hale", part="budget")["ok"]
    assert "Ruth Okafor-Hale" in words_of(world.view(user)) and "Holds the budget" in words_of(world.view(user))


def test_who_is_not_of_the_team_reads_the_list_and_changes_nothing(world: World) -> None:
    number = add(world, "Acme Robotics", "Ruth Okafor")
    world.command(MARCO, "C0ALERTS", "/people acme")
    view = world.view(MARCO)
    assert "Ruth Okafor" in words_of(view) and menu_choices(view) == [] and "person.add" not in words_of(view)
    assert "The account's team and managers can change this list." in words_of(view)
    # What he cannot see he cannot do either: his own account's list sends another's number.
    mine = add(world, "Deltaforge Steel", "Sven Aalto")
    world.command(MARCO, "C0ALERTS", "/people deltaforge")
    press(world, MARCO, "person.edit", str(mine))
    form = world.view(MARCO)
    assert "Sven Aalto" in words_of(form)
    with Work.reading(world.bot.db, world.bot.workspace_id, NOW) as work:
        before = customer_people.read(work, number)
    assert before is not None and before.name == "Ruth Okafor"


@pytest.mark.parametrize("user", [KIM, RUTH])
def test_guests_and_outsiders_read_nothing(world: World, user: str) -> None:
    add(world, "Acme Robotics", "Ruth Okafor", email="secret@acme.example")
    open_to_them = [c for c in world.get("state")["channels"] if user in c["members"] and not c["is_im"]]
    channel = open_to_them[0]["id"]
    world.command(user, channel, "/people acme")
    assert world.no_view(user)
    seen = json.dumps(world.messages(channel, user)) + json.dumps(world.direct(user))
    assert "Okafor" not in seen and "secret@" not in seen


def test_a_touch_picks_somebody_of_the_list_and_they_are_met(both: World) -> None:
    number = add(both, "Acme Robotics", "Ruth Okafor", PersonPart.DECIDER, title="CFO")
    other = add(both, "Brightwater Utilities", "Ruth Hale")
    both.command(DANA, "C0ACME", "/touch acme")
    view = both.view(DANA)
    offered = both.post("suggest", user=DANA, view_id=view["id"], action_id="person.find", value="ru")["options"]
    assert [(one["text"]["text"], one["value"]) for one in offered] == [("Ruth Okafor, CFO, Decider", str(number))]
    refused = both.submit(DANA, **{"kind": "call", "person.find": str(other)})
    assert refused["errors"] == {
        "person.find": "Ruth Hale is at Brightwater Utilities. Choose somebody of this account."
    }
    assert both.submit(DANA, **{"kind": "call", "person.find": str(number)})["ok"]
    assert met(both, "Acme Robotics") == {"Ruth Okafor": str(TODAY)}
    both.settle()
    assert "call with Ruth Okafor" in both.thread("C0ACME", DANA, both.card("C0ACME", DANA)["ts"])[-1]


def test_without_an_account_everybody_is_offered_with_theirs(world: World) -> None:
    add(world, "Acme Robotics", "Ruth Okafor")
    add(world, "Brightwater Utilities", "Ruth Hale")
    world.command(DANA, "C0ALERTS", "/touch")
    view = world.view(DANA)
    offered = world.post("suggest", user=DANA, view_id=view["id"], action_id="person.find", value="ruth")["options"]
    assert [one["text"]["text"] for one in offered] == [
        "Ruth Hale, Brightwater Utilities",
        "Ruth Okafor, Acme Robotics",
    ]


def test_a_typed_name_finds_who_is_meant_and_the_form_that_edits_it_picks_them(world: World) -> None:
    add(world, "Acme Robotics", "Ruth Okafor")
    world.command(DANA, "C0ACME", "/touch Called Ruth about the roll-out")
    assert met(world, "Acme Robotics") == {"Ruth Okafor": str(TODAY)}
    (whisper,) = world.whispers("C0ACME", DANA)
    world.press(DANA, "C0ACME", whisper, "touch.edit")
    [pick] = [b for b in world.view(DANA)["blocks"] if b["block_id"] == "person.find"]
    assert pick["element"]["initial_option"]["text"]["text"] == "Ruth Okafor"
    assert world.submit(DANA, kind="note")["ok"]
    assert met(world, "Acme Robotics") == {}


def test_a_name_that_two_have_is_asked_about_and_who_is_chosen_then_was_met(world: World) -> None:
    hale = add(world, "Acme Robotics", "Tom Hale")
    add(world, "Acme Robotics", "Tom Ford")
    world.command(DANA, "C0ACME", "/touch Called Tom about the roll-out")
    (whisper,) = world.whispers("C0ACME", DANA)
    assert "“Tom” may be 2 people there: press Edit to choose one." in whisper["text"]
    assert met(world, "Acme Robotics") == {}
    world.press(DANA, "C0ACME", whisper, "touch.edit")
    assert world.submit(DANA, **{"person.find": str(hale)})["ok"]
    assert met(world, "Acme Robotics") == {"Tom Hale": str(TODAY)}
    with world.bot.db.reading() as session:
        assert session.scalars(select(models.Touchpoint.contact)).one() == "Tom Hale"
    world.command(DANA, "C0ACME", "/touch Called Tom Ford about the roll-out")
    assert "may be" not in world.whispers("C0ACME", DANA)[-1]["text"]


def test_a_name_that_is_not_in_the_list_is_added_where_that_is_ticked(world: World) -> None:
    add(world, "Acme Robotics", "Ruth Okafor")
    world.command(DANA, "C0ACME", "/touch acme")
    assert world.submit(DANA, kind="meeting", contact="Ruth, Tom Hale and Ana", add_person=["yes"])["ok"]
    assert met(world, "Acme Robotics") == dict.fromkeys(("Ruth Okafor", "Tom Hale", "Ana"), str(TODAY))


def test_who_was_named_and_is_not_in_the_list_is_offered_there(both: World) -> None:
    both.command(DANA, "C0ACME", "/touch Called Ruth about the roll-out")
    both.command(DANA, "C0ACME", "/people")
    assert "Named in what was written down, and not in this list: Ruth." in words_of(both.view(DANA))
    press(both, DANA, "person.add:1")
    assert both.submit(DANA, part="champion")["ok"]
    shown = words_of(both.view(DANA))
    assert "Named in what was written" not in shown and "Last contact Mon 2 Mar" in shown
    assert met(both, "Acme Robotics") == {"Ruth": str(TODAY)}


def test_a_touch_that_is_deleted_was_no_contact(world: World) -> None:
    add(world, "Acme Robotics", "Ruth Okafor")
    world.command(DANA, "C0ACME", "/touch Called Ruth about the roll-out")
    (whisper,) = world.whispers("C0ACME", DANA)
    world.press(DANA, "C0ACME", whisper, "touch.delete")
    assert met(world, "Acme Robotics") == {}


def test_a_health_check_and_a_pulse_say_with_whom(world: World) -> None:
    ruth, tom = add(world, "Acme Robotics", "Ruth Okafor"), add(world, "Acme Robotics", "Tom Hale")
    account = world.account("Acme Robotics")
    world.command(DANA, "C0ACME", "/health")
    assert world.submit(DANA, **{"outcomes": "4", f"person.find:{account}": str(ruth)})["ok"]
    assert met(world, "Acme Robotics") == {"Ruth Okafor": str(TODAY)}
    world.command(DANA, "C0ACME", "/pulse")
    world.settle()
    card = next(m for m in world.messages("C0ACME", DANA) if "How is Acme Robotics doing?" in m["text"])
    world.press(DANA, "C0ACME", card, "pulse.yellow")
    said = {"words": "They wait for parts", "known": "heard", f"person.find:{account}": str(tom)}
    assert world.submit(DANA, **said)["ok"]
    assert "Tom Hale" not in met(world, "Acme Robotics"), "hidden until everyone has answered"
    world.press(PRIYA, "C0ACME", card, "pulse.green")
    world.settle()
    assert met(world, "Acme Robotics")["Tom Hale"] == str(TODAY)
    closed = next(m for m in world.messages("C0ACME", DANA) if "They wait for parts" in text_of(m["blocks"]))
    assert "Heard from Tom Hale on Mon 2 Mar" in text_of(closed["blocks"])


def test_a_champion_who_leaves_is_named_everywhere_and_the_owner_gets_a_step_within_14_days(both: World) -> None:
    add(both, "Acme Robotics", "Ruth Okafor", PersonPart.DECIDER)
    tom = add(both, "Acme Robotics", "Tom Hale", PersonPart.CHAMPION)
    both.command(HELEN, "C0ALERTS", "/people acme")
    press(both, HELEN, "person.left", str(tom))
    assert "The account's owner gets a follow-up" in words_of(both.view(HELEN))
    late = both.submit(HELEN, left_on=str(TODAY + timedelta(days=3)))
    assert late["errors"] == {"left_on": "That day is still to come. Write it down once they have left."}
    assert both.submit(HELEN, left_on=str(TODAY))["ok"]
    assert "Their champion Tom Hale has left, and nobody has taken over." in words_of(both.view(HELEN))
    (step,) = steps(both)
    assert step.due_on == TODAY + timedelta(days=14) and step.words.startswith("Tom Hale (champion) has left.")
    both.settle()
    told = both.direct(DANA)[-1]["text"]
    assert "Helen Osei wrote this down for you, for Acme Robotics" in told and "Find out who takes over" in told
    both.command(DANA, "C0ALERTS", "/account acme")
    (story,) = both.whispers("C0ALERTS", DANA)
    assert "People: their champion Tom Hale has left, and nobody has taken over" in story["text"]
    assert "Tom Hale has left" in text_of(story["blocks"])


def test_who_comes_back_takes_the_step_with_them(world: World) -> None:
    tom = add(world, "Acme Robotics", "Tom Hale", PersonPart.CHAMPION)
    world.command(DANA, "C0ALERTS", "/people acme")
    press(world, DANA, "person.left", str(tom))
    world.submit(DANA, left_on=str(TODAY))
    assert steps(world)[0].owner_id == steps(world)[0].created_by_id
    press(world, DANA, "person.edit", str(tom))
    assert world.submit(DANA, left_on=None)["ok"]
    assert [step.outcome for step in steps(world)] == ["dropped"]


def test_who_is_in_the_list_already_is_not_added_again_and_nothing_typed_is_lost(both: World) -> None:
    add(both, "Acme Robotics", "Ruth Okafor", email="ruth@acme.example")
    tom = add(both, "Acme Robotics", "Tom Hale", PersonPart.CHAMPION, left_on=TODAY)
    both.command(DANA, "C0ACME", "/people")
    press(both, DANA, "person.add")
    again = both.submit(DANA, name="Hale, Tom", title="Head of Production")
    assert again["errors"]["name"].startswith("Tom Hale is in the list already, as gone. Choose Is back there.")
    again = both.submit(DANA, name="R. Okafor", email="Ruth@acme.example")
    assert again["errors"]["email"].startswith("Ruth Okafor has this address, and is in the list.")
    assert both.submit(DANA, name="Ruth Okafor", title="", email="ruth.okafor@berlin.example")["ok"]
    press(both, DANA, "person.back", str(tom))
    shown = words_of(both.view(DANA))
    assert "3 people known." in shown and "person.back" not in shown
    assert [step.outcome for step in steps(both)] == ["dropped"]
    # What tells two of one name apart stands beside it.
    both.command(DANA, "C0ACME", "/touch acme")
    view = both.view(DANA)
    offered = both.post("suggest", user=DANA, view_id=view["id"], action_id="person.find", value="ruth")["options"]
    assert [one["text"]["text"] for one in offered] == [
        "Ruth Okafor, ruth@acme.example",
        "Ruth Okafor, ruth.okafor@berlin.example",
    ]


def test_a_form_that_was_open_while_somebody_left_does_not_bring_them_back(both: World) -> None:
    tom = add(both, "Acme Robotics", "Tom Hale", PersonPart.CHAMPION)
    both.command(DANA, "C0ACME", "/people")
    press(both, DANA, "person.edit", str(tom))
    both.command(HELEN, "C0ALERTS", "/people acme")
    press(both, HELEN, "person.left", str(tom))
    assert both.submit(HELEN, left_on=str(TODAY))["ok"]
    assert both.submit(DANA, name="Tom Hale", title="Head of Production", part="champion")["ok"]
    shown = words_of(both.view(DANA))
    assert "Head of Production" in shown and "Left Mon 2 Mar" in shown
    assert [step.outcome for step in steps(both)] == [None]


def test_where_everybody_has_left_the_list_the_story_and_the_digest_say_so(world: World) -> None:
    ana = add(world, "Acme Robotics", "Ana Sá")
    world.command(DANA, "C0ACME", "/people")
    press(world, DANA, "person.left", str(ana))
    assert world.submit(DANA, left_on=str(TODAY))["ok"]
    assert "1 person known, and they have left." in words_of(world.view(DANA))
    assert "Nobody we know is still there." in words_of(world.view(DANA))
    world.command(DANA, "C0ALERTS", "/account acme")
    assert "People: nobody we know is still there" in world.whispers("C0ALERTS", DANA)[-1]["text"]
    assert world.set_up_digest(DANA)["ok"]
    world.slack.clock.set(world.slack.clock.now() + timedelta(days=1))
    world.settle()
    digest = next(m for m in world.direct(DANA) if "people.open" in text_of(m["blocks"]))
    assert "Acme Robotics · nobody we know is still there" in digest["text"]


def test_who_stands_beyond_the_first_is_found_by_name_with_all_that_can_be_done(world: World) -> None:
    for number in range(20):
        add(world, "Acme Robotics", f"Ana {'abcdefghijklmnopqrst'[number]}")
    last = add(world, "Acme Robotics", "Zoe Voss", email="zoe@acme.example")
    look = f"person.look:{world.account('Acme Robotics')}"
    for user, may_change in ((DANA, True), (MARCO, False)):
        world.command(user, "C0ALERTS", "/people acme")
        assert "Zoe Voss" not in words_of(world.view(user))
        world.post("action", user=user, view_id=world.view(user)["id"], action_id=look, value=str(last))
        assert "zoe@acme.example" in words_of(world.view(user))
        assert (f"person.remove {last}" in {value for _, value in menu_choices(world.view(user))}) is may_change
    press(world, DANA, "person.remove", str(last))
    assert world.submit(DANA)["ok"]
    assert "20 people known." in words_of(world.view(DANA))


def test_only_who_may_change_the_list_adds_to_it_from_another_form_and_no_name_is_cut(world: World) -> None:
    world.command(MARCO, "C0ALERTS", "/touch acme")
    refused = world.submit(MARCO, kind="call", contact="Ana Sá", add_person=["yes"])
    assert refused["errors"]["add_person"].startswith("Only the account's team and managers add people there.")
    assert world.submit(MARCO, kind="call", contact="Ana Sá", add_person=[])["ok"]
    ruth = add(world, "Acme Robotics", "Ruth Okafor")
    world.command(DANA, "C0ACME", "/touch acme")
    long = {"kind": "call", "person.find": str(ruth), "contact": ", ".join(["Ana Sá"] * 25)}
    assert world.submit(DANA, **long)["errors"] == {"contact": "Keep all names within 200 characters."}
    assert met(world, "Acme Robotics") == {}


def test_who_has_another_name_now_is_still_meant_by_what_was_written_before_and_removed_from_it(world: World) -> None:
    ruth = add(world, "Acme Robotics", "Ruth Okafor", PersonPart.DECIDER)
    world.command(DANA, "C0ACME", "/touch acme")
    assert world.submit(DANA, kind="call", contact="Ruth Okafor")["ok"]
    values = form_of(world, "plan")
    assert world.submit(DANA, **values, contact="Ruth Okafor")["ok"]
    world.command(DANA, "C0ACME", "/people")
    press(world, DANA, "person.edit", str(ruth))
    assert world.submit(DANA, name="Ruth Hale", part="decider")["ok"]
    assert "not in this list" not in words_of(world.view(DANA))
    world.command(DANA, "C0ACME", "/touch acme")
    assert world.submit(DANA, kind="call", contact="Okafor and Ruth Hale", add_person=["yes"])["ok"]
    assert met(world, "Acme Robotics") == {"Ruth Hale": str(TODAY)}
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        assert customer_people.meant_by(work, world.account("Acme Robotics"), "Ruth Okafor") == ([ruth], [])
        people.remove_for_good(work, ruth, 1)
        assert customer_people.named_elsewhere(work, world.account("Acme Robotics")) == []
    with world.bot.db.reading() as session:
        kept = [
            vars(row)
            for model in (models.Touchpoint, models.Plan, models.CustomerPerson)
            for row in session.scalars(select(model))
        ]
    assert "okafor" not in repr(kept).casefold() and "ruth" not in repr(kept).casefold()


def test_somebody_removed_for_good_is_named_nowhere_and_the_contact_stays(world: World) -> None:
    ruth = add(world, "Acme Robotics", "Ruth Okafor", PersonPart.DECIDER, email="ruth@acme.example")
    add(world, "Acme Robotics", "Tom Hale")
    world.command(DANA, "C0ACME", "/touch acme")
    world.submit(DANA, kind="call", contact="Ruth Okafor, Tom Hale")
    world.command(DANA, "C0ACME", "/people")
    press(world, DANA, "person.remove", str(ruth))
    assert "This cannot be undone." in words_of(world.view(DANA))
    assert world.submit(DANA)["ok"]
    assert "Ruth" not in words_of(world.view(DANA)) and "1 person known" in words_of(world.view(DANA))
    with world.bot.db.reading() as session:
        (touch,) = session.scalars(select(models.Touchpoint))
        assert (touch.contact, touch.deleted_at) == ("Tom Hale", None)
        rows = [vars(one) for one in session.scalars(select(models.CustomerPerson))]
        assert "ruth" not in repr(rows).casefold()
        assert session.scalars(select(models.PersonMet).where(models.PersonMet.person_id == ruth)).one()


def test_how_they_decide_is_written_a_step_a_line_and_stands_in_the_renewals_details(world: World) -> None:
    add(world, "Acme Robotics", "Ruth Okafor")
    world.command(DANA, "C0ACME", "/people")
    assert "Nobody has written down who decides, and in which order." in words_of(world.view(DANA))
    press(world, DANA, "decision.edit")
    refused = world.submit(DANA, steps="Ruth: signs, 10 days\n: who?")
    assert "names nobody" in refused["errors"]["steps"]
    assert world.submit(DANA, steps="1. Tom Hale: asks for it, 3 days\n2. Ruth Okafor: signs the budget off, 10 days")[
        "ok"
    ]
    shown = words_of(world.view(DANA))
    assert "1. Tom Hale: asks for it, 3 days" in shown and "All steps together: 13 days, as written down." in shown
    assert "is not known: no renewal with its stages has been signed here yet" in shown
    world.update(DANA, "C0ACME", "stage", stage="proposed")
    world.slack.clock.set(world.slack.clock.now() + timedelta(days=12))
    world.settle()
    world.update(DANA, "C0ACME", "signed")
    world.settle()
    choose_menu(world, DANA, "C0ACME", world.card("C0ACME", DANA), "Contracts and team")
    details = words_of(world.view(DANA))
    assert "2. Ruth Okafor: signs the budget off, 10 days" in details
    assert "Last time it took 12 days: proposed on Mon 2 Mar, signed on Sat 14 Mar." in details


def test_the_timeline_says_who_came_and_went(world: World) -> None:
    tom = add(world, "Acme Robotics", "Tom Hale", PersonPart.CHAMPION)
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        people.has_left(work, tom, TODAY, None)
    world.command(DANA, "C0ALERTS", "/account acme")
    (story,) = world.whispers("C0ALERTS", DANA)
    choose = [(menu, value) for menu, value in menu_choices(story) if value.startswith("account.timeline")]
    world.post("action", user=DANA, channel="C0ALERTS", ts=story["ts"], action_id=choose[0][0], value=choose[0][1])
    shown = words_of(world.view(DANA))
    assert "Tom Hale (champion) has left on Mon 2 Mar" in shown and "added Tom Hale (champion)" in shown


def test_a_digest_has_a_row_for_the_account_and_a_button_to_its_list(world: World) -> None:
    add(world, "Acme Robotics", "Tom Hale", PersonPart.CHAMPION, left_on=TODAY)
    assert world.set_up_digest(DANA)["ok"]
    world.slack.clock.set(world.slack.clock.now() + timedelta(days=1))
    world.settle()
    digest = next(m for m in world.direct(DANA) if "people.open" in text_of(m["blocks"]))
    assert "Acme Robotics · their champion Tom Hale has left, and nobody has taken over" in digest["text"]


def test_who_takes_an_account_over_reads_who_there_is(world: World) -> None:
    add(world, "Acme Robotics", "Ruth Okafor", PersonPart.DECIDER)
    add(world, "Acme Robotics", "Tom Hale", PersonPart.USER, left_on=TODAY)
    for number in range(6):
        add(world, "Acme Robotics", f"Somebody Else{'abcdef'[number]}")
    give(world)
    (package,) = about(world, PRIYA)
    people_there = "People there: Ruth Okafor (decider), Somebody Elsea, Somebody Elseb, Somebody Elsec, Somebody Elsed"
    assert f"{people_there} and 2 more." in package["text"] and "Tom Hale" not in package["text"]


def test_a_promise_says_to_whom_it_was_made(world: World) -> None:
    number = add(world, "Acme Robotics", "Ruth Okafor")
    world.command(DANA, "C0ACME", "/touch acme")
    promise = {"follow_up": "Send the plan", "follow_up_on": "2026-03-06", "follow_up_by": PRIYA, "promise": ["yes"]}
    assert world.submit(DANA, **{"kind": "call", "person.find": str(number), **promise})["ok"]
    world.settle()
    assert "It was promised to Ruth Okafor." in world.direct(PRIYA)[-1]["text"]


def test_who_has_left_is_said_so_where_something_is_still_to_be_done_with_them(both: World) -> None:
    ruth = add(both, "Acme Robotics", "Ruth Okafor")
    both.command(DANA, "C0ACME", "/people")
    press(both, DANA, "decision.edit")
    assert both.submit(DANA, steps="Ruth: signs, 10 days\nTom Hale: pays")["ok"]
    both.command(DANA, "C0ACME", "/touch acme")
    promise = {"follow_up": "Send the plan", "follow_up_on": "2026-03-06", "follow_up_by": PRIYA, "promise": ["yes"]}
    assert both.submit(DANA, **{"kind": "call", "person.find": str(ruth), **promise})["ok"]
    both.settle()
    assert "has left" not in both.direct(PRIYA)[-1]["text"]
    both.command(DANA, "C0ACME", "/people")
    press(both, DANA, "person.left", str(ruth))
    assert both.submit(DANA, left_on=str(TODAY))["ok"]
    shown = words_of(both.view(DANA))
    assert "1. Ruth (has left): signs, 10 days" in shown and "2. Tom Hale: pays" in shown
    press(both, DANA, "decision.edit")
    [steps_field] = [b for b in both.view(DANA)["blocks"] if b["block_id"] == "steps"]
    assert steps_field["element"]["initial_value"] == "Ruth: signs, 10 days\nTom Hale: pays"
    both.slack.clock.set(MONDAY + timedelta(days=4))
    both.settle()
    due = [m["text"] for m in both.direct(PRIYA) if "To do for Acme Robotics" in m["text"]]
    assert "It was promised to Ruth Okafor. Ruth Okafor has left." in due[-1]


def test_what_was_sent_before_somebody_left_says_so_until_they_are_back(both: World) -> None:
    ruth = add(both, "Acme Robotics", "Ruth Okafor")
    find = f"person.find:{both.account('Acme Robotics')}"
    give(both, **{find: str(ruth)})
    both.command(DANA, "C0ACME", "/touch acme")
    promise = {"follow_up": "Send the plan", "follow_up_on": "2026-03-06", "follow_up_by": PRIYA, "promise": ["yes"]}
    assert both.submit(DANA, **{"kind": "call", "person.find": str(ruth), **promise})["ok"]

    def sent() -> tuple[str, str]:
        both.settle()
        (package,) = about(both, PRIYA)
        (promised,) = [m["text"] for m in both.direct(PRIYA) if "wrote this down for you" in m["text"]]
        return package["text"], promised

    before = sent()
    assert "Talk to Ruth Okafor first." in before[0] and "It was promised to Ruth Okafor." in before[1]
    assert not any("has left" in words for words in before)
    both.command(DANA, "C0ACME", "/people")
    press(both, DANA, "person.left", str(ruth))
    assert both.submit(DANA, left_on=str(TODAY))["ok"]
    package, promised = sent()
    assert "Talk to Ruth Okafor first. Ruth Okafor has left." in package
    assert "It was promised to Ruth Okafor. Ruth Okafor has left." in promised
    press(both, DANA, "person.back", str(ruth))
    assert sent() == before


def test_an_adding_tick_without_a_name_is_asked_for_one(world: World) -> None:
    world.command(DANA, "C0ACME", "/touch acme")
    assert world.submit(DANA, kind="call", add_person=["yes"])["errors"] == {"contact": "Write who is to be added."}


def test_why_a_step_about_a_departure_came_says_within_how_many_days_and_whose_number_that_is(world: World) -> None:
    ruben = add(world, "Acme Robotics", "Ruben Hald", PersonPart.CHAMPION)
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        helen = work.session.scalars(work.select(models.Member.id).where(models.Member.slack_id == HELEN)).one()
        workspace_settings.set_number(work, "*", "takes_over_days", "10", helen)
        people.has_left(work, ruben, MONDAY.date(), helen)
    world.settle()
    (told,) = [m for m in world.direct(DANA) if "Ruben Hald (champion) has left" in m["text"]]
    words = ask(world, DANA, direct_channel(world, DANA), told)
    assert "Somebody has left: *10* days" in words and "(set by Helen Osei on Mon 2 Mar)" in words


def form_of(world: World, which: str) -> dict[str, Any]:
    """Open one of the forms that name somebody at Acme, as Dana; what else it needs filled in."""
    if which == "claim":
        world.command(DANA, "C0ACME", "/competitor")
        return {"competitor": "Globex", "claim": "20% cheaper"}
    if which == "opportunity":
        world.command(DANA, "C0ACME", "/grow")
        world.press(DANA, "C0ACME", world.whispers("C0ACME", DANA)[-1], "opportunity.add")
        return {"need": "Their second plant"}
    if which == "handoff":
        world.command(DANA, "C0ACME", "/handoff")
        return {"to": PRIYA, "promised": "None", "expects": "Uptime", "first": "Call them", "first_by": "2026-03-06"}
    if which == "plan":
        world.command(DANA, "C0ACME", "/account acme")
        world.press(DANA, "C0ACME", world.whispers("C0ACME", DANA)[-1], "plan.open")
        return {"goals": "Less downtime"}
    if which == "touch":
        world.command(DANA, "C0ACME", "/touch acme")
        return {"kind": "call"}
    if which == "health":
        world.command(DANA, "C0ACME", "/health")
        return {"outcomes": "4"}
    world.command(DANA, "C0ACME", "/pulse")
    world.settle()
    card = next(m for m in world.messages("C0ACME", DANA) if "How is Acme Robotics doing?" in m["text"])
    if which == "pulse":
        world.press(DANA, "C0ACME", card, "pulse.yellow")
        return {"words": "They wait for parts", "known": "heard"}
    for user in (DANA, PRIYA):
        world.press(user, "C0ACME", card, "pulse.red")
        assert world.submit(user, words="They look elsewhere")["ok"]
    world.settle()
    card = next(m for m in world.messages("C0ACME", DANA) if "They look elsewhere" in text_of(m["blocks"]))
    world.press(DANA, "C0ACME", card, "pulse.step")
    return {"follow_up": "Call them", "follow_up_on": "2026-03-06", "follow_up_by": PRIYA}


FORMS = {"claim": True, "opportunity": True, "plan": True, "handoff": False, "pulse_step": False}
"""Each, and whether it is about what they have said: whoever it names was met then."""


@pytest.mark.parametrize("which", FORMS)
def test_whoever_is_picked_is_kept_and_was_met_where_it_was_a_contact(world: World, which: str) -> None:
    ruth = add(world, "Acme Robotics", "Ruth Okafor")
    other = add(world, "Brightwater Utilities", "Ruth Hale")
    find = f"person.find:{world.account('Acme Robotics')}"
    values = form_of(world, which)
    refused = world.submit(DANA, **values, **{find: str(other)})
    assert refused["errors"] == {find: "Ruth Hale is at Brightwater Utilities. Choose somebody of this account."}
    assert world.submit(DANA, **values, **{find: str(ruth)})["ok"]
    assert met(world, "Acme Robotics") == ({"Ruth Okafor": str(TODAY)} if FORMS[which] else {})
    world.settle()
    if which == "handoff":
        (package,) = about(world, PRIYA)
        assert "Talk to Ruth Okafor first." in package["text"]
    if which == "pulse_step":
        assert "With Ruth Okafor." in world.direct(PRIYA)[-1]["text"]
    if which == "claim":
        assert "Heard from Ruth Okafor by Dana Whitlock" in world.messages("C0ACME", DANA)[-1]["text"]


@pytest.mark.parametrize("which", [*FORMS, "touch", "health", "pulse"])
def test_a_name_that_several_there_may_have_keeps_every_form_open_until_it_is_clear(both: World, which: str) -> None:
    ruth = add(both, "Acme Robotics", "Ruth Okafor")
    add(both, "Acme Robotics", "Ruth Hale", left_on=TODAY)
    values = form_of(both, which)
    asked = "“Ruth” may be Ruth Okafor or Ruth Hale (left). Choose one of them from the list, or write the whole name."
    for contact in ("Ruth", "Ana Sá and Ruth"):
        refused = both.submit(DANA, **values, contact=contact, add_person=["yes"])
        assert refused["errors"] == {"contact": asked}
        assert met(both, "Acme Robotics") == {}
    find = next(b["block_id"] for b in both.view(DANA)["blocks"] if b["block_id"].startswith("person.find"))
    # Whoever is chosen is who was meant by the name that still stands beside them.
    assert both.submit(DANA, **values, **{find: str(ruth)}, contact="Ana Sá, Ruth", add_person=["yes"])["ok"]
    with Work.reading(both.bot.db, both.bot.workspace_id, both.slack.clock.now()) as work:
        there = customer_people.of_account(work, both.account("Acme Robotics"))
    assert [one.name for one in there] == ["Ana Sá", "Ruth Okafor", "Ruth Hale"]


def test_the_whole_name_makes_it_clear_and_namesakes_are_told_apart(world: World) -> None:
    first = add(world, "Acme Robotics", "Tom Hale", email="tom@acme.example")
    add(world, "Acme Robotics", "Tom Hale", email="hale@acme.example")
    for name in ("Ford", "Berg", "Voss"):
        add(world, "Acme Robotics", f"Tom {name}" + " <!channel>" * (name == "Berg"))
    values = form_of(world, "plan")
    asked = world.submit(DANA, **values, contact="Tom")["errors"]["contact"]
    both_hales = "Tom Hale (tom@acme.example){} Tom Hale (hale@acme.example)"
    assert asked.startswith(f"“Tom” may be Tom Berg <!channel>, Tom Ford, {both_hales.format(',')} or 1 more. Choose")
    asked = world.submit(DANA, **values, contact="Tom Hale")["errors"]["contact"]
    assert asked.startswith(f"“Tom Hale” may be {both_hales.format(' or')}. Choose one of them from the list")
    find = f"person.find:{world.account('Acme Robotics')}"
    assert world.submit(DANA, **values, **{find: str(first)}, contact="Tom Hale")["ok"]
    form_of(world, "plan")
    assert world.submit(DANA, **values, contact="Tom Ford")["ok"]
    assert met(world, "Acme Robotics") == dict.fromkeys(("Tom Hale", "Tom Ford"), str(TODAY))


@pytest.mark.parametrize("which", FORMS)
def test_any_name_may_be_written_and_is_added_or_offered(world: World, which: str) -> None:
    values = form_of(world, which)
    assert world.submit(DANA, **values, contact="Ana Sá")["ok"]
    assert met(world, "Acme Robotics") == {}
    world.command(DANA, "C0ACME", "/people")
    assert "not in this list: Ana Sá." in words_of(world.view(DANA))
    world.post("close", user=DANA, view_id=world.view(DANA)["id"])
    world.command(DANA, "C0ACME", "/touch acme")
    assert world.submit(DANA, kind="note", contact="Ana Sá", add_person=["yes"])["ok"]
    # What she said then was a contact with her, though nobody had written her down. A plan may have been corrected.
    assert ("Ana Sá" in met(world, "Acme Robotics")) is (which in ("claim", "opportunity"))
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        (one,) = customer_people.search(work, "Ana", world.account("Acme Robotics"))
        people.remove_for_good(work, one.id, one.id)
        assert customer_people.named_elsewhere(work, world.account("Acme Robotics")) == []


def test_a_form_that_comes_up_anew_keeps_whom_it_named(world: World) -> None:
    ruth, find = add(world, "Acme Robotics", "Ruth Okafor"), f"person.find:{world.account('Acme Robotics')}"
    world.command(DANA, "C0ACME", "/handoff")
    view = world.view(DANA)
    filled = {find: {find: str(ruth)}, "contact": {"contact": "Ana Sá"}, "add_person": {"add_person": ["yes"]}}
    way = next(b["element"]["action_id"] for b in view["blocks"] if b.get("dispatch_action"))
    world.post("action", user=DANA, view_id=view["id"], action_id=way, value="to_sales", values=filled)
    anew = {b["block_id"]: b["element"] for b in world.view(DANA)["blocks"] if b["type"] == "input"}
    assert anew[find]["initial_option"]["text"]["text"] == "Ruth Okafor"
    assert anew["contact"]["initial_value"] == "Ana Sá" and anew["add_person"]["initial_options"]


def test_a_name_that_stays_when_a_form_is_corrected_is_no_new_contact(world: World) -> None:
    add(world, "Acme Robotics", "Ruth Okafor")
    values = form_of(world, "plan")
    assert world.submit(DANA, **values, contact="Ruth")["ok"]
    world.slack.clock.set(world.slack.clock.now() + timedelta(days=3))
    form_of(world, "plan")
    assert world.submit(DANA, goals="Less downtime, and less waste")["ok"]
    assert met(world, "Acme Robotics") == {"Ruth Okafor": str(TODAY)}


def test_every_gap_in_whom_we_know_is_named_in_story_score_reasons_and_digest(world: World) -> None:
    account = world.account("Acme Robotics")
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY - timedelta(days=181)) as work:
        people.add(work, account, PersonEntry("Ruth Okafor", part=PersonPart.DECIDER), None)
        tom = people.add(work, account, PersonEntry("Tom Hale", part=PersonPart.CHAMPION), None)
        people.has_left(work, tom, work.now.date(), None)
    named = (
        "their champion Tom Hale has left, and nobody has taken over",
        "only one person known there: Ruth Okafor",
        "no decider met for 180 days (Ruth Okafor never yet)",
    )
    world.command(DANA, "C0ACME", "/health")
    assert world.submit(DANA, outcomes="4")["ok"]
    world.settle()
    world.command(DANA, "C0ALERTS", "/account acme")
    story = world.whispers("C0ALERTS", DANA)[-1]["text"]
    with Work.reading(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        reasons = " ".join(health_queries.current(work, [account])[account].words)
    assert world.set_up_digest(DANA)["ok"]
    world.slack.clock.set(world.slack.clock.now() + timedelta(days=1))
    world.settle()
    digest = next(m["text"] for m in world.direct(DANA) if "people.open" in text_of(m["blocks"]))
    for words in named:
        assert words in story and words in reasons and words in digest, words


def test_a_name_in_a_line_that_nobody_has_written_down_is_offered_to_who_may_add_it(world: World) -> None:
    world.command(DANA, "C0ACME", "/touch Called Ruth about the roll-out")
    (whisper,) = world.whispers("C0ACME", DANA)
    world.press(DANA, "C0ACME", whisper, "person.add")
    [name] = [b for b in world.view(DANA)["blocks"] if b["block_id"] == "name"]
    assert name["element"]["initial_value"] == "Ruth"
    assert world.submit(DANA, name="Ruth Okafor")["ok"]
    assert met(world, "Acme Robotics") == {"Ruth Okafor": str(TODAY)}
    world.command(DANA, "C0ACME", "/touch Called Ruth again")
    world.command(MARCO, "C0ALERTS", "/touch acme Called Ana about the roll-out")
    assert "person.add" not in text_of(world.whispers("C0ACME", DANA)[-1]["blocks"])
    assert "person.add" not in text_of(world.whispers("C0ALERTS", MARCO)[-1]["blocks"])
