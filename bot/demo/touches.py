"""What the team of the demo has learnt already: activities and tickets by import, a call of yesterday, next steps."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot import follow_ups, touchpoints
from bot.core.calendar import add_working_days, local_date, local_moment, working_day_on_or_before
from bot.db.work import Work
from bot.demo.past_care import PURPOSES, past_touches
from bot.demo.samples import DANA, JONAS, MARCO, PRIYA
from bot.insights import service as insight_service
from bot.insights.facts import InsightAudience
from bot.models import Account
from bot.touchpoints import NewTouchpoint
from bot.workspace import members
from bot.workspace.members import MemberView

ZONE = "Europe/Berlin"
HELEN_ID, DANA_ID, JONAS_ID = "U0MGR1", "U0REP1", "U0IMP1"


@dataclass(frozen=True, slots=True)
class SampleTouch:
    """One activity of the past: so many days ago, of whom, with whom, and what was heard."""

    account_id: str
    days_ago: int
    kind: str
    by: str
    contact: str
    mood: str
    words: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class SampleTicket:
    """One ticket: opened so many days ago, closed so many days later (None: open)."""

    id: str
    account_id: str
    days_ago: int
    closed_after: int | None
    priority: str
    satisfaction: str
    escalated: bool
    subject: str


TOUCHES = (
    SampleTouch(
        "A-01",
        6,
        "Call",
        PRIYA,
        "Ruben Hald",
        "calm",
        "The new line runs. They want training for the night shift.",
        purpose="delivery",
    ),
    SampleTouch(
        "A-01",
        34,
        "Meeting",
        DANA,
        "Ines Koval",
        "calm",
        "Quarterly review. Output is up by 12%, they showed us.",
        purpose="health",
    ),
    SampleTouch(
        "A-02", 21, "Email", DANA, "Gareth Pym", "", "Asked when the meter report can be exported.", purpose="support"
    ),
    SampleTouch(
        "A-03",
        5,
        "Meeting",
        JONAS,
        "Dr. Amy Osborne",
        "tense",
        "Two nights of downtime in one month; asked for a plan.",
        purpose="support",
    ),
    SampleTouch(
        "A-03",
        48,
        "Call",
        DANA,
        "Dr. Amy Osborne",
        "calm",
        "Happy with the start in the second clinic.",
        purpose="delivery",
    ),
    SampleTouch("A-04", 75, "Call", MARCO, "Luca Ferri", "", "No time before the shutdown. Try again after it."),
    SampleTouch(
        "A-05", 12, "Chat", JONAS, "Femke de Vries", "calm", "Extra users are in. Asked for the price of the next tier."
    ),
    SampleTouch("A-06", 9, "Email", MARCO, "Oliver Rowe", "calm", "The signed contract came back.", purpose="renewal"),
    SampleTouch(
        "A-08", 3, "On site", JONAS, "Kari Nygård", "churn", "Their fleet manager looks at a competitor for 2 ships."
    ),
    SampleTouch("A-08", 17, "Internal note", MARCO, "", "", "Finance asks for one invoice in NOK from next year on."),
    SampleTouch(
        "A-09", 28, "Event", DANA, "Awa Koné", "calm", "Came to our webinar with four colleagues.", purpose="nurture"
    ),
    SampleTouch(
        "A-16", 3, "Call", DANA, "Lena Ortiz", "calm", "Signed. Their finance pays on the spot.", purpose="renewal"
    ),
    SampleTouch(
        "A-17",
        6,
        "Call",
        MARCO,
        "Joost Vermeer",
        "calm",
        "Their director says yes; the board meets in January.",
        purpose="renewal",
    ),
    SampleTouch("A-18", 25, "Email", MARCO, "Neil Hart", "", "Sent the renewal; no answer since.", purpose="renewal"),
    SampleTouch(
        "A-19",
        7,
        "Call",
        DANA,
        "Claire Morel",
        "tense",
        "A cheaper tool was shown to them last week.",
        purpose="renewal",
    ),
    SampleTouch(
        "A-20", 320, "Meeting", DANA, "Nora Quist", "calm", "Kick-off with both editorial teams.", purpose="delivery"
    ),
    SampleTouch("A-20", 240, "Call", PRIYA, "Nora Quist", "calm", "The print desk is on it. Two open questions."),
    SampleTouch("A-20", 205, "Call", DANA, "Nora Quist", "tense", "They wait for an answer on the archive."),
    SampleTouch("A-20", 118, "Email", DANA, "Nora Quist", "", "Asked who answers for the archive now."),
    SampleTouch("A-11", 2, "Call", PRIYA, "Sean Byrne", "", "Out of office until next week."),
)

TICKETS = (
    SampleTicket("T-4011", "A-03", 4, None, "Urgent", "", True, "Night sync stops after 20 minutes"),
    SampleTicket("T-3987", "A-03", 16, 3, "High", "2", False, "Reports are an hour late"),
    SampleTicket("T-3890", "A-01", 40, 1, "Normal", "5", False, "How to add a shift"),
    SampleTicket("T-3921", "A-02", 30, 2, "Low", "4", False, "Export of one month is empty"),
    SampleTicket("T-3999", "A-08", 11, 2, "High", "3", False, "A ship is shown on land"),
)

INSIGHTS: Sequence[tuple[str, str, str, str]] = (
    ("", "", "What 40 service teams changed after their worst outage", "https://example.com/outages"),
    (
        "Manufacturing",
        "",
        "New EU rules on machine data begin next year: a two-page summary",
        "https://example.com/data-act",
    ),
    ("", "Cedar Health", "Their second clinic won a regional award: worth a congratulation", ""),
)


def touches_csv(today: date) -> str:
    """The activities as a CRM would export them on `today`."""
    header = ("Account ID", "Date", "Type", "Owner", "Contact Name", "Sentiment", "Notes", "Purpose")
    rows = [
        (t.account_id, _day(today, t.days_ago), t.kind, t.by, t.contact, t.mood, t.words, t.purpose) for t in TOUCHES
    ]
    rows += [
        (account_id, day, kind, by, "", "", words, PURPOSES.get(words, ""))
        for account_id, day, kind, by, words in past_touches(today)
    ]
    return _csv(header, rows)


def tickets_csv(today: date) -> str:
    """The tickets as a helpdesk would export them on `today`."""
    header = ("Ticket ID", "Account ID", "Created At", "Closed At", "Priority", "CSAT", "Escalated", "Subject")
    rows = [
        (
            t.id,
            t.account_id,
            _day(today, t.days_ago),
            "" if t.closed_after is None else _day(today, t.days_ago - t.closed_after),
            t.priority,
            t.satisfaction,
            "yes" if t.escalated else "no",
            t.subject,
        )
        for t in TICKETS
    ]
    return _csv(header, rows)


def load_insights(work: Work) -> None:
    """A few things worth telling, before the first pulse may offer one."""
    dana = _person(work, DANA_ID)
    for industry, account, words, url in INSIGHTS:
        account_id = _account(work, account) if account else None
        insight_service.add(work, words, url, InsightAudience(account_id, (industry,) if industry else ()), dana)


def load_touches(work: Work) -> None:
    """A call of yesterday with a promise to keep, a promise that was kept, and a step that is due today."""
    dana, jonas = _person(work, DANA_ID), _person(work, JONAS_ID)
    helen = _person(work, HELEN_ID)
    today = local_date(work.now, ZONE)
    cedar, acme = (_account(work, name) for name in ("Cedar Health", "Acme Robotics"))
    yesterday = local_moment(working_day_on_or_before(today - timedelta(days=1)), time(15, 40), ZONE)
    call = NewTouchpoint(
        cedar,
        yesterday,
        dana.id,
        dana.id,
        kind="call",
        contact="Monica Reyes",
        purpose="renewal",
        mood="tense",
        words="Before she signs, she wants to see in writing what we did about the two nights of downtime.",
    )
    logged = touchpoints.log(work, call)
    source = f"touchpoint:{logged.id}"
    in_two_days = add_working_days(today, 2)
    words = "Send Monica the report on the two nights of downtime"
    follow_ups.add(work, cedar, jonas.id, words, in_two_days, True, source, dana.id)
    words = "Ask Ruben how many people the training is for"
    follow_ups.add(work, acme, dana.id, words, today, False, "", dana.id)
    words = "Names of two reference customers"
    kept = follow_ups.add(work, acme, helen.id, words, today, True, "", helen.id)
    follow_ups.close(work, kept, "kept", helen.id)


def _person(work: Work, slack_id: str) -> MemberView:
    person = members.find(work, slack_id)
    if person is None:
        raise RuntimeError(f"the sandbox has no {slack_id}")
    return person


def _account(work: Work, name: str) -> int:
    return work.session.scalars(work.select(Account.id).where(Account.name == name)).one()


def _day(today: date, days_ago: int) -> str:
    return (today - timedelta(days=days_ago)).isoformat()


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
