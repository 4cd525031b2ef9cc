"""Activities of a CRM and tickets of a helpdesk, as touchpoints: made, brought up to date, or left as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update

from bot.accounts import customer_people
from bot.accounts.events import AccountLearned
from bot.accounts.people_facts import Meeting
from bot.core.company_names import name_key
from bot.core.events import publish
from bot.core.links import is_web_address
from bot.db.scope import is_row, within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import Refused
from bot.importing.batches import ImportContext, ImportKind, RowBatch
from bot.importing.existing_accounts import KnownAccounts, not_found
from bot.importing.looks import Columns
from bot.importing.rules.columns import TICKET_FIELDS, TOUCHPOINT_FIELDS
from bot.importing.summary import Tally
from bot.importing.touch_cells import KNOWN_PRIORITIES
from bot.importing.touch_rows import (
    FoundAccount,
    Owned,
    TouchReader,
    TouchRow,
    changed_values,
    find,
    new_values,
    owned,
    without_duplicates,
)
from bot.models import Member, Renewal, Touchpoint, Workspace

_key_of = lru_cache(2048)(name_key)


class TouchRows:
    """Saves batches of activities, or of tickets when `noun` says so."""

    def __init__(self, run: ImportContext, work: Work, noun: str) -> None:
        self._run = run
        self._noun = noun
        zone = work.session.scalar(select(Workspace.timezone).where(Workspace.id == run.workspace_id)) or "UTC"
        self._reader = TouchReader(run, noun, zone)
        self._is_ticket = noun == "ticket"
        departments = work.session.execute(
            select(Member.id, Member.department).where(Member.workspace_id == run.workspace_id)
        )
        self._departments = {row.id: row.department for row in departments}
        self._same = {"workspace_id": run.workspace_id, "created_at": run.now}

    def read(self, batch: RowBatch) -> list[TouchRow]:
        """The rows that are contacts with a customer."""
        rows = []
        for row in batch.read_by(self._reader.read):
            if row is None:
                batch.tally.skipped += 1
            elif row.is_attempt:
                batch.tally.attempts += 1
            else:
                rows.append(row)
                _tell(batch.tally, row)
        return rows

    def save(self, work: Work, batch: RowBatch, rows: list[TouchRow]) -> None:
        """Write a batch. What a person edited or deleted in Slack stays as they left it."""
        live = [row for row in rows if not row.is_deleted]
        gone = [row for row in rows if row.is_deleted]
        batch.tally.deleted += len(gone)
        owned = without_duplicates(batch, self._noun, self._with_accounts(work, batch, live))
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        left: set[int] = set()
        found = find(work, batch, owned)
        for one, there, key in found:
            if there is None:
                batch.tally.created += 1
                new.append(self._same | new_values(one, key, self._is_ticket, self._departments))
            elif _is_settled(there, one):
                batch.tally.unchanged += 1
            else:
                batch.tally.updated += 1
                left.add(int(there.account_id))
                changed.append(changed_values(one, there, self._is_ticket, self._departments) | {"row": there.id})
        if not self._run.options.dry_run:
            self._write(work, new, changed, left)
            self._let_go(work, gone)
            self._keep_met(work, owned, found)

    def _keep_met(self, work: Work, owned: Sequence[Owned], found: Sequence[FoundAccount]) -> None:
        """Whom of the customers' people the written rows were with; costs nothing where nobody is in a list yet."""
        there = customer_people.known(work, {one.account_id for one in owned})
        keys = {
            key
            for one, before, key in found
            if one.account_id in there and (before is None or not _is_settled(before, one))
        }
        if not keys:
            return
        rows = work.session.execute(
            select(Touchpoint.id, Touchpoint.account_id, Touchpoint.at, Touchpoint.contact, Touchpoint.is_note).where(
                Touchpoint.workspace_id == self._run.workspace_id, Touchpoint.source_key.in_(keys)
            )
        )
        met = [
            Meeting(row.account_id, f"touchpoint:{row.id}", row.at, "" if row.is_note else row.contact) for row in rows
        ]
        customer_people.meet(work, met)

    def _let_go(self, work: Work, gone: Sequence[TouchRow]) -> None:
        """Take away what its own system has deleted, archived or called spam."""
        keys = {f"{self._noun}:{row.said.external_id}" for row in gone if row.said.external_id}
        if not keys:
            return
        mine = (Touchpoint.workspace_id == self._run.workspace_id, Touchpoint.source_key.in_(keys))
        found = work.session.execute(
            select(Touchpoint.id, Touchpoint.account_id).where(*mine, Touchpoint.deleted_at.is_(None))
        ).all()
        if found:
            work.session.execute(
                update(Touchpoint)
                .where(
                    within(Touchpoint.workspace_id, self._run.workspace_id),
                    Touchpoint.id.in_([row.id for row in found]),
                )
                .values(deleted_at=self._run.now)
                .execution_options(synchronize_session=False)
            )
            customer_people.forget_meetings(work, [f"touchpoint:{row.id}" for row in found])
            accounts = sorted({int(row.account_id) for row in found})
            publish(work, AccountLearned(accounts))

    def _with_accounts(self, work: Work, batch: RowBatch, rows: Sequence[TouchRow]) -> list[Owned]:
        ids = {row.said.account_external_id for row in rows if row.said.account_external_id}
        keys = {_key_of(row.said.account_name)[:255] for row in rows if row.said.account_name}
        known = KnownAccounts(work, ids, keys, padded=self._run.padded, by_alias=True)
        mine = []
        for row in rows:
            said = row.said
            by = self._run.directory.person(said.by) if said.by else None
            if said.by and by is None:
                batch.tally.name(batch.tally.people, said.by)
            key = _key_of(said.account_name)[:255] if said.account_name else None
            try:
                account = known.of_record(said.account_external_id, key, said.account_name)
            except Refused as refusal:
                batch.reject(row.line, row.cells, refusal.message)
                continue
            if account is None:
                batch.reject(row.line, row.cells, not_found(said.account_external_id or said.account_name))
            else:
                mine.append(owned(self._noun, row, int(account.id), by))
        batch.told_of(known)
        return mine

    def _write(
        self, work: Work, new: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]], left: set[int]
    ) -> None:
        if new:
            insert = insert_for(work.session, Touchpoint.__table__).on_conflict_do_nothing(
                index_elements=["workspace_id", "source_key"]
            )
            work.session.connection().execute(insert, list(new))
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for row in changed:
            alike[tuple(sorted(row))].append(row)
        for some in alike.values():
            own = is_row(Touchpoint.__table__.c, self._run.workspace_id, bindparam("row"))
            work.session.connection().execute(update(Touchpoint).where(own), some)
        written = [*new, *changed]
        if not self._is_ticket:
            self._touch_renewals(work, written)
        # What was moved to another account is not known of the one that had it any more.
        accounts = sorted(left.union(int(row["account_id"]) for row in written))
        if accounts:
            publish(work, AccountLearned(accounts))

    def _touch_renewals(self, work: Work, written: Sequence[dict[str, Any]]) -> None:
        """A contact keeps an open renewal quiet for a while; a ticket is the customer's doing, and does not."""
        last: dict[int, datetime] = {}
        for row in written:
            if not row.get("is_note"):
                last[row["account_id"]] = max(row["at"], last.get(row["account_id"], row["at"]))
        if last:
            table = Renewal.__table__
            work.session.connection().execute(
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


def _tell(tally: Tally, row: TouchRow) -> None:
    """Count what of a row nobody knows."""
    if row.unknown_status:
        tally.name(tally.statuses, row.unknown_status)
    if row.odd_rating:
        tally.name(tally.ratings, row.odd_rating)
    if row.said.priority and row.said.priority not in KNOWN_PRIORITIES:
        tally.name(tally.priorities, row.said.priority)
    if row.said.permalink and not is_web_address(row.said.permalink):
        tally.name(tally.links, row.said.permalink[:80])


def _is_settled(there: Row[Any], one: Owned) -> bool:
    if there.edited_at is not None or there.deleted_at is not None:
        return True
    if there.account_id != one.account_id:
        return False
    return bool(there.row_digest == one.digest or (one.by_id is None and there.row_digest == one.row.older(20)))


TOUCHPOINTS = ImportKind(
    fields=TOUCHPOINT_FIELDS,
    needed=(("account_external_id", "account_name"), ("at",)),
    looks=Columns(dates=("at",)),
    unused=(),
    rows=lambda run, work: TouchRows(run, work, "activity"),
)

TICKETS = ImportKind(
    fields=TICKET_FIELDS,
    needed=(("account_external_id", "account_name"), ("at",)),
    looks=Columns(dates=("at", "closed_at"), rating="satisfaction", priority="priority"),
    unused=("resolution_time_hours", "first_response_time_minutes"),
    rows=lambda run, work: TouchRows(run, work, "ticket"),
)
