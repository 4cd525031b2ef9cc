"""Every account field searches all accounts by their names and aliases, and offers few."""

from __future__ import annotations

import pytest

from bot.db.work import Work
from tests.factories import NOW
from tests.handlers.conftest import DANA, World
from tests.scenes.names import fill_names


@pytest.fixture
def crowded(world: World) -> World:
    """A workspace of forty thousand more accounts."""
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        fill_names(work)
    return world


def test_an_account_is_offered_among_forty_thousand_by_any_of_its_names(crowded: World) -> None:
    crowded.command(DANA, "C0ALERTS", "/touch")
    view_id = crowded.view(DANA)["id"]
    for typed, first in (
        ("ceda", "Cedar Acme 10052"),
        ("meridan ston 17", "Meridian Stone 17"),
        ("31337", "Meridian Granite 31337"),
        ("ab31337", "Meridian Granite 31337"),
        ("ab3133", "Granite Larch 3133"),
        ("nothing like it", None),
    ):
        offered = crowded.post("suggest", user=DANA, view_id=view_id, action_id="account.find", value=typed)["options"]
        assert (offered[0]["text"]["text"] if offered else None) == first, typed
        assert len(offered) <= 50
