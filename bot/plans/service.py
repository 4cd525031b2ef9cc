"""An account's plan: agreed expectations, each version kept. The next review is a follow-up on its owner's agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, insert, select

from bot import follow_ups
from bot.accounts import customer_people
from bot.accounts import search as account_search
from bot.accounts.people_facts import NamedThere
from bot.core.calendar import local_date
from bot.db.scope import is_row, lock
from bot.db.work import Work
from bot.errors import FieldErrors
from bot.models import Account, Member, Plan, Workspace


@dataclass(frozen=True, slots=True)
class Agreed:
    """The plan as it stands: goals, how success is measured, how and how often they want to talk, the next review.

    `contact` is with whom of the customer.
    """

    id: int
    goals: str
    measure: str
    rhythm: str
    review_on: date | None
    by: str
    created_at: datetime
    contact: str = ""


_P = Plan
_NEWEST = (
    select(_P.id, _P.goals, _P.measure, _P.rhythm, _P.review_on, Member.name, _P.created_at, _P.contact)
    .outerjoin(Member, Member.id == _P.by_id)
    .where(_P.workspace_id == bindparam("of"), _P.account_id == bindparam("account"))
    .order_by(_P.id.desc())
    .limit(1)
)


def read(work: Work, account_id: int) -> Agreed | None:
    """The newest version of an account's plan."""
    row = work.rows(_NEWEST, account=account_id).first()
    if row is None:
        return None
    words = row.goals, row.measure, row.rhythm
    return Agreed(row.id, *words, row.review_on, row.name or "", row.created_at, row.contact)


def record(
    work: Work,
    account_id: int,
    goals: str,
    measure: str,
    rhythm: str,
    review_on: date | None,
    by_id: int,
    who: NamedThere | None = None,
) -> bool:
    """Keep what was agreed; the version before stays in the timeline. False when it says what is there already.

    Raises FieldErrors (goals, review_on) for a plan without goals, or a review on a day that has passed; Refused when
    the workspace has no such account.
    """
    account_search.require_account(work, account_id)
    lock(work, Account, [account_id])
    before = read(work, account_id)
    who = who or NamedThere()
    said = (goals, measure, rhythm, review_on, who.contact)
    if before and (before.goals, before.measure, before.rhythm, before.review_on, before.contact) == said:
        return False
    zone = (
        work.session.scalar(select(Member.timezone).where(is_row(Member, work.workspace_id, by_id)))
        or work.session.scalars(select(Workspace.timezone).where(Workspace.id == work.workspace_id)).one()
    )
    errors: dict[str, str] = {}
    if not goals:
        errors["goals"] = "Say what they want to reach with us."
    is_new_day = review_on is not None and (before is None or before.review_on != review_on)
    if is_new_day and review_on is not None and review_on < local_date(work.now, zone):
        errors["review_on"] = "Choose today or a later day."
    if errors:
        raise FieldErrors(errors)
    table = Plan.__table__
    row = {
        "workspace_id": work.workspace_id,
        "account_id": account_id,
        "goals": goals,
        "measure": measure,
        "rhythm": rhythm,
        "review_on": review_on,
        "contact": who.contact,
        "by_id": by_id,
        "created_at": work.now,
    }
    plan_id = int(work.session.execute(insert(table).values(row).returning(table.c.id)).scalar_one())  # type: ignore[arg-type]
    customer_people.meet_now(work, account_id, f"plan:{plan_id}", who, before.contact if before else "")
    if before is None or before.review_on != review_on:
        _move_review(work, account_id, plan_id, review_on, by_id)
    return True


def _move_review(
    work: Work,
    account_id: int,
    plan_id: int,
    review_on: date | None,
    by_id: int,
) -> None:
    for step in follow_ups.open_of(work, account_id, 500):
        if step.source.startswith("plan:"):
            follow_ups.close(work, step.id, "done", by_id)
    if review_on is None:
        return
    owner_id = work.session.scalar(
        select(Member.id)
        .join(Account, Account.owner_id == Member.id)
        .where(is_row(Account, work.workspace_id, account_id), Member.is_outsider.is_(False))
    )
    words = "Review the plan with them: are the goals reached, and is this still how they want to work?"
    follow_ups.add(work, account_id, owner_id or by_id, words, review_on, False, f"plan:{plan_id}", by_id)
