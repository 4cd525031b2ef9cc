"""Sources of an account's timeline: which things happened when, and what each of them says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.accounts.timeline_facts import Entry
from bot.core.calendar import local_date
from bot.core.person import Person as Named
from bot.db.work import Work
from bot.models import Event, Member
from bot.workspace.members import MemberView

WORDS_KEPT = 600

Happened = Select[*tuple[Any, ...]]
"""(id, at) of rows."""


@dataclass(frozen=True, slots=True)
class TimelineSource:
    """One table's part of the timeline, shown as `kind` (one of `timeline_facts.KINDS`).

    `happened` gives (id, at) of an account's rows, to which whoever asks adds the workspace; `load` gives, for a page's
    ids, what the reader sees of each.
    """

    kind: str
    happened: Callable[[int], Happened]
    load: Callable[[Work, Sequence[int], MemberView], Mapping[int, Entry]]


SUBJECTS: dict[str, Callable[[int], Happened]] = {}
"""Noun of a job's subject → the ids of an account's open rows of it: `subjects` of every feature."""

SOURCES: dict[str, TimelineSource] = {}
"""By a name of their own: `timeline` of every feature."""


def rows_at(table: Any, at: InstrumentedAttribute[Any]) -> Callable[[int], Happened]:
    """For `happened`: an account's rows of a table at this moment of theirs; those that have none yet are left out."""
    known = [at.is_not(None)] if table.__table__.c[at.key].nullable else []
    return lambda account_id: select(table.id, at).where(table.account_id == account_id, *known)


def events_of_kinds(kinds: Iterable[str]) -> Callable[[int], Happened]:
    """For `happened`: an account's recorded events of these kinds."""
    names = tuple(kinds)
    return lambda account_id: select(Event.id, Event.at).where(Event.account_id == account_id, Event.kind.in_(names))


def events(work: Work, ids: Sequence[int]) -> Sequence[tuple[Event, str | None, str | None]]:
    """These events, each with the Slack id and the name of who did it, if somebody did."""
    rows = work.session.execute(
        work.select(Event, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == Event.by_id)
        .where(Event.id.in_(ids))
    )
    return [(event, slack_id, name) for event, slack_id, name in rows]


def record(work: Work, account_id: int, kind: str, by_id: int | None, facts: Mapping[str, Any]) -> None:
    """Keep as an event what somebody did at an account just now, where no table has it; `facts` are plain values."""
    work.session.add(
        Event(
            workspace_id=work.workspace_id,
            account_id=account_id,
            kind=kind,
            by_id=by_id,
            at=work.now,
            facts=dict(facts),
        )
    )


def recorded(kind: str, code: str, event_kind: str, words: str = "words") -> TimelineSource:
    """Events of `event_kind` as entries: the fact called `words`, if there is one, is what was typed.

    The others are its details.
    """

    def load(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
        found = {}
        for one, slack_id, name in events(work, ids):
            details = {key: str(value) for key, value in one.facts.items() if key != words}
            typed = one.facts.get(words, "")
            found[one.id] = entry(kind, code, one.id, one.at, reader, slack_id, name, typed, details)
        return found

    return TimelineSource(kind, events_of_kinds([event_kind]), load)


def entry(
    kind: str,
    code: str,
    id: int,
    at: datetime,
    reader: MemberView,
    slack_id: str | None,
    name: str | None,
    words: str = "",
    details: Mapping[str, str] | None = None,
    mine: bool = False,
) -> Entry:
    """An entry on the reader's day, by whom (None: by nobody), its words cut to what a page holds."""
    by = Named(slack_id, name or "") if slack_id else None
    day = str(local_date(at, reader.timezone))
    return Entry(kind, code, id, day, by, words[:WORDS_KEPT], details or {}, mine)
