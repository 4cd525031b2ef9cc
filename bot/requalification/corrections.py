"""Answers about one-off work put right: changed, or taken back, with what they had opened and ended."""

from __future__ import annotations

from sqlalchemy import delete, select

from bot.accounts import contacts, customer_people, timeline
from bot.agenda import jobs
from bot.db.scope import is_row, lock, within
from bot.db.work import Work
from bot.errors import NotForYou, Refused
from bot.models import Account, Requalification
from bot.requalification import answers, planning, questions
from bot.requalification.facts import Looked
from bot.requalification.job_kinds import RequalifyJob
from bot.requalification.questions import KnownQuestion
from bot.requalification.rules import STOPPED, TAKEN_BACK, is_answered
from bot.workspace import context
from bot.workspace.members import MemberView

NO_ANSWER = "This has no answer any more."
LATER = "A later question about this work was answered since: change that answer instead."
NOTHING = {"changed": "", "problem": "", "owner_there": "", "sponsor_there": "", "contact": "", "until": None}


def require_answer(work: Work, number: int, person: MemberView) -> KnownQuestion:
    """An answered question, for who may correct it: whoever answered, the account's owner, and managers.

    Raises NotForYou for anyone else, Refused when it has no answer, and where a later one has taken its place.
    """
    one = questions.read(work, number)
    owner_id = work.session.scalar(select(Account.owner_id).where(is_row(Account, work.workspace_id, one.account_id)))
    if person.is_outsider:
        raise NotForYou("There is nothing here for you.")
    if not is_answered(one.outcome):
        raise Refused(NO_ANSWER)
    if not person.manages and person.id not in (one.answered_by_id, owner_id):
        raise NotForYou(f"Only {one.answered_by}, who answered, the account's owner or a manager can change that.")
    if any(is_answered(other.outcome) and other.due_on > one.due_on for other in questions.others_of(work, one)):
        raise Refused(LATER)
    return one


def change(work: Work, number: int, looked: Looked, by: MemberView) -> KnownQuestion:
    """Keep another answer in the place of one; what that one had ended is planned again first.

    Raises as `require_answer` does, and FieldErrors as `answers.answer` does.
    """
    lock(work, Requalification, [number])
    was = require_answer(work, number, by)
    _undo(work, was)
    return answers.keep(work, was, looked, by)


def take_back(work: Work, number: int, by: MemberView) -> KnownQuestion:
    """It was no answer: the question waits again, unless a later one was asked since or a contract renews by now.

    The timeline keeps what was said. Raises as `require_answer` does.
    """
    lock(work, Requalification, [number])
    was = require_answer(work, number, by)
    said = {"contract": was.contract, "outcome": was.outcome, "words": was.problem or was.changed}
    timeline.record(work, was.account_id, TAKEN_BACK, by.id, said)
    _undo(work, was)
    is_asked_since = any(other.asked_at is not None and not other.outcome for other in questions.others_of(work, was))
    is_over = is_asked_since or bool(planning.renewing(work, [was.account_id]))
    nobody = {"answered_by_id": None, "answered_at": None}
    questions.write(work, [number], outcome=STOPPED if is_over else "", **NOTHING, **nobody)
    customer_people.forget_meetings(work, [questions.key(number)])
    answers.follow(work, was, None, by)
    questions.show(work, number, by.name)
    return questions.read(work, number)


def _undo(work: Work, was: KnownQuestion) -> None:
    """Plan again what an answer had ended, as far as its day is still to come, and no more what it had planned."""
    account = contacts.load(work, [was.account_id])[was.account_id]
    ws = context.of(work)
    usual, today = ws.policies.of(account.tier).requalify_days, account.today(ws, work.now)
    unasked = [one for one in questions.others_of(work, was) if one.asked_at is None]
    own = [one.id for one in unasked if one.due_on == was.until and one.days not in usual]
    if own:
        gone = delete(Requalification).where(
            within(Requalification.workspace_id, work.workspace_id), Requalification.id.in_(own)
        )
        work.session.execute(gone.execution_options(synchronize_session=False))
    if planning.renewing(work, [was.account_id]):
        return
    left = [one for one in unasked if one.id not in own and (not one.outcome or one.due_on > today)]
    questions.write(work, [one.id for one in left if one.outcome == STOPPED], outcome="")
    jobs.cancel(work, [RequalifyJob.ASK], [planning.subject(was.contract_id)])
    jobs.schedule(work, [planning.job(work, account, was.contract_id, one.days, one.due_on) for one in left])
