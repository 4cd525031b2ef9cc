"""Growth at renewals among the figures: what was won while the card of a renewal was open."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.accounts import growth
from bot.accounts.figure_facts import FigureLine, FigureWindow
from bot.accounts.figure_parts import Among, condition
from bot.accounts.growth import GrowthSum
from bot.core.calendar import local_moment
from bot.db.work import Work
from bot.models import Opportunity
from bot.opportunities.stages import OpportunityStage
from bot.slack import text
from bot.workspace import context

NAME = "Growth at renewals"


def growth_lines(work: Work, over: FigureWindow, among: Among) -> list[FigureLine]:
    """What was won at renewals in the window.

    The sum of the values a year of opportunities that were won in the window while the card of a renewal of the account
    was open, each currency by itself. Those without a value are counted beside it.
    """
    zone = context.of(work).zone
    begins = local_moment(over.start + timedelta(days=1), time(), zone)
    ends = local_moment(over.day + timedelta(days=1), time(), zone)
    won = won_at_renewals(work, begins, ends, among)
    if not won.count:
        return [FigureLine(NAME, str(over), "none", "No opportunity was won while a renewal was open.")]
    worth = text.moneys({code: str(amount) for code, amount in won.values.items()}) if won.values else "not known"
    made_of = f"a year, of {text.count(won.count, 'opportunity', 'opportunities')} won while a renewal was open"
    more = f"{made_of}; {won.unvalued:,} without a value" if won.unvalued else f"{made_of}."
    return [FigureLine(NAME, str(over), worth, more)]


def won_at_renewals(work: Work, begins: datetime, ends: datetime, among: Among = None) -> GrowthSum:
    """What was won from `begins` on and before `ends`, while the card of a renewal of the account was open."""
    rows = work.select(Opportunity.currency, Opportunity.value).where(
        Opportunity.stage == OpportunityStage.WON,
        Opportunity.closed_at >= begins,
        Opportunity.closed_at < ends,
        Opportunity.renewal_id.is_not(None),
        *condition(work, Opportunity.account_id, among),
    )
    return growth.summed([(currency, value) for currency, value in work.session.execute(rows)])
