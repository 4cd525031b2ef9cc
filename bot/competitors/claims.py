"""Claims of competitors: written down by whoever hears one, answered by the team, looked up when the next one comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, insert, update

from bot.accounts import customer_people, timeline
from bot.accounts import search as account_search
from bot.accounts.people_facts import NamedThere
from bot.competitors import notify
from bot.competitors.queries import KnownClaim, read
from bot.competitors.rules import TAKEN_BACK
from bot.core.calendar import local_date
from bot.core.company_names import name_key
from bot.db.scope import is_row, lock
from bot.db.work import Work
from bot.errors import FieldErrors
from bot.models import CompetitorClaim
from bot.workspace.members import MemberView

NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Heard:
    """A claim as somebody writes it down; `source` is where it came from ("touchpoint:7"), or empty.

    `who` of the customer told us.
    """

    competitor: str
    words: str
    until: date | None = None
    source: str = ""
    answer: str = ""
    who: NamedThere = field(default_factory=NamedThere)


def hear(work: Work, account_id: int, heard: Heard, by: MemberView) -> int:
    """Write a claim down and tell the account's team; its owner's manager hears of it if nobody answers.

    Raises FieldErrors (competitor, claim, until) for what is missing or over already; Refused when the workspace has no
    such account.
    """
    account_search.require_account(work, account_id)
    competitor, words, answer = heard.competitor.strip(), heard.words.strip(), heard.answer.strip()
    errors = {}
    if not competitor:
        errors["competitor"] = "Say who it is."
    elif len(competitor) > NAME_LENGTH:
        errors["competitor"] = f"Use at most {NAME_LENGTH} characters."
    if not words:
        errors["claim"] = "Say in a sentence what they offer or claim."
    if heard.until is not None and heard.until < local_date(work.now, by.timezone):
        errors["until"] = "Choose today or a later day."
    if errors:
        raise FieldErrors(errors)
    table = CompetitorClaim.__table__
    row = {
        "workspace_id": work.workspace_id,
        "account_id": account_id,
        "competitor": competitor,
        "name_key": name_key(competitor)[:NAME_LENGTH],
        "words": words,
        "until": heard.until,
        "source": heard.source,
        "contact": heard.who.contact,
        "said_by_id": by.id,
        "created_at": work.now,
        "answer": answer,
        "answered_by_id": by.id if answer else None,
        "answered_at": work.now if answer else None,
    }
    claim_id = int(work.session.execute(insert(table).values(row).returning(table.c.id)).scalar_one())  # type: ignore[arg-type]
    if not heard.source:
        # Heard in a touch or a pulse, it was that contact.
        customer_people.meet_now(work, account_id, f"claim:{claim_id}", heard.who)
    claim = read(work, claim_id)
    notify.tell(work, claim)
    if not answer:
        notify.plan(work, claim)
    return claim_id


def answer(work: Work, claim_id: int, words: str, by: MemberView) -> KnownClaim:
    """Keep what we say to a claim; one that is there already is replaced. Whoever was told of the claim sees it.

    Raises FieldErrors (answer) without words, Refused when the claim is gone.
    """
    words = words.strip()
    if not words:
        raise FieldErrors({"answer": "Say in a sentence what we answer."})
    lock(work, CompetitorClaim, [claim_id])
    read(work, claim_id)
    work.session.execute(
        update(CompetitorClaim)
        .where(is_row(CompetitorClaim, work.workspace_id, claim_id))
        .values(answer=words, answered_by_id=by.id, answered_at=work.now)
    )
    claim = read(work, claim_id)
    notify.cancel(work, claim)
    notify.show(work, claim)
    return claim


def take_back(work: Work, claim_id: int, by: MemberView) -> None:
    """It was no claim, or not theirs: it counts nowhere, and nobody is told that it has no answer.

    Whoever was told of it reads that it was taken back; the timeline keeps its words. Raises Refused when it is gone.
    """
    lock(work, CompetitorClaim, [claim_id])
    claim = read(work, claim_id)
    notify.cancel(work, claim)
    notify.show(work, claim, taken_back_by=by.name)
    timeline.record(work, claim.account_id, TAKEN_BACK, by.id, {"competitor": claim.competitor, "words": claim.words})
    work.session.execute(
        delete(CompetitorClaim)
        .where(is_row(CompetitorClaim, work.workspace_id, claim_id))
        .execution_options(synchronize_session=False)
    )
    customer_people.forget_meetings(work, [f"claim:{claim_id}"])
