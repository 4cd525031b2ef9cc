"""Referrals: asked for, given, thanked. One verb each, for every place where people press."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from bot.accounts import customer_people
from bot.accounts.people_facts import NamedThere, PersonView
from bot.db.scope import is_row, lock, within
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.models import CustomerPerson, Referral
from bot.referrals import notify, queries
from bot.referrals.messages import refused_words
from bot.referrals.queries import GONE, KnownReferral
from bot.workspace.members import MemberView

NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class NamedSomebody:
    """Whom they named: at least a name or a company; and what they said."""

    named: str
    company: str = ""
    words: str = ""


def ask(work: Work, person_id: int, by: MemberView) -> int:
    """Write down that this person was asked for a referral. Gives the referral's number.

    Raises Refused, with every reason, when they are not to be asked now; whatever is pressed where, the pause holds.
    """
    # Two who ask at the same moment: the second one finds the first one's.
    lock(work, CustomerPerson, [person_id])
    person = require_person(work, person_id)
    found = queries.bars(work, person, by)
    if found:
        raise Refused(refused_words(person.name, found))
    number = _insert(work, person, asked_at=work.now, asked_by_id=by.id)
    _met(work, person, number)
    return number


def give(work: Work, person_id: int, given: NamedSomebody, by: MemberView) -> int:
    """Write down whom this person named, asked or not. Their newest ask without an answer is answered by it.

    Raises FieldErrors (named) when neither a name nor a company is there.
    """
    values = {"given_at": work.now, "given_by_id": by.id, **checked(given)}
    lock(work, CustomerPerson, [person_id])
    person = require_person(work, person_id)
    asked = work.session.scalar(
        select(Referral.id)
        .where(
            within(Referral.workspace_id, work.workspace_id),
            Referral.person_id == person.id,
            Referral.given_at.is_(None),
        )
        .order_by(Referral.id.desc())
        .limit(1)
    )
    if asked is None:
        referral_id = _insert(work, person, **values)
    else:
        work.session.execute(update(Referral).where(is_row(Referral, work.workspace_id, asked)).values(**values))
        referral_id = asked
    _met(work, person, referral_id)
    notify.plan_thanks(work, queries.read(work, referral_id))
    return referral_id


def checked(given: NamedSomebody) -> dict[str, str]:
    """Whom they named, as columns. Raises FieldErrors (named) when neither a name nor a company is there."""
    named, company = given.named.strip()[:NAME_LENGTH], given.company.strip()[:NAME_LENGTH]
    if not named and not company:
        raise FieldErrors({"named": "Write whom they named, or the company."})
    return {"named": named, "company": company, "words": given.words.strip()}


def thank(work: Work, referral_id: int, by: MemberView) -> KnownReferral:
    """They were thanked. A second press changes nothing. Raises Refused where nobody was named yet."""
    lock(work, Referral, [referral_id])
    known = queries.read(work, referral_id)
    if known.given_at is None:
        raise Refused(f"{known.person} has not named anybody yet. Write that down first, with They named somebody….")
    if known.is_unthanked:
        thanked = {"thanked_at": work.now, "thanked_by_id": by.id}
        work.session.execute(update(Referral).where(is_row(Referral, work.workspace_id, referral_id)).values(**thanked))
        known = queries.read(work, referral_id)
        notify.cancel_thanks(work, referral_id)
    notify.show(work, known)
    return known


def require_person(work: Work, person_id: int) -> PersonView:
    """Somebody of the list; raises Refused when they are not there, or were removed for good."""
    person = customer_people.read(work, person_id)
    if person is None or person.is_removed:
        raise Refused(GONE)
    return person


def _met(work: Work, person: PersonView, referral_id: int) -> None:
    """Asked, or telling us whom they know, they were met; the last such moment of a referral stands."""
    customer_people.meet_now(work, person.account_id, f"referral:{referral_id}", NamedThere(person.name, (person.id,)))


def _insert(work: Work, person: PersonView, **values: object) -> int:
    table = Referral.__table__
    row = {
        "workspace_id": work.workspace_id,
        "account_id": person.account_id,
        "person_id": person.id,
        "created_at": work.now,
        "named": "",
        "company": "",
        "words": "",
        **values,
    }
    return int(work.session.execute(insert(table).values(row).returning(table.c.id)).scalar_one())  # type: ignore[arg-type]
