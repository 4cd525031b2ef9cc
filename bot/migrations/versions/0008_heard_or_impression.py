"""Heard or impression"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.db.engine import UtcDateTime
from bot.touchpoints.rules.churn_words import noted

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EXPIRES = timedelta(days=120)
"""Older words of leaving no longer count in a score, so they are not looked for."""

CHUNK = 1000

rounds = sa.table(
    "pulse_rounds", *map(sa.column, ("id", "worst", "value", "churn_word")), sa.column("closed_at", UtcDateTime)
)
answers = sa.table(
    "pulse_answers", *map(sa.column, ("id", "round_id", "colour", "words")), sa.column("reasons", sa.JSON)
)
touches = sa.table("touchpoints", *map(sa.column, ("id", "words", "mood", "churn_word")), sa.column("at", UtcDateTime))
checks = sa.table(
    "health_checks",
    *map(sa.column, ("id", "heard", "churn_word")),
    sa.column("risks", sa.JSON),
    sa.column("at", UtcDateTime),
)


def upgrade() -> None:
    # Column by column: a table that others point to cannot be made anew on SQLite while it holds rows.
    # An answer of which nobody has said how it is known stays without a day: an impression.
    op.add_column("pulse_answers", sa.Column("heard_on", sa.Date(), nullable=True))
    op.add_column("pulse_answers", sa.Column("earlier", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("pulse_rounds", sa.Column("worst", sa.String(length=8), server_default="", nullable=False))
    op.add_column("pulse_rounds", sa.Column("heard", sa.Integer(), server_default="0", nullable=False))
    for table in ("pulse_rounds", "touchpoints", "health_checks"):
        op.add_column(table, sa.Column("churn_word", sa.String(length=60), server_default="", nullable=False))
    leaving = sa.text("churn_word <> ''")
    op.create_index(
        "ix_touchpoints_leaving", "touchpoints", ["account_id", "at"], sqlite_where=leaving, postgresql_where=leaving
    )
    connection = op.get_bind()
    _fill_worst(connection)
    _fill_churn_words(connection, datetime.now(UTC) - EXPIRES)


def downgrade() -> None:
    op.drop_index("ix_touchpoints_leaving", "touchpoints")
    for table in ("health_checks", "touchpoints", "pulse_rounds"):
        op.drop_column(table, "churn_word")
    op.drop_column("pulse_rounds", "heard")
    op.drop_column("pulse_rounds", "worst")
    op.drop_column("pulse_answers", "earlier")
    op.drop_column("pulse_answers", "heard_on")


def _fill_worst(connection: sa.Connection) -> None:
    # From the best to the worst, so that the worst one stands in the end.
    for colour in ("green", "yellow", "red"):
        given = sa.select(answers.c.round_id).where(answers.c.colour == colour)
        connection.execute(
            rounds.update()
            .where(rounds.c.closed_at.is_not(None), rounds.c.value.is_not(None), rounds.c.id.in_(given))
            .values(worst=colour)
        )


def _fill_churn_words(connection: sa.Connection, since: datetime) -> None:
    said = sa.select(touches.c.id, touches.c.words, touches.c.mood).where(touches.c.at >= since)
    found = ((id, noted((words,), mood)) for id, words, mood in _pages(connection, said, touches.c.id))
    _keep(connection, touches, {id: word for id, word in found if word})
    heard = sa.select(checks.c.id, checks.c.heard, checks.c.risks).where(checks.c.at >= since)
    found = ((id, noted((words, *(risks or ())))) for id, words, risks in _pages(connection, heard, checks.c.id))
    _keep(connection, checks, {id: word for id, word in found if word})
    given = (
        sa.select(answers.c.id, answers.c.round_id, answers.c.words, answers.c.reasons)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .where(rounds.c.closed_at >= since)
    )
    of_round = {
        round_id: word
        for _, round_id, words, reasons in _pages(connection, given, answers.c.id)
        if (word := noted((*(reasons or ()), words)))
    }
    _keep(connection, rounds, of_round)


def _pages(connection: sa.Connection, statement: sa.Select[Any], id: sa.ColumnElement[int]) -> Iterator[Any]:
    """All rows, a page at a time: none of these tables fits into memory everywhere."""
    last = 0
    while rows := connection.execute(statement.where(id > last).order_by(id).limit(CHUNK)).all():
        yield from rows
        last = rows[-1].id


def _keep(connection: sa.Connection, table: sa.TableClause, words: dict[int, str]) -> None:
    for id, word in words.items():
        connection.execute(table.update().where(table.c.id == id).values(churn_word=word))
