"""A list of articles, events and webinars as insights: made, brought up to date, or left as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import bindparam, update

from bot.core.company_names import name_key
from bot.core.links import is_web_address
from bot.db.scope import is_row
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.importing import cells
from bot.importing.batches import ImportContext, ImportKind, RowBatch
from bot.importing.cells import Several
from bot.importing.csv_rows import Record
from bot.importing.existing_accounts import KnownAccounts
from bot.importing.looks import Columns
from bot.importing.rules.columns import INSIGHT_FIELDS
from bot.insights import service as insight_service
from bot.insights.facts import InsightAudience, InsightDetails
from bot.insights.rules import INVITATIONS, Goal, InsightKind, listed_words
from bot.models import Insight

WORDS_LENGTH = 3000
_KINDS = {
    "blog": InsightKind.ARTICLE,
    "post": InsightKind.ARTICLE,
    "study": InsightKind.ARTICLE,
    "report": InsightKind.TREND,
    "conference": InsightKind.EVENT,
    "meetup": InsightKind.EVENT,
    "demonstration": InsightKind.DEMO,
}


class InsightCells(NamedTuple):
    """A row's cells as values, None where it says nothing."""

    external_id: str | None
    words: str | None
    url: str | None
    kind: str | None
    industries: str | None
    topics: str | None
    about_us: bool | None
    goal: str | None
    offer: str | None
    valid_until: date | None
    published_on: date | None
    account_external_id: str | None
    account_name: str | None
    deleted: bool | None
    archived: bool | None


@dataclass(frozen=True, slots=True)
class InsightRow:
    """A row that can be used; `key` is what it is known by again."""

    line: int
    cells: list[str]
    said: InsightCells
    key: str
    details: InsightDetails


