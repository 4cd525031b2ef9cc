"""What a person does about a proposal: sent, another, not now; what the customer answered; how touches begin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, select, update

from bot import touchpoints
from bot.accounts import customer_people
from bot.accounts.people_facts import NamedThere
from bot.db.scope import is_row, lock, within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.insights import matching
from bot.insights.facts import told
from bot.insights.rules import INVITATIONS, choose, fits, may_tell
from bot.models import Account, Insight, InsightUse, Member, NurtureTouch, Workspace
from bot.nurture import jobs, queries, show
from bot.nurture.rules import (
    FREED,
    OPENING,
    OPENING_LENGTH,
    Attendance,
    NotNow,
    NurtureAnswer,
    TouchState,
    filled,
    is_answerable,
    turn_of,
    wrong_with,
)
from bot.touchpoints import NewTouchpoint
from bot.touchpoints.rules.line import Purpose, Via

GONE = "That proposal is no longer there. The account's story says what was told."
OVER = "That proposal is over. The next one comes by itself."
NOT_SENT = "Press Sent first: before that they cannot have answered."
ANSWERED = "They answered it, so it was sent. If they did not, empty their answer first, with Change…."
PASSED = "The next proposal for {} has come since: this one stays as it is."
TOLD_SINCE = "{} may not be told that any more: it is over, or they have had it since, or enough about us."
NOTHING_ELSE = "There is nothing else to tell {} yet. Add something with `/insight`."


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """What the form for the customer's words, and the one for the opening, start with."""

    touch_id: int
    account: str
    answer: str
    said: str
    opening: str
    account_id: int
    heard_from: str


def account_of(work: Work, touch_id: int) -> int:
    """The account of a touch; 0, which none has, when there is no such touch."""
    return work.session.scalar(work.select(NurtureTouch.account_id).where(NurtureTouch.id == touch_id)) or 0


def send(work: Work, touch_id: int, by_id: int) -> None:
    """It was sent: a touchpoint with the purpose nurture, in the name of whoever pressed. Raises Refused when over."""
    touch = _open(work, touch_id)
    kind = work.session.scalars(select(Insight.kind).where(is_row(Insight, work.workspace_id, touch.insight_id))).one()
    new = NewTouchpoint(
        account_id=touch.account_id,
        at=work.now,
        logged_by_id=by_id,
        by_id=by_id,
        contact=touch.contact,
        purpose=Purpose.NURTURE,
        words=touch.opening,
        via=Via.FORM,
        source_key=f"nurture:{touch.id}",
    )
    logged = touchpoints.log(work, new)
    attendance = Attendance.INVITED.value if kind in INVITATIONS else ""
    _close(work, touch_id, by_id, TouchState.SENT, touchpoint_id=logged.id, attendance=attendance)
    show.update(work, [touch_id])


def another(work: Work, touch_id: int) -> None:
    """Propose something else for the same account. Raises Refused when it is over, or there is nothing else."""
    touch = _open(work, touch_id)
    # What is about to be replaced is told to nobody.
    listener = matching.listeners(work, [touch.account_id], without=touch_id)[touch.account_id]
    served = turn_of(queries.served_by(work, [touch.account_id]), touch.account_id)
    match = choose(matching.library(work), listener, served)
    account = _name(work, touch.account_id)
    if match is None:
        raise Refused(NOTHING_ELSE.format(account))
    goal, insight = match
    use = {
        "workspace_id": work.workspace_id,
        "account_id": touch.account_id,
        "insight_id": insight.number,
        "at": work.now,
    }
    work.session.execute(insert_for(work.session, InsightUse.__table__), [use])
    opening = queries.openings(work, [touch.member_id])[touch.member_id]
    _set(
        work,
        touch_id,
        insight_id=insight.number,
        goal=goal.value,
        opening=filled(opening, touch.contact, account, told(insight.words, insight.url)),
        fits=fits(insight, listener),
        proposed_at=work.now,
    )
    show.update(work, [touch_id])


