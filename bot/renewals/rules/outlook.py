"""How a renewal ahead is counted: by what is expected of it, by how many days it is away, by month and quarter."""

from __future__ import annotations

from datetime import date, timedelta

from bot.core.labelled import Labelled
from bot.core.months import shifted

HORIZONS = (30, 60, 90)
"""Days ahead; each stretch has those before it in it."""

MONTHS = 6


class Outlook(Labelled):
    """What is expected: the forecast, once it is signed that, and where nobody has said anything that."""

    SIGNED = "signed", "Signed"
    COMMIT = "commit", "Commit"
    PROBABLE = "probable", "Probable"
    BEST_CASE = "best_case", "Best case"
    AT_RISK = "at_risk", "At risk"
    NONE = "none", "No forecast"


CLASSES = tuple(Outlook)


def month_starts(today: date) -> tuple[date, ...]:
    """The first days of this month and of the five after it."""
    first = today.replace(day=1)
    return tuple(shifted(first, ahead) for ahead in range(MONTHS))


def quarter_end(today: date) -> date:
    """The last day of the calendar quarter of a day."""
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    return shifted(first, 3) - timedelta(days=1)
