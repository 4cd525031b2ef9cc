"""The rows that a tick reads and writes, read and written again by the driver alone, in chunks of the same size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.agenda.jobs import CHUNK
from bot.db.engine import Database

POSTS = "id, workspace_id, key, kind, facts, revision, owner, thread_of, created_at"
DELIVERIES = (
    "workspace_id, post_id, role, nth, channel, recipient, thread_of, is_wanted, due_at, state, attempts, sent_revision"
)
WRITTEN = ("posts", "deliveries", "jobs", "renewals")
AGENDA = "workspace_id, kind, subject, dedupe_key, due_at, urgency, facts"
STATE = (
    "SELECT r.*, a.name, a.tier, a.segment, a.channel, m.slack_id, m.name, m.timezone, m.away_until FROM renewals r"
    " JOIN accounts a ON a.id = r.account_id LEFT JOIN members m ON m.id = a.owner_id WHERE r.id IN ({places})"
)
DUE = (
    "SELECT id, kind, subject, dedupe_key, due_at, facts FROM agenda WHERE workspace_id = 1 AND handled_at IS NULL"
    " AND due_at <= ? ORDER BY due_at, urgency LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Which rows were there before a tick."""

    post: int
    job: int


@dataclass(frozen=True, slots=True)
class Written:
    """What a tick wrote: posts, deliveries and jobs whole, of renewals (rung, rung_on, id)."""

    posts: Sequence[tuple[Any, ...]]
    deliveries: Sequence[tuple[Any, ...]]
    jobs: Sequence[tuple[Any, ...]]
    renewals: Sequence[tuple[Any, ...]]
    due: int

    @property
    def rows(self) -> int:
        """All rows that were written or changed."""
        return len(self.posts) + len(self.deliveries) + len(self.jobs) + len(self.renewals) + self.due


class Bare:
    """One connection of the driver, with SQL spelled as its database has it."""

    def __init__(self, db: Database) -> None:
        self._connection = db.engine.raw_connection()
        self._cursor = self._connection.cursor()
        self._is_sqlite = db.is_sqlite
        if not db.is_sqlite:
            self._connection.commit()

    def standing(self) -> Standing:
        """Remember the last rows."""
        (post,) = self._all("SELECT coalesce(max(id), 0) FROM posts")
        (job,) = self._all("SELECT coalesce(max(id), 0) FROM agenda")
        return Standing(post[0], job[0])

    def take_back(self, before: Standing, now: datetime) -> Written:
        """Undo what was written since, and give it."""
        at = self._moment(now)
        json = "facts" if self._is_sqlite else "facts::text"
        posts = self._all(f"SELECT {POSTS.replace('facts', json)} FROM posts WHERE id > ? ORDER BY id", (before.post,))
        deliveries = self._all(
            f"SELECT {DELIVERIES} FROM deliveries WHERE post_id > ? ORDER BY post_id", (before.post,)
        )
        jobs = self._all(f"SELECT {AGENDA.replace('facts', json)} FROM agenda WHERE id > ? ORDER BY id", (before.job,))
        subjects = self._all("SELECT id, subject FROM agenda WHERE handled_at = ?", (at,))
        ids = sorted(int(subject.partition(":")[2]) for _, subject in subjects)
        renewals = []
        for some in _chunks(ids):
            renewals += self._all(
                f"SELECT rung, rung_on, id FROM renewals WHERE id IN ({self._places(some)})", tuple(some)
            )
        self._run("DELETE FROM deliveries WHERE post_id > ?", (before.post,))
        self._run("DELETE FROM posts WHERE id > ?", (before.post,))
        self._run("DELETE FROM agenda WHERE id > ?", (before.job,))
        self._run("UPDATE agenda SET handled_at = NULL WHERE handled_at = ?", (at,))
        self._run("UPDATE renewals SET rung = 90 WHERE rung = 60")
        self._commit()
        return Written(posts, deliveries, jobs, renewals, len(subjects))

    def replay(self, written: Written, now: datetime) -> None:
        """Read what is due and write the same rows, a thousand jobs a transaction."""
        per = {name: -(-len(getattr(written, name)) * CHUNK // written.due) for name in WRITTEN}
        at, number = self._moment(now), 0
        while True:
            if self._is_sqlite:
                self._cursor.execute("BEGIN IMMEDIATE")
            due = self._all(DUE, (at, CHUNK))
            if not due:
                break
            ids = [int(row[2].partition(":")[2]) for row in due]
            self._all(STATE.format(places=self._places(ids)), tuple(ids))
            posts, deliveries, jobs, renewals = (
                getattr(written, name)[number * size : (number + 1) * size] for name, size in per.items()
            )
            self._many("UPDATE renewals SET rung = ?, rung_on = ? WHERE id = ?", renewals)
            self._many(f"INSERT INTO agenda ({AGENDA}) VALUES ({self._marks(AGENDA)})", jobs)
            self._many(f"INSERT INTO posts ({POSTS}) VALUES ({self._marks(POSTS)})", posts)
            self._many(f"INSERT INTO deliveries ({DELIVERIES}) VALUES ({self._marks(DELIVERIES)})", deliveries)
            self._many("UPDATE agenda SET handled_at = ? WHERE id = ?", [(at, row[0]) for row in due])
            self._commit()
            number += 1
        self._commit()

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _all(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        self._run(sql, values)
        return list(self._cursor.fetchall())

    def _run(self, sql: str, values: tuple[Any, ...] = ()) -> None:
        self._cursor.execute(self._spelled(sql), values)

    def _many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        self._cursor.executemany(self._spelled(sql), rows)

    def _spelled(self, sql: str) -> str:
        return sql if self._is_sqlite else sql.replace("?", "%s")

    def _commit(self) -> None:
        if not self._is_sqlite or self._connection.driver_connection.in_transaction:  # type: ignore[union-attr]
            self._connection.commit()

    def _moment(self, now: datetime) -> object:
        return f"{now:%Y-%m-%d %H:%M:%S.%f}" if self._is_sqlite else now

    @staticmethod
    def _places(values: Sequence[int]) -> str:
        return ", ".join("?" for _ in values)

    @staticmethod
    def _marks(columns: str) -> str:
        return ", ".join("?" for _ in columns.split(","))


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
