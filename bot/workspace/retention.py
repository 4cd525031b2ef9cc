"""Retention, by night: what is done or settled, old posts, old scores, people who left.

Each night walks once over what may be old, a chunk of each kind in one transaction, and remembers where it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    Delete,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from bot.agenda import jobs
from bot.agenda.job_kinds import UpkeepJob
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date, local_moment
from bot.core.retention import FORGOTTEN_NAME, Retention
from bot.db.engine import UtcDateTime
from bot.db.scope import among, within
from bot.db.work import Work
from bot.models import (
    CheckPrompt,
    Delivery,
    DeliveryDoubt,
    DigestSetup,
    Dismissal,
    JobRow,
    Member,
    PassedOn,
    Post,
    Receipt,
    Renewal,
    ScorePoint,
    Workspace,
)
from bot.workspace import workspaces

_OF_RENEWAL = re.compile(r"renewal:(\d+):")

KEPT = timedelta(days=180)
"""How long is kept what is over: jobs that are done, requests that were carried out, lists that were read."""

SETTLED = ("sent", "dead", "withdrawn")
"""States of a delivery for which nothing has to be done."""

CHUNK = 5000
NIGHT = time(3)

Prune = Callable[[Work, Retention, int], int | None]
"""Given the retention and the last id of the chunk before: the last id of this chunk, None at the end."""


def plan_prune(work: Work) -> None:
    """Plan the next night's pruning; does nothing when it is planned. Called when a workspace is made or met."""
    job = Job(UpkeepJob.PRUNE, f"workspace:{work.workspace_id}", "", _next_night(work), 1000)
    jobs.schedule(work, [job], keep=True)


def run_prune(work: Work, rows: Sequence[DueJob]) -> None:
    """Prune a chunk of each kind, so that no transaction grows long; then wait for the next night.

    What has more than a chunk goes on at once, in another transaction, where this one ended.
    """
    retention = workspaces.retention_of(work)
    reached = rows[-1].facts.get("after") or dict.fromkeys(PRUNED, 0)
    after = {
        name: last for name, before in reached.items() if (last := PRUNED[name](work, retention, before)) is not None
    }
    if after:
        following = rows[-1].moved_to(work.now, facts={"after": after})
    else:
        following = rows[-1].moved_to(_next_night(work), facts={})
    jobs.reschedule(work, [following])


def _agenda_rows(work: Work, _kept: Retention, after: int) -> int | None:
    return _prune(work, _DONE_JOBS, after, work.now - KEPT)


def _check_prompts(work: Work, _kept: Retention, after: int) -> int | None:
    return _prune(work, _OLD_PROMPTS, after, work.now - KEPT)


def _receipts(work: Work, _kept: Retention, after: int) -> int | None:
    return _prune(work, _OLD_RECEIPTS, after, work.now - KEPT)


def _passed_on(work: Work, _kept: Retention, after: int) -> int | None:
    """What was told to somebody else, once the one who was away has had the list of it, or will not come back."""
    return _prune(work, _READ_LISTS, after, work.now - KEPT)


def _dismissals(work: Work, kept: Retention, after: int) -> int | None:
    """What people said of alerts goes when what is known of the alerts goes."""
    return _prune(work, _OLD_DISMISSALS, after, kept.posts_before(work.now))


def _doubts(work: Work, _kept: Retention, after: int) -> int | None:
    """Attempts that could not be looked for in all that time: where they went, nobody can look any more."""
    return _prune(work, _OLD_DOUBTS, after, work.now - KEPT)


class _Old(NamedTuple):
    """What finds the next chunk of rows that are over, and what takes them out."""

    find: Select[int]
    take_out: Delete


def _prune(work: Work, old: _Old, after: int, before: datetime) -> int | None:
    """Take out the rows behind `after` that were over before a moment, a chunk at most."""
    ids = list(work.rows(old.find, after=after, before=before, most=CHUNK).scalars())
    if ids:
        work.rows(old.take_out, ids=ids)
    return _reached(ids)


_BEFORE = bindparam("before", type_=UtcDateTime)


def _old(model: Any, is_over: ColumnElement[bool]) -> _Old:
    """Rows that are over: the condition compares with `_BEFORE`."""
    table = model.__table__
    mine = (table.c.workspace_id == bindparam("of"), table.c.id > bindparam("after"))
    find = select(table.c.id).where(*mine, is_over).order_by(table.c.id).limit(bindparam("most", type_=Integer))
    return _Old(find, delete(table).where(within(table.c.workspace_id, bindparam("of")), among(table.c.id)))


