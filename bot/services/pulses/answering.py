"""What people say in a round: one answer each, which they may change until it closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import FieldErrors, NotForYou, Refused
from bot.models import PulseAnswer, PulseRound
from bot.rules.pulses import Colour, needs_reason
from bot.services import posts
from bot.services.agenda import insert_for
from bot.services.pulses import reminders, rounds, showing
from bot.services.pulses.rounds import Answer, Round
from bot.services.renewals import office as offices
from bot.services.renewals.office import Office

GONE = "That pulse is no longer there. Start one with /pulse."
CLOSED = "This pulse of {0} has closed. Start a new one with /pulse {0}."


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer came to. `before` is this person's earlier colour in the round, None for their first answer."""

    account: str
    colour: Colour
    before: Colour | None


def answer(
    session: Session,
    workspace_id: int,
    round_id: int,
    member_id: int,
    colour: Colour,
    reasons: Sequence[str],
    words: str,
    now: datetime,
) -> Answered:
    """Keep what someone says, in place of what they said before. Others see that they answered, and not what.

    Raises Refused when the round has closed, FieldErrors (reasons, words) for an answer that is not green and says
    nothing about why, or that gives too many reasons.
    """
    here, r = _opened(session, workspace_id, round_id)
    words, reasons = words.strip(), tuple(dict.fromkeys(reasons))
    _check(here, r, colour, reasons, words)
    before = of(r, member_id)
    table = PulseAnswer.__table__
    statement = insert_for(session, table).values(
        workspace_id=workspace_id,
        round_id=round_id,
        member_id=member_id,
        colour=colour,
        reasons=list(reasons),
        words=words,
        answered_at=now,
    )
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["round_id", "member_id"],
            set_={"colour": new.colour, "reasons": new.reasons, "words": new.words, "answered_at": new.answered_at},
        )
    )
    if before is None:
        shown = list(rounds.load(session, here, [round_id]).values())
        wanted = [*showing.cards(session, here, shown, now), *reminders.changed(session, here, shown, now)]
        posts.want(session, workspace_id, now, wanted)
    return Answered(r.account.name, colour, before.colour if before else None)


def account_of(session: Session, workspace_id: int, round_id: int) -> int:
    """The account that a round is about. Raises NotForYou when this workspace has no such round."""
    account_id = session.scalar(
        select(PulseRound.account_id).where(PulseRound.workspace_id == workspace_id, PulseRound.id == round_id)
    )
    if account_id is None:
        raise NotForYou(GONE)
    return account_id


def opened(session: Session, workspace_id: int, round_id: int) -> Round:
    """A round that can still be answered. Raises Refused, saying what to do instead, for any other."""
    return _opened(session, workspace_id, round_id, locked=False)[1]


def of(r: Round, member_id: int) -> Answer | None:
    """What one person has said in a round so far."""
    return next((given for given in r.answers if given.member_id == member_id), None)


def _opened(session: Session, workspace_id: int, round_id: int, locked: bool = True) -> tuple[Office, Round]:
    here = offices.load(session, workspace_id)
    r = rounds.load(session, here, [round_id], locked).get(round_id)
    if r is None:
        raise Refused(GONE)
    if r.closed_at is not None:
        raise Refused(CLOSED.format(r.account.name))
    return here, r


def _check(here: Office, r: Round, colour: Colour, reasons: Sequence[str], words: str) -> None:
    most = r.policy(here).pulse_reasons
    if len(reasons) > most:
        raise FieldErrors({"reasons": f"Choose at most {most}; the rest fits into your words."})
    if needs_reason(colour) and not reasons and not words:
        raise FieldErrors({"reasons": "Choose a reason, or say it in your words: a colour alone helps nobody."})
