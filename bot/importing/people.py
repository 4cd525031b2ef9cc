"""A CRM's contacts as people at the customer: written down, brought up to date, or left as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, or_, select, update

from bot import people
from bot.accounts import customer_people
from bot.core.company_names import name_key
from bot.core.customer_people import PersonPart, first_email, read_part
from bot.core.person_names import person_key, with_former
from bot.db.scope import is_row, within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import Refused
from bot.importing import cells
from bot.importing.batches import ImportContext, ImportKind, RowBatch
from bot.importing.cells import RowReader
from bot.importing.csv_rows import Record
from bot.importing.existing_accounts import KnownAccounts, not_found
from bot.importing.looks import Columns
from bot.importing.rules.contact_columns import CONTACT_FIELDS
from bot.models import CustomerPerson, Event
from bot.people.removal import RemovedThere
from bot.people.rules import PersonTrace

_key_of = lru_cache(2048)(name_key)
_KNOWN = ("id", "account_id", "external_id", "name", "name_key", "former_keys", "title", "email", "part", "since",
          "left_on", "row_digest", "removed_key", "removed_at")  # fmt: skip


class ContactCells(NamedTuple):
    """A row's cells as values, None where it says nothing."""

    external_id: str | None
    account_external_id: str | None
    account_name: str | None
    first_name: str | None
    last_name: str | None
    full_name: str | None
    title: str | None
    email: str | None
    part: str | None
    since: date | None
    left_on: date | None
    left: bool | None
    deleted: bool | None
    archived: bool | None


_READERS: dict[str, cells.Reader] = {
    "external_id": cells.record_id(140),
    "account_external_id": cells.account_id(100),
    "account_name": cells.company(255),
    "first_name": cells.words(100),
    "last_name": cells.words(100),
    "full_name": cells.words(200),
    "title": cells.words(200),
    "email": cells.words(320, cuts=False),
    "part": cells.words(200),
    "since": cells.blank,
    "left_on": cells.blank,
    "left": cells.flag,
    "deleted": cells.removed,
    "archived": cells.removed,
}


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A row that can be used. `content` stands for all it says: 40 characters."""

    line: int
    cells: list[str]
    said: ContactCells
    name: str
    key: str
    part: PersonPart | None
    content: str

    @property
    def is_gone(self) -> bool:
        """Whether its CRM has deleted or archived it."""
        return bool(self.said.deleted or self.said.archived)


class ContactReader:
    """Reads the rows of one file as contacts."""

    def __init__(self, run: ImportContext) -> None:
        readers = _READERS | {name: cells.day(order) for name, order in run.orders.items()}
        self._reader = RowReader(readers, run.table.columns, run.table.headers)
        self._today = run.today

    def read(self, record: Record) -> ContactRow:
        """The row; ValueError says why it cannot be used."""
        line, raw, why = record
        if why:
            raise ValueError(why)
        said = ContactCells._make(self._reader.read(raw))
        if isinstance(said.account_external_id, cells.Several) or isinstance(said.account_name, cells.Several):
            external_id, account = cells.one_account(said.account_external_id, said.account_name)
            said = said._replace(account_external_id=external_id, account_name=account)
        name = _name(said)
        key = person_key(name)
        if not key:
            raise ValueError("The contact has no name. Give it one.")
        if said.email is not None:
            email = first_email(said.email)
            if not email:
                raise ValueError(f"{said.email!r} is no e-mail address. Correct it, or leave it empty.")
            said = said._replace(email=email)
        if said.left_on is not None and said.left_on > self._today:
            raise ValueError(f"They left on {said.left_on}, which is still to come. Correct the day.")
        content = blake2b(repr(said).encode(), digest_size=20).hexdigest()
        if said.left_on is None and said.left:
            said = said._replace(left_on=self._today)
        return ContactRow(line, raw, said, name, key[:200], read_part(said.part) if said.part else None, content)


@dataclass(slots=True)
class _Owned:
    """A row with its account, who is there of it already, and who it was at the account that they have left since."""

    row: ContactRow
    account_id: int
    there: Row[Any] | None = None
    moved_from: Row[Any] | None = None


@dataclass(slots=True)
class _News:
    """What a batch changes: rows to write, those whose id goes to another one first, and who has left or is back."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    freed: list[dict[str, Any]] = field(default_factory=list)
    left: list[tuple[int, date]] = field(default_factory=list)
    back: list[int] = field(default_factory=list)


