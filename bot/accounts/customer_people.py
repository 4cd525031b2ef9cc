"""People at a customer: who there is, when each was last met, and which of them a typed name means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update

from bot.accounts.people_facts import Meeting, NamedThere, PersonView
from bot.core.calendar import local_date
from bot.core.customer_people import KnownPerson, PeopleGap, PersonPart, concern_words, concerns
from bot.core.days import spoken_day
from bot.core.person_names import Known, meant, person_key, unclear_in
from bot.db.scope import among, within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.models import (
    Account,
    CompetitorClaim,
    CustomerPerson,
    DecisionStep,
    FollowUp,
    Handoff,
    HealthCheck,
    NurtureTouch,
    Opportunity,
    PersonMet,
    Plan,
    PulseAnswer,
    PulseRound,
    Requalification,
    Touchpoint,
)
from bot.workspace import context

CONTACT_LENGTH = 200
"""What a field for somebody at the customer keeps."""

NOON = time(12)


@dataclass(frozen=True, slots=True)
class NamingField:
    """A column that names somebody at the customer, as it was typed, in rows of an account.

    `noun` is what they are met in ("touchpoint:12"), `at` the column of the moment. `is_contact`: whoever a row names
    was met in it, also when they come into the list later. `stands`: which rows do.
    """

    noun: str
    model: Any
    name: str
    at: str
    is_contact: bool = True
    stands: tuple[ColumnElement[bool], ...] = ()


NAMING_FIELDS = (
    NamingField(
        "touchpoint",
        Touchpoint,
        "contact",
        "at",
        stands=(Touchpoint.deleted_at.is_(None), Touchpoint.is_note.is_(False)),
    ),
    NamingField("health_check", HealthCheck, "contact", "at", stands=(HealthCheck.replaced_at.is_(None),)),
    NamingField("claim", CompetitorClaim, "contact", "created_at", stands=(CompetitorClaim.source == "",)),
    NamingField("opportunity", Opportunity, "contact", "created_at"),
    NamingField("one_off", Requalification, "contact", "answered_at"),
    NamingField("nurture", NurtureTouch, "heard_from", "answered_at"),
    # A version of a plan that somebody corrected bears the name from before: it was no talk.
    NamingField("plan", Plan, "contact", "created_at", is_contact=False),
    NamingField("handoff", Handoff, "contact", "created_at", is_contact=False),
    NamingField("follow_up", FollowUp, "contact", "created_at", is_contact=False),
    NamingField("decision", DecisionStep, "who", "created_at", is_contact=False),
)
"""Every such column, but what was heard in a pulse (its account is the round's) and for whom a nurture touch is."""

_P = CustomerPerson
_SHOWN = ("id", "account_id", "name", "title", "email", "part", "since", "left_on", "created_at", "removed_at")


def of_account(work: Work, account_id: int) -> list[PersonView]:
    """Everybody known at an account: who is there before who has left, the part that matters most first."""
    return of_accounts(work, [account_id]).get(account_id, [])


def of_accounts(work: Work, account_ids: Collection[int]) -> dict[int, list[PersonView]]:
    """The same for several accounts at once; those where nobody is known are left out."""
    people: dict[int, list[PersonView]] = defaultdict(list)
    found = _views(work, _P.account_id.in_(account_ids), _P.removed_at.is_(None))
    for one in sorted(found, key=lambda one: (one.left_on is not None, _rank(one.part), one.name.casefold(), one.id)):
        people[one.account_id].append(one)
    return dict(people)


def read(work: Work, person_id: int) -> PersonView | None:
    """One person; None when the workspace has none of that number. One that was removed for good has no name."""
    return next(iter(_views(work, _P.id == person_id)), None)


def search(work: Work, typed: str, account_id: int | None, limit: int = 50) -> list[PersonView]:
    """People whose names hold every word that was typed, at one account or at all; nothing typed is everybody.

    Who is there comes before who has left.
    """
    wanted: list[ColumnElement[bool]] = [_P.removed_at.is_(None)]
    if account_id is not None:
        wanted.append(_P.account_id == account_id)
    # By the index of the workspace's keys: a word may stand in any place of a name.
    wanted += [_P.name_key.contains(word, autoescape=True) for word in person_key(typed).split()]
    numbers = work.select(_P.id).where(*wanted).order_by(_P.left_on.is_not(None), _P.name_key, _P.id).limit(limit)
    ids = list(work.session.scalars(numbers))
    found = {one.id: one for one in _views(work, _P.id.in_(ids))}
    return [found[one] for one in ids if one in found]


def are_any(work: Work) -> bool:
    """Whether anybody is written down in this workspace."""
    return work.session.scalar(work.select(_P.id).where(_P.removed_at.is_(None)).limit(1)) is not None


def known(work: Work, account_ids: Collection[int]) -> dict[int, list[Known]]:
    """Account → number and key of those that names typed there may mean; accounts without anybody are left out.

    Who has another name now is meant by the one before, too, unless somebody else there has it.
    """
    rows = work.session.execute(
        select(_P.account_id, _P.id, _P.name_key, _P.former_keys).where(
            within(_P.workspace_id, work.workspace_id), _P.account_id.in_(account_ids), _P.removed_at.is_(None)
        )
    ).all()
    found: dict[int, list[Known]] = defaultdict(list)
    for account_id, person_id, key, _ in rows:
        found[account_id].append((person_id, key))
    for account_id, person_id, _, former in rows:
        if former:
            taken = {key for _, key in found[account_id]}
            found[account_id] += [(person_id, key) for key in former.splitlines() if key not in taken]
    return dict(found)


def meant_by(work: Work, account_id: int, typed: str) -> tuple[list[int], list[str]]:
    """Whom of an account's people a field names, and the names in it that are not in the list."""
    return meant(typed, known(work, [account_id]).get(account_id, []))


def unclear(work: Work, account_id: int, typed: str) -> tuple[str, list[PersonView]]:
    """The first name in a field that several of an account's people may have, and who they are, those who are there
    before those who have left; "" and nobody for none."""
    name, several = unclear_in(typed, known(work, [account_id]).get(account_id, [])) if typed else ("", [])
    found = _views(work, _P.id.in_(several)) if several else []
    return name, sorted(found, key=lambda one: (one.left_on is not None, one.name.casefold(), one.id))


def gone_among(work: Work, account_id: int, fields: Sequence[str]) -> list[tuple[str, ...]]:
    """Of each field the names of those whom it names and who have left the customer."""
    mine = _P.account_id == account_id, _P.left_on.is_not(None), _P.removed_at.is_(None)
    gone = {row.id: row.name for row in work.session.execute(work.select(_P.id, _P.name).where(*mine))}
    there = known(work, [account_id]).get(account_id, []) if gone else []
    return [tuple(gone[one] for one in meant(typed, there)[0] if one in gone) for typed in fields]


def concerns_of(work: Work, account_ids: Collection[int]) -> dict[int, tuple[PeopleGap, ...]]:
    """What is wrong with whom we know at these accounts, as of `now`; those where nothing is are left out."""
    ws = context.of(work)
    zone, today = ws.zone, local_date(work.now, ws.zone)
    rows = work.rows(_CONCERNING, ids=list(account_ids)).all()
    # When the others were met concerns nobody here.
    deciders = [row.id for row in rows if row.part == PersonPart.DECIDER]
    met = _last_met(work, deciders) if deciders else {}
    people: dict[int, list[KnownPerson]] = defaultdict(list)
    tiers = {row.account_id: row.tier for row in rows}
    for account_id, person_id, name, part, left_on, created_at, _ in rows:
        last = met.get(person_id)
        person = KnownPerson(
            name, _part(part), local_date(created_at, zone), local_date(last, zone) if last else None, left_on
        )
        people[account_id].append(person)
    days = {account_id: ws.policies.of(tier).decider_days for account_id, tier in tiers.items()}
    return {one: found for one, those in people.items() if (found := concerns(those, today, days[one]))}


_CONCERNING = (
    select(_P.account_id, _P.id, _P.name, _P.part, _P.left_on, _P.created_at, Account.tier)
    .join(Account, Account.id == _P.account_id)
    .where(within(_P.workspace_id, bindparam("of")), among(_P.account_id), _P.removed_at.is_(None))
)


def concerns_in_words(work: Work, account_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The same, a sentence each, without markup."""
    today = local_date(work.now, context.of(work).zone)
    return {
        account_id: tuple(concern_words(gap, spoken_day(gap.since, today) if gap.since else "") for gap in gaps)
        for account_id, gaps in concerns_of(work, account_ids).items()
    }


def meet(work: Work, meetings: Sequence[Meeting]) -> None:
    """Keep who was met in these contacts, in the place of what was kept of them before."""
    forget_meetings(work, [one.source for one in meetings])
    people = known(work, {one.account_id for one in meetings if one.typed or one.picked})
    _insert(work, people, meetings)


def meet_now(work: Work, account_id: int, source: str, named: NamedThere, before: str = "") -> None:
    """Whoever a form names anew, as who said so, was met in it now; `before` is what it said until now."""
    if named.contact == before:
        return
    there = known(work, [account_id]).get(account_id, [])
    if before and meant(before, there) == meant(named.contact, there):
        # The same people by another name, as when "Ruth" is picked from the list.
        return
    meet(work, [Meeting(account_id, source, work.now, named.contact, named.picked)])


def moved(work: Work, source: str, at: datetime) -> None:
    """A contact was at another moment than it was said to be."""
    work.session.execute(update(PersonMet).where(*_sources(work, [source])).values(at=at))


def forget_meetings(work: Work, sources: Sequence[str]) -> None:
    """These contacts were none."""
    if sources:
        work.session.execute(
            delete(PersonMet).where(*_sources(work, sources)).execution_options(synchronize_session=False)
        )


def match_what_was_typed(work: Work, account_ids: Collection[int]) -> None:
    """Find those who are in the list by now in what was logged before. Whom a contact was with already, it stays."""
    people = known(work, account_ids)
    if people:
        _insert(work, people, _typed_before(work, list(people)))


def named_elsewhere(work: Work, account_id: int, limit: int = 5) -> list[str]:
    """Names in what was written down of an account that mean nobody in its list, the last named first."""
    people = known(work, [account_id]).get(account_id, [])
    written = [*_typed_before(work, [account_id]), *_typed(work, [account_id], is_contact=False)]
    found: dict[str, str] = {}
    for one in sorted(written, key=lambda one: (one.at, one.source), reverse=True):
        for name in meant(one.typed, people)[1]:
            found.setdefault(person_key(name), name)
    return list(found.values())[:limit]


def _typed_before(work: Work, account_ids: list[int]) -> list[Meeting]:
    """All contacts of these accounts that name somebody. What was heard in a pulse counts once its round has closed."""
    answers = (
        select(
            PulseRound.account_id, PulseAnswer.id, PulseAnswer.answered_at, PulseAnswer.heard_from, PulseAnswer.heard_on
        )
        .join(PulseRound, PulseRound.id == PulseAnswer.round_id)
        .where(
            within(PulseRound.workspace_id, work.workspace_id),
            PulseRound.account_id.in_(account_ids),
            PulseRound.closed_at.is_not(None),
            PulseAnswer.heard_from != "",
            PulseAnswer.heard_on.is_not(None),
        )
    )
    return _typed(work, account_ids, is_contact=True) + [
        Meeting(account_id, f"pulse_answer:{number}", heard_at(on, at), typed)
        for account_id, number, at, typed, on in work.session.execute(answers)
        if on is not None
    ]


def _typed(work: Work, account_ids: list[int], is_contact: bool) -> list[Meeting]:
    """What the naming fields of these accounts say: those of contacts, or the others."""
    found = []
    for one in NAMING_FIELDS:
        if one.is_contact is is_contact:
            model, typed = one.model, getattr(one.model, one.name)
            rows = select(model.account_id, model.id, getattr(model, one.at), typed).where(
                within(model.workspace_id, work.workspace_id),
                model.account_id.in_(account_ids),
                typed != "",
                *one.stands,
            )
            found += [Meeting(row[0], f"{one.noun}:{row[1]}", row[2], row[3]) for row in work.session.execute(rows)]
    return found


def heard_at(on: date, answered_at: datetime) -> datetime:
    """The moment for something heard on a day: its noon, and never later than it was written down."""
    return min(datetime.combine(on, NOON, UTC), answered_at)


def _insert(work: Work, people: Mapping[int, Sequence[Known]], meetings: Iterable[Meeting]) -> None:
    rows = []
    for one in meetings:
        there = people.get(one.account_id, ())
        ids = {number for number, _ in there}
        met = [*(number for number in one.picked if number in ids), *(meant(one.typed, there)[0] if there else ())]
        same = {"workspace_id": work.workspace_id, "source": one.source, "at": one.at}
        rows += [{**same, "person_id": number} for number in dict.fromkeys(met)]
    if rows:
        insert = insert_for(work.session, PersonMet.__table__).on_conflict_do_nothing(
            index_elements=["person_id", "source"]
        )
        work.session.connection().execute(insert, rows)


def _sources(work: Work, sources: Sequence[str]) -> tuple[Any, ...]:
    return PersonMet.workspace_id == work.workspace_id, PersonMet.source.in_(sources)


def _views(work: Work, *wanted: Any) -> list[PersonView]:
    statement = (
        select(*(getattr(_P, name) for name in _SHOWN), Account.name.label("account"))
        .join(Account, Account.id == _P.account_id)
        .where(within(_P.workspace_id, work.workspace_id), *wanted)
    )
    rows = work.session.execute(statement).all()
    met = _last_met(work, [row.id for row in rows]) if rows else {}
    return [
        PersonView(
            p.id,
            p.account_id,
            p.account,
            p.name,
            p.title,
            p.email,
            _part(p.part),
            p.since,
            p.left_on,
            met.get(p.id),
            p.created_at,
            p.removed_at is not None,
        )
        for p in rows
    ]


def _last_met(work: Work, person_ids: Collection[int]) -> dict[int, datetime]:
    """The last contact with each of these people that is not ahead."""
    return {row[0]: row[1] for row in work.rows(_MET, ids=list(person_ids), now=work.now)}


_MET = (
    select(PersonMet.person_id, func.max(PersonMet.at, type_=PersonMet.at.type))
    .join(_P, _P.id == PersonMet.person_id)
    .where(within(_P.workspace_id, bindparam("of")), among(_P.id), PersonMet.at <= bindparam("now"))
    .group_by(PersonMet.person_id)
)


def _part(kept: str) -> PersonPart | None:
    return PersonPart(kept) if kept in set(PersonPart) else None


def _rank(part: PersonPart | None) -> int:
    order = list(PersonPart)
    return order.index(part) if part else len(order)
