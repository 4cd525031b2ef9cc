"""From anywhere to a renewal's form."""

from __future__ import annotations

import pytest

from bot import models
from bot.features import FEATURES
from tests.factories import make_account
from tests.handlers.conftest import DANA, HELEN, MARCO, World, button_ids, text_of


def test_in_an_accounts_channel_the_account_is_known(both: World) -> None:
    both.command(DANA, "C0ACME", "/renewal")
    view = both.view(DANA)
    assert view["title"]["text"] == "Update the renewal"
    assert "Acme Robotics" in text_of(view["blocks"]) and "50 days left" in text_of(view["blocks"])


def test_a_name_is_matched_loosely(both: World) -> None:
    both.command(DANA, "C0ALERTS", "/renewal akme robotix")
    assert "Acme Robotics" in text_of(both.view(DANA)["blocks"])


def test_several_matches_are_offered_and_one_press_opens_it(both: World) -> None:
    with both.bot.db.transaction() as session:
        workspace = session.get_one(models.Workspace, both.bot.workspace_id)
        make_account(session, workspace, "Acme Foods", channel=None)
    both.command(DANA, "C0ALERTS", "/renewal acme")
    (offer,) = both.whispers("C0ALERTS", DANA)
    assert "Acme Foods" in offer["text"] and "Acme Robotics" in offer["text"]
    assert button_ids(offer) == ["account.choose:0", "account.choose:1", "account.choose:pick"]
    both.press(DANA, "C0ALERTS", offer, "account.choose:1")
    assert "Acme Robotics" in text_of(both.view(DANA)["blocks"])


def test_an_account_with_several_renewals_asks_which(both: World) -> None:
    both.command(DANA, "C0BRIGHT", "/renewal")
    (offer,) = both.whispers("C0BRIGHT", DANA)
    assert "2 open renewals" in offer["text"] and "Sun 22 Mar, in 20 days" in offer["text"]
    both.press(DANA, "C0BRIGHT", offer, "renewal.update:0")
    assert "£9,000" in text_of(both.view(DANA)["blocks"])


def test_a_name_that_nobody_has_answers_with_an_example(both: World) -> None:
    both.command(DANA, "C0ALERTS", "/renewal <!channel> zzqqx")
    (said,) = both.whispers("C0ALERTS", DANA)
    assert "I found no account like" in said["text"] and "`/renewal Acme`" in said["text"]
    assert "<!channel>" not in said["text"] + text_of(said["blocks"])


def test_without_a_name_elsewhere_the_persons_own_accounts_are_offered(both: World) -> None:
    both.command(MARCO, "C0ALERTS", "/renewal")
    (said,) = both.whispers("C0ALERTS", MARCO)
    assert "Which account?" in said["text"] and "Deltaforge Steel" in said["text"]
    assert "Acme" not in said["text"].replace("`/renewal Acme`", "")


def test_the_shortcut_searches_while_someone_types(both: World) -> None:
    both.post("shortcut", user=HELEN, callback_id="renewal.update")
    view = both.view(HELEN)
    field = view["blocks"][0]
    names = {"view_id": view["id"], "action_id": field["element"]["action_id"], "block_id": field["block_id"]}
    offered = both.post("suggest", user=HELEN, value="delta", **names)["options"]
    assert [o["text"]["text"] for o in offered] == ["Deltaforge Steel"]
    answer = both.submit(HELEN, **{field["block_id"]: offered[0]["value"]})
    assert answer["response_action"] == "update"
    assert "Deltaforge Steel" in text_of(both.view(HELEN)["blocks"])
    assert both.submit(HELEN, stage="engaged")["ok"]
    assert both.renewal("Deltaforge Steel").stage == "engaged"


def test_the_search_goes_through_the_choice_between_several(world: World) -> None:
    world.post("shortcut", user=DANA, callback_id="renewal.update")
    field = world.view(DANA)["blocks"][0]
    world.submit(DANA, **{field["block_id"]: str(world.account("Brightwater Utilities"))})
    chosen = world.view(DANA)
    options = chosen["blocks"][1]["element"]["options"]
    assert len(options) == 2
    world.submit(DANA, renewal=options[1]["value"])
    assert "value not known" in text_of(world.view(DANA)["blocks"]) or "without a known value" in text_of(
        world.view(DANA)["blocks"]
    )


def test_the_search_refuses_another_teams_account_beside_the_field(world: World) -> None:
    world.post("shortcut", user=MARCO, callback_id="renewal.update")
    field = world.view(MARCO)["blocks"][0]
    answer = world.submit(MARCO, **{field["block_id"]: str(world.account("Acme Robotics"))})
    assert "Only Acme Robotics's team" in answer["errors"][field["block_id"]]


def test_the_command_for_another_teams_account_is_refused(both: World) -> None:
    both.command(MARCO, "C0ALERTS", "/renewal acme robotics")
    (said,) = both.whispers("C0ALERTS", MARCO)
    assert said["text"].startswith("Only Acme Robotics's team can do that: Dana Whitlock (owner), Priya Raman")


@pytest.mark.parametrize("command", [one.name for feature in FEATURES for one in feature.commands if one.chooser])
def test_an_unknown_account_offers_the_nearest_and_a_menu_to_look_in(world: World, command: str) -> None:
    world.command(DANA, "C0ALERTS", f"{command} Brixton Utilizers Group")
    (answer,) = world.whispers("C0ALERTS", DANA)
    assert "I found no account like “Brixton Utilizers Group”. These are the nearest" in answer["text"]
    assert "Brightwater Utilities" in answer["text"]
    (row,) = [block["elements"] for block in answer["blocks"] if block["type"] == "actions"]
    picker = row[-1]
    assert picker["type"] == "external_select"
    place = {"user": DANA, "channel": "C0ALERTS", "ts": answer["ts"], "action_id": picker["action_id"]}
    found = world.post("suggest", **place, value="acme")["options"]
    assert [one["text"]["text"] for one in found] == ["Acme Robotics"]
