"""Posts and deliveries: what is said, and where it stands

Each row of posts becomes a post and its delivery, of the same number, by which a message in doubt is found again. What
faked a post of its own becomes another delivery of the post it belongs to: the line where a card stood, a message that
could not be taken along, the direct twin of a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.db.engine import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CHUNK = 1000
KEY_LENGTH = 160
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
PENDING = sa.text("due_at IS NOT NULL")
PENDING_IN_THREAD = sa.text("due_at IS NOT NULL AND thread_of IS NOT NULL")
UNWANTED = sa.text("due_at IS NOT NULL AND NOT is_wanted")
PLACED = sa.text("sent_channel IS NOT NULL")
DEAD = sa.text("state = 'dead'")
CLOSED = sa.text("closed_at IS NOT NULL")

CARRIED = (
    "workspace_id",
    "channel",
    "recipient",
    "thread_of",
    "due_at",
    "state",
    "attempts",
    "fence",
    "attempted_at",
    "sent_channel",
    "sent_thread",
    "ts",
    "sent_at",
    "error",
)
"""Columns of a delivery that posts had under the same name."""

MOMENTS = ("due_at", "attempted_at", "sent_at")
OF_PLACE = tuple(name for name in CARRIED if name not in ("workspace_id", "thread_of"))

posts = sa.table(
    "posts",
    *map(sa.column, ("id", "key", "kind", "owner", "caused_by", "thread_ts", "routed", "wanted", "sent")),
    *(sa.column(name, UtcDateTime if name in MOMENTS else None) for name in CARRIED if name != "channel"),
    sa.column("channel"),
    sa.column("facts", sa.JSON),
    sa.column("created_at", UtcDateTime),
)
deliveries = sa.table(
    "deliveries",
    *map(sa.column, ("id", "post_id", "role", "nth", "reroute_reason", "sent_revision")),
    sa.column("is_wanted", sa.Boolean),
    *(sa.column(name, UtcDateTime if name in MOMENTS else None) for name in CARRIED),
)
channels = sa.table(
    "channels",
    *(sa.column(name, sa.Boolean) for name in ("is_shared", "has_guests")),
    *(sa.column(name, UtcDateTime) for name in ("checked_at", "members_checked_at", "closed_at")),
)
OF_DOUBT = ("id", "workspace_id", "channel", "thread_ts", "looks", "attempted_at", "look_at")
old_doubts = sa.table("post_doubts", *map(sa.column, ("post_id", *OF_DOUBT)))
doubts = sa.table("delivery_doubts", *map(sa.column, ("delivery_id", *OF_DOUBT)))


def upgrade() -> None:
    connection = op.get_bind()
    op.add_column("channels", sa.Column("closed_at", MOMENT, nullable=True))
    closed = sa.or_(channels.c.is_shared.is_(sa.true()), channels.c.has_guests.is_(sa.true()))
    since = sa.func.coalesce(channels.c.checked_at, channels.c.members_checked_at, datetime.now(UTC))
    connection.execute(channels.update().where(closed).values(closed_at=since))
    op.create_index("ix_channels_closed", "channels", ["workspace_id"], sqlite_where=CLOSED, postgresql_where=CLOSED)
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("nth", ID, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("recipient", sa.String(length=32), nullable=True),
        sa.Column("reroute_reason", sa.String(length=16), nullable=True),
        sa.Column("thread_of", sa.String(length=160), nullable=True),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=True),
        sa.Column("attempted_at", MOMENT, nullable=True),
        sa.Column("sent_revision", sa.Integer(), nullable=False),
        sa.Column("sent_channel", sa.String(length=32), nullable=True),
        sa.Column("sent_thread", sa.String(length=32), nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_deliveries_workspace_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_deliveries_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("post_id", "role", "nth", name=op.f("uq_deliveries_post_id_role_nth")),
    )
    of_post = {
        "id": posts.c.id,
        "post_id": posts.c.id,
        "role": sa.case((posts.c.kind == "link_preview", "preview"), else_="home"),
        "nth": sa.literal(0),
        "reroute_reason": posts.c.routed,
        "sent_revision": posts.c.sent,
        "is_wanted": sa.true(),
        **{name: posts.c[name] for name in CARRIED},
    }
    taken_back = sa.and_(posts.c.state == "dead", posts.c.error.is_(None))
    of_post["state"] = sa.case((taken_back, "withdrawn"), else_=posts.c.state)
    connection.execute(deliveries.insert().from_select(list(of_post), sa.select(*of_post.values())))
    _count_on(connection, "deliveries")
    _make_doubts("delivery_doubts", "delivery_id", "deliveries")
    carried = sa.select(old_doubts.c.post_id, *(old_doubts.c[name] for name in OF_DOUBT))
    connection.execute(doubts.insert().from_select(["delivery_id", *OF_DOUBT], carried))
    _count_on(connection, "delivery_doubts")
    op.drop_table("post_doubts")
    _merge(connection)
    for index in ("due", "thread_due", "dead", "workspace_id_sent_channel_ts", "channel_created"):
        op.drop_index(f"ix_posts_{index}", "posts")
    for name in ("routed", "sent", *OF_PLACE):
        op.drop_column("posts", name)
    op.alter_column("posts", "wanted", new_column_name="revision")
    op.create_index("ix_posts_kind_created", "posts", ["workspace_id", "kind", "created_at"])
    for name, columns, part in (
        ("due", ["workspace_id", "due_at"], PENDING),
        ("thread_due", ["workspace_id", "thread_of"], PENDING_IN_THREAD),
        ("unwanted", ["workspace_id", "due_at"], UNWANTED),
        ("sent", ["workspace_id", "sent_channel", "ts"], PLACED),
        ("dead", ["workspace_id", "id"], DEAD),
    ):
        op.create_index(f"ix_deliveries_{name}", "deliveries", columns, sqlite_where=part, postgresql_where=part)


def downgrade() -> None:
    connection = op.get_bind()
    op.drop_index("ix_channels_closed", "channels")
    op.drop_column("channels", "closed_at")
    op.drop_index("ix_posts_kind_created", "posts")
    op.alter_column("posts", "revision", new_column_name="wanted")
    for name in ("channel", "recipient", "sent_channel", "sent_thread", "ts"):
        op.add_column("posts", sa.Column(name, sa.String(length=32), nullable=True))
    op.add_column("posts", sa.Column("routed", sa.String(length=16), nullable=True))
    op.add_column("posts", sa.Column("fence", sa.BigInteger(), nullable=True))
    op.add_column("posts", sa.Column("error", sa.Text(), nullable=True))
    for name in MOMENTS:
        op.add_column("posts", sa.Column(name, MOMENT, nullable=True))
    for name in ("sent", "attempts"):
        op.add_column("posts", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("posts", sa.Column("state", sa.String(length=16), server_default="dead", nullable=False))
    _part(connection)
    carried = sa.select(deliveries).where(deliveries.c.role.in_(("home", "preview")), deliveries.c.nth == 0)
    for page in _pages(connection, carried, deliveries.c.id):
        rows = [
            {
                **{f"to_{name}": getattr(row, name) for name in OF_PLACE},
                "to_state": _old_state(row.state),
                "to_routed": row.reroute_reason,
                "to_sent": row.sent_revision,
                "of_post": row.post_id,
            }
            for row in page
        ]
        given: dict[str, Any] = {
            name.removeprefix("to_"): sa.bindparam(name) for name in rows[0] if name.startswith("to_")
        }
        connection.execute(posts.update().where(posts.c.id == sa.bindparam("of_post")).values(given), rows)
    _make_doubts("post_doubts", "post_id", None)
    back = sa.select(doubts.c.delivery_id, *(doubts.c[name] for name in OF_DOUBT))
    connection.execute(old_doubts.insert().from_select(["post_id", *OF_DOUBT], back))
    _count_on(connection, "post_doubts")
    op.drop_table("delivery_doubts")
    main = sa.select(deliveries.c.post_id, deliveries.c.id).where(
        deliveries.c.role.in_(("home", "preview")), deliveries.c.nth == 0
    )
    numbers = [(row.post_id, row.id) for row in connection.execute(main)]
    last = connection.scalar(sa.select(sa.func.max(deliveries.c.id))) or 0
    nowhere = sa.select(posts.c.id).where(
        posts.c.id > 0, posts.c.id.not_in(main.with_only_columns(deliveries.c.post_id))
    )
    numbers += [(post, last + n) for n, post in enumerate(connection.scalars(nowhere).all(), start=1)]
    op.drop_table("deliveries")
    # A message in doubt is found by the number of its delivery, which its post takes over. In two steps: no number may
    # be there twice in between.
    renumber = posts.update().where(posts.c.id == sa.bindparam("of_post")).values(id=sa.bindparam("number"))
    for n in range(0, len(numbers), CHUNK):
        some = [{"of_post": post, "number": -number} for post, number in numbers[n : n + CHUNK]]
        connection.execute(renumber, some)
    connection.execute(posts.update().where(posts.c.id < 0).values(id=-posts.c.id))
    _count_on(connection, "posts")
    with op.batch_alter_table("post_doubts") as batch:
        batch.create_foreign_key(op.f("fk_post_doubts_post_id"), "posts", ["post_id"], ["id"], ondelete="CASCADE")
    for name, columns, part in (
        ("due", ["workspace_id", "due_at"], PENDING),
        ("thread_due", ["workspace_id", "thread_of"], PENDING),
        ("dead", ["workspace_id", "id"], DEAD),
        ("workspace_id_sent_channel_ts", ["workspace_id", "sent_channel", "ts"], None),
        ("channel_created", ["workspace_id", "channel", "kind", "created_at"], None),
    ):
        op.create_index(f"ix_posts_{name}", "posts", columns, sqlite_where=part, postgresql_where=part)


def _merge(connection: sa.Connection) -> None:
    """Rows that were another place of a post become its deliveries."""
    others = sa.select(posts).where(
        sa.or_(
            sa.and_(posts.c.kind == "reminder", posts.c.key.like("%:dm"), posts.c.state.not_in(("sending", "unknown"))),
            sa.and_(posts.c.kind == "card_moved", posts.c.key.like("%:moved:%")),
            posts.c.key.like("left:%"),
        )
    )
    for page in _pages(connection, others, posts.c.id):
        keys = {(row.workspace_id, _key_of(row)) for row in page}
        numbers = {int(row.key.split(":")[1]) for row in page if row.key.startswith("left:")}
        mains = connection.execute(
            sa.select(posts.c.id, posts.c.workspace_id, posts.c.key, posts.c.wanted).where(
                sa.or_(posts.c.key.in_([key for _, key in keys if key]), posts.c.id.in_(numbers))
            )
        ).all()
        by_key = {(main.workspace_id, main.key): main for main in mains}
        by_id = {(main.workspace_id, main.id): main for main in mains}
        for row in page:
            if row.key.startswith("left:"):
                main = by_id.get((row.workspace_id, int(row.key.split(":")[1])))
            else:
                main = by_key.get((row.workspace_id, _key_of(row)))
            if main is None:
                continue
            is_left, is_twin = row.key.startswith("left:"), row.kind == "reminder"
            role = "twin" if is_twin else "preview" if row.kind == "link_preview" else "former"
            values = {"post_id": main.id, "role": role, "nth": 0 if is_twin else row.id, "thread_of": None}
            is_shown = not is_left and row.state == "sent" and row.wanted <= row.sent
            values["sent_revision"] = main.wanted if is_shown else 0
            connection.execute(deliveries.update().where(deliveries.c.id == row.id).values(**values))
            connection.execute(posts.delete().where(posts.c.id == row.id))


def _key_of(row: Any) -> str:
    """The key of the post to which a row belonged."""
    suffix = ":dm" if row.kind == "reminder" else f":moved:{row.id}"
    return row.key.removesuffix(suffix) if row.key.endswith(suffix) else ""


def _part(connection: sa.Connection) -> None:
    """Further deliveries of a post become rows of their own."""
    query = (
        sa.select(deliveries, posts.c.key, posts.c.facts, posts.c.created_at)
        .join(posts, posts.c.id == deliveries.c.post_id)
        .where(sa.or_(deliveries.c.role.not_in(("home", "preview")), deliveries.c.nth != 0))
    )
    homes = sa.select(deliveries.c.post_id, sa.func.coalesce(deliveries.c.recipient, deliveries.c.channel).label("to"))
    for page in _pages(connection, query, deliveries.c.id):
        mine = {row.post_id for row in page}
        to = {
            row.post_id: row.to
            for row in connection.execute(homes.where(deliveries.c.post_id.in_(mine), deliveries.c.role == "home"))
        }
        rows = []
        for row in page:
            is_left = row.role == "preview" or (row.role == "former" and row.sent_revision == 0 and row.state == "sent")
            if row.role == "twin":
                key, kind = f"{row.key}:dm", "reminder"
                number = row.key.split(":")[1] if row.key.startswith("renewal:") else "0"
                facts = {"line": {**row.facts, "mention": None}, "renewal_id": int(number)}
            elif is_left:
                key, kind = f"left:{row.post_id}:{row.ts}", "link_preview" if row.role == "preview" else "left_behind"
                facts = row.facts if row.role == "preview" else {}
            else:
                key, kind = f"{row.key}:moved:{row.id}", "card_moved"
                facts = {
                    "account": row.facts.get("account", ""),
                    "to": to.get(row.post_id) or "",
                    "outcome": "moved",
                }
            is_changing = row.ts is not None and row.state == "waiting"
            rows.append(
                {
                    **{name: getattr(row, name) for name in CARRIED},
                    "id": -row.id,
                    "key": key[:KEY_LENGTH],
                    "kind": kind,
                    "facts": facts,
                    "state": _old_state(row.state),
                    "routed": row.reroute_reason,
                    "wanted": 2 if is_changing else 1,
                    "sent": 1 if row.ts is not None else 0,
                    "created_at": row.created_at,
                }
            )
        connection.execute(posts.insert(), rows)


def _old_state(state: str) -> str:
    return "dead" if state == "withdrawn" else state


def _make_doubts(table: str, column: str, to: str | None) -> None:
    to_row = [sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")]
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column(column, ID, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("attempted_at", MOMENT, nullable=False),
        sa.Column("look_at", MOMENT, nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id")),
        *(to_row if to else []),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_workspace_id_look_at", table, ["workspace_id", "look_at"])
    op.create_index(f"ix_{table}_{column}", table, [column])


def _count_on(connection: sa.Connection, table: str) -> None:
    """Rows were written with their numbers: the next one is counted from there."""
    if connection.dialect.name == "postgresql":
        last = sa.select(sa.func.greatest(sa.func.max(sa.column("id")), 1)).select_from(sa.table(table))
        sequence = sa.func.pg_get_serial_sequence(table, "id")
        connection.execute(sa.select(sa.func.setval(sequence, last.scalar_subquery())))


def _pages(connection: sa.Connection, statement: sa.Select[Any], id: sa.ColumnElement[int]) -> Iterator[Any]:
    """All rows, a page at a time."""
    last = 0
    while rows := connection.execute(statement.where(id > last).order_by(id).limit(CHUNK)).all():
        yield rows
        last = rows[-1].id
