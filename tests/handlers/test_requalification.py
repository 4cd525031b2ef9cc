"""One-off work as its owner meets it: asked at 30, 90 and 180 days, answered, and not asked once something renews."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import models
from bot.db.work import Work
from bot.errors import NotForYou
from bot.renewals.reconcile import plan_accounts
from bot.requalification import corrections, planning
from bot.workspace import members
from tests.factories import make_account, make_contract
from tests.handlers.conftest import DANA, HELEN, MARCO, MONDAY, World, button_ids, choose_menu, text_of, without_pulses
from tests.handlers.test_follow_ups import direct_channel

DELIVERED = date(2026, 2, 27)


def one_off(world: World, delivered: date = DELIVERED) -> int:
    """Dana has a customer for whom something was built."""
    without_pulses(world)
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        workspace = work.session.get_one(models.Workspace, work.workspace_id)
        dana = work.session.scalars(work.select(models.Member.id).where(models.Member.slack_id == DANA)).one()
        lakeside = make_account(work.session, workspace, "Lakeside Clinics", channel="C0HARBOR", owner_id=dana)
        contract = make_contract(work.session, lakeside, delivered, name="Data migration", kind="one_off")
        return contract.id


def days_later(world: World, days: int, hour: int = 12) -> None:
    """Let time pass until so many days after the delivery; of what falls due on the way only questions are run."""
    at = datetime.combine(DELIVERED + timedelta(days=days), MONDAY.timetz()).replace(hour=hour)
    world.slack.clock.set(max(at, world.slack.clock.now()))
    world.settle()


def plan(world: World) -> None:
    """What the night does."""
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        planning.plan(work, [world.account("Lakeside Clinics")])


def asked(world: World, user: str = DANA) -> list[dict[str, Any]]:
    return [m for m in world.direct(user) if "What has changed at Lakeside Clinics?" in m["text"]]


def rows(world: World) -> dict[int, str]:
    with world.bot.db.reading() as session:
        found = session.scalars(select(models.Requalification).order_by(models.Requalification.days))
        return {one.days: one.outcome for one in found}


def answer(world: World, line: dict[str, Any], **values: object) -> Any:
    world.press(DANA, direct_channel(world, DANA), line, "one_off.answer")
    return world.submit(DANA, **values)


def test_the_owner_is_asked_at_30_90_and_180_days(both: World) -> None:
    one_off(both)
    plan(both)
    plan(both)
    days_later(both, 29)
    assert asked(both) == []
    days_later(both, 31)
    (first,) = asked(both)
    assert first["text"] == (
        "What has changed at Lakeside Clinics? Data migration was delivered on Fri 27 Feb and has no renewal. "
        "Ask them which problem they have now, and whether their owner and sponsor are still there."
    )
    assert button_ids(first) == ["one_off.answer"]
    choose_menu(both, DANA, direct_channel(both, DANA), first, "Why am I seeing this?")
    assert "30, 90, 180" in text_of(both.view(DANA)["blocks"])
    days_later(both, 91)
    plan(both)
    before, second = asked(both)
    assert before["text"].endswith("Nobody need answer this any more.") and button_ids(before) == []
    assert button_ids(second) == ["one_off.answer"]
    days_later(both, 182)
    assert len(asked(both)) == 3
    assert rows(both) == {30: "stopped", 90: "stopped", 180: ""}
    days_later(both, 400)
    assert len(asked(both)) == 3


def test_a_need_becomes_an_opportunity_and_ends_the_questions(world: World) -> None:
    one_off(world)
    plan(world)
    days_later(world, 31)
    (line,) = asked(world)
    assert answer(world, line, outcome="need")["errors"] == {"problem": "Write what they need now, in their words."}
    said = {"outcome": "need", "problem": "Two <new> clinics", "changed": "They merged", "sponsor_there": "no"}
    assert answer(world, line, owner_there="yes", **said)["ok"]
    world.settle()
    (line,) = asked(world)
    assert line["text"].endswith(
        "Dana Whitlock found a need and opened an opportunity: “Two &lt;new&gt; clinics” What has changed: "
        "“They merged” Their owner is still there and their sponsor has left."
    )
    with world.bot.db.reading() as session:
        (one,) = session.scalars(select(models.Opportunity))
        assert (one.need, one.stage, one.source) == ("Two <new> clinics", "spotted", "said")
    days_later(world, 200)
    plan(world)
    assert len(asked(world)) == 1


def test_an_answer_says_that_the_opportunity_it_opened_was_removed(world: World) -> None:
    one_off(world)
    plan(world)
    days_later(world, 31)
    assert answer(world, asked(world)[0], outcome="need", problem="Two new clinics")["ok"]
    world.settle()
    world.command(DANA, "C0ALERTS", "/grow lakeside")
    world.press(DANA, "C0ALERTS", world.whispers("C0ALERTS", DANA)[-1], "opportunity.change:0")
    world.post("action", user=DANA, view_id=world.view(DANA)["id"], action_id="opportunity.remove")
    world.settle()
    assert asked(world)[0]["text"].endswith(
        "Dana Whitlock found a need: “Two new clinics” Its opportunity was removed since."
    )


def to_correct(world: World, user: str = DANA) -> dict[str, Any]:
    """The form of an answer that was given, from the question's message."""
    choose_menu(world, user, direct_channel(world, DANA), asked(world)[0], "Change the answer…")
    return dict(world.view(user))


