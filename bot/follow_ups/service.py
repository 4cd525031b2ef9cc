"""A follow-up is written down, and closed: done, dropped; a promise is kept or broken."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert, select, update

from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.agenda import jobs
from bot.core.calendar import local_date
from bot.core.events import publish
from bot.db.scope import lock
from bot.db.work import Work
from bot.errors import FieldErrors, NotForYou, Refused
from bot.follow_ups import notify, schedule
from bot.follow_ups.events import FollowUpChanged
from bot.follow_ups.queries import FollowUpView, of_source, read
from bot.models import FollowUp, Member, Workspace
from bot.workspace.members import MemberView

OUTCOMES = ("done", "dropped", "kept", "broken")
CONTACT_LENGTH = 200
GONE = "That follow-up is no longer there."


def add(
    work: Work,
    account_id: int,
    owner_id: int | None,
    words: str,
    due_on: date,
    is_promise: bool,
    source: str,
    by_id: int | None,
    contact: str = "",
) -> int:
    """Write a next step down; its owner hears of it on the morning of its day, and at once when another wrote it.

    Once that morning has come nobody is told again what they have just written, or been given.

    `source` is "touchpoint:12", "pulse:3", "health_check:4" or "person:5"; `contact` is with whom of the customer it
    is to be done, or to whom it was promised, as it was typed. Raises FieldErrors (follow_up, follow_up_on,
    follow_up_by) for what cannot be done: no words, a day that has passed, an owner who is not of the team; Refused
    when the workspace has no such account.
    """
    account_search.require_account(work, account_id)
    words = words.strip()
    owner = _owner(work, owner_id)
    errors: dict[str, str] = {}
    if not words:
        errors["follow_up"] = "Say in a few words what is to be done."
    if due_on < local_date(work.now, owner.timezone if owner else _zone(work)):
        errors["follow_up_on"] = "Choose today or a later day."
    if owner_id is not None and owner is None:
        errors["follow_up_by"] = "Choose someone of the team."
    if errors:
        raise FieldErrors(errors)
    table = FollowUp.__table__
    row = {
        "workspace_id": work.workspace_id,
        "account_id": account_id,
        "owner_id": owner_id,
        "words": words,
        "due_on": due_on,
        "is_promise": is_promise,
        "source": source,
        "contact": contact[:CONTACT_LENGTH],
        "created_by_id": by_id,
        "created_at": work.now,
    }
    number = int(work.session.execute(insert(table).values(row).returning(table.c.id)).scalar_one())  # type: ignore[arg-type]
    reminds = schedule.plan(work, number, is_told=owner is not None)
    if owner is not None and owner_id != by_id:
        notify.given(work, number, is_last=not reminds)
    publish(work, FollowUpChanged(account_id, source, is_promise, False, by_id))
    return number


def _zone(work: Work) -> str:
    return work.session.scalars(select(Workspace.timezone).where(Workspace.id == work.workspace_id)).one()


def close(
    work: Work,
    follow_up_id: int,
    outcome: str,
    by_id: int | None,
    at: datetime | None = None,
) -> bool:
    """Close a follow-up: done or dropped, a promise kept, broken or dropped; False when it was so already.

    A promise that time broke may still be said to have been kept. Raises Refused, saying who was first, for one that is
    closed, and when it is gone. `by_id` is None for what nobody did. `at`: when it ended, where that was before `now`.
    """
    lock(work, FollowUp, [follow_up_id])
    step = read(work, follow_up_id)
    if step is None:
        raise Refused(GONE)
    outcome = _fitting(step, outcome)
    if step.outcome == outcome:
        return False
    if step.outcome is not None and not (step.outcome == "broken" and step.done_by_id is None):
        raise Refused(_closed_already(step))
    work.session.execute(
        update(FollowUp)
        .where(FollowUp.workspace_id == work.workspace_id, FollowUp.id == follow_up_id)
        .values(outcome=outcome, done_at=at or work.now, done_by_id=by_id)
    )
    jobs.cancel(work, schedule.KINDS, [f"follow_up:{follow_up_id}"])
    notify.show_outcome(work, follow_up_id)
    publish(work, FollowUpChanged(step.account_id, step.source, step.is_promise, True, by_id))
    return True


def require_part(work: Work, person: MemberView, follow_up_id: int) -> FollowUpView:
    """The follow-up, for its owner, the one who wrote it down, the account's team and managers.

    Raises NotForYou, naming who may, for anyone else.
    """
    step = read(work, follow_up_id)
    if step is None or person.is_outsider:
        raise NotForYou(GONE)
    if person.id not in (step.owner_id, step.created_by_id):
        account_permissions.require_team(work, person, step.account_id)
    return step


def drop_open(work: Work, source: str, by_id: int | None) -> int:
    """Drop the open next steps of a talk that is taken back; each message about them says so. Returns how many."""
    still_open = [step for step in of_source(work, source) if step.outcome is None]
    for step in still_open:
        close(work, step.id, "dropped", by_id)
    return len(still_open)


def _fitting(step: FollowUpView, outcome: str) -> str:
    if outcome not in OUTCOMES:
        raise Refused("Choose one of: done, dropped, kept, broken.")
    if step.is_promise:
        return "kept" if outcome == "done" else outcome
    return {"kept": "done", "broken": "dropped"}.get(outcome, outcome)


def _closed_already(step: FollowUpView) -> str:
    words = {"done": "done", "dropped": "dropped", "kept": "kept", "broken": "not kept"}[step.outcome or ""]
    by = f" by {step.done_by}" if step.done_by else ""
    return f"This is closed already: {words}{by}. Write a new one with `/touch`."


def _owner(work: Work, owner_id: int | None) -> Member | None:
    if owner_id is None:
        return None
    return work.session.scalars(work.select(Member).where(Member.id == owner_id, Member.is_outsider.is_(False))).first()
