"""What a renewal remembers, in columns of its own, and its escalations in a table"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.db.engine import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CHUNK = 1000
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _new() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("unknown_values", sa.Integer(), server_default="0", nullable=False),
        sa.Column("snoozed_at", MOMENT, nullable=True),
        sa.Column("touched_before_snooze", MOMENT, nullable=True),
        sa.Column("is_kept_silent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("escalation_round", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stand_in", sa.String(length=32), nullable=True),
        sa.Column("stand_in_for", sa.String(length=32), nullable=True),
        sa.Column("paid_by", sa.Text(), nullable=True),
        sa.Column("before_payment", sa.JSON(), nullable=True),
        sa.Column("rolled_contracts", sa.JSON(), nullable=True),
        sa.Column("rolled_lines", sa.JSON(), nullable=True),
        sa.Column("contract_count", sa.Integer(), nullable=True),
        sa.Column("next_renewal_date", sa.Date(), nullable=True),
        sa.Column("renewed_by_itself", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("agreed_values", sa.JSON(), nullable=True),
        sa.Column("unshared_values", sa.JSON(), nullable=True),
        sa.Column("split_from_id", ID, nullable=True),
        sa.Column("lost_until", sa.Date(), nullable=True),
    )


_TYPES: Mapping[type, Any] = {sa.JSON: sa.JSON(none_as_null=True), sa.DateTime: UtcDateTime()}

renewals = sa.table(
    "renewals",
    *map(sa.column, ("id", "workspace_id", "proposed_currency")),
    sa.column("proposed_value", sa.BigInteger),
    sa.column("deadline", sa.Date),
    sa.column("renewal_date", sa.Date),
    sa.column("final_values", sa.JSON),
    sa.column("facts", sa.JSON),
    *(sa.column(new.name, _TYPES.get(type(new.type), new.type)) for new in _new()),
)
escalations = sa.table(
    "escalations",
    *map(sa.column, ("id", "workspace_id", "renewal_id", "step", "occasion")),
    sa.column("told_at", UtcDateTime),
)


def upgrade() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("renewal_id", ID, nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("occasion", sa.String(length=32), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["renewal_id"], ["renewals.id"], name=op.f("fk_escalations_renewal_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_escalations_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint("renewal_id", "step", "occasion", name=op.f("uq_escalations_renewal_id_step_occasion")),
    )
    waiting = sa.text("post_key IS NULL")
    op.create_table(
        "escalation_notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("renewal_id", ID, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("told_to", sa.String(length=32), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("post_key", sa.String(length=160), nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["renewal_id"], ["renewals.id"], name=op.f("fk_escalation_notices_renewal_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_escalation_notices_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_notices")),
    )
    op.create_index("ix_escalation_notices_renewal_id", "escalation_notices", ["renewal_id"])
    op.create_index(
        "ix_escalation_notices_waiting",
        "escalation_notices",
        ["workspace_id", "told_to"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    for column in _new():
        op.add_column("renewals", column)
    connection = op.get_bind()
    for row in _rows(connection, (c for c in renewals.c if c.name not in {new.name for new in _new()})):
        facts = row["facts"] or {}
        connection.execute(renewals.update().where(renewals.c.id == row["id"]).values(**_columns(row, facts)))
        if steps := _steps(row, facts):
            own = {"workspace_id": row["workspace_id"], "renewal_id": row["id"], "told_at": None}
            connection.execute(escalations.insert(), [{**own, "step": s, "occasion": o} for s, o in steps])
    op.drop_column("renewals", "facts")


def downgrade() -> None:
    op.add_column("renewals", sa.Column("facts", sa.JSON(), server_default="{}", nullable=False))
    connection = op.get_bind()
    for row in _rows(connection, (c for c in renewals.c if c.name != "facts")):
        told = connection.execute(
            sa.select(escalations.c.step, escalations.c.occasion)
            .where(escalations.c.renewal_id == row["id"])
            .order_by(escalations.c.id)
        )
        facts = _facts(row, [(step, occasion) for step, occasion in told])
        connection.execute(renewals.update().where(renewals.c.id == row["id"]).values(facts=facts))
    for column in reversed(_new()):
        op.drop_column("renewals", column.name)
    op.drop_table("escalation_notices")
    op.drop_table("escalations")
    # Nobody would run it there; what waited is told on the card's next occasion.
    op.execute("DELETE FROM agenda WHERE kind = 'escalation'")
    # Its messages stay where they stand: that version knows neither of their kinds.
    posts = sa.table("posts", sa.column("id"), sa.column("kind"))
    deliveries = sa.table("deliveries", sa.column("id"), sa.column("post_id"))
    doubts = sa.table("delivery_doubts", sa.column("delivery_id"))
    gone = posts.c.kind.in_(("escalations", "renewal_question"))
    theirs = deliveries.c.post_id.in_(sa.select(posts.c.id).where(gone))
    op.execute(doubts.delete().where(doubts.c.delivery_id.in_(sa.select(deliveries.c.id).where(theirs))))
    op.execute(deliveries.delete().where(theirs))
    op.execute(posts.delete().where(gone))


def _rows(connection: sa.Connection, columns: Iterator[Any]) -> Iterator[dict[str, Any]]:
    """All renewals, so many at a time: there may be a million."""
    read, last = sa.select(*columns), 0
    while (
        found := connection.execute(read.where(renewals.c.id > last).order_by(renewals.c.id).limit(CHUNK))
        .mappings()
        .all()
    ):
        yield from map(dict, found)
        last = found[-1]["id"]


def _columns(row: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    snooze, paid = facts.get("snooze") or {}, facts.get("before_paid")
    return {
        "unknown_values": facts.get("unknown", 0),
        "snoozed_at": _moment(snooze.get("at")),
        "touched_before_snooze": _moment(snooze.get("touched")),
        "is_kept_silent": bool(facts.get("kept")),
        "escalation_round": facts.get("round", 0),
        "stand_in": facts.get("stand_in"),
        "stand_in_for": facts.get("stand_in_for"),
        "paid_by": paid.get("by", "") if paid is not None else None,
        "before_payment": _before_payment(row, paid) if paid is not None else None,
        "renewed_by_itself": bool(facts.get("by_itself")),
        "split_from_id": facts.get("parted_from"),
        "lost_until": _day(facts.get("until")),
        **_rolled(row, facts),
    }


def _rolled(row: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    agreed, unshared = facts.get("agreed"), facts.get("unshared")
    if isinstance(agreed, list):
        # Rows of before several currencies: [amount, currency].
        agreed = {agreed[1]: agreed[0]}
    if unshared is True:
        unshared = row["final_values"] or _proposed(row)
    return {
        "rolled_contracts": facts.get("rolled"),
        "rolled_lines": facts.get("lines"),
        "contract_count": facts.get("count"),
        "next_renewal_date": _day(facts.get("next")),
        "agreed_values": agreed,
        "unshared_values": unshared or None,
    }


def _proposed(row: Mapping[str, Any]) -> dict[str, str] | None:
    if row["proposed_value"] is None or not row["proposed_currency"]:
        return None
    return {row["proposed_currency"]: f"{row['proposed_value'] / 1000:.2f}"}


def _before_payment(row: Mapping[str, Any], paid: Mapping[str, Any]) -> dict[str, Any]:
    rolled = _rolled(row, paid.get("facts") or {})
    rolled["next_renewal_date"] = str(rolled["next_renewal_date"]) if rolled["next_renewal_date"] else None
    return {
        "stage": paid.get("stage", "signed"),
        "stage_at": paid.get("stage_at"),
        "rolled": rolled,
        "contracts": [[one["before"], {**one["before"], **one["after"]}] for one in paid.get("contracts", ())],
        "jobs": [{"subject": f"renewal:{row['id']}", **job} for job in paid.get("agenda", ())],
    }


def _steps(row: Mapping[str, Any], facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was told, as (step, occasion); the oldest rows name no occasion, which was that of their deadline."""
    found: dict[tuple[str, str], None] = {}
    for told in facts.get("told", ()):
        step, _, occasion = told.partition("@")
        if not occasion and step != "unpaid":
            occasion = str(row["renewal_date"] if step.startswith("overdue") else row["deadline"])
        if step.startswith("unclaimed_") and facts.get("round"):
            occasion = f"{occasion}.{facts['round']}"
        found[step, occasion] = None
    return list(found)