class ContactRows:
    """Saves batches of contacts."""

    def __init__(self, run: ImportContext, _work: Work) -> None:
        self._run = run
        self._reader = ContactReader(run)

    def read(self, batch: RowBatch) -> list[ContactRow]:
        """The rows as contacts, each contact once."""
        rows = batch.read_by(self._reader.read)
        earlier = self._run.seen.earlier([(_identity(row), row.line) for row in rows])
        twice = self._run.seen.earlier([(_person(row), row.line) for row in rows if row.said.email])
        for row in rows:
            if other := earlier.get(row.line):
                batch.reject(row.line, row.cells, f"Line {other} is the same contact. Keep one of them.")
            elif other := twice.get(row.line):
                why = f"Line {other} is the same person under another id. Merge them in the CRM, or keep one of them."
                batch.reject(row.line, row.cells, why)
            elif row.said.part and row.part is None:
                batch.tally.name(batch.tally.parts, row.said.part)
        return [row for row in rows if row.line not in earlier and row.line not in twice]

    def save(self, work: Work, batch: RowBatch, rows: list[ContactRow]) -> None:
        """Write a batch. Blank cells wipe nothing out; what people changed in Slack stays until the file changes."""
        owned = self._with_accounts(work, batch, rows)
        self._find(work, owned)
        gone_for_good = _removed(work, {one.account_id for one in owned})
        by_hand = _left_by_hand(work, [one.there.id for one in owned if one.there and one.there.left_on])
        news = _News()
        for one in owned:
            row, there = one.row, one.there
            is_removed = there is not None and there.removed_at is not None
            if is_removed or (there is None and gone_for_good.has(row.said.email or "", row.name)):
                batch.tally.removed += 1
                continue
            if one.moved_from is not None:
                # Whom they were met as stays with the customer that they left.
                news.freed.append({"external_id": None, "row_digest": "", "row": one.moved_from.id})
                if one.moved_from.left_on is None:
                    news.left.append((one.moved_from.id, self._run.today))
            if row.is_gone:
                batch.tally.deleted += 1
                if there is not None and there.left_on is None:
                    news.left.append((there.id, self._run.today))
            elif there is None:
                batch.tally.created += one.moved_from is None
                batch.tally.updated += one.moved_from is not None
                news.new.append(self._new(one))
            elif there.row_digest == row.content:
                batch.tally.unchanged += 1
            else:
                changes, returns = _changes(one, there), _returns(one, there, by_hand)
                is_news = bool(changes) or returns or _leaves(row, there)
                batch.tally.updated += is_news
                batch.tally.unchanged += not is_news
                news.changed.append({**changes, "row_digest": row.content, "row": there.id})
                if _leaves(row, there):
                    news.left.append((there.id, row.said.left_on or self._run.today))
                elif returns:
                    news.back.append(there.id)
        if not self._run.options.dry_run:
            self._write(work, news)
            customer_people.match_what_was_typed(work, {one.account_id for one in owned})
            for person_id, on in news.left:
                people.has_left(work, person_id, on, None)
            for person_id in news.back:
                people.is_back(work, person_id, None)

    def _with_accounts(self, work: Work, batch: RowBatch, rows: Sequence[ContactRow]) -> list[_Owned]:
        ids = {row.said.account_external_id for row in rows if row.said.account_external_id}
        keys = {_key_of(row.said.account_name)[:255] for row in rows if row.said.account_name}
        known = KnownAccounts(work, ids, keys, padded=self._run.padded, by_alias=True)
        owned = []
        for row in rows:
            said = row.said
            key = _key_of(said.account_name)[:255] if said.account_name else None
            try:
                account = known.of_record(said.account_external_id, key, said.account_name)
            except Refused as refusal:
                batch.reject(row.line, row.cells, refusal.message)
                continue
            if account is None:
                batch.reject(row.line, row.cells, not_found(said.account_external_id or said.account_name))
            else:
                owned.append(_Owned(row, int(account.id)))
        batch.told_of(known)
        return owned

    def _find(self, work: Work, owned: Sequence[_Owned]) -> None:
        """Who is there already: by the CRM's id, else by e-mail, else by name among the account's people."""
        ids = {one.row.said.external_id for one in owned if one.row.said.external_id}
        accounts = {one.account_id for one in owned}
        rows = work.session.execute(
            select(*(getattr(CustomerPerson, name) for name in _KNOWN))
            .where(
                within(CustomerPerson.workspace_id, work.workspace_id),
                or_(CustomerPerson.external_id.in_(ids), CustomerPerson.account_id.in_(accounts)),
            )
            .order_by(CustomerPerson.id)
        ).all()
        by_id = {row.external_id: row for row in rows if row.external_id}
        named_here = {row.id for row in rows if row.external_id in ids}
        free: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            if row.removed_at is None:
                free[row.account_id].append(row)
        taken: set[int] = set()
        for one in owned:
            found = by_id.get(one.row.said.external_id) if one.row.said.external_id else None
            if found is not None and found.removed_at is None and found.account_id != one.account_id:
                found, one.moved_from = None, found
            if found is None:
                found = _alike(one, [row for row in free[one.account_id] if row.id not in taken], named_here)
            if found is not None:
                taken.add(found.id)
                one.there = found

    def _new(self, one: _Owned) -> dict[str, Any]:
        said = one.row.said
        return {
            "workspace_id": self._run.workspace_id,
            "account_id": one.account_id,
            "external_id": said.external_id,
            "name": one.row.name[:200],
            "name_key": one.row.key,
            "title": said.title or "",
            "email": said.email or "",
            "part": one.row.part.value if one.row.part else "",
            "since": said.since,
            "left_on": said.left_on,
            "row_digest": one.row.content,
            "removed_key": "",
            "created_by_id": None,
            "created_at": self._run.now,
        }

    def _write(self, work: Work, news: _News) -> None:
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for row in news.changed:
            alike[tuple(sorted(row))].append(row)
        # An id is free before somebody else gets it.
        for some in ([news.freed] if news.freed else []) + list(alike.values()):
            own = is_row(CustomerPerson.__table__.c, self._run.workspace_id, bindparam("row"))
            work.session.connection().execute(update(CustomerPerson).where(own), some)
        if news.new:
            insert = insert_for(work.session, CustomerPerson.__table__).on_conflict_do_nothing(
                index_elements=["workspace_id", "external_id"]
            )
            work.session.connection().execute(insert, news.new)


