"""The quarterly nurture touch, from the morning it comes to what the customer said, as people see and press it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot import models
from bot.accounts import search as account_search
from bot.accounts.figure_facts import FigureWindow
from bot.accounts.overview_parts import OverviewLook
from bot.db.work import Work
from bot.insights import service as insight_service
from bot.insights.facts import InsightAudience, InsightDetails
from bot.nurture import jobs, overview
from bot.nurture.figures import ear_lines
from bot.touchpoints import NewTouchpoint, log
from bot.workspace import members
from tests.handlers.conftest import DANA, HELEN, KIM, MARCO, PRIYA, World, choose_menu, text_of, without_pulses

STUDY = "What 40 teams changed after their worst outage"
LINK = "https://example.com/outages"


def add(world: World, words: str = STUDY, url: str = "", account: str = "", **about: Any) -> int:
    """Something worth telling."""
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        by = members.find(work, DANA)
        assert by is not None
        audience = InsightAudience(world.account(account) if account else None)
        return insight_service.add(work, words, url, audience, by, InsightDetails(**about))


def due(world: World, name: str = "Acme Robotics") -> None:
    """The day of an account's touch has come."""
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        jobs.plan_page(work, [world.account(name)])
        work.session.execute(
            update(models.JobRow)
            .where(
                models.JobRow.workspace_id == world.bot.workspace_id,
                models.JobRow.kind == "nurture_touch",
                models.JobRow.subject == f"account:{world.account(name)}",
                models.JobRow.handled_at.is_(None),
            )
            .values(due_at=world.slack.clock.now())
        )
    world.settle()


def planned(world: World, name: str = "Acme Robotics") -> datetime:
    """When an account's next touch comes."""
    with world.bot.db.reading() as session:
        return session.scalars(
            select(models.JobRow.due_at).where(
                models.JobRow.kind == "nurture_touch",
                models.JobRow.subject == f"account:{world.account(name)}",
                models.JobRow.handled_at.is_(None),
            )
        ).one()


def shown(world: World, channel: str = "C0ACME", user: str = DANA) -> list[dict[str, Any]]:
    """The touches that stand in a channel."""
    return [m for m in world.messages(channel, user) if "nurture" in text_of(m["blocks"]) and not m["ephemeral"]]


def not_now(world: World, user: str, message: dict[str, Any], reason: str) -> Any:
    """Choose a reason under Not now…"""
    with world.bot.db.reading() as session:
        number = session.scalars(select(models.NurtureTouch.id).order_by(models.NurtureTouch.id.desc())).first()
    place = {"user": user, "channel": "C0ACME", "ts": message["ts"]}
    return world.post("action", **place, action_id="nurture.not_now", value=f"{reason}:{number}")


def touches(world: World) -> list[models.NurtureTouch]:
    """What was proposed."""
    with world.bot.db.reading() as session:
        return list(session.scalars(select(models.NurtureTouch).order_by(models.NurtureTouch.id)))


def test_the_owner_gets_it_at_its_day_sends_it_and_it_stands_in_the_story(both: World) -> None:
    add(both, url=LINK)
    with Work.writing(both.bot.db, both.bot.workspace_id, both.slack.clock.now()) as work:
        dana = members.find(work, DANA)
        assert dana is not None
        at = both.slack.clock.now() - timedelta(days=3)
        log(work, NewTouchpoint(both.account("Acme Robotics"), at, dana.id, dana.id, "call", "Ruben Hald", words="Hi"))
    due(both)
    (touch,) = shown(both)
    assert "Acme Robotics: something to tell them, to remind them why they chose us." in touch["text"]
    assert f"Hi Ruben, this made me think of you at Acme Robotics: {STUDY} {LINK}" in touch["text"]
    both.press(DANA, "C0ACME", touch, "nurture.sent")
    both.settle()
    (touch,) = [m for m in both.messages("C0ACME", DANA) if "Dana Whitlock sent it" in m["text"]]
    assert "They answered?" in touch["text"]
    both.command(DANA, "C0ACME", "/account")
    story = both.whispers("C0ACME", DANA)[-1]
    assert STUDY in story["text"] and "Ruben Hald" in story["text"]
    assert "Told: 1 insight this quarter, nothing of it about us." in story["text"]
    with Work.reading(both.bot.db, both.bot.workspace_id, both.slack.clock.now()) as work:
        assert ear_lines(work, FigureWindow(date(2026, 3, 2)), None)[0].more == "0 of 1 nurture touches"
        assert ear_lines(work, FigureWindow(date(2026, 3, 1)), None)[0].value == "none"
    look = OverviewLook((models.Account.workspace_id == both.bot.workspace_id,), date(2026, 3, 2), "Europe/Berlin")
    told = [("Told in 90 days: 1 nurture touch, none about us",), ()]
    for days, lines in zip((1, 91), told, strict=True):
        at = both.slack.clock.now() + timedelta(days=days)
        with Work.reading(both.bot.db, both.bot.workspace_id, at) as work:
            assert overview.tell(work, look).lines == lines
    with both.bot.db.reading() as session:
        kept = session.scalars(select(models.Touchpoint).where(models.Touchpoint.purpose == "nurture")).one()
    assert (kept.contact, kept.source_key) == ("Ruben Hald", f"nurture:{touches(both)[0].id}")
    # Nine tenths of a quarter later there is nothing else, and the same is never proposed again.
    due(both)
    assert [one.state for one in touches(both)] == ["sent"]
    assert planned(both) > both.slack.clock.now()


