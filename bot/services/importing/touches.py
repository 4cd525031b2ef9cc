"""Activities of a CRM and tickets of a helpdesk, as touchpoints: made, brought up to date, or left as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.models import Member, Renewal, Touchpoint, Workspace
from bot.rules.names import name_key
from bot.rules.touch import Kind as Contact
from bot.rules.touch import Via
from bot.rules.touch_columns import TICKET_FIELDS, TOUCHPOINT_FIELDS
from bot.services import scores
from bot.services.agenda import insert_for
from bot.services.importing.batches import Batch, Kind, Run
from bot.services.importing.known import KnownAccounts
from bot.services.importing.touch_rows import TouchReader, TouchRow

WORDS_LENGTH = 10_000
_KNOWN = ("id", "source_key", "account_id", "row_digest", "edited_at", "deleted_at")


class TouchRows:
    """Saves batches of activities, or of tickets when `noun` says so."""

    def __init__(self, run: Run, noun: str) -> None:
        self._run = run
        self._noun = noun
        self._reader: TouchReader | None = None
        self._departments: dict[int, str] = {}

    def save(self, session: Session, batch: Batch) -> None:
        """Write a batch. What a person edited or deleted in Slack stays as they left it."""
        if self._reader is None:
            self._reader = self._begin(session)
        rows = []
        for record in batch.records:
            try:
                rows.append(self._reader.read(record))
            except ValueError as error:
                batch.reject(record[0], record[1], str(error))
        owned = self._with_accounts(session, batch, self._without_duplicates(batch, rows))
        stored = self._stored(session, [row.key for row, _ in owned])
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for row, account_id in owned:
            there = stored.get(row.key)
            if there is None:
                batch.tally.created += 1
                new.append(self._values(batch, row, account_id))
            elif _is_settled(there, row.digest, account_id):
                batch.tally.unchanged += 1
            else:
                batch.tally.updated += 1
                changed.append(self._values(batch, row, account_id) | {"row": there.id})
        if not self._run.options.dry_run:
            self._write(session, new, changed)

    def _begin(self, session: Session) -> TouchReader:
        workspace_id = self._run.workspace_id
        zone = session.scalar(select(Workspace.timezone).where(Workspace.id == workspace_id)) or "UTC"
        departments = session.execute(select(Member.id, Member.department).where(Member.workspace_id == workspace_id))
        self._departments = {row.id: row.department for row in departments}
        return TouchReader(self._run, self._noun, zone)

    def _without_duplicates(self, batch: Batch, rows: list[TouchRow]) -> list[TouchRow]:
        earlier = self._run.seen.earlier([(row.key, row.line) for row in rows])
        for row in rows:
            if other := earlier.get(row.line):
                batch.reject(row.line, row.cells, f"Line {other} is the same {self._noun}. Keep one of them.")
        return [row for row in rows if row.line not in earlier]

    def _with_accounts(self, session: Session, batch: Batch, rows: Sequence[TouchRow]) -> list[tuple[TouchRow, int]]:
        ids = {row.said.account_external_id for row in rows if row.said.account_external_id}
        keys = {name_key(row.said.account_name)[:255] for row in rows if row.said.account_name}
        known = KnownAccounts(session, self._run.workspace_id, ids, keys)
        owned = []
        for row in rows:
            said = row.said
            key = name_key(said.account_name)[:255] if said.account_name else None
            try:
                account = known.find(said.account_external_id, key)
            except Refused as refusal:
                batch.reject(row.line, row.cells, refusal.message)
                continue
            if account is None:
                named = said.account_external_id or said.account_name
                what = f"No account is {named!r}." if named else "The row names no account."
                batch.reject(row.line, row.cells, f"{what} Import accounts first.")
            else:
                owned.append((row, int(account.id)))
        return owned

    def _stored(self, session: Session, keys: Sequence[str]) -> dict[str, Row[Any]]:
        found = session.execute(
            select(*(getattr(Touchpoint, name) for name in _KNOWN)).where(
                Touchpoint.workspace_id == self._run.workspace_id, Touchpoint.source_key.in_(keys)
            )
        )
        return {row.source_key: row for row in found}

    def _values(self, batch: Batch, row: TouchRow, account_id: int) -> dict[str, Any]:
        said = row.said
        by = self._run.directory.person(said.by) if said.by else None
        if said.by and by is None:
            batch.tally.name(batch.tally.people, said.by)
        is_ticket = self._noun == "ticket"
        kind = Contact.TICKET.value if is_ticket else said.kind or ""
        return {
            "workspace_id": self._run.workspace_id,
            "account_id": account_id,
            "kind": kind,
            "at": row.at,
            "by_id": by,
            "logged_by_id": None,
            "department": self._departments.get(by or 0, "support" if is_ticket else ""),
            "contact": said.contact or "",
            "purpose": "support" if is_ticket else said.purpose or "",
            "mood": said.mood or "",
            "words": row.words,
            "is_note": kind == Contact.NOTE,
            "source_key": row.key,
            "via": Via.IMPORT.value,
            "permalink": said.permalink or "",
            "priority": said.priority or "",
            "satisfaction": said.satisfaction,
            "escalated": bool(said.escalated),
            "closed_at": row.closed_at,
            "row_digest": row.digest,
            "created_at": self._run.now,
        }

    def _write(self, session: Session, new: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]]) -> None:
        if new:
            insert = insert_for(session, Touchpoint.__table__).on_conflict_do_nothing(
                index_elements=["workspace_id", "source_key"]
            )
            session.connection().execute(insert, list(new))
        if changed:
            kept = ("created_at", "workspace_id", "source_key")
            session.connection().execute(
                update(Touchpoint).where(Touchpoint.__table__.c.id == bindparam("row")),
                [{name: value for name, value in row.items() if name not in kept} for row in changed],
            )
        written = [*new, *changed]
        if self._noun != "ticket":
            self._touch_renewals(session, written)
        accounts = sorted({int(row["account_id"]) for row in written})
        if accounts:
            scores.rescore_soon(session, self._run.workspace_id, accounts, self._run.now)

    def _touch_renewals(self, session: Session, written: Sequence[dict[str, Any]]) -> None:
        """A contact keeps an open renewal quiet for a while; a ticket is the customer's doing, and does not."""
        last: dict[int, datetime] = {}
        for row in written:
            if not row["is_note"]:
                last[row["account_id"]] = max(row["at"], last.get(row["account_id"], row["at"]))
        if last:
            table = Renewal.__table__
            session.connection().execute(
                update(table)  # type: ignore[arg-type]
                .where(
                    table.c.workspace_id == self._run.workspace_id,
                    table.c.account_id == bindparam("account"),
                    table.c.closed_at.is_(None),
                    or_(table.c.touched_at.is_(None), table.c.touched_at < bindparam("moment")),
                )
                .values(touched_at=bindparam("moment")),
                [{"account": account_id, "moment": at} for account_id, at in last.items()],
            )


def _is_settled(there: Row[Any], digest: str, account_id: int) -> bool:
    if there.edited_at is not None or there.deleted_at is not None:
        return True
    return bool(there.row_digest == digest and there.account_id == account_id)


TOUCHPOINTS = Kind(
    fields=TOUCHPOINT_FIELDS,
    needed=(("account_external_id", "account_name"), ("at",)),
    dates=("at",),
    unused=(),
    rows=lambda run: TouchRows(run, "activity"),
)

TICKETS = Kind(
    fields=TICKET_FIELDS,
    needed=(("account_external_id", "account_name"), ("at",)),
    dates=("at", "closed_at"),
    unused=("resolution_time_hours", "first_response_time_minutes"),
    rows=lambda run: TouchRows(run, "ticket"),
)
