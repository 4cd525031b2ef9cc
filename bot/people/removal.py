"""Somebody at a customer is removed for good: no name, title or e-mail is left; that there was a contact stays."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from sqlalchemy import update

from bot.accounts import customer_people
from bot.core import events
from bot.core.person_names import Known, meant, names_in, person_key
from bot.db.scope import is_row, lock
from bot.db.work import Work
from bot.models import (
    CustomerPerson,
    DecisionStep,
    Event,
    FollowUp,
    PulseAnswer,
    PulseRound,
    Referral,
)
from bot.people.events import PersonRemoved
from bot.people.rules import PersonTrace
from bot.people.service import require_person

NOBODY = "Somebody (removed)"
"""What stands where the name stood."""

HALF = 20
"""Characters of each of the two hashes by which somebody who was removed is known again."""

_NONE = "0" * HALF
_OUR_SENTENCE = re.compile(r"^.* \(([^()]*)\) has left\.")


def remove_for_good(work: Work, person_id: int, by_id: int) -> None:
    """Blank all that says who they were, in the list and in every field that named them.

    Contacts stay, with nobody's name; so does what people wrote in sentences of their own, which nothing here reads.
    Hashes of their e-mail and name keep an import from bringing them back. Raises Refused when they are not there.
    """
    lock(work, CustomerPerson, [person_id])
    person = require_person(work, person_id)
    known = customer_people.known(work, [person.account_id])[person.account_id]
    _out_of_contacts(work, person.account_id, person_id, known)
    events.publish(work, PersonRemoved(person.account_id, person_id, known))
    values = {
        "name": NOBODY,
        "name_key": "",
        "former_keys": "",
        "title": "",
        "email": "",
        "removed_key": removed_key(person.email, person.name),
        "removed_at": work.now,
    }
    work.session.execute(
        update(CustomerPerson).where(is_row(CustomerPerson, work.workspace_id, person_id)).values(**values)
    )
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
    """By what somebody who was removed is known again, and nothing else is: hashes of the e-mail and of the name."""
    return _hash(email.strip().casefold()) + _hash(person_key(name))


class RemovedThere:
    """Those who were removed for good from some accounts, by what is kept of them."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = frozenset(keys)
        self._emails = {key[:HALF] for key in self._keys} - {_NONE}
        self._names = {key[HALF:] for key in self._keys}
        self._names_alone = {key[HALF:] for key in self._keys if key[:HALF] == _NONE}

    def has(self, email: str, name: str) -> bool:
        """Whether this is one of them: by the e-mail, or by the name where one of both e-mails is not known."""
        email, name = email.strip().casefold(), person_key(name)
        if not self._keys:
            return False
        if _whole_hash(email or name) in self._keys or (email and _hash(email) in self._emails):
            return True
        return bool(name) and _hash(name) in (self._names_alone if email else self._names)


def _hash(words: str) -> str:
    return blake2b(words.encode(), digest_size=HALF // 2).hexdigest() if words else _NONE


def _whole_hash(words: str) -> str:
    """As it was kept before both were: of the e-mail, else of the name."""
    return blake2b(words.encode(), digest_size=HALF).hexdigest()


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
    fields = [(one.model, one.name) for one in customer_people.NAMING_FIELDS]
    for model, column in [*fields, (Referral, "named")]:
        kept = getattr(model, column)
        mine = model.account_id == account_id
        rows = work.session.execute(work.select(model.id, kept).where(mine, kept != "")).all()
        _write(work, model, column, _changed(rows, person_id, known))
    _out_of_answers(work, account_id, person_id, known)
    _out_of_steps(work, account_id, person_id)
    _out_of_traces(work, account_id, person_id, known)


def _out_of_answers(work: Work, account_id: int, person_id: int, known: list[Known]) -> None:
    """From whom an answer to a pulse was heard, and from whom what stood there before it was changed."""
    rounds = work.select(PulseRound.id).where(PulseRound.account_id == account_id)
    rows = work.session.execute(
        work.select(PulseAnswer.id, PulseAnswer.heard_from, PulseAnswer.earlier).where(PulseAnswer.round_id.in_(rounds))
    ).all()
    for number, heard_from, earlier in rows:
        said = without(heard_from, person_id, known)
        before = [
            {**one, "heard_from": without(one["heard_from"], person_id, known)} if one.get("heard_from") else one
            for one in earlier
        ]
        if (said, before) != (heard_from, earlier):
            _set(work, PulseAnswer, number, {"heard_from": said, "earlier": before})


def _out_of_steps(work: Work, account_id: int, person_id: int) -> None:
    """What the step about their leaving says: a sentence of ours, where what people wrote themselves is theirs."""
    rows = work.session.execute(
        work.select(FollowUp.id, FollowUp.words).where(
            FollowUp.account_id == account_id, FollowUp.source == f"person:{person_id}"
        )
    ).all()
    for number, words in rows:
        _set(work, FollowUp, number, {"words": _OUR_SENTENCE.sub(rf"{NOBODY} (\1) has left.", words)})


def _out_of_traces(work: Work, account_id: int, person_id: int, known: list[Known]) -> None:
    """What a touchpoint said before it was changed or taken back."""
    rows = work.session.execute(
        work.select(Event.id, Event.facts).where(Event.account_id == account_id, Event.kind.startswith("touch_"))
    ).all()
    for number, facts in rows:
        before = facts.get("before")
        if not isinstance(before, dict) or not before.get("contact"):
            continue
        said = without(str(before["contact"]), person_id, known)
        if said != before["contact"]:
            _set(work, Event, number, {"facts": {**facts, "before": {**before, "contact": said}}})


def _changed(rows: Iterable[Any], person_id: int, known: list[Known]) -> dict[int, str]:
    said = {row[0]: (row[1], without(row[1], person_id, known)) for row in rows}
    return {number: after for number, (before, after) in said.items() if before != after}


def _write(work: Work, model: Any, column: str, changed: dict[int, str]) -> None:
    for number, words in changed.items():
        # A step of a decision names somebody; other fields may be empty.
        is_step = model is DecisionStep
        _set(work, model, number, {column: words or NOBODY, "person_id": None} if is_step else {column: words})


def _set(work: Work, model: Any, number: int, values: dict[str, Any]) -> None:
    work.session.execute(
        update(model)
        .where(is_row(model, work.workspace_id, number))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
