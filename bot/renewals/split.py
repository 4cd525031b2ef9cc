"""Contracts that renew by themselves before the rest of their renewal is decided: they get a renewal of their own.

The rest goes on under the card it has; what went on is invoiced and paid under a card of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, update

from bot.core.money import Money, total
from bot.db.bulk import fresh_ids
from bot.db.work import Work
from bot.models import Contract, Renewal
from bot.renewals import card, notify
from bot.renewals.batch import RenewalBatch
from bot.renewals.line_codes import Line
from bot.renewals.rollover import Rolling
from bot.renewals.rules.stages import Stage
from bot.renewals.view import RenewalView

_NOT_YET: dict[str, Any] = {
    "forecast": None,
    "forecast_reason": "",
    "proposed_value": None,
    "proposed_currency": None,
    "close_date": None,
    "final_values": None,
    "final_term_months": None,
    "term_starts": None,
    "term_ends": None,
    "snoozed_until": None,
    "snooze_reason": "",
    "rung": None,
    "rung_on": None,
    "carded_at": None,
}


def part(work: Work, batch: RenewalBatch, s: RenewalView, contracts: Sequence[Rolling]) -> RenewalView:
    """A new renewal with these contracts of `s`, written at once. The caller rolls them, and plans the account."""
    known = [Money(c.value, c.currency) for c in contracts if c.value is not None and c.currency]
    own: dict[str, Any] = {
        "deadline": min(c.deadline for c in contracts),
        "renewal_date": min(c.renewal_date for c in contracts),
        "term_months": min(c.term_months for c in contracts),
        "auto_renew": True,
        "values": {currency: str(amount) for currency, amount in sorted(total(known).items())},
        "unknown_values": len(contracts) - len(known),
        "split_from_id": s.id,
        **_NOT_YET,
    }
    [new_id] = fresh_ids(work.session, Renewal, 1)
    work.session.execute(
        insert(Renewal.__table__).values(  # type: ignore[arg-type]
            id=new_id,
            workspace_id=batch.ws.workspace_id,
            account_id=s.account_id,
            stage=Stage.UPCOMING.value,
            stage_at=batch.now,
            claimed_by_id=s.claimed_by_id,
            claimed_at=s.claimed_at,
            first_claimed_at=s.first_claimed_at,
            first_rung_at=s.first_rung_at,
            touched_at=s.touched_at,
            lost_words="",
            created_at=batch.now,
            **own,
        )
    )
    work.session.execute(
        update(Contract)
        .where(Contract.workspace_id == batch.ws.workspace_id, Contract.id.in_([c.id for c in contracts]))
        .values(renewal_id=new_id)
    )
    return s._replace(id=new_id, stage=Stage.UPCOMING.value, stage_at=batch.now, **own)


def tell(batch: RenewalBatch, s: RenewalView, rolled: Mapping[int, RenewalView]) -> None:
    """Say in the thread of `s` which of its contracts went on."""
    for gone in rolled.values():
        if gone.split_from_id == s.id:
            names = [line.name or "Contract" for line in card.kept_lines(gone)]
            details = {
                "contracts": ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else ""),
                "renewal_date": str(gone.renewal_date),
                "next_renewal_date": str(gone.next_renewal_date or ""),
            }
            to, away = notify.mention(batch, s)
            batch.post_in_thread(s, Line.PARTED, str(gone.id), {**details, **away}, to)
