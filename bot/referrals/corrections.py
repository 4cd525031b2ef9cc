"""Referrals corrected: whom they named, put right; what was logged by mistake, taken back, the last of it first."""

from __future__ import annotations

from sqlalchemy import delete, update

from bot.accounts import customer_people, timeline
from bot.db.scope import is_row, lock
from bot.db.work import Work
from bot.models import Referral
from bot.referrals import hints, notify, queries
from bot.referrals.asking import NamedSomebody, checked
from bot.referrals.queries import KnownReferral
from bot.referrals.rules import TAKEN_BACK
from bot.workspace.members import MemberView


def change(work: Work, referral_id: int, given: NamedSomebody) -> KnownReferral:
    """Put right whom they named, and what they said. The reminder of it, if there was one, says so.

    Raises FieldErrors (named) as giving does, Refused when it is gone, or nobody was named.
    """
    values = checked(given)
    lock(work, Referral, [referral_id])
    queries.require_given(work, referral_id)
    _set(work, referral_id, **values)
    known = queries.read(work, referral_id)
    notify.show(work, known)
    return known


def take_back(work: Work, referral_id: int, step: str, by: MemberView) -> None:
    """They were not asked, named nobody, or were not thanked: the `step` ("asked", "given", "thanked") is undone.

    What was said until then stays in the timeline. A step that is not the last one is left as it is: an old button, or
    somebody else was first. Raises Refused when the referral is gone.
    """
    lock(work, Referral, [referral_id])
    was = queries.read(work, referral_id)
    if step != was.step:
        return
    facts = {"step": step, "person_id": was.person_id, "words": was.words if step == "given" else ""}
    timeline.record(work, was.account_id, TAKEN_BACK, by.id, facts)
    if step == "thanked":
        _set(work, referral_id, thanked_at=None, thanked_by_id=None)
        known = queries.read(work, referral_id)
        notify.show(work, known)
        notify.plan_thanks(work, known)
        return
    if step == "given":
        notify.cancel_thanks(work, referral_id)
        notify.show_taken_back(work, referral_id, by)
    if step == "given" and was.asked_at is not None:
        _set(work, referral_id, given_at=None, given_by_id=None, named="", company="", words="")
        return
    work.session.execute(
        delete(Referral)
        .where(is_row(Referral, work.workspace_id, referral_id))
        .execution_options(synchronize_session=False)
    )
    customer_people.forget_meetings(work, [f"referral:{referral_id}"])
    if was.asked_at is not None:
        hints.reopen(work, was.person_id, was.asked_at)


def _set(work: Work, referral_id: int, **values: object) -> None:
    work.session.execute(
        update(Referral)
        .where(is_row(Referral, work.workspace_id, referral_id))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