def not_now(work: Work, touch_id: int, reason: NotNow, by_id: int) -> None:
    """Let it rest. At a bad moment it comes again later, with whatever fits then. Raises Refused when over."""
    touch = _open(work, touch_id)
    _close(work, touch_id, by_id, TouchState.NOT_NOW, reason=reason.value)
    if reason in FREED:
        work.session.execute(
            delete(InsightUse).where(
                within(InsightUse.workspace_id, work.workspace_id),
                InsightUse.account_id == touch.account_id,
                InsightUse.insight_id == touch.insight_id,
            )
        )
    again = str(jobs.plan_again(work, touch.account_id)) if reason is NotNow.TIMING else ""
    show.update(work, [touch_id], again_on=again)


def reopen(work: Work, touch_id: int, by_id: int) -> None:
    """It was not sent after all, or need not rest: it is proposed again, and the touchpoint of its sending is gone.

    A second press changes nothing. Raises Refused once they answered or the next proposal has come, and for what
    rested and may not be told any more.
    """
    touch = _read(work, touch_id)
    if touch.state == TouchState.OPEN:
        return
    newer = work.select(NurtureTouch.id).where(NurtureTouch.account_id == touch.account_id, NurtureTouch.id > touch_id)
    if touch.state == TouchState.LAPSED or work.session.scalar(newer.limit(1)) is not None:
        raise Refused(PASSED.format(_name(work, touch.account_id)))
    if touch.answer or touch.said:
        raise Refused(ANSWERED)
    if touch.state == TouchState.NOT_NOW:
        _require_tellable(work, touch)
    if touch.touchpoint_id is not None and touchpoints.read(work, touch.touchpoint_id) is not None:
        touchpoints.delete(work, touch.touchpoint_id, by_id)
    nothing = {"closed_by_id": None, "touchpoint_id": None, "attendance": "", "heard_from": ""}
    nothing |= {"answered_at": None, "answered_by_id": None, "closed_at": None, "reason": ""}
    _set(work, touch_id, state=TouchState.OPEN.value, **nothing)
    jobs.plan_anew(work, touch.account_id)
    show.update(work, [touch_id], again_on="")


def _require_tellable(work: Work, touch: Any) -> None:
    """What was let rest is proposed again only as anything is: never twice, fresh, and not too much about us."""
    listener = matching.listeners(work, [touch.account_id], without=touch.id)[touch.account_id]
    if touch.reason not in FREED:
        # It is this very proposal that they count as having had.
        listener = replace(listener, heard=listener.heard - {touch.insight_id})
    known = [one for one in matching.library(work) if one.number == touch.insight_id]
    if not any(may_tell(one, listener) for one in known):
        raise Refused(TOLD_SINCE.format(_name(work, touch.account_id)))
    use = {"workspace_id": work.workspace_id, "account_id": touch.account_id, "insight_id": touch.insight_id}
    row = insert_for(work.session, InsightUse.__table__).values(**use, at=work.now)
    work.session.execute(row.on_conflict_do_nothing(index_elements=["account_id", "insight_id"]))


def answer(work: Work, touch_id: int, given: NurtureAnswer, by_id: int) -> None:
    """What the customer answered; a later answer replaces an earlier one. Raises Refused before it is sent."""
    _sent(work, touch_id)
    _set(work, touch_id, answer=given.value, answered_at=work.now, answered_by_id=by_id)
    show.update(work, [touch_id])


def attend(work: Work, touch_id: int, attendance: Attendance, by_id: int) -> None:
    """Whether they come, or came, to what they were invited to. Raises Refused before it is sent."""
    touch = _sent(work, touch_id)
    if not touch.attendance:
        raise Refused("That was no invitation.")
    _set(work, touch_id, attendance=attendance.value, answered_at=work.now, answered_by_id=by_id)
    show.update(work, [touch_id])


