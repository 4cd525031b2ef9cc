"""Why a customer is not well, as one workspace says it: a short list for pulses and health checks."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.db.work import Work
from bot.errors import FieldErrors
from bot.health.rules.reasons import REASON_LENGTH, REASONS, REASONS_MOST, read_reasons
from bot.models import Workspace


def of_workspace(work: Work) -> tuple[str, ...]:
    """The reasons to choose from: the workspace's own, or the usual ones while it has none."""
    own = work.session.scalars(select(Workspace.reasons).where(Workspace.id == work.workspace_id)).one()
    return tuple(reason[:REASON_LENGTH] for reason in own[:REASONS_MOST]) or REASONS


def set_list(work: Work, written: str) -> None:
    """Keep a new list, one reason a line; nothing written gives the usual ones back. Given answers keep their words.

    Raises FieldErrors (reasons) for a list that cannot be shown.
    """
    try:
        own = read_reasons(written.splitlines())
    except ValueError as unfit:
        raise FieldErrors({"reasons": str(unfit)}) from unfit
    kept = [] if own == REASONS else list(own)
    work.session.execute(update(Workspace).where(Workspace.id == work.workspace_id).values(reasons=kept))
