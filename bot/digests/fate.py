"""What overviews have asked and what became of it: kept when one is sent, looked at each night, told in the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, update

from bot.accounts.overview_facts import Figures
from bot.accounts.overview_parts import PARTS, Asked
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.db.bulk import run_many
from bot.db.scope import within
from bot.db.work import Work
from bot.digests.facts_overview import Overview
from bot.digests.fate_rules import REMEMBERED, Fate, KindRecord, is_folded, is_in_time
from bot.digests.job_kinds import DigestJob
from bot.models import Account, SentLine, SentOverview
from bot.workspace import context

KEPT = timedelta(days=400)
"""How long the figures of an overview are kept."""

PAGE = 1000
"""Lines that are looked at in one transaction at most."""

_L = SentLine.__table__.c
_INSERT = insert(SentLine.__table__)  # type: ignore[arg-type]
_ACTED = (
    update(SentLine.__table__)  # type: ignore[arg-type]
    .where(within(_L.workspace_id, bindparam("of")), _L.id == bindparam("line"))
    .values(acted_on=bindparam("day"))
)


@dataclass(frozen=True, slots=True)
class LastOverview:
    """The last overview of a set-up: when it was sent, its figures, what became of it, and accounts that still wait."""

    sent_at: datetime
    figures: Figures
    fate: Fate
    waiting: Sequence[str] = field(default=())


def record(work: Work, setup_id: int, overview: Overview) -> None:
    """Keep what an overview tells, in the transaction that has it sent. A preview is not kept."""
    today = local_date(work.now, overview.zone)
    figures: dict[str, Any] = {}
    for section in overview.sections:
        figures |= {name: dict(values) for name, values in section.figures.items()}
    work.session.add(SentOverview(workspace_id=work.workspace_id, setup_id=setup_id, sent_at=work.now, figures=figures))
    rows = [
        {
            "workspace_id": work.workspace_id,
            "setup_id": setup_id,
            "key": ask.key,
            "part": ask.kind,
            "account_id": ask.account_id,
            "sent_at": work.now,
            "sent_on": today,
        }
        for section in overview.sections
        for ask in section.asks
    ]
    run_many(work.session, _INSERT, rows)
    work.session.flush()


def plan_settle(work: Work) -> None:
    """As a night begins: forget what is long ago, and have the lines that still wait looked at."""
    today = local_date(work.now, context.of(work).zone)
    _forget(work, SentLine, SentLine.sent_on < today - REMEMBERED)
    _forget(work, SentOverview, SentOverview.sent_at < work.now - KEPT)
    look = Job(DigestJob.SETTLE, f"workspace:{work.workspace_id}", "", work.now, 1500, {"after": 0})
    # One that a night before has not finished goes on where it is.
    jobs.schedule(work, [look], keep=True)


def run_settle(work: Work, rows: Sequence[DueJob]) -> None:
    """Look which lines that still wait somebody has acted on: a page of them, then the next page at once."""
    row, size = rows[-1], min(PAGE, work.at_once)
    lines = work.session.execute(
        work.select(SentLine.id, SentLine.key, SentLine.part, SentLine.account_id, SentLine.sent_at)
        .where(SentLine.acted_on.is_(None), SentLine.id > int(row.facts["after"]))
        .order_by(SentLine.id)
        .limit(size)
    ).all()
    acts = {kind: act for part in PARTS for kind, act in part.acts.items()}
    found = []
    for kind in {line.part for line in lines} & acts.keys():
        asked = [Asked(one.id, one.key, one.account_id, one.sent_at) for one in lines if one.part == kind]
        found += [
            {"of": work.workspace_id, "line": line, "day": local_date(at, context.of(work).zone)}
            for line, at in acts[kind](work, asked).items()
        ]
    run_many(work.session, _ACTED, found)
    if len(lines) == size:
        jobs.reschedule(work, [row.moved_to(work.now, facts={"after": lines[-1].id})])


def _forget(work: Work, model: type[Any], condition: ColumnElement[bool]) -> None:
    work.session.execute(delete(model).where(model.workspace_id == work.workspace_id, condition))


def last(work: Work, setup_id: int) -> LastOverview | None:
    """The last overview that a set-up has sent; None before the first."""
    sent = work.session.execute(
        work.select(SentOverview.sent_at, SentOverview.figures)
        .where(SentOverview.setup_id == setup_id)
        .order_by(SentOverview.sent_at.desc())
        .limit(1)
    ).first()
    if sent is None:
        return None
    rows = work.session.execute(
        work.select(SentLine.sent_on, SentLine.acted_on, Account.name)
        .join(Account, Account.id == SentLine.account_id)
        .where(SentLine.setup_id == setup_id, SentLine.sent_at == sent.sent_at)
        .order_by(SentLine.id)
    ).all()
    days_off = context.of(work).hours.days_off
    fate = Fate(
        len(rows),
        sum(row.acted_on is not None for row in rows),
        sum(is_in_time(row.sent_on, row.acted_on, days_off) for row in rows),
    )
    waiting = list(dict.fromkeys(row.name for row in rows if row.acted_on is None))
    return LastOverview(sent.sent_at, sent.figures, fate, waiting)


def folded_kinds(work: Work, setup_id: int) -> frozenset[str]:
    """The kinds of line on which nobody has acted for four weeks, though they were told."""
    today = local_date(work.now, context.of(work).zone)
    rows = work.session.execute(
        work.select(SentLine.part, func.min(SentLine.sent_on), func.max(SentLine.sent_on), func.max(SentLine.acted_on))
        .where(SentLine.setup_id == setup_id, SentLine.sent_on >= today - REMEMBERED)
        .group_by(SentLine.part)
    )
    return frozenset(kind for kind, *days in rows if is_folded(KindRecord(*days), today))
