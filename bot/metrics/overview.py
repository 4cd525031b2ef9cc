"""What an overview tells leadership of figures: retention and renewal rate in lines, all of them in a table."""

from __future__ import annotations

from sqlalchemy import select

from bot.accounts.overview_facts import ListedRow, Listing, OverviewSection
from bot.accounts.overview_parts import OverviewLook
from bot.db.work import Work
from bot.metrics import messages as words
from bot.metrics.figures import figures_on
from bot.metrics.messages import FigureLine
from bot.metrics.rules.rates import Rates
from bot.models import Workspace

SECTION = "figures"


def tell(work: Work, look: OverviewLook) -> OverviewSection:
    """The figures of a segment, or of all; of somebody's own accounts or a team's there are none."""
    if not (look.is_whole or look.segment):
        return OverviewSection(SECTION, words.FIGURES)
    found = _figures(work, look)
    return OverviewSection(
        SECTION, words.FIGURES, words.head_lines(found), table=words.figure_table(found), listed=True
    )


def listing(work: Work, look: OverviewLook, offset: int, limit: int) -> Listing:
    """All figures, each with its window and what it is made of."""
    if not (look.is_whole or look.segment):
        return Listing()
    found = _figures(work, look)
    rows = tuple(ListedRow(one.name, "", f"{one.more} ({one.window})".strip(), one.value) for one in found)
    return Listing(rows[offset : offset + limit], len(rows))


def _figures(work: Work, look: OverviewLook) -> list[FigureLine]:
    # Rates of other currencies are given to the command line alone so far: without them each stands for itself.
    currency = work.session.scalar(select(Workspace.currency).where(Workspace.id == work.workspace_id))
    return figures_on(work, look.today, Rates(str(currency)), look.segment or None)
