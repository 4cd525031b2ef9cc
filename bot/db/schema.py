"""The schema's version: bring it up to date, or say how."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.db.engine import Database
from bot.db.planner_stats import tell_planner
from bot.errors import Refused

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def alembic_config() -> Config:
    """Alembic's settings, without a file: the connection is handed over when it runs."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def upgrade(db: Database) -> None:
    """Bring the schema up to date; does nothing when it already is."""
    config = alembic_config()
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if db.is_sqlite:
            tell_planner(connection)
    # Connections that were open before know neither new tables nor new figures.
    db.engine.dispose()


def downgrade(db: Database, revision: str) -> None:
    """Take the schema back to an older version; what that one has no column or table for is lost.

    Raises Refused for a version that is unknown, or not older than the database's.
    """
    config = alembic_config()
    known = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    current, _ = versions(db)
    if revision not in known or current not in known or known.index(revision) <= known.index(current):
        older = ", ".join(reversed(known[known.index(current) + 1 :])) if current in known else ""
        raise Refused(f"The database is at {current or 'none'}. It can go back to: {older or 'nothing older'}.")
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    db.engine.dispose()


def versions(db: Database) -> tuple[str | None, str | None]:
    """(the database's version, the version this program needs)."""
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, newest()


@cache
def newest() -> str | None:
    """The version that this program's migrations lead to."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def require_current(db: Database) -> None:
    """Raise Refused, with the command that helps, when the schema is not the one this program was written for."""
    current, needed = versions(db)
    if current != needed:
        raise Refused(
            f"The database is at schema {current or 'none'}, this version needs {needed}. Run: python -m bot db upgrade"
        )
