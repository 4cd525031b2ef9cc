"""How a customer decides: who, in which order, how long each step took; kept per account, written all at once."""

from __future__ import annotations

from sqlalchemy import delete, insert

from bot.accounts import customer_people
from bot.accounts import search as account_search
from bot.core.decision_lines import DecisionLine, read_lines
from bot.db.scope import lock, within
from bot.db.work import Work
from bot.errors import FieldErrors
from bot.models import Account, DecisionStep, Event

CHANGED = "decision_changed"
"""The event in an account's timeline."""


def steps_of(work: Work, account_id: int) -> tuple[DecisionLine, ...]:
    """An account's steps, in their order, and who of them has left; empty when nobody has written them down."""
    rows = work.session.execute(
        work.select(DecisionStep.who, DecisionStep.words, DecisionStep.days)
        .where(DecisionStep.account_id == account_id)
        .order_by(DecisionStep.place)
    ).all()
    gone = customer_people.gone_among(work, account_id, [row.who for row in rows]) if rows else []
    return tuple(DecisionLine(row.who, row.words, row.days, bool(left)) for row, left in zip(rows, gone, strict=True))


def write_down(work: Work, account_id: int, written: str, by_id: int) -> bool:
    """Keep how an account decides, a step a line; False when it says what is there already. Nothing written empties it.

    Raises FieldErrors (steps) for a line that cannot be read.
    """
    account_search.require_account(work, account_id)
    try:
        steps = read_lines(written)
    except ValueError as unfit:
        raise FieldErrors({"steps": str(unfit)}) from unfit
    lock(work, Account, [account_id])
    if steps == steps_of(work, account_id):
        return False
    mine = (within(DecisionStep.workspace_id, work.workspace_id), DecisionStep.account_id == account_id)
    work.session.execute(delete(DecisionStep).where(*mine).execution_options(synchronize_session=False))
    rows = []
    for place, step in enumerate(steps, 1):
        met, _ = customer_people.meant_by(work, account_id, step.who)
        rows.append(
            {
                "workspace_id": work.workspace_id,
                "account_id": account_id,
                "place": place,
                "who": step.who,
                "person_id": met[0] if len(met) == 1 else None,
                "words": step.words,
                "days": step.days,
                "by_id": by_id,
                "created_at": work.now,
            }
        )
    if rows:
        work.session.execute(insert(DecisionStep.__table__), rows)  # type: ignore[arg-type]
    event = Event(
        workspace_id=work.workspace_id,
        account_id=account_id,
        kind=CHANGED,
        by_id=by_id,
        at=work.now,
        facts={"steps": len(steps)},
    )
    work.session.add(event)
    return True
