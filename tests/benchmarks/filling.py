"""Contracts by the hundred thousand, filled in by the database itself, and jobs about some of them that are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.db import schema
from bot.db.engine import Database
from tests.factories import make_member, make_workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning, at which people are at work."""

DEADLINE = NOW.date() + timedelta(days=60)
SLOT = f"60@{DEADLINE}"
CHANNELS = 1000
PER_STATEMENT = 50_000

_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)",
    "postgresql": "WITH n AS (SELECT generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS i)",
}

_MEMBERS = (
    "INSERT INTO members (id, workspace_id, slack_id, name, email, role, department, timezone, is_outsider,"
    " is_slack_admin, preferences) {n} SELECT i, 1, 'U' || i, 'Member ' || i, '', 'rep', 'sales', 'UTC', {false},"
    " {false}, '{{}}' FROM n"
)

_FILL = (
    "INSERT INTO accounts (id, workspace_id, name, name_key, aliases, tier, segment, industry, country, is_active,"
    " row_digest, created_at, channel, owner_id) {n} SELECT i, 1, 'Account ' || i, 'account ' || i, '[]', 'mid', '',"
    " '', '', {true}, '', :now, 'C' || (i % :channels), 1 + i % :owners FROM n",
    'INSERT INTO renewals (id, workspace_id, account_id, deadline, renewal_date, term_months, auto_renew, "values",'
    " stage, stage_at, forecast_reason, snooze_reason, lost_words, unknown_values, escalation_round,"
    " is_kept_silent, renewed_by_itself, created_at, rung, rung_on, carded_at)"
    " {n} SELECT i, 1, i, :deadline, :deadline, 12, {false}, '{{\"EUR\": \"12000.00\"}}', 'upcoming', :now, '', '', '',"
    " 0, 0, {false}, {false}, :now, 90, :rung_on, :now FROM n",
    "INSERT INTO contracts (id, workspace_id, account_id, renewal_id, external_id, name, kind, status, start_date,"
    " renewal_date, deadline, term_months, auto_renew, notice_days, value, currency, row_digest, created_at)"
    " {n} SELECT i, 1, i, i, 'K-' || i, 'Contract ' || i, 'recurring', 'active', :start, :deadline, :deadline, 12,"
    " {false}, 0, 12000000, 'EUR', '', :now FROM n",
    "INSERT INTO agenda (workspace_id, kind, subject, dedupe_key, due_at, urgency, facts) {n} SELECT 1, 'rung',"
    " 'renewal:' || i, :slot, :later, 60, '{{}}' FROM n",
    "INSERT INTO agenda (workspace_id, kind, subject, dedupe_key, due_at, urgency, facts) {n} SELECT 1, 'term_end',"
    " 'renewal:' || i, :deadline, :later, 0, '{{}}' FROM n",
)


def fill(db: Database, contracts: int, owners: int = 1, **named: str) -> None:
    """A workspace of so many accounts: a contract, a renewal with a card, and two jobs each; none is due.

    They belong to the members 1 to `owners` in turn.
    """
    schema.upgrade(db)
    with db.transaction() as session:
        workspace = make_workspace(session, **named)
        make_member(session, workspace, slack_id="U0OWNER")
    run_over(db, (_MEMBERS,), 2, owners)
    run_over(db, _FILL, 1, contracts, owners=owners)


def make_due(db: Database, contracts: int, number: int, now: datetime) -> None:
    """Let the rungs of `number` renewals, spread evenly over all, fall due at `now`."""
    step = contracts // number
    with db.transaction() as session:
        session.execute(
            text(
                "UPDATE agenda SET due_at = :now WHERE workspace_id = 1 AND kind = 'rung' AND subject = :subject"
                " AND dedupe_key = :slot"
            ),
            [
                {"now": _moment(now, db.is_sqlite), "subject": f"renewal:{place * step}", "slot": SLOT}
                for place in range(1, number + 1)
            ],
        )


def run_over(db: Database, statements: Sequence[str], first: int, last: int, **more: object) -> None:
    """Run statements that insert a row for each number `i` of `n`, from `first` to `last`, some at a time.

    In braces: {n}, {true}, {false}, {json}. As parameters: :now, :later, :deadline and so on, and those of `more`.
    """
    for begin in range(first, last + 1, PER_STATEMENT):
        with db.transaction() as session:
            _run(session, statements, begin, min(begin + PER_STATEMENT - 1, last), more)


def _run(session: Session, statements: Sequence[str], first: int, last: int, more: Mapping[str, object]) -> None:
    dialect = session.get_bind().dialect.name
    is_sqlite = dialect == "sqlite"
    day = DEADLINE
    values = {
        "slot": SLOT,
        "first": first,
        "last": last,
        "channels": CHANNELS,
        "now": _moment(NOW - timedelta(days=40), is_sqlite),
        "later": _moment(NOW + timedelta(days=30), is_sqlite),
        "deadline": day.isoformat() if is_sqlite else day,
        "rung_on": (day - timedelta(days=90)).isoformat() if is_sqlite else day - timedelta(days=90),
        "start": (day - timedelta(days=365)).isoformat() if is_sqlite else day - timedelta(days=365),
        **more,
    }
    words = {
        "n": _NUMBERS[dialect],
        "true": "1" if is_sqlite else "true",
        "false": "0" if is_sqlite else "false",
        "json": "TEXT" if is_sqlite else "JSON",
    }
    for statement in statements:
        filled = text(statement.format(**words))
        session.execute(filled, {name: value for name, value in values.items() if f":{name}" in filled.text})


def _moment(moment: datetime, is_sqlite: bool) -> object:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}" if is_sqlite else moment