def _facts(row: Mapping[str, Any], steps: list[tuple[str, str]]) -> dict[str, Any]:
    facts = {
        "unknown": row["unknown_values"],
        "kept": row["is_kept_silent"] or None,
        "round": row["escalation_round"] or None,
        "stand_in": row["stand_in"],
        "stand_in_for": row["stand_in_for"],
        "by_itself": row["renewed_by_itself"] or None,
        "parted_from": row["split_from_id"],
        "until": _text(row["lost_until"]),
        "told": _told(row["escalation_round"], steps) or None,
    }
    if row["snoozed_at"] is not None:
        touched = row["touched_before_snooze"]
        facts["snooze"] = {"at": row["snoozed_at"].isoformat(), "touched": touched.isoformat() if touched else ""}
    before = {name: value for name, value in facts.items() if value is not None}
    facts = before | _rolled_facts(row)
    if (kept := row["before_payment"]) is not None:
        facts["before_paid"] = {
            "by": row["paid_by"] or "",
            "stage": kept["stage"],
            "stage_at": kept["stage_at"],
            "facts": before | _rolled_facts(kept["rolled"]),
            "contracts": [{"before": was, "after": then} for was, then in kept["contracts"]],
            "agenda": [{name: job[name] for name in job if name != "subject"} for job in kept["jobs"]],
        }
    # As plain JSON, whichever driver read it.
    return dict(json.loads(json.dumps(facts)))


def _rolled_facts(rolled: Mapping[str, Any]) -> dict[str, Any]:
    if rolled["rolled_contracts"] is None:
        return {}
    facts = {
        "rolled": rolled["rolled_contracts"],
        "lines": rolled["rolled_lines"],
        "count": rolled["contract_count"],
        "next": _text(rolled["next_renewal_date"]),
        "agreed": rolled["agreed_values"],
        "unshared": rolled["unshared_values"],
    }
    return {name: value for name, value in facts.items() if value is not None}


def _told(round_: int, steps: list[tuple[str, str]]) -> list[str]:
    """Of steps that have started over, only those of this round count."""
    told = []
    for step, occasion in steps:
        day, _, number = occasion.partition(".")
        if step.startswith("unclaimed_") and int(number or 0) != round_:
            continue
        told.append(f"{step}@{day}" if day else step)
    return told


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _text(value: date | str | None) -> str | None:
    return str(value) if value else None
