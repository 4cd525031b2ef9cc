"""Every account field searches all accounts, and answers at once."""

from __future__ import annotations

import time

from bot.models import Account
from bot.rules.names import name_key
from tests.handlers.conftest import DANA, MONDAY, World

SOON = 0.3
"""Seconds within which options are offered; of a few tries the best counts, since the machine does other things too."""

WORDS = ("Acme", "Meridian", "Stone", "Harbor", "Cedar", "Granite", "Juniper", "Larch")


def fill(world: World, most: int) -> None:
    """A workspace of many accounts."""
    columns = {"tier": "mid", "segment": "", "industry": "", "country": "", "is_active": True, "row_digest": ""}
    rows = []
    for n in range(most):
        name = f"{WORDS[n % 8]} {WORDS[n // 8 % 8]} {n}"
        keys = {"workspace_id": world.bot.workspace_id, "external_id": str(n), "created_at": MONDAY}
        rows.append({**keys, **columns, "name": name, "name_key": name_key(name), "aliases": []})
    with world.bot.db.transaction() as session:
        session.connection().execute(Account.__table__.insert(), rows)


def test_options_are_offered_in_time_at_forty_thousand_accounts(world: World) -> None:
    fill(world, 40_000)
    world.command(DANA, "C0ALERTS", "/touch")
    view_id = world.view(DANA)["id"]
    for typed in ("acm", "meridan ston", "39", "nothing like it", ""):
        took = []
        for _ in range(4):
            started = time.perf_counter()
            offered = world.post("suggest", user=DANA, view_id=view_id, action_id="account.find", value=typed)
            took.append(time.perf_counter() - started)
        assert min(took) < SOON, (typed, took)
        assert offered["options"] or typed == "nothing like it"
