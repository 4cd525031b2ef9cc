"""What to tell which account next: the library and what each account may want to hear, read for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, or_, select, union, union_all

from bot.accounts import contacts
from bot.core.calendar import local_date, local_moment
from bot.db.scope import among, within
from bot.db.work import Work
from bot.insights.rules import LibraryInsight, Listener, ShareOfEar, best, quarter_of
from bot.models import Account, FollowUp, Insight, InsightUse, NurtureTouch, Plan, PulseRound
from bot.workspace import context

MOST = 1000
"""So many insights of a library are looked at, the newest ones."""

WORDS = 600
"""Characters of a goal or a step that are looked at."""


def library(work: Work) -> tuple[LibraryInsight, ...]:
    """The insights that may be told to somebody, read once for all of this work."""
    return work.once(_library)


def listeners(
    work: Work, account_ids: Sequence[int], without: int = 0, settled: bool = False
) -> Mapping[int, Listener]:
    """What each of these accounts may want to hear, and what it was offered before.

    `without` is a nurture touch whose insight is about to be replaced: it is not counted as told. `settled`: neither is
    one that may still be taken back (`ears_of`).
    """
    ws = context.of(work)
    ids = sorted(set(account_ids))
    kept = contacts.load(work, ids)
    industry = _pairs(work, select(Account.id, Account.industry).where(Account.id.in_(ids)), Account)
    goals, questions = _goals(work, ids), _questions(work, ids)
    heard = heard_by(work, ids)
    ears = ears_of(work, ids, without, settled)
    found = {}
    for account in kept.values():
        policy = ws.policies.of(account.tier)
        found[account.id] = Listener(
            account.id,
            account.today(ws, work.now),
            industry.get(account.id, ""),
            goals.get(account.id, ""),
            tuple(questions.get(account.id, ())),
            frozenset(heard.get(account.id, ())),
            ears.get(account.id, ShareOfEar()),
            policy.insight_fresh_days,
            policy.nurture_own_one_in,
        )
    return found


def picks(work: Work, account_ids: Sequence[int]) -> Mapping[int, LibraryInsight]:
    """What to offer each of these accounts with a pulse; an account for which there is nothing is left out."""
    known = library(work)
    found = {id: best(known, to) for id, to in listeners(work, account_ids, settled=True).items()} if known else {}
    return {id: one for id, one in found.items() if one is not None}


def pick(work: Work, account_id: int) -> LibraryInsight | None:
    """What to offer one account next; None when there is nothing that it has not heard."""
    return picks(work, [account_id]).get(account_id)


def heard_by(work: Work, account_ids: Sequence[int]) -> Mapping[int, set[int]]:
    """The insights that these accounts were offered before, with a pulse or as a nurture touch."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for account_id, insight_id in work.rows(_HEARD, ids=list(account_ids)):
        found[account_id].add(insight_id)
    return found


def ears_of(
    work: Work, account_ids: Sequence[int], without: int = 0, settled: bool = False
) -> Mapping[int, ShareOfEar]:
    """How much of what each account was told in the present calendar quarter was about ourselves.

    Counted are what pulses offered and nurture touches that were sent, in the quarter in which they were proposed. One
    that waits to be sent counts only if it is about ourselves: else the share could grow when it is not sent.
    `settled`: nor does an account's newest touch, which can still be said not to have been sent after all. A touch that
    is proposed after it settles it; an offer with a pulse does not, and goes by this.
    """
    zone = context.of(work).zone
    start = local_moment(quarter_of(local_date(work.now, zone)), time(), zone)
    statement = _EARS_SETTLED if settled else _EARS
    rows = work.rows(statement, ids=list(account_ids), start=start, without=without)
    counts: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for account_id, is_own, number in rows:
        counts[account_id][0] += number if is_own else 0
        counts[account_id][1] += number
    return {account_id: ShareOfEar(own, told) for account_id, (own, told) in counts.items()}


