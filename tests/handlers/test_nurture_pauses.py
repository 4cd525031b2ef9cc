"""An account is paused from its proposal or its story, seen by all who ask, and ended by a person or by its day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot import models
from bot.accounts import proposing
from bot.accounts.figure_facts import FigureWindow
from bot.core.proposing import HoldOff
from bot.db.work import Work
from bot.nurture import pauses as verbs
from bot.nurture import queries
from bot.nurture.figures import coverage_lines
from bot.workspace import members
from tests.handlers.conftest import DANA, HELEN, KIM, MARCO, World, button_ids, choose_menu, text_of
from tests.handlers.test_nurture import add, due, touches

ACME, CHANNEL, WHY = "Acme Robotics", "C0ACME", "They move <offices> until summer"
PAUSED = "Acme Robotics: nothing is proposed to them for now."


def paused_by(world: World, user: str, until: str = "2026-04-01") -> Any:
    """Pause Acme from its proposal."""
    choose_menu(world, user, CHANNEL, proposal(world), "Pause this account…")
    answered = world.submit(user, until=until, reason=WHY)
    world.settle()
    return answered


def proposal(world: World) -> dict[str, Any]:
    """The one message about Acme's touch, paused or not."""
    several = [m for m in world.messages(CHANNEL, DANA) if "something to tell them" in m["text"] or PAUSED in m["text"]]
    (one,) = several
    return one


def pauses(world: World) -> list[models.NurturePause]:
    """All pauses, the first one first."""
    with world.bot.db.reading() as session:
        return list(session.scalars(select(models.NurturePause).order_by(models.NurturePause.id)))


def on_the_agenda(world: World) -> set[str]:
    """What nurture has planned for Acme."""
    with world.bot.db.reading() as session:
        rows = select(models.JobRow.kind).where(
            models.JobRow.subject == f"account:{world.account(ACME)}", models.JobRow.handled_at.is_(None)
        )
        return {kind for kind in session.scalars(rows) if kind.startswith("nurture")}


