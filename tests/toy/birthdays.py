"""Birthdays: a customer has been with us for a year; the team is told, and the story keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from bot.accounts import contacts
from bot.accounts.digest_parts import DigestItem, DigestPart
from bot.accounts.team import keeps
from bot.accounts.timeline import record, recorded
from bot.accounts.timeline_facts import TimelineKind
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.facts import Facts
from bot.core.months import shifted
from bot.db.work import Work
from bot.models import Account, Event
from bot.posts import outgoing
from bot.registry import Feature
from bot.slack import blocks, text
from bot.slack.commands import ACCOUNT, Command
from bot.slack.message import Message, message
from bot.slack.samples import TODAY, Sample, post
from bot.workspace import context
from bot.workspace.alerts import AlertKind, AlertRule, Remedy, Wrong, dismiss_option, why_option
from bot.workspace.members import MemberView

EVENT = "birthday_told"


class BirthdayJob(StrEnum):
    """What a job is about; in a feature with more than this it stands in job_kinds.py."""

    BIRTHDAY = "birthday"


ANNOUNCED = {BirthdayJob.BIRTHDAY: "A year together"}

BIRTHDAY = AlertKind(
    "birthday",
    AlertRule("The account has been with us for a year."),
    ANNOUNCED,
    wrong={
        Wrong.WRONG_DATE: Remedy("Write `/birthday` on the right day."),
        Wrong.OTHER: Remedy("It comes once a year."),
    },
)


@dataclass(frozen=True, slots=True)
class Birthday(Facts):
    """A year together with an account, on the ISO day `on`."""

    account_id: int
    account: str
    on: str


def render(facts: Mapping[str, object]) -> Message:
    """One line in the account's channel."""
    birthday = Birthday.from_facts(facts)
    words = f"{text.name(birthday.account)} has been with us for a year today."
    about = birthday.account_id
    menu = blocks.menu(why_option(BIRTHDAY, about), dismiss_option(BIRTHDAY, about, about))
    return message(words, [blocks.section(words, accessory=menu)])


def plan(work: Work, account_id: int, at: datetime) -> None:
    """Put the day on the agenda."""
    jobs.schedule(work, [Job(BirthdayJob.BIRTHDAY, f"account:{account_id}", "", at)])


def run(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell it where the account speaks, at work, keep it in the story, and look again in a year."""
    ws, kept = context.of(work), contacts.load(work, [row.subject_id for row in rows])
    later: list[DueJob] = []
    for row in rows:
        account = kept.get(row.subject_id)
        if account is None or not account.is_active:
            continue
        at = account.hours(ws, ws.policies.of(account.tier).alert_time).next_open(work.now)
        later.append(row.moved_to(at if at > work.now else a_year_after(row.due_at)))
        if at <= work.now:
            facts = Birthday(account.id, account.name, str(account.today(ws, work.now))).to_facts()
            if told := account.post(ws, f"birthday:{account.id}:{work.now:%Y}", "birthday", facts):
                outgoing.put(work, [told])
                record(work, account.id, EVENT, None, {})
    jobs.reschedule(work, later)


def a_year_after(at: datetime) -> datetime:
    """The same day of the next year, which is not 365 days away when there is a 29 February between."""
    return datetime.combine(shifted(at.date(), 12), at.timetz())


def waiting_items(work: Work, person: MemberView) -> list[DigestItem]:
    """Accounts of theirs that have a birthday."""
    told = select(Account.name).where(
        Account.workspace_id == work.workspace_id,
        keeps(work.workspace_id, person.id, Account.id),
        Account.id.in_(select(Event.account_id).where(Event.workspace_id == work.workspace_id, Event.kind == EVENT)),
    )
    names = work.session.scalars(told)
    return [DigestItem(f"birthday:{name}", name, "A year together") for name in names]


def samples(person: str) -> Iterator[Sample]:
    """One made-up post."""
    yield post("birthday", Birthday(3, "Acme Robotics", TODAY))


FEATURE = Feature(
    jobs={BirthdayJob.BIRTHDAY: run},
    announced=ANNOUNCED,
    posts={"birthday": render},
    alerts=[BIRTHDAY],
    samples=[samples],
    timeline_kinds={"birthday": TimelineKind(9, "Birthdays", lambda entry, as_of: "They were with us for a year.")},
    timeline={"birthday": recorded("birthday", "birthday", EVENT)},
    digest=[DigestPart(9, "A year together", waiting_items)],
    commands=[Command("/birthday", "Tell the team of a year together, in a minute.", ACCOUNT, "/birthday acme")],
)
