"""A workspace's rates of currencies, as a manager has set them in Slack."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.db.work import Work
from bot.errors import FieldErrors
from bot.metrics.rules.rates import Rates, read_rates, written
from bot.models import Workspace


def rates(work: Work) -> Rates:
    """The rates that count in this workspace, in its currency."""
    row = work.session.execute(
        select(Workspace.currency, Workspace.currency_rates).where(Workspace.id == work.workspace_id)
    ).one()
    return read_rates(row.currency_rates, row.currency)


def change(work: Work, typed: str) -> None:
    """Keep these rates in place of those before; empty text keeps none.

    Raises FieldErrors (rates), saying how to write them, and keeps what was there.
    """
    try:
        kept = written(read_rates(typed, ""))
    except ValueError as unreadable:
        raise FieldErrors({"rates": str(unreadable)}) from None
    work.session.execute(update(Workspace).where(Workspace.id == work.workspace_id).values(currency_rates=kept))