# Built once: every pulse and every proposal asks these.
_N, _P, _I, _U = (model.__table__.c for model in (NurtureTouch, PulseRound, Insight, InsightUse))
_NEWER = NurtureTouch.__table__.alias("newer").c


def _at(columns: Any) -> tuple[Any, ...]:
    """The conditions that a row is of one of the accounts that are asked about."""
    return within(columns.workspace_id, bindparam("of")), among(columns.account_id)


_HEARD = union(
    select(_U.account_id, _U.insight_id).where(*_at(_U)),
    select(_P.account_id, _P.insight_id).where(*_at(_P), _P.insight_id.is_not(None)),
)
_SENT = (
    select(_N.account_id, _I.is_about_us)
    .join_from(NurtureTouch.__table__, Insight.__table__, _I.id == _N.insight_id)
    .where(
        *_at(_N),
        _N.proposed_at >= bindparam("start"),
        _N.id != bindparam("without"),
        or_(_N.state == "sent", (_N.state == "open") & _I.is_about_us),
    )
)
_IS_SETTLED = exists().where(
    within(_NEWER.workspace_id, bindparam("of")), _NEWER.account_id == _N.account_id, _NEWER.id > _N.id
)
_OFFERED = (
    select(_P.account_id, _I.is_about_us)
    .join_from(PulseRound.__table__, Insight.__table__, _I.id == _P.insight_id)
    .where(*_at(_P), _P.opened_at >= bindparam("start"))
)


def _counted(sent: Select[Any]) -> Select[Any]:
    """(account, whether it was about us, how often it was told or offered)."""
    both = union_all(sent, _OFFERED).subquery()
    columns = (both.c.account_id, both.c.is_about_us)
    return select(*columns, func.count()).group_by(*columns)


_EARS = _counted(_SENT)
_EARS_SETTLED = _counted(_SENT.where(or_(_I.is_about_us, _IS_SETTLED)))


def _library(work: Work) -> tuple[LibraryInsight, ...]:
    zone = context.of(work).zone
    # A day less: somewhere it is still yesterday.
    yesterday = local_date(work.now, zone) - timedelta(days=1)
    rows = work.session.scalars(
        work.select(Insight)
        .where(
            Insight.retired_at.is_(None),
            Insight.created_at <= work.now,
            or_(Insight.valid_until.is_(None), Insight.valid_until >= yesterday),
        )
        .order_by(Insight.created_at.desc(), Insight.id.desc())
        .limit(MOST)
    )
    return tuple(
        LibraryInsight(
            one.id,
            one.words,
            one.published_on or local_date(one.created_at, zone),
            one.url,
            one.kind,
            one.account_id,
            tuple(one.industries),
            tuple(one.topics),
            one.is_about_us,
            one.goal,
            one.offer,
            one.valid_until,
        )
        for one in rows
    )


def _goals(work: Work, ids: Sequence[int]) -> dict[int, str]:
    newest = (
        select(func.max(Plan.id))
        .where(within(Plan.workspace_id, work.workspace_id), Plan.account_id.in_(ids))
        .group_by(Plan.account_id)
    )
    return _pairs(work, select(Plan.account_id, func.substr(Plan.goals, 1, WORDS)).where(Plan.id.in_(newest)), Plan)


def _questions(work: Work, ids: Sequence[int]) -> Mapping[int, list[str]]:
    rows = work.session.execute(
        select(FollowUp.account_id, func.substr(FollowUp.words, 1, WORDS))
        .where(
            within(FollowUp.workspace_id, work.workspace_id),
            FollowUp.account_id.in_(ids),
            FollowUp.done_at.is_(None),
        )
        .order_by(FollowUp.account_id, FollowUp.due_on, FollowUp.id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for account_id, words in rows:
        found[account_id].append(words)
    return found


def _pairs(work: Work, statement: Any, of: Any) -> dict[int, str]:
    return {row[0]: row[1] for row in work.session.execute(statement.where(within(of.workspace_id, work.workspace_id)))}