def test_another_is_another_and_when_there_is_none_it_says_so(world: World) -> None:
    first, second = add(world, "An old study"), add(world, "A new study")
    due(world)
    (touch,) = shown(world)
    assert "A new study" in touch["text"]
    world.press(DANA, "C0ACME", touch, "nurture.another")
    world.settle()
    (touch,) = shown(world)
    assert "An old study" in touch["text"] and "A new study" not in touch["text"]
    world.press(DANA, "C0ACME", touch, "nurture.another")
    assert "nothing else to tell Acme Robotics" in world.whispers("C0ACME", DANA)[-1]["text"]
    (kept,) = touches(world)
    assert kept.insight_id == first and second != first


def test_at_a_bad_moment_it_comes_again_in_a_month_with_the_same_if_nothing_fits_better(world: World) -> None:
    without_pulses(world)
    with world.bot.db.transaction() as session:
        # Of a renewal that nobody is on something is escalated, and after that nothing is proposed.
        rungs = models.JobRow.subject.like("renewal:%"), models.JobRow.workspace_id == world.bot.workspace_id
        session.execute(delete(models.JobRow).where(*rungs))
    add(world)
    due(world)
    not_now(world, DANA, shown(world)[0], "timing")
    world.settle()
    (rested,) = [m for m in world.messages("C0ACME", DANA) if "let it rest" in m["text"]]
    assert "bad moment for them" in rested["text"] and "Something comes again on Wed 1 Apr" in rested["text"]
    assert planned(world).date() == date(2026, 4, 1)
    world.slack.clock.set(planned(world) + timedelta(minutes=1))
    world.settle()
    assert [one.state for one in touches(world)] == ["not_now", "open"]


def test_what_does_not_fit_is_not_proposed_to_them_again(world: World) -> None:
    add(world)
    due(world)
    not_now(world, DANA, shown(world)[0], "fit")
    world.settle()
    assert planned(world).date() > date(2026, 5, 1)
    due(world)
    assert [one.state for one in touches(world)] == ["not_now"]


def test_their_answer_is_one_press_and_their_words_are_kept(world: World) -> None:
    add(world)
    due(world)
    world.press(DANA, "C0ACME", shown(world)[0], "nurture.sent")
    world.settle()
    (touch,) = [m for m in world.messages("C0ACME", DANA) if "sent it" in m["text"]]
    world.press(PRIYA, "C0ACME", touch, "nurture.answer:0")
    world.settle()
    (touch,) = [m for m in world.messages("C0ACME", DANA) if "sent it" in m["text"]]
    assert "👍 Interested. Priya Raman, Mon 2 Mar." in touch["text"] and "They answered?" not in touch["text"]
    world.press(DANA, "C0ACME", touch, "nurture.said")
    assert world.submit(DANA, said="Send me <more> of *that*")["ok"]
    world.settle()
    (touch,) = [m for m in world.messages("C0ACME", DANA) if "sent it" in m["text"]]
    assert "&lt;more&gt;" in touch["text"] and touches(world)[0].answer == "interested"
    world.command(DANA, "C0ACME", "/account")
    world.press(DANA, "C0ACME", world.whispers("C0ACME", DANA)[-1], "account.timeline")
    timeline = text_of(world.view(DANA)["blocks"])
    assert "wrote down their answer: 👍 Interested" in timeline and "Send me" in timeline


def test_an_invitation_asks_who_comes_and_who_came(world: World) -> None:
    add(world, "Webinar on audits", kind="webinar", valid_until=date(2026, 3, 20))
    due(world)
    (touch,) = shown(world)
    assert "Webinar on Fri 20 Mar" in touch["text"]
    world.press(DANA, "C0ACME", touch, "nurture.sent")
    world.settle()
    for place, told in ((0, "Coming"), (0, "Came")):
        (touch,) = [m for m in world.messages("C0ACME", DANA) if "sent it" in m["text"]]
        world.press(DANA, "C0ACME", touch, f"nurture.attend:{place}")
        world.settle()
        (touch,) = [m for m in world.messages("C0ACME", DANA) if "sent it" in m["text"]]
        assert told in touch["text"]
    assert touches(world)[0].attendance == "came"


