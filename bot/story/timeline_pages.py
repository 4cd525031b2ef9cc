"""The timeline: one query finds which things happened when, one more for each kind on the page says what they were."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, literal, select, union_all

from bot.accounts import search as account_search
from bot.accounts.timeline import SOURCES, Happened
from bot.accounts.timeline_facts import KINDS, Page
from bot.core.calendar import local_date
from bot.db.scope import within
from bot.db.work import Work
from bot.workspace.members import MemberView

SIZE = 10
"""Entries a page: with their words they fit on two phone screens."""


def timeline(work: Work, account_id: int, kind: str, number: int, reader: MemberView) -> Page:
    """Page `number` (from 0) of what happened to an account, newest first, in the reader's days.

    `kind` narrows it to one of KINDS; anything else means all. Raises Refused when there is no such account.
    """
    account = account_search.require_account(work, account_id, "/account")
    kind = kind if kind in KINDS else ""
    happened = union_all(
        *(
            _named(name, work.workspace_id, source.happened(account_id))
            for name, source in SOURCES.items()
            if not kind or source.kind == kind
        )
    ).subquery()
    total = int(work.session.scalar(select(func.count()).select_from(happened)) or 0)
    number = max(0, min(number, (total - 1) // SIZE))
    rows = work.session.execute(
        select(happened.c.source, happened.c.id, happened.c.at)
        .order_by(happened.c.at.desc(), happened.c.source, happened.c.id.desc())
        .limit(SIZE)
        .offset(number * SIZE)
    ).all()
    by_source: dict[str, list[int]] = defaultdict(list)
    for source, id, _ in rows:
        by_source[source].append(id)
    loaded = {source: SOURCES[source].load(work, ids, reader) for source, ids in by_source.items()}
    shown = tuple(loaded[source][id] for source, id, _ in rows if id in loaded[source])
    today = str(local_date(work.now, reader.timezone))
    return Page(account_id, account.name, today, kind, number, total, shown, SIZE)


def _named(source: str, workspace_id: int, happened: Happened) -> Happened:
    id, at = happened.selected_columns
    ours = happened.where(within(id.table.c.workspace_id, workspace_id))
    return ours.with_only_columns(literal(source).label("source"), id.label("id"), at.label("at"))
