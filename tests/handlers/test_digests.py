"""`/digest`: set up, looked at before, sent at its time or now, paused, and said how it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import models
from bot.agenda import jobs as agenda_jobs
from bot.db.work import Work
from bot.digests import change, setups
from bot.digests import jobs as digest_jobs
from bot.digests.choice import DigestChoice, Timing
from bot.digests.scope import Rhythm, ScopeKind
from bot.errors import FieldErrors, NotForYou
from bot.workspace import members
from tests.handlers.conftest import (
    DANA,
    HELEN,
    KIM,
    MARCO,
    MONDAY,
    PRIYA,
    RUTH,
    World,
    in_days,
    menu_choices,
    text_of,
)
from tests.handlers.test_home import digests, home, lead, member, owe, press, seen, set_wishes

TUESDAY = MONDAY + timedelta(days=1)


def listed(world: World, user: str) -> str:
    """What `/digest` says to somebody."""
    world.command(user, "C0ALERTS", "/digest")
    return rows(world, user)


def rows(world: World, user: str) -> str:
    """The words of the list that is open."""
    view = world.view(user)
    assert view["title"]["text"] == "Digests"
    return "\n".join(b["text"]["text"] for b in view["blocks"] if b["type"] == "section")


def do(world: World, user: str, action: str, row: int = 0) -> str:
    """Choose in the ⋯ of one of the digests that are listed; what the list says then."""
    world.command(user, "C0ALERTS", "/digest")
    choices = [one for one in menu_choices(world.view(user)) if one[1].startswith(f"{action} ")]
    menu, value = choices[row]
    world.post("action", user=user, view_id=world.view(user)["id"], action_id=menu, value=value)
    return rows(world, user) if action != "digest.edit" else ""


def preview(world: World, user: str) -> str:
    """What the form that is open would say now."""
    world.post("action", user=user, view_id=world.view(user)["id"], action_id="digest.preview")
    view = world.view(user)
    assert view["title"]["text"] == "Preview"
    return text_of(view["blocks"])


def open_new(world: World, user: str, whose: str = "me") -> None:
    """The form of a new digest."""
    world.command(user, "C0ALERTS", "/digest new")
    if whose != "me":
        world.choose(user, "whose", whose)


def go(world: World, at: datetime) -> None:
    """Let the clock go to a moment, and the bot do what is due."""
    world.slack.clock.set(at)
    world.settle()


def segment(world: World, account: str, name: str) -> None:
    """Which segment an account is of."""
    with world.bot.db.transaction() as session:
        session.execute(update(models.Account).where(models.Account.name == account).values(segment=name))


def options(world: World, user: str, field: str) -> list[str]:
    """What a field of the open form offers."""
    (block,) = [b for b in world.view(user)["blocks"] if b["block_id"] == field]
    return [one["text"]["text"] for one in block["element"]["options"]]


def test_a_rep_sets_one_up_looks_at_it_gets_it_at_its_time_and_pauses_it(both: World) -> None:
    owe(both, "Call back", in_days(-1))
    assert "You have no digest yet." in listed(both, DANA)
    open_new(both, DANA)
    assert "follow-up: Call back" in preview(both, DANA) and not digests(both, DANA)
    assert '"type": "button"' not in text_of(both.view(DANA)["blocks"])
    assert both.set_up_digest(DANA, weekdays=["1", "3"], at="10:30")["ok"]
    words = rows(both, DANA)
    assert "*What waits for me* · each Tue and Thu at 10:30 Europe/London · by direct message" in words
    assert "None has come yet. Next: Tue 10:30 Europe/London." in words
    go(both, TUESDAY.replace(hour=10, minute=15))
    assert not digests(both, DANA)
    go(both, TUESDAY.replace(hour=10, minute=31))
    (digest,) = digests(both, DANA)
    assert "Call back" in digest["text"] and "Due" not in digest["text"]
    # By now it is known that she is in Berlin.
    assert "Sent today 11:31. Next: Thu 10:30 Europe/Berlin." in listed(both, DANA)
    assert "Sent today 11:31. Paused." in do(both, DANA, "digest.pause")
    owe(both, "Another thing", in_days(2))
    go(both, MONDAY + timedelta(days=7))
    assert len(digests(both, DANA)) == 1
    assert "Sent Tue 11:31. Next: Tue 10:30 Europe/Berlin." in do(both, DANA, "digest.resume")
    go(both, (MONDAY + timedelta(days=8)).replace(hour=10, minute=31))
    assert "Another thing" in digests(both, DANA)[-1]["text"] and len(digests(both, DANA)) == 2


def test_nothing_new_is_said_in_the_list_and_not_in_a_message(world: World) -> None:
    assert world.set_up_digest(MARCO)["ok"]
    go(world, TUESDAY)
    before = digests(world, MARCO)
    go(world, TUESDAY + timedelta(days=1))
    assert digests(world, MARCO) == before
    assert "Last, today 10:30: nothing to say. Next: Thu 09:00 Europe/Rome." in listed(world, MARCO)
    assert "Last, today 10:30: nothing to say." in do(world, MARCO, "digest.send")


def test_send_now_says_it_at_once_and_its_time_stays(both: World) -> None:
    owe(both, "Call back", in_days(0))
    assert both.set_up_digest(DANA)["ok"]
    go(both, MONDAY.replace(hour=22))
    assert "On its way since today 22:30" in do(both, DANA, "digest.send")
    both.settle()
    assert len(digests(both, DANA)) == 1
    assert "Sent today 22:30" in listed(both, DANA) and "Next: Tue 09:00" in listed(both, DANA)


def test_what_was_missed_comes_once_late_and_says_so(world: World) -> None:
    owe(world, "Call back", in_days(3))
    assert world.set_up_digest(DANA, rhythm="weekly", weekdays=["1"], at="10:00")["ok"]
    due = TUESDAY.replace(hour=10, minute=0)
    go(world, due + timedelta(days=7, hours=4, minutes=10))
    (digest,) = digests(world, DANA)
    assert "Due Tue 10:00, sent 14:10" in digest["text"]
    assert "Next: Tue 17 Mar 10:00 Europe/Berlin." in listed(world, DANA)


def test_what_was_missed_until_the_night_waits_for_the_morning(world: World) -> None:
    assert world.set_up_digest(DANA, rhythm="weekly", weekdays=["1"], at="10:00")["ok"]
    go(world, TUESDAY.replace(hour=23))
    assert not digests(world, DANA)
    go(world, TUESDAY.replace(day=4, hour=9, minute=1))
    (digest,) = digests(world, DANA)
    assert "Due Tue 10:00, sent Wed 09:01" in digest["text"]


def test_one_is_held_while_its_reader_is_away_and_comes_when_they_are_back(both: World) -> None:
    assert both.set_up_digest(DANA, rhythm="monthly", weekdays=["2"])["ok"]
    set_wishes(both, DANA, away_until="2026-03-06")
    assert "Held while you are away; next Mon 9 Mar 09:00 Europe/London." in listed(both, DANA)
    go(both, MONDAY.replace(day=5))
    assert not digests(both, DANA)
    owe(both, "Call back", in_days(6))
    go(both, MONDAY.replace(day=9))
    assert "Sent" in listed(both, DANA)
    assert len(digests(both, DANA)) == 1


def test_a_manager_has_one_of_a_segment_in_a_channel_and_may_act_on_it_in_the_list(both: World) -> None:
    segment(both, "Acme Robotics", "Retail <!here>")
    open_new(both, HELEN)
    assert options(both, HELEN, "whose") == ["What waits for me", "Everything", "Segment Retail <!here>"]
    both.choose(HELEN, "whose", "segment:Retail <!here>")
    assert "€48,000" in preview(both, HELEN)
    chosen = {"rhythm": "weekly", "weekdays": ["1"], "channel": "C0ALERTS"}
    assert both.set_up_digest(HELEN, "segment:Retail <!here>", **chosen)["ok"]
    words = rows(both, HELEN)
    assert "*Segment Retail &lt;!here&gt;* · each Tue when the day begins · in <#C0ALERTS>" in words
    go(both, TUESDAY)
    (said,) = [m for m in both.messages("C0ALERTS", HELEN) if "overview" in m["text"] and not m["ephemeral"]]
    assert "Retail &lt;!here&gt;" in said["text"] and "<!here>" not in said["text"]
    both.press(DANA, "C0ALERTS", said, "digest.why")
    assert "Helen Osei set this digest up: segment Retail &lt;!here&gt;, each Tue" in text_of(both.view(DANA)["blocks"])
    assert "Sent today 09:30. Next: Tue 10 Mar 09:00 Europe/London." in listed(both, HELEN)
    assert "You have no digest yet." in do(both, HELEN, "digest.remove")
    go(both, TUESDAY + timedelta(days=7))
    assert [m for m in both.messages("C0ALERTS", HELEN) if "overview" in m["text"]] == [said]


def test_a_channel_that_others_read_cannot_be_chosen(both: World) -> None:
    for channel, why in (("C0HARBOR", "guest"), ("C0MERIDIAN", "another company")):
        refused = both.set_up_digest(HELEN, "all", channel=channel)
        assert why in str(refused["errors"]), refused
    assert "You have no digest yet." in listed(both, HELEN)


def test_a_rep_is_offered_their_own_and_their_team_and_no_channel(both: World) -> None:
    lead(both, HELEN, DANA, MARCO)
    open_new(both, DANA, "team")
    assert options(both, DANA, "whose") == ["What waits for me", "My team"]
    assert "channel" not in both.fields(DANA)
    assert "Helen Osei's team" in preview(both, DANA)
    for kind in (ScopeKind.ALL, ScopeKind.SEGMENT):
        with Work.writing(both.bot.db, both.bot.workspace_id, MONDAY) as work:
            dana = members.find(work, DANA)
            assert dana is not None
            with pytest.raises(NotForYou, match="managers and admins"):
                change.save(work, dana, DigestChoice(kind, Timing(Rhythm.DAILY), segment="Retail"))


def test_somebody_else_s_digest_can_neither_be_changed_nor_sent(world: World) -> None:
    assert world.set_up_digest(HELEN, "all")["ok"]
    with world.bot.db.reading() as session:
        setup_id = session.scalars(select(models.DigestSetup.id)).one()
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        dana = members.find(work, DANA)
        assert dana is not None
        for verb in (digest_jobs.send_now, change.remove, setups.own):
            with pytest.raises(NotForYou):
                verb(work, dana, setup_id)


def test_a_guest_and_somebody_of_another_company_are_refused(world: World) -> None:
    for who, channel in ((KIM, "C0HARBOR"), (RUTH, "C0MERIDIAN")):
        world.command(who, channel, "/digest")
        assert world.no_view(who)


def test_who_is_no_manager_any_more_gets_no_digest_of_everything(world: World) -> None:
    assert world.set_up_digest(HELEN, "all")["ok"]
    with world.bot.db.transaction() as session:
        session.execute(update(models.Member).where(models.Member.slack_id == HELEN).values(role="rep"))
    go(world, TUESDAY)
    assert not [m for m in world.direct(HELEN) if "overview" in m["text"]]
    assert "not sent, since only managers and admins may have it." in listed(world, HELEN)


def user(world: World, slack_id: str, **flags: bool) -> dict[str, Any]:
    """A person as Slack tells of them."""
    with world.bot.db.reading() as session:
        team = session.scalars(select(models.Workspace.team_id)).one()
    return {"id": slack_id, "real_name": "Dana Whitlock", "team_id": team, "tz": "Europe/London", **flags}


@pytest.mark.parametrize("gone", ["deleted", "is_restricted"])
def test_who_left_or_became_a_guest_gets_none_until_they_are_back(world: World, gone: str) -> None:
    owe(world, "Call back", in_days(0))
    assert world.set_up_digest(DANA)["ok"]
    where = (world.bot.db, world.bot.workspace_id)
    with Work.writing(*where, MONDAY) as work:
        members.remember(work, user(world, DANA, **{gone: True}))
    with Work.writing(*where, TUESDAY) as work:
        rows = agenda_jobs.pending_for(work, [f"digest:{setups.of_person(work, member(world, DANA).id)[0].id}"])
        digest_jobs.run_digest(work, rows)
        agenda_jobs.complete(work, rows)
        assert not list(work.session.scalars(work.select(models.Post.id).where(models.Post.kind == "digest")))
        members.remember(work, user(world, DANA))
        (following,) = agenda_jobs.pending_for(work, [rows[0].subject])
        assert following.due_at == datetime(2026, 3, 4, 9, tzinfo=UTC)


def test_where_a_guest_came_to_read_its_owner_reads_it_alone_and_the_list_says_so(world: World) -> None:
    assert world.set_up_digest(HELEN, "all", channel="C0ALERTS")["ok"]
    world.post("member", user=KIM, channel="C0ALERTS", present=True)
    go(world, TUESDAY)
    assert not [m for m in world.messages("C0ALERTS", KIM) if "overview" in m["text"]]
    assert [m for m in world.direct(HELEN) if "overview" in m["text"]]
    assert "to you directly, since a guest reads that channel." in listed(world, HELEN)


def test_one_that_could_not_be_sent_says_why(world: World) -> None:
    assert world.set_up_digest(HELEN, "all", channel="C0ALERTS")["ok"]
    world.post("fault", method="chat.postMessage", kind="error:restricted_action", times=5)
    go(world, TUESDAY)
    assert "Not sent today 09:30: Only some people may post in the channel." in listed(world, HELEN)


def test_what_cannot_be_is_refused_beside_its_field(world: World) -> None:
    assert "one day" in world.set_up_digest(DANA, rhythm="weekly", weekdays=["1", "2"])["errors"]["weekdays"]
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        helen = members.find(work, HELEN)
        assert helen is not None
        at_night = Timing(Rhythm.DAILY, (), datetime(2026, 1, 1, 3).time())
        with pytest.raises(FieldErrors, match="06:00 to 20:00"):
            change.save(work, helen, DigestChoice(ScopeKind.ME, at_night))
        with pytest.raises(FieldErrors, match="comes to you alone"):
            change.save(work, helen, DigestChoice(ScopeKind.ME, Timing(Rhythm.DAILY), channel="C0ALERTS"))
        with pytest.raises(FieldErrors, match="no team yet"):
            change.save(work, helen, DigestChoice(ScopeKind.TEAM, Timing(Rhythm.DAILY)))


def test_parts_can_be_left_out(world: World) -> None:
    owe(world, "Call back", in_days(0))
    open_new(world, DANA)
    assert "Follow-ups due" in options(world, DANA, "left_out_own")
    assert world.set_up_digest(DANA, left_out_own=["Follow-ups due"])["ok"]
    go(world, TUESDAY)
    (digest,) = digests(world, DANA)
    assert "Call back" not in digest["text"] and "Brightwater" in digest["text"]


def test_one_is_changed_in_the_form_it_was_set_up_in(both: World) -> None:
    assert both.set_up_digest(PRIYA, at="11:00")["ok"]
    do(both, PRIYA, "digest.edit")
    assert both.view(PRIYA)["title"]["text"] == "Change a digest"
    assert both.submit(PRIYA, rhythm="weekly", weekdays=["4"])["ok"]
    assert rows(both, PRIYA).count("each Fri at 11:00 Europe/London") == 1


def test_home_and_the_reason_of_a_digest_lead_to_the_list(both: World) -> None:
    home(both, DANA)
    press(both, DANA, "digest.list")
    assert "You have no digest yet." in text_of(both.view(DANA)["blocks"])
    assert "`/digest`" in seen(both, DANA)


def test_a_time_before_ones_day_begins_may_be_chosen_and_is_kept(both: World) -> None:
    lead(both, HELEN, DANA, MARCO)
    assert both.set_up_digest(HELEN, "team", rhythm="weekly", weekdays=["1"], at="08:00")["ok"]
    assert "each Tue at 08:00 Europe/London" in rows(both, HELEN)
    go(both, TUESDAY.replace(hour=7, minute=30))
    assert not [m for m in both.direct(HELEN) if "overview" in m["text"]]
    go(both, TUESDAY.replace(hour=8, minute=0, second=30))
    assert len([m for m in both.direct(HELEN) if "Weekly overview" in m["text"]]) == 1
    assert "Sent today 08:00" in listed(both, HELEN)
