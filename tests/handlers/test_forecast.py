"""A forecast that the figures speak against, through the bot's front door: the manager's row, and how calls are scored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.work import Work
from bot.health.jobs import score_now
from bot.models import Account, ForecastCall, Member
from tests.factories import NOW
from tests.handlers.conftest import DANA, HELEN, KIM, MARCO, RUTH, World, button_ids, text_of
from tests.handlers.test_escalations import direct_channel, more
from tests.scenes.learning import make_check

TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def red(world: World) -> World:
    """Acme's health is poor, nobody has spoken with them, and Dana calls its renewal commit; Helen is her manager."""
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        people = {one.slack_id: one for one in work.session.scalars(select(Member))}
        people[DANA].manager_id = people[HELEN].id
        acme = work.session.scalars(select(Account).where(Account.name == "Acme Robotics")).one()
        make_check(work.session, acme, NOW - timedelta(days=3), every=1, heard="They are unhappy")
        work.session.flush()
        score_now(work, [acme.id])
    answer = world.update(DANA, "C0ACME", "forecast", forecast="commit", forecast_reason="Their CFO said yes")
    assert answer["ok"], answer
    world.settle()
    return world


def morning(world: World, day: datetime = TUESDAY) -> None:
    """Go to a morning, and let everything be said."""
    world.slack.clock.set(day)
    world.settle()


def told(world: World, user: str = HELEN) -> dict[str, Any]:
    """Their morning message."""
    (found,) = [m for m in world.direct(user) if "need" in m["text"].splitlines()[0] and not m["ephemeral"]]
    return found


def test_print(red: World) -> None:
    morning(red)
    print(told(red)["text"]); print(text_of(told(red)["blocks"]))
    print(button_ids(told(red)))
    red.press(DANA, "C0ACME", red.card("C0ACME", DANA), "renewal.update")
    red.choose(DANA, "change", "forecast")
    print(text_of(red.view(DANA)["blocks"]))
    red.press(DANA, "C0ACME", red.card("C0ACME", DANA), "renewal.details")
    print(text_of(red.view(DANA)["blocks"]))
    red.command(DANA, "C0ACME", "/account acme")
    print(red.whispers("C0ACME", DANA)[-1]["text"])
    red.command(DANA, "C0ACME", "/forecast")
    print(red.whispers("C0ACME", DANA)[-1]["text"])
    red.command(DANA, "C0ACME", "/forecast team")
    print(red.whispers("C0ACME", DANA)[-1]["text"])
    red.command(HELEN, "C0ACME", "/forecast team")
    print(red.whispers("C0ACME", HELEN)[-1]["text"])
    m = told(red)
    red.press(HELEN, direct_channel(red, HELEN), m, "renewal.keep_call:0")
    print(text_of(red.view(HELEN)["blocks"]))
    red.submit(HELEN, reason="I spoke with their CFO myself")
    red.settle()
    print(told(red)["text"])
    print(red.thread("C0ACME", DANA, red.card("C0ACME", DANA)["ts"]))
    assert 0