_M, _L = Member.__table__.c, PassedOn.__table__.c
_HAS_LEFT = exists().where(_M.id == _L.member_id, _M.left_at < _BEFORE)
_DONE_JOBS = _old(JobRow, JobRow.__table__.c.handled_at < _BEFORE)
_OLD_PROMPTS = _old(CheckPrompt, CheckPrompt.__table__.c.asked_at < _BEFORE)
_OLD_RECEIPTS = _old(Receipt, Receipt.__table__.c.received_at < _BEFORE)
_READ_LISTS = _old(PassedOn, or_(_L.told_at < _BEFORE, and_(_L.at < _BEFORE, _HAS_LEFT)))
_OLD_DISMISSALS = _old(Dismissal, Dismissal.__table__.c.at < _BEFORE)
_OLD_DOUBTS = _old(DeliveryDoubt, DeliveryDoubt.__table__.c.attempted_at < _BEFORE)


def _posts(work: Work, kept: Retention, after: int) -> int | None:
    """Posts, deliveries with them, that wait for nothing and to which no open or lately closed renewal writes.

    To those belong its card, the lines in the card's thread, and what else bears the renewal's name.
    """
    before = kept.posts_before(work.now)
    # Ids grow with the moment of creation, so the walk ends at the first chunk that begins too late.
    walked = work.session.execute(
        work.select(Post.id, Post.key, Post.thread_of)
        .where(Post.id > after, Post.created_at < before)
        .order_by(Post.id)
        .limit(CHUNK)
    ).all()
    if not walked:
        return None
    renewal_of = {row.id: _renewal_in(row.key, row.thread_of) for row in walked}
    living = set(
        work.session.scalars(
            work.select(Renewal.id).where(
                Renewal.id.in_({renewal for renewal in renewal_of.values() if renewal is not None}),
                or_(Renewal.closed_at.is_(None), Renewal.closed_at >= before),
            )
        )
    )
    alive = exists().where(
        within(Delivery.workspace_id, work.workspace_id),
        Delivery.post_id == Post.id,
        or_(Delivery.due_at.is_not(None), Delivery.state.not_in(SETTLED), Delivery.sent_at >= before),
    )
    work.session.execute(
        delete(Post).where(
            within(Post.workspace_id, work.workspace_id),
            Post.id.in_([post for post, renewal in renewal_of.items() if renewal not in living]),
            Post.created_at < before,
            ~alive,
        )
    )
    return _reached(list(renewal_of))


def _renewal_in(key: str, thread_of: str | None) -> int | None:
    named = _OF_RENEWAL.match(thread_of or key)
    return int(named[1]) if named else None


def _score_points(work: Work, kept: Retention, after: int) -> int | None:
    """Points of days before the first one kept, but for the one that still stood on it."""
    first = kept.scores_before(local_date(work.now, _zone(work)))
    old = (
        work.select(ScorePoint.id)
        .where(ScorePoint.id > after, ScorePoint.day < first)
        .order_by(ScorePoint.id)
        .limit(CHUNK)
    )
    ids = list(work.session.scalars(old))
    if not ids:
        return None
    later = aliased(ScorePoint)
    took_over = exists().where(
        and_(later.account_id == ScorePoint.account_id, later.day > ScorePoint.day, later.day <= first)
    )
    work.session.execute(
        delete(ScorePoint).where(within(ScorePoint.workspace_id, work.workspace_id), ScorePoint.id.in_(ids), took_over)
    )
    return _reached(ids)


def _people(work: Work, kept: Retention, after: int) -> int | None:
    """Take name, e-mail, wishes and digests from people who left long ago; their row stays: others point to it."""
    work.rows(_FORGET, after=after, before=kept.people_before(work.now), now=work.now)
    work.rows(_FORGET_DIGESTS)
    return None


_FORGET = (
    update(cast(Table, Member.__table__))
    .where(_M.workspace_id == bindparam("of"), _M.id > bindparam("after"))
    .where(_M.left_at < _BEFORE, _M.forgotten_at.is_(None))
    .values(
        name=FORGOTTEN_NAME,
        email="",
        preferences={},
        nurture_opening="",
        country="",
        stand_in_id=None,
        dm_channel=None,
        away_until=None,
        forgotten_at=bindparam("now"),
    )
)
_SETUPS = cast(Table, DigestSetup.__table__)
_FORGET_DIGESTS = delete(_SETUPS).where(
    _SETUPS.c.workspace_id == bindparam("of"),
    _SETUPS.c.member_id.in_(select(_M.id).where(_M.workspace_id == bindparam("of"), _M.forgotten_at.is_not(None))),
)


def _reached(ids: Sequence[int]) -> int | None:
    return ids[-1] if len(ids) == CHUNK else None


def _next_night(work: Work) -> datetime:
    zone = _zone(work)
    return local_moment(local_date(work.now, zone) + timedelta(days=1), NIGHT, zone)


def _zone(work: Work) -> str:
    return work.session.scalars(select(Workspace.timezone).where(Workspace.id == work.workspace_id)).one()


PRUNED: dict[str, Prune] = {
    "agenda": _agenda_rows,
    "check_prompts": _check_prompts,
    "receipts": _receipts,
    "passed_on": _passed_on,
    "doubts": _doubts,
    "dismissals": _dismissals,
    "posts": _posts,
    "scores": _score_points,
    "people": _people,
}