def test_a_rep_writes_their_own_opening_and_a_manager_everyones(world: World) -> None:
    add(world)
    due(world)
    choose_menu(world, DANA, "C0ACME", shown(world)[0], "Change the opening…")
    assert "{name} is not known" in world.submit(DANA, opening="Dear {name}: {insight}")["errors"]["opening"]
    assert "for_all" not in world.fields(DANA)
    assert world.submit(DANA, opening="Moin {contact}! {insight}")["ok"]
    world.settle()
    assert f"Moin there! {STUDY}" in shown(world)[0]["text"]
    choose_menu(world, HELEN, "C0ACME", shown(world)[0], "Change the opening…")
    assert "for_all" in world.fields(HELEN)
    assert world.submit(HELEN, opening="Good day {contact}. {insight}", for_all=["yes"])["ok"]
    add(world, "Another one")
    due(world, "Deltaforge Steel")
    (delta,) = [m for m in world.messages("C0DELTA", MARCO) if "something to tell them" in m["text"]]
    assert "Good day there. Another one" in delta["text"]


def test_one_a_day_for_a_person_and_the_next_working_day_the_next(world: World) -> None:
    add(world)
    due(world)
    due(world, "Brightwater Utilities")
    due(world, "Meridian Freight")
    assert len(touches(world)) == 1
    days = sorted(planned(world, name).date() for name in ("Brightwater Utilities", "Meridian Freight"))
    assert days[0] == date(2026, 3, 3)


def test_it_waits_while_they_are_in_danger_and_for_nobody_who_is_away(world: World) -> None:
    add(world)
    with world.bot.db.transaction() as session:
        renewal = session.get_one(models.Renewal, world.renewal("Acme Robotics").id)
        renewal.forecast = "at_risk"
        marco = session.scalars(select(models.Member).where(models.Member.slack_id == MARCO)).one()
        marco.away_until = date(2026, 3, 13)
    due(world)
    due(world, "Deltaforge Steel")
    assert touches(world) == []
    assert planned(world).date() == date(2026, 3, 9)
    assert planned(world, "Deltaforge Steel").date() == date(2026, 3, 16)


def test_others_than_its_team_may_not_press_and_guests_learn_nothing(world: World) -> None:
    add(world)
    due(world)
    (touch,) = shown(world)
    world.post("member", channel="C0ACME", user=MARCO)
    world.press(MARCO, "C0ACME", touch, "nurture.sent")
    assert "Only Acme Robotics's team can do that" in world.whispers("C0ACME", MARCO)[-1]["text"]
    world.press(HELEN, "C0ACME", touch, "nurture.sent")
    assert touches(world)[0].state == "sent"


def test_why_am_i_seeing_this_names_the_numbers(world: World) -> None:
    add(world)
    due(world)
    choose_menu(world, HELEN, "C0ACME", shown(world)[0], "Why am I seeing this?")
    why = text_of(world.view(HELEN)["blocks"])
    assert "Nurture touch every: *90* days" in why and "About us, one in: *4*" in why


@pytest.mark.parametrize("about_us", [False, True])
def test_of_the_first_four_nothing_is_about_us(world: World, about_us: bool) -> None:
    add(world, "Our new office", is_about_us=about_us)
    due(world)
    assert bool(touches(world)) is not about_us
    with world.bot.db.reading() as session:
        assert account_search.account_named(
            Work(session, world.bot.workspace_id, world.slack.clock.now()), world.account("Acme Robotics")
        )


def test_the_agenda_names_it_in_the_story(world: World) -> None:
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        work.session.execute(
            update(models.JobRow)
            .where(
                models.JobRow.workspace_id == world.bot.workspace_id,
                models.JobRow.kind == "nurture_touch",
                models.JobRow.handled_at.is_(None),
            )
            .values(due_at=world.slack.clock.now() + timedelta(hours=20))
        )
        jobs.plan_page(work, [world.account("Acme Robotics")])
    assert planned(world) <= world.slack.clock.now() + timedelta(days=95)
    world.command(KIM, "C0HARBOR", "/insight list")
    assert world.no_view(KIM)


def sent(world: World) -> dict[str, Any]:
    (touch,) = [m for m in world.messages("C0ACME", DANA) if "sent it" in m["text"]]
    return dict(touch)


