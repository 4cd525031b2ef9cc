"""My desk: what waits today, my accounts, my people, my settings; fresh after each change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

import handlers.home
from bot import models, pulses
from bot.db.work import Work
from bot.pulses.rules import Colour
from bot.touchpoints import settings as touchpoint_settings
from tests.factories import NOW, make_account
from tests.handlers.conftest import (
    DANA,
    HELEN,
    KIM,
    MONDAY,
    PRIYA,
    TOMAS,
    World,
    choose_menu,
    in_days,
    menu_choices,
    text_of,
    until,
)
from tests.handlers.test_story import NASTY, learn

ACME = (
    "• 🟡 *Acme Robotics*: needs someone · *€48,000* a year · cancel by *Tue 21 Apr*, 50 days left; "
    "otherwise it renews *Thu 21 May* · Health not known · no touch yet"
)
STEPS = ("Say when you work", "Log one talk with a customer", "Take a renewal, or answer a pulse")


def home(world: World, user: str) -> dict[str, Any]:
    """What a person sees when they open the Home tab."""
    return dict(world.post("home", user=user))


def seen(world: World, user: str) -> str:
    """What stands in their Home tab now, without opening it again."""
    return text_of(world.get(f"home?user={user}")["blocks"])


def press(world: World, user: str, action_id: str, **more: Any) -> Any:
    """Press a button in the Home tab."""
    return world.post("action", user=user, view_id=world.get(f"home?user={user}")["id"], action_id=action_id, **more)


def member(world: World, slack_id: str) -> models.Member:
    """A person as the database knows them."""
    with world.bot.db.reading() as session:
        return session.scalars(select(models.Member).where(models.Member.slack_id == slack_id)).one()


def owe(world: World, words: str, due: date, is_promise: bool = False) -> None:
    """Dana has something to do for Acme."""
    with world.bot.db.transaction() as session:
        dana = session.scalars(select(models.Member).where(models.Member.slack_id == DANA)).one()
        session.add(
            models.FollowUp(
                workspace_id=world.bot.workspace_id,
                account_id=world.account("Acme Robotics"),
                owner_id=dana.id,
                words=words,
                due_on=due,
                is_promise=is_promise,
                created_at=MONDAY,
            )
        )


def test_someone_new_is_shown_three_steps_until_they_have_done_them(both: World) -> None:
    first = text_of(home(both, PRIYA)["blocks"])
    assert "Welcome" in first and all(step in first for step in STEPS) and "Done:" not in first
    both.command(PRIYA, "C0ACME", "/touch Called Ruth")
    until(lambda: "✅ Done: Log one talk with a customer" in seen(both, PRIYA))
    set_wishes(both, PRIYA, start="09:00", end="17:00")
    until(lambda: "✅ Done: Say when you work" in seen(both, PRIYA))
    both.press(PRIYA, "C0ACME", both.card("C0ACME", PRIYA), "renewal.claim")
    until(lambda: "Welcome" not in seen(both, PRIYA))


def test_the_first_steps_can_be_put_away_for_good(both: World) -> None:
    home(both, DANA)
    press(both, DANA, "home.hide_tour")
    until(lambda: "Welcome" not in seen(both, DANA))
    set_wishes(both, DANA)
    assert "Welcome" not in text_of(home(both, DANA)["blocks"])


def test_the_desk_has_what_waits_today_and_the_accounts_by_what_hurts(both: World) -> None:
    learn(both)
    owe(both, f"Call back {NASTY}", in_days(-2))
    owe(both, "Send the numbers", in_days(0), is_promise=True)
    owe(both, "Not yet", in_days(9))
    with Work.writing(both.bot.db, both.bot.workspace_id, MONDAY) as work:
        pulses.start(work, both.account("Acme Robotics"), None)
    view = home(both, DANA)
    words = text_of(view["blocks"])
    assert "Good morning, Dana: 7 for today" in words and "4 renewals, 1 pulse and 2 follow-ups wait for you" in words
    assert "*How is Acme Robotics doing?*" in words
    order = ["Call back", "*How is Acme", "Send the numbers", "🟡 *Brightwater Utilities*"]
    assert [words.index(one) for one in order] == sorted(words.index(one) for one in order)
    assert "Call back &lt;!channel&gt;" in words and "<!channel>" not in words and "Not yet" not in words
    (table,) = [b for b in view["blocks"] if b["type"] == "data_table"]
    rows = [[cell["text"] for cell in row] for row in table["rows"]]
    assert rows[0] == ["Account", "Renewal", "Value a year", "Due", "Health", "Last touch"]
    assert [row[0] for row in rows[1:]] == ["Brightwater Utilities", "Meridian Freight", "Acme Robotics"]
    assert rows[3][1:] == ["🟡 needs someone", "€48,000", "Tue 21 Apr, in 50 days", "not known", "3 days ago"]
    assert rows[1][5] == "never"


def test_a_press_on_the_desk_is_shown_there_within_two_seconds(both: World) -> None:
    owe(both, "Call back", in_days(0))
    home(both, DANA)
    assert "Call back" in seen(both, DANA)
    press(both, DANA, "follow_up.done:0")
    until(lambda: "Call back" not in seen(both, DANA))
    assert both.direct(DANA) == [] or all("Call back" not in m["text"] for m in both.direct(DANA))


def test_a_change_made_elsewhere_by_the_same_person_is_shown_too(world: World) -> None:
    home(world, DANA)
    assert "today" not in str(_row(world, "Acme Robotics")[5])
    world.command(DANA, "C0ACME", "/touch Called Ruth about the roll-out")
    until(lambda: _row(world, "Acme Robotics")[5] == "today")


def test_a_pulse_is_answered_from_the_desk(both: World) -> None:
    with Work.writing(both.bot.db, both.bot.workspace_id, MONDAY) as work:
        pulses.start(work, both.account("Acme Robotics"), None)
    home(both, DANA)
    press(both, DANA, "pulse.red:0")
    assert "Acme" in text_of(both.view(DANA)["blocks"])
    both.submit(DANA, words="They are leaving", reasons=["Price"])
    until(lambda: "*How is Acme" not in seen(both, DANA))


def test_an_account_is_looked_at_from_the_desk_as_a_modal(both: World) -> None:
    learn(both)
    home(both, DANA)
    view_id = both.get(f"home?user={DANA}")["id"]
    offered = both.post("suggest", user=DANA, view_id=view_id, action_id="account.look", value="acm")
    (option,) = offered["options"]
    press(both, DANA, "account.look", value=option["value"])
    view = both.view(DANA)
    assert "About the roll-out" in text_of(view["blocks"])
    menu, choice = next(one for one in menu_choices(view) if one[1].startswith("account.timeline "))
    both.post("action", user=DANA, view_id=view["id"], action_id=menu, value=choice)
    assert "newest first" in text_of(both.view(DANA)["blocks"])


def lead(world: World, manager: str, *people: str) -> None:
    """Who is whose manager."""
    with world.bot.db.transaction() as session:
        members = {one.slack_id: one for one in session.scalars(select(models.Member))}
        for person in people:
            members[person].manager_id = members[manager].id


def test_a_manager_sees_what_their_team_has_worst_first_with_the_money(both: World) -> None:
    lead(both, HELEN, DANA)
    lead(both, TOMAS, HELEN)
    with both.bot.db.transaction() as session:
        renewals = {one.account_id: one for one in session.scalars(select(models.Renewal))}
        renewals[both.account("Acme Robotics")].forecast = "at_risk"
        renewals[both.account("Meridian Freight")].renewal_date = in_days(-3)
    with Work.writing(both.bot.db, both.bot.workspace_id, MONDAY) as work:
        round_id = pulses.start(work, both.account("Acme Robotics"), None)
        pulses.answer(
            work, round_id, member(both, DANA).id, pulses.GivenAnswer(Colour.RED, words="They look at others")
        )
    for manager in (HELEN, TOMAS):
        view = home(both, manager)
        words = text_of(view["blocks"])
        figures = "*Overdue* 1 · $70,000 | *At risk* 1 · €48,000 | *Nobody on it* 3 | *Red pulses* 1"
        assert figures in words.replace("\u00a0", " ")
        (table,) = [b for b in view["blocks"] if b["type"] == "data_table"]
        rows = [[cell["text"] for cell in row] for row in table["rows"]]
        assert rows[0] == ["Account", "Value a year", "Due", "Stage", "Owner", "Health"]
        assert [row[0] for row in rows[1:]] == [
            "🔴 Meridian Freight",
            "🔴 Acme Robotics",
            "🟡 Brightwater Utilities",
            "🟡 Brightwater Utilities",
        ]
        assert rows[1][3:5] == ["Upcoming, overdue", "Dana Whitlock"]


def test_a_rep_has_no_team_and_two_who_lead_each_other_end_somewhere(world: World) -> None:
    assert "My team" not in text_of(home(world, DANA)["blocks"])
    lead(world, DANA, HELEN)
    lead(world, HELEN, DANA)
    assert "My team" in text_of(home(world, DANA)["blocks"])


def test_a_manager_sees_which_of_their_people_has_something_late(both: World) -> None:
    lead(both, HELEN, DANA, PRIYA)
    with both.bot.db.transaction() as session:
        session.scalars(select(models.Member).where(models.Member.slack_id == DANA)).one().away_until = in_days(3)
    owe(both, "Call back", in_days(-2))
    words = text_of(home(both, HELEN)["blocks"]).replace("\u00a0", " ")
    assert "*Dana Whitlock*, away to Thu 5 Mar: 4 renewals, €48,000 + £9,000 + $70,000" in words
    assert "1 late follow-up" in words and "1 other person: nothing late." in words and "*Priya" not in words


def test_a_notice_window_that_has_closed_makes_nobody_late_and_a_passed_date_does(world: World) -> None:
    lead(world, HELEN, DANA)

    def change(account: str, **values: Any) -> None:
        with world.bot.db.transaction() as session:
            own = models.Renewal.account_id == world.account(account)
            session.execute(update(models.Renewal).where(own).values(**values))

    change("Acme Robotics", deadline=in_days(-1))
    assert "*Dana Whitlock*" not in text_of(home(world, HELEN)["blocks"])
    assert "1 person: nothing late." in seen(world, HELEN)
    change("Meridian Freight", renewal_date=in_days(-1))
    assert "• *Dana Whitlock*: 4 renewals, " in text_of(home(world, HELEN)["blocks"])


def test_where_slack_takes_no_table_the_same_is_said_in_lines(world: World) -> None:
    world.post("fault", method="views.publish", kind="error:invalid_blocks")
    words = text_of(home(world, DANA)["blocks"])
    assert "data_table" not in words
    assert ACME in words


def test_the_rows_stand_in_lines_before_the_one_table_that_repeats_them(world: World) -> None:
    lead(world, DANA, HELEN)
    drawn = home(world, DANA)["blocks"]
    kinds = [block["type"] for block in drawn]
    assert kinds.count("data_table") == 1
    before = text_of(drawn[: kinds.index("data_table")])
    assert ACME in before and before.count("1 person: nothing late.") == 1


@pytest.mark.parametrize(
    "kind", ["error:invalid_attachments", "error:only_one_table_allowed", "error:invalid_arguments"]
)
def test_whatever_slack_calls_a_table_it_does_not_take_home_is_drawn_without_it(world: World, kind: str) -> None:
    world.post("fault", method="views.publish", kind=kind)
    words = text_of(home(world, DANA)["blocks"])
    assert "data_table" not in words and ACME in words


def test_the_desk_of_someone_who_keeps_five_hundred_accounts_fits(world: World) -> None:
    with world.bot.db.transaction() as session:
        dana = session.scalars(select(models.Member).where(models.Member.slack_id == DANA)).one()
        workspace = session.get_one(models.Workspace, world.bot.workspace_id)
        for n in range(500):
            make_account(session, workspace, f"{NASTY} & {'Söhne ' * 20}{n}", owner_id=dana.id)
    view = home(world, DANA)
    assert len(view["blocks"]) <= 100
    assert "503 accounts, what hurts most first. Here are the 10 that hurt most" in text_of(view["blocks"])


@pytest.mark.parametrize("kind", ["rate_limited", "http_500_before"])
def test_a_home_that_slack_does_not_take_when_it_is_opened_is_drawn_after_the_wait(
    world: World, caplog: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(handlers.home, "AGAIN", 0.1)
    world.post("fault", method="views.publish", kind=kind, seconds=1)
    assert world.post("home", user=DANA) is None
    until(lambda: world.get(f"home?user={DANA}") is not None)
    assert not [one for one in caplog.records if one.exc_info]


def test_a_guest_sees_nothing(world: World) -> None:
    assert "This is for members of the team." in text_of(home(world, KIM)["blocks"])


def test_settings_are_kept_shown_and_refused_beside_their_fields(both: World) -> None:
    home(both, DANA)
    press(both, DANA, "home.settings")
    refused = both.submit(DANA, start="17:00", end="09:00", place="dm")
    assert refused["errors"] == {"end": "Choose a time after the one they begin at."}
    refused = both.submit(DANA, start="09:00", end="17:00", place="dm", away_until="2026-02-27")
    assert "away_until" in refused["errors"]
    assert both.submit(DANA, start="10:00", end="16:00", place="dm", away_until="")["ok"]
    until(lambda: "10:00 to 16:00" in seen(both, DANA))
    assert "by direct message" in seen(both, DANA) and "`/digest`" in seen(both, DANA)


def test_a_stand_in_and_a_country_are_kept_and_refused_beside_their_fields(world: World) -> None:
    home(world, DANA)
    press(world, DANA, "home.settings")
    chosen = {"place": "channel"}
    refused = world.submit(DANA, **chosen, stand_in=DANA, country="Atlantis")["errors"]
    assert refused["stand_in"] == "Choose somebody else, or nobody." and "Germany" in refused["country"]
    assert world.submit(DANA, **chosen, stand_in=HELEN, country="Germany")["ok"]
    until(lambda: "My country: DE" in seen(world, DANA))
    assert f"Stands in for me: <@{HELEN}>" in seen(world, DANA)


def set_wishes(world: World, user: str, **given: Any) -> None:
    """Save the form of someone's settings."""
    home(world, user)
    press(world, user, "home.settings")
    filled = {"place": "channel", **given}
    assert world.submit(user, **filled)["ok"]


