"""The one reminder of a round: by direct message, in each person's own working hours, to those who have not answered.

Who was away when the others were asked hears of it in the same way, on their first morning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.db.work import Work
from bot.posts import outgoing
from bot.pulses import reminder_posts, rounds
from bot.pulses.facts import PulseReminder
from bot.pulses.open import reminder_of
from bot.pulses.reminder_posts import Given
from bot.pulses.respondents import TeamMember
from bot.pulses.rounds import Round
from bot.workspace import context
from bot.workspace.context import WorkspaceContext


def run_pulse_reminder(work: Work, rows: Sequence[DueJob]) -> None:
    """Remind who is silent and at work, of all rounds that are due in one message; the others when they are at work.

    Nobody is reminded of a round twice, nor gets a second message on a day while there is another day for it.
    """
    ws = context.of(work)
    known = rounds.load(work, [row.subject_id for row in rows])
    there = reminder_posts.given(work, known.values())
    mine = reminder_posts.by_person(there.values())
    lines: dict[str, dict[int, PulseReminder]] = defaultdict(dict)
    later: list[DueJob] = []
    alone: list[Job] = []
    for row in rows:
        r = known.get(row.subject_id)
        # A reminder that comes late, because the bot was down, must not arrive together with the end of the round.
        if r is None or r.closed_at is not None or not r.account.is_active or r.day(ws, work.now) >= r.closes_on:
            continue
        for mate in _silent(r, row):
            if any(r.id in one.rounds for one in mine[mate.slack_id]):
                continue
            today = reminder_posts.key(mate.slack_id, mate.day(work.now))
            at = _moment(ws, r, mate, there.get(today), work.now)
            if at <= work.now:
                line = reminder_posts.line(ws, r, mate, work.now)
                lines[today][r.id] = replace(line, was_absent=bool(row.facts.get("absent")))
                there.setdefault(today, Given(today, mate.slack_id, {}, is_sent=False))
            else:
                reminder = reminder_of(r, mate, at, bool(row.facts.get("absent")))
                if row.facts.get("member") is None:
                    alone += reminder
                else:
                    later += [row.moved_to(one.due_at) for one in reminder]
    outgoing.put(work, [reminder_posts.wanted(there[key], new.values()) for key, new in lines.items()])
    jobs.reschedule(work, later)
    jobs.schedule(work, alone, keep=True)


def _silent(r: Round, row: DueJob) -> list[TeamMember]:
    """Those whom this job is about: all who are silent, or the one it was put off for."""
    only = row.facts.get("member")
    return [mate for mate in r.silent if only in (None, mate.id)]


def _moment(ws: WorkspaceContext, r: Round, mate: TeamMember, todays: Given | None, now: datetime) -> datetime:
    """When to remind: now, when they are next at work, or the morning after if they had today's message already."""
    start = r.policy(ws).pulse_time
    at = mate.next_at_work(now, start)
    if at > now or todays is None or not todays.is_sent:
        return at
    tomorrow = mate.hours.starting(start).next_morning(now)
    # Rather changed in the message that is there than not said at all.
    return tomorrow if mate.day(tomorrow) < r.closes_on else now
