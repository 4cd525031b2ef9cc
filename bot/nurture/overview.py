"""What an overview tells of nurture: how much customers were told in a quarter's time, and how much of it about us."""

from __future__ import annotations

from datetime import timedelta

from bot.accounts.overview_facts import OverviewSection
from bot.accounts.overview_parts import OverviewLook
from bot.db.work import Work
from bot.models import NurtureTouch
from bot.nurture import messages as words
from bot.nurture.figures import told_between

SECTION, DAYS = "growth", 90


def tell(work: Work, look: OverviewLook) -> OverviewSection:
    """Nurture touches that were sent to these accounts in the last 90 days, and those of them about ourselves."""
    told, own = told_between(
        work, work.now - timedelta(days=DAYS), work.now, NurtureTouch.account_id.in_(look.accounts)
    )
    return OverviewSection(SECTION, words.SECTION_TITLE, (words.ear_line(told, own, DAYS),) if told else ())