def take_back(world: World, user: str = DANA) -> str:
    """Take the answer back in its form; what stands there then."""
    view = to_correct(world, user)
    world.post("action", user=user, view_id=view["id"], action_id="one_off.take_back")
    world.settle()
    return text_of(world.view(user)["blocks"])


def needs(world: World) -> list[str]:
    with world.bot.db.reading() as session:
        return list(session.scalars(select(models.Opportunity.need)))


def timeline(world: World, user: str) -> str:
    world.command(user, "C0ALERTS", "/account lakeside")
    world.press(user, "C0ALERTS", world.whispers("C0ALERTS", user)[-1], "account.timeline")
    return text_of(world.view(user)["blocks"])


def test_an_answer_is_changed_and_what_it_had_opened_and_ended_follows(both: World) -> None:
    one_off(both)
    plan(both)
    days_later(both, 31)
    assert answer(both, asked(both)[0], outcome="need", problem="Two new clinics", changed="They merged")["ok"]
    both.settle()
    assert "They merged" in str(to_correct(both)["blocks"])
    assert both.submit(DANA, problem="Three <new> clinics")["ok"]
    both.settle()
    assert needs(both) == ["Three <new> clinics"]
    assert "found a need and opened an opportunity: “Three &lt;new&gt; clinics” What has" in asked(both)[0]["text"]
    until = DELIVERED + timedelta(days=122)
    to_correct(both)
    assert both.submit(DANA, outcome="not_now")["errors"].keys() == {"until"}
    assert needs(both) == ["Three <new> clinics"]
    assert both.submit(DANA, outcome="not_now", until=str(until))["ok"]
    both.settle()
    assert needs(both) == [] and rows(both) == {30: "not_now", 90: "stopped", 122: "", 180: ""}
    assert "not now: the owner is asked again on" in asked(both)[0]["text"]
    assert "opportunity" not in asked(both)[0]["text"]
    to_correct(both)
    assert both.submit(DANA, outcome="gone")["ok"]
    assert rows(both) == {30: "gone", 90: "stopped", 180: "stopped"}
    days_later(both, 200)
    assert len(asked(both)) == 1


def test_an_answer_is_taken_back_and_its_questions_come_as_they_would_have(both: World) -> None:
    one_off(both)
    plan(both)
    days_later(both, 31)
    until = DELIVERED + timedelta(days=122)
    assert answer(both, asked(both)[0], outcome="not_now", until=str(until), changed="They <move>")["ok"]
    both.settle()
    assert "Its message asks again" in take_back(both)
    (line,) = asked(both)
    assert "Ask them which problem they have now" in line["text"] and button_ids(line) == ["one_off.answer"]
    assert line["text"].endswith("Dana Whitlock took the answer back.")
    assert rows(both) == {30: "", 90: "", 180: ""}
    told = timeline(both, DANA)
    assert "Dana Whitlock took back the answer about Data migration, which was: not now" in told
    assert "They &lt;move&gt;" in told and "looked at" not in told
    days_later(both, 91)
    before, now = asked(both)
    assert before["text"].endswith("Nobody need answer this any more.") and button_ids(now) == ["one_off.answer"]
    days_later(both, 130)
    assert len(asked(both)) == 2
    assert answer(both, now, outcome="gone")["ok"] and rows(both) == {30: "stopped", 90: "gone", 180: "stopped"}


