"""Autopsies as messages show them: one, an account's last one, a page of its signals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.autopsies.facts import AutopsyCard, AutopsyPage, Findings, FoundSignal, HelpAnswer, SignalLine
from bot.autopsies.rules.signals import SignalKind, SignalVerdict, Weighed, counted, most_telling
from bot.core.calendar import local_date
from bot.core.person import Person
from bot.db.work import Work
from bot.models import Account, Autopsy, AutopsyAnswer, Member
from bot.renewals.rules.stages import whose
from bot.workspace import context

SIZE = 10
"""Signals a page."""

ANSWERS = 20
ANSWER_KEPT = 1500
"""Characters of an answer that a post carries; the row has all of it."""

WORDS_KEPT = 600


def card(work: Work, autopsy_id: int, zone: str = "") -> AutopsyCard | None:
    """The autopsy of this number, in the days of a zone, by default the workspace's; None when there is none."""
    row = work.session.execute(
        work.select(Autopsy, Account.name)
        .join(Account, Account.id == Autopsy.account_id)
        .where(Autopsy.id == autopsy_id)
    ).first()
    return _card(work, row[0], row[1], zone) if row else None


def last_of(work: Work, account_id: int) -> int | None:
    """The number of an account's last autopsy, one that stands before one that was withdrawn."""
    return work.session.scalar(
        work.select(Autopsy.id)
        .where(Autopsy.account_id == account_id)
        .order_by(Autopsy.withdrawn_at.is_(None).desc(), Autopsy.created_at.desc(), Autopsy.id.desc())
        .limit(1)
    )


def page(work: Work, autopsy_id: int, number: int, zone: str) -> AutopsyPage | None:
    """Page `number`, from 0, of all signals, the first of the window first."""
    shown = card(work, autopsy_id, zone)
    facts = work.session.scalar(work.select(Autopsy.facts).where(Autopsy.id == autopsy_id))
    if shown is None or facts is None:
        return None
    found = Findings.from_facts(facts).signals
    number = max(0, min(number, (len(found) - 1) // SIZE))
    some = found[number * SIZE : (number + 1) * SIZE]
    names = _people(work, {one.acted_by for one in some})
    return AutopsyPage(shown, tuple(_line(one, names) for one in some), number, SIZE)


def last_words(work: Work, autopsy_id: int, member_id: int) -> str:
    """What one person last said would have helped; empty while they have said nothing."""
    said = work.session.scalar(
        work.select(AutopsyAnswer.words)
        .where(AutopsyAnswer.autopsy_id == autopsy_id, AutopsyAnswer.member_id == member_id)
        .order_by(AutopsyAnswer.id.desc())
        .limit(1)
    )
    return said or ""


def _card(work: Work, row: Autopsy, account: str, zone: str) -> AutopsyCard:
    found = Findings.from_facts(row.facts)
    zone = zone or context.of(work).zone
    weighed = [
        Weighed(SignalKind(one.kind), SignalVerdict(one.verdict), date.fromisoformat(one.on)) for one in found.signals
    ]
    telling = [found.signals[place] for place in most_telling(weighed)]
    answers = _answers(work, row.id, zone)
    asked = {found.owner_id, found.manager_id}
    people = _people(work, {*(one.acted_by for one in telling), found.last_touch_by, row.withdrawn_by_id, *asked})
    return AutopsyCard(
        autopsy_id=row.id,
        renewal_id=row.renewal_id,
        account_id=row.account_id,
        account=account,
        as_of=str(local_date(work.now, zone)),
        what=row.what,
        day=str(row.day),
        renewal_date=found.renewal_date,
        since=found.since,
        values=found.values,
        signed=found.signed,
        unknown_values=found.unknown_values,
        reason=found.reason,
        words=found.words[:WORDS_KEPT],
        cause=whose(found.reason).value,
        counts={one.value: number for one, number in counted([one.verdict for one in weighed]).items()},
        telling=tuple(_line(one, people) for one in telling),
        touches=found.touches,
        last_touch_on=found.last_touch_on,
        last_touch_by=_name(people, found.last_touch_by),
        cadence=found.cadence,
        owner=people.get(found.owner_id or 0),
        manager=people.get(found.manager_id or 0),
        answers=answers[-ANSWERS:],
        answer_count=len(answers),
        undone_on=str(local_date(row.withdrawn_at, zone)) if row.withdrawn_at else "",
        undone_by=_name(people, row.withdrawn_by_id),
    )


def _answers(work: Work, autopsy_id: int, zone: str) -> tuple[HelpAnswer, ...]:
    """The last answer of each person, in the order in which they were given."""
    rows = work.session.execute(
        work.select(AutopsyAnswer.member_id, Member.name, AutopsyAnswer.words, AutopsyAnswer.answered_at)
        .join(Member, Member.id == AutopsyAnswer.member_id)
        .where(AutopsyAnswer.autopsy_id == autopsy_id)
        .order_by(AutopsyAnswer.id)
    )
    last: dict[int, HelpAnswer] = {}
    for row in rows:
        last.pop(row.member_id, None)
        last[row.member_id] = HelpAnswer(row.name, str(local_date(row.answered_at, zone)), row.words[:ANSWER_KEPT])
    return tuple(last.values())


def _line(one: FoundSignal, people: Mapping[int, Person]) -> SignalLine:
    return SignalLine(
        one.kind,
        one.verdict,
        one.on,
        one.details,
        one.seen_by,
        one.seen_on,
        one.acted_on,
        one.acted_how,
        _name(people, one.acted_by),
    )


def _people(work: Work, ids: set[int | None]) -> dict[int, Person]:
    known = [one for one in ids if one is not None]
    rows = work.session.execute(
        work.select(Member.id, Member.slack_id, Member.name).where(Member.id.in_(known), Member.is_outsider.is_(False))
    )
    return {row.id: Person(row.slack_id, row.name) for row in rows}


def _name(people: Mapping[int, Person], member_id: int | None) -> str:
    found = people.get(member_id or 0)
    return found.name if found else ""
