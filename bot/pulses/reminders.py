"""The one reminder of a round: by direct message, in each person's own working hours, to those who have not answered.

Who was away when the others were asked hears of it in the same way, on their first morning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.hours import Hours
from bot.db.work import Work
from bot.posts import outgoing
from bot.pulses import reminder_posts, round_card, rounds
from bot.pulses.facts import PulseReminder
from bot.pulses.open import reminder_of
from bot.pulses.reminder_posts import Given
from bot.pulses.respondents import TeamMember
from bot.pulses.rounds import Round
from bot.workspace import context
from bot.workspace.context import WorkspaceContext


def run_pulse_reminder(work: Work, rows: Sequence[DueJob]) -> None:
    """Remind who is silent and at work, of all rounds that wait for them in one message; others when they are at work.

    Nobody is reminded of a round twice, nor a second time in a week while there is a later day for it. Who has the
    question itself as a direct message is reminded on the last morning before it closes.
    """
    ws = context.of(work)
    known = rounds.load(work, [row.subject_id for row in rows])
    there = reminder_posts.given(work, known.values())
    mine = reminder_posts.by_person(there.values())
    asked_directly = round_card.asked_directly(work, list(known.values()))
    lines: dict[str, dict[int, PulseReminder]] = defaultdict(dict)
    reminded: dict[str, TeamMember] = {}
    later: list[DueJob] = []
    alone: list[Job] = []
    for row in rows:
        r = known.get(row.subject_id)
        # A reminder that comes late, because the bot was down, must not arrive together with the end of the round.
        if r is None or r.closed_at is not None or not r.account.is_active or r.day(ws, work.now) >= r.closes_on:
            continue
        was_absent = bool(row.facts.get("absent"))
        for mate in _silent(r, row):
            if any(r.id in one.rounds for one in mine[mate.slack_id]):
                continue
            is_direct = (r.id, mate.slack_id) in asked_directly and not was_absent
            rest = timedelta(days=1) if was_absent else reminder_posts.REST
            at = _moment(ws, r, mate, _free_from(mine[mate.slack_id], rest), is_direct, work.now)
            if at <= work.now:
                today = reminder_posts.key(mate.slack_id, mate.day(work.now))
                lines[today][r.id] = replace(reminder_posts.line(ws, r, mate, work.now), was_absent=was_absent)
                there.setdefault(today, Given(today, mate.slack_id, {}, is_sent=False))
                reminded[today] = mate
            else:
                reminder = reminder_of(r, mate, at, was_absent)
                if row.facts.get("member") is None:
                    alone += reminder
                else:
                    later += [row.moved_to(one.due_at) for one in reminder]
    _add_what_could_not_wait(work, reminded, lines)
    outgoing.put(work, [reminder_posts.wanted(there[key], new.values()) for key, new in lines.items()])
    jobs.reschedule(work, later)
    jobs.schedule(work, alone, keep=True)


def _add_what_could_not_wait(
    work: Work, reminded: Mapping[str, TeamMember], lines: Mapping[str, dict[int, PulseReminder]]
) -> None:
    """Beside what is due, name to each of these people all else that waits for them and closes before the next time."""
    ws = context.of(work)
    of = rounds.waiting(work, sorted({mate.id for mate in reminded.values()}))
    others = rounds.load(work, sorted({id for ids in of.values() for id in ids}))
    mine = reminder_posts.by_person(reminder_posts.given(work, others.values()).values())
    for key, someone in reminded.items():
        today = someone.day(work.now)
        told = {id for one in mine[someone.slack_id] for id in one.rounds} | lines[key].keys()
        for r in (others[id] for id in of.get(someone.id, ()) if id in others and id not in told):
            mate = next((one for one in r.silent if one.id == someone.id), None)
            closes_first = today < r.closes_on <= today + reminder_posts.REST
            if mate and closes_first and r.account.is_active and mate.day(r.opened_at) < today:
                lines[key][r.id] = reminder_posts.line(ws, r, mate, work.now)


def _silent(r: Round, row: DueJob) -> list[TeamMember]:
    """Those whom this job is about: all who are silent, or the one it was put off for."""
    only = row.facts.get("member")
    return [mate for mate in r.silent if only in (None, mate.id)]


def _free_from(mine: Sequence[Given], rest: timedelta) -> date:
    """The day from which somebody with these reminders may have another."""
    return max((one.day + rest for one in mine if one.is_sent), default=date.min)


def _moment(ws: WorkspaceContext, r: Round, mate: TeamMember, free: date, is_direct: bool, now: datetime) -> datetime:
    """When to remind: now; or when they are next at work, may have a reminder again, or it is about to close."""
    hours = mate.hours.starting(r.policy(ws).pulse_time)
    at = hours.next_open(now)
    if at > now:
        return at
    if is_direct and (last := _last_morning(hours, r.closes_on, now)) > now:
        return last
    if free <= mate.day(now):
        return now
    following = hours.morning(free)
    return following if mate.day(following) < r.closes_on else _last_morning(hours, r.closes_on, now)


def _last_morning(hours: Hours, closes_on: date, now: datetime) -> datetime:
    """The last morning before a day on which they are at work; now, when none is left."""
    today = hours.day(now)
    for ahead in range((closes_on - today).days - 1, 0, -1):
        day = today + timedelta(days=ahead)
        morning = hours.morning(day)
        if hours.day(morning) == day:
            return morning
    return now
