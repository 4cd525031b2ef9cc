"""The digest: in one direct message what waits for a person, as often as they asked for. Silent when nothing does.

It also brings what others have logged about their accounts since the last one, where no channel was told of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.accounts.digest_parts import PARTS
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.db.work import Work
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


def replan(work: Work, member_id: int) -> None:
    """Plan someone's next digest by what they wish now; none when they wish none."""
    subject = f"member:{member_id}"
    planned = jobs.pending_for(work, [subject], [KIND])
    since = min((_since(row) for row in planned), default=work.now)
    at = _next(work, member_id, preferences.read(work, member_id))
    if at is None:
        jobs.cancel(work, [KIND], [subject])
    else:
        job = Job(KIND, subject, "", at, 50, {"since": since.isoformat()})
        jobs.schedule(work, [job])


def run_digest(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell each of these people what waits for them, and schedule their next digest."""
    for row in rows:
        person = members.by_id(work, row.subject_id)
        if person is None or person.is_outsider:
            continue
        wishes = preferences.read(work, person.id)
        if wishes.digest == "off":
            continue
        since = _since(row)
        if not workspace_hours.of_person(work, person.id).is_away(work.now):
            _tell(work, person, wishes, since)
            since = work.now
        at = _next(work, person.id, wishes)
        if at is not None:
            jobs.reschedule(work, [row.moved_to(at, facts={"since": since.isoformat()})])


def _tell(work: Work, person: MemberView, wishes: Preferences, since: datetime) -> None:
    today = local_date(work.now, person.timezone)
    lines = [line for part in PARTS if (line := part(work, person)).names]
    waiting = tuple(sorted(lines, key=lambda line: line.place))
    hurting = [one for one in desk.accounts_of(work, person) if pain(one) >= WORTH_TELLING]
    logged, logged_count = untold_for(work, person.id, since, LOGGED)
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
    outgoing.put(work, [OutgoingPost(key, KIND, facts.to_facts(), recipient=person.slack_id)])


def _since(row: DueJob) -> datetime:
    """Up to when the digest before this one told; an earlier version kept it nowhere, and a day is what most wait."""
    since = row.facts.get("since")
    return datetime.fromisoformat(since) if since else row.due_at - timedelta(days=1)


def _next(work: Work, member_id: int, wishes: Preferences) -> datetime | None:
    """The next morning for a digest: of a weekly one that of a Monday, or of the first working day after it.

    None when they wish none.
    """
    if wishes.digest == "off":
        return None
    hours = workspace_hours.of_person(work, member_id)
    today = hours.day(work.now)
    if hours.away_until is not None:
        today = max(today, hours.away_until + timedelta(days=1))
    days = (today + timedelta(days=ahead) for ahead in range(15))
    mornings = (hours.morning(day) for day in days if wishes.digest != "weekly" or day.weekday() == 0)
    return next(at for at in mornings if at > work.now)