def test_a_digest_comes_on_the_morning_asked_for_and_stays_silent_when_nothing_waits(both: World) -> None:
    assert both.set_up_digest(DANA)["ok"]
    owe(both, "Call back", in_days(1))
    both.slack.clock.set(MONDAY + timedelta(days=1))
    both.settle()
    (digest,) = digests(both, DANA)
    assert digest["text"].startswith("Tue 3 Mar · ")
    # It has a message of its own on this day.
    assert "Call back" not in digest["text"] and "1 still open" in digest["text"]
    assert choose_in_digest(both, DANA, digest, "Why am I seeing this?")["ok"]
    why = text_of(both.view(DANA)["blocks"])
    assert "You set this digest up: what waits for you, each working day when the day begins." in why
    assert "Next on Wed 4 Mar: a digest, if something is new by then." in why
    assert "Brightwater Utilities" in digest["text"]
    both.slack.clock.set(MONDAY + timedelta(days=2))
    both.settle()
    later = digests(both, DANA)[-1]["text"]
    assert later.startswith("Wed 4 Mar · 1 changed, ")
    assert "Acme Robotics · follow-up: Call back · ⛔ 1 day overdue." in later
    assert later.count("Brightwater Utilities") == 1 and "Still open (" in later
    for day in (3, 4):
        both.slack.clock.set(MONDAY + timedelta(days=day))
        both.settle()
    assert digests(both, DANA)[-1]["text"] == later


