"""Somebody at a customer is written down, corrected, or has left; whose leaving matters asks for a next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, insert, update

from bot import follow_ups
from bot.accounts import contacts, customer_people
from bot.accounts import search as account_search
from bot.accounts.events import PeopleThereChanged
from bot.accounts.people_facts import PersonView
from bot.core import events
from bot.core.calendar import local_date, working_day_on_or_before
from bot.core.customer_people import MATTERS, PersonPart, is_email
from bot.core.person_names import person_key, with_former
from bot.db.scope import is_row, lock
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.models import Account, CustomerPerson, Event
from bot.people.events import PersonLeft
from bot.people.rules import PersonTrace
from bot.workspace import context

NAME_LENGTH, EMAIL_LENGTH = 200, 320
GONE = "That person is no longer in the list. Look with `/people`."
_P = CustomerPerson


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """Somebody as a form has them. `since` is the day since which they are there, or play this part."""

    name: str
    title: str = ""
    email: str = ""
    part: PersonPart | None = None
    since: date | None = None
    left_on: date | None = None


def add(work: Work, account_id: int, entry: PersonEntry, by_id: int | None) -> int:
    """Write somebody down; returns their number. Names typed in what was logged before are matched.

    Raises FieldErrors (name, email, since, left_on) for what cannot be, and for somebody who is in the list already:
    what was typed of them would be lost. Raises Refused when the workspace has no such account.
    """
    account_search.require_account(work, account_id)
    _check(work, entry)
    lock(work, Account, [account_id])
    _refuse_twice(work, account_id, entry)
    key = person_key(entry.name)
    table = CustomerPerson.__table__
    values = {
        "workspace_id": work.workspace_id,
        "account_id": account_id,
        "name": _one_line(entry.name),
        "name_key": key,
        "title": _one_line(entry.title)[:NAME_LENGTH],
        "email": entry.email.strip(),
        "part": entry.part.value if entry.part else "",
        "since": entry.since,
        "created_by_id": by_id,
        "created_at": work.now,
    }
    number = int(work.session.execute(insert(table).values(values).returning(table.c.id)).scalar_one())  # type: ignore[arg-type]
    customer_people.match_what_was_typed(work, [account_id])
    _keep(work, account_id, PersonTrace.ADDED, number, by_id)
    if entry.left_on is not None:
        has_left(work, number, entry.left_on, by_id)
    return number


def add_named(work: Work, account_id: int, typed: str, by_id: int) -> list[int]:
    """Write down those whom a field names and who are not in the list yet; returns their numbers."""
    lock(work, Account, [account_id])
    _, new = customer_people.meant_by(work, account_id, typed)
    return [add(work, account_id, PersonEntry(name[:NAME_LENGTH]), by_id) for name in new]


def edit(work: Work, person_id: int, entry: PersonEntry, by_id: int) -> bool:
    """Correct what is known of somebody; False when it said all of that already. Who may is the caller's to check.

    What was written down under a name that they had before goes on meaning them.
    With a day of leaving it does what `has_left` does; without one it does what `is_back` does. The step about who
    follows comes and goes with the part of whoever has left. Raises FieldErrors as `add` does, Refused when they are
    not in the list.
    """
    lock(work, Account, [require_person(work, person_id).account_id])
    before = require_person(work, person_id)
    _check(work, entry)
    values = {
        "name": _one_line(entry.name),
        "name_key": person_key(entry.name),
        "title": _one_line(entry.title)[:NAME_LENGTH],
        "email": entry.email.strip(),
        "part": entry.part.value if entry.part else "",
        "since": entry.since,
    }
    was = {name: getattr(before, name) for name in ("name", "title", "email", "since")}
    was |= {"part": before.part.value if before.part else "", "name_key": person_key(before.name)}
    if values == was and entry.left_on == before.left_on:
        return False
    if (values["name_key"], values["email"]) != (was["name_key"], was["email"]):
        _refuse_twice(work, before.account_id, entry, person_id)
    renamed = values["name_key"] != was["name_key"]
    if renamed:
        former = work.session.scalar(work.select(_P.former_keys).where(_row(work, person_id))) or ""
        values["former_keys"] = with_former(former, person_key(before.name), person_key(entry.name))
    work.session.execute(update(CustomerPerson).where(_row(work, person_id)).values(**values))
    if renamed:
        customer_people.match_what_was_typed(work, [before.account_id])
    if entry.left_on is not None:
        has_left(work, person_id, entry.left_on, by_id)
        _follow_part(work, before, by_id)
    else:
        is_back(work, person_id, by_id)
    return True


def has_left(work: Work, person_id: int, on: date, by_id: int | None) -> bool:
    """They have left the customer; False when that was known. Who may is the caller's to check.

    Where a champion or decider has left, the account's owner (without one `by_id`) gets a follow-up, due within the
    policy's days.
    Raises FieldErrors (left_on) for a day to come.
    """
    lock(work, CustomerPerson, [person_id])
    person = require_person(work, person_id)
    zone = context.of(work).zone
    if on > local_date(work.now, zone) + timedelta(days=1):
        raise FieldErrors({"left_on": "That day is still to come. Write it down once they have left."})
    if person.left_on == on:
        return False
    work.session.execute(update(CustomerPerson).where(_row(work, person_id)).values(left_on=on))
    if person.left_on is None:
        _keep(work, person.account_id, PersonTrace.LEFT, person_id, by_id)
        known = customer_people.known(work, [person.account_id])[person.account_id]
        events.publish(work, PersonLeft(person.account_id, person_id, known))
        events.publish(work, PeopleThereChanged(person.account_id))
        if person.part in MATTERS:
            _ask_who_follows(work, person, by_id)
    return True


def is_back(work: Work, person_id: int, by_id: int | None) -> bool:
    """They are there again, and the step about who follows them is dropped; False when they had not left."""
    lock(work, CustomerPerson, [person_id])
    person = require_person(work, person_id)
    if person.left_on is None:
        return False
    work.session.execute(update(CustomerPerson).where(_row(work, person_id)).values(left_on=None))
    _keep(work, person.account_id, PersonTrace.BACK, person_id, by_id)
    follow_ups.drop_open(work, _source(person_id), by_id)
    events.publish(work, PeopleThereChanged(person.account_id))
    return True


def require_person(work: Work, person_id: int) -> PersonView:
    """Somebody of the list; raises Refused when they are not in it, or were removed from it for good."""
    person = customer_people.read(work, person_id)
    if person is None or person.is_removed:
        raise Refused(GONE)
    return person


def _ask_who_follows(work: Work, person: PersonView, by_id: int | None) -> None:
    account = contacts.load(work, [person.account_id])[person.account_id]
    if not account.is_active:
        return
    owner_id, ws = account.owner_id or by_id, context.of(work)
    hours, within_days = account.hours(ws), timedelta(days=ws.policies.of(account.tier).takes_over_days)
    today = hours.day(work.now)
    due_on = max(today, working_day_on_or_before(today + within_days, hours.days_off))
    part = person.part.label.lower() if person.part else ""
    words = f"{person.name} ({part}) has left. Find out who takes over, and meet them."
    follow_ups.add(work, person.account_id, owner_id, words, due_on, False, _source(person.id), by_id)


def _follow_part(work: Work, before: PersonView, by_id: int) -> None:
    """Of somebody who had left already another part is known now: only a part that matters asks for a step."""
    now = require_person(work, before.id)
    if before.left_on is None or (before.part in MATTERS) == (now.part in MATTERS):
        return
    if now.part in MATTERS:
        _ask_who_follows(work, now, by_id)
    else:
        follow_ups.drop_open(work, _source(now.id), by_id)


def _source(person_id: int) -> str:
    return f"person:{person_id}"


def _refuse_twice(work: Work, account_id: int, entry: PersonEntry, person_id: int = 0) -> None:
    """Raises FieldErrors when another one of the list has this name or e-mail; two of one name have two e-mails."""
    rows = work.session.execute(
        work.select(_P.id, _P.name, _P.name_key, _P.email, _P.left_on)
        .where(_P.account_id == account_id, _P.removed_at.is_(None))
        .order_by(_P.left_on.is_not(None), _P.id)
    ).all()
    others = [row for row in rows if row.id != person_id]
    key, email = person_key(entry.name), entry.email.strip().casefold()
    of_name = next((one for one in others if one.name_key == key and (not email or not one.email)), None)
    of_email = next((one for one in others if email and one.email.casefold() == email), None)
    if of_email is not None:
        where = "in the list, as gone" if of_email.left_on else "in the list"
        what = f"{of_email.name} has this address, and is {where}. Edit them there, or leave it empty."
        raise FieldErrors({"email": what})
    if of_name is not None:
        there = f"{of_name.name} is in the list already"
        how = "as gone. Choose Is back there." if of_name.left_on else "and can be edited there."
        raise FieldErrors({"name": f"{there}, {how} Somebody else of that name? Then give both an e-mail."})


def _check(work: Work, entry: PersonEntry) -> None:
    errors: dict[str, str] = {}
    today = local_date(work.now, context.of(work).zone) + timedelta(days=1)
    if not person_key(entry.name):
        errors["name"] = "Write their name."
    elif len(entry.name) > NAME_LENGTH:
        errors["name"] = f"Keep the name within {NAME_LENGTH} characters."
    email = entry.email.strip()
    if email and (not is_email(email) or len(email) > EMAIL_LENGTH):
        errors["email"] = "Write a whole address, such as ruth@example.com."
    # A day further east has begun already where somebody may be.
    if entry.since is not None and entry.since > today:
        errors["since"] = "That day is still to come. Leave it empty until then."
    if entry.left_on is not None and entry.left_on > today:
        errors["left_on"] = "That day is still to come. Write it down once they have left."
    if entry.since is not None and entry.left_on is not None and entry.left_on < entry.since:
        errors.setdefault("left_on", "That is before the day since which they are there. Correct one of them.")
    if errors:
        raise FieldErrors(errors)


def _keep(work: Work, account_id: int, trace: PersonTrace, person_id: int, by_id: int | None) -> None:
    # The name is read when it is shown: once somebody is removed for good it stands nowhere.
    event = Event(
        workspace_id=work.workspace_id,
        account_id=account_id,
        kind=trace,
        by_id=by_id,
        at=work.now,
        facts={"person_id": person_id},
    )
    work.session.add(event)


def _row(work: Work, person_id: int) -> ColumnElement[bool]:
    return is_row(CustomerPerson, work.workspace_id, person_id)


def _one_line(words: str) -> str:
    return " ".join(words.split())
