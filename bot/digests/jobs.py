"""The clock of digests: a job for each that is set up, at its next moment by the hours of who reads it.

One mechanism for all of them. What the clock missed while nothing ran comes once, late, and says so; what falls due
while its reader is away waits until they are back, but for a daily one, of which the next is near.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, exists, literal

from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.db.work import Work
from bot.digests import content, fate, setups
from bot.digests.choice import DigestOutcome, SetUpDigest
from bot.digests.content import MadeDigest
from bot.digests.facts_overview import Overview
from bot.digests.job_kinds import DigestJob
from bot.digests.scope import Rhythm, ScopeKind
from bot.digests.when import is_late, last_due, next_at
from bot.models import DigestSetup, JobRow, Member
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.workspace import members
from bot.workspace.events import PeopleChanged, PersonMoved
from bot.workspace.members import MemberView

URGENCY = 50

NOW = "now"
"""The dedupe key of the job that says a digest because somebody pressed *Send now*."""


def plan(work: Work, setup_id: int) -> None:
    """Plan the next moment of a digest as it is set up now; none while it is paused, or once it is gone."""
    found = setups.by_ids(work, [setup_id]).get(setup_id)
    if found is None or found.is_paused:
        jobs.cancel(work, [DigestJob.DIGEST], [_subject(setup_id)])
    else:
        _schedule(work, [(found, {})])


def replan(work: Work, member_id: int) -> None:
    """Plan somebody's digests by their hours as they are now. One that is due already stays due, one that is held
    comes on the new day of return.
    """
    mine = [one for one in setups.of_person(work, member_id) if not one.is_paused]
    planned = next_moments(work, [one.id for one in mine])
    to_move = [one for one in mine if one.id not in planned or planned[one.id].due_at > work.now]
    _schedule(work, [(one, planned[one.id].facts if one.id in planned else {}) for one in to_move])


def on_people_changed(work: Work, event: PeopleChanged) -> None:
    """Plan the digests of those who came back to the team: while they were out of it, none was planned."""
    subject = literal("digest:").concat(cast(DigestSetup.id, String))
    is_planned = exists().where(
        JobRow.workspace_id == work.workspace_id,
        JobRow.kind == DigestJob.DIGEST,
        JobRow.subject == subject,
        JobRow.handled_at.is_(None),
    )
    unplanned = work.session.scalars(
        work.select(DigestSetup.id)
        .join(Member, Member.id == DigestSetup.member_id)
        .where(DigestSetup.is_paused.is_(False), Member.is_outsider.is_(False), ~is_planned)
    ).all()
    if unplanned:
        _schedule(work, [(one, {}) for one in setups.by_ids(work, unplanned).values()])


def on_person_moved(work: Work, event: PersonMoved) -> None:
    """Plan their digests by the clock where they are now."""
    replan(work, event.member_id)


def next_moments(work: Work, ids: Sequence[int]) -> dict[int, DueJob]:
    """The open job of each of these digests."""
    planned = jobs.pending_for(work, [_subject(id) for id in ids], [DigestJob.DIGEST])
    return {job.subject_id: job for job in planned if job.dedupe_key != NOW}


def read_ahead(work: Work, row: DueJob) -> MadeDigest | None:
    """Make a digest before anything is written: an overview over a book of 40,000 accounts takes seconds, a person's
    own 50 ms, of which hundreds are due on one morning; on SQLite nobody could write meanwhile. None where nothing is
    said.
    """
    one = setups.by_ids(work, [row.subject_id]).get(row.subject_id)
    person = members.by_id(work, one.member_id) if one else None
    if one is None or person is None or not _is_wanted(one, person, row):
        return None
    due = _due(work, one, person, row)
    if due is None or not setups.may_have(person, one.choice):
        return None
    return _made(work, one, person, None if row.dedupe_key == NOW else due)


def run_digest(work: Work, rows: Sequence[DueJob]) -> None:
    """Say each of these digests, if there is something to say and its reader is there, and plan its next moment."""
    found = setups.by_ids(work, {row.subject_id for row in rows})
    for row in rows:
        one = found.get(row.subject_id)
        person = members.by_id(work, one.member_id) if one else None
        if one is None or person is None or not _is_wanted(one, person, row):
            continue
        if row.dedupe_key == NOW:
            _say(work, one, person, _now_key(work, one.id), row, by=person.slack_id)
            continue
        following = _run(work, one, person, row)
        if following is not None:
            jobs.reschedule(work, [following])


def _is_wanted(one: SetUpDigest, person: MemberView, row: DueJob) -> bool:
    return not person.is_outsider and (row.dedupe_key == NOW or not one.is_paused)


def _due(work: Work, one: SetUpDigest, person: MemberView, row: DueJob) -> datetime | None:
    """The moment for which it is said now; None while its reader is not there."""
    if row.dedupe_key == NOW:
        return work.now
    hours = setups.hours_of(work, person.id, one.choice)
    return last_due(one.choice.timing, hours, _planned_for(row), work.now) if hours.is_open(work.now) else None


def _planned_for(row: DueJob) -> datetime:
    was_due = row.facts.get("due")
    return datetime.fromisoformat(was_due) if was_due else row.due_at


def _run(work: Work, one: SetUpDigest, person: MemberView, row: DueJob) -> DueJob | None:
    """Say it, or put it off; returns its job at the next moment."""
    hours = setups.hours_of(work, person.id, one.choice)
    following = next_at(one.choice.timing, hours, work.now)
    due = _due(work, one, person, row)
    if due is None:
        if hours.is_away(work.now):
            setups.record(work, one.id, DigestOutcome.HELD)
        opens = hours.next_open(work.now)
        if one.choice.timing.rhythm is not Rhythm.DAILY and (following is None or opens < following):
            return row.moved_to(opens, facts={**row.facts, "due": _planned_for(row).isoformat()})
    else:
        # A time that its reader chose is theirs to choose; their own hours hold back the others.
        by = person.slack_id if one.choice.timing.at else None
        _say(work, one, person, f"digest:{one.id}:{due:%Y-%m-%dT%H%M}", row, due, by)
    return row.moved_to(following, facts={"after": work.now.isoformat()}) if following is not None else None


def _made(work: Work, one: SetUpDigest, person: MemberView, due: datetime | None) -> MadeDigest | None:
    late_since = due if due is not None and is_late(due, work.now) else None
    return content.make(work, person, one.choice, setups.since(one), one.told, one.id, late_since)


def _say(
    work: Work,
    one: SetUpDigest,
    person: MemberView,
    key: str,
    row: DueJob | None = None,
    due: datetime | None = None,
    by: str | None = None,
) -> DigestOutcome:
    """Say a digest now under `key`, if there is something to say, and keep what became of it.

    `due`: the moment for which it was planned. `by` (Slack id): who asked for it, and reads it at once.
    """
    if not setups.may_have(person, one.choice):
        setups.record(work, one.id, DigestOutcome.NOT_ALLOWED)
        return DigestOutcome.NOT_ALLOWED
    ahead = work.ahead.get(row.id) if row else None
    made = ahead if isinstance(ahead, MadeDigest) else _made(work, one, person, due)
    if made is None:
        setups.record(work, one.id, DigestOutcome.NO_TEAM)
        return DigestOutcome.NO_TEAM
    if made.facts is None:
        setups.record(work, one.id, DigestOutcome.NOTHING, told=made.told)
        return DigestOutcome.NOTHING
    channel = one.choice.channel
    to, owner = (None, person.slack_id) if channel else (person.slack_id, None)
    post = OutgoingPost(key, made.kind, made.facts.to_facts(), channel, to, owner, by=by)
    outgoing.put(work, [post])
    if isinstance(made.facts, Overview):
        fate.record(work, one.id, made.facts)
    setups.record(work, one.id, DigestOutcome.SENT, key, made.told)
    return DigestOutcome.SENT


def send_now(work: Work, person: MemberView, setup_id: int) -> DigestOutcome:
    """Say one of this person's digests now, paused or not; its next moment stays. Raises NotForYou for another's.

    An overview is made by a job, since whoever pressed is answered within three seconds.
    """
    one = setups.own(work, person, setup_id)
    if one.choice.kind is ScopeKind.ME:
        return _say(work, one, person, _now_key(work, setup_id), by=person.slack_id)
    jobs.schedule(work, [Job(DigestJob.DIGEST, _subject(setup_id), NOW, work.now, 0)])
    setups.record(work, setup_id, DigestOutcome.ASKED)
    return DigestOutcome.ASKED


def _now_key(work: Work, setup_id: int) -> str:
    return f"digest:{setup_id}:now:{work.now:%Y-%m-%dT%H%M%S}"


def _schedule(work: Work, found: Sequence[tuple[SetUpDigest, Mapping[str, Any]]]) -> None:
    """Plan the next moment of each, from what its job remembers: since when it waits, and for when it was held."""
    planned = []
    for one, facts in found:
        hours = setups.hours_of(work, one.member_id, one.choice)
        after = datetime.fromisoformat(facts["after"]) if "after" in facts else work.now
        at = next_at(one.choice.timing, hours, after)
        kept = {"after": after.isoformat(), **({"due": facts["due"]} if "due" in facts else {})}
        if at is not None and at <= work.now:
            # By the new hours it is due already: back before it was thought, or in a zone further east.
            kept = {"due": at.isoformat(), **kept}
            at = hours.next_open(work.now)
        if at is not None:
            planned.append(Job(DigestJob.DIGEST, _subject(one.id), "", at, URGENCY, kept))
    if planned:
        jobs.schedule(work, planned)


def _subject(setup_id: int) -> str:
    return f"digest:{setup_id}"
