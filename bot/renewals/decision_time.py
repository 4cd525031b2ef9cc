"""How long a customer took to decide last time: from the first talk of their last signed renewal to its signature."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from bot.core.calendar import local_date
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Event, Renewal
from bot.renewals.decision_facts import LastDecision
from bot.renewals.rules.stages import Stage, is_unsigned
from bot.workspace import context


def last_decision(work: Work, account_id: int) -> LastDecision | None:
    """How long the last signed renewal of an account took; None when none was signed, or no stage before it is known.

    It begins where *proposed* was first said of it, else with the first other stage of a talk.
    """
    zone = context.of(work).zone
    signed = work.session.execute(
        select(Renewal.id, Renewal.signed_at)
        .where(
            within(Renewal.workspace_id, work.workspace_id),
            Renewal.account_id == account_id,
            Renewal.signed_at.is_not(None),
            Renewal.renewed_by_itself.is_(False),
        )
        .order_by(Renewal.signed_at.desc(), Renewal.id.desc())
        .limit(1)
    ).first()
    if signed is None or signed.signed_at is None:
        return None
    events = work.session.execute(
        select(Event.at, Event.facts)
        .where(
            within(Event.workspace_id, work.workspace_id),
            Event.renewal_id == signed.id,
            Event.at <= signed.signed_at,
        )
        .order_by(Event.at, Event.id)
    )
    first: dict[str, date] = {}
    for at, facts in events:
        stage = str((facts or {}).get("stage") or "")
        if stage in set(Stage) and stage != Stage.UPCOMING and is_unsigned(Stage(stage)):
            first.setdefault(stage, local_date(at, zone))
    if not first:
        return None
    stage = Stage.PROPOSED.value if Stage.PROPOSED in first else next(iter(first))
    return LastDecision(stage, str(first[stage]), str(local_date(signed.signed_at, zone)))