def test_an_opportunity_that_was_worked_on_stays_and_the_message_says_so(world: World) -> None:
    one_off(world)
    plan(world)
    days_later(world, 31)
    assert answer(world, asked(world)[0], outcome="need", problem="Two new clinics")["ok"]
    world.command(DANA, "C0ALERTS", "/grow lakeside")
    world.press(DANA, "C0ALERTS", world.whispers("C0ALERTS", DANA)[-1], "opportunity.change:0")
    assert world.submit(DANA, budget="Some", stage="qualified")["ok"]
    world.settle()
    stays = "The opportunity that was opened has been worked on since, and stays as it is."
    to_correct(world)
    assert world.submit(DANA, problem="One clinic")["ok"]
    world.settle()
    assert asked(world)[0]["text"].endswith(f"“One clinic” {stays}") and needs(world) == ["Two new clinics"]
    take_back(world)
    assert asked(world)[0]["text"].endswith(f"Dana Whitlock took the answer back. {stays}")
    assert needs(world) == ["Two new clinics"]
    # Found again, the same opportunity is meant.
    assert answer(world, asked(world)[0], outcome="need", problem="Two new clinics")["ok"]
    assert needs(world) == ["Two new clinics"]


def test_a_manager_corrects_what_somebody_answered_and_others_of_the_team_do_not(world: World) -> None:
    contract = one_off(world)
    plan(world)
    days_later(world, 31)
    assert answer(world, asked(world)[0], outcome="gone", changed="They closed")["ok"]
    with world.bot.db.transaction() as session:
        marco = session.scalars(select(models.Member.id).where(models.Member.slack_id == MARCO)).one()
        account_id = session.get_one(models.Contract, contract).account_id
        of = {"workspace_id": world.bot.workspace_id, "account_id": account_id}
        session.add(models.Teammate(**of, member_id=marco, role="support_lead", since=MONDAY))
    assert "nothing to do any more" in timeline(world, MARCO) and "one_off.change" not in timeline(world, MARCO)
    shown = timeline(world, HELEN)
    assert "one_off.change" in shown
    view = world.view(HELEN)
    (edit,) = [b["accessory"] for b in view["blocks"] if "one_off.change" in str(b.get("accessory"))]
    with Work.reading(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        other = members.find(work, MARCO)
        assert other is not None
        with pytest.raises(NotForYou, match="Only Dana Whitlock, who answered, the account's owner or a manager"):
            corrections.require_answer(work, int(edit["value"]), other)
    world.post("action", user=HELEN, view_id=view["id"], action_id=edit["action_id"], value=edit["value"])
    assert "They closed" in str(world.view(HELEN)["blocks"])
    assert world.submit(HELEN, outcome="need", problem="A new clinic")["ok"]
    world.settle()
    assert "Helen Osei found a need and opened an opportunity: “A new clinic”" in asked(world)[0]["text"]


def test_once_a_later_question_was_answered_the_earlier_answer_stays(world: World) -> None:
    one_off(world)
    plan(world)
    days_later(world, 31)
    until = DELIVERED + timedelta(days=60)
    assert answer(world, asked(world)[0], outcome="not_now", until=str(until))["ok"]
    days_later(world, 61)
    assert answer(world, asked(world)[1], outcome="gone")["ok"]
    world.settle()
    choose_menu(world, DANA, direct_channel(world, DANA), asked(world)[0], "Change the answer…")
    assert world.no_view(DANA)
    assert rows(world)[30] == "not_now"
    assert any("A later question about this work was answered since" in m["text"] for m in world.direct(DANA))


def test_while_a_later_question_waits_an_answer_that_is_taken_back_is_not_asked_twice(world: World) -> None:
    one_off(world)
    plan(world)
    days_later(world, 31)
    until = DELIVERED + timedelta(days=60)
    assert answer(world, asked(world)[0], outcome="not_now", until=str(until))["ok"]
    days_later(world, 61)
    assert len(asked(world)) == 2
    assert "Nobody need answer it" in take_back(world)
    assert [button_ids(m) for m in asked(world)] == [[], ["one_off.answer"]]


def test_not_now_waits_for_its_day(world: World) -> None:
    one_off(world)
    plan(world)
    days_later(world, 31)
    (line,) = asked(world)
    assert answer(world, line, outcome="not_now")["errors"].keys() == {"until"}
    assert answer(world, line, outcome="not_now", until="2026-02-28")["errors"].keys() == {"until"}
    until = DELIVERED + timedelta(days=122)
    assert answer(world, line, outcome="not_now", until=str(until))["ok"]
    world.settle()
    assert f"not now: the owner is asked again on {until:%a} {until.day} Jun." in asked(world)[0]["text"]
    days_later(world, 121)
    assert len(asked(world)) == 1
    days_later(world, 123)
    assert len(asked(world)) == 2
    assert rows(world) == {30: "not_now", 90: "stopped", 122: "", 180: ""}
    assert answer(world, asked(world)[1], outcome="gone")["ok"]
    days_later(world, 200)
    assert len(asked(world)) == 2
    assert rows(world)[180] == "stopped"


@pytest.mark.parametrize("is_planned_first", [True, False])
def test_nobody_is_asked_once_a_contract_renews(world: World, is_planned_first: bool) -> None:
    one_off(world)
    if is_planned_first:
        plan(world)
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        lakeside = work.session.get_one(models.Account, world.account("Lakeside Clinics"))
        make_contract(work.session, lakeside, date(2027, 6, 1), name="Support")
        plan_accounts(work, [lakeside.id])
    days_later(world, 31)
    plan(world)
    days_later(world, 91)
    assert asked(world) == []
    assert set(rows(world).values()) == ({"stopped"} if is_planned_first else set())


def test_what_was_delivered_long_ago_is_asked_about_on_the_days_still_to_come(world: World) -> None:
    one_off(world, DELIVERED - timedelta(days=120))
    plan(world)
    assert set(rows(world)) == {180}


def test_a_new_day_of_delivery_moves_what_is_still_to_come(world: World) -> None:
    contract = one_off(world)
    plan(world)
    with world.bot.db.transaction() as session:
        session.execute(
            update(models.Contract)
            .where(models.Contract.id == contract)
            .values(renewal_date=DELIVERED + timedelta(days=20))
        )
    plan(world)
    days_later(world, 45)
    assert asked(world) == []
    days_later(world, 52)
    assert len(asked(world)) == 1


def test_who_stands_in_is_asked_while_the_owner_is_away_and_others_may_not_answer(world: World) -> None:
    one_off(world)
    plan(world)
    with world.bot.db.transaction() as session:
        marco = session.scalar(select(models.Member.id).where(models.Member.slack_id == MARCO))
        session.execute(
            update(models.Member)
            .where(models.Member.slack_id == DANA)
            .values(away_until=DELIVERED + timedelta(days=60), stand_in_id=marco)
        )
    days_later(world, 31)
    assert asked(world) == []
    (line,) = asked(world, MARCO)
    assert line["text"].endswith("Dana Whitlock is away.")
    world.press(MARCO, direct_channel(world, MARCO), line, "one_off.answer")
    assert world.submit(MARCO, outcome="gone", changed="They closed")["ok"]
    world.command(MARCO, "C0ALERTS", "/account lakeside")
    world.press(MARCO, "C0ALERTS", world.whispers("C0ALERTS", MARCO)[-1], "account.timeline")
    assert "Marco Bellini looked at Data migration again: nothing to do any more" in text_of(
        world.view(MARCO)["blocks"]
    )


def test_without_an_owner_it_stands_where_the_account_speaks_and_only_its_team_answers(world: World) -> None:
    one_off(world)
    with world.bot.db.transaction() as session:
        session.execute(
            update(models.Account)
            .where(models.Account.name == "Lakeside Clinics")
            .values(owner_id=None, channel="C0ALERTS")
        )
    plan(world)
    days_later(world, 31)
    (line,) = [m for m in world.messages("C0ALERTS", MARCO) if "What has changed at Lakeside" in m["text"]]
    world.press(MARCO, "C0ALERTS", line, "one_off.answer")
    assert world.no_view(MARCO)
    assert any("Lakeside Clinics has no team yet" in m["text"] for m in world.whispers("C0ALERTS", MARCO))


def test_the_digest_names_what_nobody_answered(world: World) -> None:
    one_off(world)
    plan(world)
    days_later(world, 31)
    assert world.set_up_digest(DANA)["ok"]
    days_later(world, 39)
    assert any("Data migration was delivered: what has changed since?" in m["text"] for m in world.direct(DANA))


def test_after_an_outage_only_the_last_of_the_missed_questions_is_asked(both: World) -> None:
    one_off(both)
    plan(both)
    with Work.writing(both.bot.db, both.bot.workspace_id, both.slack.clock.now()) as work:
        # Nothing ran for months: the questions of 30 and of 90 days are due at the same time.
        work.session.execute(
            update(models.JobRow).where(models.JobRow.kind == "one_off_ask").values(due_at=both.slack.clock.now())
        )
        work.session.execute(
            update(models.JobRow)
            .where(models.JobRow.kind == "one_off_ask", models.JobRow.dedupe_key == "180")
            .values(due_at=both.slack.clock.now() + timedelta(days=90))
        )
    both.settle()
    assert len(asked(both)) == 1
    assert rows(both) == {30: "stopped", 90: "", 180: ""}
    answer(both, asked(both)[0], outcome="gone")
    assert rows(both) == {30: "stopped", 90: "gone", 180: "stopped"}