def say(
    work: Work, touch_id: int, given: NurtureAnswer | None, said: str, by_id: int, who: NamedThere | None = None
) -> None:
    """What they said, `who` of them, and the answer as it is now; with none of it they have not answered.

    Raises Refused before it is sent.
    """
    touch = _sent(work, touch_id)
    kept = given.value if given else ""
    who = who if who and kept != NurtureAnswer.SILENT else NamedThere()
    values = {"answer": kept, "said": said, "heard_from": who.contact}
    is_any = bool(kept or said or who.contact or touch.attendance)
    _set(work, touch_id, **values, answered_at=work.now if is_any else None, answered_by_id=by_id if is_any else None)
    customer_people.meet_now(work, touch.account_id, f"nurture:{touch_id}", who, touch.heard_from)
    show.update(work, [touch_id])


def asked_again(work: Work, touch_id: int, member_id: int) -> AskedAgain:
    """What the forms about a touch start with; the opening is this person's. Raises Refused when it is gone."""
    touch = _read(work, touch_id, locked=False)
    opening = queries.openings(work, [member_id]).get(member_id, OPENING)
    account = _name(work, touch.account_id)
    return AskedAgain(touch.id, account, touch.answer, touch.said, opening, touch.account_id, touch.heard_from)


def set_opening(work: Work, touch_id: int, opening: str, member_id: int, for_all: bool) -> None:
    """How touches begin from now on: for this person, or for all who have none of their own; empty: the usual one.

    The proposal from which it was changed, if it is still open, begins so at once. Raises FieldErrors (opening).
    """
    opening = opening.strip()[:OPENING_LENGTH]
    if opening and (wrong := wrong_with(opening)):
        raise FieldErrors({"opening": wrong})
    if for_all:
        work.session.execute(update(Workspace).where(Workspace.id == work.workspace_id).values(nurture_opening=opening))
    # Whoever writes one for all wants it as well.
    own = "" if for_all else opening
    work.session.execute(update(Member).where(is_row(Member, work.workspace_id, member_id)).values(nurture_opening=own))
    touch = _read(work, touch_id)
    if touch.state != TouchState.OPEN:
        return
    words, url = work.session.execute(
        select(Insight.words, Insight.url).where(is_row(Insight, work.workspace_id, touch.insight_id))
    ).one()
    begins = queries.openings(work, [member_id])[member_id]
    filled_in = filled(begins, touch.contact, _name(work, touch.account_id), told(words, url))
    _set(work, touch_id, opening=filled_in)
    show.update(work, [touch_id])


def _read(work: Work, touch_id: int, locked: bool = True) -> Any:
    if locked:
        lock(work, NurtureTouch, [touch_id])
    row = work.session.execute(
        work.select(
            NurtureTouch.id,
            NurtureTouch.account_id,
            NurtureTouch.member_id,
            NurtureTouch.insight_id,
            NurtureTouch.opening,
            NurtureTouch.contact,
            NurtureTouch.state,
            NurtureTouch.reason,
            NurtureTouch.touchpoint_id,
            NurtureTouch.answer,
            NurtureTouch.attendance,
            NurtureTouch.said,
            NurtureTouch.heard_from,
        ).where(NurtureTouch.id == touch_id)
    ).first()
    if row is None:
        raise Refused(GONE)
    return row


def _open(work: Work, touch_id: int) -> Any:
    touch = _read(work, touch_id)
    if touch.state != TouchState.OPEN:
        raise Refused(OVER)
    return touch


def _sent(work: Work, touch_id: int) -> Any:
    touch = _read(work, touch_id)
    if not is_answerable(touch.state):
        raise Refused(NOT_SENT)
    return touch


def _close(work: Work, touch_id: int, by_id: int, state: TouchState, **values: Any) -> None:
    _set(work, touch_id, state=state.value, closed_at=work.now, closed_by_id=by_id, **values)


def _set(work: Work, touch_id: int, **values: Any) -> None:
    row = update(NurtureTouch).where(is_row(NurtureTouch, work.workspace_id, touch_id)).values(values)
    work.session.execute(row.execution_options(synchronize_session=False))


def _name(work: Work, account_id: int) -> str:
    return work.session.scalars(select(Account.name).where(is_row(Account, work.workspace_id, account_id))).one()
