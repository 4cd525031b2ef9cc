"""What metrics bring: the stories of contracts and accounts, and where one's own time went."""

from __future__ import annotations

from bot.accounts.events import AccountsWritten, ContractsWritten
from bot.accounts.figure_facts import FigureLine, FigureWindow, InSegment
from bot.accounts.figure_parts import Among
from bot.accounts.overview_parts import OverviewPart
from bot.db.work import Work
from bot.metrics import account_story, habit_effect, ledger, overview, time_spent
from bot.metrics.messages_habit import habit_lines
from bot.metrics.messages_time import time_lines, too_few_in_a_segment
from bot.metrics.samples import samples
from bot.registry import Feature
from bot.slack.commands import Command, More


def time_figures(work: Work, window: FigureWindow, among: Among) -> list[FigureLine]:
    """Where everybody's time went; of some accounts chosen one by one nothing, since they may be one person's."""
    if not (among is None or isinstance(among, InSegment)):
        return []
    if time_spent.is_alone_in_a_segment(work, window.day, among):
        return too_few_in_a_segment(str(window))
    return time_lines(str(window), time_spent.all_time(work, window.day, among))


def habit_figures(work: Work, window: FigureWindow, among: Among) -> list[FigureLine]:
    """Renewal rates of customers seen all year, beside those of the others."""
    return habit_lines(str(window), *habit_effect.habit_effect(work, window.day, among))


FEATURE = Feature(
    samples=[samples],
    figures=[time_figures, habit_figures],
    commands=[
        Command(
            "/time",
            "Where your time went: touches by customer and purpose. Only you see it",
            "[team]",
            "/time",
            (More("/time team", "Where your team's time went, together."),),
            "; the team's for managers.",
        )
    ],
    overview=[OverviewPart(overview.SECTION, 90, overview.tell, overview.listing, only_leadership=True)],
    listeners={
        ContractsWritten: [ledger.on_contracts_written],
        AccountsWritten: [account_story.on_accounts_written],
    },
)
