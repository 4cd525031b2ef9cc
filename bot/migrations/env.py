"""Runs the schema changes over the connection that bot.schema hands in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

import bot.models
from bot.db.engine import Amount, Base, UtcDateTime

assert bot.models  # the tables register themselves on import


def plain_types(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types into a migration as the plain types they are stored as."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Amount):
        return "sa.BigInteger()"
    return False


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=plain_types)
with context.begin_transaction():
    context.run_migrations()