def test_what_was_not_sent_after_all_is_proposed_again_and_is_no_contact(both: World) -> None:
    add(both, "Webinar on audits", kind="webinar", valid_until=date(2026, 3, 20))
    due(both)
    both.press(DANA, "C0ACME", shown(both)[0], "nurture.sent")
    both.settle()
    both.press(DANA, "C0ACME", sent(both), "nurture.attend:0")
    both.settle()
    old = planned(both)
    both.press(PRIYA, "C0ACME", sent(both), "nurture.reopen")
    both.settle()
    (touch,) = shown(both)
    (kept,) = touches(both)
    assert (kept.state, kept.attendance, kept.closed_at, kept.answered_at) == ("open", "", None, None)
    assert "Coming" not in touch["text"] and planned(both) == old
    with both.bot.db.reading() as session:
        logged = session.scalars(select(models.Touchpoint).where(models.Touchpoint.purpose == "nurture")).one()
    assert logged.deleted_at is not None
    both.press(DANA, "C0ACME", touch, "nurture.sent")
    both.settle()
    with both.bot.db.reading() as session:
        logged = session.scalars(select(models.Touchpoint).where(models.Touchpoint.purpose == "nurture")).one()
    assert logged.deleted_at is None and "sent it" in sent(both)["text"]


def test_an_answer_that_was_none_is_emptied_and_before_that_it_was_sent(world: World) -> None:
    add(world)
    due(world)
    world.press(DANA, "C0ACME", shown(world)[0], "nurture.sent")
    world.settle()
    world.press(PRIYA, "C0ACME", sent(world), "nurture.answer:0")
    world.settle()
    world.press(DANA, "C0ACME", sent(world), "nurture.reopen")
    assert "They answered it, so it was sent." in world.whispers("C0ACME", DANA)[-1]["text"]
    world.press(DANA, "C0ACME", sent(world), "nurture.said")
    assert world.submit(DANA, answer=None)["ok"]
    world.settle()
    (kept,) = touches(world)
    assert (kept.answer, kept.answered_at) == ("", None) and "They answered?" in sent(world)["text"]


@pytest.mark.parametrize("reason", ["timing", "fit"])
def test_what_was_let_rest_by_a_slip_is_proposed_again(world: World, reason: str) -> None:
    add(world)
    due(world)
    not_now(world, DANA, shown(world)[0], reason)
    world.settle()
    (rested,) = [m for m in world.messages("C0ACME", DANA) if "let it rest" in m["text"]]
    world.press(DANA, "C0ACME", rested, "nurture.reopen")
    world.settle()
    assert [one.state for one in touches(world)] == ["open"] and "again on" not in shown(world)[0]["text"]
    with world.bot.db.reading() as session:
        assert len(session.scalars(select(models.InsightUse.id)).all()) == 1


def test_what_rested_and_is_over_since_is_not_proposed_again(world: World) -> None:
    add(world, "Webinar on audits", kind="webinar", valid_until=date(2026, 3, 20))
    due(world)
    not_now(world, DANA, shown(world)[0], "timing")
    world.slack.clock.set(world.slack.clock.now() + timedelta(days=25))
    world.settle()
    (rested,) = [m for m in world.messages("C0ACME", DANA) if "let it rest" in m["text"]]
    world.press(DANA, "C0ACME", rested, "nurture.reopen")
    assert "may not be told that any more" in world.whispers("C0ACME", DANA)[-1]["text"]
    assert [one.state for one in touches(world)] == ["not_now"]


def test_somebody_who_came_did_not_after_all(world: World) -> None:
    add(world, "Webinar on audits", kind="webinar", valid_until=date(2026, 3, 20))
    due(world)
    world.press(DANA, "C0ACME", shown(world)[0], "nurture.sent")
    world.settle()
    for place, now in ((1, "came"), (0, "no")):
        world.press(DANA, "C0ACME", sent(world), f"nurture.attend:{place}")
        world.settle()
        assert touches(world)[0].attendance == now


def test_what_is_corrected_or_retired_is_so_in_the_proposals_that_wait(world: World) -> None:
    number = add(world, url=LINK)
    due(world)
    now, home = world.slack.clock.now(), world.bot.workspace_id
    with Work.writing(world.bot.db, home, now) as work:
        dana = next(one for one in members.everyone(work) if one.slack_id == HELEN)
        new = LINK.replace("https", "http")
        insight_service.edit(work, number, "Half the downtime", new, InsightAudience(), dana, InsightDetails())
    world.settle()
    (touch,) = shown(world)
    assert f"made me think of you at Acme Robotics: Half the downtime {new}" in touch["text"]
    assert STUDY not in touch["text"] and "press *Sent*" not in touch["text"]
    with Work.writing(world.bot.db, home, now) as work:
        insight_service.retire(work, number, dana)
    world.settle()
    assert "It was taken out of the library since: choose Another." in shown(world)[0]["text"]
    with Work.writing(world.bot.db, home, now) as work:
        insight_service.restore(work, number, dana)
    world.settle()
    assert "taken out" not in shown(world)[0]["text"]
