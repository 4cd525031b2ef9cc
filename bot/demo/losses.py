"""One renewal that was lost, after a year that could have told, so that an autopsy can be seen."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from bot import follow_ups
from bot.accounts.events import AccountsWritten
from bot.autopsies import queries, record
from bot.core import events
from bot.core.calendar import local_date
from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import Account, Renewal
from bot.renewals import actions
from bot.renewals.actions import RenewalChange
from bot.workspace import members

DANA, PRIYA = "U0REP1", "U0SUP1"
ZONE = "Europe/Berlin"
ACCOUNT = "Tidewater Press"
PROMISE = "An answer on the archive, with a date"
WHY = "They moved to the tool that their sister company uses; the archive was never answered"
HELPED = "One named person for the archive, from the first question on"


def load_loss(work: Work) -> None:
    """A promise that stayed open, then the loss, and what Priya says would have helped."""
    dana, priya = (members.find(work, slack_id) for slack_id in (DANA, PRIYA))
    account_id = work.session.scalar(work.select(Account.id).where(Account.name == ACCOUNT))
    if dana is None or priya is None or account_id is None:
        raise RuntimeError(f"the samples have no {ACCOUNT}, or not both who keep it")
    of_it = is_row(Account, work.workspace_id, account_id)
    work.session.execute(update(Account).where(of_it).values(created_at=work.now - timedelta(days=400)))
    events.publish(work, AccountsWritten([account_id], "corrected"))
    promised = work.at(work.now - timedelta(days=205))
    due_on = local_date(work.now, ZONE) - timedelta(days=190)
    follow_ups.add(promised, account_id, priya.id, PROMISE, due_on, True, "", dana.id)
    renewal_id = work.session.scalars(work.select(Renewal.id).where(Renewal.account_id == account_id)).one()
    lost = RenewalChange(stage="lost", lost_reason="support_experience", lost_words=WHY)
    actions.change(work, renewal_id, dana.id, lost)
    autopsy_id = queries.last_of(work, account_id)
    if autopsy_id is None:
        raise RuntimeError(f"{ACCOUNT} was lost without an autopsy")
    record.answer(work, autopsy_id, HELPED, priya)