def held_off(world: World) -> HoldOff | None:
    """Why nothing may be proposed at Acme."""
    with Work.reading(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        return proposing.held_off_of(work, [world.account(ACME)]).get(world.account(ACME))


def news(world: World, user: str) -> list[str]:
    """What this person was told directly of pauses."""
    said = ("paused it, nothing is proposed", "Proposals come again in their own time")
    return [m["text"] for m in world.direct(user) if any(one in m["text"] for one in said)]


def test_it_rests_where_it_was_paused_and_ending_it_brings_the_same_back(both: World) -> None:
    add(both)
    due(both)
    assert paused_by(both, DANA)["ok"]
    shown_now = proposal(both)
    assert PAUSED in shown_now["text"] and "Sent" not in text_of(shown_now["blocks"])
    assert "Paused by Dana Whitlock until Wed 1 Apr: “They move &lt;offices&gt; until summer”." in shown_now["text"]
    assert held_off(both) is HoldOff.PAUSED and on_the_agenda(both) == {"nurture_pause_ends"}
    both.press(DANA, CHANNEL, shown_now, "nurture.pause_end")
    both.settle()
    assert "something to tell them" in proposal(both)["text"] and held_off(both) is HoldOff.PROPOSED
    assert on_the_agenda(both) == {"nurture_touch"} and news(both, DANA) == []
    # Pressed in a message that is old by now, it ends nothing again.
    (ended,) = pauses(both)
    with Work.writing(both.bot.db, both.bot.workspace_id, both.slack.clock.now()) as work:
        helen = members.find(work, HELEN)
        assert helen is not None
        verbs.end(work, ended.id, helen)
    assert [(one.ended_at, one.ended_by_id) for one in pauses(both)] == [(ended.ended_at, ended.ended_by_id)]
    both.press(DANA, CHANNEL, proposal(both), "nurture.sent")
    assert touches(both)[0].state == "sent"


def test_story_growth_and_timeline_say_so_and_a_manager_finds_it_named_among_the_figures(world: World) -> None:
    add(world)
    due(world)
    paused_by(world, DANA, until="")
    world.command(DANA, CHANNEL, "/account")
    story = world.whispers(CHANNEL, DANA)[-1]
    assert "Paused by Dana Whitlock until somebody ends it: “They move &lt;offices&gt; until summer”" in story["text"]
    world.press(DANA, CHANNEL, story, "account.timeline")
    assert "Dana Whitlock paused proposals to them:" in text_of(world.view(DANA)["blocks"])
    world.command(DANA, CHANNEL, "/grow")
    growth = world.whispers(CHANNEL, DANA)[-1]
    assert "Nothing is proposed to them for now: somebody has paused it." in growth["text"]
    with Work.reading(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        (line,) = coverage_lines(work, FigureWindow(date(2026, 3, 2)), None)
        (before,) = coverage_lines(work, FigureWindow(date(2026, 3, 1)), None)
    assert line.more.endswith("; paused: Acme Robotics (until somebody ends it)") and line.value == "0.00 %"
    assert "paused" not in before.more
    # From the list of what they may need it is ended too, in the form.
    world.press(DANA, CHANNEL, growth, "nurture.pause")
    view = world.view(DANA)
    assert "Paused by Dana Whitlock" in text_of(view["blocks"]) and WHY in str(view["blocks"])
    world.post("action", user=DANA, view_id=view["id"], action_id="nurture.pause_end")
    assert "Paused by" not in text_of(world.view(DANA)["blocks"])
    assert pauses(world)[0].ended_at is not None


@pytest.mark.parametrize("channel", [CHANNEL, "C0ALERTS"])
def test_whoever_keeps_the_account_pauses_it_from_its_story_also_where_the_story_can_be_shared(
    world: World, channel: str
) -> None:
    world.command(DANA, channel, "/account acme")
    story = world.whispers(channel, DANA)[-1]
    assert {"account.share", "nurture.pause"} <= set(button_ids(story))
    world.press(DANA, channel, story, "nurture.pause")
    assert world.submit(DANA, until="2026-04-01", reason=WHY)["ok"]
    assert [one.reason for one in pauses(world)] == [WHY]


def test_its_day_ends_it_once_and_tells_owner_and_who_paused_it(both: World) -> None:
    add(both)
    due(both)
    paused_by(both, HELEN)
    assert len(news(both, DANA)) == 1 and "Helen" in news(both, DANA)[0] and news(both, HELEN) == []
    both.slack.clock.set(datetime(2026, 3, 31, 12, tzinfo=UTC))
    both.settle()
    assert pauses(both)[0].ended_at is None
    both.slack.clock.set(datetime(2026, 4, 1, 12, tzinfo=UTC))
    both.settle()
    assert pauses(both)[0].ended_at is not None and pauses(both)[0].ended_by_id is None
    for who in (DANA, HELEN):
        told = [one for one in news(both, who) if "the pause is over" in one]
        assert told[-1].startswith("Acme Robotics: the pause is over. Proposals come again in their own time.")
    # The first message offers nothing any more, and the end was told in one of its own.
    assert len(news(both, DANA)) == 2 and len(news(both, HELEN)) == 1
    assert on_the_agenda(both) == {"nurture_touch"}


def test_who_keeps_it_is_told_when_another_ends_it_and_not_who_did(world: World) -> None:
    add(world)
    due(world)
    paused_by(world, DANA)
    world.press(HELEN, CHANNEL, proposal(world), "nurture.pause_end")
    world.settle()
    assert ["Helen" in one and "ended the pause" in one for one in news(world, DANA)] == [True]
    assert news(world, HELEN) == []


def test_only_its_team_pauses_and_ends(world: World) -> None:
    add(world)
    due(world)
    world.post("member", channel=CHANNEL, user=MARCO)
    choose_menu(world, MARCO, CHANNEL, proposal(world), "Pause this account…")
    assert world.no_view(MARCO)
    assert "Only Acme Robotics's team can do that" in world.whispers(CHANNEL, MARCO)[-1]["text"]
    paused_by(world, DANA)
    world.press(MARCO, CHANNEL, proposal(world), "nurture.pause_end")
    world.settle()
    assert PAUSED in proposal(world)["text"] and pauses(world)[0].ended_at is None
    assert "Only Acme Robotics's team" in world.whispers(CHANNEL, MARCO)[-1]["text"]


def test_a_guest_in_the_channel_reads_nothing_of_it(world: World) -> None:
    add(world)
    due(world)
    paused_by(world, DANA)
    world.post("member", channel=CHANNEL, user=KIM)
    world.settle()
    assert not any("offices" in m["text"] or "Paused" in m["text"] for m in world.messages(CHANNEL, KIM))


@pytest.mark.parametrize(
    ("until", "reason", "field"),
    [("2026-03-02", WHY, "until"), ("2026-02-27", WHY, "until"), ("2026-04-01", " ", "reason")],
)
def test_a_day_that_has_passed_or_no_reason_is_refused_beside_its_field(
    world: World, until: str, reason: str, field: str
) -> None:
    add(world)
    due(world)
    choose_menu(world, DANA, CHANNEL, proposal(world), "Pause this account…")
    assert list(world.submit(DANA, until=until, reason=reason)["errors"]) == [field]
    assert pauses(world) == []


def test_a_second_pause_changes_the_first_and_the_same_again_changes_nothing(world: World) -> None:
    add(world)
    due(world)
    paused_by(world, DANA)
    paused_by(world, DANA)
    paused_by(world, HELEN, until="")
    (one,) = pauses(world)
    assert one.until is None and on_the_agenda(world) == set()
    assert [("Helen" in said, "paused it" in said) for said in news(world, DANA)] == [(True, True)]
    # What waits for its owner is in no digest while it is paused.
    with Work.reading(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        assert queries.open_of(work, touches(world)[0].member_id) == []
