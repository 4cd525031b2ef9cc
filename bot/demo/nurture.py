"""What is worth telling the sample customers, what happens at two of them, and a nurture touch for this morning."""

from __future__ import annotations

from datetime import timedelta

from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import Job
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.insights import service as insight_service
from bot.insights import trigger_events
from bot.insights.facts import InsightAudience, InsightDetails, NewTrigger
from bot.insights.rules import Goal, InsightKind, TriggerKind
from bot.models import Account
from bot.nurture.job_kinds import NurtureJob
from bot.workspace import members

DANA, MARCO = "U0REP1", "U0REP2"
ZONE = "Europe/Berlin"

INSIGHTS = (
    (
        "How a gearbox maker cut unplanned stops by 31% in one summer",
        "https://example.com/unplanned-stops",
        InsightDetails(topics=("unplanned stops", "shutdown"), goal=Goal.REINFORCE.value),
    ),
    (
        "Planning three plants from one screen: a 30-minute webinar with two food makers",
        "https://example.com/three-plants",
        InsightDetails(InsightKind.WEBINAR.value, ("plants", "planning"), offer="Further plants"),
    ),
    ("Our product team opened an office in Lyon", "", InsightDetails(is_about_us=True)),
)
"""Words, link, and what helps to match them."""

WEBINAR_IN_DAYS = 16
TOUCHED = ("Acme Robotics", "Elmwood Foods")
"""Accounts whose quarterly touch falls on the first morning; one for each owner."""

HAPPENS = (
    (
        "Acme Robotics",
        DANA,
        TriggerKind.FREEZE,
        74,
        True,
        "Yearly shutdown",
        "Whatever is to run after it is installed in these three weeks, or waits a year.",
        "A date for the new line, agreed with Ruben",
    ),
    (
        "Elmwood Foods",
        MARCO,
        TriggerKind.YEAR_END,
        18,
        True,
        "",
        "What their plants have not ordered by then needs a new budget.",
        "The price for the next tier, in writing",
    ),
)
"""Account, who wrote it down, what happens, in how many days, each year, words, why it matters, what to have ready."""


def load_nurture(work: Work) -> None:
    """Write it all down, and let the quarter of two accounts come round this morning."""
    dana = members.find(work, DANA)
    if dana is None:
        raise RuntimeError(f"the sandbox has no {DANA}")
    today = local_date(work.now, ZONE)
    for words, url, details in INSIGHTS:
        day = today + timedelta(days=WEBINAR_IN_DAYS) if details.kind == InsightKind.WEBINAR else None
        about = InsightDetails(details.kind, details.topics, details.is_about_us, day, details.goal, details.offer)
        insight_service.add(work, words, url, InsightAudience(), dana, about)
    for account, slack_id, kind, days, is_yearly, words, matters, prepare in HAPPENS:
        person = members.find(work, slack_id)
        if person is None:
            raise RuntimeError(f"the sandbox has no {slack_id}")
        on = today + timedelta(days=days)
        new = NewTrigger(_account(work, account), kind.value, on, matters, words, prepare, is_yearly)
        trigger_events.add(work, new, person.id)
    touched = [f"account:{_account(work, name)}" for name in TOUCHED]
    agenda_jobs.schedule(work, [Job(NurtureJob.TOUCH, subject, "", work.now, 300) for subject in touched])


def _account(work: Work, name: str) -> int:
    return work.session.scalars(work.select(Account.id).where(Account.name == name)).one()
