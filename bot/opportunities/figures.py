"""Growth at renewals among the figures: what was won while the card of a renewal was open."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import func

from bot.accounts import growth
from bot.accounts.growth import GrowthSum
from bot.core.calendar import local_moment
from bot.core.months import shifted
from bot.db.work import Work
from bot.models import Account, Opportunity
from bot.opportunities.stages import OpportunityStage
from bot.slack import text
from bot.workspace import context

NAME = "Growth at renewals"
WINDOW_MONTHS = 12


def growth_lines(work: Work, day: date, window: str, segment: str | None = None) -> list[tuple[str, str, str, str]]:
    """What was won at renewals in the twelve months up to a day: name, window, value, and what it is made of.

    The sum of the values a year of opportunities that were won in the window while the card of a renewal of the account
    was open, each currency by itself. Those without a value are counted beside it.
    """
    zone = context.of(work).zone
    begins = local_moment(shifted(day, -WINDOW_MONTHS) + timedelta(days=1), time(), zone)
    ends = local_moment(day + timedelta(days=1), time(), zone)
    won = won_at_renewals(work, begins, ends, segment)
    if not won.count:
        return [(NAME, window, "none", "No opportunity was won while a renewal was open.")]
    worth = text.moneys({code: str(amount) for code, amount in won.values.items()}) if won.values else "not known"
    made_of = f"a year, of {text.count(won.count, 'opportunity', 'opportunities')} won while a renewal was open"
    return [(NAME, window, worth, made_of + (f"; {won.unvalued:,} without a value" if won.unvalued else "."))]


def won_at_renewals(work: Work, begins: datetime, ends: datetime, segment: str | None = None) -> GrowthSum:
    """What was won from `begins` on and before `ends`, while the card of a renewal of the account was open."""
    rows = work.select(Opportunity.currency, Opportunity.value).where(
        Opportunity.stage == OpportunityStage.WON,
        Opportunity.closed_at >= begins,
        Opportunity.closed_at < ends,
        Opportunity.renewal_id.is_not(None),
    )
    if segment is not None:
        of_segment = func.lower(Account.segment) == segment.strip().lower()
        rows = rows.join(Account, Account.id == Opportunity.account_id).where(of_segment)
    return growth.summed([(currency, value) for currency, value in work.session.execute(rows)])
