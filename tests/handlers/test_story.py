"""`/account`: one card, its timeline, sharing it, and the plan."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import models
from tests.factories import make_account
from tests.handlers.conftest import DANA, HELEN, KIM, MARCO, MONDAY, PRIYA, RUTH, World, button_ids, in_days, text_of
from tests.scenes.learning import make_check, make_promise, make_ticket, make_touch

NASTY = "<!channel> *bold* & <@U0REP1> `x` שלום 😀 " + "ö" * 160
BUTTONS = [
    "touch.open", "renewal.update", "health.open",
    "people.open", "account.share", "account.timeline", "account.chart", "plan.open", "handoff.open", "nurture.pause",
]  # fmt: skip


def learn(world: World, name: str = "Acme Robotics") -> None:
    """What the team has learnt of an account."""
    with world.bot.db.transaction() as session:
        account = session.get_one(models.Account, world.account(name))
        dana = session.scalars(select(models.Member).where(models.Member.slack_id == DANA)).one()
        make_check(session, account, MONDAY - timedelta(days=20), every=4, by_id=dana.id, heard="Going well")
        touch = {"by_id": dana.id, "logged_by_id": dana.id, "department": "sales", "contact": "Ruth"}
        make_touch(session, account, MONDAY - timedelta(days=3), words="About the roll-out", **touch)
        make_touch(
            session, account, MONDAY - timedelta(days=1), words="Only for us", kind="note", is_note=True, **touch
        )
        make_promise(session, account, None, MONDAY - timedelta(days=3), in_days(4))


def story(world: World, user: str, channel: str) -> dict[str, Any]:
    """The one card this person got to see."""
    (found,) = [m for m in world.whispers(channel, user) if "account.timeline" in button_ids(m)]
    return found


def test_one_card_tells_the_story(both: World) -> None:
    learn(both)
    both.command(DANA, "C0ALERTS", "/account acme")
    card = story(both, DANA, "C0ALERTS")
    assert button_ids(card) == BUTTONS
    words = card["text"]
    stands = (
        "🟡 Acme Robotics: needs someone · €48,000 a year · cancel by Tue 21 Apr, 50 days left; otherwise it renews"
    )
    assert words.startswith(f"{stands} Thu 21 May. Stage: Upcoming. Health")
    assert "Enterprise. Owner Dana Whitlock · Team Priya Raman (support lead)." in words
    assert "Robots: renews by itself for 12 months (assumed), notice: 30 days before 21 May = 21 Apr." in words
    assert "Last: Fri 27 Feb, Dana Whitlock (sales), call with Ruth: About the roll-out." in words
    assert "Only for us" not in words
    assert "Promise: Send the numbers (by Fri 6 Mar, nobody does it yet)" in words
    assert "no touch by support yet" in words and "no plan agreed yet" in words
    # What comes next stands there by its day, whatever the ladder says.
    assert "Next: Wed 4 Mar: " in words


@pytest.mark.parametrize("typed", ["acme 28 February", "acme as of 28.2.", "acme, on Feb 28", "Acme 2026-02-28"])
def test_the_card_of_a_past_day_tells_that_day_to_the_one_who_asked(world: World, typed: str) -> None:
    learn(world)
    world.command(DANA, "C0ALERTS", f"/account {typed}")
    card = story(world, DANA, "C0ALERTS")
    assert card["text"].startswith("As it stood on Sat 28 Feb 2026.")
    assert "About the roll-out" in card["text"]
    assert "Not kept for that day: who owned it, a health score and what was planned" in card["text"]
    assert " Enterprise. " in card["text"]
    assert button_ids(card) == ["account.story", "account.timeline"]
    world.press(DANA, "C0ALERTS", card, "account.story")
    assert "needs someone" in world.whispers("C0ALERTS", DANA)[-1]["text"]


def test_in_an_accounts_channel_a_day_alone_will_do(world: World) -> None:
    learn(world)
    world.command(DANA, "C0ACME", "/account yesterday")
    assert story(world, DANA, "C0ACME")["text"].startswith("As it stood on Sun 1 Mar 2026. ")
    world.command(DANA, "C0ACME", "/account today")
    assert "needs someone" in world.whispers("C0ACME", DANA)[-1]["text"]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("acme 30 June 2031", "30 June 2031 has not come yet."),
        ("acme 31 April", "There is no 31 April."),
        ("e 28 February", "Write the account's whole name before the day."),
    ],
)
def test_a_day_that_cannot_be_told_is_refused_with_how_to_write_it(world: World, typed: str, why: str) -> None:
    world.command(DANA, "C0ALERTS", f"/account {typed}")
    (said,) = world.whispers("C0ALERTS", DANA)
    assert why in said["text"] and "`/account acme 30 June`" in said["text"]


def test_an_account_that_is_called_like_a_day_is_found_by_its_name(world: World) -> None:
    with world.bot.db.transaction() as session:
        account = session.get_one(models.Account, world.account("Acme Robotics"))
        make_account(session, session.get_one(models.Workspace, account.workspace_id), "Cafe 28 February")
    world.command(DANA, "C0ALERTS", "/account cafe 28 february")
    assert story(world, DANA, "C0ALERTS")["text"].startswith("Cafe 28 February: ")


def test_its_details_are_folded_away_and_lie_open_where_slack_draws_no_container(both: World) -> None:
    both.command(DANA, "C0ACME", "/account acme")
    (folded,) = [b for b in story(both, DANA, "C0ACME")["blocks"] if b["type"] == "container"]
    assert folded["title"]["text"] == "What is missing and contracts" and folded["default_collapsed"]
    assert "*Contract* Robots: renews by itself" in text_of(folded["child_blocks"])
    both.post("fault", method="chat.postEphemeral", kind="error:invalid_blocks")
    both.command(DANA, "C0ACME", "/account acme")
    open_one = both.whispers("C0ACME", DANA)[-1]
    assert not [b for b in open_one["blocks"] if b["type"] == "container"]
    assert "*Contract* Robots: renews by itself" in text_of(open_one["blocks"])


def test_in_an_accounts_channel_its_name_is_not_needed_and_loose_names_offer_a_choice(world: World) -> None:
    world.command(PRIYA, "C0ACME", "/account")
    assert "Acme Robotics:" in story(world, PRIYA, "C0ACME")["text"]
    world.command(DANA, "C0ALERTS", "/account")
    (choice,) = world.whispers("C0ALERTS", DANA)
    assert "Which account? Press one of yours" in choice["text"] and "`/account Acme`" in choice["text"]
    world.press(DANA, "C0ALERTS", choice, button_ids(choice)[0])
    assert story(world, DANA, "C0ALERTS")
    world.command(DANA, "C0ALERTS", "/account zzqqx <!here>")
    assert "I found no account like “zzqqx &lt;!here&gt;”." in world.whispers("C0ALERTS", DANA)[-1]["text"]


def test_its_score_is_drawn_as_a_line_and_told_in_words(both: World) -> None:
    learn(both)
    with both.bot.db.transaction() as session:
        account_id = both.account("Acme Robotics")
        for days, score in ((90, 81), (40, 66)):
            day = in_days(-days)
            point = models.ScorePoint(
                workspace_id=both.bot.workspace_id, account_id=account_id, day=day, score=score, weights="w"
            )
            session.add(point)
    both.command(DANA, "C0ACME", "/account")
    both.press(DANA, "C0ACME", story(both, DANA, "C0ACME"), "account.chart")
    card = both.whispers("C0ACME", DANA)[-1]
    (chart,) = [b for b in card["blocks"] if b["type"] == "data_visualization"]
    points = chart["chart"]["series"][0]["data"]
    assert points[0] == {"label": "2 Dec", "value": 81} and points[-1]["label"] == "2 Mar"
    assert "Score: 81 on Tue 2 Dec 2025, " in card["text"]


def test_a_story_is_shared_by_name_and_once(both: World) -> None:
    learn(both)
    both.command(PRIYA, "C0ACME", "/account")
    both.press(PRIYA, "C0ACME", story(both, PRIYA, "C0ACME"), "account.share")
    asked = text_of(both.view(PRIYA)["blocks"])
    assert "Share the story of *Acme Robotics* to *#acc-acme*?" in asked
    assert "all of the team: " in asked and "Dana Whitlock" in asked and "Helen Osei" in asked
    assert not [m for m in both.messages("C0ACME", HELEN) if "Shared by" in m["text"]]
    assert both.submit(PRIYA)["ok"]
    both.settle()
    (shared,) = [m for m in both.messages("C0ACME", HELEN) if "Shared by Priya Raman" in m["text"]]
    assert not shared["ephemeral"] and "Acme Robotics:" in shared["text"]
    both.press(HELEN, "C0ACME", shared, "account.story")
    assert story(both, HELEN, "C0ACME")


def test_it_is_not_offered_for_sharing_in_a_direct_message(world: World) -> None:
    world.command(DANA, "C0MERIDIAN", "/account")
    world.settle()
    (told,) = [m for m in world.direct(DANA) if "account.timeline" in button_ids(m)]
    assert "account.share" not in button_ids(told) and "Meridian Freight:" in told["text"]
    assert world.messages("C0MERIDIAN", RUTH) == []


def test_it_is_not_shared_where_a_guest_reads_along(world: World) -> None:
    world.command(PRIYA, "C0ACME", "/account")
    card = story(world, PRIYA, "C0ACME")
    world.post("member", user=KIM, channel="C0ACME", present=True)
    world.press(PRIYA, "C0ACME", card, "account.share")
    world.settle()
    assert world.whispers("C0ACME", PRIYA)[-1]["text"].startswith("Someone from outside the team may read this channel")
    assert not [m for m in world.messages("C0ACME", HELEN) if "Shared by" in m["text"]]


def test_it_is_not_shared_when_a_guest_joins_while_the_question_is_open(world: World) -> None:
    world.command(PRIYA, "C0ACME", "/account")
    world.press(PRIYA, "C0ACME", story(world, PRIYA, "C0ACME"), "account.share")
    world.post("member", user=KIM, channel="C0ACME", present=True)
    world.submit(PRIYA)
    world.settle()
    assert "Someone from outside the team may read this channel" in text_of(world.view(PRIYA)["blocks"])
    assert not [m for m in world.messages("C0ACME", HELEN) if "Shared by" in m["text"]]


@pytest.mark.parametrize("user", [KIM, RUTH])
def test_outsiders_learn_nothing_not_even_whether_there_is_such_an_account(world: World, user: str) -> None:
    channel = "C0MERIDIAN" if user == RUTH else "C0RANDOM"
    for name in ("Acme Robotics", "Nobody at all"):
        world.command(user, channel, f"/account {name}")
    said = [m["text"] for m in world.whispers(channel, user)]
    assert len(set(said)) == 1 and "Acme" not in said[0]


def test_the_timeline_is_paged_and_narrowed(both: World) -> None:
    learn(both)
    with both.bot.db.transaction() as session:
        account = session.get_one(models.Account, both.account("Acme Robotics"))
        for n in range(23):
            make_ticket(session, account, MONDAY - timedelta(days=30 + n), words=f"Ticket {n} {NASTY}", priority="high")
    both.command(DANA, "C0ACME", "/account")
    both.press(DANA, "C0ACME", story(both, DANA, "C0ACME"), "account.timeline")
    view = both.view(DANA)
    first = text_of(view["blocks"])
    assert "27 entries, 1 to 10, newest first" in first and "Only for us" in first and "Ticket 0" in first
    assert "<!channel>" not in first and "&lt;!channel&gt;" in first
    press(both, DANA, view, "timeline.page:older")
    assert "11 to 20" in text_of(both.view(DANA)["blocks"])
    press(both, DANA, both.view(DANA), "timeline.page:newer")
    assert text_of(both.view(DANA)["blocks"]) == first
    press(both, DANA, both.view(DANA), "timeline.kind", "check")
    narrowed = text_of(both.view(DANA)["blocks"])
    assert "1 entry, newest first" in narrowed and "Going well" in narrowed and "Ticket" not in narrowed


def test_one_edits_ones_own_touch_in_the_timeline(world: World) -> None:
    learn(world)
    for user, may in ((DANA, True), (MARCO, False), (HELEN, True)):
        world.command(user, "C0ALERTS", "/account acme robotics")
        world.press(user, "C0ALERTS", world.whispers("C0ALERTS", user)[-1], "account.timeline")
        assert ("touch.edit" in text_of(world.view(user)["blocks"])) is may


def test_a_plan_is_kept_shown_and_put_on_the_owners_agenda(both: World) -> None:
    both.command(PRIYA, "C0ACME", "/account")
    both.press(PRIYA, "C0ACME", story(both, PRIYA, "C0ACME"), "plan.open")
    refused = both.submit(PRIYA, goals="", measure="x")
    assert not refused["ok"] and "goals" in refused["errors"]
    passed = both.submit(PRIYA, goals=NASTY, review_on="2026-03-01")
    assert passed["errors"] == {"review_on": "Choose today or a later day."}
    assert both.submit(PRIYA, goals=NASTY, measure="Fewer stops", rhythm="Monthly", review_on="2026-04-01")["ok"]
    both.settle()
    both.command(PRIYA, "C0ACME", "/account")
    words = both.whispers("C0ACME", PRIYA)[-1]["text"]
    assert "Plan: &lt;!channel&gt;" not in words
    assert "&lt;!channel&gt; *" in words
    assert "Next review Wed 1 Apr." in words and "no plan agreed yet" not in words
    assert "Follow-up: Review the plan with them" in words and "by Wed 1 Apr, Dana Whitlock" in words
    assert [m for m in both.direct(DANA) if "Review the plan" in m["text"]]


def test_only_the_team_writes_the_plan(world: World) -> None:
    world.command(MARCO, "C0ALERTS", "/account acme")
    world.press(MARCO, "C0ALERTS", story(world, MARCO, "C0ALERTS"), "plan.open")
    assert world.no_view(MARCO)
    assert "Only Acme Robotics's team can do that" in world.whispers("C0ALERTS", MARCO)[-1]["text"]


def press(world: World, user: str, view: dict[str, Any], action_id: str, value: str = "") -> None:
    """Press a button or choose an option in the open modal."""
    chosen = {"value": value} if value else {}
    world.post("action", user=user, view_id=view["id"], action_id=action_id, **chosen)


def test_after_an_angry_call_too_little_is_known_for_a_number_and_every_surface_says_so(world: World) -> None:
    world.command(DANA, "C0ACME", "/touch acme Called Ruth, she is furious and wants to cancel")
    world.settle()
    world.command(DANA, "C0ACME", "/account acme")
    story = world.whispers("C0ACME", DANA)[-1]["text"]
    assert "Health: too little known (15% of what counts is known)" in story
    assert "“cancel” in a call, today" in story and "of 100" not in story
