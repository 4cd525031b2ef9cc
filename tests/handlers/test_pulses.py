"""Pulses as people meet them: started, answered, reminded, closed, followed by a next step, counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import models
from bot.db.work import Work
from bot.workspace import members
from tests.factories import NOW, make_teammate
from tests.handlers.conftest import DANA, HELEN, KIM, MARCO, MONDAY, PRIYA, World, button_ids, in_days, text_of

ANSWERS = ["pulse.green", "pulse.yellow", "pulse.red"]
NASTY = "They <!channel> said *no* & <@U0REP1> `left` مرحبا 🎉 _soon_"


def to(world: World, days: int, hour: int = 9, minute: int = 30) -> None:
    """Move so many days on from the Monday on which all begins, to a time in London, and let everything be said."""
    world.slack.clock.set(
        datetime.combine(MONDAY.date(), MONDAY.timetz()).replace(hour=hour, minute=minute) + timedelta(days=days)
    )
    world.settle()


def start(world: World, who: str = DANA, channel: str = "C0ACME", account: str = "acme") -> dict[str, Any]:
    world.command(who, channel, f"/pulse {account}")
    world.settle()
    return pulse(world)


def pulse(world: World, who: str = DANA, channel: str = "C0ACME") -> dict[str, Any]:
    cards = [m for m in world.messages(channel, who) if m["bot"] and not m["ephemeral"] and not m["thread_ts"]]
    signs = ("How is ", "🟢", "🟡", "🔴", "⚪")
    (found,) = [m for m in cards if m["text"].startswith(signs) and " a year · " not in m["text"]]
    return found


def say(world: World, who: str, colour: str, message: dict[str, Any] | None = None, **why: Any) -> Any:
    answer = world.press(who, "C0ACME", message or pulse(world), f"pulse.{colour}")
    answer = world.submit(who, **why) if why else answer
    world.settle()
    return answer


def test_a_round_started_by_hand_asks_the_whole_team_and_shows_who_has_answered_not_what(both: World) -> None:
    card = start(both)
    words = text_of(card["blocks"])
    assert "How is Acme Robotics doing?" in words
    assert button_ids(card) == ANSWERS
    assert "🟢 Well" in words and "🟡 Worries" in words and "🔴 In danger" in words
    assert f"⏳ Waiting for <@{DANA}> and <@{PRIYA}>" in words
    assert "Mon 9 Mar at the latest" in words and "Dana Whitlock started this pulse" in words
    assert both.whispers("C0ACME", DANA) == []

    assert say(both, PRIYA, "red", reasons=["Slow answers from us"], words="Three tickets wait")["ok"]
    after = pulse(both)
    words = text_of(after["blocks"]) + after["text"]
    assert after["ts"] == card["ts"]
    assert "✅ Answered: Priya Raman" in words and f"⏳ Waiting for <@{DANA}>" in words
    for hidden in ("Slow answers", "Three tickets", "doing well", "in danger"):
        assert hidden not in words
    assert both.thread("C0ACME", DANA, card["ts"]) == []


def test_a_red_answer_goes_to_the_owner_at_once_and_to_the_manager_next_morning_and_not_to_who_gave_it(
    both: World,
) -> None:
    with Work.writing(both.bot.db, both.bot.workspace_id, NOW) as work:
        members.set_role(work, DANA, "rep", HELEN)
    start(both)
    say(both, PRIYA, "red", reasons=["Looking at a competitor"], words=NASTY)
    own = both.whispers("C0ACME", PRIYA)[-1]
    assert own["text"].startswith("You said 🔴 In danger: Looking at a competitor.")
    assert (
        button_ids(own) == ["pulse.change", "competitor.pulse"]
        and "The account's owner reads it at once" in own["text"]
    )
    (told,) = reds(both, DANA)
    assert (
        "Acme Robotics: in danger · Priya Raman said so on Mon 2 Mar" in told["text"]
        and "<!channel>" not in told["text"]
    )
    assert "Looking at a competitor." in told["text"] and "because" not in told["text"]
    assert reds(both, HELEN) == reds(both, PRIYA) == []
    say(both, PRIYA, "yellow", reasons=["Price"], words="Calmer")
    (told,) = reds(both, DANA)
    assert "has changed that since" in told["text"] and "Before: 🔴 in danger." in told["text"]
    say(both, PRIYA, "red", reasons=["Price"], words="It is back")
    to(both, 1, 8)
    assert reds(both, HELEN) == []
    to(both, 1, 9)
    (told,) = reds(both, HELEN)
    assert "Dana Whitlock owns this account." in told["text"]
    assert len(reds(both, DANA)) == 1 and reds(both, PRIYA) == []


def test_who_stands_in_for_an_absent_owner_hears_of_red_at_once_and_may_act_until_the_owner_is_back(
    world: World,
) -> None:
    with world.bot.db.transaction() as session:
        marco = session.scalars(select(models.Member).where(models.Member.slack_id == MARCO)).one()
        session.execute(
            update(models.Member)
            .where(models.Member.slack_id == DANA)
            .values(away_until=in_days(2), stand_in_id=marco.id, manager_id=None)
        )
    start(world, PRIYA)
    say(world, PRIYA, "red", reasons=["Slow answers from us"], words="Three tickets wait")
    (told,) = reds(world, MARCO)
    assert "In place of the owner. Dana Whitlock is away to Wed 4 Mar." in told["text"]
    assert reds(world, DANA) == []
    channel = next(c["id"] for c in world.get("state")["channels"] if c["is_im"] and MARCO in c["members"])
    world.press(MARCO, channel, told, "health.open")
    assert "Acme Robotics" in str(world.view(MARCO))
    to(world, 3, 10)
    assert any("a red answer in its pulse, to Marco" in m["text"] for m in world.direct(DANA))


def test_a_round_closes_as_soon_as_everyone_has_answered_and_its_last_answer_can_still_be_put_right(
    both: World,
) -> None:
    card = start(both)
    say(both, PRIYA, "yellow", reasons=["Price"], words="Their CFO asks")
    assert button_ids(pulse(both)) == ANSWERS
    say(both, DANA, "green")
    closed = pulse(both)
    assert closed["text"].startswith("🟡 Acme Robotics: some worries · first pulse with an answer · 2 of 2 answered")
    assert both.thread("C0ACME", DANA, card["ts"]) == []
    own = both.whispers("C0ACME", DANA)[-1]
    assert button_ids(own) == ["pulse.heard", "pulse.impression", "pulse.change"]
    both.press(DANA, "C0ACME", own, "pulse.heard")
    both.settle()
    assert "Dana Whitlock (owner): well. Heard from the customer on Mon 2 Mar." in pulse(both)["text"]
    both.press(PRIYA, "C0ACME", both.whispers("C0ACME", PRIYA)[-1], "pulse.change")
    assert both.submit(PRIYA, colour="green", words="")["ok"]
    both.settle()
    words = pulse(both)["text"]
    assert words.startswith("🟢 Acme Robotics: doing well")
    assert "Priya Raman (support lead): well. Their impression. Before: 🟡 worries. Price. “Their CFO asks”" in words
    to(both, 0, 9, 45)
    both.command(HELEN, "C0ALERTS", "/pulse coverage")
    said = both.whispers("C0ALERTS", HELEN)[-1]["text"]
    assert "1 of 4 accounts answered in the last 90 days (25%). From the customer: 1. Impressions only: 0." in said
    to(both, 7)
    both.press(DANA, "C0ACME", own, "pulse.change")
    assert both.no_view(DANA) and "has closed" in both.whispers("C0ACME", DANA)[-1]["text"]


def test_a_green_made_of_impressions_only_says_so_wherever_it_is_shown(world: World) -> None:
    card = start(world)
    say(world, DANA, "green")
    world.press(DANA, "C0ACME", world.whispers("C0ACME", DANA)[-1], "pulse.impression")
    own = world.whispers("C0ACME", DANA)[-1]
    assert "It is your impression." in own["text"] and button_ids(own) == ["pulse.change"]
    say(world, PRIYA, "green")
    assert "Impressions only: nobody heard it from the customer." in pulse(world)["text"]
    assert world.thread("C0ACME", DANA, card["ts"]) == []
    to(world, 0, 9, 45)
    world.command(HELEN, "C0ALERTS", "/pulse coverage")
    assert "From the customer: 0. Impressions only: 1." in world.whispers("C0ALERTS", HELEN)[-1]["text"]
    with world.bot.db.reading() as session:
        found = session.scalars(select(models.PulseAnswer.heard_on)).all()
    assert found == [None, None]


def test_the_form_asks_how_it_is_known_and_takes_no_day_to_come(world: World) -> None:
    start(world)
    world.press(PRIYA, "C0ACME", pulse(world), "pulse.yellow")
    shown = world.view(PRIYA)["state"]["values"]
    assert shown["known"]["known"]["selected_option"]["value"] == "impression"
    assert shown["heard_on"]["heard_on"]["selected_date"] == str(MONDAY.date())
    late = world.submit(PRIYA, words="Quiet", known="heard", heard_on=str(in_days(3)))
    assert "still to come" in str(late["errors"]["heard_on"])
    assert world.submit(PRIYA, words="Quiet", known="heard", heard_on=str(in_days(-2)))["ok"]
    assert "You heard it from the customer on Sat 28 Feb." in world.whispers("C0ACME", PRIYA)[-1]["text"]


def test_yellow_and_red_ask_why_and_take_no_bare_colour_and_at_most_three_reasons(both: World) -> None:
    start(both)
    both.press(PRIYA, "C0ACME", pulse(both), "pulse.red")
    assert "🔴 In danger" in text_of(both.view(PRIYA)["blocks"])
    assert "a colour alone" in str(both.submit(PRIYA)["errors"])
    assert both.no_view(PRIYA) is False
    four = both.submit(PRIYA, reasons=["Price", "Product gap", "Little used", "Broken promise"])
    assert "at most 3" in str(four["errors"])
    assert both.submit(PRIYA, reasons=["Price", "Product gap", "Little used"])["ok"]
    assert answers(both) == [("red", ["Price", "Product gap", "Little used"], "")]


def test_an_answer_can_be_changed_until_the_round_closes_and_then_no_more(world: World) -> None:
    start(world)
    say(world, PRIYA, "yellow", words="Quiet")
    world.press(PRIYA, "C0ACME", pulse(world), "pulse.red")
    assert world.view(PRIYA)["state"]["values"]["words"]["words"]["value"] == "Quiet"
    world.submit(PRIYA, words="Very quiet")
    assert answers(world) == [("red", [], "Very quiet")]
    say(world, PRIYA, "green")
    assert answers(world) == [("green", [], "")]
    assert [m["text"].partition(".")[0] for m in world.whispers("C0ACME", PRIYA)] == [
        "You said 🟡 Worries",
        "You said 🔴 In danger",
        "You said 🟢 Well",
    ]
    world.command(PRIYA, "C0ACME", "/pulse acme")
    shown = world.whispers("C0ACME", PRIYA)[-1]
    to(world, 7)
    world.press(PRIYA, "C0ACME", shown, "pulse.green")
    assert "has closed. Start a new one with /pulse Acme Robotics." in world.whispers("C0ACME", PRIYA)[-1]["text"]


def test_those_who_are_silent_are_reminded_once_by_direct_message_and_can_answer_there(both: World) -> None:
    start(both)
    say(both, DANA, "green")
    to(both, 1)
    assert reminders(both, PRIYA) == []
    to(both, 2)
    (reminder,) = reminders(both, PRIYA)
    assert button_ids(reminder) == ANSWERS
    assert "How is Acme Robotics doing?" in reminder["text"] and "the only reminder" in reminder["text"]
    assert reminders(both, DANA) == []
    to(both, 4)
    assert len(reminders(both, PRIYA)) == 1
    channel = next(c["id"] for c in both.get("state")["channels"] if c["is_im"] and PRIYA in c["members"])
    both.press(PRIYA, channel, reminder, "pulse.green")
    both.settle()
    (after,) = reminders(both, PRIYA)
    assert after["text"] == "You answered the pulse of Acme Robotics."
    assert both.whispers(channel, PRIYA)[-1]["text"].startswith("You said 🟢 Well.")
    to(both, 7)
    (closed,) = reminders(both, PRIYA)
    assert closed["text"] == "You answered the pulse of Acme Robotics." and button_ids(closed) == []


def test_a_person_is_reminded_of_all_that_waits_once_a_week_and_of_the_rest_the_week_after(world: World) -> None:
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        support = members.find(work, PRIYA)
        for name in ("Brightwater Utilities", "Deltaforge Steel"):
            account = work.session.get_one(models.Account, world.account(name))
            make_teammate(work.session, account, work.session.get_one(models.Member, support.id), "support_lead")
    world.command(DANA, "C0ALERTS", "/pulse acme")
    world.settle()
    to(world, 1)
    world.command(MARCO, "C0ALERTS", "/pulse deltaforge")
    world.settle()

    def reminders() -> list[str]:
        return [m["text"] for m in world.direct(PRIYA) if "your answer is missing" in m["text"]]

    to(world, 2)
    [first] = reminders()
    assert "2 pulses are waiting for your answer" in first and "How is Deltaforge Steel doing?" in first
    to(world, 3)
    world.command(DANA, "C0ALERTS", "/pulse brightwater")
    world.settle()
    to(world, 7)
    assert len(reminders()) <= 1, "what closed asks no more, and the week is not over"
    to(world, 8)
    assert "How is Brightwater Utilities doing?" in reminders()[-1] and "Acme" not in reminders()[-1]


def test_a_round_closes_with_a_summary_that_shows_silence_as_silence(both: World) -> None:
    card = start(both)
    say(both, DANA, "green")
    to(both, 7, minute=20)
    assert button_ids(pulse(both)) == ANSWERS
    to(both, 7)
    closed = pulse(both)
    words = text_of(closed["blocks"])
    assert closed["ts"] == card["ts"] and button_ids(closed) == []
    assert "🟢 *Acme Robotics: doing well*" in words and "1 of 2 answered" in words
    assert "🟢 *Dana Whitlock* (owner): well." in words and "No answer from Priya Raman." in words
    assert "first pulse with an answer" in words and "Next pulse: about" in words
    assert both.thread("C0ACME", DANA, card["ts"]) == []


def test_nobody_answering_says_nothing_about_the_account(world: World) -> None:
    card = start(world)
    to(world, 7)
    words = text_of(pulse(world)["blocks"])
    assert "Nobody answered. That says nothing about the account" in words and "🟢" not in words
    assert "No answer from Dana Whitlock and Priya Raman." in words
    assert world.thread("C0ACME", DANA, card["ts"]) == []
    with world.bot.db.reading() as session:
        assert session.scalars(select(models.PulseRound.value)).one() is None


def test_a_red_round_asks_owner_and_support_lead_for_a_next_step_and_takes_it(both: World) -> None:
    card = start(both)
    say(both, DANA, "green")
    say(both, PRIYA, "red", reasons=["Broken promise"], words=NASTY)
    to(both, 7)
    (line,) = both.thread("C0ACME", DANA, card["ts"])
    assert line.startswith(f"<@{DANA}> <@{PRIYA}> What is the next step with Acme Robotics, and by when?")
    assert "It needs a next step: one sees them in danger, another sees them well." in line
    closed = pulse(both)["text"]
    assert "🔴 Priya Raman (support lead): in danger. Broken promise." in closed
    assert "<!channel>" not in closed and "&lt;!channel&gt;" in closed
    assert "hears on" not in line and "hears on" not in closed
    message = next(m for m in both.messages("C0ACME", DANA) if m["text"] == line)
    both.press(DANA, "C0ACME", message, "pulse.step")
    assert "Acme Robotics" in text_of(both.view(DANA)["blocks"])
    assert set(both.submit(DANA, follow_up="Call their CFO")["errors"]) == {"follow_up_on"}
    assert both.submit(DANA, follow_up="Call their CFO", follow_up_on=str(in_days(11)), follow_up_by=PRIYA)["ok"]
    both.settle()
    (line,) = both.thread("C0ACME", DANA, card["ts"])
    assert "Next: Call their CFO (Fri 13 Mar, Priya Raman)." in line and "What is the next step" not in line
    assert "Next: Call their CFO (Fri 13 Mar, Priya Raman)." in pulse(both)["text"]
    with both.bot.db.reading() as session:
        step = session.scalars(select(models.FollowUp)).one()
    assert (step.words, step.source, step.is_promise) == ("Call their CFO", f"pulse:{number(both)}", False)
    to(both, 10)
    assert untouched(both, HELEN) == []


def test_a_red_round_that_nobody_touches_goes_to_the_manager_once(both: World) -> None:
    with Work.writing(both.bot.db, both.bot.workspace_id, NOW) as work:
        members.set_role(work, DANA, "rep", HELEN)
    start(both)
    say(both, PRIYA, "red", reasons=["Price"])
    to(both, 7)
    to(both, 8)
    assert untouched(both, HELEN) == []
    to(both, 9)
    (told,) = untouched(both, HELEN)
    assert "Acme Robotics: the pulse of Mon 9 Mar has no next step" in told["text"]
    assert (
        "Dana Whitlock and Priya Raman were asked." in told["text"]
        and "A next step, a touch or a health check stops it" in told["text"]
    )
    assert button_ids(told) == ["pulse.step"]
    to(both, 11)
    assert len(untouched(both, HELEN)) == 1


def test_a_touch_logged_since_keeps_it_from_the_manager(world: World) -> None:
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        members.set_role(work, DANA, "rep", HELEN)
    start(world)
    say(world, PRIYA, "red", reasons=["Price"])
    to(world, 7)
    to(world, 8)
    world.command(DANA, "C0ACME", "/touch acme Called their CFO, it is about money")
    to(world, 10)
    assert untouched(world, HELEN) == []


def test_pulse_shows_the_running_round_instead_of_starting_another(both: World) -> None:
    start(both)
    both.command(PRIYA, "C0ALERTS", "/pulse acme")
    shown = both.whispers("C0ALERTS", PRIYA)[-1]
    assert button_ids(shown) == ANSWERS and "How is Acme Robotics doing?" in shown["text"]
    both.press(PRIYA, "C0ALERTS", shown, "pulse.green")
    both.settle()
    assert len(rounds(both)) == 1
    assert "✅ Answered: Priya Raman" in text_of(pulse(both)["blocks"])


def test_an_answer_given_on_ones_own_copy_is_confirmed(world: World) -> None:
    start(world)
    world.command(DANA, "C0ALERTS", "/pulse acme")
    copy = world.whispers("C0ALERTS", DANA)[-1]
    world.press(DANA, "C0ALERTS", copy, "pulse.green")
    said = world.whispers("C0ALERTS", DANA)[-1]["text"]
    assert said.startswith("You said 🟢 Well.") and "Nobody else sees it" in said
    world.press(DANA, "C0ALERTS", copy, "pulse.red")
    assert world.submit(DANA, words="They are leaving")["ok"]
    assert world.whispers("C0ALERTS", DANA)[-1]["text"].startswith("You said 🔴 In danger. “They are leaving”")
    assert world.no_view(DANA) and reds(world, DANA) == []


def test_an_account_called_like_a_list_is_reached_by_its_team_and_in_its_own_channel(world: World) -> None:
    with world.bot.db.transaction() as session:
        account = session.get_one(models.Account, world.account("Acme Robotics"))
        account.name, account.name_key = "Coverage", "coverage"
    world.command(HELEN, "C0ALERTS", "/pulse coverage")
    assert "accounts answered" in world.whispers("C0ALERTS", HELEN)[-1]["text"]
    world.command(DANA, "C0ALERTS", "/pulse coverage")
    assert world.whispers("C0ALERTS", DANA)[-1]["text"].startswith("The pulse of Coverage is in")
    world.command(HELEN, "C0ACME", "/pulse coverage")
    assert "How is Coverage doing?" in world.whispers("C0ACME", HELEN)[-1]["text"]


def test_a_round_started_elsewhere_says_where_it_is(world: World) -> None:
    world.command(DANA, "C0ALERTS", "/pulse acme")
    (said,) = world.whispers("C0ALERTS", DANA)
    assert said["text"].startswith("The pulse of Acme Robotics is in <#C0ACME>. Asked: Dana Whitlock and Priya Raman.")
    world.settle()
    assert button_ids(pulse(world)) == ANSWERS


def test_in_an_account_channel_no_name_is_needed_and_elsewhere_ones_own_are_offered(both: World) -> None:
    both.command(DANA, "C0ALERTS", "/pulse")
    offered = both.whispers("C0ALERTS", DANA)[-1]
    assert "Acme Robotics" in text_of(offered["blocks"]) and "`/pulse Acme`" in offered["text"]
    both.command(DANA, "C0ALERTS", "/pulse r")
    both.press(DANA, "C0ALERTS", offered, button_ids(offered)[0])
    both.command(DANA, "C0ACME", "/pulse")
    both.settle()
    assert {r.account_id for r in rounds(both)} >= {both.account("Acme Robotics")}


def test_only_the_team_starts_and_answers(both: World) -> None:
    both.post("member", channel="C0ACME", user=MARCO, present=True)
    both.command(MARCO, "C0ACME", "/pulse acme")
    assert "Only Acme Robotics's team can do that" in both.whispers("C0ACME", MARCO)[-1]["text"]
    assert rounds(both) == []
    card = start(both)
    both.post("member", channel="C0ACME", user=KIM, present=True)
    both.press(KIM, "C0ACME", card, "pulse.green")
    assert answers(both) == []


def test_a_press_that_slack_delivers_twice_is_one_answer(both: World) -> None:
    card = start(both)
    both.post("fault", method="*", kind="deliver_twice", times=1)
    both.press(DANA, "C0ACME", card, "pulse.green")
    both.settle()
    assert answers(both) == [("green", [], "")]
    assert len(both.whispers("C0ACME", DANA)) == 1


def test_in_a_shared_channel_nothing_is_said_and_each_of_the_team_is_asked_alone(world: World) -> None:
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        priya = members.find(work, PRIYA)
        account = work.session.get_one(models.Account, world.account("Meridian Freight"))
        work.session.add(
            models.Teammate(
                workspace_id=account.workspace_id,
                account_id=account.id,
                member_id=priya.id,
                role="support_lead",
                since=MONDAY,
            )
        )
    before = world.messages("C0MERIDIAN", DANA)
    world.command(DANA, "C0MERIDIAN", "/pulse")
    world.settle()
    assert [m for m in world.messages("C0MERIDIAN", DANA)[len(before) :] if not m["ephemeral"]] == []
    (own,) = [m for m in world.direct(DANA) if "How is Meridian Freight doing" in m["text"]]
    (copy,) = [m for m in world.direct(PRIYA) if "How is Meridian Freight doing" in m["text"]]
    assert "shared with another company" in text_of(own["blocks"])
    assert "no channel that only the team reads" in text_of(copy["blocks"])
    channel = next(c["id"] for c in world.get("state")["channels"] if c["is_im"] and PRIYA in c["members"])
    world.press(PRIYA, channel, copy, "pulse.red")
    assert world.submit(PRIYA, words="They are looking around")["ok"]
    to(world, 7)
    (after,) = [m for m in world.direct(PRIYA) if "Meridian Freight: in danger" in m["text"]]
    assert after["ts"] == copy["ts"] and "They are looking around" in after["text"]
    assert any(m["thread_ts"] == copy["ts"] and "Next step" in text_of(m["blocks"]) for m in world.direct(PRIYA))


def test_where_a_guest_reads_each_of_the_team_is_asked_directly_at_once(both: World) -> None:
    both.post("member", user=KIM, channel="C0ACME", present=True)
    before = len(both.messages("C0ACME", DANA))
    both.command(DANA, "C0ACME", "/pulse acme")
    both.settle()
    assert [m for m in both.messages("C0ACME", DANA)[before:] if not m["ephemeral"]] == []
    (own,) = [m for m in both.direct(DANA) if "How is Acme Robotics doing" in m["text"]]
    (copy,) = [m for m in both.direct(PRIYA) if "How is Acme Robotics doing" in m["text"]]
    assert "A guest reads the account's channel." in text_of(own["blocks"])
    assert "no channel that only the team reads" in text_of(copy["blocks"])
    channel = next(c["id"] for c in both.get("state")["channels"] if c["is_im"] and PRIYA in c["members"])
    both.press(PRIYA, channel, copy, "pulse.green")
    both.settle()
    assert answers(both) == [("green", [], "")]
    (own,) = [m for m in both.direct(DANA) if "How is Acme Robotics doing" in m["text"]]
    assert "✅ Answered: Priya Raman" in text_of(own["blocks"])


@pytest.mark.parametrize("who", ["guest", "company"])
def test_a_round_whose_channel_others_come_to_read_goes_on_with_each_who_has_not_answered(
    world: World, who: str
) -> None:
    message = start(world)
    say(world, DANA, "green", message)
    if who == "guest":
        world.post("member", user=KIM, channel="C0ACME", present=True)
    else:
        world.post("share", channel="C0ACME", is_ext_shared=True)
    world.settle()
    assert not any("doing?" in m["text"] for m in world.messages("C0ACME", DANA))
    assert len([m for m in world.direct(PRIYA) if "How is Acme Robotics doing" in m["text"]]) == 1
    assert len([m for m in world.direct(DANA) if "How is Acme Robotics doing" in m["text"]]) == 1


def test_managers_see_coverage_and_others_do_not(both: World) -> None:
    start(both)
    say(both, DANA, "green")
    to(both, 7)
    both.command(DANA, "C0ACME", "/pulse coverage")
    assert "Only managers and admins" in both.whispers("C0ACME", DANA)[-1]["text"]
    both.command(HELEN, "C0ACME", "/pulse coverage")
    said = both.whispers("C0ACME", HELEN)[-1]
    words = text_of(said["blocks"])
    assert "1 of 4 accounts answered in the last 90 days (25%)." in words
    assert (
        "3 not asked" in words and "`Mar 2026`" in words and "2026 so far: 1 answered pulse. Q4 has not begun." in words
    )
    assert "Deltaforge Steel (Marco Bellini), never yet" in words and "25%" in said["text"]


def test_a_manager_edits_the_list_of_reasons_and_the_form_offers_it(both: World) -> None:
    both.command(DANA, "C0ACME", "/pulse reasons")
    assert "Only managers and admins can change the list of reasons." in both.whispers("C0ACME", DANA)[-1]["text"]
    both.command(HELEN, "C0ACME", "/pulse reasons")
    assert "too long" in str(both.submit(HELEN, reasons="x" * 80)["errors"])
    own = "\n".join(f"Reason {n} <!channel> & مرحبا 🎉" for n in range(50))
    assert both.submit(HELEN, reasons=own)["ok"]
    start(both)
    both.press(DANA, "C0ACME", pulse(both), "pulse.red")
    field = next(b["element"] for b in both.view(DANA)["blocks"] if b.get("block_id") == "reasons")
    assert len(field["options"]) == 50 and field["max_selected_items"] == 3
    chosen = [field["options"][n]["value"] for n in (0, 7, 49)]
    assert both.submit(DANA, reasons=chosen)["ok"]
    to(both, 7)
    words = text_of(pulse(both)["blocks"])
    assert "Reason 49 &lt;!channel&gt; &amp; مرحبا 🎉" in words and "<!channel>" not in words


def test_names_of_200_characters_and_every_kind_of_sign_are_shown_as_typed(world: World) -> None:
    long_name = ("<!here> & *Ünï* مرحبا 🎉 " * 20)[:200]
    with world.bot.db.transaction() as session:
        account = world.account("Acme Robotics")
        session.execute(update(models.Account).where(models.Account.id == account).values(name=long_name))
        session.add(
            models.Insight(
                workspace_id=world.bot.workspace_id,
                words=NASTY * 20,
                url="https://e.example/?a=1&b=<2>|3",
                created_at=MONDAY,
            )
        )
        session.execute(update(models.Member).where(models.Member.slack_id == PRIYA).values(name=long_name))
    world.command(DANA, "C0ACME", "/pulse")
    world.settle()
    say(world, PRIYA, "red", words=NASTY * 60)
    say(world, DANA, "yellow", words=NASTY * 60)
    to(world, 2)
    to(world, 7)
    card = pulse(world)
    for message in [m for m in world.messages("C0ACME", DANA) if m["bot"]]:
        assert "<!" not in message["text"] + " ".join(markup(message["blocks"]))
    assert "&lt;!here&gt; &amp;" in card["text"] and "https://e.example/?a=1&amp;b=%3C2%3E%7C3" in text_of(
        card["blocks"]
    )
    assert not [t for t in world.traffic("chat.postMessage") if t.get("error")]


def test_an_insight_is_offered_on_the_card(world: World) -> None:
    with world.bot.db.transaction() as session:
        session.add(
            models.Insight(
                workspace_id=world.bot.workspace_id,
                words="A study on downtime",
                url="https://e.example/s",
                created_at=MONDAY,
            )
        )
    words = text_of(start(world)["blocks"])
    assert "💡 Worth sharing with them: A study on downtime <https://e.example/s|Read it>" in words


def markup(value: Any) -> list[str]:
    """All texts in which Slack reads markup."""
    if isinstance(value, dict):
        own = [str(value["text"])] if value.get("type") == "mrkdwn" else []
        return own + [one for inner in value.values() for one in markup(inner)]
    return [one for inner in value for one in markup(inner)] if isinstance(value, list) else []


def rounds(world: World) -> list[models.PulseRound]:
    with world.bot.db.reading() as session:
        return list(session.scalars(select(models.PulseRound).order_by(models.PulseRound.id)))


def number(world: World) -> int:
    return rounds(world)[-1].id


def answers(world: World) -> list[tuple[str, list[str], str]]:
    with world.bot.db.reading() as session:
        found = session.scalars(select(models.PulseAnswer).order_by(models.PulseAnswer.id))
        return [(a.colour, a.reasons, a.words) for a in found]


def reminders(world: World, who: str) -> list[dict[str, Any]]:
    return [m for m in world.direct(who) if "pulse of Acme" in m["text"] or "your answer is missing" in m["text"]]


def reds(world: World, who: str) -> list[dict[str, Any]]:
    return [m for m in world.direct(who) if "in danger" in m["text"] and "A red answer does not wait" in m["text"]]


def untouched(world: World, who: str) -> list[dict[str, Any]]:
    return [m for m in world.direct(who) if "the pulse of" in m["text"] and "stops it" in m["text"]]
