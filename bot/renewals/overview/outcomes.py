"""What became of renewals since the last overview: signed, paid, lost; and the wins, with the people who helped."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from bot.accounts import team as account_team
from bot.accounts.overview_facts import OverviewSection
from bot.accounts.overview_parts import OverviewLook
from bot.db.work import Work
from bot.models import Renewal
from bot.renewals.messages import overview as words
from bot.renewals.overview import rows
from bot.renewals.overview.sums import largest, sums_by
from bot.renewals.rules.sums import RenewalSum

CHANGES, WINS, MOST = "changes", "wins", 3


def tell_changes(work: Work, look: OverviewLook) -> OverviewSection:
    """How many were signed and lost since the last overview, and what those are worth."""
    since = _since(work, look)
    signed = _sum(work, look, Renewal.signed_at >= since)
    lost = _sum(work, look, Renewal.closed_at >= since, Renewal.outcome == "lost")
    lines = words.change_lines(signed, lost)
    return OverviewSection(CHANGES, words.CHANGES, lines)


def tell_wins(work: Work, look: OverviewLook) -> OverviewSection:
    """What was paid since the last overview, and the largest of it with everyone who keeps the account."""
    won = (Renewal.closed_at >= _since(work, look), Renewal.outcome == "won")
    total = _sum(work, look, *won)
    if not total.count:
        return OverviewSection(WINS, words.WINS)
    ids, _ = largest(work, look, 0, MOST, *won)
    found = rows.read(work, ids, look.today, look.zone)
    teams = account_team.of_accounts(work, [row.account_id for row in found])
    lines = [words.win_row(row, teams.get(row.account_id, ())) for row in found]
    return OverviewSection(WINS, words.WINS, (words.win_total(total, len(found)), *lines))


def _sum(work: Work, look: OverviewLook, *conditions: ColumnElement[bool]) -> RenewalSum:
    found = sums_by(work, look, [Renewal.workspace_id], *conditions)
    return next(iter(found.values()), RenewalSum())


def _since(work: Work, look: OverviewLook) -> datetime:
    return look.since or work.now - timedelta(days=look.days)
