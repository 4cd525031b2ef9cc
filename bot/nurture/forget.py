"""Whom no touch greets any more: who was removed for good, in its words neither; and who left before it was sent."""

from __future__ import annotations

import re

from sqlalchemy import update

from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import NurtureTouch, Touchpoint
from bot.nurture import queries, show
from bot.nurture.rules import SOMEBODY, TouchState, greeted
from bot.people.events import PersonLeft, PersonRemoved
from bot.people.removal import without


def on_person_removed(work: Work, event: PersonRemoved) -> None:
    """Take their name out of touches that were for them, and out of the touchpoint that sending one has logged.

    The words of a touch are a sentence of ours that greets them; messages about it show it without the name.
    """
    t = NurtureTouch
    rows = work.session.execute(
        work.select(t.id, t.contact, t.opening, t.touchpoint_id).where(
            t.account_id == event.account_id, t.contact != ""
        )
    ).all()
    changed = []
    for number, contact, opening, touchpoint_id in rows:
        left = without(contact, event.person_id, list(event.known))
        if left == contact:
            continue
        nameless = _without_names(opening, contact)
        _set(work, NurtureTouch, number, {"contact": left, "opening": nameless})
        if touchpoint_id is not None:
            logged = work.session.scalar(work.select(Touchpoint.words).where(Touchpoint.id == touchpoint_id))
            # What somebody has written in its place is theirs.
            if logged == opening:
                _set(work, Touchpoint, touchpoint_id, {"words": nameless})
        changed.append(number)
    show.update(work, changed)


def on_person_left(work: Work, event: PersonLeft) -> None:
    """Touches for them that wait to be sent are for whom one would write to now."""
    t = NurtureTouch
    rows = work.session.execute(
        work.select(t.id, t.contact, t.opening).where(
            t.account_id == event.account_id, t.contact != "", t.state == TouchState.OPEN.value
        )
    ).all()
    theirs = [row for row in rows if without(row.contact, event.person_id, list(event.known)) != row.contact]
    if not theirs:
        return
    now = queries.contacts_at(work, [event.account_id]).get(event.account_id, "")
    for number, contact, opening in theirs:
        words = _without_names(opening, contact, greeted(now) or SOMEBODY)
        _set(work, NurtureTouch, number, {"contact": now, "opening": words})
    show.update(work, [row.id for row in theirs])


def _without_names(words: str, contact: str, instead: str = SOMEBODY) -> str:
    """Words that greet this contact, greeting somebody else: nobody by name, where nobody is given."""
    # The longer one first: the other is a part of it.
    for name in (contact, greeted(contact)):
        words = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: instead, words)
    return words


def _set(work: Work, model: type[NurtureTouch] | type[Touchpoint], number: int, values: dict[str, str]) -> None:
    work.session.execute(
        update(model)
        .where(is_row(model, work.workspace_id, number))
        .values(values)
        .execution_options(synchronize_session=False)
    )
