"""A touchpoint by every way in: one line, a form, a shortcut, a reaction; and what people see of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import models
from tests.handlers.conftest import DANA, HELEN, KIM, MARCO, MONDAY, PRIYA, RUTH, World, button_ids, text_of

INVISIBLE = set("\u200b\u2060\ufeff\u2068\u2069")
NASTY = "<!channel> *bold* & <@U0REP1> `x` שלום 😀 " + "ö" * 60


def touches(world: World) -> list[models.Touchpoint]:
    """What was logged and stands, oldest first."""
    with world.bot.db.reading() as session:
        found = select(models.Touchpoint).where(models.Touchpoint.deleted_at.is_(None))
        return list(session.scalars(found.order_by(models.Touchpoint.id)))


def said_by_bot(world: World, channel: str, user: str) -> list[dict[str, Any]]:
    """What everyone in a channel reads of the bot, apart from cards."""
    return [
        m
        for m in world.messages(channel, user)
        if m["bot"] and not m["ephemeral"] and "renewal." not in text_of(m["blocks"])
    ]


def say(world: World, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
    """Somebody writes a message; its ts."""
    more = {"thread_ts": thread_ts} if thread_ts else {}
    return str(world.post("message", user=user, channel=channel, text=text, **more)["ts"])


def react(world: World, user: str, channel: str, ts: str, present: bool = True, name: str = "memo") -> None:
    """Somebody gives a reaction or takes it back."""
    world.post("reaction", user=user, channel=channel, ts=ts, name=name, present=present)
    world.settle()


def move(world: World, **by: int) -> None:
    """Let time pass."""
    world.slack.clock.set(world.slack.clock.now() + timedelta(**by))


def test_one_line_logs_at_once_and_says_what_was_understood(both: World) -> None:
    answer = both.command(DANA, "C0ALERTS", "/touch acme Called Ruth about the roll-out, she is worried about training")
    assert answer["ok"]
    (touch,) = touches(both)
    assert (touch.account_id, touch.kind, touch.contact) == (both.account("Acme Robotics"), "call", "Ruth")
    assert touch.words == "Called Ruth about the roll-out, she is worried about training"
    (whisper,) = both.whispers("C0ALERTS", DANA)
    assert whisper["text"] == "Logged for Acme Robotics. Dana Whitlock (sales): call with Ruth, Mon 2 Mar."
    assert button_ids(whisper) == ["touch.edit", "touch.delete", "person.add", "competitor.touch"]


def test_in_an_accounts_channel_the_name_is_not_needed(world: World) -> None:
    world.command(PRIYA, "C0ACME", "/touch met their plant manager, all calm #calm #support")
    world.command(PRIYA, "C0ACME", "/touch Acme is worried about the new line")
    world.command(PRIYA, "C0ACME", "/touch acme called Ruth")
    found = touches(world)
    assert {t.account_id for t in found} == {world.account("Acme Robotics")}
    assert [t.words for t in found][1:] == ["Acme is worried about the new line", "called Ruth"]
    assert (found[0].kind, found[0].mood, found[0].purpose, found[0].department) == (
        "meeting",
        "calm",
        "support",
        "support",
    )


def test_everyone_on_the_account_reads_one_line_in_the_cards_thread(both: World) -> None:
    card = both.card("C0ACME", DANA)
    both.command(PRIYA, "C0ACME", f"/touch Called Ruth, {NASTY}")
    both.settle()
    (line,) = both.thread("C0ACME", DANA, card["ts"])
    assert line.startswith("Priya Raman (support): call with Ruth, Mon 2 Mar. ")
    assert "Called Ruth, &lt;!channel&gt; *\u200bbold*\u200b &amp; &lt;@U0REP1&gt;" in line
    assert "<!channel>" not in line and "<@U0REP1>" not in line and "😀" in line


def test_without_a_card_the_line_stands_in_the_channel(world: World) -> None:
    with world.bot.db.transaction() as session:
        account = session.scalars(select(models.Account).where(models.Account.name == "Acme Robotics")).one()
        account.channel = "C0JUNIPER"
        session.query(models.Renewal).filter_by(account_id=account.id).update({"closed_at": MONDAY})
    world.command(MARCO, "C0JUNIPER", "/touch Called Ruth")
    world.settle()
    (line,) = said_by_bot(world, "C0JUNIPER", MARCO)
    assert line["thread_ts"] is None and "Marco Bellini (sales): call with Ruth" in line["text"]


def test_a_line_that_names_no_account_opens_the_form_with_every_word_in_it(both: World) -> None:
    both.command(DANA, "C0ALERTS", "/touch Called Xaver about nothing in particular")
    view = both.view(DANA)
    assert "Called Xaver about nothing in particular" in text_of(view["blocks"])
    assert touches(both) == []
    refused = both.submit(DANA, kind="call")
    assert refused["ok"] is False and "account.find" in refused["errors"]


def test_a_name_alone_opens_its_form_and_the_form_logs_with_a_next_step(both: World) -> None:
    both.command(DANA, "C0ALERTS", "/touch acme")
    answer = both.submit(
        DANA,
        kind="meeting",
        contact="Ruth " + NASTY,
        words=NASTY,
        purpose="renewal",
        mood="churn",
        follow_up="Send the <!here> plan",
        follow_up_on="2026-03-06",
        promise=["yes"],
        follow_up_by=PRIYA,
    )
    assert answer["ok"], answer
    assert both.no_view(DANA)
    both.settle()
    (touch,) = touches(both)
    assert (touch.kind, touch.mood, touch.purpose, touch.words) == ("meeting", "churn", "renewal", NASTY)
    card = both.card("C0ACME", DANA)
    (line,) = both.thread("C0ACME", DANA, card["ts"])
    assert "Churn word heard. For renewal." in line
    assert "Next: Send the &lt;!here&gt; plan (Fri 6 Mar, Priya Raman, promised to the customer)" in line
    assert "<!" not in line
    (asked,) = both.direct(PRIYA)
    assert asked["text"].startswith(
        "Dana Whitlock wrote this down for you, for Acme Robotics, by Fri 6 Mar, in 4 days."
    )
    assert "<!" not in asked["text"]
    assert both.whispers("C0ALERTS", DANA) == []


def test_a_moment_ahead_is_refused_and_the_form_stays_open(world: World) -> None:
    world.command(DANA, "C0ACME", "/touch")
    ahead = int((MONDAY + timedelta(days=1)).timestamp())
    refused = world.submit(DANA, kind="call", at=ahead)
    assert "lies ahead" in refused["errors"]["at"]
    assert world.submit(DANA, kind="call", at=ahead - 10 * 86400)["ok"]
    assert touches(world)[0].at == MONDAY.replace(second=0) - timedelta(days=9)


@pytest.mark.parametrize("day", ["2026-03-20", "tomorrow", "2026-02-30"])
def test_a_line_of_a_day_that_cannot_be_opens_the_form_with_its_words(world: World, day: str) -> None:
    world.command(DANA, "C0ACME", f"/touch {day} called Ruth about the whole long story")
    shown = text_of(world.view(DANA)["blocks"])
    assert f"“{day}” lies ahead, or is no day." in shown and "called Ruth about the whole long story" in shown
    assert touches(world) == []
    assert world.submit(DANA)["ok"]
    assert (touches(world)[0].at, touches(world)[0].kind) == (MONDAY, "call")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"follow_up": "Send it"}, "follow_up_on"),
        ({"follow_up_on": "2026-03-06"}, "follow_up"),
        ({"follow_up": "Send it", "follow_up_on": "2026-02-20"}, "follow_up_on"),
        ({"follow_up": "Send it", "follow_up_on": "2026-03-06", "follow_up_by": KIM}, "follow_up_by"),
    ],
)
def test_half_a_next_step_is_refused_and_nothing_is_logged(world: World, given: dict[str, str], error: str) -> None:
    world.command(DANA, "C0ACME", "/touch")
    refused = world.submit(DANA, kind="call", **given)
    assert list(refused["errors"]) == [error] and touches(world) == []


def test_the_global_shortcut_opens_the_form(both: World) -> None:
    both.post("shortcut", user=MARCO, callback_id="touch.log")
    acme = str(both.account("Acme Robotics"))
    view = both.view(MARCO)
    found = both.post("suggest", user=MARCO, view_id=view["id"], action_id="account.find", value="acm")["options"]
    assert [o["value"] for o in found] == [acme]
    assert both.submit(MARCO, **{"account.find": found[0], "kind": "event"})["ok"]
    assert touches(both)[0].kind == "event"


def test_the_message_shortcut_fills_the_form_with_text_author_and_time(both: World) -> None:
    ts = say(both, PRIYA, "C0ACME", "Called @dana: Ruth is worried about A & B")
    both.post("shortcut", user=DANA, callback_id="touch.message", channel="C0ACME", ts=ts)
    shown = text_of(both.view(DANA)["blocks"])
    assert "Called @Dana Whitlock: Ruth is worried about A & B" in shown
    assert "From Priya Raman's message of Mon 2 Mar." in shown and "Acme Robotics" in shown
    move(both, minutes=30)
    assert both.submit(DANA)["ok"]
    both.settle()
    (touch,) = touches(both)
    with both.bot.db.reading() as session:
        assert session.get_one(models.Member, touch.by_id).slack_id == PRIYA
        assert session.get_one(models.Member, touch.logged_by_id).slack_id == DANA
    assert (
        touch.at.timestamp() == pytest.approx(float(ts)) and ts in touch.permalink.replace(".", "").replace("p", "")
    ) or touch.permalink
    (answer,) = both.thread("C0ACME", DANA, ts)
    assert answer.startswith("Logged for Acme Robotics. Priya Raman (support): call")
    assert "Tense" in answer and "Written down by Dana Whitlock." in answer


def test_a_reaction_logs_without_any_form_and_is_answered_in_the_thread(both: World) -> None:
    ts = say(both, PRIYA, "C0ACME", "Called Ruth: they want to start in May")
    react(both, DANA, "C0ACME", ts)
    (touch,) = touches(both)
    assert (touch.kind, touch.contact, touch.words) == ("call", "Ruth", "Called Ruth: they want to start in May")
    assert touch.at.timestamp() == pytest.approx(float(ts))
    (answer,) = [m for m in both.messages("C0ACME", DANA) if m["thread_ts"] == ts and m["ts"] != ts]
    assert answer["text"] == (
        "Logged for Acme Robotics. Priya Raman (support): call with Ruth, Mon 2 Mar. Written down by Dana Whitlock."
    )
    assert "touch.edit" in text_of(answer["blocks"])
    assert both.thread("C0ACME", DANA, both.card("C0ACME", DANA)["ts"]) == []


def test_the_same_message_logged_by_all_ways_and_people_is_one_touchpoint(both: World) -> None:
    ts = say(both, PRIYA, "C0ACME", "Called Ruth")
    move(both, seconds=5)
    both.post("fault", method="*", kind="deliver_twice", times=1)
    react(both, DANA, "C0ACME", ts)
    react(both, PRIYA, "C0ACME", ts)
    both.post("shortcut", user=HELEN, callback_id="touch.message", channel="C0ACME", ts=ts)
    assert both.view(HELEN)["title"]["text"] == "Edit the touchpoint"
    assert len(touches(both)) == 1
    assert len(both.thread("C0ACME", DANA, ts)) == 1


def test_two_who_log_the_same_message_at_once_make_one_and_no_words_are_lost(world: World) -> None:
    ts = say(world, PRIYA, "C0ACME", "Called Ruth")
    for user in (DANA, HELEN):
        world.post("shortcut", user=user, callback_id="touch.message", channel="C0ACME", ts=ts)
    assert world.submit(DANA)["ok"]
    refused = world.submit(HELEN, words="My very own words")
    assert "Dana Whitlock logged this message already" in refused["errors"]["words"]
    assert "My very own words" in text_of([world.view(HELEN)["state"]])
    assert len(touches(world)) == 1


def test_a_reply_in_a_thread_is_logged_and_answered_in_that_thread(world: World) -> None:
    parent = say(world, DANA, "C0ACME", "Anything new?")
    ts = say(world, PRIYA, "C0ACME", "Met Ruth at the plant", thread_ts=parent)
    react(world, DANA, "C0ACME", ts)
    assert touches(world)[0].words == "Met Ruth at the plant"
    assert "meeting with Ruth" in world.thread("C0ACME", DANA, parent)[-1]


def test_taking_the_reaction_back_in_time_undoes_it_and_later_does_not(both: World) -> None:
    ts = say(both, PRIYA, "C0ACME", "Called Ruth")
    react(both, DANA, "C0ACME", ts)
    move(both, minutes=9)
    react(both, DANA, "C0ACME", ts, present=False)
    assert touches(both) == []
    assert both.thread("C0ACME", DANA, ts) == ["Taken back by Dana Whitlock: nothing is logged from this message."]
    react(both, DANA, "C0ACME", ts)
    assert len(touches(both)) == 1
    (answer,) = both.thread("C0ACME", DANA, ts)
    assert answer.startswith("Logged for")
    move(both, minutes=11)
    react(both, DANA, "C0ACME", ts, present=False)
    assert len(touches(both)) == 1


def test_other_reactions_guests_and_strangers_log_nothing(both: World) -> None:
    ts = say(both, PRIYA, "C0ENTERPRISE", "Called Ruth")
    react(both, DANA, "C0ENTERPRISE", ts, name="tada")
    react(both, KIM, "C0HARBOR", say(both, PRIYA, "C0HARBOR", "Called Ruth"))
    ts = say(both, DANA, "C0MERIDIAN", "Hello Ruth")
    react(both, RUTH, "C0MERIDIAN", ts)
    assert touches(both) == []
    assert both.thread("C0MERIDIAN", DANA, ts) == [] and both.direct(KIM) == []


def test_in_a_channel_a_customer_reads_the_reaction_is_answered_to_its_giver_alone(both: World) -> None:
    ts = say(both, RUTH, "C0MERIDIAN", "We think of moving to someone else")
    before = len(both.messages("C0MERIDIAN", RUTH))
    react(both, PRIYA, "C0MERIDIAN", ts)
    (touch,) = touches(both)
    assert (touch.kind, touch.contact, touch.by_id) == ("chat", "Ruth Nakamura", None)
    assert [m for m in both.messages("C0MERIDIAN", PRIYA) if m["bot"]] == []
    assert len(both.messages("C0MERIDIAN", RUTH)) == before
    answer = both.direct(PRIYA)[-1]
    assert answer["text"].startswith("Logged for Meridian Freight. Chat with Ruth Nakamura, Mon 2 Mar.")


def test_the_command_in_a_shared_channel_is_answered_elsewhere(world: World) -> None:
    world.command(DANA, "C0MERIDIAN", "/touch Called Ruth about leaving us")
    world.settle()
    assert len(touches(world)) == 1
    seen = [m["text"] for m in world.messages("C0MERIDIAN", RUTH)]
    assert not any("Ruth about" in words or "Logged" in words for words in seen)


def test_a_message_in_a_channel_of_no_one_account_is_asked_about(both: World) -> None:
    ts = say(both, PRIYA, "C0ENTERPRISE", "Called Ruth of Acme")
    react(both, DANA, "C0ENTERPRISE", ts)
    assert touches(both) == []
    question = both.direct(DANA)[-1]
    assert "Which account is it about?" in question["text"]
    direct = next(c["id"] for c in both.get("state")["channels"] if c["is_im"] and DANA in c["members"])
    both.press(DANA, direct, question, "touch.message")
    assert "Called Ruth of Acme" in text_of(both.view(DANA)["blocks"])
    acme = {"text": {"type": "plain_text", "text": "Acme Robotics"}, "value": str(both.account("Acme Robotics"))}
    assert both.submit(DANA, **{"account.find": acme})["ok"]
    both.settle()
    (touch,) = touches(both)
    assert touch.source_key == f"message:C0ENTERPRISE:{ts}"
    (line,) = both.thread("C0ACME", DANA, both.card("C0ACME", DANA)["ts"])
    assert "|The message>" in line and both.thread("C0ENTERPRISE", DANA, ts) == []


def test_authors_edit_and_delete_their_own_and_others_are_told_whom_to_ask(both: World) -> None:
    ts = say(both, PRIYA, "C0ACME", "Called Ruth")
    react(both, DANA, "C0ACME", ts)
    answer = next(m for m in both.messages("C0ACME", DANA) if m["thread_ts"] == ts and m["ts"] != ts)
    both.press(PRIYA, "C0ACME", answer, "touch.edit")
    assert both.submit(PRIYA, kind="email", mood="calm", words="Wrote to Ruth")["ok"]
    both.settle()
    assert "email with Ruth, Mon 2 Mar. Calm." in both.thread("C0ACME", DANA, ts)[0]
    both.post("member", channel="C0ACME", user=MARCO, present=True)
    both.press(MARCO, "C0ACME", answer, "touch.edit")
    assert both.no_view(MARCO)
    assert both.whispers("C0ACME", MARCO)[-1]["text"] == (
        "Dana Whitlock, who logged it, or a manager can change that. Ask one of them."
    )
    both.press(HELEN, "C0ACME", answer, "touch.edit")
    view = both.view(HELEN)
    both.post("action", user=HELEN, view_id=view["id"], action_id="touch.delete")
    assert "is deleted" in text_of(both.view(HELEN)["blocks"])
    both.settle()
    assert touches(both) == []
    assert both.thread("C0ACME", DANA, ts) == ["This touchpoint was deleted by Helen Osei."]
    with both.bot.db.reading() as session:
        kinds = list(session.scalars(select(models.Event.kind).where(models.Event.kind.startswith("touch_"))))
    assert kinds == ["touch_edited", "touch_deleted"]


def test_undo_right_after_logging(world: World) -> None:
    world.command(DANA, "C0ACME", "/touch Called Ruth")
    (whisper,) = world.whispers("C0ACME", DANA)
    world.press(DANA, "C0ACME", whisper, "touch.delete")
    assert touches(world) == []
    assert world.whispers("C0ACME", DANA)[-1]["text"].startswith("Deleted.")


def test_a_long_message_stays_whole_when_only_its_mood_is_edited(world: World) -> None:
    long = "Called Ruth. " + "They said a lot. " * 400
    ts = say(world, PRIYA, "C0ACME", long.strip())
    react(world, PRIYA, "C0ACME", ts)
    answer = next(m for m in world.messages("C0ACME", DANA) if m["thread_ts"] == ts and m["ts"] != ts)
    world.press(PRIYA, "C0ACME", answer, "touch.edit")
    assert world.submit(PRIYA, mood="tense")["ok"]
    assert touches(world)[0].words == long.strip() and touches(world)[0].mood == "tense"


def test_a_name_of_two_hundred_characters_fits_every_view(world: World) -> None:
    name = ("‏שלום & <Söhne> *GmbH* 😀 " * 10)[:200]
    with world.bot.db.transaction() as session:
        account = session.scalars(select(models.Account).where(models.Account.name == "Acme Robotics")).one()
        account.name = name
    world.command(DANA, "C0ACME", "/touch")
    assert world.submit(
        DANA, kind="call", words=NASTY * 20, contact="x" * 200, follow_up=NASTY, follow_up_on="2026-03-06"
    )["ok"]
    world.settle()
    world.command(DANA, "C0ACME", "/touch called them")
    whisper = world.whispers("C0ACME", DANA)[-1]
    assert "<Söhne>" not in whisper["text"] and "&lt;Söhne&gt;" in whisper["text"]
    world.press(DANA, "C0ACME", whisper, "touch.edit")
    assert world.view(DANA)["title"]["text"] == "Edit the touchpoint"


def test_managers_choose_the_reaction_and_whether_the_channel_hears_of_touchpoints(both: World) -> None:
    both.command(HELEN, "C0ACME", "/retention settings")
    view = both.view(HELEN)
    assert ":memo:" in text_of(view["blocks"])
    both.post("action", user=HELEN, view_id=view["id"], action_id="settings.touch")
    assert "emoji's name" in both.submit(HELEN, reaction="<!here>")["errors"]["reaction"]
    assert both.submit(HELEN, reaction=":pencil2:", echo="no")["ok"]
    assert ":pencil2:" in text_of(both.view(HELEN)["blocks"])
    ts = say(both, PRIYA, "C0ACME", "Called Ruth")
    react(both, DANA, "C0ACME", ts)
    assert touches(both) == []
    both.command(DANA, "C0ACME", "/touch met them")
    react(both, DANA, "C0ACME", ts, name="pencil2")
    assert len(touches(both)) == 2
    assert both.thread("C0ACME", DANA, both.card("C0ACME", DANA)["ts"]) == []
    assert len(both.thread("C0ACME", DANA, ts)) == 1


def test_a_customers_guest_in_the_channel_cannot_touch_a_touchpoint(world: World) -> None:
    world.command(DANA, "C0ENTERPRISE", "/touch acme Called Ruth")
    world.command(KIM, "C0HARBOR", "/touch acme Called Ruth")
    assert len(touches(world)) == 1 and world.no_view(KIM)
    seen = [m["text"] for m in world.messages("C0HARBOR", KIM)]
    assert not any("Acme" in words for words in seen)


def test_a_reaction_that_somebody_else_gave_too_keeps_the_touchpoint_as_theirs(both: World) -> None:
    both.post("member", channel="C0ACME", user=MARCO, present=True)
    ts = say(both, MARCO, "C0ACME", "Called Ruth")
    react(both, PRIYA, "C0ACME", ts)
    react(both, DANA, "C0ACME", ts)
    react(both, PRIYA, "C0ACME", ts, present=False)
    (touch,) = touches(both)
    with both.bot.db.reading() as session:
        assert session.get_one(models.Member, touch.logged_by_id).slack_id == DANA
    assert "Written down by Dana Whitlock." in both.thread("C0ACME", DANA, ts)[0]
    react(both, DANA, "C0ACME", ts, present=False)
    assert touches(both) == []


def test_deleting_drops_its_open_steps_and_logging_again_does_not_bring_them_back(both: World) -> None:
    ts = say(both, DANA, "C0ACME", "Called Ruth")
    both.post("shortcut", user=DANA, callback_id="touch.message", channel="C0ACME", ts=ts)
    assert both.submit(DANA, follow_up="Send paper", follow_up_on="2026-03-06", follow_up_by=PRIYA)["ok"]
    both.settle()
    answer = next(m for m in both.messages("C0ACME", DANA) if m["thread_ts"] == ts and m["ts"] != ts)
    both.press(DANA, "C0ACME", answer, "touch.edit")
    view = both.view(DANA)
    both.post("action", user=DANA, view_id=view["id"], action_id="touch.delete", block_id="delete")
    both.settle()
    assert "Not needed any more" in both.direct(PRIYA)[-1]["text"]
    move(both, seconds=5)
    react(both, DANA, "C0ACME", ts)
    assert len(touches(both)) == 1 and "Send paper" not in both.thread("C0ACME", DANA, ts)[0]


def test_the_second_who_logs_a_message_and_may_not_edit_it_has_their_words_kept_as_a_note(world: World) -> None:
    ts = say(world, PRIYA, "C0ACME", "Called Ruth")
    world.post("member", channel="C0ACME", user=MARCO, present=True)
    for user in (DANA, MARCO):
        world.post("shortcut", user=user, callback_id="touch.message", channel="C0ACME", ts=ts)
    assert world.submit(DANA)["ok"]
    assert world.submit(MARCO, words="My very own words")["ok"]
    assert "Your words are kept as a note of yours" in text_of(world.view(MARCO)["blocks"])
    first, note = touches(world)
    assert (first.is_note, note.is_note, note.words) == (False, True, "My very own words")


def test_in_a_shared_channel_the_owner_reads_of_anothers_touch_and_nobody_of_their_own(world: World) -> None:
    ts = say(world, RUTH, "C0MERIDIAN", "We may cancel")
    before = len(world.direct(DANA))
    world.post("shortcut", user=PRIYA, callback_id="touch.message", channel="C0MERIDIAN", ts=ts)
    assert world.submit(PRIYA, words="We may cancel; asked about the exit")["ok"]
    world.settle()
    (told,) = world.direct(DANA)[before:]
    assert "asked about the exit" in told["text"] and "|The message>" in text_of(told["blocks"])
    assert told["thread_ts"] is not None
    ts = say(world, RUTH, "C0MERIDIAN", "Please call me")
    world.post("shortcut", user=DANA, callback_id="touch.message", channel="C0MERIDIAN", ts=ts)
    assert world.submit(DANA)["ok"]
    world.command(DANA, "C0MERIDIAN", "/touch called Ruth about the price")
    world.settle()
    answers = [m["text"] for m in world.direct(DANA)[before + 1 :]]
    assert len(answers) == 1 and answers[0].startswith("Logged for Meridian Freight.")


@pytest.mark.parametrize("is_known", [True, False])
def test_where_a_guest_reads_the_owner_hears_of_anothers_touch_and_nobody_of_their_own(
    world: World, is_known: bool
) -> None:
    if is_known:
        world.post("member", user=KIM, channel="C0ACME", present=True)
        world.settle()
    else:
        # The event was lost: it is found out when the next message is about to be sent, after an hour.
        world.slack.platform.world.channels["C0ACME"].members.append(KIM)
        move(world, seconds=3601)
    before = len(world.direct(DANA))
    world.command(DANA, "C0ACME", "/touch called Ruth about the price")
    ts = say(world, DANA, "C0ACME", "Called Ruth: they signed the paper")
    world.post("shortcut", user=DANA, callback_id="touch.message", channel="C0ACME", ts=ts)
    assert world.submit(DANA)["ok"]
    world.settle()
    assert not any("about the price" in m["text"] for m in world.direct(DANA)[before:])
    assert not any("signed the paper" in m["text"] for m in world.direct(DANA)[before:])
    ts = say(world, PRIYA, "C0ACME", "Called Ruth, asked about the exit")
    world.post("shortcut", user=PRIYA, callback_id="touch.message", channel="C0ACME", ts=ts)
    assert world.submit(PRIYA)["ok"]
    world.settle()
    assert len([m for m in world.direct(DANA)[before:] if "asked about the exit" in m["text"].lower()]) == 1
    assert not any("asked about the exit" in m["text"].lower() for m in world.direct(PRIYA))
    assert len(touches(world)) == 3
    seen = [m for m in world.messages("C0ACME", KIM) if m["bot"] and not m["ephemeral"]]
    assert seen == [] or not any("price" in m["text"] or "Acme" in m["text"] for m in seen)


def test_a_reaction_where_a_guest_reads_is_answered_to_who_gave_it(world: World) -> None:
    world.post("member", user=KIM, channel="C0ACME", present=True)
    world.settle()
    ts = say(world, DANA, "C0ACME", "Met them all")
    react(world, PRIYA, "C0ACME", ts)
    answer = world.direct(PRIYA)[-1]
    assert "“Met them all”" in answer["text"] and "|The message>" in text_of(answer["blocks"])


def test_a_reaction_in_a_shared_channel_is_answered_with_the_words_it_stands_apart_from(world: World) -> None:
    ts = say(world, RUTH, "C0MERIDIAN", "We may cancel")
    react(world, PRIYA, "C0MERIDIAN", ts)
    answer = world.direct(PRIYA)[-1]
    assert "“We may cancel”" in answer["text"] and "|The message>" in text_of(answer["blocks"])


def test_a_message_of_the_bots_own_is_not_logged(world: World) -> None:
    card = world.card("C0ACME", DANA)
    world.post("shortcut", user=DANA, callback_id="touch.message", channel="C0ACME", ts=card["ts"])
    assert world.no_view(DANA)
    assert "a message of mine" in world.whispers("C0ACME", DANA)[-1]["text"]


def test_a_guests_message_is_no_word_with_the_customer_by_any_way(both: World) -> None:
    both.post("member", user=KIM, channel="C0ACME", present=True)
    ts = say(both, KIM, "C0ACME", "Called Ruth about the brochure")
    react(both, DANA, "C0ACME", ts)
    both.post("shortcut", user=PRIYA, callback_id="touch.message", channel="C0ACME", ts=ts)
    assert touches(both) == [] and both.no_view(PRIYA)
    (told,) = [m for m in both.direct(DANA) if "I logged nothing" in m["text"]]
    whispered = both.whispers("C0ACME", PRIYA)[-1]
    for one in (told, whispered):
        assert "I logged nothing: Kim Adler" in one["text"] and "is a guest in this workspace" in one["text"]
        assert "Log it anyway…" in one["text"] and button_ids(one) == ["touch.message"]
    both.press(PRIYA, "C0ACME", whispered, "touch.message")
    shown = text_of(both.view(PRIYA)["blocks"])
    assert "say with whom at the customer it was" in shown and "Called Ruth about the brochure" in shown
    assert both.submit(PRIYA, contact="Ruth")["ok"]
    assert [(t.kind, t.contact) for t in touches(both)] == [("call", "Ruth")]


def test_what_an_app_or_a_former_colleague_wrote_is_no_word_with_the_customer(world: World) -> None:
    ts = say(world, PRIYA, "C0ACME", "Called Ruth")
    world.slack.platform.world.users[PRIYA].deleted = True
    move(world, days=2)
    react(world, DANA, "C0ACME", ts)
    assert touches(world) == [] and any("I logged nothing" in m["text"] for m in world.direct(DANA))


def test_a_refusal_that_quotes_a_command_can_be_copied_as_it_is(world: World) -> None:
    card = world.card("C0ACME", DANA)
    world.post("shortcut", user=DANA, callback_id="touch.message", channel="C0ACME", ts=card["ts"])
    said = world.whispers("C0ACME", DANA)[-1]["text"]
    assert "`/touch`" in said and not INVISIBLE & set(said)


def test_another_accounts_name_in_an_accounts_channel_is_asked_about_with_every_word_kept(both: World) -> None:
    both.command(DANA, "C0ACME", "/touch deltaforge met Dr. Osborne yesterday")
    assert touches(both) == []
    shown = text_of(both.view(DANA)["blocks"])
    assert "Is it about Deltaforge Steel, or about Acme Robotics, whose channel this is?" in shown
    assert "deltaforge met Dr. Osborne yesterday" in shown and '"initial_value": "Dr. Osborne"' in shown
    delta = {
        "text": {"type": "plain_text", "text": "Deltaforge Steel"},
        "value": str(both.account("Deltaforge Steel")),
    }
    assert both.submit(DANA, **{"account.find": delta})["ok"]
    (touch,) = touches(both)
    assert (touch.kind, touch.contact, touch.at.date()) == (
        "meeting",
        "Dr. Osborne",
        (MONDAY - timedelta(days=1)).date(),
    )
    assert touch.account_id == both.account("Deltaforge Steel")


@pytest.mark.parametrize("typed", ["acme", "Dr. Osborne", "ok", "acme ok", "Ruth"])
def test_a_name_alone_or_two_letters_open_the_form_with_what_was_typed(world: World, typed: str) -> None:
    world.command(DANA, "C0ACME", f"/touch {typed}")
    assert touches(world) == []
    assert typed.removeprefix("acme ") in text_of(world.view(DANA)["blocks"]) or typed == "acme"


def test_an_unknown_account_names_the_nearest_and_its_menu_begins_with_them(both: World) -> None:
    both.command(DANA, "C0ALERTS", "/touch Forgedelta Works met Dr. Osborne yesterday")
    assert touches(both) == []
    view = both.view(DANA)
    shown = text_of(view["blocks"])
    assert "I found no account like “Forgedelta Works”. The nearest are Deltaforge Steel" in shown
    assert '"initial_value": "Forgedelta Works met Dr. Osborne yesterday"' in shown
    menu = both.post("suggest", user=DANA, view_id=view["id"], action_id="account.find", value="")["options"]
    assert menu[0] == {
        "text": {"type": "plain_text", "text": "Deltaforge Steel"},
        "value": str(both.account("Deltaforge Steel")),
    }
    assert both.submit(DANA, **{"account.find": menu[0]})["ok"]
    (touch,) = touches(both)
    assert (touch.account_id, touch.contact) == (both.account("Deltaforge Steel"), "Dr. Osborne")
