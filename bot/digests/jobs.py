"""The digest: in one direct message what is new for a person, as often as they asked for. Silent when nothing is.

What the digests before have told is kept with the job (`told`), so that none says what the last one said. A digest also
brings what others have logged about their accounts since the last one, where no channel was told of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot import health
from bot.accounts.digest_parts import PARTS, DigestItem, DigestLine
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.core.policy import Policy
from bot.db.work import Work
from bot.digests.facts import Digest, LoggedTouch
from bot.digests.job_kinds import DigestJob
from bot.digests.rules import Told, sort_out, told_now
from bot.health.rules.score import Band, band
from bot.health.rules.score_words import TOO_LITTLE, band_name
from bot.home import desk
from bot.home.facts import AccountRow, pain
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.slack.ids import ActionId
from bot.touchpoints.unannounced import untold_for
from bot.workspace import context, members, preferences
from bot.workspace import hours as workspace_hours
from bot.workspace.members import MemberView
from bot.workspace.preferences import Preferences

POST = "digest"
"""The kind of its post."""

NEWS, STILL, LOGGED = 8, 10, 5
"""How many are shown; the rest is counted."""

WORDS_KEPT = 150
"""Characters of what was logged that a line carries; the story has all of them."""

WORTH_TELLING = 60
"""How much an account must hurt (home/facts.py) to be named, its deadline left aside: that stands with its renewal."""

_SEVERITY = {Band.GOOD: 0, Band.FAIR: 1, Band.POOR: 2}


def replan(work: Work, member_id: int) -> None:
    """Plan someone's next digest by what they wish now; none when they wish none."""
    subject = f"member:{member_id}"
    planned = jobs.pending_for(work, [subject], [DigestJob.DIGEST])
    since = min((_since(row) for row in planned), default=work.now)
    told = planned[0].facts.get("told", {}) if planned else {}
    at = _next(work, member_id, preferences.read(work, member_id))
    if at is None:
        jobs.cancel(work, [DigestJob.DIGEST], [subject])
    else:
        job = Job(DigestJob.DIGEST, subject, "", at, 50, {"since": since.isoformat(), "told": told})
        jobs.schedule(work, [job])


def next_at(work: Work, member_id: int) -> datetime | None:
    """When someone's next digest is looked for; None when they wish none."""
    planned = jobs.pending_for(work, [f"member:{member_id}"], [DigestJob.DIGEST])
    return planned[0].due_at if planned else None


def run_digest(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell each of these people what is new for them, and schedule their next digest."""
    for row in rows:
        person = members.by_id(work, row.subject_id)
        if person is None or person.is_outsider:
            continue
        wishes = preferences.read(work, person.id)
        if wishes.digest == "off":
            continue
        since = _since(row)
        told = {key: Told(*before) for key, before in row.facts.get("told", {}).items()}
        if not workspace_hours.of_person(work, person.id).is_away(work.now):
            told = _tell(work, person, wishes, since, told)
            since = work.now
        at = _next(work, person.id, wishes)
        if at is not None:
            facts = {"since": since.isoformat(), "told": {key: list(before) for key, before in told.items()}}
            jobs.reschedule(work, [row.moved_to(at, facts=facts)])


def _tell(
    work: Work, person: MemberView, wishes: Preferences, since: datetime, told: Mapping[str, Told]
) -> dict[str, Told]:
    """Say what is new, if anything is; returns what has been told by now."""
    today = local_date(work.now, person.timezone)
    items = _waiting(work, person)
    news, still = sort_out(items, told, today)
    logged, logged_count = untold_for(work, person.id, since, LOGGED)
    if news or logged:
        changed = sum(one.was_told for one in news)
        facts = Digest(
            as_of=str(today),
            every=wishes.digest,
            news=news[:NEWS],
            news_count=len(news) - changed,
            changed_count=changed,
            still=tuple(dict.fromkeys(one.account for one in still))[:STILL],
            still_count=len(still),
            logged=tuple(LoggedTouch(one.account, one.by, one.kind, one.words[:WORDS_KEPT]) for one in logged),
            logged_count=logged_count,
        )
        key = f"digest:{person.id}:{today}"
        outgoing.put(work, [OutgoingPost(key, POST, facts.to_facts(), recipient=person.slack_id)])
    return told_now(items, told, today)


def _waiting(work: Work, person: MemberView) -> list[DigestItem]:
    """All that waits for a person, kind by kind, and the accounts that hurt."""
    lines = sorted((part(work, person) for part in PARTS), key=lambda line: line.place)
    policy = context.of(work).policies.of("")
    accounts = desk.accounts_of(work, person)
    hurting = [one for one in accounts if pain(replace(one, days_left=None)) >= WORTH_TELLING]
    alerted = health.alerted(work, [one.account_id for one in hurting])
    items = [item for line in lines for item in _items(line)]
    told = [_hurting(one, policy, alerted.get(one.account_id)) for one in hurting]
    # Of a healthy account that fell a little, or is silent, "health 81 of 100, good" says nothing to do.
    return [*items, *(one for one in told if one.severity)]


def _items(line: DigestLine) -> Sequence[DigestItem]:
    return line.items or [DigestItem(f"{line.title}:{name}", name, line.title) for name in line.names]


def _hurting(one: AccountRow, policy: Policy, alerted_on: date | None) -> DigestItem:
    at = Band.FAIR if one.score is None else band(one.score, policy)
    return DigestItem(
        key=f"account:{one.account_id}",
        account=one.name,
        words=f"health {TOO_LITTLE}" if one.score is None else f"health {one.score} of 100, {band_name(at)}",
        action=ActionId.ACCOUNT_STORY,
        button="Story",
        value=one.account_id,
        severity=_SEVERITY[at],
        asked_on=str(alerted_on) if alerted_on else None,
    )


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
