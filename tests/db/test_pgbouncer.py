"""Behind PgBouncer in transaction mode everything works: each transaction may meet another process of the server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.db import schema
from bot.db.engine import Database
from tests.handlers.conftest import DANA, HELEN, PRIYA, World, make_world, text_of
from tests.pooling import SERVERS, pooled, program

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(program() is None, reason="needs PgBouncer: apt install pgbouncer"),
]
TRANSACTIONS = 240


@pytest.fixture
def bouncing_url(empty_postgres_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database behind PgBouncer."""
    with pooled(empty_postgres_url, tmp_path) as url:
        yield url


@contextmanager
def world_at(url: str) -> Iterator[World]:
    yield from make_world(url, "http")


def test_many_clients_that_share_a_few_server_processes_all_get_their_transactions(bouncing_url: str) -> None:
    with closing(Database(bouncing_url)) as db, ThreadPoolExecutor(4 * SERVERS) as clients:

        def look(number: int) -> int | None:
            with db.transaction() as session:
                return session.scalar(text("SELECT CAST(:number AS integer) + 1"), {"number": number})

        assert list(clients.map(look, range(TRANSACTIONS))) == list(range(1, TRANSACTIONS + 1))


def test_the_whole_bot_works_from_the_schema_to_a_card_that_three_people_press(bouncing_url: str) -> None:
    with closing(Database(bouncing_url)) as db:
        schema.upgrade(db)
        schema.upgrade(db)
    with world_at(bouncing_url + "?pgbouncer=true&connection_limit=1") as world:
        card = world.card("C0ACME", DANA)
        people = (DANA, PRIYA, HELEN)
        for one in people:
            world.post("member", channel="C0ACME", user=one, present=True)
        claim = next(e["action_id"] for b in card["blocks"] if b["type"] == "actions" for e in b["elements"])
        with ThreadPoolExecutor(len(people)) as hands:
            list(hands.map(lambda one: world.press(one, "C0ACME", card, claim), people))
        world.settle()
        lines = world.thread("C0ACME", DANA, card["ts"])
        assert len([line for line in lines if "on it" in line]) == 1, lines
        refused = [w for one in people for w in world.whispers("C0ACME", one) if "a moment ago" in w["text"]]
        assert len(refused) == len(people) - 1
        world.command(DANA, "C0ACME", "/account acme")
        assert "Acme Robotics" in text_of(world.whispers("C0ACME", DANA))