class InsightRows:
    """Saves batches of insights. What a person retired in Slack stays retired."""

    def __init__(self, run: ImportContext, work: Work) -> None:
        self._run = run
        readers: dict[str, cells.Reader] = {
            "external_id": cells.record_id(100),
            "words": cells.body(WORDS_LENGTH),
            "url": cells.identity(2000),
            "kind": cells.words(60),
            "industries": cells.words(1000),
            "topics": cells.words(1000),
            "about_us": cells.flag,
            "goal": cells.words(60),
            "offer": cells.words(200),
            "valid_until": cells.blank,
            "published_on": cells.blank,
            "account_external_id": cells.account_id(100),
            "account_name": cells.company(255),
            "deleted": cells.removed,
            "archived": cells.removed,
        }
        readers |= {name: cells.day(order) for name, order in run.orders.items()}
        self._reader = cells.RowReader(readers, run.table.columns, run.table.headers)

    def read(self, batch: RowBatch) -> list[InsightRow]:
        """The rows that say something worth telling."""
        rows = []
        for row in batch.read_by(self._read):
            if row.said.deleted or row.said.archived:
                batch.tally.deleted += 1
            else:
                rows.append(row)
                if row.said.url and not is_web_address(row.said.url):
                    batch.tally.name(batch.tally.links, row.said.url[:80])
        return rows

    def save(self, work: Work, batch: RowBatch, rows: list[InsightRow]) -> None:
        """Write a batch."""
        twice = self._run.seen.earlier([(row.key, row.line) for row in rows])
        ids = {row.said.account_external_id for row in rows if row.said.account_external_id}
        keys = {name_key(row.said.account_name)[:255] for row in rows if row.said.account_name}
        known = KnownAccounts(work, ids, keys, padded=self._run.padded, by_alias=True)
        there = self._there(work, rows)
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for row in rows:
            if row.line in twice:
                batch.reject(row.line, row.cells, f"Line {twice[row.line]} says this already.")
                continue
            values = self._values(work, batch, row, known)
            if values is None:
                continue
            before = there.get(row.key)
            if before is None:
                batch.tally.created += 1
                new.append(values | self._first(row.key))
            elif all(getattr(before, name) == value for name, value in values.items()):
                batch.tally.unchanged += 1
            else:
                batch.tally.updated += 1
                changed.append(values | {"row": before.id})
        batch.told_of(known)
        if not self._run.options.dry_run:
            self._write(work, new, changed)

    def _read(self, record: Record) -> InsightRow:
        line, raw, why = record
        if why:
            raise ValueError(why)
        said = InsightCells._make(self._reader.read(raw))
        if isinstance(said.account_name, Several) or isinstance(said.account_external_id, Several):
            raise ValueError("The row names several accounts. Give each a row of its own.")
        if not said.words:
            raise ValueError("The row does not say what is worth telling.")
        kind = _kind(said.kind)
        if kind in INVITATIONS and said.valid_until is None:
            raise ValueError(f"The {kind.label.lower()} has no day. Fill in on which day it takes place.")
        known_by = said.external_id or said.url or " ".join(said.words.split()).casefold()
        key = f"csv:{blake2b(known_by.encode(), digest_size=20).hexdigest()}"
        details = InsightDetails(
            kind.value,
            listed_words(said.topics or ""),
            bool(said.about_us),
            said.valid_until,
            _goal(said.goal),
            said.offer or "",
            min(said.published_on, self._run.today) if said.published_on else None,
        )
        return InsightRow(line, raw, said, key, details)

    def _values(self, work: Work, batch: RowBatch, row: InsightRow, known: KnownAccounts) -> dict[str, Any] | None:
        said = row.said
        account_id = None
        if said.account_external_id or said.account_name:
            key = name_key(said.account_name)[:255] if said.account_name else None
            try:
                account = known.of_record(said.account_external_id, key, said.account_name)
            except Refused as refusal:
                batch.reject(row.line, row.cells, refusal.message)
                return None
            if account is None:
                named = said.account_external_id or said.account_name
                batch.reject(row.line, row.cells, f"No account is {named!r}. Import accounts first.")
                return None
            account_id = int(account.id)
        url = said.url if said.url and is_web_address(said.url) else ""
        audience = InsightAudience(account_id, listed_words(said.industries or "", longest=100))
        try:
            return insight_service.checked(work, said.words or "", url, audience, row.details)
        except FieldErrors as errors:
            batch.reject(row.line, row.cells, errors.message)
            return None

    def _there(self, work: Work, rows: Sequence[InsightRow]) -> Mapping[str, Insight]:
        found = work.session.scalars(work.select(Insight).where(Insight.source_key.in_([row.key for row in rows])))
        return {one.source_key: one for one in found if one.source_key}

    def _first(self, key: str) -> dict[str, Any]:
        return {
            "workspace_id": self._run.workspace_id,
            "source_key": key,
            "by_id": None,
            "created_at": self._run.now,
        }

    def _write(self, work: Work, new: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]]) -> None:
        if new:
            insert = insert_for(work.session, Insight.__table__).on_conflict_do_nothing(
                index_elements=["workspace_id", "source_key"]
            )
            work.session.connection().execute(insert, list(new))
        if changed:
            table = Insight.__table__
            own = is_row(table.c, self._run.workspace_id, bindparam("row"))
            work.session.connection().execute(update(table).where(own), list(changed))  # type: ignore[arg-type]
        work.forget()


def _kind(word: str | None) -> InsightKind:
    spoken = (word or "").casefold()
    for kind in InsightKind:
        if kind.value in spoken:
            return kind
    return next((kind for known, kind in _KINDS.items() if known in spoken), InsightKind.ARTICLE)


def _goal(word: str | None) -> str:
    spoken = "".join(character for character in (word or "").casefold() if character.isalpha())
    if "cross" in spoken:
        return Goal.CROSS_SELL.value
    if "upsell" in spoken or "expan" in spoken:
        return Goal.UPSELL.value
    return Goal.REINFORCE.value if "reinforce" in spoken or "chose" in spoken else ""


INSIGHTS = ImportKind(
    fields=INSIGHT_FIELDS,
    needed=(("words",),),
    looks=Columns(dates=("valid_until", "published_on")),
    unused=(),
    rows=InsightRows,
)