def digests(world: World, who: str) -> list[dict[str, Any]]:
    """The digests somebody has got, oldest first."""
    return [m for m in world.direct(who) if any(value.startswith("digest.why ") for _, value in menu_choices(m))]


def choose_in_digest(world: World, who: str, message: dict[str, Any], label: str) -> Any:
    """Choose in the ⋯ of a direct message."""
    with world.bot.db.reading() as session:
        channel = session.scalars(select(models.Member.dm_channel).where(models.Member.slack_id == who)).one()
    assert channel
    return choose_menu(world, who, channel, message, label)


def test_nobody_is_written_to_outside_their_own_hours_or_while_away(both: World) -> None:
    set_wishes(both, DANA, start="13:00", end="18:00")
    both.command(PRIYA, "C0ACME", "/account")
    both.settle()
    give(both, "Ask them about it")
    both.settle()
    assert not [m for m in both.direct(DANA) if "Ask them about it" in m["text"]]
    both.slack.clock.set(MONDAY.replace(hour=13, minute=1))
    both.settle()
    assert [m for m in both.direct(DANA) if "Ask them about it" in m["text"]]
    set_wishes(both, DANA, start="13:00", end="18:00", away_until="2026-03-04")
    give(both, "And about that")
    both.settle()
    assert not [m for m in both.direct(DANA) if "And about that" in m["text"]]
    both.slack.clock.set(MONDAY.replace(day=5, hour=13, minute=1))
    both.settle()
    assert [m for m in both.direct(DANA) if "And about that" in m["text"]]


