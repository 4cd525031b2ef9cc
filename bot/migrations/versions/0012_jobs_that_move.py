"""Jobs that move"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.db.engine import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHUNK = 1000
OPEN = sa.text("handled_at IS NULL")
SIMPLE = (
    "refresh",
    "snooze_end",
    "ask_invoiced",
    "ask_paid",
    "unpaid",
    "quiet",
    "claim_idle",
    "claim_free",
    "follow_up_due",
    "promise_late",
    "handoff_reminder",
    "handoff_late",
    "pulse_round",
    "pulse_close",
    "pulse_untouched",
    "digest",
    "unheard",
    "returned",
    "replan",
    "nightly",
    "prune",
)
"""Kinds of which one subject has one open job at most: their key is empty."""

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

old = sa.table(
    "agenda",
    *map(sa.column, ("id", "workspace_id", "kind", "subject", "slot", "urgency")),
    sa.column("due_at", UtcDateTime),
    sa.column("handled_at", UtcDateTime),
    sa.column("facts", sa.JSON),
)
jobs = sa.table(
    "agenda",
    *map(sa.column, ("id", "workspace_id", "kind", "subject", "dedupe_key", "urgency", "failures", "revision")),
    sa.column("due_at", UtcDateTime),
    sa.column("handled_at", UtcDateTime),
    sa.column("facts", sa.JSON),
)
posts = sa.table(
    "posts",
    *map(sa.column, ("id", "workspace_id", "key", "kind")),
    sa.column("facts", sa.JSON),
    sa.column("created_at", UtcDateTime),
)
prompts = sa.table(
    "check_prompts",
    *map(sa.column, ("id", "workspace_id", "account_id", "post_key")),
    sa.column("asked_at", UtcDateTime),
)
rounds = sa.table(
    "pulse_rounds", *map(sa.column, ("id", "workspace_id", "account_id")), sa.column("check_asked_at", UtcDateTime)
)
renewals = sa.table("renewals", sa.column("id"), sa.column("stage"), sa.column("facts", sa.JSON))


def upgrade() -> None:
    connection = op.get_bind()
    op.add_column("pulse_rounds", sa.Column("check_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "check_prompts",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("post_key", sa.String(length=160), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_check_prompts_account_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_check_prompts_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_prompts")),
        sa.UniqueConstraint("workspace_id", "post_key", name=op.f("uq_check_prompts_workspace_id_post_key")),
    )
    op.create_index("ix_check_prompts_account_id", "check_prompts", ["account_id"])
    _remember_prompts(connection)
    # Nothing points to the agenda, so that it may be made anew on SQLite; there no id of a job comes back any more.
    with op.batch_alter_table("agenda", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint("uq_agenda_workspace_id_kind_subject_slot", type_="unique")
        batch.alter_column("slot", new_column_name="dedupe_key")
        batch.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    _rename_in_undone_payments(connection, "slot", "dedupe_key")
    _rename_notices(connection, "thought_failed", "job_failed")
    # What such a job did is done where a next step is closed.
    connection.execute(jobs.delete().where(jobs.c.kind == "pulse_steps"))
    _shorten_keys(connection)
    _merge(connection)
    op.create_index(
        "uq_agenda_open",
        "agenda",
        ["workspace_id", "kind", "subject", "dedupe_key"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    connection = op.get_bind()
    op.drop_index("uq_agenda_open", "agenda")
    _lengthen_keys(connection)
    _rename_notices(connection, "job_failed", "thought_failed")
    _rename_in_undone_payments(connection, "dedupe_key", "slot")
    with op.batch_alter_table("agenda", table_kwargs={"sqlite_autoincrement": False}) as batch:
        batch.drop_column("revision")
        batch.alter_column("dedupe_key", new_column_name="slot")
    with op.batch_alter_table("agenda") as batch:
        batch.create_unique_constraint(
            "uq_agenda_workspace_id_kind_subject_slot", ["workspace_id", "kind", "subject", "slot"]
        )
    _forget_prompts(connection)
    op.drop_index("ix_check_prompts_account_id", "check_prompts")
    op.drop_table("check_prompts")
    op.drop_column("pulse_rounds", "check_asked_at")


def _remember_prompts(connection: sa.Connection) -> None:
    """What jobs that are done remembered: which checks were asked for, and for which red rounds one was scheduled."""
    done = sa.select(old).where(old.c.kind == "health_due")
    for page in _pages(connection, done, old.c.id):
        keys = {}
        for row in page:
            slot, account = row.slot.partition("~")[0], row.subject.partition(":")[2]
            if slot.startswith("pulse:") and slot[6:].isdecimal():
                connection.execute(
                    rounds.update()
                    .where(rounds.c.id == int(slot[6:]), rounds.c.workspace_id == row.workspace_id)
                    .values(check_asked_at=row.handled_at or row.due_at)
                )
            if row.handled_at is not None and account.isdecimal():
                keys[row.workspace_id, f"health:{account}:prompt:{slot}"] = int(account)
        of_page = prompts.c.post_key.in_({key for _, key in keys})
        known = {(row.workspace_id, row.post_key) for row in connection.execute(sa.select(prompts).where(of_page))}
        found = connection.execute(sa.select(posts).where(posts.c.key.in_({key for _, key in keys})))
        new = [
            {"workspace_id": p.workspace_id, "account_id": keys[p.workspace_id, p.key], "post_key": p.key}
            | {"asked_at": p.created_at}
            for p in found
            if (p.workspace_id, p.key) in keys and (p.workspace_id, p.key) not in known
        ]
        if new:
            connection.execute(prompts.insert(), new)


def _forget_prompts(connection: sa.Connection) -> None:
    """Give their memory back to jobs that are done."""
    for page in _pages(connection, sa.select(prompts), prompts.c.id):
        for row in page:
            if slot := row.post_key.partition(":prompt:")[2]:
                _add_done(connection, row.workspace_id, row.account_id, slot, row.asked_at)
    asked = sa.select(rounds).where(rounds.c.check_asked_at.is_not(None))
    for page in _pages(connection, asked, rounds.c.id):
        for row in page:
            _add_done(connection, row.workspace_id, row.account_id, f"pulse:{row.id}", row.check_asked_at)


def _add_done(connection: sa.Connection, workspace_id: int, account_id: int, slot: str, at: Any) -> None:
    subject = f"account:{account_id}"
    same = (old.c.workspace_id == workspace_id, old.c.kind == "health_due", old.c.subject == subject)
    if connection.scalar(sa.select(old.c.id).where(*same, old.c.slot == slot)) is None:
        row = {"workspace_id": workspace_id, "kind": "health_due", "subject": subject, "slot": slot, "urgency": 100}
        connection.execute(old.insert().values(**row, due_at=at, handled_at=at, facts={}))


def _shorten_keys(connection: sa.Connection) -> None:
    """Take moments and counters out of the keys of open jobs; what a handler read in them becomes a fact."""
    read = jobs.c.kind.in_(("snooze_end", "unclaimed", "pulse_red", "pulse_ask", "score"))
    for page in _pages(connection, sa.select(jobs).where(jobs.c.handled_at.is_(None), read), jobs.c.id):
        for row in page:
            key, facts = _read(row.kind, row.dedupe_key, row.facts)
            _set(connection, row.id, dedupe_key=key, facts=facts)
    connection.execute(jobs.update().where(jobs.c.handled_at.is_(None), jobs.c.kind.in_(SIMPLE)).values(dedupe_key=""))
    cadence = (jobs.c.kind == "health_due", jobs.c.dedupe_key.not_like("pulse:%"))
    connection.execute(jobs.update().where(jobs.c.handled_at.is_(None), *cadence).values(dedupe_key=""))
    put_off = sa.select(jobs).where(jobs.c.handled_at.is_(None), jobs.c.dedupe_key.like("%~%"))
    for page in _pages(connection, put_off, jobs.c.id):
        for row in page:
            _set(connection, row.id, dedupe_key=row.dedupe_key.partition("~")[0])


def _read(kind: str, key: str, facts: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    key = key.partition("~")[0]
    if kind == "snooze_end":
        return "", {**facts, "snooze": key}
    if kind == "unclaimed":
        return key.partition("@")[0], {**facts, "step": key.partition(":")[0]}
    if kind == "pulse_red":
        return f"{facts.get('member')}:{facts.get('to')}", facts
    if kind == "pulse_ask":
        return str(facts.get("member", "")), facts
    return str(facts.get("by") or ""), facts


def _merge(connection: sa.Connection) -> None:
    """Of several open jobs with the same key the earliest stays, and of those the most urgent."""
    key = (jobs.c.workspace_id, jobs.c.kind, jobs.c.subject, jobs.c.dedupe_key)
    order = sa.func.row_number().over(partition_by=key, order_by=(jobs.c.due_at, jobs.c.urgency, jobs.c.id))
    numbered = sa.select(jobs.c.id, order.label("place")).where(jobs.c.handled_at.is_(None)).subquery()
    more = sa.select(numbered.c.id).where(numbered.c.place > 1)
    # Several changes of the policy that were on their way together: the whole workspace is gone through again.
    again = sa.select(jobs.c.workspace_id).where(jobs.c.id.in_(more), jobs.c.kind == "replan")
    for workspace_id in set(connection.scalars(again)):
        of_it = (jobs.c.workspace_id == workspace_id, jobs.c.kind == "replan", jobs.c.handled_at.is_(None))
        connection.execute(jobs.update().where(*of_it).values(facts={"after": 0}))
    connection.execute(jobs.delete().where(jobs.c.id.in_(more)))


def _lengthen_keys(connection: sa.Connection) -> None:
    """Make keys unique among all rows again, and put back what is read in them."""
    waking = sa.select(jobs).where(jobs.c.handled_at.is_(None), jobs.c.kind == "snooze_end")
    for page in _pages(connection, waking, jobs.c.id):
        for row in page:
            _set(connection, row.id, dedupe_key=row.facts.get("snooze", ""))
    empty = sa.select(jobs.c.id, jobs.c.due_at).where(jobs.c.handled_at.is_(None), jobs.c.dedupe_key == "")
    for page in _pages(connection, empty, jobs.c.id):
        for row in page:
            _set(connection, row.id, dedupe_key=f"{row.due_at:%Y-%m-%dT%H%M%S}")
    key = (jobs.c.workspace_id, jobs.c.kind, jobs.c.subject, jobs.c.dedupe_key)
    is_done = sa.case((jobs.c.handled_at.is_(None), 0), else_=1)
    order = sa.func.row_number().over(partition_by=key, order_by=(is_done, jobs.c.id.desc()))
    numbered = sa.select(jobs.c.id, jobs.c.dedupe_key, order.label("place")).subquery()
    for page in _pages(connection, sa.select(numbered).where(numbered.c.place > 1), numbered.c.id):
        for row in page:
            suffix = f"~{row.id}"
            _set(connection, row.id, dedupe_key=f"{row.dedupe_key[: 64 - len(suffix)]}{suffix}")


def _rename_in_undone_payments(connection: sa.Connection, before: str, after: str) -> None:
    """The jobs that a payment keeps, so that it can be taken back for a day."""
    paid = sa.select(renewals).where(renewals.c.stage == "paid")
    for page in _pages(connection, paid, renewals.c.id):
        for row in page:
            kept = row.facts.get("before_paid") or {}
            waiting = [
                {(after if name == before else name): value for name, value in job.items()}
                for job in kept.get("agenda", ())
            ]
            if waiting:
                facts = {**row.facts, "before_paid": {**kept, "agenda": waiting}}
                connection.execute(renewals.update().where(renewals.c.id == row.id).values(facts=facts))


def _rename_notices(connection: sa.Connection, before: str, after: str) -> None:
    told = sa.select(posts).where(posts.c.kind == "notice", posts.c.key.like(f"notice:{before}:%"))
    for page in _pages(connection, told, posts.c.id):
        for row in page:
            key = row.key.replace(f"notice:{before}:", f"notice:{after}:", 1)
            facts = {**row.facts, "code": after}
            connection.execute(posts.update().where(posts.c.id == row.id).values(key=key, facts=facts))


def _set(connection: sa.Connection, id: int, **values: Any) -> None:
    connection.execute(jobs.update().where(jobs.c.id == id).values(**values))


def _pages(connection: sa.Connection, statement: sa.Select[Any], id: sa.ColumnElement[int]) -> Iterator[Any]:
    """All rows, a page at a time."""
    last = 0
    while rows := connection.execute(statement.where(id > last).order_by(id).limit(CHUNK)).all():
        yield rows
        last = rows[-1].id
