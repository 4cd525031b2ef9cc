"""The world that handlers' tests begin with is kept and laid down again: it must be the one that was made."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.db.engine import Base
from tests.handlers.conftest import DANA, HELEN, MARCO, PRIYA, Morning, World, make_world

ITS_OWN = {("accounts", "external_id"), ("contracts", "external_id"), ("agenda", "revision")} | {
    ("leases", column) for column in ("holder", "token", "expires_at")
}
"""The factory counts on from world to world; the bot that was started again has taken its lease anew, and asked once
more for its nightly jobs."""


def fresh(database: Path, folder: Path) -> str:
    return f"sqlite:///{shutil.copy(database, folder / 'other.sqlite3')}"


def forget_addresses(value: Any, world: World) -> Any:
    """Each sandbox has a port of its own."""
    return json.loads(json.dumps(value).replace(world.slack.base_url, ""))


def rows(world: World) -> dict[str, list[tuple[Any, ...]]]:
    with world.bot.db.engine.connect() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(
                    select(*(column for column in table.columns if (table.name, column.name) not in ITS_OWN)).order_by(
                        *table.primary_key.columns
                    )
                )
            ]
            for table in Base.metadata.sorted_tables
        }


def seen(world: World) -> dict[str, Any]:
    state = world.get("state")
    return {
        "channels": state["channels"],
        "people": state["users"],
        "messages": {
            f"{channel['id']} {who}": world.messages(channel["id"], who)
            for channel in state["channels"]
            for who in (DANA, MARCO, PRIYA, HELEN)
            if who in channel["members"]
        },
        "now": world.slack.clock.now().isoformat(),
        "posted": [(t["n"], t["request"], t["at"]) for t in world.traffic("chat.postMessage")],
    }


def test_the_morning_is_as_if_it_had_just_been_made(migrated: Path, tmp_path: Path, world: World) -> None:
    for made in make_world(fresh(migrated, tmp_path), "http"):
        assert forget_addresses(seen(world), world) == forget_addresses(seen(made), made)
        ours, theirs = rows(world), rows(made)
        assert [name for name in theirs if ours[name] != theirs[name]] == []


def test_two_tests_share_no_message(morning: Morning, world: World, tmp_path: Path) -> None:
    world.slack.platform.world.channels["C0ACME"].messages.clear()
    for other in make_world(fresh(morning.database, tmp_path), "http", morning=morning):
        assert other.messages("C0ACME", DANA)