def give(world: World, words: str) -> None:
    """Priya writes a follow-up down for Dana."""
    world.command(PRIYA, "C0ACME", "/touch")
    filled = {"kind": "call", "follow_up": words, "follow_up_on": "2026-03-20", "follow_up_by": DANA}
    account = {"account.find": {"account.find": str(world.account("Acme Robotics"))}}
    view = world.view(PRIYA)
    values = {**{name: {name: value} for name, value in filled.items()}, **account}
    suggested = world.post("suggest", user=PRIYA, view_id=view["id"], action_id="account.find", value="acme")
    assert suggested["options"]
    assert world.post("submit", user=PRIYA, view_id=view["id"], values=values)["ok"]


def test_who_wants_reminders_directly_is_not_mentioned_in_the_channel_as_well(world: World) -> None:
    set_wishes(world, DANA, place="dm")
    card = world.card("C0ACME", DANA)
    world.slack.clock.set(MONDAY + timedelta(days=22, hours=4))
    world.settle()
    reminders = [m for m in world.direct(DANA) if m["text"].startswith("Acme Robotics: ")]
    assert reminders and "because" not in reminders[0]["text"]
    lines = world.thread("C0ACME", DANA, card["ts"])
    assert lines and all("<@U0REP1>" not in line for line in lines)


