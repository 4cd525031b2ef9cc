"""What an overview tells leadership of figures: retention and renewal rate in lines, all of them in a table."""

from __future__ import annotations

from bot.accounts.figure_facts import FigureLine
from bot.accounts.overview_facts import ListedRow, Listing, OverviewSection
from bot.accounts.overview_parts import OverviewLook
from bot.db.work import Work
from bot.metrics import messages as words
from bot.metrics import settings
from bot.metrics.figures import figures

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
    return figures(work, look.today, settings.rates(work), look.segment or None)
