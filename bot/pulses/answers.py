"""What people say in a round: one answer each, which they may change until it closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import update

from bot.core.facts import encode
from bot.db.scope import within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import FieldErrors, NotForYou, Refused
from bot.models import PulseAnswer, PulseRound
from bot.posts import outgoing
from bot.pulses import close, red_answers, reminder_posts, round_card, rounds
from bot.pulses.facts import GivenAnswer, Own
from bot.pulses.rounds import Answer, Earlier, Round
from bot.pulses.rules import Colour, needs_reason
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

GONE = "That pulse is no longer there. Start one with /pulse."
CLOSED = "This pulse of {0} has closed. Start a new one with /pulse {0}."


def answer(
    work: Work,
    round_id: int,
    member_id: int,
    given: GivenAnswer,
    is_press: bool = False,
) -> Own:
    """Keep what someone says, with what they said before beside it. Others see that they answered, and not what.

    A bare press says nothing of how it is known: where it repeats the colour, what was said of that before stays. A red
    answer goes to the owner at once. When everyone has answered, the round closes. Raises Refused when the round can no
    longer be answered, FieldErrors (reasons, words, heard_on) for an answer that is not green and says nothing about
    why, gives too many reasons, or was heard on a day to come.
    """
    ws, r = _opened(work, round_id, member_id)
    given = replace(given, words=given.words.strip(), reasons=tuple(dict.fromkeys(given.reasons)))
    _check(ws, r, given)
    _check_day(r, member_id, given.heard_on, ws, work.now)
    before = of(r, member_id)
    if is_press and before is not None and before.colour is given.colour:
        given = replace(given, **before.how_known)
    _write(work, r, before, Answer(**given.values, member_id=member_id, at=work.now))
    r = rounds.load(work, [round_id])[round_id]
    if given.colour is Colour.RED and (before is None or before.colour is not Colour.RED):
        red_answers.plan(work, r, member_id)
    if before is None:
        wanted = [*round_card.cards(work, [r]), *reminder_posts.changed(work, [r])]
    else:
        wanted = red_answers.changed(work, r, member_id)
    outgoing.put(work, wanted)
    return own(ws, _settled(work, r), member_id, work.now, is_asked=given.heard_on is None)


def say_how_known(work: Work, round_id: int, member_id: int, heard_on: date | None) -> Own:
    """Say that one's answer was heard from the customer on a day, or is one's own impression (None).

    Raises Refused when this person has not answered, or the round can no longer be answered.
    """
    ws, r = _opened(work, round_id, member_id)
    given = of(r, member_id)
    if given is None:
        raise Refused(f"You have not answered the pulse of {r.account.name} yet. Press a colour first.")
    _check_day(r, member_id, heard_on, ws, work.now)
    if given.heard_on != heard_on:
        ours = within(PulseAnswer.workspace_id, work.workspace_id)
        mine = (ours, PulseAnswer.round_id == r.id, PulseAnswer.member_id == member_id)
        heard_from = given.heard_from if heard_on else ""
        work.session.execute(update(PulseAnswer).where(*mine).values(heard_on=heard_on, heard_from=heard_from))
        r = rounds.load(work, [round_id])[round_id]
        outgoing.put(work, red_answers.changed(work, r, member_id))
        r = _settled(work, r)
    return own(ws, r, member_id, work.now)


def own(ws: WorkspaceContext, r: Round, member_id: int, now: datetime, is_asked: bool = False) -> Own:
    """One's own answer, as it is confirmed. `is_asked`: whether it was heard is still to be said."""
    given = of(r, member_id)
    assert given is not None
    return Own(
        round_id=r.id,
        account=r.account.name,
        as_of=str(r.day(ws, now)),
        closes_on=str(r.closes_on),
        given=GivenAnswer(**given.values),
        is_asked=is_asked,
        is_closed=r.closed_at is not None,
        hears=red_answers.hearers(ws, r, given, now) if given.colour is Colour.RED and member_id in r.people else (),
    )


def account_of(work: Work, round_id: int) -> int:
    """The account that a round is about. Raises NotForYou when this workspace has no such round."""
    account_id = work.session.scalar(work.select(PulseRound.account_id).where(PulseRound.id == round_id))
    if account_id is None:
        raise NotForYou(GONE)
    return account_id


def opened(work: Work, round_id: int, member_id: int) -> Round:
    """A round that this person can still answer. Raises Refused, saying what to do instead, for any other."""
    return _opened(work, round_id, member_id, locked=False)[1]


def of(r: Round, member_id: int) -> Answer | None:
    """What one person has said in a round so far."""
    return next((given for given in r.answers if given.member_id == member_id), None)


def _opened(work: Work, round_id: int, member_id: int, locked: bool = True) -> tuple[WorkspaceContext, Round]:
    ws = context.of(work)
    r = rounds.load(work, [round_id], locked).get(round_id)
    if r is None:
        raise Refused(GONE)
    # A round that has closed because all had answered takes corrections of what was said, and nothing new.
    if r.closed_at is not None and not (member_id in r.answered and r.may_change(ws, work.now)):
        raise Refused(CLOSED.format(r.account.name))
    return ws, r


def _write(work: Work, r: Round, before: Answer | None, new: Answer) -> None:
    """Put an answer in the place of the one before, which stays beside it; the same one again is nothing new."""
    earlier = list(before.earlier) if before else []
    if before is not None and before.told != new.told:
        earlier.append(Earlier(**before.values, at=before.at.isoformat()))
    table = PulseAnswer.__table__
    statement = insert_for(work.session, table).values(
        workspace_id=work.workspace_id,
        round_id=r.id,
        member_id=new.member_id,
        answered_at=new.at,
        earlier=encode(earlier),
        **new.values,
    )
    names = ("answered_at", "earlier", *new.values)
    work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["round_id", "member_id"], set_={name: statement.excluded[name] for name in names}
        )
    )


def _settled(work: Work, r: Round) -> Round:
    """Close the round when everyone has answered; one that has closed comes out anew."""
    ws = context.of(work)
    if r.closed_at is not None or r.is_complete(ws, work.now):
        close.close_early(work, r)
        return rounds.load(work, [r.id])[r.id]
    return r


def _check_day(r: Round, member_id: int, heard_on: date | None, ws: WorkspaceContext, now: datetime) -> None:
    mate = r.people.get(member_id)
    today = mate.day(now) if mate else r.day(ws, now)
    if heard_on is not None and heard_on > today:
        raise FieldErrors({"heard_on": "That day is still to come. Choose the day on which they said so."})


def _check(ws: WorkspaceContext, r: Round, given: GivenAnswer) -> None:
    most = r.policy(ws).pulse_reasons
    if len(given.reasons) > most:
        raise FieldErrors({"reasons": f"Choose at most {most}; the rest fits into your words."})
    if needs_reason(given.colour) and not given.reasons and not given.words:
        raise FieldErrors({"reasons": "Choose a reason, or say it in your words: a colour alone helps nobody."})
