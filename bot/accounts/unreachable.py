"""Accounts of which nobody would be told now: admins hear of them at once, and again when that is so anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select

from bot.agenda import jobs
from bot.agenda.job_kinds import UpkeepJob
from bot.agenda.jobs import DueJob, Job
from bot.core import absence
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import Account, Member, Teammate, Workspace
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.notices import Notice
from bot.posts.placing import OutgoingPost
from bot.workspace.events import PeopleChanged
from bot.workspace.presence import People

CODE = "unheard_accounts"
NAMED = 5
A_MONTH = timedelta(days=28)


def look_soon(workspace_id: int, now: datetime) -> Job:
    """The job that looks for such accounts as soon as what is being written stands."""
    return Job(UpkeepJob.UNHEARD, f"workspace:{workspace_id}", "", now)


def on_people_changed(work: Work, event: PeopleChanged) -> None:
    """Look for such accounts as soon as what is being written stands."""
    jobs.schedule(work, [look_soon(work.workspace_id, work.now)])


def run_unheard(work: Work, rows: Sequence[DueJob]) -> None:
    """Look for accounts whose owner is away or gone, with no stand-in, manager or teammate who is there."""
    look(work)


def look(work: Work) -> None:
    """Tell admins of such accounts, once for each owner and absence; of those without an owner once a month."""
    people = People(work)
    mine = (Account.workspace_id == work.workspace_id, Account.is_active.is_(True))
    owners = work.rows(_ABSENT_OWNERS).all()
    everyone = people.at(work.now)
    for owner_id, name, away_until, is_gone in owners:
        if absence.first_awake(owner_id, (), everyone) is not None:
            continue
        owned = Account.owner_id.is_(None) if owner_id is None else Account.owner_id == owner_id
        heard = [id for id in everyone if absence.awake_for(id, everyone) is not None]
        in_team = work.select(Teammate.account_id).where(Teammate.member_id.in_(heard))
        unheard = (*mine, owned, Account.id.not_in(in_team))
        count = work.session.scalar(select(func.count()).select_from(Account).where(*unheard)) or 0
        if not count:
            continue
        names = work.session.scalars(select(Account.name).where(*unheard).order_by(Account.name).limit(NAMED)).all()
        is_away = away_until is not None and not is_gone
        zone = work.session.scalars(select(Workspace.timezone).where(Workspace.id == work.workspace_id)).one()
        today = local_date(work.now, zone)
        details = {
            "as_of": str(today),
            "owner": name or "",
            "away_until": str(away_until) if is_away else "",
            "accounts": ", ".join(names),
            "count": str(count),
            "more": str(count - len(names)),
        }
        if is_away:
            _tell(work, people, f"{owner_id or 0}:{away_until}", details)
        elif not _was_told_lately(work, f"{owner_id or 0}:{today.replace(day=1) - timedelta(days=1):%Y-%m}"):
            _tell(work, people, f"{owner_id or 0}:{today:%Y-%m}", details)


# Built once: every night asks it, and whenever somebody goes or comes.
_A, _M = Account.__table__.c, Member.__table__.c
_ABSENT = select(_M.id).where(
    _M.workspace_id == bindparam("of"), or_(_M.is_outsider.is_(True), _M.away_until.is_not(None))
)
_ABSENT_OWNERS = (
    select(_A.owner_id, _M.name, _M.away_until, _M.is_outsider)
    .outerjoin_from(Account.__table__, Member.__table__, _M.id == _A.owner_id)
    .where(
        _A.workspace_id == bindparam("of"),
        _A.is_active.is_(True),
        or_(_A.owner_id.is_(None), _A.owner_id.in_(_ABSENT)),
    )
    .distinct()
)


def _was_told_lately(work: Work, slot: str) -> bool:
    """Whether what was told last month is not a month old yet, so that the first of the next does not say it again."""
    before = posts.by_prefix(work, f"notice:{CODE}:{slot}:")
    return any(work.now - one.created_at < A_MONTH for one in before)


def _tell(work: Work, people: People, slot: str, details: dict[str, str]) -> None:
    facts = Notice(CODE, "", details=details).to_facts()
    wanted = [
        OutgoingPost(f"notice:{CODE}:{slot}:{admin.slack_id}", "notice", facts, recipient=admin.slack_id)
        for admin in people.admins(work.now)
    ]
    if not wanted:
        fallback = work.session.scalar(select(Workspace.fallback_channel).where(Workspace.id == work.workspace_id))
        wanted = (
            [OutgoingPost(f"notice:{CODE}:{slot}:{fallback}", "notice", facts, channel=fallback)] if fallback else []
        )
    outgoing.put(work, [w for w in wanted if not outgoing.exists(work, w.key)])
