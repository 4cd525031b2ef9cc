"""Renewals at risk: what they are worth, and the five largest with what was said of them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement

from bot.accounts.overview_facts import Listing, OverviewAsk, OverviewSection
from bot.accounts.overview_parts import OverviewLook
from bot.db.work import Work
from bot.models import Renewal
from bot.renewals.messages import overview as words
from bot.renewals.overview import rows
from bot.renewals.overview.sums import largest, sums_by
from bot.renewals.rules.needs import Need
from bot.renewals.rules.stages import Forecast, Stage
from bot.renewals.rules.sums import together

SECTION, MOST = "risks", 5
AT_RISK = {Need.AT_RISK.value: ("renewal at risk", "renewals at risk")}


def tell(work: Work, look: OverviewLook) -> OverviewSection:
    """How many, what they are worth against what the last overview told, and the largest."""
    found = sums_by(work, look, [Renewal.auto_renew], *_at_risk())
    if not found:
        return OverviewSection(SECTION, words.RISKS)
    total = together(list(found.values()))
    ids = [] if Need.AT_RISK in look.folded else largest(work, look, 0, MOST, *_at_risk())[0]
    asks = tuple(
        OverviewAsk(
            key=f"{Need.AT_RISK}:{row.renewal_id}",
            kind=Need.AT_RISK.value,
            account_id=row.account_id,
            account=row.account,
            words=words.risk_row(replace(row, account=row.account[: rows.NAME_SHOWN]), str(look.today)),
            due_on=row.deadline,
        )
        for row in rows.read(work, ids, look.today, look.zone)
    )
    return OverviewSection(
        key=SECTION,
        title=words.RISKS,
        lines=(words.risk_total(total, look.before.get("at_risk")),),
        asks=asks,
        counts={Need.AT_RISK.value: total.count},
        kinds=AT_RISK,
        figures={"at_risk": total.values},
        listed=True,
    )


def listing(work: Work, look: OverviewLook, offset: int, limit: int) -> Listing:
    """All of them, the largest first."""
    ids, total = largest(work, look, offset, limit, *_at_risk())
    found = rows.read(work, ids, look.today, look.zone)
    return Listing(rows.listed(found, look.today, [row.details.get("reason", "") for row in found]), total)


def _at_risk() -> tuple[ColumnElement[bool], ...]:
    return (
        Renewal.closed_at.is_(None),
        Renewal.stage.not_in((Stage.SIGNED, Stage.INVOICED)),
        Renewal.forecast == Forecast.AT_RISK,
    )