def _row(world: World, account: str) -> list[str]:
    (table,) = [b for b in world.get(f"home?user={DANA}")["blocks"] if b["type"] == "data_table"]
    rows = [[cell["text"] for cell in row] for row in table["rows"]]
    return next(row for row in rows if row[0] == account)


def test_what_is_beyond_the_rows_shown_is_counted(world: World) -> None:
    for n in range(12):
        owe(world, f"Thing {n}", in_days(-1))
    words = text_of(home(world, DANA)["blocks"])
    assert "12 follow-ups" in words and "and 6 more follow-ups" in words


def test_the_digest_counts_what_it_does_not_name(world: World) -> None:
    assert world.set_up_digest(DANA)["ok"]
    for n in range(12):
        owe(world, f"Thing {n}", in_days(0))
    world.slack.clock.set(MONDAY + timedelta(days=1))
    world.settle()
    (digest,) = digests(world, DANA)
    assert "follow-up: Thing 5 · ⛔ 1 day overdue." in digest["text"]
    shown = digest["text"].count(" · ⛔") + digest["text"].count("🆕")
    assert shown == 8 and f"and {_new(digest) - 8} more, in my Home tab" in digest["text"]


def _new(digest: dict[str, Any]) -> int:
    """How many new things a digest counts at its head."""
    return int(digest["text"].partition(" · ")[2].split()[0])


def test_nothing_is_said_directly_in_the_night_to_someone_of_the_usual_hours(world: World) -> None:
    world.slack.clock.set(MONDAY.replace(day=8, hour=3))
    world.settle()
    before = len(world.direct(DANA))
    give(world, "In the night")
    world.settle()
    assert len(world.direct(DANA)) == before
    world.slack.clock.set(MONDAY.replace(day=9, hour=9, minute=30))
    world.settle()
    assert any("In the night" in m["text"] for m in world.direct(DANA)[before:])


