"""Somebody at a customer is removed for good: no name, title or e-mail is left; that there was a contact stays."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm.attributes import flag_modified

from bot.accounts import customer_people
from bot.core.person_names import Known, meant, names_in, person_key
from bot.db.scope import is_row, lock, within
from bot.db.work import Work
from bot.models import (
    CustomerPerson,
    DecisionStep,
    Event,
    FollowUp,
    HealthCheck,
    PulseAnswer,
    PulseRound,
    Touchpoint,
)
from bot.people.rules import PersonTrace
from bot.people.service import require_person

NOBODY = "Somebody (removed)"
"""What stands where the name stood."""


def remove_for_good(work: Work, person_id: int, by_id: int) -> None:
    """Blank all that says who they were, in the list and in every field that named them.

    Contacts stay, with nobody's name; so does what people wrote in sentences of their own, which nothing here reads.
    A hash of their e-mail or name keeps an import from bringing them back. Raises Refused when they are not there.
    """
    lock(work, CustomerPerson, [person_id])
    person = require_person(work, person_id)
    known = customer_people.known(work, [person.account_id])[person.account_id]
    _out_of_contacts(work, person.account_id, person_id, known)
    values = {
        "name": NOBODY,
        "name_key": "",
        "title": "",
        "email": "",
        "removed_key": removed_key(person.email, person.name),
        "removed_at": work.now,
    }
    work.session.execute(
        update(CustomerPerson).where(is_row(CustomerPerson, work.workspace_id, person_id)).values(**values)
    )
    work.session.expire_all()
    event = Event(
        workspace_id=work.workspace_id,
        account_id=person.account_id,
        kind=PersonTrace.REMOVED,
        by_id=by_id,
        at=work.now,
        facts={"person_id": person_id},
    )
    work.session.add(event)


def removed_key(email: str, name: str) -> str:
    """By what somebody who was removed is known again, and nothing else is: a hash of the e-mail, else of the name."""
    words = email.strip().casefold() or person_key(name)
    return blake2b(words.encode(), digest_size=20).hexdigest() if words else ""


def without(typed: str, person_id: int, known: list[Known]) -> str:
    """A field's names without this person's; as it was when it does not name them."""
    if person_id not in meant(typed, known)[0]:
        return typed
    # A field may be one whole name with a comma in it.
    if len(meant(typed, known)[0]) == 1 and not meant(typed, known)[1]:
        return ""
    return ", ".join(name for name in names_in(typed) if person_id not in meant(name, known)[0])


def _out_of_contacts(work: Work, account_id: int, person_id: int, known: list[Known]) -> None:
    """Take the name out of every field of the account that holds names. One account's rows: removals are few."""
    fields: list[tuple[Any, str, ColumnElement[bool]]] = [
        (Touchpoint, "contact", Touchpoint.account_id == account_id),
        (HealthCheck, "contact", HealthCheck.account_id == account_id),
        (FollowUp, "contact", FollowUp.account_id == account_id),
        (DecisionStep, "who", DecisionStep.account_id == account_id),
    ]
    for model, column, mine in fields:
        kept = getattr(model, column)
        rows = work.session.execute(work.select(model.id, kept).where(mine, kept != "")).all()
        _write(work, model, column, _changed(rows, person_id, known))
    rounds = work.select(PulseRound.id).where(PulseRound.account_id == account_id)
    answers = work.session.scalars(work.select(PulseAnswer).where(PulseAnswer.round_id.in_(rounds)))
    for answer in answers:
        answer.heard_from = without(answer.heard_from, person_id, known)
        answer.earlier = [
            {**one, "heard_from": without(one["heard_from"], person_id, known)} if one.get("heard_from") else one
            for one in answer.earlier
        ]
    steps = work.select(FollowUp).where(FollowUp.account_id == account_id, FollowUp.source == f"person:{person_id}")
    for step in work.session.scalars(steps):
        # A sentence of ours; what people wrote themselves is theirs.
        step.words = re.sub(r"^.* \(([^()]*)\) has left\.", rf"{NOBODY} (\1) has left.", step.words)
    _out_of_traces(work, account_id, person_id, known)


def _out_of_traces(work: Work, account_id: int, person_id: int, known: list[Known]) -> None:
    """What a touchpoint said before it was changed or taken back."""
    events = work.session.scalars(
        work.select(Event).where(Event.account_id == account_id, Event.kind.startswith("touch_"))
    )
    for event in events:
        before = event.facts.get("before")
        if isinstance(before, dict) and before.get("contact"):
            said = without(str(before["contact"]), person_id, known)
            if said != before["contact"]:
                event.facts = {**event.facts, "before": {**before, "contact": said}}
                flag_modified(event, "facts")


def _changed(rows: Iterable[Any], person_id: int, known: list[Known]) -> dict[int, str]:
    said = {row[0]: (row[1], without(row[1], person_id, known)) for row in rows}
    return {number: after for number, (before, after) in said.items() if before != after}


def _write(work: Work, model: Any, column: str, changed: dict[int, str]) -> None:
    for number, words in changed.items():
        value = words or (NOBODY if model is DecisionStep else "")
        values: dict[str, Any] = {column: value}
        if model is DecisionStep:
            values["person_id"] = None
        work.session.execute(
            update(model)
            .where(within(model.workspace_id, work.workspace_id), model.id == number)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
