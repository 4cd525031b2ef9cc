"""The few renewals that an overview names: read at once, as rows of a morning message or of a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from bot.accounts.overview_facts import ListedRow
from bot.core.calendar import local_date
from bot.core.hours import still_away
from bot.core.person import Person
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Account, Member, Renewal
from bot.renewals.desk import worth
from bot.renewals.facts import EscalationRow
from bot.renewals.messages.overview import due_words, worth_words
from bot.renewals.rules.escalation import is_overdue
from bot.renewals.rules.stages import Forecast, Stage

NAME_SHOWN, REASON_SHOWN = 40, 80
"""Characters of a name and of a reason in a line of an overview, which has many."""

_owner, _claimer = aliased(Member), aliased(Member)


def read(
    work: Work, ids: Sequence[int], today: date, zone: str, codes: dict[int, str] | None = None
) -> list[EscalationRow]:
    """These renewals in this order; `codes` say why each is told."""
    found = work.session.execute(
        select(
            Renewal,
            Account.name.label("account"),
            _owner.slack_id.label("owner_slack"),
            _owner.name.label("owner_name"),
            _owner.away_until,
            _claimer.slack_id.label("claimer_slack"),
            _claimer.name.label("claimer_name"),
        )
        .join(Account, Account.id == Renewal.account_id)
        .outerjoin(_owner, (_owner.id == Account.owner_id) & _owner.is_outsider.is_(False))
        .outerjoin(_claimer, (_claimer.id == Renewal.claimed_by_id) & _claimer.is_outsider.is_(False))
        .where(within(Renewal.workspace_id, work.workspace_id), Renewal.id.in_(ids))
    ).all()
    by_id = {row.Renewal.id: _row(row, today, zone, (codes or {}).get(row.Renewal.id, "")) for row in found}
    return [by_id[one] for one in ids if one in by_id]


def listed(rows: Sequence[EscalationRow], today: date, whys: Sequence[str]) -> tuple[ListedRow, ...]:
    """The same as rows of a list, each with why it is there."""
    return tuple(
        ListedRow(
            account=row.account,
            owner=row.owner.name if row.owner else "",
            why=why,
            worth=worth_words(row),
            due=due_words(row, str(today)),
        )
        for row, why in zip(rows, whys, strict=True)
    )


def _row(row: Any, today: date, zone: str, code: str) -> EscalationRow:
    r = row.Renewal
    values, unknown = worth(r.values, r.final_values, r.unknown_values)
    away = still_away(row.away_until, today)
    details = {"stage_since": str(local_date(r.stage_at, zone)), "reason": r.forecast_reason}
    if r.touched_at is not None:
        details["touched_on"] = str(local_date(r.touched_at, zone))
    return EscalationRow(
        renewal_id=r.id,
        account_id=r.account_id,
        account=row.account,
        stage=r.stage,
        deadline=str(r.deadline),
        renewal_date=str(r.renewal_date),
        auto_renew=r.auto_renew,
        codes=(code,) if code else (),
        details=details,
        values=values,
        unknown_values=unknown,
        is_at_risk=r.forecast == Forecast.AT_RISK,
        is_overdue=is_overdue(Stage(r.stage), r.auto_renew, r.renewal_date, today),
        owner=Person(row.owner_slack, row.owner_name) if row.owner_slack else None,
        owner_away=str(away) if away else None,
        claimed_by=Person(row.claimer_slack, row.claimer_name) if row.claimer_slack else None,
    )
