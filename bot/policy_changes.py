"""A number of the policy has changed: what was planned by the old one is planned anew, a chunk of accounts at a time.

It is a thought like any other, so that a manager's press is answered at once however many accounts there are.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.agenda import jobs
from bot.agenda.jobs import CHUNK, Due, Thought
from bot.health import prompts
from bot.health.jobs import score_page
from bot.models import Account, AgendaRow, Renewal
from bot.pulses.planning import plan_rounds
from bot.renewals import reconcile
from bot.renewals import schedule as renewal_schedule
from bot.renewals import view as renewal_view
from bot.renewals.view import State
from bot.workspace import context
from bot.workspace.context import Office
from bot.workspace.events import PolicyChanged

KIND = "replan"
AFTER_EVERYTHING_ELSE = 10_000


def on_policy_changed(session: Session, workspace_id: int, event: PolicyChanged, now: datetime) -> None:
    """Have the whole workspace planned anew as soon as the next tick comes."""
    # Each change is a thought of its own, even when two come in the same moment.
    jobs.plan(session, workspace_id, [_thought(workspace_id, uuid.uuid4().hex, 0, now)])


def think_replan(session: Session, workspace_id: int, rows: Sequence[Due], now: datetime) -> None:
    """Group and plan one chunk of accounts by the numbers of today, and go on with the next."""
    # Several changes in a row ask for the same work: the last of them sees all numbers.
    latest = {int(row.facts["after"]): row for row in rows}
    for after, row in latest.items():
        accounts = session.scalars(
            select(Account.id)
            .where(Account.workspace_id == workspace_id, Account.id > after)
            .order_by(Account.id)
            .limit(CHUNK)
        ).all()
        reconcile.plan_accounts(session, workspace_id, accounts, now)
        _plan_ladders(session, workspace_id, accounts, now)
        prompts.replan_page(session, workspace_id, accounts, now)
        score_page(session, workspace_id, accounts, now)
        plan_rounds(session, workspace_id, accounts, now)
        if len(accounts) == CHUNK:
            change = row.slot.partition("/")[0]
            jobs.plan(session, workspace_id, [_thought(workspace_id, f"{change}/{accounts[-1]}", accounts[-1], now)])


def _thought(workspace_id: int, slot: str, after: int, now: datetime) -> Thought:
    return Thought(KIND, f"workspace:{workspace_id}", slot, now, AFTER_EVERYTHING_ELSE, {"after": after})


def _plan_ladders(session: Session, workspace_id: int, accounts: Sequence[int], now: datetime) -> None:
    ids = session.scalars(
        select(Renewal.id).where(
            Renewal.workspace_id == workspace_id, Renewal.account_id.in_(accounts), Renewal.closed_at.is_(None)
        )
    ).all()
    here = context.load(session, workspace_id)
    open_ones = [s for s in renewal_view.load(session, workspace_id, ids).values() if s.is_unsigned]
    session.execute(
        delete(AgendaRow).where(
            AgendaRow.workspace_id == workspace_id,
            AgendaRow.kind == "rung",
            AgendaRow.subject.in_([s.subject for s in open_ones]),
            AgendaRow.handled_at.is_(None),
        )
    )
    words = [word for s in open_ones if (word := _next_word(here, s, now)) is not None]
    jobs.plan(session, workspace_id, words)


def _next_word(here: Office, s: State, now: datetime) -> Thought | None:
    word = renewal_schedule.first_word(here, s, now)
    # The same rung of the same deadline may have been planned before; its slot is taken.
    return renewal_schedule.again(word, word.due_at) if word else None
