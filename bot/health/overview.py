"""What an overview tells of health: how the scores lie, and how many fell far enough to be told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, func, select

from bot.accounts.overview_facts import ChartSeries, OverviewChart, OverviewSection
from bot.accounts.overview_parts import OverviewLook
from bot.core.calendar import local_date
from bot.core.policy import Tier
from bot.db.scope import within
from bot.db.work import Work
from bot.health import messages as words
from bot.health.rules.score import Band
from bot.models import Account, AccountHealth
from bot.workspace import context

SECTION, CHANGES = "risks", "changes"


def tell(work: Work, look: OverviewLook) -> OverviewSection:
    """How many accounts are poor, fair and good, by the bands of their tier, and of how many too little is known."""
    found = _by_band(work, look)
    if not any(found.get(band) for band in Band):
        return OverviewSection(SECTION, words.OVERVIEW_TITLE)
    counts = {band: found.get(band.value, 0) for band in (Band.POOR, Band.FAIR, Band.GOOD)}
    unknown = found.get("", 0)
    shown = [*((words.band_title(band), count) for band, count in counts.items()), (words.NOT_KNOWN, unknown)]
    return OverviewSection(
        key=SECTION,
        title=words.OVERVIEW_TITLE,
        after=(words.distribution(counts, unknown),),
        chart=OverviewChart(
            words.CHART_OF_BANDS,
            tuple(name for name, _ in shown),
            (ChartSeries("Accounts", tuple(float(count) for _, count in shown)),),
            "accounts",
        ),
    )


def tell_changes(work: Work, look: OverviewLook) -> OverviewSection:
    """How many scores fell so far since the last overview that their owners were told."""
    since = local_date(look.since or work.now - timedelta(days=look.days), look.zone)
    fell = work.session.scalar(
        select(func.count())
        .select_from(AccountHealth)
        .join(Account, Account.id == AccountHealth.account_id)
        .where(
            *look.conditions,
            within(AccountHealth.workspace_id, work.workspace_id),
            AccountHealth.alerted_on >= since,
        )
    )
    lines = (words.fell(int(fell)),) if fell else ()
    return OverviewSection(CHANGES, words.CHANGES_TITLE, lines)


def _by_band(work: Work, look: OverviewLook) -> dict[str, int]:
    policies = context.of(work).policies
    score = AccountHealth.score
    bands = [(tier, policies.of(tier).bands) for tier in Tier]
    poor = case(*((Account.tier == tier.value, low) for tier, (low, _) in bands), else_=policies.of("").bands[0])
    good = case(*((Account.tier == tier.value, high) for tier, (_, high) in bands), else_=policies.of("").bands[1])
    band = case(
        (score.is_(None), ""), (score < poor, Band.POOR.value), (score < good, Band.FAIR.value), else_=Band.GOOD.value
    )
    rows = work.session.execute(
        select(band, func.count())
        .select_from(Account)
        .outerjoin(AccountHealth, AccountHealth.account_id == Account.id)
        .where(*look.conditions)
        .group_by(band)
    )
    return {row[0]: row[1] for row in rows}
