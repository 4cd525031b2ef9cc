"""Help by role, settings for managers, what could not be sent for admins, and the Home tab."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot import models
from bot.core.policy import NumberGroup, default_policy, policy_numbers
from bot.db.work import Work
from bot.metrics import settings as metrics_settings
from bot.slack.commands import COMMANDS
from bot.workspace import members
from bot.workspace import settings as workspace_settings
from bot.workspace.messages import all_commands
from tests.factories import NOW
from tests.handlers.conftest import DANA, HELEN, KIM, MONDAY, PRIYA, TOMAS, World, button_ids, text_of, until


def test_help_has_the_buttons_of_the_role(both: World) -> None:
    expected = {
        DANA: ["help.my_renewals", "help.pick_renewal", "help.commands"],
        HELEN: ["help.my_renewals", "help.pick_renewal", "help.commands", "help.settings"],
        TOMAS: ["help.my_renewals", "help.pick_renewal", "help.commands", "help.settings", "help.dead_posts"],
    }
    for user, buttons in expected.items():
        both.command(user, "C0ACME", "/retention")
        (said,) = both.whispers("C0ACME", user)
        assert button_ids(said) == buttons


def test_my_renewals_lists_what_needs_a_step_and_opens_it(both: World) -> None:
    both.command(DANA, "C0ACME", "/retention")
    both.press(DANA, "C0ACME", both.whispers("C0ACME", DANA)[0], "help.my_renewals")
    said = both.whispers("C0ACME", DANA)[-1]
    assert "need a step" in said["text"] and "Acme Robotics" in said["text"]
    assert "Deltaforge" not in said["text"]


def test_the_home_tab_shows_a_persons_renewals_and_a_press_opens_the_form(both: World) -> None:
    both.post("home", user=DANA)
    home = both.get(f"home?user={DANA}")
    words = text_of(home["blocks"])
    assert "🟡 *Acme Robotics*: needs someone" in words and "Deltaforge" not in words
    both.post("action", user=DANA, view_id=home["id"], action_id="renewal.claim:0")
    until(lambda: "*Coming up:* Brightwater Utilities, Sun 22 Mar" in text_of(both.get(f"home?user={DANA}")["blocks"]))
    both.slack.clock.set(MONDAY + timedelta(days=7))
    both.settle()
    home = both.post("home", user=DANA)
    assert "🟢 *Brightwater Utilities*: on track" in text_of(home["blocks"])
    assert "Upcoming: Talk to the customer." in text_of(home["blocks"])
    place = next(n for n in range(6) if f"renewal.update:{n}" in text_of(home["blocks"]))
    both.post("action", user=DANA, view_id=home["id"], action_id=f"renewal.update:{place}")
    assert both.view(DANA)["title"]["text"] == "Update the renewal"


def test_an_unknown_word_answers_with_an_example(both: World) -> None:
    both.command(DANA, "C0ACME", "/retention setings")
    (said,) = both.whispers("C0ACME", DANA)
    assert "I do not know “setings”" in said["text"] and "`/retention`" in said["text"]


def test_a_rep_may_not_open_the_settings(both: World) -> None:
    both.command(DANA, "C0ACME", "/retention settings")
    (said,) = both.whispers("C0ACME", DANA)
    assert said["text"] == "Only managers and admins can change settings. Ask one of them."
    assert both.no_view(DANA)


def test_a_manager_sets_a_route_and_sees_it_in_the_overview(both: World) -> None:
    both.command(HELEN, "C0ACME", "/retention settings")
    _press(both, HELEN, "settings.route")
    assert both.submit(HELEN, group="tier:enterprise", channel="C0ENTERPRISE")["ok"]
    assert "tier enterprise: <#C0ENTERPRISE>" in text_of(both.view(HELEN)["blocks"])


def test_a_manager_sets_currency_rates_and_reads_them_again(both: World) -> None:
    both.command(HELEN, "C0ACME", "/retention settings")
    assert "figures tell each currency on its own" in text_of(both.view(HELEN)["blocks"])
    _press(both, HELEN, "settings.rates")
    assert both.submit(HELEN, rates="gbp=1.15@2025-06-30 USD = 0.9@2025-06-30")["ok"]
    kept = "GBP=1.15@2025-06-30, USD=0.90@2025-06-30"
    assert kept in text_of(both.view(HELEN)["blocks"])
    _press(both, HELEN, "settings.rates")
    assert kept in text_of(both.view(HELEN)["blocks"])
    assert both.submit(HELEN, rates="")["ok"]
    assert "figures tell each currency on its own" in text_of(both.view(HELEN)["blocks"])


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("USD 0.9", "is not a rate. Write rates as USD=0.90@2025-06-30"),
        ("USD=0.9@2025-02-30", "2025-02-30 is not a day"),
        ("USD=0.9@2025-06-30 USD=0.8@2025-06-30", "USD has two rates from 2025-06-30 on"),
    ],
)
def test_rates_that_cannot_be_read_are_refused_and_change_nothing(world: World, typed: str, why: str) -> None:
    world.command(HELEN, "C0ACME", "/retention settings")
    _press(world, HELEN, "settings.rates")
    assert why in str(world.submit(HELEN, rates=typed)["errors"])
    with Work.reading(world.bot.db, world.bot.workspace_id, NOW) as work:
        assert not metrics_settings.rates(work).known


def test_a_shared_channel_is_refused_as_a_route(world: World) -> None:
    world.command(HELEN, "C0ACME", "/retention settings")
    _press(world, HELEN, "settings.route")
    answer = world.submit(HELEN, group="tier:enterprise", channel="C0MERIDIAN")
    assert "shared with another company" in str(answer["errors"])


def test_a_manager_sets_fallback_and_leadership_channels(world: World) -> None:
    world.command(HELEN, "C0ACME", "/retention settings")
    _press(world, HELEN, "settings.channels")
    assert world.submit(HELEN, fallback="C0ALERTS", leadership="C0LEADERS")["ok"]
    with Work.reading(world.bot.db, world.bot.workspace_id, NOW) as work:
        known = workspace_settings.read(work)
    assert (known.fallback_channel, known.leadership_channel) == ("C0ALERTS", "C0LEADERS")


@pytest.mark.parametrize("field", ["fallback", "leadership"])
@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        ("C0MERIDIAN", "shared with another company. Choose one that only your team reads"),
        ("C0HARBOR", "A guest reads that channel. Choose one that only your team reads"),
    ],
)
def test_a_channel_that_others_read_is_refused_as_fallback_or_leadership(
    world: World, field: str, channel: str, reason: str
) -> None:
    world.command(HELEN, "C0ACME", "/retention settings")
    _press(world, HELEN, "settings.channels")
    chosen = {"fallback": "C0ALERTS", "leadership": "C0LEADERS", field: channel}
    assert reason in str(world.submit(HELEN, **chosen)["errors"])
    with Work.reading(world.bot.db, world.bot.workspace_id, NOW) as work:
        known = workspace_settings.read(work)
    assert channel not in (known.fallback_channel, known.leadership_channel)


def test_a_channel_a_guest_reads_may_be_chosen_where_guests_may_read(world: World) -> None:
    world.command(HELEN, "C0ACME", "/retention settings")
    _press(world, HELEN, "settings.channels")
    assert world.submit(HELEN, fallback="C0HARBOR", guests="yes")["ok"]
    _press(world, HELEN, "settings.channels")
    assert "shared with another company" in str(world.submit(HELEN, fallback="C0MERIDIAN", guests="yes")["errors"])


def test_cards_come_back_where_guests_may_read_from_now_on(world: World) -> None:
    world.post("member", user=KIM, channel="C0ACME", present=True)
    world.settle()
    assert not [m for m in world.messages("C0ACME", DANA) if m["bot"] and not m["ephemeral"]]
    world.command(HELEN, "C0BRIGHT", "/retention settings")
    _press(world, HELEN, "settings.channels")
    assert world.submit(HELEN, guests="yes")["ok"]
    world.settle()
    assert "Acme Robotics" in world.card("C0ACME", DANA)["text"]


@pytest.mark.parametrize("role", ["rep", "manager"])
def test_an_owner_who_may_allow_it_lets_guests_read_where_they_were_told_of_one(both: World, role: str) -> None:
    with Work.writing(both.bot.db, both.bot.workspace_id, NOW) as work:
        members.set_role(work, DANA, role)
    both.post("member", user=KIM, channel="C0ACME", present=True)
    both.settle()
    [told] = [m for m in both.direct(DANA) if "not on your team" in m["text"]]
    if role == "rep":
        assert button_ids(told) == []
        return
    direct = next(c["id"] for c in both.get("state")["channels"] if c["is_im"] and DANA in c["members"])
    both.press(DANA, direct, told, button_ids(told)[0])
    both.settle()
    [told] = [m for m in both.direct(DANA) if "not on your team" in m["text"]]
    assert f"Guests may read here now: <@{DANA}> allowed it." in told["text"] and button_ids(told) == []
    assert "Acme Robotics" in both.card("C0ACME", DANA)["text"]


def test_a_channel_of_which_slack_does_not_say_who_reads_it_is_refused(world: World) -> None:
    world.command(HELEN, "C0ACME", "/retention settings")
    _press(world, HELEN, "settings.channels")
    world.post("fault", method="conversations.members", kind="error:fatal_error", times=1)
    assert "cannot find out who reads that channel" in str(world.submit(HELEN, fallback="C0ALERTS")["errors"])
    assert world.submit(HELEN, fallback="C0ALERTS")["ok"]


def test_a_channel_a_guest_reads_is_refused_as_a_route(world: World) -> None:
    world.command(HELEN, "C0ACME", "/retention settings")
    _press(world, HELEN, "settings.route")
    assert "A guest reads that channel" in str(
        world.submit(HELEN, group="tier:enterprise", channel="C0HARBOR")["errors"]
    )


def test_a_manager_gives_a_role_and_a_manager(world: World) -> None:
    world.command(HELEN, "C0ACME", "/retention settings")
    _press(world, HELEN, "settings.role")
    assert world.submit(HELEN, person=PRIYA, role="rep", manager=HELEN)["ok"]
    with Work.reading(world.bot.db, world.bot.workspace_id, NOW) as work:
        priya = members.find(work, PRIYA)
        helen = members.find(work, HELEN)
    assert priya and helen and (priya.role, priya.manager_id) == ("rep", helen.id)


def test_only_an_admin_makes_admins(world: World) -> None:
    world.command(HELEN, "C0ACME", "/retention settings")
    _press(world, HELEN, "settings.role")
    roles = [o["value"] for b in world.view(HELEN)["blocks"] for o in b["element"].get("options", [])]
    assert "admin" not in roles
    assert "Only admins" in str(world.submit(HELEN, person=TOMAS, role="rep")["errors"])


def test_a_number_is_changed_refused_and_given_back(world: World) -> None:
    world.command(TOMAS, "C0ACME", "/retention settings")
    assert "All are the defaults." in text_of(world.view(TOMAS)["blocks"])
    _press(world, TOMAS, "settings.numbers:0")
    page = text_of(world.view(TOMAS)["blocks"])
    usual = ", ".join(str(days) for days in default_policy().rungs)
    assert f"*Reminder days*: *{usual}* days before the deadline" in page and "(the default)" in page
    _press(world, TOMAS, "settings.number:0")
    assert "whole number" in str(world.submit(TOMAS, value="soon")["errors"])
    assert world.submit(TOMAS, value="90, 45, 10")["ok"]
    page = text_of(world.view(TOMAS)["blocks"])
    assert "*90, 45, 10* days before the deadline" in page and f"(default {usual})" in page
    _press(world, TOMAS, "settings.number:0")
    assert world.submit(TOMAS, tier="small", value="30, 7")["ok"]
    assert "*90, 45, 10* days before the deadline, small 30, 7 (default" in text_of(world.view(TOMAS)["blocks"])
    for tier in ("small", "*"):
        _press(world, TOMAS, "settings.number:0")
        assert world.submit(TOMAS, tier=tier)["ok"]
    assert f"*{usual}* days before the deadline" in text_of(world.view(TOMAS)["blocks"])


def test_every_number_stands_on_a_page_with_its_default_and_what_it_does(world: World) -> None:
    world.command(TOMAS, "C0ACME", "/retention settings")
    overview = world.view(TOMAS)["id"]
    pages = ""
    for place, group in enumerate(NumberGroup):
        world.post("action", user=TOMAS, view_id=overview, action_id=f"settings.numbers:{place}")
        assert world.view(TOMAS)["title"]["text"] == group
        pages += text_of(world.view(TOMAS)["blocks"])
        world.post("close", user=TOMAS, view_id=world.view(TOMAS)["id"])
    for number in policy_numbers().values():
        assert f"*{number.title}*: " in pages and f"{number.words.capitalize()}." in pages
        assert re.search(rf" {re.escape(number.unit)}[^(]* \((default|the default)", pages), number


def test_an_admin_sees_what_could_not_be_sent_and_tries_again(world: World) -> None:
    card = world.card("C0ACME", DANA)
    world.press(DANA, "C0ACME", card, "renewal.claim")
    with world.bot.db.transaction() as session:
        gave_up = {"state": "dead", "due_at": None, "error": "The bot is not in that channel. Invite it."}
        lines = select(models.Post.id).where(models.Post.kind == "story_line")
        session.execute(update(models.Delivery).where(models.Delivery.post_id.in_(lines)).values(**gave_up))
    world.settle()
    assert world.thread("C0ACME", DANA, card["ts"]) == []
    world.command(TOMAS, "C0ALERTS", "/retention")
    help_message = world.whispers("C0ALERTS", TOMAS)[-1]
    assert "Not sent (1)" in text_of(help_message["blocks"])
    world.press(TOMAS, "C0ALERTS", help_message, "help.dead_posts")
    unsent = world.whispers("C0ALERTS", TOMAS)[-1]
    assert "*Line in a card's thread* for <#C0ACME>" in text_of(unsent["blocks"])
    assert "Invite it." in unsent["text"]
    world.press(TOMAS, "C0ALERTS", unsent, "post.retry:0")
    world.press(TOMAS, "C0ALERTS", unsent, "post.retry:0")
    assert "tried again already" in world.whispers("C0ALERTS", TOMAS)[-1]["text"]
    world.settle()
    assert world.thread("C0ACME", DANA, card["ts"]) == ["Dana Whitlock is on it."]


def _press(world: World, user: str, action_id: str) -> None:
    world.post("action", user=user, view_id=world.view(user)["id"], action_id=action_id)


@pytest.mark.parametrize("role", ["rep", "support", "manager", "admin"])
def test_help_lists_every_command_that_the_role_can_use(role: str) -> None:
    words = all_commands(role).text
    for command in COMMANDS:
        assert f"`{command.example}` {command.does}" in words
        for more in command.more:
            assert (f"`{more.example}`" in words) is (role in more.roles)


def test_all_commands_are_one_press_behind_those_of_every_day(both: World) -> None:
    both.command(PRIYA, "C0ACME", "/retention")
    daily = both.whispers("C0ACME", PRIYA)[-1]
    assert "`/account acme`" in daily["text"] and "`/grow acme`" not in daily["text"]
    both.press(PRIYA, "C0ACME", daily, "help.commands")
    told = both.whispers("C0ACME", PRIYA)[-1]
    assert "`/grow acme`" in told["text"] and "`/account acme`" in told["text"]


def test_retention_tells_each_what_they_can_type(both: World) -> None:
    both.command(PRIYA, "C0ACME", "/retention")
    said = both.whispers("C0ACME", PRIYA)[-1]["text"]
    assert "you are in support here" in said and "`/pulse acme`" in said and "/pulse coverage" not in said
    both.command(HELEN, "C0ACME", "/retention")
    assert "`/pulse coverage`" in both.whispers("C0ACME", HELEN)[-1]["text"]
