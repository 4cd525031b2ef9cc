"""Who is removed for good at a customer is greeted by no touch any more, in its words neither."""

from __future__ import annotations

import re

from sqlalchemy import update

from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import NurtureTouch, Touchpoint
from bot.nurture import show
from bot.nurture.rules import SOMEBODY, greeted
from bot.people.events import PersonRemoved
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


def _without_names(words: str, contact: str) -> str:
    """Words that greet this contact, greeting nobody by name."""
    # The longer one first: the other is a part of it.
    for name in (contact, greeted(contact)):
        words = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", SOMEBODY, words)
    return words


def _set(work: Work, model: type[NurtureTouch] | type[Touchpoint], number: int, values: dict[str, str]) -> None:
    work.session.execute(
        update(model)
        .where(is_row(model, work.workspace_id, number))
        .values(values)
        .execution_options(synchronize_session=False)
    )
