"""The care of the year before: touches, promises, a handoff, and what was told when nothing was sold."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot import follow_ups, handoffs
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import Job
from bot.core.calendar import local_date, local_moment, working_day_on_or_before
from bot.db.work import Work
from bot.demo.samples import ACCOUNTS, DANA, HELEN, MARCO
from bot.handoffs.facts import Package
from bot.handoffs.rules import Direction
from bot.insights import service as insight_service
from bot.insights.facts import InsightAudience
from bot.models import Account, NurtureTouch
from bot.nurture import actions as nurture
from bot.nurture.job_kinds import NurtureJob
from bot.nurture.jobs import run_nurture
from bot.nurture.rules import NurtureAnswer
from bot.workspace import members
from bot.workspace.members import MemberView

ZONE = "Europe/Berlin"
PEOPLE = {DANA: "U0REP1", MARCO: "U0REP2", HELEN: "U0MGR1"}
PRIYA = "U0SUP1"

CALLS = (
    ("Call", "Quarterly call. Two small wishes, both written down."),
    ("Email", "Sent what is new for them; they passed it on to two teams."),
    ("Meeting", "Went through their numbers. They use more of it than they thought."),
    ("Call", "Asked how their new colleagues get on: well, with a question on rights."),
    ("On site", "Half a day with their team. Three shortcuts shown, one fault seen and filed."),
    ("Email", "Answered their question on exports the same day."),
    ("Meeting", "Agreed what they want to have reached in six months."),
    ("Call", "They asked what comes next. Told them what is public."),
)
"""Kind and words; an account hears none of them twice."""

PURPOSES = {
    words: purpose
    for (_, words), purpose in zip(
        CALLS, ("health", "nurture", "health", "health", "delivery", "support", "", "nurture"), strict=True
    )
}
"""What each of them was for; the seventh was for more than one thing."""

EVERY, FIRST, LAST = 46, 104, 430
"""Days between two of an account's touches; how long ago the last and the first of them were."""

UNTOUCHED = frozenset(("A-10", "A-14", "A-15", "A-18", "A-20"))
"""Accounts that nobody owned or looked after, or whose year stands written down in its own words."""

PROMISES = (
    ("Brightwater Utilities", DANA, 250, 10, "The meter report as a spreadsheet, by the end of the month"),
    ("Elmwood Foods", MARCO, 200, 14, "Prices for a third plant, in writing"),
    ("Fenwick & Rowe Legal", MARCO, 160, 7, "A draft of the data agreement for their partners"),
    ("Ridgeway Museums", MARCO, 140, 12, "Two hours of training for the new registrar"),
    ("Kestrel Air", DANA, 110, 9, "A list of what their auditors may see"),
)
"""Account, who promised, how many days ago, how many days it was given, what. Each was kept on its last day."""

HANDED = ("Ridgeway Museums", MARCO, PRIYA, 190)
"""Account, giver, receiver, days ago."""

WRITTEN = (100, "What 120 teams do in the week after a roll-out", "https://example.com/after-roll-out")
"""How many days ago, words, link of what was told then."""

TOLD = (
    ("Brightwater Utilities", 74, NurtureAnswer.REPLIED, ""),
    ("Fenwick & Rowe Legal", 67, NurtureAnswer.INTERESTED, "Would like to see it with their own files"),
    ("Sable Insurance", 60, NurtureAnswer.SILENT, ""),
    ("Ridgeway Museums", 53, NurtureAnswer.REPLIED, ""),
)
"""Account, days ago, the customer's answer, and in which words."""


def past_touches(today: date) -> list[tuple[str, str, str, str, str]]:
    """Account id, ISO day, kind, who and words of the touches of that year, as a CRM exports them."""
    rows = []
    for number, account in enumerate(ACCOUNTS):
        if account.id in UNTOUCHED:
            continue
        for place, days in enumerate(range(FIRST + number * 7 % EVERY, LAST, EVERY)):
            kind, words = CALLS[(number + place) % len(CALLS)]
            by = account.support_lead if place % 3 == 2 and account.support_lead else account.owner
            rows.append((account.id, str(today - timedelta(days=days)), kind, by, words))
    return rows


def load_care(work: Work) -> None:
    """Promises that were kept, a handoff that was accepted, and nurture touches with what came of them."""
    for account, owner, days, given, words in PROMISES:
        by = _person(work, PEOPLE[owner]).id
        promised = _ago(work, days)
        due_on = local_date(promised.now, ZONE) + timedelta(days=given)
        number = follow_ups.add(promised, _account(work, account), by, words, due_on, True, "", by)
        follow_ups.close(_on(work, due_on), number, "kept", by)
    _hand_over(work)
    days, words, url = WRITTEN
    insight_service.add(_ago(work, days), words, url, InsightAudience(), _person(work, PEOPLE[HELEN]))
    for account, days, answer, said in TOLD:
        _tell(work, account, days, answer, said)


def _hand_over(work: Work) -> None:
    account, giver, receiver, days = HANDED
    given, account_id = _ago(work, days), _account(work, account)
    priya = _person(work, receiver)
    first_by = str(local_date(given.now, ZONE) + timedelta(days=7))
    package = Package(
        "A named person for the archive, and an answer within a day.",
        "Loans to other museums booked in one place by the end of the year.",
        "Their registrar is new, and does it on paper as well.",
        "Call Joost, and sit beside the registrar for an hour",
        first_by,
    )
    number = handoffs.hand_over(
        given, account_id, Direction.TO_SUPPORT, _person(work, PEOPLE[giver]), priya.id, package
    )
    accepted = _ago(work, days - 1)
    handoffs.accept(accepted, number, priya)
    for step in follow_ups.open_of(accepted, account_id):
        follow_ups.close(_on(work, step.due_on), step.id, "done", priya.id)


def _tell(work: Work, account: str, days: int, answer: NurtureAnswer, said: str) -> None:
    account_id, at = _account(work, account), _ago(work, days)
    subject = f"account:{account_id}"
    agenda_jobs.schedule(at, [Job(NurtureJob.TOUCH, subject, "", at.now, 300)])
    run_nurture(at, agenda_jobs.pending_for(at, [subject], [NurtureJob.TOUCH]))
    touch = work.session.execute(
        work.select(NurtureTouch.id, NurtureTouch.member_id).where(NurtureTouch.account_id == account_id)
    ).one()
    nurture.send(work.at(at.now + timedelta(minutes=40)), touch.id, touch.member_id)
    nurture.say(work.at(at.now + timedelta(days=2)), touch.id, answer, said, touch.member_id)


def _ago(work: Work, days: int) -> Work:
    """The work as of eleven o'clock so many days ago, or on the working day before that."""
    return _on(work, local_date(work.now, ZONE) - timedelta(days=days))


def _on(work: Work, day: date) -> Work:
    return work.at(_eleven(working_day_on_or_before(day)))


def _eleven(day: date) -> datetime:
    return local_moment(day, time(11), ZONE)


def _person(work: Work, slack_id: str) -> MemberView:
    person = members.find(work, slack_id)
    if person is None:
        raise RuntimeError(f"the sandbox has no {slack_id}")
    return person


def _account(work: Work, name: str) -> int:
    return work.session.scalars(work.select(Account.id).where(Account.name == name)).one()