def test_a_reaction_that_logs_shows_in_ones_home(world: World) -> None:
    home(world, DANA)
    before = _row(world, "Acme Robotics")
    said = world.post("message", channel="C0ACME", user=PRIYA, text="Ruth told me they love it")
    world.post("reaction", user=DANA, channel="C0ACME", ts=said["ts"], name="memo", present=True)
    until(lambda: _row(world, "Acme Robotics")[5] == "today")
    world.post("reaction", user=DANA, channel="C0ACME", ts=said["ts"], name="memo", present=False)
    until(lambda: _row(world, "Acme Robotics")[5] == before[5])


def test_a_home_that_slack_would_not_take_is_drawn_when_the_wait_is_over(world: World) -> None:
    home(world, DANA)
    world.post("fault", method="views.publish", kind="error:ratelimited", times=1)
    world.command(DANA, "C0ACME", "/touch Called Ruth")
    until(lambda: _row(world, "Acme Robotics")[5] == "today")


def test_the_last_touch_is_a_day_of_the_person_not_of_the_office(world: World) -> None:
    with world.bot.db.transaction() as session:
        session.execute(
            update(models.Member).where(models.Member.slack_id == DANA).values(timezone="America/Los_Angeles")
        )
    world.slack.clock.set(MONDAY.replace(day=3, hour=5))
    world.command(DANA, "C0ACME", "/touch Called Ruth")
    home(world, DANA)
    assert _row(world, "Acme Robotics")[5] == "today"


def test_somebody_away_is_not_told_what_a_shared_channel_may_not_hear(world: World) -> None:
    set_wishes(world, DANA, away_until="2026-03-31")
    before = len(world.direct(DANA))
    for day in range(1, 27):
        world.slack.clock.set(MONDAY + timedelta(days=day))
        world.settle()
    assert len(world.direct(DANA)) == before


def test_a_reminder_of_a_shared_channels_account_comes_once(world: World) -> None:
    set_wishes(world, DANA, place="dm")
    for day in range(1, 40):
        world.slack.clock.set(MONDAY + timedelta(days=day))
        world.settle()
    with world.bot.db.reading() as session:
        mine = select(models.Post.key).join(models.Delivery).where(models.Delivery.recipient == DANA)
        keys = list(session.scalars(mine))
    assert len(keys) == len(set(keys))


def test_what_no_channel_was_told_of_comes_in_the_digest_of_those_who_keep_the_account(both: World) -> None:
    with Work.writing(both.bot.db, both.bot.workspace_id, NOW) as work:
        touchpoint_settings.change(work, "memo", echo=False)
    for who in (DANA, PRIYA):
        assert both.set_up_digest(who)["ok"]
    for n in range(7):
        both.command(PRIYA, "C0ACME", f"/touch Called Ruth about <!here> {n}")
    both.settle()
    both.slack.clock.set(MONDAY + timedelta(days=1))
    both.settle()
    (digest,) = [m["text"] for m in digests(both, DANA) if m["text"].startswith("Tue 3 Mar")]
    assert "Logged for Acme Robotics: call by Priya Raman. “Called Ruth about &lt;!here&gt; 6”" in digest
    assert digest.count("Logged for") == 5 and "and 2 more touchpoints, in the accounts' stories" in digest
    assert not any("Logged for" in m["text"] for m in both.direct(PRIYA))
    both.slack.clock.set(MONDAY + timedelta(days=2))
    both.settle()
    later = [m["text"] for m in digests(both, DANA) if m["text"].startswith("Wed 4 Mar")]
    assert not any("Logged for" in words for words in later)


def test_what_a_channel_was_told_of_is_not_said_again_in_the_digest(world: World) -> None:
    assert world.set_up_digest(DANA)["ok"]
    world.command(PRIYA, "C0ACME", "/touch Called Ruth about something")
    world.settle()
    world.slack.clock.set(MONDAY + timedelta(days=1))
    world.settle()
    assert not any("Logged for" in m["text"] for m in world.direct(DANA))
