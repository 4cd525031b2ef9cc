"""`/referral` as people meet it: whom one may ask, what they gave, thanks that wait, and a suggestion to ask."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from bot import models
from bot.db.work import Work
from bot.health.jobs import score_now
from bot.referrals import hints
from tests.factories import NOW, TODAY, make_renewal, make_teammate
from tests.handlers.conftest import (
    DANA,
    HELEN,
    KIM,
    MARCO,
    PRIYA,
    RUTH,
    World,
    button_ids,
    menu_choices,
    text_of,
    without_pulses,
)
from tests.handlers.test_competitors import set_number
from tests.handlers.test_follow_ups import direct_channel, move_to
from tests.scenes.learning import days_ago, make_check, make_promise, make_round, make_ticket, make_touch

RUBEN = "Ruben Hald"


def row(world: World, name: str) -> Any:
    with world.bot.db.reading() as session:
        return session.scalars(select(models.Account).where(models.Account.name == name)).one()


@pytest.fixture
def green(world: World) -> World:
    """Acme was heard green three days ago, is seen all year, and has a champion, a user, and one who has left."""
    without_pulses(world)
    good(world)
    return world


def good(world: World, account: str = "Acme Robotics") -> None:
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        session = work.session
        acme = session.scalars(work.select(models.Account).where(models.Account.name == account)).one()
        dana = session.scalars(work.select(models.Member).where(models.Member.slack_id == DANA)).one()
        for name, part, left in ((RUBEN, "champion", None), ("Ruth Adeyemi", "user", None), ("Peter Lang", "", 9)):
            session.add(
                models.CustomerPerson(
                    workspace_id=work.workspace_id,
                    account_id=acme.id,
                    name=name,
                    name_key=name.casefold(),
                    part=part,
                    left_on=TODAY - timedelta(days=left) if left else None,
                    created_at=NOW,
                )
            )
        round_id = make_round(session, acme, 90, days_ago(2))
        own = {"workspace_id": work.workspace_id, "round_id": round_id, "member_id": dana.id}
        session.add(
            models.PulseAnswer(
                **own, colour="green", answered_at=days_ago(3), heard_on=days_ago(3).date(), heard_from=RUBEN
            )
        )
        for days in (40, 100, 160, 220):
            make_touch(session, acme, days_ago(days), by_id=dana.id)


def opened(world: World, user: str = DANA, account: str = "acme") -> str:
    world.command(user, "C0ALERTS", f"/referral {account}")
    return text_of(world.view(user)["blocks"])


def choose(world: World, user: str, action: str) -> Any:
    """Choose in the first ⋯ of the open list that has this choice, or press the button."""
    view = world.view(user)
    for menu, value in menu_choices(view):
        if value.startswith(f"{action} "):
            return world.post("action", user=user, view_id=view["id"], action_id=menu, value=value)
    for block in view["blocks"]:
        if str((block.get("accessory") or {}).get("action_id", "")).startswith(action):
            accessory = block["accessory"]
            return world.choose(user, accessory["action_id"], accessory["value"])
    raise AssertionError(f"nothing to press for {action}")


def offers(world: World, user: str, action: str) -> int:
    return sum(value.startswith(f"{action} ") for _, value in menu_choices(world.view(user)))


def kept(world: World) -> list[models.Referral]:
    with world.bot.db.reading() as session:
        return list(session.scalars(select(models.Referral).order_by(models.Referral.id)))


def give(world: World, user: str = DANA, **values: str) -> Any:
    choose(world, user, "referral.given")
    return world.submit(user, **{"named": "Lena <Ott>", "company": "Northwind", "words": "They *also* renew", **values})


def test_asked_given_and_thanked_from_the_list(green: World) -> None:
    shown = opened(green)
    assert "a good moment. You may ask 2 people." in shown and "So far: asked 0, given 0, thanked 0." in shown
    assert "not now: left on Sat 21 Feb" in shown
    assert offers(green, DANA, "referral.asked") == 2
    choose(green, DANA, "referral.asked")
    shown = text_of(green.view(DANA)["blocks"])
    assert "not now: may be asked again from Sat 29 Aug" in shown
    assert f"*{RUBEN}* was asked by Dana Whitlock, Mon 2 Mar. No name yet." in shown
    assert offers(green, DANA, "referral.asked") == 1
    assert give(green)["ok"]
    shown = text_of(green.view(DANA)["blocks"])
    assert f"*{RUBEN}* named Lena &lt;Ott&gt; (Northwind), Mon 2 Mar: “They" in shown and "Not thanked yet." in shown
    (one,) = kept(green)
    assert one.asked_at and one.given_at and one.named == "Lena <Ott>" and one.thanked_at is None
    choose(green, DANA, "referral.thanked_in_list")
    assert "Thanked by Dana Whitlock, Mon 2 Mar." in text_of(green.view(DANA)["blocks"])
    assert "So far: asked 1, given 1, thanked 1." in text_of(green.view(DANA)["blocks"])
    green.command(DANA, "C0ACME", "/account acme")
    green.press(DANA, "C0ACME", green.whispers("C0ACME", DANA)[-1], "account.timeline")
    history = text_of(green.view(DANA)["blocks"])
    for line in ("asked Ruben Hald for a referral", "thanked Ruben Hald for a referral", "named Lena &lt;Ott&gt;"):
        assert line in history


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("unpaid", "1 renewal is not paid yet."),
        ("promise", "1 promise to them is overdue."),
        ("ticket", "No good moment: the last green pulse heard from them is of Fri 27 Feb"),
        (
            "yearly",
            "5 of 8 touches by you in twelve months came within 60 days before a deadline; up to 50 % would do.",
        ),
    ],
)
def test_what_bars_everybody_is_said_once_and_nobody_is_offered(green: World, bad: str, words: str) -> None:
    with Work.writing(green.bot.db, green.bot.workspace_id, NOW) as work:
        acme = work.session.scalars(work.select(models.Account).where(models.Account.name == "Acme Robotics")).one()
        if bad == "unpaid":
            make_renewal(work.session, acme, TODAY - timedelta(days=9), signed_at=days_ago(20), stage="signed")
        elif bad == "promise":
            make_promise(work.session, acme, None, due=TODAY - timedelta(days=1))
        elif bad == "ticket":
            make_ticket(work.session, acme, days_ago(1), priority="urgent")
        else:
            make_renewal(work.session, acme, TODAY, outcome="won", closed_at=NOW, stage="paid", paid_at=NOW)
            for days in range(1, 5):
                make_touch(work.session, acme, days_ago(days), by_id=acme.owner_id)
    shown = opened(green)
    assert "*Acme Robotics*: not now." in shown and words in shown
    assert shown.count(words) == 1 and offers(green, DANA, "referral.asked") == 0


def test_an_old_button_does_not_break_a_pause(green: World) -> None:
    opened(green, PRIYA)
    opened(green)
    choose(green, DANA, "referral.asked")
    choose(green, PRIYA, "referral.asked")
    green.settle()
    assert len(kept(green)) == 1
    assert any(
        "is not to be asked now: their last referral, asked for or given, was not long ago" in m["text"]
        for m in told(green, PRIYA)
    )


def told(world: World, user: str) -> list[dict[str, Any]]:
    return [*world.direct(user), *world.whispers("C0ALERTS", user)]


def test_a_referral_without_thanks_is_brought_up_once_after_five_working_days(green: World) -> None:
    opened(green)
    assert give(green)["ok"]
    green.command(DANA, "C0ALERTS", "/account acme")
    assert (
        "To do: 🟡 Needs thanks: Ruben Hald named Lena &lt;Ott&gt; (Northwind) on Mon 2 Mar."
        in green.whispers("C0ALERTS", DANA)[-1]["text"]
    )
    move_to(green, 6, 17)
    assert not [m for m in green.direct(DANA) if "waits for thanks" in m["text"]]
    move_to(green, 9, 12)
    (told,) = [m for m in green.direct(DANA) if "waits for thanks" in m["text"]]
    assert told["text"].endswith("Not thanked yet. 5 working days have passed.")
    assert button_ids(told) == ["referral.thanked"]
    green.press(DANA, direct_channel(green, DANA), told, "referral.thanked")
    green.settle()
    (told,) = [m for m in green.direct(DANA) if "Acme Robotics was thanked" in m["text"]]
    assert told["text"].startswith("✅ Done: ") and "Thanked by Dana Whitlock, Mon 9 Mar." in told["text"]
    move_to(green, 27)
    assert not [m for m in green.direct(DANA) if "waits for thanks" in m["text"]]


def test_with_another_number_of_days_thanks_that_wait_come_up_on_another_day(green: World) -> None:
    opened(green)
    assert give(green)["ok"]
    set_number(green, "referral_thank_working_days", "1")
    move_to(green, 3, 17)
    assert len([m for m in green.direct(DANA) if "waits for thanks" in m["text"]]) == 1
    set_number(green, "referral_thank_working_days", "3")
    move_to(green, 9, 12)
    assert len([m for m in green.direct(DANA) if "waits for thanks" in m["text"]]) == 1


def suggested(world: World, user: str = DANA) -> list[dict[str, Any]]:
    return [m for m in world.direct(user) if "for a referral" in m["text"]]


def test_the_owner_gets_one_suggestion_a_fortnight_and_it_can_be_answered(green: World) -> None:
    good(green, "Brightwater Utilities")
    # Somebody is on the renewal: what nobody moves is escalated, and after that nothing is proposed.
    green.press(DANA, "C0ACME", green.card("C0ACME", DANA), "renewal.claim")
    move_to(green, 3, 12)
    (one,) = suggested(green)
    assert one["text"] == (
        "Acme Robotics: a good moment to ask Ruben Hald for a referral. They told us on Fri 27 Feb that all is well. "
        "Nothing is unpaid, no promise is overdue, and we are there outside renewal time too."
    )
    assert not suggested(green, HELEN) and not suggested(green, PRIYA)
    green.press(DANA, direct_channel(green, DANA), one, "why")
    assert "Referral: suggestions" in text_of(green.view(DANA)["blocks"])
    move_to(green, 16, 12)
    assert len(suggested(green)) == 1
    green.press(DANA, direct_channel(green, DANA), one, "referral.not_now")
    green.settle()
    assert suggested(green)[0]["text"].endswith(
        "You said not now on Mon 16 Mar. They are not suggested again for 180 days."
    )
    assert kept(green) == []
    move_to(green, 18, 12)
    (_, second) = suggested(green)
    assert second["text"].startswith("Acme Robotics: a good moment to ask Ruth Adeyemi")
    green.press(DANA, direct_channel(green, DANA), second, "referral.hint_asked")
    green.settle()
    (asked,) = kept(green)
    assert asked.asked_at is not None
    (last,) = [m for m in green.direct(DANA) if m["text"].startswith("✅ Done: you asked Ruth Adeyemi")]
    assert button_ids(last) == ["referral.given"]


def test_a_suggestion_that_is_no_longer_right_is_not_carried_out(green: World) -> None:
    move_to(green, 3, 12)
    (one,) = suggested(green)
    with Work.writing(green.bot.db, green.bot.workspace_id, NOW) as work:
        acme = work.session.scalars(work.select(models.Account).where(models.Account.name == "Acme Robotics")).one()
        make_promise(work.session, acme, None, due=TODAY - timedelta(days=1))
    green.press(DANA, direct_channel(green, DANA), one, "referral.hint_asked")
    green.settle()
    assert kept(green) == []
    assert any("a promise to them is overdue" in m["text"] for m in told(green, DANA))


def test_high_health_and_quiet_is_a_good_moment_without_a_pulse(world: World) -> None:
    good(world)
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        answer = work.session.scalars(work.select(models.PulseAnswer)).one()
        answer.heard_on = None
        acme = work.session.scalars(work.select(models.Account).where(models.Account.name == "Acme Robotics")).one()
        for days in (1, 30):
            make_check(work.session, acme, days_ago(days), every=5)
            make_touch(work.session, acme, days_ago(days), by_id=acme.owner_id)
        work.session.flush()
        score_now(work, [acme.id])
        score = work.session.scalars(
            work.select(models.AccountHealth.score).where(models.AccountHealth.account_id == acme.id)
        ).one()
    assert score is not None and score >= 80
    move_to(world, 3, 12)
    (one,) = suggested(world)
    assert f"Health is {score} of 100, with no bad sign for 60 days. Nothing is unpaid" in one["text"]


def test_nothing_is_suggested_where_the_customer_was_not_heard(world: World) -> None:
    good(world)
    with world.bot.db.transaction() as session:
        answer = session.scalars(select(models.PulseAnswer)).one()
        answer.heard_on = None
    move_to(world, 4, 12)
    assert not suggested(world)
    with Work.reading(world.bot.db, world.bot.workspace_id, NOW) as work:
        assert hints._likely(work, [row(world, "Acme Robotics").id]) == []


def test_others_read_the_list_but_only_the_team_writes_and_outsiders_see_nothing(green: World) -> None:
    shown = opened(green, MARCO)
    assert "The account's team and managers can write here." in shown
    assert not menu_choices(green.view(MARCO))
    with green.bot.db.transaction() as session:
        marco = session.scalars(select(models.Member).where(models.Member.slack_id == MARCO)).one()
        make_teammate(session, session.get_one(models.Account, row(green, "Acme Robotics").id), marco, "support_lead")
    opened(green, MARCO)
    with green.bot.db.transaction() as session:
        session.execute(delete(models.Teammate).where(models.Teammate.member_id == marco.id))
    choose(green, MARCO, "referral.asked")
    green.settle()
    assert kept(green) == []
    assert any("Only Acme Robotics's team can do that" in m["text"] for m in told(green, MARCO))
    opened(green, HELEN)
    assert offers(green, HELEN, "referral.asked") == 2
    green.command(KIM, "C0HARBOR", "/referral acme")
    assert green.no_view(KIM)
    green.command(RUTH, "C0MERIDIAN", "/referral acme")
    assert green.no_view(RUTH)


def test_a_referral_names_somebody(green: World) -> None:
    opened(green)
    assert "errors" in give(green, named="", company=" ")
    assert kept(green) == []


def test_without_people_the_list_says_what_to_do_first(world: World) -> None:
    assert "Nobody is written down there yet: add people first." in opened(world)


def test_nobody_who_is_away_gets_a_suggestion_and_it_comes_once_they_are_back(green: World) -> None:
    # Somebody is on the renewal: what nobody moves is escalated, and after that nothing is proposed.
    green.press(DANA, "C0ACME", green.card("C0ACME", DANA), "renewal.claim")
    with Work.writing(green.bot.db, green.bot.workspace_id, NOW) as work:
        dana = work.session.scalars(work.select(models.Member).where(models.Member.slack_id == DANA)).one()
        dana.away_until = date(2026, 3, 4)
    move_to(green, 4, 12)
    assert not suggested(green)
    with green.bot.db.reading() as session:
        assert session.scalars(select(models.ReferralHint)).all() == []
    move_to(green, 6, 12)
    assert len(suggested(green)) == 1


def test_what_was_logged_by_mistake_is_put_right_and_taken_back(green: World) -> None:
    opened(green)
    choose(green, DANA, "referral.asked")
    assert give(green)["ok"]
    choose(green, DANA, "referral.change")
    assert green.submit(DANA, named="", company="")["errors"].keys() == {"named"}
    assert green.submit(DANA, named="Lena Otter", company="Northwind")["ok"]
    assert [(one.named, one.company) for one in kept(green)] == [("Lena Otter", "Northwind")]
    choose(green, DANA, "referral.thanked_in_list")
    choose(green, DANA, "referral.not_thanked")
    assert "Not thanked yet." in text_of(green.view(DANA)["blocks"])
    choose(green, DANA, "referral.not_given")
    assert "No name yet." in text_of(green.view(DANA)["blocks"])
    choose(green, DANA, "referral.not_asked")
    shown = text_of(green.view(DANA)["blocks"])
    assert "So far: asked 0, given 0, thanked 0." in shown and offers(green, DANA, "referral.asked") == 2
    assert kept(green) == []
    green.command(DANA, "C0ACME", "/account acme")
    green.press(DANA, "C0ACME", green.whispers("C0ACME", DANA)[-1], "account.timeline")
    history = text_of(green.view(DANA)["blocks"])
    for line in ("took back that Ruben Hald was asked", "took back that Ruben Hald named somebody", "was thanked"):
        assert line in history


def test_a_reminder_of_what_was_no_referral_says_so(green: World) -> None:
    opened(green)
    assert give(green)["ok"]
    move_to(green, 9, 12)
    direct = next(m for m in green.direct(DANA) if "waits for thanks" in m["text"])
    opened(green)
    choose(green, DANA, "referral.not_given")
    green.settle()
    (after,) = [m for m in green.direct(DANA) if m["ts"] == direct["ts"]]
    assert after["text"] == "Acme Robotics: Dana Whitlock took back that Ruben Hald named somebody."
    assert kept(green) == []


def test_others_take_nothing_back(green: World) -> None:
    opened(green)
    choose(green, DANA, "referral.asked")
    opened(green, MARCO)
    assert offers(green, MARCO, "referral.not_asked") == 0
