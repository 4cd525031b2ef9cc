"""The machine's clock was put back: what was due by the old time is due now, and nothing waits for hours to pass again.

The lease tells: nobody holds one for longer than its lifetime, so that one which ends much later was taken by a clock
that has been put back since.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, or_, select, update

from bot.core.freshness import AHEAD
from bot.db.work import Work
from bot.models import Delivery, DeliveryDoubt, JobRow, Lease
from bot.workspace.leases import LIFETIME

log = logging.getLogger(__name__)

BOUND = LIFETIME + AHEAD
_ENDS_AT = select(Lease.__table__.c.expires_at).where(Lease.__table__.c.workspace_id == bindparam("of"))


def notice(work: Work) -> datetime | None:
    """What the time was when the lease was last renewed, if that lies too far ahead; None when the clock is well."""
    ends_at = work.rows(_ENDS_AT).scalar()
    return ends_at if ends_at is not None and ends_at > work.now + BOUND else None


def mend(work: Work, was: datetime) -> None:
    """Let all that was due until `was`, or rested after a failure, be due now; what is planned for later stays."""
    log.warning("workspace %d: the clock was put back from %s to %s", work.workspace_id, was, work.now)
    sent, agenda, doubts = (cast(Table, model.__table__) for model in (Delivery, JobRow, DeliveryDoubt))
    of_it = or_(sent.c.due_at <= was, sent.c.attempts > 0, sent.c.state.in_(("sending", "unknown", "removing")))
    work.session.execute(
        update(sent)
        .where(sent.c.workspace_id == work.workspace_id, sent.c.due_at > work.now, of_it)
        .values(due_at=work.now)
    )
    work.session.execute(
        update(agenda)
        .where(
            agenda.c.workspace_id == work.workspace_id,
            agenda.c.handled_at.is_(None),
            agenda.c.due_at > work.now,
            agenda.c.due_at <= was,
        )
        .values(due_at=work.now)
    )
    work.session.execute(
        update(doubts)
        .where(doubts.c.workspace_id == work.workspace_id, doubts.c.look_at > work.now)
        .values(look_at=work.now)
    )