def _name(said: ContactCells) -> str:
    parts = [said.first_name, said.last_name]
    whole = " ".join(part for part in parts if part)
    return whole if said.last_name or not said.full_name else said.full_name


def _identity(row: ContactRow) -> str:
    said = row.said
    if said.external_id:
        return f"id {said.external_id}"
    return f"{said.account_external_id or _key_of(said.account_name or '')} {(said.email or '').casefold()} {row.key}"


def _person(row: ContactRow) -> str:
    """By what two records of a CRM are one person: the account, the e-mail and the name."""
    said = row.said
    account = said.account_external_id or _key_of(said.account_name or "")
    return f"person {account} {(said.email or '').casefold()} {row.key}"


def _alike(one: _Owned, there: Sequence[Row[Any]], named_here: set[int]) -> Row[Any] | None:
    """The account's own person that a row means: of this e-mail, else of this name, or of it before, where no other
    e-mail or id is.

    Whoever has another id is meant by both of them, and by no one whose id the file holds too: the CRM has merged them.
    """
    email, external_id = (one.row.said.email or "").casefold(), one.row.said.external_id
    fitting = [row for row in there if not (row.external_id and external_id)]
    if email:
        for row in fitting:
            if row.email.casefold() == email:
                return row
        for row in there:
            if row.email.casefold() == email and row.name_key == one.row.key and row.id not in named_here:
                return row
    free = [row for row in fitting if not email or not row.email]
    same = [row for row in free if row.name_key == one.row.key]
    same = same or [row for row in free if one.row.key in row.former_keys.splitlines()]
    return same[0] if len(same) == 1 else None


def _changes(one: _Owned, there: Row[Any]) -> dict[str, Any]:
    said = one.row.said
    wanted = {
        "external_id": said.external_id,
        "name": one.row.name[:200],
        "name_key": one.row.key,
        "title": said.title,
        "email": said.email,
        "part": one.row.part.value if one.row.part else None,
        "since": said.since,
    }
    changes = {name: value for name, value in wanted.items() if value is not None and getattr(there, name) != value}
    if "name_key" in changes:
        changes["former_keys"] = with_former(there.former_keys, there.name_key, one.row.key)
    return changes


def _leaves(row: ContactRow, there: Row[Any]) -> bool:
    """Whether the file says that somebody has left who was there."""
    return row.said.left_on is not None and there.left_on is None


def _returns(one: _Owned, there: Row[Any], by_hand: set[int]) -> bool:
    """Whether the file says that somebody is there who had left: at another account before, or by what it says of that.

    Who was said to have left in Slack is gone, whatever a CRM goes on saying.
    """
    said = one.row.said
    if there.left_on is None or said.left_on is not None:
        return False
    says_so = said.left is False or (said.left is None and False in (said.deleted, said.archived))
    return one.moved_from is not None or (says_so and there.id not in by_hand)


def _left_by_hand(work: Work, person_ids: Sequence[int]) -> set[int]:
    """Those of whom somebody said in Slack that they have left."""
    if not person_ids:
        return set()
    accounts = work.select(CustomerPerson.account_id).where(CustomerPerson.id.in_(person_ids))
    rows = work.session.execute(
        work.select(Event.facts, Event.by_id)
        .where(Event.account_id.in_(accounts), Event.kind == PersonTrace.LEFT)
        .order_by(Event.id)
    )
    last = {facts.get("person_id"): by_id for facts, by_id in rows}
    return {number for number, by_id in last.items() if by_id is not None}


def _removed(work: Work, account_ids: set[int]) -> RemovedThere:
    """Those who were removed for good from these accounts."""
    rows = work.session.scalars(
        select(CustomerPerson.removed_key).where(
            within(CustomerPerson.workspace_id, work.workspace_id),
            CustomerPerson.account_id.in_(account_ids),
            CustomerPerson.removed_key != "",
        )
    )
    return RemovedThere(rows)


CONTACTS = ImportKind(
    fields=CONTACT_FIELDS,
    needed=(("account_external_id", "account_name"), ("last_name", "full_name", "first_name")),
    looks=Columns(dates=("since", "left_on")),
    unused=(),
    rows=ContactRows,
)
