"""The schema: made by migrations, the same on both databases as the tables in the code."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import bot.models
from bot import schema
from bot.db import Base, Database
from bot.errors import Refused
from bot.services import finding
from tests.factories import make_account, make_workspace

assert bot.models

REVISIONS = [
    step.revision for step in reversed(list(ScriptDirectory.from_config(schema.alembic_config()).walk_revisions()))
]


@pytest.fixture
def empty_postgres(empty_postgres_url):
    database = Database(empty_postgres_url)
    yield database
    database.close()


@pytest.fixture
def empty_db(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    yield database
    database.close()


def _upgrade_to(db, revision):
    config = schema.alembic_config()
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _differences(db):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return [d for d in compare_metadata(context, Base.metadata) if "alembic_version" not in str(d)]


def test_an_empty_database_gets_the_tables_that_the_code_has(empty_db):
    schema.upgrade(empty_db)
    assert _differences(empty_db) == []
    schema.require_current(empty_db)


@pytest.mark.postgres
def test_postgresql_gets_the_tables_that_the_code_has(empty_postgres):
    schema.upgrade(empty_postgres)
    assert _differences(empty_postgres) == []
    schema.require_current(empty_postgres)


def test_upgrading_step_by_step_comes_to_the_same(empty_db):
    for revision in REVISIONS:
        _upgrade_to(empty_db, revision)
    assert _differences(empty_db) == []


def test_upgrading_twice_changes_nothing(empty_db):
    schema.upgrade(empty_db)
    schema.upgrade(empty_db)
    assert schema.versions(empty_db) == (REVISIONS[-1], REVISIONS[-1])


@pytest.mark.parametrize("revision", [None, *REVISIONS[:-1]])
def test_an_older_schema_is_refused_with_the_command_that_helps(empty_db, revision):
    if revision:
        _upgrade_to(empty_db, revision)
    with pytest.raises(Refused, match="python -m bot db upgrade"):
        schema.require_current(empty_db)


@pytest.mark.parametrize("which", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_aliases_that_are_there_already_find_their_accounts_after_upgrading(which, request):
    db = request.getfixturevalue("empty_db" if which == "sqlite" else "empty_postgres")
    schema.upgrade(db)
    with db.transaction() as session:
        workspace = make_workspace(session)
        make_account(session, workspace, "Acme", aliases=["Robots & Co.", "ROBOTS and co", "!"])
        make_account(session, workspace, "Beta")
        workspace_id = workspace.id
    config = schema.alembic_config()
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    schema.upgrade(db)
    with db.reading() as session:
        assert [found.name for found in finding.find_accounts(session, workspace_id, "robots")] == ["Acme"]
