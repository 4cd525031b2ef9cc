"""The digest: in one direct message what waits for a person, as often as they asked for. Silent when nothing does.

It also brings what others have logged about their accounts since the last one, where no channel was told of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.accounts.digest_parts import PARTS
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.digests.facts import Digest, Hurting, LoggedTouch
from bot.home import desk
from bot.home.facts import pain
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.touchpoints.unannounced import untold_for
from bot.workspace import hours as workspace_hours
from bot.workspace import members, preferences
from bot.workspace.members import MemberView
from bot.workspace.preferences import Preferences

KIND = "digest"
HURTING = 3
LOGGED = 5
WORDS_KEPT = 150
"""Characters of what was logged that a line carries; the story has all of them."""

WORTH_TELLING = 60
"""How much an account must hurt (home/facts.py) to be named; a healthy one far from its deadline is not."""


def replan(session: Session, workspace_id: int, member_id: int, now: datetime) -> None:
    """Plan someone's next digest by what they wish now; none when they wish none."""
    subject = f"member:{member_id}"
    planned = jobs.pending_for(session, workspace_id, [subject], [KIND])
    since = min((_since(row) for row in planned), default=now)
    at = _next(session, workspace_id, member_id, preferences.read(session, workspace_id, member_id), now)
    if at is None:
        jobs.cancel(session, workspace_id, [KIND], [subject])
    else:
        job = Job(KIND, subject, "", at, 50, {"since": since.isoformat()})
        jobs.schedule(session, workspace_id, [job])


def run_digest(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> None:
    """Tell each of these people what waits for them, and schedule their next digest."""
    for row in rows:
        person = members.by_id(session, workspace_id, row.subject_id)
        if person is None or person.is_outsider:
            continue
        wishes = preferences.read(session, workspace_id, person.id)
        if wishes.digest == "off":
            continue
        since = _since(row)
        if not workspace_hours.of_person(session, workspace_id, person.id).is_away(now):
            _tell(session, workspace_id, person, wishes, since, now)
            since = now
        at = _next(session, workspace_id, person.id, wishes, now)
        if at is not None:
            jobs.reschedule(session, workspace_id, [row.moved_to(at, facts={"since": since.isoformat()})])


def _tell(
    session: Session, workspace_id: int, person: MemberView, wishes: Preferences, since: datetime, now: datetime
) -> None:
    today = local_date(now, person.timezone)
    lines = [line for part in PARTS if (line := part(session, workspace_id, person, now)).names]
    waiting = tuple(sorted(lines, key=lambda line: line.place))
    hurting = [one for one in desk.accounts_of(session, workspace_id, person, now) if pain(one) >= WORTH_TELLING]
    logged, logged_count = untold_for(session, workspace_id, person.id, since, now, LOGGED)
    if not (waiting or hurting or logged):
        return
    facts = Digest(
        as_of=str(today),
        every=wishes.digest,
        waiting=waiting,
        hurting=tuple(
            Hurting(o.account_id, o.name, o.score, o.deadline, o.renewal_date, o.auto_renew) for o in hurting[:HURTING]
        ),
        logged=tuple(LoggedTouch(one.account, one.by, one.kind, one.words[:WORDS_KEPT]) for one in logged),
        logged_count=logged_count,
    )
    key = f"digest:{person.id}:{today}"
    outgoing.put(session, workspace_id, now, [OutgoingPost(key, KIND, facts.to_facts(), recipient=person.slack_id)])


def _since(row: DueJob) -> datetime:
    """Up to when the digest before this one told; an earlier version kept it nowhere, and a day is what most wait."""
    since = row.facts.get("since")
    return datetime.fromisoformat(since) if since else row.due_at - timedelta(days=1)


def _next(session: Session, workspace_id: int, member_id: int, wishes: Preferences, now: datetime) -> datetime | None:
    """The next morning for a digest: of a weekly one that of a Monday, or of the first working day after it.

    None when they wish none.
    """
    if wishes.digest == "off":
        return None
    hours = workspace_hours.of_person(session, workspace_id, member_id)
    today = hours.day(now)
    if hours.away_until is not None:
        today = max(today, hours.away_until + timedelta(days=1))
    days = (today + timedelta(days=ahead) for ahead in range(15))
    mornings = (hours.morning(day) for day in days if wishes.digest != "weekly" or day.weekday() == 0)
    return next(at for at in mornings if at > now)
