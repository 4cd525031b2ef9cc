"""A person whose command cannot be carried out in time is told so while Slack still listens, over either transport."""

import sqlite3
import time

from sqlalchemy import func, select

from bot.models import Touchpoint
from tests.handlers.conftest import DANA, World


def test_while_another_process_holds_the_database_the_person_is_told_and_nothing_is_stored(both: World) -> None:
    both.command(DANA, "C0ACME", "/retention help")
    seen = len(both.whispers("C0ACME", DANA))
    holder = sqlite3.connect(both.bot.settings.database_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        began = time.monotonic()
        both.command(DANA, "C0ACME", "/touch acme called Ruth about the roll-out")
        assert time.monotonic() - began < 3
    finally:
        holder.close()
    assert len(both.whispers("C0ACME", DANA)) == seen + 1
    with both.bot.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Touchpoint)) == 0
